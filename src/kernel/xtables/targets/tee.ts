import { printIpv4, type Ipv4 } from '../../../wire/address.ts'
import { IP_DF } from '../../../wire/packet.ts'
import type { Kernel } from '../../kernel.ts'
import { START_SEND } from '../../ip.ts'
import { kfree_skb } from '../../kfree.ts'
import { road } from '../../road.ts'
import { devByName, ip_route_output } from '../../route.ts'
import { IP_CT_UNTRACKED, type Skb } from '../../skb.ts'
import { walkStep } from '../../walk.ts'
import { XT_CONTINUE, type Target } from '../extension.ts'
import { host, option, text } from '../option.ts'
import type { Hook } from '../rule.ts'

const POST_ROUTING = road.state['POST_ROUTING.mangle']

export interface TeeData {
  gateway: Ipv4
  oif: string
}

/** Send a copy by way of the gateway. A copy is not copied again. Linux: net/ipv4/netfilter/nf_dup_ipv4.c nf_dup_ipv4 */
function nf_dup_ipv4(k: Kernel, old: Skb, hook: Hook, d: TeeData): void {
  // The copy goes its whole way before the packet goes on: one number is enough to know it.
  if (k.net.xt['TEE'] === old.serial) return
  const oif = devByName(k.net, d.oif)?.ifindex ?? 0
  const skb: Skb = {
    ...old,
    serial: k.nextSerial(),
    frag: old.frag | IP_DF,
    ttl: hook === 'PRE_ROUTING' || hook === 'LOCAL_IN' ? old.ttl - 1 : old.ttl,
    nfct: -1,
    ctinfo: IP_CT_UNTRACKED,
    tmpl: null,
    sk: -1,
    iif: 0,
    oif,
    redirect: 0,
  }
  k.emit(skb.serial, 'nf_dup_ipv4', { type: 'copy', of: old.serial })
  const route = ip_route_output(k.net, d.gateway, { tos: skb.tos, oif })
  if ('errno' in route) {
    kfree_skb(k, skb, 'NOT_SPECIFIED', 'nf_dup_ipv4', road.states[old.station])
    return
  }
  skb.oif = route.ifindex
  skb.nexthop = route.nexthop
  skb.station = START_SEND
  k.net.xt['TEE'] = skb.serial
  do {
    // From its route on the copy is taken for one that came in by the device that it leaves by.
    if (skb.station === POST_ROUTING) skb.iif = skb.rerouted || skb.oif
  } while (!walkStep(k, skb))
}

/**
 * Send a copy of the packet to another host of a link.
 * Linux: net/netfilter/xt_TEE.c tee_tg4; iptables: extensions/libxt_TEE.c
 */
export const TEE: Target<TeeData> = {
  name: 'TEE',
  init: () => ({ gateway: 0, oif: '' }),
  options: [
    option<TeeData, Ipv4>('gateway', host, (d, v) => void (d.gateway = v), { mandatory: true }),
    option<TeeData, string>('oif', text, (d, v) => void (d.oif = v.slice(0, 15))),
  ],
  checkentry: (d) => (d.gateway === 0 ? { errno: 'EINVAL', log: '' } : null),
  save: (d) => ` --gateway ${printIpv4(d.gateway)}${d.oif === '' ? '' : ` --oif ${d.oif}`}`,
  print: (d, numeric, _ip, names) => {
    const gateway = (numeric ? null : names.nameOf(d.gateway)) ?? printIpv4(d.gateway)
    return ` TEE gw:${gateway}${d.oif === '' ? '' : ` oif=${d.oif}`}`
  },
  target(k, skb, d, hook) {
    nf_dup_ipv4(k, skb, hook, d)
    return XT_CONTINUE
  },
}
