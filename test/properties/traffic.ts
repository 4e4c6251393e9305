/**
 * Random conversations across a random gateway: rules from a pool, packets from both sides, answers to what came out,
 * ICMP errors about it, time that goes by, and lines typed in between.
 */
import fc from 'fast-check'
import { ipv4 } from '../../src/wire/address.ts'
import {
  emptyPacket,
  IP_DF,
  IPPROTO_ICMP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  parseFlags,
  type Packet,
} from '../../src/wire/packet.ts'
import type { TraceEvent } from '../../src/kernel/trace.ts'
import { START_RECEIVE } from '../../src/kernel/ip.ts'
import { newSkb } from '../../src/kernel/skb.ts'
import { gatewayWith, type Gateway } from '../kit.ts'

export type Side = 'lan' | 'wan'

export type Act =
  | { do: 'send'; from: Side; packet: Packet }
  /** The inverse of one of the last frames that came out, from where it went. */
  | { do: 'answer'; nth: number; flags: string; payload: number }
  /** One of the last frames that came in, once more. */
  | { do: 'again'; nth: number; flags: string; payload: number }
  /** An ICMP error about one of the last frames that came out. */
  | { do: 'error'; nth: number; type: number; code: number }
  | { do: 'wait'; seconds: number }
  | { do: 'type'; line: string }

export interface Session {
  buckets: number
  setup: string[]
  acts: Act[]
}

const INSIDE = ['192.168.0.2', '192.168.0.3', '192.168.0.4'].map(ipv4)
const OUTSIDE = ['8.8.8.8', '8.8.4.4', '100.100.100.1'].map(ipv4)
const OWN = ['100.100.100.100', '192.168.0.1'].map(ipv4)
const PORTS = [53, 80, 80, 443, 600, 1000, 5000, 40000, 40001, 40002, 65535]
/** Flags of TCP as they come, the usual ones more often. */
const FLAGS = ['S', 'S', 'SA', 'A', 'A', 'PA', 'FA', 'R', 'RA', 'SF', 'FPU', '']

/** Rules and settings that a gateway may have, each a line that is accepted on its own. */
export const LINES = [
  'iptables -t nat -A POSTROUTING -o wan -j MASQUERADE',
  'iptables -t nat -A POSTROUTING -o wan -p udp -j MASQUERADE --random',
  'iptables -t nat -A POSTROUTING -o wan -p tcp -j MASQUERADE --to-ports 5000-5003',
  'iptables -t nat -A POSTROUTING -o wan -j SNAT --to-source 100.100.100.100',
  'iptables -t nat -A POSTROUTING -o wan -j SNAT --to-source 100.100.100.200-100.100.100.203 --persistent',
  'iptables -t nat -A POSTROUTING -o wan -p udp -j SNAT --to-source 100.100.100.100:600-601',
  'iptables -t nat -A POSTROUTING -s 192.168.0.2 -j SNAT --to-source 100.100.100.201 --random-fully',
  'iptables -t nat -A POSTROUTING -d 192.168.0.0/24 -j SNAT --to-source 192.168.0.1',
  'iptables -t nat -A POSTROUTING -o wan -j NETMAP --to 100.100.100.0/24',
  'iptables -t nat -A PREROUTING -d 100.100.100.100 -p tcp --dport 80 -j DNAT --to-destination 192.168.0.2:8080',
  'iptables -t nat -A PREROUTING -d 100.100.100.100 -p udp -j DNAT --to-destination 192.168.0.2-192.168.0.4',
  'iptables -t nat -A PREROUTING -i wan -j DNAT --to-destination 192.168.0.3',
  'iptables -t nat -A PREROUTING -p udp --dport 53 -j REDIRECT --to-ports 5353',
  'iptables -t nat -A PREROUTING -p tcp --dport 443 -j DNAT --to-destination 8.8.4.4:40000-40002 --random',
  'iptables -t nat -A INPUT -p udp -j SNAT --to-source 192.168.0.9',
  'iptables -t nat -A OUTPUT -p icmp -j ACCEPT',
  'iptables -t raw -A PREROUTING -p udp --dport 5000 -j NOTRACK',
  'iptables -t raw -A PREROUTING -i lan -s 192.168.0.4 -j CT --zone 7',
  'iptables -t raw -A PREROUTING -i wan -p udp -j CT --zone-reply 3',
  'iptables -t raw -A PREROUTING -p tcp --dport 600 -j DROP',
  'iptables -t mangle -A FORWARD -p tcp -j CONNMARK --set-mark 5',
  'iptables -t mangle -A PREROUTING -j TTL --ttl-inc 1',
  'iptables -A FORWARD -m conntrack --ctstate INVALID -j DROP',
  'iptables -A FORWARD -p tcp --dport 1000 -j REJECT --reject-with tcp-reset',
  'iptables -A FORWARD -p udp --dport 1000 -j REJECT',
  'iptables -A FORWARD -m conntrack --ctstate NEW -i wan -j REJECT --reject-with icmp-admin-prohibited',
  'iptables -A INPUT -p icmp -j DROP',
  'iptables -A FORWARD -m statistic --mode nth --every 3 --packet 0 -j DROP',
  'iptables -A FORWARD -p udp -m limit --limit 2/s --limit-burst 3 -j LOG --log-prefix "udp: "',
  'iptables -P FORWARD DROP',
  'iptables -N OWN',
  'sysctl -w net.netfilter.nf_conntrack_max=6',
  'sysctl -w net.netfilter.nf_conntrack_max=3',
  'sysctl -w net.netfilter.nf_conntrack_tcp_loose=0',
  'sysctl -w net.netfilter.nf_conntrack_tcp_be_liberal=1',
  'sysctl -w net.netfilter.nf_conntrack_udp_timeout=2',
  'sysctl -w net.netfilter.nf_conntrack_udp_timeout_stream=5',
  'sysctl -w net.netfilter.nf_conntrack_tcp_timeout_syn_sent=3',
  'sysctl -w net.netfilter.nf_conntrack_acct=1',
  'sysctl -w net.netfilter.nf_conntrack_buckets=2',
  'sysctl -w net.netfilter.nf_conntrack_buckets=1024',
  'sysctl -w net.ipv4.conf.all.rp_filter=1',
]

