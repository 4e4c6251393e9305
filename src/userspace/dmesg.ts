/**
 * dmesg: the kernel's log. man 1 dmesg (util-linux 2.38.1)
 *
 * -T counts from the lab's date (see iptables/ctime.ts). The log is one: what is cleared is gone for every reader.
 * Left out: levels and facilities (the lab's kernel keeps none: -l -f -x -r -J), -e -H -F --since --until; console
 * levels are checked and have no effect. -w looks once a second.
 */
import type { KernelLogLine } from '../kernel/netns.ts'
import { ctime } from './iptables/ctime.ts'
import type { Program, Sys } from './program.ts'
import { fatal, optionsOf, usageError } from './text/options.ts'

type Stamp = 'time' | 'none' | 'delta' | 'ctime' | 'ctime-delta'

interface State {
  stamp: Stamp
  /** Time of the last line that was printed, and how many lines of that time were. */
  time: number
  printed: number
}

const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug']

const SHORT = 'CcDdEeF:f:HhJkL::l:n:iPprSs:TtuVWwx'
const LONG: Record<string, string> = {
  'buffer-size': 's',
  clear: 'C',
  color: 'L',
  'console-level': 'n',
  'console-off': 'D',
  'console-on': 'E',
  ctime: 'T',
  decode: 'x',
  facility: 'f',
  file: 'F',
  follow: 'w',
  'follow-new': 'W',
  'force-prefix': 'p',
  help: 'h',
  human: 'H',
  json: 'J',
  kernel: 'k',
  level: 'l',
  noescape: 'noescape',
  nopager: 'P',
  notime: 't',
  raw: 'r',
  'read-clear': 'c',
  reltime: 'e',
  'show-delta': 'd',
  since: 'since:',
  syslog: 'S',
  'time-format': 'time-format:',
  until: 'until:',
  userspace: 'u',
  version: 'V',
}

/** Options that shut each other out, with the names that the complaint lists. */
const EXCLUSIVE: readonly [letters: string, names: string][] = [
  ['CDEcnr', '--clear --console-off --console-on --read-clear --console-level --raw'],
  ['Hr', '--human --raw'],
  ['Lr', '--color --raw'],
  ['Sw', '--syslog --follow'],
  ['Tr', '--ctime --raw'],
  ['dr', '--show-delta --raw'],
  ['er', '--reltime --raw'],
  ['rx', '--raw --decode'],
  ['rt', '--raw --notime'],
]

const HELP = `
Usage:
 dmesg [options]

Display or control the kernel ring buffer.

Options:
 -C, --clear                 clear the kernel ring buffer
 -c, --read-clear            read and clear all messages
 -D, --console-off           disable printing messages to console
 -E, --console-on            enable printing messages to console
 -F, --file <file>           use the file instead of the kernel log buffer
 -f, --facility <list>       restrict output to defined facilities
 -H, --human                 human readable output
 -J, --json                  use JSON output format
 -k, --kernel                display kernel messages
 -L, --color[=<when>]        colorize messages (auto, always or never)
                               colors are enabled by default
 -l, --level <list>          restrict output to defined levels
 -n, --console-level <level> set level of messages printed to console
 -P, --nopager               do not pipe output into a pager
 -p, --force-prefix          force timestamp output on each line of multi-line messages
 -r, --raw                   print the raw message buffer
     --noescape              don't escape unprintable character
 -S, --syslog                force to use syslog(2) rather than /dev/kmsg
 -s, --buffer-size <size>    buffer size to query the kernel ring buffer
 -u, --userspace             display userspace messages
 -w, --follow                wait for new messages
 -W, --follow-new            wait and print only new messages
 -x, --decode                decode facility and level to readable string
 -d, --show-delta            show time delta between printed messages
 -e, --reltime               show local time and time delta in readable format
 -T, --ctime                 show human-readable timestamp (may be inaccurate!)
 -t, --notime                don't show any timestamp with messages
     --time-format <format>  show timestamp using the given format:
                               [delta|reltime|ctime|notime|iso]
Suspending/resume will make ctime and iso timestamps inaccurate.
     --since <time>          display the lines since the specified time
     --until <time>          display the lines until the specified time

 -h, --help                  display this help
 -V, --version               display version

Supported log facilities:
    kern - kernel messages
    user - random user-level messages
    mail - mail system
  daemon - system daemons
    auth - security/authorization messages
  syslog - messages generated internally by syslogd
     lpr - line printer subsystem
    news - network news subsystem

Supported log levels (priorities):
   emerg - system is unusable
   alert - action must be taken immediately
    crit - critical conditions
     err - error conditions
    warn - warning conditions
  notice - normal but significant condition
    info - informational
   debug - debug-level messages

For more details see dmesg(1).
`

