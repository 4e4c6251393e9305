/** What an entry of the table says, made ready for eyes: what it is, whether it has been answered, how long it will stay. */
import { IPS_ASSURED, IPS_SEEN_REPLY, type ConnView } from '../kernel/conntrack/conn.ts'
import { protocolName } from '../wire/packet.ts'
import { tupleLines } from './conntrack.ts'

export type NatKind = 'none' | 'snat' | 'dnat' | 'both'

export function natKind(conn: ConnView): NatKind {
  const [, reply] = tupleLines(conn)
  const snat = reply.dst.addrNew || reply.dst.portNew
  const dnat = reply.src.addrNew || reply.src.portNew
  return snat ? (dnat ? 'both' : 'snat') : dnat ? 'dnat' : 'none'
}

export function isUnreplied(conn: ConnView): boolean {
  return (conn.status & IPS_SEEN_REPLY) === 0
}

export function isAssured(conn: ConnView): boolean {
  return (conn.status & IPS_ASSURED) !== 0
}

/** `TCP SYN_SENT`, `UDP`, `ICMP`: the words of the tools. */
export function kindOf(conn: ConnView): string {
  const name = protocolName(conn.orig.protonum).toUpperCase()
  return conn.state === '' ? name : `${name} ${conn.state}`
}

/** Whole seconds left at a moment, as the tools print them. Expired entries wait for someone to remove them. */
export function secondsLeft(conn: ConnView, now: number): number {
  return Math.max(0, Math.floor((conn.timeout - now) / 1e6))
}

/** The sysctl that says how long an entry of this kind lives after a packet; null where there is none to ask. */
export function timeoutSysctl(conn: ConnView): string | null {
  const prefix = 'net.netfilter.nf_conntrack_'
  switch (protocolName(conn.orig.protonum)) {
    case 'tcp':
      return conn.state === '' || conn.state === 'NONE'
        ? null
        : `${prefix}tcp_timeout_${conn.state.toLowerCase()}`
    case 'udp':
      return `${prefix}udp_timeout${isAssured(conn) ? '_stream' : ''}`
    case 'icmp':
      return `${prefix}icmp_timeout`
    default:
      return `${prefix}generic_timeout`
  }
}

/**
 * How long such an entry lives in all, seconds; 0: not known. An open TCP connection with data that nobody has
 * acknowledged, or that is repeated, has a shorter time than its state says.
 */
export function lifeOf(conn: ConnView, left: number, sysctl: Readonly<Record<string, number>>): number {
  const state = sysctl[timeoutSysctl(conn) ?? ''] ?? 0
  if (protocolName(conn.orig.protonum) !== 'tcp') return state
  const prefix = 'net.netfilter.nf_conntrack_tcp_timeout_'
  const shorter = ['unacknowledged', 'max_retrans'].map((name) => sysctl[prefix + name] ?? 0)
  return Math.min(...[state, ...shorter].filter((s) => s >= left), state)
}
