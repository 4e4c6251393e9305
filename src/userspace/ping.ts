/**
 * ping: send ICMP echo requests and tell of the answers. man 8 ping (iputils 20221126)
 *
 * It has a raw socket, as where net.ipv4.ping_group_range is empty (the kernel's default): the id is drawn at random,
 * and answers from another address than the one asked are seen.
 *
 * A probe that OUTPUT drops leaves no word: this version prints sendmsg()'s error only if an ICMP error came with it
 * (REJECT), because its receive_error_msg() says "one local error" for an empty error queue.
 *
 * Left out: IPv6, -A -F -l -N -R -T and source routes, fragments (a probe longer than the MTU travels whole). An
 * interval below 10 ms is 10 ms.
 */
import { isOf } from '../kernel/fib.ts'
import { printIpv4, type Ipv4 } from '../wire/address.ts'
import { icmpPacket } from '../kernel/icmp.ts'
import {
  devByIndex,
  devByName,
  ip_dst_mtu,
  ip_route_output,
  isBroadcast,
  isForMany,
  isLocal,
  isMulticast,
} from '../kernel/route.ts'

import { newSock, sockByIndex, type Datagram } from '../kernel/socket.ts'
import { count, icmpText, newTally, statistics, tripTime, type Tally } from './ping-text.ts'
import { EPOCH } from './iptables/ctime.ts'
import { hostAddress, hostName } from './hosts-file.ts'
import { inetAton } from './inet-aton.ts'
import { readCommandLine, stop, USAGE, type PingOptions, type Stop } from './ping-options.ts'
import { IPPROTO_ICMP, IPPROTO_UDP } from '../wire/packet.ts'
import type { Program, Sys } from './program.ts'

interface State {
  o: PingOptions
  /** The destination as it is named in the output. */
  host: string
  dest: Ipv4
  /** The source address that -I has fixed; 0: the kernel's choice. */
  bound: Ipv4
  /** The card that -I has named, by index; 0: the kernel's choice. */
  oif: number
  ident: number
  sock: number
  /** Addresses are printed without names. */
  numeric: boolean
  tally: Tally
  /** Lab times: the first and the last probe, the next one (0: no more), the end (0: none). */
  began: number
  last: number
  next: number
  end: number
  /** Sequence number -> when it was sent; and the numbers that have been answered. */
  sentAt: Map<number, number>
  answered: Set<number>
  /** The last probe that the kernel refused, 0: none. */
  refused: number
}

const MS = 1000
const SECOND = 1_000_000
/** 128 + SIGPIPE: whoever read the output has gone. */
const SIGPIPE = 141
/** Bytes of the struct timeval that a probe carries. */
const TIMEVAL = 16
/** Probes whose time of sending is remembered. */
const REMEMBERED = 1024

function stateOf(sys: Sys): State {
  return sys.process.data as State
}

/** Print; end where nobody reads any more. */
function say(sys: Sys, text: string): void {
  if (!sys.out(text)) sys.exit(SIGPIPE)
}

/** An address and the name that goes with it. */
function resolve(sys: Sys, name: string): { address: Ipv4; name: string } | null {
  const a = sys.resolve(name)
  return hostAddress(sys.files, name) ?? (a === null ? null : { address: a, name })
}

/** pr_addr(): `name (address)`, or the address alone. */
function prAddr(sys: Sys, s: State, address: Ipv4): string {
  const text = printIpv4(address)
  const name = s.numeric ? '' : hostName(sys, text, '')
  return name === '' ? text : `${name} (${text})`
}

function quit(sys: Sys, { stdout, stderr, status }: Stop): void {
  if (stderr !== '') sys.err(stderr)
  if (stdout !== '') sys.out(stdout)
  sys.exit(status)
}

const CONNECT: Record<string, string> = {
  ENETUNREACH: 'Network is unreachable',
  EHOSTUNREACH: 'No route to host',
  EINVAL: 'Invalid argument',
  EACCES: 'Permission denied',
}

const BROADCAST = 'Do you want to ping broadcast? Then -b. If not, check your local firewall rules'

/** It asks as a datagram. */
const PROBE = { proto: IPPROTO_UDP, dport: 1025 }

