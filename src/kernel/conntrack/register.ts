/**
 * Hooks on demand: connection tracking runs in a namespace while something there needs it.
 *
 * Linux: net/netfilter/nf_conntrack_proto.c nf_ct_netns_get, nf_ct_netns_put
 */
import { IPPROTO_TCP } from '../../wire/packet.ts'
import type { Kernel } from '../kernel.ts'
import { ESTABLISHED } from './tcp.ts'

/** One more user. The first one registers the hooks; windows of old TCP entries are forgotten. */
export function nf_ct_netns_get(k: Kernel): void {
  if (++k.net.ctUsers > 1) return
  const ct = k.machine.ct
  for (let slot = 0; slot < ct.used; slot++) {
    if (ct.use[slot] === 0 || ct.ns[slot] !== k.net.index) continue
    if (ct.protonum[slot] !== IPPROTO_TCP || ct.state[slot] !== ESTABLISHED) continue
    ct.tdMaxwin[slot * 2] = ct.tdMaxwin[slot * 2 + 1] = 0
  }
}

/** One user less. The last one takes the hooks away; entries stay until their time is over. */
export function nf_ct_netns_put(k: Kernel): void {
  if (k.net.ctUsers > 0) k.net.ctUsers--
}
