/**
 * traceroute(8): which routers a packet passes, by sending packets that live no longer than to the first, the second and
 * so on, sixteen at a time.
 *
 * traceroute 2.1.2, traceroute.c do_it, get_timeout
 * Left out: TCP and other protocols (-T, -M ...), gateways (-g), AS numbers, path MTU, IPv6
 */
import { icmpPacket } from '../../kernel/icmp.ts'
import { devByName, ip_route_output, isLocal } from '../../kernel/route.ts'
import { freeSock, newSock, sockByIndex, type Datagram, type Errno } from '../../kernel/socket.ts'
import { udp_connect, udp_send } from '../../kernel/udp.ts'
import { printIpv4, type Ipv4 } from '../../wire/address.ts'
import { hostName } from '../hosts-file.ts'
import { inetAton } from '../inet-aton.ts'
import type { Program, Sys } from '../program.ts'
import { parseOptions } from '../text/options.ts'
import { named, probeText, unreachableNote, type Probe } from './print.ts'
import { USAGE } from './usage.ts'

const MS = 1000
const SECOND = 1_000_000
/** Linux: DEF_UDP_PORT */
const FIRST_PORT = 33434
const LENGTH = 60
const SIGPIPE = 141

interface State {
  host: string
  target: Ipv4
  icmp: boolean
  numeric: boolean
  each: number
  first: number
  most: number
  atOnce: number
  /** Microseconds that a probe is waited for at most; and how many times as long as for an answer of the same hop, and of a farther one. */
  wait: number
  here: number
  near: number
  port: number
  length: number
  source: Ipv4
  /** The socket of all echo requests, -1: none. */
  sock: number
  ident: number
  probes: Probe[]
  /** How many have been printed, and the first that is not of interest any more. */
  printed: number
  end: number
}

const stateOf = (sys: Sys): State => sys.process.data as State

const WHY: Partial<Record<Errno, string>> = {
  ENETUNREACH: 'Network is unreachable',
  EHOSTUNREACH: 'No route to host',
  EPERM: 'Operation not permitted',
  EACCES: 'Permission denied',
  EINVAL: 'Invalid argument',
  EADDRNOTAVAIL: 'Cannot assign requested address',
}

function fail(sys: Sys, call: string, errno: Errno): void {
  sys.err(`\n${call}: ${WHY[errno] ?? 'Input/output error'}\n`)
  sys.exit(1)
}

/** The next probe. False: it could not be sent. */
function send(sys: Sys, s: State): boolean {
  const { k } = sys
  const at = s.probes.length
  const ttl = s.first + Math.floor(at / s.each)
  const probe: Probe = {
    ttl,
    sock: s.sock,
    sentAt: k.now,
    done: false,
    from: 0,
    rtt: 0,
    note: '',
    last: false,
  }
  if (s.icmp) {
    const route = ip_route_output(k.net, s.target, { saddr: s.source })
    if ('errno' in route) {
      fail(sys, 'connect', route.errno)
      return false
    }
    s.probes.push(probe)
    const skb = icmpPacket(k, s.source || route.src, s.target)
    skb.type = 8
    skb.icmpId = s.ident
    skb.icmpSeq = at + 1
    skb.len = s.length
    skb.sk = s.sock
    skb.ttl = ttl
    skb.frag = 0
    k.output(skb)
    return true
  }
  const sock = udp_connect(k, sys.process.pid, s.target, s.port + at, s.source)
  if (typeof sock === 'string') {
    fail(sys, 'connect', sock)
    return false
  }
  probe.sock = sock.index
  s.probes.push(probe)
  udp_send(k, sock, 0, Math.max(0, s.length - 28), 1, ttl)
  return true
}

