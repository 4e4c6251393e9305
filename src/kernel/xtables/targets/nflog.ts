import { problem } from '../error.ts'
import { XT_CONTINUE, type OptionSpec, type Target } from '../extension.ts'
import { option, text, uint } from '../option.ts'
import { quote } from '../quote.ts'

export interface NflogData {
  prefix: string
  group: number
  range: number
  /** Null where it was not asked for. */
  size: number | null
  threshold: number
}

const PREFIX = 64
const U16 = 0xffff

function show(d: NflogData, dashes: string): string {
  let out = d.prefix === '' ? '' : ` ${dashes}nflog-prefix ${quote(d.prefix)}`
  if (d.group) out += ` ${dashes}nflog-group ${d.group}`
  if (d.size !== null) out += ` ${dashes}nflog-size ${d.size}`
  else if (d.range) out += ` ${dashes}nflog-range ${d.range}`
  return d.threshold === 0 ? out : `${out} ${dashes}nflog-threshold ${d.threshold}`
}

function number(name: string, max: number, put: (d: NflogData, v: number) => void): OptionSpec<NflogData> {
  return option<NflogData, number>(`nflog-${name}`, uint(0, max), put)
}

/**
 * Give a copy of the packet to a program that listens to a group; none does here.
 * Linux: net/netfilter/xt_NFLOG.c nflog_tg; iptables: extensions/libxt_NFLOG.c
 */
export const NFLOG: Target<NflogData> = {
  name: 'NFLOG',
  init: () => ({ prefix: '', group: 0, range: 0, size: null, threshold: 0 }),
  options: [
    number('group', U16, (d, v) => void (d.group = v)),
    option<NflogData, string>('nflog-prefix', text, (d, v) => {
      if (v === '') problem('Argument must have a minimum length of 1 characters\n')
      d.prefix = v.slice(0, PREFIX - 1)
      if (v.includes('\n')) problem('Newlines not allowed in --log-prefix')
    }),
    option<NflogData, number>(
      'nflog-range',
      uint(0, 0xffffffff),
      (d, v, call) => {
        call.warn(
          'warn: --nflog-range has never worked and is no longer supported, please use --nflog-size instead\n',
        )
        d.range = v
      },
      { excludes: ['nflog-size'] },
    ),
    option<NflogData, number>('nflog-size', uint(0, 0xffffffff), (d, v) => void (d.size = v), {
      excludes: ['nflog-range'],
    }),
    number('threshold', U16, (d, v) => void (d.threshold = v)),
  ],
  save: (d) => show(d, '--'),
  print: (d) => show(d, ''),
  target: () => XT_CONTINUE,
}