/** Find out where the probes will come from, as ping does by connecting a UDP socket. */
function sourceFor(sys: Sys, o: PingOptions, dest: Ipv4): Ipv4 | Stop {
  const { net } = sys.k
  const device = o.device === '' ? undefined : devByName(net, o.device)
  if (o.device !== '' && !device) return stop(`SO_BINDTODEVICE ${o.device}: No such device`)
  if (o.source !== null && o.source !== 0) return o.source
  const route = ip_route_output(net, dest, { oif: device?.ifindex ?? 0, ...PROBE })
  const closed = 'errno' in route && route.errno === 'EACCES'
  const elsewhere = device !== undefined && dest !== 0xffffffff && !isOf(device, dest)
  if ((isBroadcast(net, dest) && !elsewhere) || closed) {
    if (!o.broadcast) return stop(BROADCAST)
    sys.err('WARNING: pinging broadcast address\n')
  }
  if ('errno' in route) return stop(`connect: ${CONNECT[route.errno]}`)
  if (device && !device.addrs.some((a) => a.addr === route.src))
    sys.err(`ping: Warning: source address might be selected on device other than: ${o.device}\n`)
  return route.src
}

/** Everything that can go wrong before the first line. */
function prepare(sys: Sys, o: PingOptions, target: string, via: boolean): State | Stop {
  const { k } = sys
  if (o.verbose) {
    const six = o.family === '4' ? '-1 (socktype: 0)' : '4 (socktype: SOCK_RAW)'
    const family = { '': 'AF_UNSPEC', '4': 'AF_INET', '6': 'AF_INET6' }[o.family]
    sys.err(`ping: sock4.fd: 3 (socktype: SOCK_RAW), sock6.fd: ${six}, hints.ai_family: ${family}\n\n`)
  }
  const literal = inetAton(target)
  if (literal === null && /^[\da-f:]*:[\da-f:.]*$/i.test(target))
    return stop('connect: Network is unreachable')
  const found = literal === null ? resolve(sys, target) : { address: literal, name: target }
  if (!found) return stop(`${target}: Name or service not known`)
  if (o.verbose) sys.out(`ai->ai_family: AF_INET, ai->ai_canonname: '${found.name}'\n`)
  if (o.family === '6') return stop(`${target}: Address family for hostname not supported`)
  if (via) return stop('source routes are not modelled in this lab')
  const dest = found.address === 0 ? 0x7f000001 : found.address
  const source = sourceFor(sys, o, dest)
  if (typeof source !== 'number') return source
  if (o.source !== null && !isLocal(k.net, source)) return stop('bind: Cannot assign requested address')
  if (o.ttl === 0) return stop('cannot set unicast time-to-live: Invalid argument')
  const sock = newSock(k.net, 'icmp', sys.process.pid)
  const taken = (id: number): boolean => k.net.socks.some((x) => x?.proto === 'icmp' && x.lport === id)
  let ident = o.ident < 0 ? k.random() & 0xffff : o.ident
  while (o.ident < 0 && taken(ident)) ident = (ident + 1) & 0xffff
  sock.lport = ident
  sock.laddr = o.source ?? 0
  const from = o.device !== '' || o.source !== null ? `from ${printIpv4(source)} ${o.device}: ` : ''
  sys.out(`PING ${found.name} (${printIpv4(dest)}) ${from}${o.size}(${o.size + 28}) bytes of data.\n`)
  return {
    o,
    host: found.name,
    dest,
    bound: o.source ?? 0,
    oif: devByName(k.net, o.device)?.ifindex ?? 0,
    ident,
    sock: sock.index,
    numeric: o.numeric || literal !== null,
    tally: newTally(),
    began: k.now,
    last: k.now,
    next: k.now,
    end: o.deadline > 0 ? k.now + o.deadline * SECOND : 0,
    sentAt: new Map(),
    answered: new Set(),
    refused: 0,
  }
}

