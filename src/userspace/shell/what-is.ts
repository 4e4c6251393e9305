/** Builtins that tell what is known: history, type, which. bash(1), which(1) */
import { complain, type Builtin, type BuiltinCall } from './builtin.ts'
import { builtins } from './builtins.ts'

export const KEYWORDS = [
  '!',
  'case',
  'do',
  'done',
  'elif',
  'else',
  'esac',
  'fi',
  'for',
  'function',
  'if',
  'in',
  'then',
  'time',
  'until',
  'while',
  '{',
  '}',
]

/** `history`, `history N`, `history -c` */
function history(at: BuiltinCall): number {
  const { call, argv, out } = at
  const { os } = call
  if (argv[1] === '-c') {
    os.history = []
    return 0
  }
  if (argv[1] !== undefined && !/^\d+$/.test(argv[1]))
    return complain(at, `${argv[1]}: numeric argument required`)
  const from = argv[1] === undefined ? 0 : Math.max(os.history.length - Number(argv[1]), 0)
  out(
    os.history
      .slice(from)
      .map((line, i) => `${String(from + i + 1).padStart(5)}  ${line}\n`)
      .join(''),
  )
  return 0
}

const BASH_PROGRAMS = ['echo', 'printf', 'test', '[', 'true', 'false']

function type(at: BuiltinCall): number {
  const { call, shell, argv, out } = at
  let status = 0
  for (const name of argv.slice(1)) {
    if (KEYWORDS.includes(name)) out(`${name} is a shell keyword\n`)
    else if (shell.env.functions.has(name)) out(`${name} is a function\n`)
    else if (builtins.has(name) && !DISGUISED.has(name)) out(`${name} is a shell builtin\n`)
    else if (BASH_PROGRAMS.includes(name)) out(`${name} is a shell builtin\n`)
    else if (builtins.has(name) || call.ctx.programs.has(name)) out(`${name} is ${whereIs(name)}\n`)
    else status = complain(at, `${name}: not found`)
  }
  return status
}

/** which(1) prints nothing for what it does not find. */
function which({ call, argv, out }: BuiltinCall): number {
  let status = 0
  for (const name of argv.slice(1)) {
    if (call.ctx.programs.has(name) || DISGUISED.has(name)) out(`${whereIs(name)}\n`)
    else status = 1
  }
  return status
}

const SBIN = new Set([
  'iptables',
  'iptables-save',
  'iptables-restore',
  'conntrack',
  'sysctl',
  'ip',
  'ss',
  'tc',
  'dropwatch',
])

function whereIs(name: string): string {
  return `/usr/${SBIN.has(name) ? 'sbin' : 'bin'}/${name}`
}

/** Builtins here that are programs on a real machine. */
const DISGUISED = new Set([
  'sh',
  'bash',
  'sudo',
  'nohup',
  'stdbuf',
  'env',
  'timeout',
  'watch',
  'xargs',
  'printenv',
  'which',
])

export const whatIs: readonly Builtin[] = [
  { name: 'history', usage: 'history [-c] [n]', run: history },
  { name: 'type', usage: 'type name ...', run: type },
  { name: 'which', usage: 'which name ...', run: which },
]
