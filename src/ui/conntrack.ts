/** The two tuples of an entry, made ready for eyes: which values NAT has changed. What else an entry says: entry.ts. */
import type { ConnView, Tuple } from '../kernel/conntrack/conn.ts'
import { printIpv4 } from '../wire/address.ts'
import { IPPROTO_ICMP } from '../wire/packet.ts'

export type Direction = 'orig' | 'reply'

/** One end of a tuple; a value is `new` where NAT has put it there. */
export interface End {
  addr: string
  addrNew: boolean
  /** '' for ICMP. */
  port: string
  portNew: boolean
}

export interface TupleLine {
  dir: Direction
  src: End
  dst: End
  /** ICMP: the echo id, as the tools print it; '' else. */
  id: string
}

/** Both directions. The reply tuple is the original turned round; where it is not, NAT has been at work. */
export function tupleLines(conn: ConnView): [TupleLine, TupleLine] {
  const { orig, reply } = conn
  const icmp = orig.protonum === IPPROTO_ICMP
  const end = (addr: number, port: number, addrNew: boolean, portNew: boolean): End => ({
    addr: printIpv4(addr),
    addrNew,
    port: icmp ? '' : String(port),
    portNew: !icmp && portNew,
  })
  const id = (t: Tuple): string => (icmp ? String(t.sport) : '')
  return [
    {
      dir: 'orig',
      src: end(orig.src, orig.sport, false, false),
      dst: end(orig.dst, orig.dport, false, false),
      id: id(orig),
    },
    {
      dir: 'reply',
      src: end(reply.src, reply.sport, reply.src !== orig.dst, reply.sport !== orig.dport),
      dst: end(reply.dst, reply.dport, reply.dst !== orig.src, reply.dport !== orig.sport),
      id: id(reply),
    },
  ]
}
