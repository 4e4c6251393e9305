/**
 * nc(1): what stdin says goes to the peer, what the peer says goes to stdout; or wait for somebody who does so (-l).
 *
 * OpenBSD netcat as Debian 12 has it (1.219-1), netcat.c
 * Left out: proxies, Unix sockets, DCCP, IPv6, telnet, delays between lines (-i), -r. Nobody types into a program here:
 * where stdin is the terminal it says nothing and has no end.
 */
import { icmpErrno } from '../../kernel/icmp-errno.ts'
import { freeSock, newSock, sockByIndex, type Datagram, type Errno, type Sock } from '../../kernel/socket.ts'
import '../../kernel/tcp/nagle.ts'
import { F_NAGLE, TCP_SK, TCP_SYN_SENT } from '../../kernel/tcp/table.ts'
import {
  tcp_accept,
  tcp_close,
  tcp_connect,
  tcp_ends,
  tcp_eof,
  tcp_error,
  tcp_listen,
  tcp_recv,
  tcp_send,
  tcp_shutdown,
  tcp_state,
} from '../../kernel/tcp/tcp.ts'
import { tcp_port_taken } from '../../kernel/tcp/bind.ts'
import { isLocal } from '../../kernel/route.ts'
import { udp_connect, udp_send } from '../../kernel/udp.ts'
import { portText } from '../../kernel/xtables/names.ts'
import { printIpv4, type Ipv4 } from '../../wire/address.ts'
import { inetAton } from '../inet-aton.ts'
import type { Program, Sys } from '../program.ts'
import { byteLength } from '../text/bytes.ts'
import { Quit, readOptions, type NcOptions } from './options.ts'

interface State {
  o: NcOptions
  address: Ipv4
  source: Ipv4
  /** Which of the ports is being tried. */
  at: number
  /** Sockets by index, -1: none. */
  listener: number
  sock: number
  phase: 'connecting' | 'probing' | 'talking' | 'waiting'
  /** Probes of UDP that are still to be sent, of those that have been. */
  probes: number
  /** What stdin has said before there was anybody to say it to. */
  early: string
  stdinEnded: boolean
  netEnded: boolean
  packets: number
  /** Lab times: the next probe, the end of patience, the end after -q; 0: none. */
  probeAt: number
  idleAt: number
  quitAt: number
  status: number
}

const SECOND = 1_000_000
const MOMENT = 10
const SIGPIPE = 141
/** Seconds that UDP waits for a refusal. Linux: UDP_SCAN_TIMEOUT */
const UDP_SCAN = 3
/** Bytes of a read from stdin, which is one datagram. */
const BUFSIZE = 16384

const ERRNO: Readonly<Record<Errno, string>> = {
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  ETIMEDOUT: 'Connection timed out',
  EPERM: 'Operation not permitted',
  ENETUNREACH: 'Network is unreachable',
  EHOSTUNREACH: 'No route to host',
  EINVAL: 'Invalid argument',
  EACCES: 'Permission denied',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EMSGSIZE: 'Message too long',
  ECONNABORTED: 'Software caused connection abort',
  ENOPROTOOPT: 'Protocol not available',
  EOPNOTSUPP: 'Operation not supported',
  EHOSTDOWN: 'Host is down',
  ENONET: 'Machine is not on the network',
  EPROTO: 'Protocol error',
  EAGAIN: 'Resource temporarily unavailable',
}

const stateOf = (sys: Sys): State => sys.process.data as State

function resolve(sys: Sys, o: NcOptions, host: string, port: string): Ipv4 {
  const addr = inetAton(host) ?? (o.numeric ? null : sys.resolve(host))
  if (addr !== null) return addr
  throw new Quit(`nc: getaddrinfo for host "${host}" port ${port}: Name or service not known\n`)
}

/** The name of an address, by /etc/hosts. */
function nameOf(sys: Sys, s: State, addr: Ipv4): string {
  const text = printIpv4(addr)
  if (s.o.numeric || addr === 0) return text
  const hosts = sys.files.read('/etc/hosts')
  const line = (typeof hosts === 'string' ? hosts.split('\n') : []).find((l) => l.split(/\s+/)[0] === text)
  return line?.split(/\s+/)[1] ?? text
}

const protocol = (s: State): 'udp' | 'tcp' => (s.o.udp ? 'udp' : 'tcp')

