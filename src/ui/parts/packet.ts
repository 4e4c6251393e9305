/** A packet's header in the few words that fit on a chip, the same words wherever the packet is shown. */
import type { Header } from '../../kernel/trace.ts'
import { printIpv4 } from '../../wire/address.ts'
import { IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP, protocolName, type Packet } from '../../wire/packet.ts'

export type Dir = 'original' | 'reply' | '-'

/** What is read on a chip: everything of a header but what its protocol keeps for itself. */
export type Face = Omit<Packet, 'inner'>

const TCP_FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'] as const
/** In the order in which people say them: SYN ACK, FIN ACK, PSH ACK. */
const SPOKEN = ['SYN', 'FIN', 'RST', 'PSH', 'URG', 'ECE', 'CWR', 'ACK'] as const

/** As tcpdump names them. */
const ICMP_TYPES: Readonly<Record<number, string>> = {
  0: 'echo reply',
  3: 'unreachable',
  4: 'source quench',
  5: 'redirect',
  8: 'echo request',
  11: 'time exceeded',
  12: 'parameter problem',
}

export function protocolLabel(h: Face): string {
  return protocolName(h.protocol).toUpperCase()
}

/** `SYN`, `SYN ACK`, `ACK`, `PSH ACK`, `echo request`, `UDP`. */
export function packetLabel(h: Face): string {
  if (h.protocol === IPPROTO_TCP) {
    const set = new Set<string>(TCP_FLAGS.filter((_, bit) => h.flags & (1 << bit)))
    return SPOKEN.filter((f) => set.has(f)).join(' ') || 'no flags'
  }
  if (h.protocol === IPPROTO_ICMP) return ICMP_TYPES[h.type] ?? `type ${h.type}`
  return protocolLabel(h)
}

/** The whole name of a packet: `SYN #1`. */
export function packetName(h: Face, serial: number): string {
  return `${packetLabel(h)} #${serial}`
}

export interface EndText {
  addr: string
  /** '' where the protocol has no ports. */
  port: string
}

export function endOf(h: Face, side: 'src' | 'dst'): EndText {
  const ports = h.protocol === IPPROTO_TCP || h.protocol === IPPROTO_UDP
  const port = side === 'src' ? h.sport : h.dport
  return { addr: printIpv4(side === 'src' ? h.saddr : h.daddr), port: ports ? String(port) : '' }
}

export function printEnd(e: EndText): string {
  return e.port === '' ? e.addr : `${e.addr}:${e.port}`
}

/** `192.168.0.2:40000 > 123.125.115.110:80` */
export function printWay(h: Face): string {
  return `${printEnd(endOf(h, 'src'))} > ${printEnd(endOf(h, 'dst'))}`
}

/** The arrow of a direction: never colour alone. */
export function dirArrow(dir: Dir): string {
  return dir === 'reply' ? '◂' : '▸'
}

/** Of the packet that an ICMP error quotes. */
export type InnerField = 'inSrc' | 'inSport' | 'inDst' | 'inDport' | 'inId'
export type Field = 'src' | 'sport' | 'dst' | 'dport' | 'ttl' | 'mark' | 'tos' | 'id' | InnerField

export interface Change {
  field: Field
  from: string
  to: string
}

/** What a station has changed in the header. */
export function changesOf(before: Header | null, after: Header): Change[] {
  if (before === null) return []
  const out: Change[] = []
  const add = (field: Field, from: string | number, to: string | number): void => {
    if (from !== to) out.push({ field, from: String(from), to: String(to) })
  }
  add('src', printIpv4(before.saddr), printIpv4(after.saddr))
  add('sport', before.sport, after.sport)
  add('dst', printIpv4(before.daddr), printIpv4(after.daddr))
  add('dport', before.dport, after.dport)
  add('ttl', before.ttl, after.ttl)
  add('mark', before.mark, after.mark)
  add('tos', before.tos, after.tos)
  add('id', before.icmpId, after.icmpId)
  const [was, now] = [before.inner, after.inner]
  if (was === null || now === null) return out
  add('inSrc', printIpv4(was.saddr), printIpv4(now.saddr))
  add('inSport', was.sport, now.sport)
  add('inDst', printIpv4(was.daddr), printIpv4(now.daddr))
  add('inDport', was.dport, now.dport)
  add('inId', was.icmpId, now.icmpId)
  return out
}

const OTHERS: ReadonlySet<Field> = new Set(['ttl', 'mark', 'tos'])

/** What NAT rewrites: addresses, ports, the echo id, and the same of a header that is quoted. */
export function isRewrite(changes: readonly Change[]): boolean {
  return changes.some((c) => !OTHERS.has(c.field))
}
