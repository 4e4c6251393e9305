/**
 * hping3(8): packets made by hand, and what comes back for them.
 *
 * hping3 3.a2.ds2-10, main.c, waitpacket.c, rtt.c, statistics.c
 * Left out: --scan, --listen, fragments of its own (-f -m -g), IP options, files and signatures (-E -e -B), dumps (-j -J),
 * a false length of the header (-O), keys; the words "get hostname..." that are taken back at once. --flood sends
 * 10,000 packets a second until it is stopped; but for the first few, nobody follows them one by one.
 */
import { part } from '../../kernel/parts.ts'
import { devByIndex, devByName, ip_route_output } from '../../kernel/route.ts'
import type { Skb } from '../../kernel/skb.ts'
import { newSock, sockByIndex } from '../../kernel/socket.ts'
import type { Header, TraceEvent } from '../../kernel/trace.ts'
import { ipBytes } from '../../wire/frame.ts'
import { printIpv4, type Ipv4 } from '../../wire/address.ts'
import { IP_DF, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP } from '../../wire/packet.ts'
import { hostName } from '../hosts-file.ts'
import { inetAton } from '../inet-aton.ts'
import type { Program, Sys } from '../program.ts'
import { Quit, readOptions, type HpingOptions } from './options.ts'
import { HEADERS, shoot } from './packet.ts'

/** What is remembered of a packet that was sent. */
interface Sent {
  seq: number
  at: number
  answered: boolean
}

interface State {
  o: HpingOptions
  target: Ipv4
  source: Ipv4
  sock: number
  /** MTU of the device by which they leave. */
  mtu: number
  sport: number
  dport: number
  ttl: number
  icmpId: number
  /** The device at which it listens. */
  dev: string
  sent: number
  received: number
  /** By source port, or by ICMP sequence number. */
  shots: Map<number, Sent>
  min: number
  max: number
  sum: number
  times: number
  lastId: number
  lastSeq: number
  /** Lab times: the next packet, the end; 0: none. */
  nextAt: number
  endAt: number
}

const SECOND = 1_000_000
const SIGPIPE = 141
const FLOOD_INTERVAL = 100
/** So many packets are followed, and of more that come as fast as this (microseconds) the first few only. */
const ALL_WATCHED = 100
const FAST = 10_000
const FLOOD_WATCHED = 5
const REMEMBERED = 400

const stateOf = (sys: Sys): State => sys.process.data as State

function resolve(sys: Sys, name: string): Ipv4 {
  const addr = inetAton(name) ?? sys.resolve(name)
  if (addr === null) throw new Quit(`Unable to resolve '${name}'\n`)
  return addr
}

function say(sys: Sys, text: string): void {
  if (!sys.out(text)) sys.exit(SIGPIPE)
}

function isLoad({ flood, interval, count }: HpingOptions): boolean {
  return flood || (interval <= FAST && (count === 0 || count > ALL_WATCHED))
}

const ms = (us: number): string => (us / 1000).toFixed(1)

function flagsText({ flags }: { flags: number }): string {
  const letters = ['F', 'S', 'R', 'P', 'A', 'U', 'X', 'Y']
  return letters.filter((_, bit) => flags & (1 << bit)).join('')
}

const MODE = { icmp: 'icmp mode set', udp: 'udp mode set', raw: 'raw IP mode set' } as const

