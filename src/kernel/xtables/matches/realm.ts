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
 * Match the realm of the packet's route. Our routes have none, which is realm 0.
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
  match: (_k, _skb, d) => (d.value === 0) !== d.invert,
}
