/**
 * What this host sends to everybody on a link, or to a group that it is in, it hears itself: a copy passes POSTROUTING, comes
 * back by the device that it should leave by, and is delivered, before the packet itself goes on; after that where the kernel
 * itself answers somebody, which it does in an interrupt.
 *
 * Linux: net/ipv4/ip_output.c ip_mc_output; net/core/dev.c dev_loopback_xmit
 * Left out: IP_MULTICAST_LOOP
 */
import { nf_conntrack_hold } from './conntrack/life.ts'
import { START_RECEIVE, STOLEN } from './ip.ts'
import type { Kernel } from './kernel.ts'
import { parts } from './parts.ts'
import { copySkb, OWN_HEARD, type Skb } from './skb.ts'
import { walkStep } from './walk.ts'

function toItsEnd(k: Kernel, skb: Skb): void {
  while (!walkStep(k, skb));
}

parts.heard = {
  hear(k, skb) {
    skb.redirect = 0
    // Nobody has sent a copy.
    const copy = copySkb(skb, { redirect: OWN_HEARD, sk: -1 })
    nf_conntrack_hold(k.machine.ct, copy)
    toItsEnd(k, copy)
    if (copy.iif === 0) return
    copy.station = START_RECEIVE
    if (skb.sk < 0) k.resume(copy)
    else toItsEnd(k, copy)
  },
  comeBack(_k, skb) {
    skb.iif = skb.oif
    skb.oif = skb.nexthop = 0
    return STOLEN
  },
}
