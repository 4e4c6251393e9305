import { IPPROTO_TCP, TH_ACK, TH_SYN } from '../../../wire/packet.ts'
import type { Skb } from '../../skb.ts'
import type { Match } from '../extension.ts'
import { option, text, uint } from '../option.ts'
import { ofKernel } from './owner.ts'

export interface CgroupData {
  classid: number | null
  path: string | null
  invert: boolean
}

/** A SYN/ACK has what is not yet a socket. */
function hasSocket(skb: Skb): boolean {
  const answers = skb.protocol === IPPROTO_TCP && (skb.flags & (TH_SYN | TH_ACK)) === (TH_SYN | TH_ACK)
  return (skb.sk >= 0 && !answers) || ofKernel(skb)
}

/** Match the control group of the sender: programs here are in none. Linux: net/netfilter/xt_cgroup.c; iptables: libxt_cgroup.c */
export const cgroup: Match<CgroupData> = {
  name: 'cgroup',
  hooks: ['LOCAL_IN', 'LOCAL_OUT', 'POST_ROUTING'],
  init: () => ({ classid: null, path: null, invert: false }),
  options: [
    option<CgroupData, string>(
      'path',
      text,
      (d, v, call) => {
        d.path = v
        if (call.invert) d.invert = true
      },
      { invert: true },
    ),
    option<CgroupData, number>(
      'cgroup',
      uint(0, 0xffffffff),
      (d, v, call) => {
        d.classid = v
        if (call.invert) d.invert = true
      },
      { invert: true },
    ),
  ],
  checkentry(d) {
    if (d.path !== null && d.classid !== null)
      return { errno: 'EINVAL', log: 'xt_cgroup: path and classid specified' }
    // There is but the root.
    if (d.path !== null && /[^/]/.test(d.path))
      return { errno: 'EINVAL', log: 'xt_cgroup: invalid path, errno=-2' }
    if (d.path === null && d.classid === null)
      return { errno: 'EINVAL', log: 'xt_cgroup: xt_cgroup: no path or classid specified' }
    return null
  },
  save: (d) => `${d.invert ? ' !' : ''} ${d.path === null ? `--cgroup ${d.classid}` : `--path "${d.path}"`}`,
  print: (d) => ` cgroup ${d.invert ? '! ' : ''}${d.path ?? d.classid}`,
  match: (_k, skb, d) => hasSocket(skb) && (d.path !== null || d.classid === 0) !== d.invert,
}