/** Whom it is about: as typed, and the address where that is a name. */
function peerText({ o, address }: State): string {
  const text = printIpv4(address)
  return o.numeric || o.host === text ? o.host : `${o.host} (${text})`
}

/* Asking for a connection */

/** Has another socket of UDP this port? `shared`: servers may have it together. */
const udpTaken = (sys: Sys, addr: Ipv4, port: number, shared = false): boolean =>
  sys.k.net.socks.some(
    (s) =>
      s?.proto === 'udp' &&
      s.lport === port &&
      (addr === 0 || s.laddr === 0 || s.laddr === addr) &&
      !(shared && s.pid > 0 && s.raddr === 0),
  )

/** Try the next port; end where there is none. Throws Quit where the port that it shall come from is taken. */
function connect(sys: Sys, s: State): void {
  const { o } = s
  const port = o.ports[s.at]
  if (s.at >= o.ports.length) {
    sys.exit(s.status)
    return
  }
  const lport = Number(o.sourcePort)
  const { pid } = sys.process
  const isTaken = o.udp ? udpTaken(sys, s.source, lport) : tcp_port_taken(sys.k.net, s.source, lport)
  if (lport !== 0 && isTaken) throw new Quit('nc: bind failed: Address already in use\n')
  const sock = o.udp
    ? udp_connect(sys.k, pid, s.address, port, s.source, lport)
    : tcp_connect(sys.k, pid, s.address, port, true, s.source, lport)
  if (typeof sock === 'string') {
    failed(sys, s, ERRNO[sock])
    return
  }
  s.sock = typeof sock === 'number' ? sock : sock.index
  if (o.udp) {
    if (!o.verbose && !o.scan) connected(sys, s)
    else probe(sys, s, true)
    return
  }
  sys.k.net.tcp.flags[s.sock - TCP_SK] |= F_NAGLE
  s.phase = 'connecting'
  if (o.timeout !== null) patience(sys, s)
}

function failed(sys: Sys, s: State, why: string): void {
  if (s.o.verbose)
    sys.err(
      `nc: connect to ${peerText(s)} port ${s.o.ports[s.at]} (${protocol(s)}) ${why.startsWith('timed') ? '' : 'failed: '}${why}\n`,
    )
  hangUp(sys, s)
  s.at++
  connect(sys, s)
}

function hangUp(sys: Sys, s: State): void {
  const index = s.sock
  s.sock = -1
  s.idleAt = 0
  if (index >= TCP_SK) tcp_close(sys.k, index)
  const sock = sockByIndex(sys.k.net, index)
  if (sock) freeSock(sys.k.net, sock)
}

/** UDP: two probes, then one each second; a refusal shows that nobody is there. Linux: udptest */
function probe(sys: Sys, s: State, first = false): void {
  const sock = sockByIndex(sys.k.net, s.sock)
  if (!sock) return
  if (first) {
    s.phase = 'probing'
    s.probes = 2 + (s.o.timeout ?? UDP_SCAN)
  } else if (refused(sock)) {
    // Not a word of it, even with -v.
    hangUp(sys, s)
    s.at++
    connect(sys, s)
    return
  }
  if (s.probes === 0) {
    connected(sys, s)
    return
  }
  udp_send(sys.k, sock, sys.payload('X'), 1)
  s.probes--
  const second = s.probes === 1 + (s.o.timeout ?? UDP_SCAN)
  // The second one goes out at once, and so does the end come: but not before this very host has got the last one.
  s.probeAt = sys.k.now + (second || s.probes === 0 ? MOMENT : SECOND)
  sys.timer(s.probeAt)
}

/** Has an ICMP error told that nobody is there? */
function refused(sock: Sock): boolean {
  const error = sock.queue.some(isRefusal)
  sock.queue = sock.queue.filter((d) => d.type === 0)
  return error
}

/** Only this stops a scan. */
const isRefusal = (d: Datagram): boolean => d.type === 3 && d.code === 3

function connected(sys: Sys, s: State): void {
  const { o } = s
  s.status = 0
  if (o.verbose) {
    const port = o.ports[s.at]
    const known = portText(port, protocol(s), o.numeric)
    const service = known === String(port) ? '*' : known
    sys.err(`Connection to ${peerText(s)} ${port} port [${protocol(s)}/${service}] succeeded!\n`)
  }
  if (o.scan) {
    hangUp(sys, s)
    s.at++
    connect(sys, s)
    return
  }
  talk(sys, s)
}

/* Waiting for one */

