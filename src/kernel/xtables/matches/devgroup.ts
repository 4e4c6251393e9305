import { problem } from '../error.ts'
import type { Match, OptionSpec } from '../extension.ts'
import { hex } from '../number.ts'
import { option } from '../option.ts'
import { namedMask, nameOfValue, type NamedMask } from '../named-mask.ts'

interface Side extends NamedMask {
  invert: boolean
}

export interface DevgroupData {
  src: Side | null
  dst: Side | null
}

/** /etc/iproute2/group */
const GROUPS = { default: 0 }

function side(which: 'src' | 'dst'): OptionSpec<DevgroupData> {
  return option<DevgroupData, NamedMask>(
    `${which}-group`,
    namedMask(GROUPS),
    (d, v, call) => void (d[which] = { ...v, invert: call.invert }),
    { invert: true },
  )
}

function show(s: Side | null, name: string, numeric: boolean): string {
  if (s === null) return ''
  const head = `${s.invert ? ' !' : ''} ${name}`
  if (s.mask !== 0xffffffff) return `${head} ${hex(s.value)}/${hex(s.mask)}`
  return `${head} ${(numeric ? null : nameOfValue(GROUPS, s.value)) ?? hex(s.value)}`
}

/**
 * Match the groups of the devices by which the packet comes and goes.
 * Linux: net/netfilter/xt_devgroup.c devgroup_mt; iptables: extensions/libxt_devgroup.c.
 */
export const devgroup: Match<DevgroupData> = {
  name: 'devgroup',
  init: () => ({ src: null, dst: null }),
  options: [side('src'), side('dst')],
  finalCheck(_d, used) {
    if (used.size === 0) problem("devgroup match: You must specify either '--src-group' or '--dst-group'")
  },
  checkentry(d, _ip, hooks) {
    if ((d.src && hooks & 0b11000) || (d.dst && hooks & 0b00011)) return { errno: 'EINVAL', log: '' }
    return null
  },
  save: (d) => show(d.src, '--src-group', false) + show(d.dst, '--dst-group', false),
  print: (d, numeric) => show(d.src, 'src-group', numeric) + show(d.dst, 'dst-group', numeric),
  match(k, skb, d) {
    const hit = (s: Side | null, ifindex: number): boolean => {
      if (s === null) return true
      const group = k.net.devs.find((dev) => dev.ifindex === ifindex)?.set?.group ?? 0
      return (((s.value ^ group) & s.mask) === 0) !== s.invert
    }
    return hit(d.src, skb.iif) && hit(d.dst, skb.oif)
  },
}
