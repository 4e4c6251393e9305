import { ctExt } from '../../conntrack/ext.ts'
import type { Kernel } from '../../kernel.ts'
import { printk } from '../../log.ts'
import { writeSysctl } from '../../sysctl-access.ts'
import { problem } from '../error.ts'
import type { Match } from '../extension.ts'
import { option, text } from '../option.ts'
import { uint64Range } from '../uint64.ts'

/** Linux: struct xt_connbytes_info. Bounds are decimal: more digits than a number holds. */
export interface ConnbytesData {
  from: string
  to: string
  invert: boolean
  mode: 'packets' | 'bytes' | 'avgpkt' | ''
  dir: 'original' | 'reply' | 'both' | ''
}

const MAX = 18446744073709551615n
const ACCT = 'net.netfilter.nf_conntrack_acct'

/** A bound that is missing on the right, or that stands there as 0, is not written. Linux: print_from_to */
function bounds(d: ConnbytesData, dashes: string): string {
  const to = d.to === '0' || d.to === String(MAX) ? '' : `:${d.to}`
  return `${d.invert ? ' !' : ''} ${dashes}connbytes ${d.from}${to}`
}

/** What is compared: packets, bytes, or bytes a packet, of the directions that count. */
function measure(d: ConnbytesData, acct: readonly number[]): number {
  const both = d.dir === 'both'
  const sum = (of: 0 | 1): number =>
    (both || d.dir === 'original' ? acct[of] : 0) + (both || d.dir === 'reply' ? acct[2 + of] : 0)
  const packets = sum(0)
  if (d.mode === 'packets') return packets
  if (d.mode === 'bytes') return sum(1)
  return packets === 0 ? 0 : Math.floor(sum(1) / packets)
}

/** Counting is switched on by the rule, and stays so. It begins with the connections that are made from then on. */
function forceAccounting(k: Kernel): void {
  if (k.net.params.acct) return
  printk(k, 'xt_connbytes: Forcing CT accounting to be enabled')
  writeSysctl(k, ACCT, '1')
}

/**
 * Match by how much a connection has transferred so far, this packet among it.
 * Linux: net/netfilter/xt_connbytes.c connbytes_mt; iptables: extensions/libxt_connbytes.c
 */
export const connbytes: Match<ConnbytesData> = {
  name: 'connbytes',
  needsConntrack: () => true,
  init: () => ({ from: '0', to: '0', invert: false, mode: '', dir: '' }),
  options: [
    option<ConnbytesData, bigint[]>(
      'connbytes',
      uint64Range,
      (d, v, call) => {
        const from = v[0]
        const to = v[1] ?? MAX
        if (to < from) problem(`${from} should be less than ${to}`)
        d.from = String(from)
        d.to = String(to)
        d.invert = call.invert && from !== to
      },
      { mandatory: true, invert: true },
    ),
    option<ConnbytesData, string>(
      'connbytes-dir',
      text,
      (d, v) => {
        if (v !== 'original' && v !== 'reply' && v !== 'both') problem(`Unknown --connbytes-dir \`${v}'`)
        d.dir = v
      },
      { mandatory: true },
    ),
    option<ConnbytesData, string>(
      'connbytes-mode',
      text,
      (d, v) => {
        if (v !== 'packets' && v !== 'bytes' && v !== 'avgpkt') problem(`Unknown --connbytes-mode \`${v}'`)
        d.mode = v
      },
      { mandatory: true },
    ),
  ],
  checkentry(_d, _ip, _hooks, { k }) {
    forceAccounting(k)
    return null
  },
  save: (d) => `${bounds(d, '--')} --connbytes-mode ${d.mode} --connbytes-dir ${d.dir}`,
  print: (d) => `${bounds(d, '')} connbytes mode ${d.mode} connbytes direction ${d.dir}`,
  match(k, skb, d) {
    const acct = skb.nfct < 0 ? null : ctExt(k.machine.ct, skb.nfct)?.acct
    if (!acct) return false
    const n = measure(d, acct)
    return (n >= Number(d.from) && n <= Number(d.to)) !== d.invert
  },
}