/** What may be typed while packets go by. */
const TYPED = [
  ...LINES,
  'conntrack -L',
  'conntrack -F',
  'conntrack -D -p udp',
  'conntrack -D -s 192.168.0.2',
  'conntrack -U -p tcp -m 9',
  'iptables -t nat -F',
  'iptables -F',
  'iptables -t raw -F',
  'ip addr del 100.100.100.100/24 dev wan; ip addr add 100.100.100.100/24 dev wan; ip route add default via 100.100.100.1 dev wan',
]

const tcp = fc
  .record({ flags: fc.constantFrom(...FLAGS), payload: fc.constantFrom(0, 0, 10, 1000), seq: fc.nat(3000) })
  .map(({ flags, payload, seq }): Partial<Packet> => ({
    protocol: IPPROTO_TCP,
    flags: parseFlags(flags) ?? 0,
    seq: 1000 + seq,
    ack: flags.includes('A') ? 5000 + seq : 0,
    win: 64240,
    thl: 20,
    len: 40 + payload,
  }))
const udp = fc
  .constantFrom(0, 30, 500)
  .map((payload): Partial<Packet> => ({ protocol: IPPROTO_UDP, thl: 8, len: 28 + payload }))
const icmp = fc
  .record({ type: fc.constantFrom(8, 8, 8, 0, 13, 17), id: fc.constantFrom(1, 2, 600) })
  .map(({ type, id }): Partial<Packet> => ({
    protocol: IPPROTO_ICMP,
    type,
    icmpId: id,
    icmpSeq: 1,
    thl: 8,
    len: 84,
  }))
const other = fc.constant<Partial<Packet>>({ protocol: 47, thl: 0, len: 60 })
const transport = fc.oneof(
  { weight: 5, arbitrary: tcp },
  { weight: 5, arbitrary: udp },
  { weight: 3, arbitrary: icmp },
  { weight: 1, arbitrary: other },
)

const send = fc
  .record({
    from: fc.constantFrom<Side>('lan', 'lan', 'lan', 'wan'),
    inside: fc.constantFrom(...INSIDE),
    outside: fc.constantFrom(...OUTSIDE),
    own: fc.option(fc.constantFrom(...OWN), { freq: 4 }),
    sport: fc.constantFrom(...PORTS),
    dport: fc.constantFrom(...PORTS),
    ttl: fc.constantFrom(64, 64, 64, 64, 1),
    badCsum: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 1),
    more: transport,
  })
  .map(({ from, inside, outside, own, sport, dport, ttl, badCsum, more }): Act => {
    const ports = more.protocol === IPPROTO_TCP || more.protocol === IPPROTO_UDP ? { sport, dport } : {}
    const [saddr, daddr] = from === 'lan' ? [inside, own ?? outside] : [outside, own ?? OWN[0]]
    return {
      do: 'send',
      from,
      packet: { ...emptyPacket(), frag: IP_DF, ttl, badCsum, ...more, ...ports, saddr, daddr },
    }
  })

const nth = fc.nat({ max: 3 })
const flags = fc.constantFrom('SA', 'SA', 'A', 'A', 'PA', 'FA', 'R', 'S')
const payload = fc.constantFrom(0, 0, 100)

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: send },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('answer' as const), nth, flags, payload }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('again' as const), nth, flags, payload }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('error' as const),
      nth,
      type: fc.constantFrom(3, 3, 11, 5, 4, 12),
      code: fc.constantFrom(0, 1, 3, 4),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      seconds: fc.constantFrom(0.1, 1, 3, 10, 40, 200),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('type' as const), line: fc.constantFrom(...TYPED) }) },
)