function begin(sys: Sys): void {
  const { k } = sys
  const o = readOptions(sys.process.argv)
  const target = resolve(sys, o.target)
  const spoofed = o.spoof === '' ? 0 : resolve(sys, o.spoof)
  const route = ip_route_output(k.net, target)
  const lost = 'errno' in route
  if (lost && o.device === '') sys.err('Warning: Unable to guess the output interface\n')
  const dev = devByName(k.net, o.device) ?? devByIndex(k.net, lost ? 1 : route.ifindex)
  const source = spoofed || (lost ? 0 : route.src)
  const sock = newSock(k.net, 'raw', sys.process.pid)
  const s: State = {
    o,
    target,
    source,
    sock: sock.index,
    mtu: dev?.mtu ?? 0,
    sport: o.basePort >= 0 ? o.basePort : 1024 + (k.random() % 2000),
    dport: o.destPort,
    ttl: o.ttl,
    icmpId: sys.process.pid & 0xffff,
    dev: dev?.name ?? '',
    sent: 0,
    received: 0,
    shots: new Map(),
    min: 0,
    max: 0,
    sum: 0,
    times: 0,
    lastId: -1,
    lastSeq: 0,
    nextAt: 0,
    endAt: 0,
  }
  sys.process.data = s
  // Who wants to see what comes back listens at the devices.
  if (!o.flood) k.net.taps++
  if (isLoad(o)) k.task(sys.process.pid, '', -1, 'load')
  if (o.verbose) sys.out(`using ${dev?.name ?? ''}, addr: ${printIpv4(source)}, MTU: ${dev?.mtu ?? 0}\n`)
  const what = o.mode === 'tcp' ? (o.flags ? `${flagsText(o)} set` : 'NO FLAGS are set') : MODE[o.mode]
  const size = `${HEADERS[o.mode]} headers + ${o.data} data bytes`
  say(sys, `HPING ${o.target} (${dev?.name ?? ''} ${printIpv4(target)}): ${what}, ${size}\n`)
  if (o.flood) sys.err('hping in flood mode, no replies will be shown\n')
  if (o.mode === 'icmp' && ![0, 3, 4, 5, 8, 11, 13, 17].includes(o.icmpType))
    throw new Quit('', 1, '[send_icmp] Unsupported icmp type!\n')
  send(sys, s)
}

/** What does not fit the device is sent in pieces: nobody cuts what has a header already. Linux: send_ip_handler */
function cut(s: State, skb: Skb): Skb[] {
  if (skb.len <= s.mtu) return [skb]
  return part('frag').cut({ ...skb, frag: skb.frag & ~IP_DF }, s.mtu)
}

/** The next packet, and when the one after it goes out. */
function send(sys: Sys, s: State): void {
  const { o } = s
  const { k } = sys
  const source = o.randomSource ? k.random() : s.source
  const key = o.mode === 'icmp' ? s.sent & 0xffff : s.sport
  const shot = {
    target: s.target,
    source,
    sport: s.sport,
    dport: s.dport,
    ttl: s.ttl,
    icmpId: s.icmpId,
    icmpSeq: s.sent & 0xffff,
  }
  const skb = shoot(sys, o, s.sock, shot)
  if (isLoad(o) && s.sent >= FLOOD_WATCHED) skb.watched = 0
  for (const piece of cut(s, skb)) k.output(piece)
  if (!o.flood && !(o.keep && s.shots.has(key))) s.shots.set(key, { seq: s.sent, at: k.now, answered: false })
  const oldest = s.shots.keys().next()
  if (s.shots.size > REMEMBERED && !oldest.done) s.shots.delete(oldest.value)
  s.sent++
  if (!o.keep) s.sport = (s.sport + 1) & 0xffff
  if (o.step === 2) s.dport = (s.dport + 1) & 0xffff
  const enough = !o.flood && o.count > 0 && s.sent >= o.count
  s.nextAt = 0
  if (enough) {
    s.endAt = k.now + SECOND
    sys.timer(s.endAt)
    return
  }
  const wait = o.flood ? FLOOD_INTERVAL : o.interval
  if (wait === Infinity) return
  s.nextAt = k.now + wait
  sys.timer(s.nextAt)
}

/** The round trip of a packet, in microseconds; the shot itself. Linux: rtt() */
function roundTrip(sys: Sys, s: State, key: number): { seq: number; us: number; again: boolean } | null {
  const shot = s.shots.get(key)
  if (!shot) return null
  const us = sys.k.now - shot.at
  const again = shot.answered
  shot.answered = true
  s.min = s.times === 0 ? us : Math.min(s.min, us)
  s.max = Math.max(s.max, us)
  s.sum += us
  s.times++
  return { seq: shot.seq, us, again }
}

