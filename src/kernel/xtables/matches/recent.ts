/** How recent is written and printed; what it does is in recent-table.ts. */
import { printIpv4 } from '../../../wire/address.ts'
import { problem } from '../error.ts'
import type { Match, OptionSpec } from '../extension.ts'
import { flag, host, option, text, uint, type OptionRules } from '../option.ts'
import { checkentry, destroyTable, recent_mt, takeTable } from './recent-table.ts'

/** Linux: struct xt_recent_mtinfo_v1 */
export interface RecentData {
  op: 'set' | 'rcheck' | 'update' | 'remove'
  invert: boolean
  seconds: number
  reap: boolean
  hits: number
  ttl: boolean
  name: string
  dest: boolean
  mask: number
  /** A mask was written: even 255.255.255.255 is then another one than none. */
  masked: boolean
}

const OPERATIONS = ['set', 'rcheck', 'update', 'remove'] as const
const SHOWN = { set: 'SET', rcheck: 'CHECK', update: 'UPDATE', remove: 'REMOVE' }
/** In the numbering of the extension, which decides the error that comes first. */
const IDS = [
  'set',
  'rcheck',
  'update',
  'remove',
  'seconds',
  'reap',
  'hitcount',
  'rttl',
  'name',
  'rsource',
  'rdest',
]

function rules(name: string, more: OptionRules = {}): OptionRules {
  return { id: IDS.indexOf(name), ...more }
}

function operation(op: (typeof OPERATIONS)[number]): OptionSpec<RecentData> {
  return flag(
    op,
    (d, call) => {
      d.op = op
      if (call.invert) d.invert = true
    },
    rules(op, { invert: true, excludes: OPERATIONS }),
  )
}

function show(d: RecentData): string {
  let out = d.seconds ? ` --seconds ${d.seconds}` : ''
  if (d.reap) out += ' --reap'
  if (d.hits) out += ` --hitcount ${d.hits}`
  if (d.ttl) out += ' --rttl'
  return `${out} --name ${d.name} --mask ${printIpv4(d.mask)} --r${d.dest ? 'dest' : 'source'}`
}

/**
 * Remember addresses in lists, and match those that have been seen.
 * Linux: net/netfilter/xt_recent.c recent_mt; iptables: extensions/libxt_recent.c
 */
export const recent: Match<RecentData> = {
  name: 'recent',
  init: () => ({
    op: 'set',
    invert: false,
    seconds: 0,
    reap: false,
    hits: 0,
    ttl: false,
    name: 'DEFAULT',
    dest: false,
    mask: 0xffffffff,
    masked: false,
  }),
  options: [
    ...OPERATIONS.map(operation),
    option<RecentData, number>(
      'seconds',
      uint(1, 0xffffffff),
      (d, v) => void (d.seconds = v),
      rules('seconds'),
    ),
    flag('reap', (d) => void (d.reap = true), rules('reap', { needs: ['seconds'] })),
    option<RecentData, number>(
      'hitcount',
      uint(0, 0xffffffff),
      (d, v) => void (d.hits = v),
      rules('hitcount'),
    ),
    flag('rttl', (d) => void (d.ttl = true), rules('rttl', { excludes: ['set', 'remove'] })),
    option<RecentData, string>('name', text, (d, v) => void (d.name = v.slice(0, 199)), rules('name')),
    flag('rsource', (d) => void (d.dest = false), rules('rsource')),
    flag('rdest', (d) => void (d.dest = true), rules('rdest')),
    option<RecentData, number>('mask', host, (d, v) => {
      d.mask = v
      d.masked = true
    }),
  ],
  finalCheck(_d, used) {
    if (!OPERATIONS.some((op) => used.has(op)))
      problem("recent: you must specify one of `--set', `--rcheck' `--update' or `--remove'")
  },
  checkentry,
  newPriv: takeTable,
  destroy: destroyTable,
  save: (d) => `${d.invert ? ' !' : ''} --${d.op}${show(d)}`,
  print(d) {
    let out = `${d.invert ? ' !' : ''} recent: ${SHOWN[d.op]}`
    if (d.seconds) out += ` seconds: ${d.seconds}`
    if (d.reap) out += ' reap'
    if (d.hits) out += ` hit_count: ${d.hits}`
    if (d.ttl) out += ' TTL-Match'
    return `${out} name: ${d.name} side: ${d.dest ? 'dest' : 'source'} mask: ${printIpv4(d.mask)}`
  },
  match: recent_mt,
}
