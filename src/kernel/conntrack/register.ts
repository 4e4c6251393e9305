/**
 * Hooks on demand: connection tracking runs in a namespace while something there needs it.
 *
 * Linux: net/netfilter/nf_conntrack_proto.c nf_ct_netns_get, nf_ct_netns_put
 */
import { IPPROTO_TCP } from '../../wire/packet.ts'
import type { Kernel } from '../kernel.ts'
import { OLD_TRACKER } from '../period.ts'
import { nf_ct_iterate_cleanup } from './life.ts'
import { ESTABLISHED } from './tcp.ts'

/** One more user. The first one registers the hooks; windows of old TCP entries are forgotten, but not in 4.15. */
export function nf_ct_netns_get(k: Kernel): void {
  if (++k.net.ctUsers > 1 || k.machine.differs & OLD_TRACKER) return
  nf_ct_iterate_cleanup(k, (ct, slot) => {
    if (ct.protonum[slot] === IPPROTO_TCP && ct.state[slot] === ESTABLISHED)
      ct.tdMaxwin[slot * 2] = ct.tdMaxwin[slot * 2 + 1] = 0
    return false
  })
}

/** One user less. The last one takes the hooks away; entries stay until their time is over. */
export function nf_ct_netns_put(k: Kernel): void {
  k.net.ctUsers--
}
