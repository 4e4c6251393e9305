import { hold, ip_set_test, type CounterTest, type SetOptions } from '../../ipset/kadt.ts'
import { problem } from '../error.ts'
import type { Match, OptionSpec } from '../extension.ts'
import { strictNumber } from '../number.ts'
import { readSet, setText, type SetUse } from '../set-name.ts'

/** Linux: struct xt_set_info_match_v4 */
export interface SetData extends SetOptions {
  use: SetUse | null
  invert: boolean
  updateSub: boolean
}

function matchSet(name: string): OptionSpec<SetData> {
  return {
    names: [name],
    takesArg: true,
    read(d, call) {
      if (name === 'set') call.warn('--set option deprecated, please use --match-set\n')
      if (d.use) problem('--match-set can be specified only once')
      d.invert = call.invert
      d.use = readSet(call, 'match-set')
    },
  }
}

function counter(which: 'packets' | 'bytes', op: 'eq' | 'lt' | 'gt'): OptionSpec<SetData> {
  return {
    names: [`${which}-${op}`],
    takesArg: true,
    read(d, call) {
      if (call.invert && op !== 'eq') problem(`--${which}-${op} option cannot be inverted`)
      if (d[which]) problem(`only one of the --${which}-[eq|lt|gt] is allowed`)
      const value =
        strictNumber(call.arg, 0, Number.MAX_SAFE_INTEGER) ??
        problem(`Cannot parse ${call.arg} as a counter value`)
      d[which] = { op: call.invert ? 'ne' : op, value }
    },
  }
}

function counterText(t: CounterTest | null, name: string): string {
  if (!t) return ''
  return t.op === 'ne' ? ` ! ${name}-eq ${t.value}` : ` ${name}-${t.op} ${t.value}`
}

function show(d: SetData, dashes: string): string {
  const set = d.use ? setText(d.use) : ''
  let out = `${d.invert ? ' !' : ''} ${dashes}match-set ${set}`
  if (d.returnNomatch) out += ` ${dashes}return-nomatch`
  if (!d.update) out += ` ! ${dashes}update-counters`
  if (!d.updateSub) out += ` ! ${dashes}update-subcounters`
  return out + counterText(d.packets, `${dashes}packets`) + counterText(d.bytes, `${dashes}bytes`)
}

/**
 * Match what a set of ipset holds.
 * Linux: net/netfilter/xt_set.c set_match_v4; iptables: extensions/libxt_set.c
 */
export const set: Match<SetData> = {
  name: 'set',
  init: () => ({
    use: null,
    invert: false,
    returnNomatch: false,
    update: true,
    updateSub: true,
    packets: null,
    bytes: null,
  }),
  options: [
    matchSet('match-set'),
    matchSet('set'),
    {
      names: ['return-nomatch'],
      takesArg: false,
      read(d, call) {
        if (call.invert) problem('--return-nomatch flag cannot be inverted')
        d.returnNomatch = true
      },
    },
    {
      names: ['update-counters'],
      takesArg: false,
      read(d, call) {
        if (call.invert) d.update = false
      },
    },
    {
      names: ['update-subcounters'],
      takesArg: false,
      read(d, call) {
        if (call.invert) d.updateSub = false
      },
    },
    ...(['packets', 'bytes'] as const).flatMap((w) =>
      (['eq', 'lt', 'gt'] as const).map((op) => counter(w, op)),
    ),
  ],
  finalCheck(d) {
    if (!d.use) problem("You must specify `--match-set' with proper arguments")
  },
  newPriv(d, k) {
    if (d.use) hold(k, d.use.set, 1)
    return null
  },
  destroy(d, k) {
    if (d.use) hold(k, d.use.set, -1)
  },
  save: (d) => show(d, '--'),
  print: (d) => show(d, ''),
  match: (k, skb, d) => d.use !== null && ip_set_test(k, d.use.set, skb, d.use.dirs, d) !== d.invert,
}
