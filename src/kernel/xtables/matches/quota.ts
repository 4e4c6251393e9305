import type { Match } from '../extension.ts'
import { option, type ArgType } from '../option.ts'
import { problem } from '../error.ts'
import { strtoul } from '../number.ts'

export interface QuotaData {
  quota: bigint
  invert: boolean
}

/** Bytes that are left. */
interface QuotaPriv {
  quota: number
}

/** Up to 2^64 - 1, exactly. */
const uint64: ArgType<bigint> = (arg, call) => {
  const n = strtoul(arg)
  const digits = arg.trim().replace(/^\+/, '')
  const exact = n.ok && n.rest === '' ? BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits) : null
  if (exact === null || exact >= 1n << 64n)
    problem(
      `${call.ext}: bad value for option "--${call.option}", or out of range (0-18446744073709551615).\n`,
    )
  return exact
}

/**
 * Match until so many bytes have passed. A packet that does not fit uses up what is left.
 * Linux: net/netfilter/xt_quota.c quota_mt; iptables: extensions/libxt_quota.c
 */
export const quota: Match<QuotaData> = {
  name: 'quota',
  init: () => ({ quota: 0n, invert: false }),
  options: [
    option<QuotaData, bigint>(
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