/** `12345.678901`, the seconds at least `width` wide. */
function seconds(us: number, width: number): string {
  return `${String(Math.floor(us / 1_000_000)).padStart(width)}.${String(us % 1_000_000).padStart(6, '0')}`
}

/** One line of the log. `before`: when the line before it was written. */
function format(sys: Sys, stamp: Stamp, line: KernelLogLine, before: number): string {
  const delta = `<${seconds(line.time - before, 5)}>`
  const uptime = seconds(sys.k.machine.bootOffset + line.time, 5)
  const prefix = {
    time: `[${uptime}] `,
    none: '',
    delta: `[${uptime} ${delta}] `,
    ctime: `[${ctime(line.time)}] `,
    'ctime-delta': `[${ctime(line.time)} ${delta}] `,
  }[stamp]
  return `${prefix}${line.text}\n`
}

/** Print what has been logged since. */
function print(sys: Sys, s: State): void {
  const { log } = sys.k.machine
  let skip = s.printed
  let text = ''
  for (const line of log) {
    if (line.time < s.time || (line.time === s.time && skip-- > 0)) continue
    text += format(sys, s.stamp, line, s.time < 0 ? line.time : s.time)
    s.printed = line.time === s.time ? s.printed + 1 : 1
    s.time = line.time
  }
  if (text !== '' && !sys.out(text)) sys.exit(0)
}

function skipAll(sys: Sys, s: State): void {
  const { log } = sys.k.machine
  s.time = log[log.length - 1]?.time ?? -1
  s.printed = log.filter((l) => l.time === s.time).length
}

const STAMPS: Partial<Record<string, Stamp>> = { delta: 'delta', ctime: 'ctime', notime: 'none' }
const NOT_MODELLED = new Set(['e', 'F', 'f', 'H', 'J', 'l', 'r', 'x', 'since', 'until'])

export const dmesg: Program = {
  name: 'dmesg',
  usage: 'dmesg [-c|-C] [-dkTtuWw] [-n LEVEL] [--time-format FORMAT]',
  start(sys) {
    const options = optionsOf(sys, { short: SHORT, long: LONG })
    if (!options) return
    const { found, operands } = options
    const has = (name: string): boolean => found.some((f) => f.name === name)
    for (const [letters, names] of EXCLUSIVE) {
      if (new Set(found.map((f) => f.name).filter((n) => letters.includes(n))).size < 2) continue
      fatal(sys, `mutually exclusive arguments: ${names}`)
      return
    }
    let stamp: Stamp = has('t') ? 'none' : has('T') ? (has('d') ? 'ctime-delta' : 'ctime') : 'time'
    if (stamp === 'time' && has('d')) stamp = 'delta'
    for (const { name, value } of found) {
      if (name === 'h' || name === 'V') {
        sys.out(name === 'h' ? HELP : 'dmesg from util-linux 2.38.1\n')
        sys.exit(0)
        return
      }
      const problem = complaint(name, value)
      if (problem !== '') {
        fatal(sys, problem)
        return
      }
      if (name === 'time-format') stamp = STAMPS[value] ?? stamp
    }
    if (operands.length > 0) {
      usageError(sys, 'bad usage')
      return
    }
    const state: State = { stamp, time: -1, printed: 0 }
    sys.process.data = state
    const reads = !['C', 'D', 'E', 'n'].some(has)
    if (has('W')) skipAll(sys, state)
    else if (reads && (!has('u') || has('k'))) print(sys, state)
    if (has('c') || has('C')) sys.k.machine.log.length = 0
    if (sys.process.status !== null) return
    if (reads && (has('w') || has('W'))) sys.timer(sys.k.now + 1_000_000)
    else sys.exit(0)
  },
  timer(sys) {
    print(sys, sys.process.data as State)
    if (sys.process.status === null) sys.timer(sys.k.now + 1_000_000)
  },
}

/** What is wrong with an option, '': nothing. */
function complaint(name: string, value: string): string {
  if (NOT_MODELLED.has(name))
    return `${name.length === 1 ? `-${name}` : `--${name}`}: not modelled in this lab`
  switch (name) {
    case 'n':
      return LEVELS.includes(value) || /^[1-8]$/.test(value) ? '' : `unknown level '${value}'`
    case 'L':
      return ['', 'auto', 'always', 'never'].includes(value) ? '' : `unsupported color mode: '${value}'`
    case 's':
      return /^\d+$/.test(value) ? '' : `invalid buffer size argument: '${value}'`
    case 'time-format':
      if (value === 'iso' || value === 'reltime') return `--time-format ${value}: not modelled in this lab`
      return STAMPS[value] ? '' : `unknown time format: ${value}`
    default:
      return ''
  }
}
