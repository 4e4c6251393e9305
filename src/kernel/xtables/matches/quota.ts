import type { Match } from '../extension.ts'
import { option, type ArgType } from '../option.ts'
import { problem } from '../error.ts'

export interface QuotaData {
  /** Bytes: more digits than a number holds. */
  quota: string
  invert: boolean
}

/** Bytes that are left. */
interface QuotaPriv {
  quota: number
}

/** Up to 2^64 - 1, exactly. */
const uint64: ArgType<string> = (arg, call) => {
  const digits = /^\s*\+?(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.exec(arg)?.[1]
  const exact = digits === undefined ? null : BigInt(digits.replace(/^0(?=[0-7])/, '0o'))
  if (exact === null || exact >= 1n << 64n)
    problem(
      `${call.ext}: bad value for option "--${call.option}", or out of range (0-18446744073709551615).\n`,
    )
  return String(exact)
}

/**
 * Match until so many bytes have passed. A packet that does not fit uses up what is left.
 * Linux: net/netfilter/xt_quota.c quota_mt; iptables: extensions/libxt_quota.c
 */
export const quota: Match<QuotaData> = {
  name: 'quota',
  init: () => ({ quota: '0', invert: false }),
  options: [
    option<QuotaData, string>(
      'quota',
      uint64,
      (d, v, call) => {
        d.quota = v
        if (call.invert) d.invert = true
      },
      { mandatory: true, invert: true },
    ),
  ],
  save: (d) => `${d.invert ? ' !' : ''} --quota ${d.quota}`,
  print: (d) => ` quota: ${d.quota} bytes`,
  newPriv: (d): QuotaPriv => ({ quota: Number(d.quota) }),
  match(_k, skb, d, _hook, priv) {
    const p = priv as QuotaPriv
    if (p.quota >= skb.len) {
      p.quota -= skb.len
      return !d.invert
    }
    p.quota = 0
    return d.invert
  },
}
