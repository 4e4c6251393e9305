import type { Target } from '../extension.ts'
import { XT_CONTINUE } from '../extension.ts'
import { problem } from '../error.ts'
import { hex } from '../number.ts'
import { markMask, option, uint } from '../option.ts'

/** new = (old & ~mask) ^ mark. Linux: struct xt_mark_tginfo2 */
export interface MarkData {
  mark: number
  mask: number
}

const NAMES = ['set-xmark', 'set-mark', 'and-mark', 'or-mark', 'xor-mark']
const IDS: Record<string, number> = {
  'set-mark': 0,
  'and-mark': 1,
  'or-mark': 2,
  'xor-mark': 3,
  'set-xmark': 4,
}

type Pair = { mark: number; mask: number }

function pair(name: string, put: (d: MarkData, v: Pair) => void) {
  return option<MarkData, Pair>(name, markMask, put, { excludes: NAMES, id: IDS[name] })
}

function bits(name: string, put: (d: MarkData, v: number) => void) {
  return option<MarkData, number>(name, uint(0, 0xffffffff), put, { excludes: NAMES, id: IDS[name] })
}

/** How the mark changes, in words. */
function print(d: MarkData): string {
  if (d.mark === 0) return `and ${hex(~d.mask)}`
  if (d.mark === d.mask) return `or ${hex(d.mark)}`
  if (d.mask === 0) return `xor ${hex(d.mark)}`
  if (d.mask === 0xffffffff) return `set ${hex(d.mark)}`
  return `xset ${hex(d.mark)}/${hex(d.mask)}`
}

/** Change the packet's mark. Linux: net/netfilter/xt_mark.c mark_tg; iptables: extensions/libxt_MARK.c */
export const MARK: Target<MarkData> = {
  name: 'MARK',
  init: () => ({ mark: 0, mask: 0 }),
  options: [
    pair('set-xmark', (d, v) => Object.assign(d, v)),
    pair('set-mark', (d, v) => Object.assign(d, { mark: v.mark, mask: (v.mark | v.mask) >>> 0 })),
    bits('and-mark', (d, v) => Object.assign(d, { mark: 0, mask: ~v >>> 0 })),
    bits('or-mark', (d, v) => Object.assign(d, { mark: v, mask: v })),
    bits('xor-mark', (d, v) => Object.assign(d, { mark: v, mask: 0 })),
  ],
  finalCheck(_d, used) {
    if (used.size === 0) problem('MARK: One of the --set-xmark, --{and,or,xor,set}-mark options is required')
  },
  save: (d) => ` --set-xmark ${hex(d.mark)}/${hex(d.mask)}`,
  print: (d) => ` MARK ${print(d)}`,
  target(_k, skb, d) {
    skb.mark = ((skb.mark & ~d.mask) ^ d.mark) >>> 0
    return XT_CONTINUE
  },
}