/** How long a probe is waited for, by what has come back of its hop and of farther ones. Linux: get_timeout */
function patience(s: State, at: number): number {
  const first = at - (at % s.each)
  const answered = (p: Probe): boolean => p.from !== 0 && p.rtt > 0
  const same = s.here > 0 ? s.probes.slice(first, first + s.each).find(answered) : undefined
  if (same) return Math.min((same.rtt + MS) * s.here, s.wait)
  const farther = s.near > 0 ? s.probes.slice(at + 1).find(answered) : undefined
  return farther ? Math.min((farther.rtt + MS) * s.near, s.wait) : s.wait
}

function expire(sys: Sys, s: State): void {
  for (const [at, p] of s.probes.entries())
    if (!p.done && sys.k.now >= p.sentAt + patience(s, at)) finish(sys, s, p)
}

/** It is waited for no more. */
function finish(sys: Sys, s: State, p: Probe): void {
  p.done = true
  const sock = s.icmp ? null : sockByIndex(sys.k.net, p.sock)
  if (sock) freeSock(sys.k.net, sock)
}

/** Print what is done, send what may be sent, and wait. */
function goOn(sys: Sys, s: State): void {
  expire(sys, s)
  for (; s.printed < s.end && s.probes[s.printed]?.done; s.printed++) {
    const text = probeText(s.probes, s.printed, s.each, (addr) =>
      s.numeric ? printIpv4(addr) : named(addr, hostName(sys, printIpv4(addr))),
    )
    if (!sys.out(text)) {
      sys.exit(SIGPIPE)
      return
    }
    if (s.probes[s.printed].last) s.end = Math.min(s.end, s.printed - (s.printed % s.each) + s.each)
  }
  if (s.printed >= s.end) {
    sys.out('\n')
    sys.exit(0)
    return
  }
  const known = s.probes.findIndex((p) => p.last)
  const end = known < 0 ? s.end : Math.min(s.end, known - (known % s.each) + s.each)
  const waiting = (): number => s.probes.filter((p) => !p.done).length
  while (s.probes.length < end && waiting() < s.atOnce)
    if (!send(sys, s) || sys.process.status !== null) return
  const next = Math.min(...s.probes.map((p, at) => (p.done ? Infinity : p.sentAt + patience(s, at))))
  if (Number.isFinite(next)) sys.timer(Math.ceil(next))
}

function answered(sys: Sys, s: State, p: Probe, d: Datagram): void {
  if (p.done) return
  p.from = d.src
  p.rtt = Math.max(1, d.time - p.sentAt)
  if (d.type === 3) p.note = unreachableNote(d.code, d.info)
  // Somebody on the way says it by another message than that it lived too long.
  p.last = d.type !== 11
  finish(sys, s, p)
}

/** A number of the command line, within its bounds. */
function number(text: string | undefined, least: number, most: number): number | null {
  if (text === undefined) return null
  const n = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN
  return n >= least && n <= most ? n : NaN
}

