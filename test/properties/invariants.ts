/** What is true of a connection table whatever has happened: its chains, its free list, its counts. */
import type { Kernel } from '../../src/kernel/kernel.ts'
import { IPS_CONFIRMED, IPS_DYING, IPS_SRC_NAT_DONE } from '../../src/kernel/conntrack/conn.ts'
import { CT_EXT, nf_ct_zones, zoneId } from '../../src/kernel/conntrack/ext.ts'
import { bucketOf, hashNode, type CtTable } from '../../src/kernel/conntrack/table.ts'
import { sourceBucket } from '../../src/kernel/nat/bysource.ts'

/** Slots in use. */
export function slotsOf(ct: CtTable): number[] {
  return Array.from({ length: ct.used }, (_, slot) => slot).filter((slot) => ct.use[slot] > 0)
}

const isInTable = (ct: CtTable, slot: number): boolean =>
  (ct.status[slot] & (IPS_CONFIRMED | IPS_DYING)) === IPS_CONFIRMED

/** Every member of chains, by chain. */
function chains(heads: ArrayLike<number>, next: ArrayLike<number>, limit: number): number[][] {
  return Array.from(heads, (head) => {
    const chain: number[] = []
    for (let at = head; at >= 0 && chain.length <= limit; at = next[at]) chain.push(at)
    return chain
  })
}

function tupleKey(ct: CtTable, node: number): string {
  const slot = node >> 1
  const { ns, protonum, src, dst, sport, dport } = ct
  return [ns[slot], protonum[slot], src[node], sport[node], dst[node], dport[node]].join(' ')
}

/**
 * May these two nodes not be in the table together? A node is compared in the zone that the other entry has for the
 * same direction, so entries in opposite directions may well hold one tuple (recorded: ct_zone_reply_same_tuple).
 */
function clash(ct: CtTable, a: number, b: number): boolean {
  const same = (dir: number): boolean =>
    zoneId(nf_ct_zones(ct, a >> 1), dir) === zoneId(nf_ct_zones(ct, b >> 1), dir)
  return a >> 1 !== b >> 1 && tupleKey(ct, a) === tupleKey(ct, b) && same(a & 1) && same(b & 1)
}

/** What is wrong with the table, as sentences. */
export function tableProblems(k: Kernel): string[] {
  const { ct } = k.machine
  const problems: string[] = []
  const slots = slotsOf(ct)
  const inTable = slots.filter((slot) => isInTable(ct, slot))

  const nodes = chains(ct.heads, ct.next, ct.used * 2)
  nodes.forEach((chain, bucket) => {
    for (const node of chain) {
      if (hashNode(ct, node) !== ct.hash[node])
        problems.push(`node ${node}: its hash is that of another tuple`)
      if (bucketOf(ct, ct.hash[node]) !== bucket)
        problems.push(`node ${node} lies in bucket ${bucket}, which is not its own`)
    }
  })
  const linked = nodes.flat().sort((a, b) => a - b)
  const wanted = inTable.flatMap((slot) => [slot * 2, slot * 2 + 1])
  if (linked.join() !== wanted.join())
    problems.push(`the chains hold ${linked.join()} instead of ${wanted.join()}`)

  for (const a of wanted)
    for (const b of wanted) if (a < b && clash(ct, a, b)) problems.push(`two entries hold ${tupleKey(ct, a)}`)

  const sources = chains(ct.natHeads, ct.natNext, ct.used)
  sources.forEach((chain, bucket) => {
    for (const slot of chain) {
      const own = sourceBucket(ct, ct.ns[slot], ct.protonum[slot], ct.src[slot * 2], ct.sport[slot * 2])
      if (own !== bucket) problems.push(`slot ${slot} is in the chain of another source`)
    }
  })
  const bySource = sources.flat().sort((a, b) => a - b)
  const translated = slots.filter((slot) => ct.status[slot] & IPS_SRC_NAT_DONE)
  if (bySource.join() !== translated.join())
    problems.push(`the chains by source hold ${bySource.join()} instead of ${translated.join()}`)

  const free: number[] = []
  for (let at = ct.free; at >= 0 && free.length <= ct.used; at = ct.natNext[at]) free.push(at)
  const unused = Array.from({ length: ct.used }, (_, slot) => slot).filter((slot) => ct.use[slot] === 0)
  if (free.sort((a, b) => a - b).join() !== unused.join())
    problems.push(`free are ${free.join()} instead of ${unused.join()}`)

  for (const slot of ct.ext.keys())
    if (ct.use[slot] === 0 || (ct.events[slot] & CT_EXT) === 0)
      problems.push(`slot ${slot} has an extension left over`)

  // An entry that was removed counts until the last packet that carries it has gone.
  if (k.net.ctCount !== slots.length)
    problems.push(`the count is ${k.net.ctCount}, entries are ${slots.length}`)
  return problems
}
