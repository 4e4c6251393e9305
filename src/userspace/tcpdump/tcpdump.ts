/**
 * tcpdump(8): the frames at a device, live, where the kernel shows them to AF_PACKET sockets: on the way in before
 * PREROUTING, on the way out after POSTROUTING. What a hook drops on the way in is seen, on the way out it is not.
 *
 * tcpdump 4.99.3 with libpcap 1.10.3, tcpdump.c
 * Left out: files (-w, -r, -F), names for addresses (always as with -n but for the lab's hosts), other link types
 */
import type { Program, Sys } from '../program.ts'
import { parseOptions } from '../text/options.ts'
import { dump, type Dump } from './dump.ts'
import { FilterError, matchFilter, parseFilter, type Filter } from './filter.ts'
import { framesOf, type Frame } from './frame.ts'
import { frameText, type Style } from './print.ts'
import type { Conversations } from './tcp.ts'

const VERSION = `tcpdump version 4.99.3
libpcap version 1.10.3 (with TPACKET_V3)
OpenSSL 3.0.19 27 Jan 2026
`
const USAGE = `Usage: tcpdump [-AbdDefhHIJKlLnNOpqStuUvxX#] [ -B size ] [ -c count ] [--count]
		[ -C file_size ] [ -E algo:secret ] [ -F file ] [ -G seconds ]
		[ -i interface ] [ --immediate-mode ] [ -j tstamptype ]
		[ -M secret ] [ --number ] [ --print ] [ -Q in|out|inout ]
		[ -r file ] [ -s snaplen ] [ -T type ] [ --version ]
		[ -V file ] [ -w file ] [ -W filecount ] [ -y datalinktype ]
		[ --time-stamp-precision precision ] [ --micro ] [ --nano ]
		[ -z postrotate-command ] [ -Z user ] [ expression ]
`
const SHORT = 'aAbB:c:C:dDeE:fF:G:hHi:Ij:JKlLm:M:nNOpqQ:r:s:StT:uUvV:w:W:xXy:Yz:Z:#'
const LONG = {
  'buffer-size': 'B',
  'list-interfaces': 'D',
  help: 'h',
  interface: 'i',
  'monitor-mode': 'I',
  'dont-verify-checksums': 'K',
  'no-optimize': 'O',
  'no-promiscuous-mode': 'p',
  direction: 'Q',
  snapshot: 's',
  'snapshot-length': 's',
  'absolute-tcp-sequence-numbers': 'S',
  'packet-buffered': 'U',
  number: '#',
  version: 'version',
  count: 'count',
  print: 'print',
  'immediate-mode': 'immediate-mode',
  micro: 'micro',
  nano: 'nano',
}

/** What of the options is not there: files to write and to read. */
const FILES: Readonly<Record<string, string>> = {
  w: 'writing packets to a file',
  r: 'reading packets from a file',
  F: 'reading the expression from a file',
  V: 'reading packets from files',
}

interface State {
  device: string
  expression: string
  style: Style
  dump: Dump
  snaplen: number
  /** -t: how often it was given. */
  times: number
  numbered: boolean
  direction: '' | 'in' | 'out'
  /** -c, 0: no end. */
  count: number
  /** --count: only how many. */
  onlyCount: boolean
  captured: number
  /** What passed the filter, as the kernel counts: each frame of lo on its way out and in. */
  received: number
  /** Times of the first and the last frame shown. */
  first: number
  last: number
  known: Conversations
}

/** Trees of expressions that run, by their text: a state is data and cannot hold them. */
const filters = new Map<string, Filter>()

function filterOf(sys: Sys, expression: string): Filter | null {
  if (expression.trim() === '') return null
  let filter = filters.get(expression)
  if (!filter) {
    filter = parseFilter(expression, (name) => sys.resolve(name))
    filters.set(expression, filter)
  }
  return filter
}

const clock = (us: number): string => {
  const part = (n: number, size = 2): string => String(Math.floor(n)).padStart(size, '0')
  const s = Math.floor(us / 1e6)
  return `${part((s / 3600) % 24)}:${part((s / 60) % 60)}:${part(s % 60)}.${part(us % 1e6, 6)}`
}