/** The command line; '' where there is nothing to do, else what is wrong with it. */
function read(sys: Sys): State | { stderr: string; status: number } {
  const options = parseOptions(sys.process.argv, {
    short: '46dFf:g:Ii:nrs:w:z:p:q:t:m:N:M:O:ATUDeV',
    long: {
      icmp: 'I',
      tcp: 'T',
      udp: 'U',
      first: 'f',
      'max-hops': 'm',
      queries: 'q',
      'sim-queries': 'N',
      port: 'p',
      wait: 'w',
      source: 's',
      interface: 'i',
      version: 'V',
      help: 'help',
    },
  })
  if ('error' in options) return { stderr: `Bad option \`${sys.process.argv[1]}' (argc 1)\n`, status: 2 }
  const value = (letter: string): string | undefined =>
    options.found.findLast(({ name }) => name === letter)?.value
  const left = options.found.find(({ name }) => 'AFgMTUDetOrz6'.includes(name))
  if (left) return { stderr: `traceroute: -${left.name}: not modelled in this lab\n`, status: 2 }
  const [host, length] = options.operands
  if ((host as string | undefined) === undefined || value('help') !== undefined)
    return { stderr: USAGE, status: 0 }
  const literal = inetAton(host)
  const target = literal ?? sys.resolve(host)
  if (target === null)
    return {
      stderr: `${host}: Name or service not known\nCannot handle "host" cmdline arg \`${host}' on position 1 (argc ${sys.process.argv.length - 1})\n`,
      status: 2,
    }
  const most = number(value('m'), 1, 255) ?? 30
  const first = number(value('f'), 1, 255) ?? 1
  const each = number(value('q'), 1, 10) ?? 3
  if (Number.isNaN(most) && value('m') === '0') return { stderr: 'first hop out of range\n', status: 2 }
  if (Number.isNaN(most)) return { stderr: 'max hops cannot be more than 255\n', status: 2 }
  if (Number.isNaN(first) || first > most) return { stderr: 'first hop out of range\n', status: 2 }
  if (Number.isNaN(each)) return { stderr: 'no more than 10 probes per hop\n', status: 2 }
  const [wait, here = 3, near = 10] = (value('w') ?? '5').split(',').map(Number)
  if (!(wait >= 0)) return { stderr: `bad wait specifications \`${wait},${here},${near}' used\n`, status: 2 }
  const icmp = value('I') !== undefined
  const dev = value('i') === undefined ? undefined : devByName(sys.k.net, value('i') ?? '')
  const source = inetAton(value('s') ?? '') ?? dev?.addrs[0]?.addr ?? 0
  if (source !== 0 && !isLocal(sys.k.net, source))
    return { stderr: 'bind: Cannot assign requested address\n', status: 1 }
  return {
    host,
    target,
    icmp,
    numeric: value('n') !== undefined,
    each,
    first,
    most,
    atOnce: number(value('N'), 1, 100) ?? 16,
    wait: wait * SECOND,
    here,
    near,
    port: number(value('p'), 1, 65535) ?? FIRST_PORT,
    length: number(length, 28, 65000) ?? LENGTH,
    source,
    sock: -1,
    ident: 0,
    probes: [],
    printed: 0,
    end: (most - first + 1) * each,
  }
}

export const traceroute: Program = {
  name: 'traceroute',
  usage: 'traceroute [-nI] [-q QUERIES] [-m MAX_TTL] [-f FIRST_TTL] [-w SECONDS] [-s SOURCE] HOST',
  start(sys) {
    if (sys.process.argv.includes('-V')) {
      sys.out(
        'Modern traceroute for Linux, version 2.1.2\nCopyright (c) 2016  Dmitry Butskoy,   License: GPL v2 or any later\n',
      )
      sys.exit(0)
      return
    }
    const s = read(sys)
    if ('status' in s) {
      sys.err(s.stderr)
      sys.exit(s.status)
      return
    }
    sys.process.data = s
    if (s.icmp) {
      const sock = newSock(sys.k.net, 'icmp', sys.process.pid)
      s.sock = sock.index
      s.ident = sock.lport = sys.process.pid & 0xffff
    }
    sys.out(`traceroute to ${s.host} (${printIpv4(s.target)}), ${s.most} hops max, ${s.length} byte packets`)
    goOn(sys, s)
  },
  timer(sys) {
    goOn(sys, stateOf(sys))
  },
  socket(sys, index) {
    const s = stateOf(sys)
    const sock = sockByIndex(sys.k.net, index)
    if (!sock) return
    if (sock.error === 'EPERM') {
      fail(sys, 'send', 'EPERM')
      return
    }
    sock.error = ''
    for (let d = sock.queue.shift(); d; d = sock.queue.shift()) {
      const got = d
      const p = s.icmp ? s.probes[got.seq - 1] : s.probes.find((one) => one.sock === index && !one.done)
      if (p) answered(sys, s, p, got)
    }
    goOn(sys, s)
  },
  complete: () => ['-n', '-I', '-q', '-m', '-w'],
}