function listen(sys: Sys, s: State): void {
  const { o } = s
  const { net } = sys.k
  const port = o.ports[0]
  if (s.address !== 0 && !isLocal(net, s.address)) throw new Quit('nc: Cannot assign requested address\n')
  if (o.udp ? udpTaken(sys, s.address, port, true) : tcp_port_taken(net, s.address, port, true))
    throw new Quit('nc: Address already in use\n')
  if (o.udp) {
    const sock = newSock(net, 'udp', sys.process.pid)
    sock.lport = port
    sock.laddr = s.address
    s.sock = sock.index
  } else {
    s.listener = tcp_listen(sys.k, port, sys.process.pid, '', 1, true)
    net.tcp.laddr[s.listener - TCP_SK] = s.address
  }
  s.phase = 'waiting'
  if (o.verbose) sys.err(`${o.udp ? 'Bound' : 'Listening'} on ${nameOf(sys, s, s.address)} ${port}\n`)
  if (o.udp && o.keep) talk(sys, s)
}

function received(sys: Sys, s: State, addr: Ipv4, port: number): void {
  if (s.o.verbose) sys.err(`Connection received on ${nameOf(sys, s, addr)} ${port}\n`)
}

function accept(sys: Sys, s: State): void {
  if (s.listener < 0 || s.phase !== 'waiting') return
  const sk = tcp_accept(sys.k, s.listener)
  if (sk < 0) return
  sys.k.net.tcp.pid[sk - TCP_SK] = sys.process.pid
  s.sock = sk
  sys.k.net.tcp.flags[sk - TCP_SK] |= F_NAGLE
  s.netEnded = false
  const { raddr, rport } = tcp_ends(sys.k.net, sk)
  received(sys, s, raddr, rport)
  talk(sys, s)
  stream(sys, s)
}

/* Talking */

/** -w: begin to wait anew. */
function patience(sys: Sys, s: State): void {
  if (s.o.timeout === null) return
  s.idleAt = sys.k.now + s.o.timeout * SECOND
  sys.timer(s.idleAt)
}

function talk(sys: Sys, s: State): void {
  s.phase = 'talking'
  patience(sys, s)
  const { early } = s
  s.early = ''
  if (early !== '') say(sys, s, early)
  // Of a stdin that is not read nobody knows the end.
  if (s.stdinEnded && !s.o.detached) ended(sys, s)
}

function say(sys: Sys, s: State, text: string): void {
  const sock = sockByIndex(sys.k.net, s.sock)
  const out = s.o.crlf ? text.replace(/\n/g, '\r\n') : text
  if (s.sock >= TCP_SK) tcp_send(sys.k, s.sock, sys.payload(out), byteLength(out))
  else if (sock && sock.raddr !== 0)
    for (let i = 0; i < out.length; i += BUFSIZE) {
      const piece = out.slice(i, i + BUFSIZE)
      udp_send(sys.k, sock, sys.payload(piece), byteLength(piece))
    }
  patience(sys, s)
}

/** stdin is at its end: -N says so to the peer, -q waits for so long. */
function ended(sys: Sys, s: State): void {
  if (s.o.quit !== null && s.quitAt === 0) {
    s.quitAt = sys.k.now + s.o.quit * SECOND
    sys.timer(s.quitAt)
  }
  if (s.o.shutdown && s.sock >= TCP_SK) {
    // shutdown(SHUT_WR): the socket stays open for the peer's words.
    tcp_shutdown(sys.k, s.sock)
  }
  over(sys, s)
}

/** Is there nothing left to wait for? A listener ends with its peer, others when stdin has ended too. */
function over(sys: Sys, s: State): void {
  if (s.phase !== 'talking' || !s.netEnded || !(s.o.listen || s.stdinEnded)) return
  hangUp(sys, s)
  if (s.o.listen && s.o.keep) {
    s.phase = 'waiting'
    accept(sys, s)
    return
  }
  s.at++
  if (s.o.listen) sys.exit(0)
  else connect(sys, s)
}

function print(sys: Sys, text: string): void {
  if (text !== '' && !sys.out(text)) sys.exit(SIGPIPE)
}

/** Take what a TCP connection has brought. */
function stream(sys: Sys, s: State): void {
  const { net } = sys.k
  let text = ''
  const bytes = tcp_recv(sys.k, s.sock, (payload) => {
    if (payload !== 0) text += sys.payloadText(payload)
  })
  if (bytes > 0) patience(sys, s)
  print(sys, text)
  if (sys.process.status !== null) return
  if (tcp_eof(net, s.sock) || tcp_error(net, s.sock) !== '') s.netEnded = true
  over(sys, s)
}

