import type { Match } from '../extension.ts'
import { option } from '../option.ts'
import { uint64 } from '../uint64.ts'

export interface QuotaData {
  /** Bytes: more digits than a number holds. */
  quota: string
  invert: boolean
}

/** Bytes that are left. */
interface QuotaPriv {
  quota: number
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