/** One echo request, and the time of the next. Linux side: raw_sendmsg */
function probe(sys: Sys, s: State): void {
  const { k } = sys
  const { o, tally } = s
  const seq = (tally.sent + 1) & 0xffff
  if (o.outstanding && tally.sent > 0 && !s.answered.has(tally.sent & 0xffff))
    say(sys, `no answer yet for icmp_seq=${tally.sent & 0xffff}\n`)
  if (sys.process.status !== null) return
  if (o.flood && !o.quiet) say(sys, '.')
  tally.sent++
  s.last = k.now
  s.answered.delete(seq)
  s.sentAt.delete((seq - REMEMBERED) & 0xffff)
  s.sentAt.set(seq, k.now)
  const route = ip_route_output(k.net, s.dest, { oif: s.oif, proto: IPPROTO_ICMP })
  if (o.size + 28 > 0xffff) {
    const mtu = 'errno' in route ? undefined : devByIndex(k.net, route.ifindex)?.mtu
    localError(sys, s, Math.min(mtu ?? 0xffff, 0xffff))
    return
  }
  if (!('errno' in route)) {
    const skb = icmpPacket(k, s.bound || route.src, s.dest)
    skb.type = 8
    skb.icmpId = s.ident
    skb.icmpSeq = seq
    skb.len = 28 + o.size
    skb.sk = s.sock
    skb.mark = o.mark
    skb.tos = o.tos
    skb.oif = s.oif
    const many = isForMany(k.net, s.dest)
    // What is for many must not be cut, and so it has no number.
    if (many) skb.id = 0
    if (isMulticast(s.dest)) skb.ttl = 1
    if (o.ttl > 0) skb.ttl = o.ttl
    const dev = devByIndex(k.net, route.ifindex)
    const flow = { daddr: skb.daddr, saddr: skb.saddr, iif: 1, oif: 0, mark: o.mark, tos: o.tos }
    const mtu = dev ? ip_dst_mtu(k, dev, flow) : 1500
    if (skb.len > mtu && (many || o.pmtu === 'do')) {
      localError(sys, s, mtu)
      return
    }
    // Linux would cut it into fragments, and those do not have DF.
    if (skb.len > mtu || o.pmtu === 'dont') skb.frag = 0
    k.output(skb)
  }
  schedule(sys, s)
}

/** EMSGSIZE from the socket's error queue. */
function localError(sys: Sys, s: State, mtu: number): void {
  if (!s.o.quiet) {
    sys.err(`ping: local error: message too long, mtu=${mtu}\n`)
    s.tally.errors++
  }
  if (!enough(sys, s)) schedule(sys, s)
}

/** When the next probe goes out; after the last one, how long its answer is waited for. */
function schedule(sys: Sys, s: State): void {
  const { o, tally } = s
  if (o.count === 0 || tally.sent < o.count || o.deadline > 0) {
    s.next = sys.k.now + Math.max(10, o.interval) * MS
    sys.timer(s.next)
    return
  }
  s.next = 0
  const wait = tally.received > 0 ? Math.max(2 * tally.max, o.interval * MS) : o.linger * MS
  if (s.end !== 0 || wait === 0) return
  s.end = sys.k.now + wait
  sys.timer(s.end)
}

/** Has ping seen all that it was to see? Then it ends. */
function enough(sys: Sys, s: State): boolean {
  if (sys.process.status !== null) return true
  const { o, tally } = s
  const all = o.count > 0 && tally.received + tally.errors >= o.count
  if (all || (o.deadline > 0 && tally.errors > 0)) {
    finish(sys, s)
    return true
  }
  return false
}

function finish(sys: Sys, s: State): void {
  const { o, tally } = s
  sys.out(statistics(s.host, tally, s.last - s.began, o.size >= TIMEVAL, o.interval === 0))
  sys.exit(tally.received === 0 || (o.deadline > 0 && tally.received < o.count) ? 1 : 0)
}

/** acknowledge(): something has come back for a probe. */
function acknowledge(s: State, seq: number): void {
  const diff = (s.tally.sent - seq) & 0xffff
  if (diff > 0x7fff) return
  s.tally.pipe = Math.max(s.tally.pipe, diff + 1)
}

/** -D: the time of day, in seconds. */
function stamp(sys: Sys, s: State): string {
  if (!s.o.timestamps) return ''
  const now = EPOCH * SECOND + sys.k.now
  return `[${Math.floor(now / SECOND)}.${String(now % SECOND).padStart(6, '0')}] `
}