/** Take the datagrams that have come; the first one says who the peer is. */
function datagrams(sys: Sys, s: State, sock: Sock): void {
  for (let d = sock.queue.shift(); d; d = sock.queue.shift()) {
    if (d.type !== 0) {
      // Whoever is told that nobody is there stops at once, whatever is still to be said.
      if (icmpErrno(d.type, d.code)?.fatal === true) s.netEnded = s.stdinEnded = true
      continue
    }
    if (s.phase === 'waiting') {
      sock.raddr = d.src
      sock.rport = d.sport
      sock.laddr ||= d.about
      received(sys, s, d.src, d.sport)
      talk(sys, s)
    }
    patience(sys, s)
    print(sys, d.payload === 0 ? '' : sys.payloadText(d.payload))
    if (sys.process.status !== null) return
    if (s.o.receive > 0 && ++s.packets >= s.o.receive) {
      sys.exit(0)
      return
    }
  }
  over(sys, s)
}

function begin(sys: Sys): void {
  const o = readOptions(sys.process.argv)
  const s: State = {
    o,
    address: o.host === '' ? 0 : resolve(sys, o, o.host, String(o.ports[0])),
    source: o.source === '' ? 0 : resolve(sys, o, o.source, o.sourcePort),
    at: 0,
    listener: -1,
    sock: -1,
    phase: 'connecting',
    probes: 0,
    early: '',
    stdinEnded: o.detached,
    netEnded: false,
    packets: 0,
    probeAt: 0,
    idleAt: 0,
    quitAt: 0,
    status: 1,
  }
  sys.process.data = s
  if (s.source !== 0 && !isLocal(sys.k.net, s.source))
    throw new Quit('nc: bind failed: Cannot assign requested address\n')
  if (o.listen) listen(sys, s)
  else connect(sys, s)
}

export const nc: Program = {
  name: 'nc',
  usage: 'nc [-CdklNnuvz] [-p PORT] [-q SECONDS] [-s ADDRESS] [-W COUNT] [-w SECONDS] [HOST] PORT[-PORT]',
  start(sys) {
    try {
      begin(sys)
    } catch (error) {
      if (!(error instanceof Quit)) throw error
      sys.err(error.message)
      sys.exit(error.status)
    }
  },
  input(sys, text) {
    const s = stateOf(sys)
    if (s.o.detached) return
    if (s.phase === 'talking') say(sys, s, text)
    else s.early += text
  },
  eof(sys) {
    const s = stateOf(sys)
    if (sys.process.stdin.kind === 'tty') return
    s.stdinEnded = true
    if (s.phase === 'talking') ended(sys, s)
  },
  socket(sys, index) {
    const s = stateOf(sys)
    if (index === s.listener) {
      // Somebody has ended it (ss -K): who talks to somebody does not look.
      if (s.phase === 'waiting' && tcp_error(sys.k.net, index) !== '') {
        sys.err('nc: accept: Invalid argument\n')
        sys.exit(1)
      } else accept(sys, s)
      return
    }
    if (index !== s.sock) return
    if (s.phase === 'connecting') {
      const error = tcp_error(sys.k.net, index)
      if (error !== '') failed(sys, s, ERRNO[error])
      else if (tcp_state(sys.k.net, index) !== TCP_SYN_SENT) {
        connected(sys, s)
        if (s.sock === index && sys.process.status === null) stream(sys, s)
      }
      return
    }
    const sock = sockByIndex(sys.k.net, index)
    if (index >= TCP_SK) stream(sys, s)
    else if (sock && s.phase !== 'probing') datagrams(sys, s, sock)
  },
  timer(sys) {
    const s = stateOf(sys)
    const due = (at: number): boolean => at !== 0 && sys.k.now >= at
    if (due(s.quitAt)) sys.exit(0)
    else if (s.phase === 'probing' && due(s.probeAt)) {
      s.probeAt = 0
      probe(sys, s)
    } else if (due(s.idleAt)) {
      s.idleAt = 0
      if (s.phase === 'connecting') failed(sys, s, 'timed out: Operation now in progress')
      else if (s.phase === 'talking') {
        s.netEnded = s.stdinEnded = true
        over(sys, s)
      }
    }
  },
}
