import { fib_lookup } from '../../fib.ts'
import { devByIndex } from '../../route.ts'
import { OWN_HEARD } from '../../skb.ts'
import type { Match, OptionSpec } from '../extension.ts'
import { flag } from '../option.ts'

export interface RpfilterData {
  loose: boolean
  validmark: boolean
  'accept-local': boolean
  invert: boolean
}

const FLAGS = ['loose', 'validmark', 'accept-local', 'invert'] as const

/**
 * Match when the answer would leave by the device that the packet came in by.
 * Linux: net/ipv4/netfilter/ipt_rpfilter.c rpfilter_mt; iptables: extensions/libxt_rpfilter.c
 */
export const rpfilter: Match<RpfilterData> = {
  name: 'rpfilter',
  hooks: ['PRE_ROUTING'],
  init: () => ({ loose: false, validmark: false, 'accept-local': false, invert: false }),
  options: FLAGS.map((name): OptionSpec<RpfilterData> => flag(name, (d) => void (d[name] = true))),
  checkentry(_d, _ip, _hooks, { table }) {
    if (table === 'mangle' || table === 'raw') return null
    return { errno: 'EINVAL', log: "ipt_rpfilter: only valid in 'raw' or 'mangle' table, not 'nat'" }
  },
  save: (d) => FLAGS.map((name) => (d[name] ? ` --${name}` : '')).join(''),
  print: (d) => ` rpfilter${FLAGS.map((name) => (d[name] ? ` ${name}` : '')).join('')}`,
  match(k, skb, d) {
    // What the host has said itself came in by no wire. Linux: rpfilter_is_loopback
    if (devByIndex(k.net, skb.iif)?.loopback || skb.redirect === OWN_HEARD) return !d.invert
    if (skb.saddr === 0 && (skb.daddr >>> 28 === 0xe || skb.daddr === 0xffffffff)) return !d.invert
    const back = fib_lookup(k.net, {
      daddr: skb.saddr,
      saddr: skb.daddr >>> 28 === 0xe ? 0 : skb.daddr,
      iif: 0,
      oif: 0,
      mark: d.validmark ? skb.mark : 0,
      tos: skb.tos,
    })
    if (back === null) return d.invert
    if (back.type !== 'unicast' && !(back.type === 'local' && d['accept-local'])) return d.invert
    // The way to an address of this host leads by the device that has it.
    const ifindex =
      'ifindex' in back
        ? back.ifindex
        : k.net.devs.find((dev) => dev.addrs.some(({ addr }) => addr === skb.saddr))?.ifindex
    return (d.loose || ifindex === skb.iif) !== d.invert
  },
}