/** The day, as year-month-day. */
function date(us: number): string {
  // Years that begin in March have their leap day at the end. 719468: days from March of year 0 to 1970.
  const days = Math.floor(us / 86_400e6) + 719_468
  const era = Math.floor(days / 146_097)
  const day = days - era * 146_097
  const year = Math.floor(
    (day - Math.floor(day / 1460) + Math.floor(day / 36_524) - Math.floor(day / 146_096)) / 365,
  )
  const inYear = day - (365 * year + Math.floor(year / 4) - Math.floor(year / 100))
  const march = Math.floor((5 * inYear + 2) / 153)
  const month = march < 10 ? march + 3 : march - 9
  const two = (n: number): string => String(n).padStart(2, '0')
  const inMonth = inYear - Math.floor((153 * march + 2) / 5) + 1
  return `${year + era * 400 + (month <= 2 ? 1 : 0)}-${two(month)}-${two(inMonth)}`
}

/** The time before a line, by how many -t there are. */
function timeText(s: State, us: number): string {
  switch (s.times) {
    case 1:
      return ''
    case 2:
      return `${Math.floor(us / 1e6)}.${String(us % 1e6).padStart(6, '0')} `
    case 3:
      return ` ${clock(s.last === 0 ? 0 : us - s.last)} `
    case 4:
      return `${date(us)} ${clock(us)} `
    case 5:
      return ` ${clock(s.first === 0 ? 0 : us - s.first)} `
    default:
      return `${clock(us)} `
  }
}

/** The whole text of a frame. Used for live frames, and by tests for recorded ones. */
export function printFrame(s: State, f: Frame): string {
  s.captured++
  const number = s.numbered ? `${String(s.captured).padStart(5)}  ` : ''
  const time = timeText(s, f.time)
  if (s.first === 0) s.first = f.time
  s.last = f.time
  return `${number}${time}${frameText(f, s.style, s.known)}${dump(f, s.dump, s.snaplen)}\n`
}

type Parsed = { state: State } | { stdout?: string; stderr?: string; status: number }

const fail = (text: string): Parsed => ({ stderr: `tcpdump: ${text}\n`, status: 1 })

/** The command line. `first`: the device without -i. */
export function parseCommand(argv: readonly string[], first: string): Parsed {
  const options = parseOptions(argv, { short: SHORT, long: LONG, ordered: true })
  if ('error' in options) return { stderr: `tcpdump: ${options.error}\n${VERSION}${USAGE}`, status: 1 }
  const { found, operands } = options
  const times = (letter: string): number => found.filter(({ name }) => name === letter).length
  const value = (letter: string): string | undefined => found.findLast(({ name }) => name === letter)?.value
  for (const { name } of found)
    if (name in FILES) return fail(`${FILES[name]} (-${name}) is not modelled in this lab`)
  if (times('h') > 0) return { stdout: VERSION + USAGE, status: 0 }
  if (times('version') > 0) return { stdout: VERSION, status: 0 }
  const count = value('c')
  if (count !== undefined && !(Number(count) > 0 && Number.isInteger(Number(count))))
    return fail(`invalid packet count ${count}`)
  const snaplen = value('s')
  if (snaplen !== undefined && !(/^\d+$/.test(snaplen) && Number(snaplen) <= 262144))
    return fail(`invalid snaplen ${snaplen} (must be >= 0 and <= 262144)`)
  const direction = value('Q') ?? 'inout'
  if (!['in', 'out', 'inout'].includes(direction)) return fail(`unknown capture direction \`${direction}'`)
  const device = value('i') ?? first
  const [hex, both, text] = [times('x'), times('X'), times('A')]
  return {
    state: {
      device,
      expression: operands.join(' '),
      style: {
        verbose: times('v'),
        quiet: times('q') > 0,
        link: times('e') > 0,
        absolute: times('S') > 0,
        unchecked: times('K') > 0,
        cooked: device === 'any',
      },
      dump: {
        how: both > 0 ? 'X' : hex > 0 ? 'x' : text > 0 ? 'A' : '',
        link: hex > 1 || both > 1 || text > 1,
      },
      snaplen: Number(snaplen ?? 0) || 262144,
      times: Math.min(5, times('t')),
      numbered: times('#') > 0,
      direction: direction === 'inout' ? '' : (direction as 'in' | 'out'),
      count: Number(count ?? 0),
      onlyCount: times('count') > 0,
      captured: 0,
      received: 0,
      first: 0,
      last: 0,
      known: {},
    },
  }
}

