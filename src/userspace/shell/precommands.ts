/**
 * Commands that run another command: sudo, nohup, command, env, timeout, watch, xargs. On a real machine most are
 * programs; here they leave something on the shell's stack, as a program cannot start another.
 */
import type { Simple } from './ast.ts'
import { complain, type Builtin, type BuiltinCall, type BuiltinResult } from './builtin.ts'
import { runText } from './control.ts'
import type { Of } from './frame.ts'
import { kill, SIGINT, SIGKILL, signalTask, SIGTERM, startProcess } from './process.ts'
import { abandon, newShell, pop, push } from './stack.ts'
import type { Call, Shell } from './state.ts'
import { env } from './variables.ts'

/** A command of words that stand for themselves. */
function commandOf(words: readonly string[]): Simple {
  return {
    kind: 'simple',
    assignments: [],
    words: words.map((text) => ({ parts: [{ kind: 'text', text, quoted: true }], text })),
    redirects: [],
  }
}

/** Make the descriptors of this call those of what is pushed now. */
function adoptIo({ shell, io }: BuiltinCall): void {
  if (io === shell.io) return
  push(shell, { kind: 'restore', io: shell.io })
  shell.io = io
}

function runWords(at: BuiltinCall, words: string[]): BuiltinResult {
  adoptIo(at)
  push(at.shell, { kind: 'command', node: commandOf(words), outputs: [], running: null })
  return 'goes on'
}

/** sudo(8), nohup(1), stdbuf(1), command: the learner is root and nothing is buffered, so only the command remains. */
function precede(at: BuiltinCall): BuiltinResult {
  let words = at.argv.slice(1)
  while (words.length > 0 && (/^-/.test(words[0]) || /^[A-Za-z_]\w*=/.test(words[0]))) {
    words = words.slice(/^-[ugCp]$/.test(words[0]) ? 2 : 1)
  }
  return words.length === 0 ? 0 : runWords(at, words)
}

/** env(1): with a command, it is run. */
function runEnv(at: BuiltinCall): BuiltinResult {
  return at.argv.length === 1 ? env(at) : precede(at)
}

