/** The matches there are, by the name that rules use. */
import type { Match } from '../extension.ts'
import { xt_register_matches } from '../modules.ts'
import { addrtype } from './addrtype.ts'
import { comment } from './comment.ts'
import { connmark } from './connmark.ts'
import { icmp } from './icmp.ts'
import { iprange } from './iprange.ts'
import { length } from './length.ts'
import { limit } from './limit.ts'
import { mac } from './mac.ts'
import { mark } from './mark.ts'
import { multiport } from './multiport.ts'
import { statistic } from './statistic.ts'
import { tcp } from './tcp.ts'
import { ttl } from './ttl.ts'
import { udp } from './udp.ts'
import { conntrack, state } from './conntrack.ts'

const ALL: readonly Match[] = [
  tcp,
  udp,
  icmp,
  conntrack,
  state,
  addrtype,
  comment,
  connmark,
  iprange,
  length,
  limit,
  mac,
  mark,
  multiport,
  statistic,
  ttl,
]

xt_register_matches(ALL)

export { MATCHES } from '../modules.ts'
