/**
 * ss(8): sockets, in the columns of iproute2 6.1.
 *
 * iproute2 6.1, misc/ss.c
 * Left out: sockets that are not of IPv4 (unix, packet, netlink, of IPv6), memory (-m), events (-E), files of filters
 * (-F, -D)
 */
import type { Kernel } from '../../kernel/kernel.ts'
import { sockByIndex } from '../../kernel/socket.ts'
import { tcp_abort } from '../../kernel/tcp/abort.ts'
import { TCP_SK } from '../../kernel/tcp/table.ts'
import { printIpv4 } from '../../wire/address.ts'
import { hostName } from '../hosts-file.ts'
import { portText } from '../../kernel/xtables/names.ts'
import type { Program, Sys } from '../program.ts'
import { parseOptions, type FoundOption, type OptionSpec } from '../text/options.ts'
import { render, type Row } from './columns.ts'
import { CONNECTED, EVERY, FilterError, LISTENING, parseFilter, PLAIN } from './filter.ts'
import { details, tcpInfo } from './details.ts'
import { ownerOf } from './owner.ts'
import { SHOWN, socketsOf, type NetId, type SocketView } from './sockets.ts'
import { summary } from './summary.ts'
import { USAGE, VERSION } from './usage.ts'

const SPEC: OptionSpec = {
  short: 'habBeEf:F:HiKlmMnN:oOpPrsStTuvVwxZz046dA:D:',
  long: {
    help: 'h',
    version: 'V',
    numeric: 'n',
    resolve: 'r',
    all: 'a',
    listening: 'l',
    options: 'o',
    extended: 'e',
    memory: 'm',
    processes: 'p',
    threads: 'T',
    info: 'i',
    summary: 's',
    bpf: 'b',
    events: 'E',
    net: 'N',
    ipv4: '4',
    ipv6: '6',
    packet: '0',
    tcp: 't',
    mptcp: 'M',
    sctp: 'S',
    udp: 'u',
    dccp: 'd',
    raw: 'w',
    unix: 'x',
    family: 'f',
    query: 'A',
    socket: 'A',
    diag: 'D',
    filter: 'F',
    kill: 'K',
    'no-header': 'H',
    oneline: 'O',
    context: 'Z',
    contexts: 'z',
  },
}

/** How wide the terminal of a lab is taken to be. */
const SCREEN = 80

interface Wanted {
  kinds: Set<NetId>
  numeric: boolean
  resolve: boolean
  all: boolean
  listening: boolean
  timers: boolean
  details: boolean
  info: boolean
  oneLine: boolean
  kill: boolean
  processes: boolean
  header: boolean
  /** Nothing of IPv4 is wanted. */
  none: boolean
}

class Usage extends Error {}

const QUERIES: Readonly<Record<string, readonly NetId[]>> = {
  all: ['raw', 'udp', 'tcp'],
  inet: ['raw', 'udp', 'tcp'],
  tcp: ['tcp'],
  udp: ['udp'],
  raw: ['raw'],
}
const NOT_HERE =
  /^(mptcp|dccp|sctp|unix|unix_dgram|unix_stream|unix_seqpacket|packet|packet_raw|packet_dgram|netlink|vsock_stream|vsock_dgram|tipc|xdp)$/

function query(w: Wanted, text: string): void {
  for (const word of text.split(',')) {
    if (Object.hasOwn(QUERIES, word)) for (const kind of QUERIES[word]) w.kinds.add(kind)
    else if (NOT_HERE.test(word)) w.none = true
    else throw new Usage(`ss: "${word}" is illegal socket table id\n`)
  }
}

function read(w: Wanted, { name, value }: FoundOption): void {
  switch (name) {
    case 'n':
      w.numeric = true
      break
    case 'r':
      w.resolve = true
      break
    case 'a':
      w.all = true
      break
    case 'l':
      w.listening = true
      break
    case 'o':
      w.timers = true
      break
    case 'e':
      w.timers = w.details = true
      break
    case 'i':
      w.info = true
      break
    case 'O':
      w.oneLine = true
      break
    case 'K':
      w.kill = true
      break
    case 'p':
    case 'T':
      w.processes = true
      break
    case 'H':
      w.header = false
      break
    case 't':
      w.kinds.add('tcp')
      break
    case 'u':
      w.kinds.add('udp')
      break
    case 'w':
      w.kinds.add('raw')
      break
    case 'A':
      query(w, value)
      break
    case 'f':
      if (!/^(inet|inet6|link|unix|netlink|tipc|vsock|xdp)$/.test(value))
        throw new Usage(`ss: "${value}" is invalid family\n`)
      if (value !== 'inet') w.none = true
      break
    case '6':
    case 'x':
    case '0':
    case 'S':
    case 'M':
    case 'd':
      w.none = true
      break
    case '4':
      w.none = false
  }
}

/** Linux: the users of a socket, found below /proc. */
function owner(sys: Sys, v: SocketView): string {
  const o = ownerOf(sys, v)
  return o === null ? '' : ` users:(("${o.name}",pid=${o.pid},fd=${o.fd}))`
}

/** Linux: print_ms_timer */
function timerText(ms: number): string {
  const minutes = Math.floor(ms / 60000)
  let secs = Math.floor(ms / 1000) % 60
  let left = ms % 1000
  let out = ''
  if (minutes > 0) {
    left = 0
    out = `${minutes}min`
    if (minutes > 9) secs = 0
  }
  if (secs > 0) {
    if (secs > 9) left = 0
    out += left > 0 ? `${secs}.` : `${secs}sec`
  }
  // Seconds with a fraction are called milliseconds, too.
  return left > 0 ? `${out}${String(left).padStart(3, '0')}ms` : out
}