/** -D */
function devices(sys: Sys): string {
  const { devs } = sys.k.net
  const up = devs.filter((d) => d.up && !d.loopback).map((d) => `${d.name} [Up, Running, Connected]`)
  const lo = devs.filter((d) => d.loopback).map((d) => `${d.name} [Up, Running, Loopback]`)
  const down = devs.filter((d) => !d.up && !d.loopback).map((d) => `${d.name} [none]`)
  const any = 'any (Pseudo-device that captures on all interfaces) [Up, Running]'
  return [...up, any, ...lo, ...down].map((line, i) => `${i + 1}.${line}\n`).join('')
}

function begin(sys: Sys): void {
  const { net } = sys.k
  const first = net.devs.find((d) => !d.loopback && d.up)?.name ?? 'any'
  if (sys.process.argv.some((word) => word === '-D' || word === '--list-interfaces')) {
    sys.out(devices(sys))
    sys.exit(0)
    return
  }
  const parsed = parseCommand(sys.process.argv, first)
  if (!('state' in parsed)) {
    if (parsed.stdout) sys.out(parsed.stdout)
    if (parsed.stderr) sys.err(parsed.stderr)
    sys.exit(parsed.status)
    return
  }
  const s = parsed.state
  if (s.device !== 'any' && !net.devs.some((d) => d.name === s.device)) {
    sys.err(`tcpdump: ${s.device}: No such device exists\n(No such device exists)\n`)
    sys.exit(1)
    return
  }
  try {
    filterOf(sys, s.expression)
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    sys.err(`tcpdump: ${error.message}\n`)
    sys.exit(1)
    return
  }
  if (s.style.cooked) sys.err('tcpdump: data link type LINUX_SLL2\n')
  if (s.style.verbose === 0)
    sys.err('tcpdump: verbose output suppressed, use -v[v]... for full protocol decode\n')
  const link = s.style.cooked ? 'LINUX_SLL2 (Linux cooked v2)' : 'EN10MB (Ethernet)'
  const head = s.style.verbose > 0 ? 'tcpdump: ' : ''
  sys.err(`${head}listening on ${s.device}, link-type ${link}, snapshot length ${s.snaplen} bytes\n`)
  net.taps++
  sys.process.data = s
}

function end(sys: Sys, s: State): void {
  const n = s.captured
  const packets = (what: string, count: number): string =>
    `${count} packet${count === 1 ? '' : 's'} ${what}\n`
  sys.err(
    packets('captured', n) + packets('received by filter', s.received) + packets('dropped by kernel', 0),
  )
  sys.exit(0)
}

/** A frame has come by. */
function show(sys: Sys, s: State, f: Frame): void {
  if (s.device !== 'any' && s.device !== f.dev) return
  if (s.direction !== '' && (s.direction === 'out') !== f.out) return
  const filter = filterOf(sys, s.expression)
  if (filter && !matchFilter(filter, f, s.style.cooked ? 20 : 14)) return
  s.received += f.dev === 'lo' ? 2 : 1
  if (s.onlyCount) s.captured++
  else if (!sys.out(printFrame(s, f))) return
  if (s.captured === s.count) end(sys, s)
}

export const tcpdump: Program = {
  name: 'tcpdump',
  usage: 'tcpdump [-n] [-i DEVICE|any] [-c COUNT] [-eqvxXA] [-Q in|out] [EXPRESSION]',
  start: begin,
  frame(sys, event) {
    const s = sys.process.data as State | null
    if (!s) return
    for (const f of framesOf(sys, event)) {
      if (sys.process.status !== null) return
      show(sys, s, f)
    }
  },
  endsOnTerm: true,
  interrupt(sys) {
    const s = sys.process.data as State | null
    // A line might not have been finished.
    sys.out('\n')
    if (s) end(sys, s)
  },
  complete: (words, index) =>
    words[index - 1] === '-Q'
      ? ['in', 'out', 'inout']
      : ['-n', '-i', '-c', '-e', '-v', '-X', 'host', 'port', 'tcp', 'udp', 'icmp', 'arp', 'and', 'or', 'not'],
}
