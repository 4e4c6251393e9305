import { hold, ip_set_add, ip_set_del } from '../../ipset/kadt.ts'
import { problem } from '../error.ts'
import { XT_CONTINUE, type OptionSpec, type Target } from '../extension.ts'
import { strictNumber } from '../number.ts'
import { readSet, setText, type SetUse } from '../set-name.ts'

/** Linux: struct xt_set_info_target_v3. Left out: --map-set */
export interface SetTargetData {
  add: SetUse | null
  del: SetUse | null
  exist: boolean
  timeout: number | null
}

function change(which: 'add' | 'del'): OptionSpec<SetTargetData> {
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
  return d.del ? `${out} ${dashes}del-set ${setText(d.del)}` : out
}

/** Put the packet's address into a set, or take it out. Linux: net/netfilter/xt_set.c set_target_v3; iptables: libxt_SET.c */
export const SET: Target<SetTargetData> = {
  name: 'SET',
  init: () => ({ add: null, del: null, exist: false, timeout: null }),
  options: [
    change('add'),
    change('del'),
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
    if (!d.add && !d.del) problem("You must specify either `--add-set' or `--del-set' or `--map-set'")
    if (!d.add && d.exist) problem("Flag `--exist' can be used with `--add-set' only")
    if (!d.add && d.timeout !== null) problem("Option `--timeout' can be used with `--add-set' only")
  },
  newPriv(d, k) {
    if (d.add) hold(k, d.add.set, 1)
    if (d.del) hold(k, d.del.set, 1)
    return null
  },
  destroy(d, k) {
    if (d.add) hold(k, d.add.set, -1)
    if (d.del) hold(k, d.del.set, -1)
  },
  save: (d) => show(d, '--'),
  print: (d) => show(d, ''),
  target(k, skb, d) {
    if (d.add) ip_set_add(k, d.add.set, skb, d.add.dirs, d.timeout, d.exist)
    if (d.del) ip_set_del(k, d.del.set, skb, d.del.dirs)
    return XT_CONTINUE
  },
}
