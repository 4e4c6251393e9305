/**
 * Is an entry one of those that a command is about?
 *
 * conntrack-tools 1.4.7, src/conntrack.c nfct_filter, filter_nat
 */
import { IPS_DST_NAT_DONE, IPS_SRC_NAT_DONE, type ConnView } from '../../kernel/conntrack/conn.ts'
import { contains } from '../../wire/address.ts'
import { IPPROTO_GRE, IPPROTO_ICMP } from '../../wire/packet.ts'
import type { Nat, Wanted } from './wanted.ts'
import { ctId, zoneOfBoth } from './print.ts'

/**
 * Was the source (or destination) of the flow changed, in the way that is asked for? As libnetfilter_conntrack sees it:
 * for ICMP it takes the id for one port and type and code for the other, so that every ICMP entry that NAT has seen
 * looks changed.
 */
function natFits(conn: ConnView, side: 'src' | 'dst', nat: Nat): boolean {
  const { orig, reply, status } = conn
  const seen = (status & (side === 'src' ? IPS_SRC_NAT_DONE : IPS_DST_NAT_DONE)) !== 0
  const now = side === 'src' ? { addr: reply.dst, port: reply.dport } : { addr: reply.src, port: reply.sport }
  const was = side === 'src' ? { addr: orig.src, port: orig.sport } : { addr: orig.dst, port: orig.dport }
  const address = seen && now.addr !== was.addr
  const port = seen && now.port !== was.port
  if (nat.addr === null && nat.port === null) return address || port
  return (
    (nat.addr === null || (address && now.addr === nat.addr)) &&
    (nat.port === null || (port && now.port === nat.port))
  )
}

/** The entry's own fields: what conntrack compares where any of them is asked for. */
function fieldsFit({ orig, reply, status, state, ...conn }: ConnView, w: Wanted, user: boolean): boolean {
  const same = (wanted: number | null, value: number): boolean => wanted === null || wanted === value
  const bits = w.status
  const both = zoneOfBoth({ orig, reply, status, state, ...conn })
  // Of GRE the tool compares no keys.
  const icmp = orig.protonum === IPPROTO_ICMP
  const ports = !icmp && orig.protonum !== IPPROTO_GRE
  return (
    same(w.proto, orig.protonum) &&
    (w.src === null || contains(w.src, orig.src)) &&
    (w.dst === null || contains(w.dst, orig.dst)) &&
    same(w.rsrc, reply.src) &&
    same(w.rdst, reply.dst) &&
    (!ports ||
      (same(w.sport, orig.sport) &&
        same(w.dport, orig.dport) &&
        same(w.rsport, reply.sport) &&
        same(w.rdport, reply.dport))) &&
    (!icmp ||
      (same(w.type, orig.dport >> 8) && same(w.code, orig.dport & 255) && same(w.icmpId, orig.sport))) &&
    (w.state === null || w.state === state) &&
    (w.id === null || w.id === ctId({ orig, reply, status, state, ...conn })) &&
    // The kernel tells one zone where both directions have the same; whoever is not told of counts as 0.
    same(w.zone, both) &&
    same(w.origZone, both ? 0 : conn.zone & 0xffff) &&
    same(w.replyZone, both ? 0 : conn.zone >>> 16) &&
    (bits === null || (status & bits.value) === bits.value) &&
    (user || bits === null || (status & bits.mask) === bits.value)
  )
}

/** Options that make conntrack compare fields at all; with -j alone the address in the place of --src is not looked at. */
const COMPARED = 'sdrqpmcuiwl()'

/** `user`: the filter that conntrack applies itself; without it also the one that it has the kernel apply (-L). */
export function fits(conn: ConnView, w: Wanted, given: readonly string[], user = true): boolean {
  if (w.nothing) return false
  if (w.labels && !w.labels.every((bit) => conn.ext?.labels?.includes(bit))) return false
  if (w.mark && (conn.mark & w.mark.mask) >>> 0 !== w.mark.value) return false
  if (w.anyNat && !natFits(conn, 'src', w.anyNat) && !natFits(conn, 'dst', w.anyNat)) return false
  if (w.srcNat && !natFits(conn, 'src', w.srcNat)) return false
  if (w.dstNat && !natFits(conn, 'dst', w.dstNat)) return false
  return !given.some((letter) => COMPARED.includes(letter)) || fieldsFit(conn, w, user)
}