function counted(sys: Sys, s: State): void {
  s.received++
  if (s.o.step === 1) s.dport = (s.dport + 1) & 0xffff
  if (s.o.count > 0 && !s.o.flood && s.received >= s.o.count) finish(sys, s)
}

function finish(sys: Sys, s: State): void {
  const loss = s.sent > 0 && s.received <= s.sent ? 100 - Math.floor((s.received * 100) / s.sent) : 0
  const avg = s.times > 0 ? s.sum / s.times : 0
  sys.err(
    `\n--- ${s.o.target} hping statistic ---\n` +
      `${s.sent} packets transmitted, ${s.received} packets received, ${loss}% packet loss\n` +
      `round-trip min/avg/max = ${ms(s.min)}/${ms(avg)}/${ms(s.max)} ms\n`,
  )
  sys.exit(s.received > 0 ? 0 : 1)
}

/** `len=44 ip=192.168.0.1 ttl=64 DF id=0 `. Linux: log_ip */
function ipText(s: State, h: Header): string {
  let id = `id=${h.id}`
  if (s.o.relativeId) {
    const diff = (h.id - s.lastId) & 0xffff
    if (s.lastId >= 0) id = `id=+${diff}`
    s.lastId = h.id
  }
  const df = h.frag & IP_DF ? 'DF ' : ''
  const more = s.o.verbose ? `tos=${h.tos.toString(16)} iplen=${h.len}\n` : ''
  return `len=${h.len} ip=${printIpv4(h.saddr)} ttl=${h.ttl} ${df}${id} ${more}`
}

function tcpReply(sys: Sys, s: State, h: Header): void {
  const trip = roundTrip(sys, s, h.dport)
  if (!trip) return
  const { o } = s
  if (o.sequenceOnly) {
    const diff = h.seq >= s.lastSeq ? h.seq - s.lastSeq : 0xffffffff - s.lastSeq + h.seq
    s.lastSeq = h.seq
    say(sys, `${String(h.seq).padStart(10)} +${diff}\n`)
  } else if (!o.quiet) {
    const reply = `sport=${h.sport} flags=${flagsText(h)} seq=${trip.seq} win=${h.win} rtt=${ms(trip.us)} ms\n`
    let text = `${trip.again ? 'DUP! ' : ''}${ipText(s, h)}${reply}`
    if (o.verbose) {
      const bytes = ipBytes(h, sys.payloadText(h.payload))
      const sum = ((bytes[36] << 8) | bytes[37]).toString(16)
      text += `seq=${h.seq} ack=${h.ack} sum=${sum} urp=0\n\n`
    }
    if (h.ts !== 0 && o.timestamp) text += `  TCP timestamp: tcpts=${h.tsval}\n\n`
    say(sys, text)
  }
  counted(sys, s)
}

function udpReply(sys: Sys, s: State, h: Header): void {
  const trip = roundTrip(sys, s, h.dport)
  if (!trip) return
  if (!s.o.quiet)
    say(sys, `${trip.again ? 'DUP! ' : ''}${ipText(s, h)}seq=${trip.seq} rtt=${ms(trip.us)} ms\n`)
  counted(sys, s)
}

function echoReply(sys: Sys, s: State, h: Header): void {
  const trip = h.icmpId === s.icmpId ? roundTrip(sys, s, h.icmpSeq) : null
  if (!trip) return
  if (!s.o.quiet)
    say(sys, `${trip.again ? 'DUP! ' : ''}${ipText(s, h)}icmp_seq=${h.icmpSeq} rtt=${ms(trip.us)} ms\n`)
  counted(sys, s)
}

const UNREACHABLE = [
  'Network Unreachable',
  'Host Unreachable',
  'Protocol Unreachable',
  'Port Unreachable',
  'Fragmentation Needed/DF set',
  'Source Route failed',
]

