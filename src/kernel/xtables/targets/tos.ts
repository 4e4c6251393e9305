import { problem } from '../error.ts'
import { XT_CONTINUE, type Target } from '../extension.ts'
import { option, uint } from '../option.ts'
import { hex2, tosMask, tosSymbol, type TosMask } from '../tos.ts'

const NAMES = ['set-tos', 'and-tos', 'or-tos', 'xor-tos']

function bits(name: string, put: (d: TosMask, v: number) => void) {
  return option<TosMask, number>(name, uint(0, 0xff), put, { excludes: NAMES })
}

function print(d: TosMask): string {
  if (d.value === 0) return `and ${hex2(~d.mask & 0xff)}`
  if (d.value === d.mask) return `or ${hex2(d.value)}`
  if (d.mask === 0) return `xor ${hex2(d.value)}`
  return `set ${hex2(d.value)}/${hex2(d.mask)}`
}

/** Change the field TOS: new = (old & ~mask) ^ value. Linux: net/netfilter/xt_DSCP.c tos_tg; iptables: extensions/libxt_TOS.c */
export const TOS: Target<TosMask> = {
  name: 'TOS',
  table: 'mangle',
  init: () => ({ value: 0, mask: 0 }),
  options: [
    option<TosMask, TosMask>('set-tos', tosMask, (d, v) => void Object.assign(d, v), { excludes: NAMES }),
    bits('and-tos', (d, v) => void Object.assign(d, { value: 0, mask: ~v & 0xff })),
    bits('or-tos', (d, v) => void Object.assign(d, { value: v, mask: v })),
    bits('xor-tos', (d, v) => void Object.assign(d, { value: v, mask: 0 })),
  ],
  finalCheck(_d, used) {
    if (used.size === 0) problem('TOS: An action is required')
  },
  save: (d) => ` --set-tos ${hex2(d.value)}/${hex2(d.mask)}`,
  print(d, numeric) {
    if (numeric) return ` TOS set ${hex2(d.value)}/${hex2(d.mask)}`
    const name = tosSymbol(d)
    return name === null ? ` TOS ${print(d)}` : `  TOS set${name}`
  },
  target(_k, skb, d) {
    skb.tos = (skb.tos & ~d.mask) ^ d.value
    return XT_CONTINUE
  },
}
