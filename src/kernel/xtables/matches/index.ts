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
import { bpf } from './bpf.ts'
import { cgroup } from './cgroup.ts'
import { cluster } from './cluster.ts'
import { connbytes } from './connbytes.ts'
import { connlabel } from './connlabel.ts'
import { connlimit } from './connlimit.ts'
import { cpu } from './cpu.ts'
import { dccp } from './dccp.ts'
import { devgroup } from './devgroup.ts'
import { dscp } from './dscp.ts'
import { ecn } from './ecn.ts'
import { hashlimit } from './hashlimit.ts'
import { helper } from './helper.ts'
import { ipcomp } from './ipcomp.ts'
import { nfacct } from './nfacct.ts'
import { osf } from './osf.ts'
import { owner } from './owner.ts'
import { physdev } from './physdev.ts'
import { pkttype } from './pkttype.ts'
import { policy } from './policy.ts'
import { quota } from './quota.ts'
import { rateest } from './rateest.ts'
import { realm } from './realm.ts'
import { recent } from './recent.ts'
import { set } from './set.ts'
import { rpfilter } from './rpfilter.ts'
import { sctp } from './sctp.ts'
import { socket } from './socket.ts'
import { string } from './string.ts'
import { tcpmss } from './tcpmss.ts'
import { time } from './time.ts'
import { tos } from './tos.ts'
import { u32 } from './u32.ts'
import { ah, esp } from './spi.ts'

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
  ah,
  esp,
  bpf,
  cgroup,
  cluster,
  connbytes,
  connlabel,
  connlimit,
  cpu,
  dccp,
  devgroup,
  dscp,
  ecn,
  hashlimit,
  helper,
  ipcomp,
  nfacct,
  osf,
  owner,
  physdev,
  pkttype,
  policy,
  quota,
  rateest,
  realm,
  recent,
  rpfilter,
  sctp,
  set,
  socket,
  string,
  tcpmss,
  time,
  tos,
  u32,
]

xt_register_matches(ALL)

export { MATCHES } from '../modules.ts'