/** An ICMP error about one of ours. Linux: recv_icmp, log_icmp_unreach, log_icmp_timeexc, log_traceroute */
function icmpError(sys: Sys, s: State, h: Header): void {
  const { o } = s
  const inner = h.inner
  const proto = { tcp: IPPROTO_TCP, udp: IPPROTO_UDP, icmp: IPPROTO_ICMP, raw: o.protocol }[o.mode]
  if (!inner || inner.daddr !== s.target || inner.protocol !== proto) return
  const from = printIpv4(h.saddr)
  const who = `from ip=${from}${o.numeric ? '' : ` name=${hostName(sys, from, 'UNKNOWN')}`}\n`
  const key = o.mode === 'icmp' ? inner.icmpSeq : inner.sport
  let text: string
  if (h.type === 11) {
    const where = h.code === 0 ? 'TTL 0 during transit' : 'TTL 0 during reassembly'
    text = `${o.traceroute ? `hop=${s.ttl} ` : ''}${where} ${who}`
  } else if (h.type === 3) {
    const known = UNREACHABLE[h.code] as string | undefined
    text = known ? `ICMP ${known} ${who}` : `ICMP Unreachable type=${h.code} ${who}`
  } else return
  if (!o.quiet) say(sys, text)
  if (h.type === 11 && o.traceroute) {
    const trip = roundTrip(sys, s, key)
    say(sys, `hop=${s.ttl} hoprtt=${ms(trip?.us ?? 0)} ms\n`)
    s.ttl++
  } else if (h.type === 3 && o.mode === 'udp') {
    const trip = roundTrip(sys, s, key)
    say(sys, `status=${trip?.again ? 1 : 0} port=${inner.sport} seq=${trip?.seq ?? 0}\n`)
  }
  counted(sys, s)
}

type Tap = Extract<TraceEvent, { type: 'tap' }>

const isTap = (event: unknown): event is Tap =>
  typeof event === 'object' && event !== null && 'type' in event && event.type === 'tap'

export const hping3: Program = {
  name: 'hping3',
  usage:
    'hping3 [-012nqVkyT] [-FSRPAU] [-p [+]PORT] [-s PORT] [-a SOURCE] [-c COUNT] [-i SECONDS|uMICROS] [-t TTL] [-d BYTES] [-C TYPE] [-K CODE] [-M SEQ] [-L ACK] [-w WINDOW] [--fast|--faster|--flood] HOST',
  start(sys) {
    try {
      begin(sys)
    } catch (error) {
      if (!(error instanceof Quit)) throw error
      if (error.stdout !== '') sys.out(error.stdout)
      sys.err(error.message)
      sys.exit(error.status)
    }
  },
  timer(sys) {
    const s = stateOf(sys)
    if (s.endAt !== 0 && sys.k.now >= s.endAt) finish(sys, s)
    else if (s.nextAt !== 0 && sys.k.now >= s.nextAt) send(sys, s)
  },
  socket(sys, index) {
    const sock = sockByIndex(sys.k.net, index)
    if (!sock?.error) return
    const why = {
      ENETUNREACH: 'Network is unreachable',
      EHOSTUNREACH: 'No route to host',
      EPERM: 'Operation not permitted',
      EINVAL: 'Invalid argument',
      EACCES: 'Permission denied',
    }
    sys.err(`[send_ip] sendto: ${why[sock.error as keyof typeof why]}\n`)
    sys.exit(1)
  },
  frame(sys, event) {
    const s = sys.process.data as State | null
    if (!s || s.o.flood || !isTap(event) || event.out || event.dev !== s.dev) return
    const h = event.header
    if (h.protocol === IPPROTO_ICMP && h.inner) icmpError(sys, s, h)
    else if (h.saddr !== s.target) return
    else if (h.protocol === IPPROTO_TCP && s.o.mode === 'tcp') tcpReply(sys, s, h)
    else if (h.protocol === IPPROTO_UDP && s.o.mode === 'udp') udpReply(sys, s, h)
    else if (h.protocol === IPPROTO_ICMP && h.type === 0 && s.o.mode === 'icmp') echoReply(sys, s, h)
  },
  interrupt(sys) {
    finish(sys, stateOf(sys))
  },
  complete: () => [
    '-S',
    '-A',
    '-F',
    '-R',
    '-1',
    '-2',
    '-p',
    '-c',
    '-a',
    '-k',
    '-s',
    '--fast',
    '--flood',
    '-n',
  ],
}