/** gather_statistics() */
function reply(sys: Sys, s: State, d: Datagram): void {
  const { o, tally } = s
  const bytes = d.bytes + 8
  const timing = o.size >= TIMEVAL && d.bytes >= TIMEVAL
  const us = d.time - (s.sentAt.get(d.seq) ?? d.time)
  acknowledge(s, d.seq)
  if (timing) count(tally, us)
  const again = s.answered.has(d.seq)
  if (again) tally.repeats++
  else tally.received++
  s.answered.add(d.seq)
  if (o.quiet) return
  if (o.flood) {
    say(sys, again ? '' : '\b \b')
    return
  }
  let line = `${stamp(sys, s)}${bytes} bytes from ${prAddr(sys, s, d.src)}: icmp_seq=${d.seq}`
  if (o.verbose) line += ` ident=${s.ident}`
  line += ` ttl=${d.ttl}`
  if (timing) line += ` time=${tripTime(us)} ms`
  if (again) line += ' (DUP!)'
  if (d.src !== s.dest && !o.broadcast && s.dest >>> 28 !== 14) line += ' (DIFFERENT ADDRESS!)'
  say(sys, `${line}${o.audible ? '\x07' : ''}\n`)
}

/** An ICMP error about one of our probes: ping4_receive_error_msg(). Redirects are only told of. */
function icmpError(sys: Sys, s: State, d: Datagram): void {
  const { o, tally } = s
  if (d.about !== s.dest) return
  const about = icmpText(d.type, d.code, d.info)
  if (d.type === 4 || d.type === 5) {
    if (!o.quiet) say(sys, `From ${prAddr(sys, s, d.src)}: icmp_seq=${d.seq} ${about}\n`)
    return
  }
  acknowledge(s, d.seq)
  tally.errors++
  if (!o.quiet) say(sys, `${stamp(sys, s)}From ${prAddr(sys, s, d.src)} icmp_seq=${d.seq} ${about}\n`)
  if (!o.quiet && s.refused === d.seq) sys.err('ping: sendmsg: Operation not permitted\n')
  s.refused = 0
}

export const ping: Program = {
  name: 'ping',
  usage: 'ping [-4abDfnOqv] [-c COUNT] [-i SECONDS] [-I FROM] [-s SIZE] [-t TTL] [-w|-W SECONDS] DESTINATION',
  start(sys) {
    const line = readCommandLine(sys.process.argv)
    if (!('options' in line)) {
      quit(sys, line)
      return
    }
    if (line.warnings !== '') sys.err(line.warnings)
    const { options, targets } = line
    if (options.pattern !== '' && !options.quiet) {
      const bytes = (options.pattern.match(/..?/g) ?? []).map((b) => b.toLowerCase().padStart(2, '0'))
      sys.out(`PATTERN: 0x${bytes.join('')}\n`)
    }
    const target = targets[targets.length - 1]
    if (targets.length > 10) {
      quit(sys, { stdout: '', stderr: USAGE, status: 2 })
      return
    }
    const state = prepare(sys, options, target, targets.length > 1)
    if ('status' in state) {
      quit(sys, state)
      return
    }
    sys.process.data = state
    if (state.end !== 0) sys.timer(state.end)
    probe(sys, state)
  },
  timer(sys) {
    const s = stateOf(sys)
    if (s.end !== 0 && sys.k.now >= s.end) finish(sys, s)
    else if (s.next !== 0 && sys.k.now >= s.next) probe(sys, s)
  },
  socket(sys, index) {
    const s = stateOf(sys)
    const sock = index === s.sock ? sockByIndex(sys.k.net, index) : null
    if (!sock) return
    if (sock.error === 'EPERM') s.refused = s.tally.sent & 0xffff
    sock.error = ''
    for (let d = sock.queue.shift(); d; d = sock.queue.shift()) {
      if (d.type === 0) reply(sys, s, d)
      else icmpError(sys, s, d)
      if (enough(sys, s)) return
    }
    // A flood goes on as soon as something has come back.
    if (s.o.flood && s.next > sys.k.now) {
      s.next = sys.k.now
      probe(sys, s)
    }
  },
  interrupt(sys) {
    finish(sys, stateOf(sys))
  },
}
