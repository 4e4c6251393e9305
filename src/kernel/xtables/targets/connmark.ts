import { nf_conntrack_event_cache } from '../../conntrack/life.ts'
import { IPCT_MARK } from '../../conntrack/table.ts'
import { problem } from '../error.ts'
import { XT_CONTINUE, type Target } from '../extension.ts'
import { hex } from '../number.ts'
import { flag, markMask, option, uint, type OptionRules } from '../option.ts'

/** Linux: struct xt_connmark_tginfo2 */
export interface ConnmarkData {
  mode: 'set' | 'save' | 'restore'
  ctmark: number
  ctmask: number
  nfmask: number
  /** Shift by so many bits, to the left or to the right. */
  shift: number
  right: boolean
}

const OPERATIONS = ['set-mark', 'save-mark', 'restore-mark', 'and-mark', 'or-mark', 'xor-mark', 'set-xmark']
const IDS = [
  'set-mark',
  'save-mark',
  'restore-mark',
  'and-mark',
  'or-mark',
  'xor-mark',
  'left-shift-mark',
  'right-shift-mark',
  'set-xmark',
  'ctmask',
  'nfmask',
  'mask',
]

function rules(name: string): OptionRules {
  return { excludes: OPERATIONS, id: IDS.indexOf(name) }
}

type Pair = { mark: number; mask: number }

function pair(name: string, put: (d: ConnmarkData, v: Pair) => void) {
  return option<ConnmarkData, Pair>(name, markMask, put, rules(name))
}

function bits(name: string, put: (d: ConnmarkData, v: number) => void) {
  return option<ConnmarkData, number>(name, uint(0, 0xffffffff), put, rules(name))
}

function mask(name: string, excludes: string[], put: (d: ConnmarkData, v: number) => void) {
  return option<ConnmarkData, number>(name, uint(0, 0xffffffff), put, { excludes, id: IDS.indexOf(name) })
}

function shift(name: string, right: boolean) {
  return option<ConnmarkData, number>(
    name,
    uint(0, 32),
    (d, v) => {
      d.shift = v
      d.right = right
    },
    { id: IDS.indexOf(name) },
  )
}

function print(d: ConnmarkData): string {
  if (d.mode === 'set') {
    if (d.ctmark === 0) return `and ${hex(~d.ctmask)}`
    if (d.ctmark === d.ctmask) return `or ${hex(d.ctmark)}`
    if (d.ctmask === 0) return `xor ${hex(d.ctmark)}`
    if (d.ctmask === 0xffffffff) return `set ${hex(d.ctmark)}`
    return `xset ${hex(d.ctmark)}/${hex(d.ctmask)}`
  }
  if (d.ctmask === 0xffffffff && d.nfmask === 0xffffffff) return d.mode
  if (d.ctmask === d.nfmask) return `${d.mode} mask ${hex(d.nfmask)}`
  if (d.mode === 'save') return `save nfmask ${hex(d.nfmask)} ctmask ~${hex(d.ctmask)}`
  return `restore ctmask ${hex(d.ctmask)} nfmask ~${hex(d.nfmask)}`
}

function shifted(n: number, d: ConnmarkData): number {
  return d.right ? n >>> d.shift : (n << d.shift) >>> 0
}

/**
 * Change the connection's mark, or copy marks between the packet and its connection.
 * Linux: net/netfilter/xt_connmark.c connmark_tg_shift; iptables: extensions/libxt_CONNMARK.c
 */
export const CONNMARK: Target<ConnmarkData> = {
  name: 'CONNMARK',
  needsConntrack: () => true,
  init: () => ({ mode: 'set', ctmark: 0, ctmask: 0xffffffff, nfmask: 0xffffffff, shift: 0, right: false }),
  options: [
    pair('set-xmark', (d, v) => Object.assign(d, { mode: 'set', ctmark: v.mark, ctmask: v.mask })),
    pair('set-mark', (d, v) =>
      Object.assign(d, { mode: 'set', ctmark: v.mark, ctmask: (v.mark | v.mask) >>> 0 }),
    ),
    bits('and-mark', (d, v) => Object.assign(d, { mode: 'set', ctmark: 0, ctmask: ~v >>> 0 })),
    bits('or-mark', (d, v) => Object.assign(d, { mode: 'set', ctmark: v, ctmask: v })),
    bits('xor-mark', (d, v) => Object.assign(d, { mode: 'set', ctmark: v, ctmask: 0 })),
    flag('save-mark', (d) => void (d.mode = 'save'), rules('save-mark')),
    flag('restore-mark', (d) => void (d.mode = 'restore'), rules('restore-mark')),
    shift('left-shift-mark', false),
    shift('right-shift-mark', true),
    mask('ctmask', ['mask'], (d, v) => void (d.ctmask = v)),
    mask('nfmask', ['mask'], (d, v) => void (d.nfmask = v)),
    mask('mask', ['ctmask', 'nfmask'], (d, v) => void (d.ctmask = d.nfmask = v)),
  ],
  finalCheck(_d, used) {
    if (!OPERATIONS.some((o) => used.has(o))) problem('CONNMARK target: No operation specified')
  },
  checkentry: (d) => (d.shift < 32 ? null : { errno: 'EINVAL', log: '' }),
  save(d) {
    const what =
      d.mode === 'set'
        ? ` --set-xmark ${hex(d.ctmark)}/${hex(d.ctmask)}`
        : d.mode === 'save'
          ? ` --save-mark --nfmask ${hex(d.nfmask)} --ctmask ${hex(d.ctmask)}`
          : ` --restore-mark --nfmask ${hex(d.nfmask)} --ctmask ${hex(d.ctmask)}`
    return d.shift === 0 ? what : `${what} --${d.right ? 'right' : 'left'}-shift-mark ${d.shift}`
  },
  print: (d) =>
    ` CONNMARK ${print(d)}${d.shift === 0 ? '' : ` ${d.right ? 'right' : 'left'}-shift-mark ${d.shift}`}`,
  target(k, skb, d) {
    if (skb.nfct < 0) return XT_CONTINUE
    const ct = k.machine.ct
    const old = ct.mark[skb.nfct]
    if (d.mode === 'restore') {
      const value = shifted((old & d.ctmask) >>> 0, d)
      skb.mark = ((skb.mark & ~d.nfmask) ^ value) >>> 0
      return XT_CONTINUE
    }
    const value =
      d.mode === 'set'
        ? shifted(((old & ~d.ctmask) ^ d.ctmark) >>> 0, d)
        : ((old & ~d.ctmask) ^ shifted((skb.mark & d.nfmask) >>> 0, d)) >>> 0
    if (value !== old) {
      ct.mark[skb.nfct] = value
      nf_conntrack_event_cache(ct, skb.nfct, IPCT_MARK)
    }
    return XT_CONTINUE
  },
}