function timer(sys: Sys, { timer: t }: SocketView): string {
  if (!t) return ''
  return ` timer:(${t.name},${timerText(Math.max(0, Math.floor((t.at - sys.k.now) / 1000)))},${t.retries})`
}

function row(sys: Sys, w: Wanted, v: SocketView): Row {
  const address = (addr: number): string => {
    const text = printIpv4(addr)
    return `${w.resolve && addr !== 0 ? hostName(sys, text) : text}:`
  }
  const port = (n: number): string => (n === 0 ? '*' : portText(n, v.netid, w.numeric))
  const local = v.netid === 'raw' ? (w.numeric ? '1' : 'icmp') : port(v.lport)
  return {
    netid: v.netid,
    state: SHOWN[v.state],
    recvq: String(v.recvq).padEnd(6),
    sendq: String(v.sendq).padEnd(6),
    addr: address(v.laddr),
    port: local,
    peer: address(v.raddr),
    peerPort: port(v.rport),
    process: [
      w.processes ? owner(sys, v) : '',
      w.timers ? timer(sys, v) : '',
      w.details ? details(sys.k, v) : '',
      w.info && v.netid === 'tcp' ? (w.oneLine ? '' : '\n\t') + tcpInfo(sys.k, v, w.timers) : '',
    ].join(''),
  }
}

/** -K: the socket is ended from outside. Linux: sock_diag_destroy, tcp_abort, udp_abort */
function abort(k: Kernel, v: SocketView): void {
  if (v.netid === 'tcp') {
    tcp_abort(k, v.slot + TCP_SK)
    return
  }
  const sock = sockByIndex(k.net, v.slot)
  if (!sock) return
  sock.error = 'ECONNABORTED'
  sock.raddr = sock.rport = 0
  k.wake(v.slot)
}

/** What -i and -m tell on a real system, and this one cannot. */
const NOT_MODELLED: Readonly<Record<string, string>> = {
  i: 'congestion control, round-trip times, rates and counts are not modelled in this lab',
  m: 'the memory of sockets is not modelled in this lab',
}

function list(sys: Sys, w: Wanted, operands: readonly string[]): void {
  const filter = parseFilter(sys, operands)
  const chosen = w.all ? EVERY : w.listening ? LISTENING : w.kinds.has('tcp') ? CONNECTED : PLAIN
  const kinds = (['raw', 'udp', 'tcp'] as const).filter((kind) => w.kinds.has(kind))
  const states = filter.states ?? chosen
  const found = (w.none ? [] : kinds)
    .flatMap((kind) => socketsOf(sys.k, kind))
    .filter((v) => states.includes(v.state) && filter.test(v))
  const rows = found.map((v) => row(sys, w, v))
  sys.spend?.(rows.length)
  const hidden: (keyof Row)[] = []
  if (kinds.length === 1) hidden.push('netid')
  if (new Set(states.map((state) => SHOWN[state])).size === 1) hidden.push('state')
  const screen = sys.process.stdout.kind === 'tty' ? SCREEN : null
  sys.out(render(rows, { hidden, header: w.header, screen }))
  if (w.kill) for (const v of found) abort(sys.k, v)
}

export const ss: Program = {
  name: 'ss',
  usage: 'ss [-tuwanlpoeiKHs] [-A QUERY] [state STATE] [EXPRESSION]',
  start(sys) {
    const options = parseOptions(sys.process.argv, SPEC)
    if ('error' in options) {
      sys.err(`ss: ${options.error}\n${USAGE}`)
      sys.exit(255)
      return
    }
    const { found, operands } = options
    const has = (letter: string): boolean => found.some(({ name }) => name === letter)
    if (has('h') || has('V')) {
      sys.out(has('h') ? USAGE : VERSION)
      sys.exit(0)
      return
    }
    const left = found.find(({ name }) => 'EFDNZzbB'.includes(name))
    if (left) {
      sys.err(`ss: -${left.name}: not modelled in this lab\n`)
      sys.exit(1)
      return
    }
    if (has('s')) {
      sys.out(summary(sys.k))
      sys.exit(0)
      return
    }
    const w: Wanted = {
      kinds: new Set(),
      numeric: false,
      resolve: false,
      all: false,
      listening: false,
      timers: false,
      details: false,
      info: false,
      oneLine: false,
      kill: false,
      processes: false,
      header: true,
      none: false,
    }
    try {
      for (const option of found) read(w, option)
      if (w.kinds.size === 0) for (const kind of QUERIES['all']) w.kinds.add(kind)
      list(sys, w, operands)
      for (const [letter, what] of Object.entries(NOT_MODELLED))
        if (has(letter)) sys.err(`ss: -${letter}: ${what}\n`)
      sys.exit(0)
    } catch (error) {
      if (error instanceof Usage) {
        sys.err(error.message + USAGE)
        sys.exit(255)
      } else if (error instanceof FilterError) {
        sys.err(error.message + (error.usage ? USAGE : ''))
        sys.exit(error.status)
      } else throw error
    }
  },
  complete: (words, index) =>
    /^(state|exclude)$/.test(words[index - 1] ?? '')
      ? ['established', 'syn-sent', 'syn-recv', 'time-wait', 'listening', 'connected', 'all']
      : ['-tan', '-tln', '-uan', '-s', '-p', '-o', 'state', 'exclude', 'dport', 'sport', 'dst', 'src'],
}
