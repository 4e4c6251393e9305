/**
 * netstat(8): sockets, the routing table, cards and counters, in the columns of net-tools 2.10.
 *
 * net-tools 2.10, netstat.c
 * Left out: IPv6, Unix sockets (the lab has none), masquerading (-M, of Linux 2.0), the cache (-C)
 */
import { TCP_LISTEN } from '../../kernel/tcp/table.ts'
import { portText } from '../../kernel/xtables/names.ts'
import { printIpv4 } from '../../wire/address.ts'
import { hostName } from '../hosts-file.ts'
import { inode } from '../proc-sockets.ts'
import type { Program, Sys } from '../program.ts'
import { ownerOf } from '../ss/owner.ts'
import { socketsOf, type NetId, type SocketView } from '../ss/sockets.ts'
import { parseOptions } from '../text/options.ts'
import { cardTable } from './cards.ts'
import { groupTable, routeTable } from './routes.ts'
import { statistics } from './statistics.ts'

const VERSION = 'net-tools 2.10\n'
const LONG = {
  route: 'r',
  interfaces: 'i',
  groups: 'g',
  statistics: 's',
  masquerade: 'M',
  verbose: 'v',
  wide: 'W',
  numeric: 'n',
  'numeric-hosts': 'numeric-hosts',
  'numeric-ports': 'numeric-ports',
  symbolic: 'N',
  extend: 'e',
  programs: 'p',
  timers: 'o',
  continuous: 'c',
  listening: 'l',
  all: 'a',
  fib: 'F',
  cache: 'C',
  tcp: 't',
  udp: 'u',
  udplite: 'U',
  raw: 'w',
  unix: 'x',
  version: 'V',
  help: 'h',
  inet: '4',
  inet6: '6',
}

/** By number, as netstat writes them. */
const STATES = [
  '',
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'TIME_WAIT',
  'CLOSE',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'CLOSING',
  // TCP_BOTH_OPEN
  'SYN_RECV',
]

interface Wanted {
  has: (letter: string) => boolean
  hosts: boolean
  ports: boolean
}

/** Room for an end; a name that is too long for it is cut, the port is not. */
const WIDTH = 23

function end(sys: Sys, w: Wanted, netid: NetId, addr: number, port: number): string {
  const text = printIpv4(addr)
  const host = w.hosts || addr === 0 ? text : hostName(sys, text)
  const number = port === 0 ? '*' : portText(port, netid, w.ports)
  const room = WIDTH - number.length - 1
  return `${w.has('W') ? host : host.slice(0, room)}:${number}`.padEnd(WIDTH)
}

/** Linux: the tr and tm->when columns of /proc/net/tcp */
function timerText(sys: Sys, { timer: t }: SocketView): string {
  if (!t) return 'off (0.00/0/0)'
  const left = Math.max(0, Math.floor((t.at - sys.k.now) / 10_000) / 100).toFixed(2)
  return `${t.name} (${left}/${t.retries}/0)`
}

function line(sys: Sys, w: Wanted, v: SocketView): string {
  // /proc/net/tcp has no backlog, and a listener's connections that wait are its Recv-Q.
  const sendq = v.state === TCP_LISTEN ? 0 : v.sendq
  const state =
    v.netid === 'tcp' ? STATES[v.state] : v.netid === 'raw' ? '7' : v.raddr === 0 ? '' : 'ESTABLISHED'
  const lport = v.netid === 'raw' ? 1 : v.lport
  const owner = ownerOf(sys, v)
  return [
    `${v.netid.padEnd(4)}  ${String(v.recvq).padStart(6)} ${String(sendq).padStart(6)} `,
    `${end(sys, w, v.netid, v.laddr, lport)} ${end(sys, w, v.netid, v.raddr, v.rport)} ${state.padEnd(11)}`,
    w.has('e') ? ` ${(w.has('n') ? '0' : 'root').padEnd(10)} ${String(inode(v)).padEnd(10)}` : '',
    w.has('p') ? ` ${(owner === null ? '-' : `${owner.pid}/${owner.name}`).padEnd(20)}` : '',
    w.has('o') ? ` ${timerText(sys, v)}` : '',
    '\n',
  ].join('')
}