/** watch(1): the command again and again, on a cleared screen. Left out: watch -d, -g. */
function watch(at: BuiltinCall): BuiltinResult {
  const { argv, call } = at
  let next = 1
  let interval = '2'
  let title = true
  for (; argv[next]?.startsWith('-'); next++) {
    const option = argv[next]
    if (option === '-n') interval = argv[++next] ?? ''
    else if (option.startsWith('-n')) interval = option.slice(2)
    else if (option === '-t') title = false
  }
  if (!/^\d+(?:\.\d+)?$/.test(interval)) {
    at.err(`watch: failed to parse argument: '${interval}'\n`)
    return 1
  }
  const command = argv.slice(next).join(' ')
  if (command === '') {
    at.err('Usage:\n watch [options] command\n')
    return 1
  }
  const seconds = Math.max(Number(interval), 0.1)
  const head = `Every ${seconds.toFixed(1)}s: ${command}`
  const line = head.padEnd(Math.max(79 - call.ctx.hostname.length, head.length + 1)) + call.ctx.hostname
  const heading = title ? `echo ${quote(line)}; echo;` : ''
  return runText(at, `while :; do clear; ${heading} eval ${quote(command)}; sleep ${seconds}; done`)
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/* timeout */

const SIGNALS: Record<string, number> = {
  INT: SIGINT,
  '2': SIGINT,
  KILL: SIGKILL,
  '9': SIGKILL,
  TERM: SIGTERM,
  '15': SIGTERM,
}

/** timeout(1): status 124 when the time is over. Left out: timeout -k, --foreground. */
function timeout(at: BuiltinCall): BuiltinResult {
  const { argv, call, shell, io } = at
  let next = 1
  let signal = SIGTERM
  for (; argv[next]?.startsWith('-'); next++) {
    if (argv[next] === '-s') signal = SIGNALS[(argv[++next] ?? '').replace(/^SIG/, '')] ?? SIGTERM
  }
  const [duration, ...words] = argv.slice(next)
  if (duration === undefined || words.length === 0) {
    at.err(`timeout: missing operand\nTry 'timeout --help' for more information.\n`)
    return 125
  }
  if (!/^(?:\d+\.?\d*|\.\d+)[smhd]?$/.test(duration)) {
    at.err(`timeout: invalid time interval ‘${duration}’\nTry 'timeout --help' for more information.\n`)
    return 125
  }
  const sleep = call.ctx.programs.get('sleep')
  if (!sleep) return complain(at, 'sleep: command not found', 127)
  const none = { kind: 'none' } as const
  const clock = startProcess(call, shell, sleep, ['sleep', duration], {
    stdin: none,
    stdout: none,
    stderr: none,
  })
  const child = newShell(call, shell, io, {
    kind: 'command',
    node: commandOf(words),
    outputs: [],
    running: null,
  })
  push(shell, { kind: 'timeout', shell: child.pid, sleep: clock.pid, signal })
  call.wake(child.pid)
  return 'goes on'
}

export function stepTimeout(call: Call, shell: Shell, frame: Of<'timeout'>): boolean {
  const child = call.os.shells.get(frame.shell)
  const clock = call.os.processes.get(frame.sleep)
  const over = clock?.status !== null
  if (child?.status === null && over) signalTree(call, child, frame.signal)
  if (child?.status === null) return false
  pop(call, shell)
  shell.env.status = over ? 124 : (child?.status ?? 0)
  call.os.shells.delete(frame.shell)
  if (clock) kill(call, clock, SIGKILL)
  call.os.processes.delete(frame.sleep)
  return true
}

/** Send a signal to all that a shell has started, and end it. */
function signalTree(call: Call, shell: Shell, signal: number): void {
  const { processes, shells } = call.os
  const below = [...shells.values()].filter(({ parent, status }) => parent === shell.pid && status === null)
  const tasks = [...processes.values()].filter(({ parent }) => parent === shell.pid)
  abandon(call, shell)
  shell.env.status = 128 + signal
  for (const one of below) signalTree(call, one, signal)
  for (const task of tasks) {
    signalTask(call, task, signal)
    if (task.status !== null) processes.delete(task.pid)
  }
  call.wake(shell.pid)
  for (const one of below) shells.delete(one.pid)
}

/* xargs */

/** xargs(1): -n, -I, -d, -0, -r, -t. Words are separated by blanks; quotes and backslashes protect them. */
function xargs(at: BuiltinCall): BuiltinResult {
  const { call, io, argv, shell } = at
  const pipe = io.stdin.kind === 'pipe' ? call.os.pipes.get(io.stdin.pipe) : undefined
  if (pipe && !pipe.ended) return 'waits'
  const options = {
    most: Infinity,
    replace: null as string | null,
    separator: null as string | null,
    run: true,
  }
  let next = 1
  for (; argv[next]?.startsWith('-'); next++) {
    const letter = argv[next][1]
    const value = (): string => (argv[next].length > 2 ? argv[next].slice(2) : (argv[++next] ?? ''))
    if (letter === 'n' || letter === 'L') options.most = Math.max(Number(value()), 1)
    else if (letter === 'I') options.replace = value()
    else if (letter === 'd') options.separator = value().replace('\\n', '\n').replace('\\t', '\t')
    else if (letter === '0') options.separator = '\0'
    else if (letter === 'r') options.run = false
    else if (letter !== 't' && letter !== 'P') {
      at.err(`xargs: invalid option -- '${letter}'\nTry 'xargs --help' for more information.\n`)
      return 1
    }
  }
  const text = pipe?.text ?? ''
  if (pipe) pipe.text = ''
  const command = next < argv.length ? argv.slice(next) : ['echo']
  const words = wordsOf(text, options.separator ?? (options.replace === null ? null : '\n'))
  const queue: string[][] = []
  const { replace } = options
  if (replace !== null) {
    for (const word of words) queue.push(command.map((one) => one.replaceAll(replace, word.trimStart())))
  } else {
    const size = Math.min(options.most, 5000)
    for (let i = 0; i < words.length; i += size) queue.push([...command, ...words.slice(i, i + size)])
    if (words.length === 0 && options.run) queue.push(command)
  }
  adoptIo({ ...at, io: { ...io, stdin: { kind: 'none' } } })
  push(shell, { kind: 'xargs', queue, failed: false, begun: false })
  return 'goes on'
}

function wordsOf(text: string, separator: string | null): string[] {
  if (separator !== null) return text.split(separator).filter((word) => word !== '')
  const words = text.match(/(?:"[^"\n]*"|'[^'\n]*'|\\[\s\S]|[^\s"'\\])+/g) ?? []
  return words.map((word) =>
    word.replace(
      /"([^"]*)"|'([^']*)'|\\([\s\S])/g,
      (_all, double?: string, single?: string, c?: string) => double ?? single ?? c ?? '',
    ),
  )
}

/** The next command line of xargs. Its status is 123 when one of them failed. */
export function stepXargs(call: Call, shell: Shell, frame: Of<'xargs'>): boolean {
  if (frame.begun && shell.env.status !== 0) frame.failed = true
  frame.begun = true
  const words = frame.queue.shift()
  if (words) push(shell, { kind: 'command', node: commandOf(words), outputs: [], running: null })
  else {
    pop(call, shell)
    shell.env.status = frame.failed ? 123 : 0
  }
  return true
}

export const precommands: readonly Builtin[] = [
  { name: 'command', usage: 'command command [arg ...]', run: precede },
  { name: 'sudo', usage: 'sudo command [arg ...]', run: precede },
  { name: 'nohup', usage: 'nohup command [arg ...]', run: precede },
  { name: 'stdbuf', usage: 'stdbuf option command [arg ...]', run: precede },
  { name: 'env', usage: 'env [name=value ...] [command [arg ...]]', run: runEnv },
  { name: 'timeout', usage: 'timeout [-s signal] duration command [arg ...]', run: timeout },
  { name: 'watch', usage: 'watch [-n seconds] [-t] command', run: watch },
  { name: 'xargs', usage: 'xargs [-rt] [-n max] [-I replace] [-d delim] [command [arg ...]]', run: xargs },
]