export const session: fc.Arbitrary<Session> = fc.record({
  buckets: fc.constantFrom(1, 4, 64, 1024),
  setup: fc.uniqueArray(fc.constantFrom(...LINES), { maxLength: 7 }),
  acts: fc.array(act, { minLength: 5, maxLength: 60, size: 'max' }),
})

/** Sequence numbers go on where the other side expects them. */
function tcpAnswer(p: Packet, flags: string, payload: number): Partial<Packet> {
  const bits = parseFlags(flags) ?? 0
  const sent = p.len - 20 - p.thl + (p.flags & 3 ? 1 : 0)
  return {
    flags: bits,
    seq: p.flags & 16 ? p.ack : 5000,
    ack: bits & 16 ? (p.seq + sent) >>> 0 : 0,
    len: 20 + p.thl + payload,
  }
}

function inverse(p: Packet, flags: string, payload: number): Packet {
  const back = { ...p, inner: null, ttl: 64, saddr: p.daddr, daddr: p.saddr, sport: p.dport, dport: p.sport }
  if (p.protocol === IPPROTO_TCP) return { ...back, ...tcpAnswer(p, flags, payload) }
  if (p.protocol === IPPROTO_UDP) return { ...back, len: 28 + payload }
  if (p.protocol === IPPROTO_ICMP && (p.type === 8 || p.type === 13 || p.type === 17))
    return { ...back, type: p.type === 8 ? 0 : p.type + 1 }
  return back
}

/** One act's outcome. */
export interface Step {
  act: Act
  /** What happened on the gateway, in order. */
  events: TraceEvent[]
}

const MAC_OF: Record<Side, number> = { lan: 2, wan: 3 }

/** Boots the gateway of a session; `next` does one act after another, null at the end. */
export function begin({ buckets, setup, acts }: Session): { gw: Gateway; next: () => Step | null } {
  const gw = gatewayWith(buckets)
  for (const line of setup) type(gw, line)
  gw.events()
  const came: { from: Side; packet: Packet }[] = []
  const left: { to: Side; packet: Packet }[] = []
  let at = 0

  const inject = (from: Side, packet: Packet): void => {
    came.unshift({ from, packet })
    const dev = gw.k.net.devs.find((d) => d.name === from)
    if (!dev) throw new Error(from)
    gw.lab.inject(0, {
      ...newSkb(),
      ...packet,
      inner: packet.inner ? { ...packet.inner } : null,
      serial: gw.k.nextSerial(),
      iif: dev.ifindex,
      smac: MAC_OF[from],
      dmac: dev.mac,
      station: START_RECEIVE,
    })
    gw.lab.runUntil(gw.lab.state.now)
  }

  const perform = (a: Act): void => {
    if (a.do === 'send') inject(a.from, a.packet)
    else if (a.do === 'wait') gw.wait(a.seconds)
    else if (a.do === 'type') type(gw, a.line)
    else if (a.do === 'again') {
      const old = came.at(a.nth)
      if (!old) return
      const p = { ...old.packet }
      if (p.protocol === IPPROTO_TCP)
        Object.assign(p, {
          flags: parseFlags(a.flags) ?? 0,
          len: 20 + p.thl + a.payload,
          seq: p.seq + (p.flags & 2 ? 1 : 0),
        })
      inject(old.from, p)
    } else {
      const frame = left.at(a.nth)
      if (!frame) return
      const { packet, to } = frame
      if (a.do === 'answer') inject(to, inverse(packet, a.flags, a.payload))
      else if (packet.protocol !== IPPROTO_ICMP || packet.inner === null)
        inject(to, {
          ...emptyPacket(),
          protocol: IPPROTO_ICMP,
          type: a.type,
          code: a.code,
          saddr: packet.daddr,
          daddr: packet.saddr,
          thl: 8,
          len: 56,
          inner: { ...packet, inner: null },
        })
    }
  }

  return {
    gw,
    next() {
      const a = acts.at(at++)
      if (!a) return null
      perform(a)
      const events = gw.events()
      for (const e of events) {
        if (e.type === 'xmit' && (e.dev === 'lan' || e.dev === 'wan'))
          left.unshift({ to: e.dev, packet: { ...emptyPacket(), ...e.header, inner: null } })
      }
      return { act: a, events }
    },
  }
}

/** Type a line whatever becomes of it. */
function type(gw: Gateway, line: string): void {
  const result = gw.lab.result(0, gw.lab.execCaptured(0, line))
  if (result === 'running') throw new Error(`${line}: does not end`)
}

/** Play a session to its end. `look` sees each step. */
export function play(s: Session, look: (step: Step, gw: Gateway) => void): Gateway {
  const { gw, next } = begin(s)
  for (let step = next(); step; step = next()) look(step, gw)
  return gw
}
