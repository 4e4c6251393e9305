import { fib_lookup, fibOf, type Flow } from '../../fib.ts'
import type { Kernel } from '../../kernel.ts'
import type { Netns, Route } from '../../netns.ts'
import type { Skb } from '../../skb.ts'
import type { Hook } from '../rule.ts'
import type { Match } from '../extension.ts'
import { hex } from '../number.ts'
import { option } from '../option.ts'
import { namedMask, nameOfValue, type NamedMask } from '../named-mask.ts'

export interface RealmData extends NamedMask {
  invert: boolean
}

/** /etc/iproute2/rt_realms */
const REALMS = { cosmos: 0 }

function show(d: RealmData, dashes: string, numeric: boolean): string {
  const head = `${d.invert ? ' !' : ''} ${dashes}realm`
  if (d.mask !== 0xffffffff) return `${head} ${hex(d.value)}/${hex(d.mask)}`
  return `${head} ${(numeric ? null : nameOfValue(REALMS, d.value)) ?? hex(d.value)}`
}

/**
 * The realms of a packet's way: those of its route, and those from which it came where the route says nothing of that.
 * Linux: route.c set_class_tag; fib_frontend.c fib_combine_itag
 */
function realmsOf(k: Kernel, skb: Skb, hook: Hook): number {
  const { net } = k
  if (!fibOf(net).hasRealms) return 0
  const { saddr, daddr, mark, tos } = skb
  const own = skb.iif === 0 || net.devs[skb.iif - 1]?.loopback === true
  const to = { daddr, saddr, iif: own ? 1 : skb.iif, oif: 0, mark, tos }
  const ahead = hook === 'LOCAL_IN' ? 0 : realmsTo(net, to)
  if (own || ahead >>> 16 !== 0) return ahead
  const behind = realmsTo(net, { daddr: saddr, saddr: daddr, iif: 1, oif: 0, mark: 0, tos })
  return (ahead | (behind << 16)) >>> 0
}

function realmsTo(net: Netns, flow: Flow): number {
  const { realms = 0 }: Partial<Route> = fib_lookup(net, flow) ?? {}
  return realms
}

/**
 * Match the realm of the packet's route.
 * Linux: net/netfilter/xt_realm.c realm_mt; iptables: extensions/libipt_realm.c
 */
export const realm: Match<RealmData> = {
  name: 'realm',
  hooks: ['LOCAL_IN', 'FORWARD', 'LOCAL_OUT', 'POST_ROUTING'],
  init: () => ({ value: 0, mask: 0, invert: false }),
  options: [
    option<RealmData, NamedMask>(
      'realm',
      namedMask(REALMS),
      (d, v, call) => {
        Object.assign(d, v)
        if (call.invert) d.invert = true
      },
      { mandatory: true, invert: true },
    ),
  ],
  save: (d) => show(d, '--', false),
  print: (d, numeric) => show(d, '', numeric),
  match: (k, skb, d, hook) => ((realmsOf(k, skb, hook) & d.mask) >>> 0 === d.value) !== d.invert,
}
