/** Connections read out of the table, for tools and views: copies, never the arrays themselves. */
import { IPPROTO_TCP } from '../../wire/packet.ts'
import type { Micros } from '../trace.ts'
import { IPS_CONFIRMED, type ConnView, type Tuple } from './conn.ts'
import { ctExt, nf_ct_zones } from './ext.ts'
import { ctOptional } from './optional.ts'
import { bucketOf, type CtTable } from './table.ts'
import { tcpStateName } from './tcp.ts'

export function tupleView(ct: CtTable, node: number): Tuple {
  return {
    protonum: ct.protonum[node >> 1],
    src: ct.src[node],
    dst: ct.dst[node],
    sport: ct.sport[node],
    dport: ct.dport[node],
  }
}

/** A copy of the entry in a slot. `now` decides the seconds left; without it they are those of the full timeout. */
export function ctView(ct: CtTable, slot: number, now: Micros = 0): ConnView {
  const ext = ctExt(ct, slot)
  const confirmed = (ct.status[slot] & IPS_CONFIRMED) !== 0
  const left = confirmed ? ct.timeout[slot] - now : ct.timeout[slot]
  return {
    id: ct.id[slot],
    slot,
    orig: tupleView(ct, slot * 2),
    reply: tupleView(ct, slot * 2 + 1),
    status: ct.status[slot],
    timeout: ct.timeout[slot],
    secondsLeft: Math.max(0, Math.floor(left / 1_000_000)),
    state:
      ct.protonum[slot] === IPPROTO_TCP
        ? tcpStateName(ct.state[slot])
        : (ctOptional.more?.stateName(ct.protonum[slot], ct.state[slot]) ?? ''),
    ...ctOptional.more?.details(ct, slot),
    mark: ct.mark[slot],
    zone: nf_ct_zones(ct, slot),
    ...(ext ? { ext: structuredClone(ext) } : {}),
    use: ct.use[slot],
    buckets: confirmed ? [bucketOf(ct, ct.hash[slot * 2]), bucketOf(ct, ct.hash[slot * 2 + 1])] : [-1, -1],
  }
}