function shown(w: Wanted, v: SocketView): boolean {
  if (w.has('a')) return true
  const listens = v.netid === 'tcp' ? v.state === TCP_LISTEN : v.raddr === 0
  return w.has('l') ? listens : !listens
}

function which(w: Wanted): string {
  return w.has('a') ? 'servers and established' : w.has('l') ? 'only servers' : 'w/o servers'
}

function sockets(sys: Sys, w: Wanted): string {
  const named = (['tcp', 'udp', 'raw'] as const).filter((id) => w.has({ tcp: 't', udp: 'u', raw: 'w' }[id]))
  const others = w.has('x') || w.has('U')
  const six = w.has('6') && !w.has('4')
  const kinds: readonly NetId[] = six ? [] : named.length > 0 || others ? named : ['tcp', 'udp', 'raw']
  let text = ''
  if (kinds.length > 0 || w.has('U') || six) {
    text +=
      `Active Internet connections (${which(w)})\n` +
      'Proto Recv-Q Send-Q Local Address           Foreign Address         State      ' +
      (w.has('e') ? ' User       Inode     ' : '') +
      (w.has('p') ? ' PID/Program name    ' : '') +
      (w.has('o') ? ' Timer' : '') +
      '\n'
    for (const kind of kinds) for (const v of socketsOf(sys.k, kind)) if (shown(w, v)) text += line(sys, w, v)
  }
  if (w.has('x') || (named.length === 0 && !others))
    text +=
      `Active UNIX domain sockets (${which(w)})\n` +
      'Proto RefCnt Flags       Type       State         I-Node  ' +
      `${w.has('p') ? ' PID/Program name    ' : ''} Path\n`
  return text
}

function page(sys: Sys, w: Wanted): string {
  if (w.has('r')) return routeTable(sys, w.hosts, w.has('e') ? 'route' : 'netstat')
  if (w.has('i')) return `Kernel Interface table\n${cardTable(sys.k, w.has('a'), 'netstat')}`
  if (w.has('g')) return groupTable(sys.k)
  if (w.has('s')) return statistics(sys.k, ['t', 'u', 'w', 'U'].filter(w.has))
  return sockets(sys, w)
}

const SECOND = 1_000_000

/** Once, or each second anew. */
function show(sys: Sys): void {
  const letters = sys.process.data as string[]
  const has = (letter: string): boolean => letters.includes(letter)
  const hosts = has('n') || has('numeric-hosts')
  const ports = has('n') || has('numeric-ports')
  if (!sys.out(page(sys, { has, hosts, ports }))) return
  if (has('c')) sys.timer(sys.k.now + SECOND)
  else sys.exit(0)
}

export const netstat: Program = {
  name: 'netstat',
  usage: 'netstat [-tuwanlpeoc] | -r | -i | -s',
  start(sys) {
    const options = parseOptions(sys.process.argv, { short: 'A:CFMacdeghilnNoprstuUvVWwx64', long: LONG })
    if ('error' in options) {
      sys.err(`netstat: ${options.error}\nusage: ${netstat.usage}\n`)
      sys.exit(4)
      return
    }
    const letters = options.found.map(({ name }) => name)
    const has = (letter: string): boolean => letters.includes(letter)
    if (has('V')) {
      sys.out(VERSION)
      sys.exit(0)
      return
    }
    if (has('h')) {
      sys.err(`usage: ${netstat.usage}\n`)
      sys.exit(4)
      return
    }
    if (has('M')) {
      sys.err("netstat: no support for `ip_masquerade' on this system.\n")
      sys.exit(1)
      return
    }
    if (has('C')) {
      sys.err('netstat: -C: Linux has had no cache of routes since 3.6\n')
      sys.exit(1)
      return
    }
    sys.process.data = letters
    show(sys)
  },
  timer: show,
  complete: () => ['-tan', '-tlnp', '-tulpn', '-rn', '-s', '-i'],
}
