import { hold, ip_set_add, ip_set_del, ip_set_map } from '../../ipset/kadt.ts'
import { problem } from '../error.ts'
import { XT_CONTINUE, type OptionSpec, type Refusal, type Target } from '../extension.ts'
import { strictNumber } from '../number.ts'
import type { TableName } from '../rule.ts'
import { readSet, setText, type SetUse } from '../set-name.ts'

/** What `--map-set` takes from an element. Linux: IPSET_FLAG_MAP_SKB* */
const MAPS = ['mark', 'prio', 'queue'] as const

/** Linux: struct xt_set_info_target_v3 */
export interface SetTargetData {
  add: SetUse | null
  del: SetUse | null
  map: SetUse | null
  /** Bit n: MAPS[n]. */
  maps: number
  exist: boolean
  timeout: number | null
}

function change(which: 'add' | 'del' | 'map'): OptionSpec<SetTargetData> {
  return {
    names: [`${which}-set`],
    takesArg: true,
    read(d, call) {
      if (d[which]) problem(`--${which}-set can be specified only once`)
      d[which] = readSet(call, `${which}-set`)
    },
  }
}

function show(d: SetTargetData, dashes: string): string {
  let out = d.add ? ` ${dashes}add-set ${setText(d.add)}` : ''
  if (d.exist) out += ` ${dashes}exist`
  if (d.timeout !== null) out += ` ${dashes}timeout ${d.timeout}`
  if (d.del) out += ` ${dashes}del-set ${setText(d.del)}`
  if (!d.map) return out
  const maps = MAPS.filter((_, n) => d.maps & (1 << n)).map((name) => ` ${dashes}map-${name}`)
  return `${out} ${dashes}map-set ${setText(d.map)}${maps.join('')}`
}

/** Linux: set_target_v3_checkentry */
function checkMap(d: SetTargetData, hooks: number, table: TableName): Refusal | null {
  if (!d.map) return null
  if (table !== 'mangle') return { errno: 'EINVAL', log: '--map-set only usable from mangle table' }
  // PREROUTING and INPUT.
  if ((d.maps & ~1) === 0 || (hooks & 0b00011) === 0) return null
  return {
    errno: 'EINVAL',
    log: 'mapping of prio or/and queue is allowed only from OUTPUT/FORWARD/POSTROUTING chains',
  }
}

/**
 * Put the packet's address into a set, or take it out; give the packet the mark that its element has.
 * Linux: net/netfilter/xt_set.c set_target_v3; iptables: libxt_SET.c. Left out: priority and queue, which no device here looks at
 */
export const SET: Target<SetTargetData> = {
  name: 'SET',
  init: () => ({ add: null, del: null, map: null, maps: 0, exist: false, timeout: null }),
  options: [
    change('add'),
    change('del'),
    change('map'),
    ...MAPS.map((name, n): OptionSpec<SetTargetData> => ({
      names: [`map-${name}`],
      takesArg: false,
      read: (d) => void (d.maps |= 1 << n),
    })),
    { names: ['exist'], takesArg: false, read: (d) => void (d.exist = true) },
    {
      names: ['timeout'],
      takesArg: true,
      read(d, call) {
        d.timeout =
          strictNumber(call.arg, 0, 0xfffffffe) ??
          problem('Invalid value for option --timeout or out of range 0-4294967294')
      },
    },
  ],
  finalCheck(d) {
    if (!d.add && !d.del && !d.map)
      problem("You must specify either `--add-set' or `--del-set' or `--map-set'")
    if (!d.add && d.exist) problem("Flag `--exist' can be used with `--add-set' only")
    if (!d.add && d.timeout !== null) problem("Option `--timeout' can be used with `--add-set' only")
    for (const [n, name] of MAPS.entries())
      if (!d.map && d.maps & (1 << n)) problem(`Flag \`--map-${name}' can be used with \`--map-set' only`)
    if (d.map && d.maps === 0) problem("You must specify flags `--map-mark' or '--map-prio` or `--map-queue'")
  },
  checkentry: (d, _ip, hooks, { table }) => checkMap(d, hooks, table),
  newPriv(d, k) {
    if (d.add) hold(k, d.add.set, 1)
    if (d.del) hold(k, d.del.set, 1)
    if (d.map) hold(k, d.map.set, 1)
    return null
  },
  destroy(d, k) {
    if (d.add) hold(k, d.add.set, -1)
    if (d.del) hold(k, d.del.set, -1)
    if (d.map) hold(k, d.map.set, -1)
  },
  save: (d) => show(d, '--'),
  print: (d) => show(d, ''),
  target(k, skb, d) {
    if (d.add) ip_set_add(k, d.add.set, skb, d.add.dirs, d.timeout, d.exist)
    if (d.del) ip_set_del(k, d.del.set, skb, d.del.dirs)
    const info = d.map && ip_set_map(k, d.map.set, skb, d.map.dirs)
    if (info && d.maps & 1) skb.mark = ((skb.mark & ~info.mask) ^ info.mark) >>> 0
    return XT_CONTINUE
  },
}
