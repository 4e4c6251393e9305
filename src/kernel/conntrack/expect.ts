/** Expectations: made, found to be there already, forgotten. Linux: net/netfilter/nf_conntrack_expect.c */
import type { Kernel } from '../kernel.ts'
import { readSysctl } from '../sysctl-access.ts'
import type { Expectation } from './expectation.ts'

/** How long one waits, microseconds. Linux: struct nf_conntrack_expect_policy of ftp */
const TIMEOUT = 300_000_000

/** Forget those whose time is over. */
export function expireExpectations(k: Kernel): void {
  removeExpectations(k, (e) => e.timeout <= k.now)
}

/** Forget some. Linux: nf_ct_unlink_expect */
export function removeExpectations(k: Kernel, which: (e: Expectation) => boolean): void {
  const { expects } = k.net
  const before = expects.length
  for (let i = before - 1; i >= 0; i--) if (which(expects[i])) expects.splice(i, 1)
  k.net.ctStats.expect_delete += before - expects.length
}

/** Does somebody else expect the same, of TCP like all that is expected here? Linux: expect_clash */
export function expectationClash(k: Kernel, e: Expectation): boolean {
  expireExpectations(k)
  return k.net.expects.some(
    ({ tuple: t, master }) =>
      master !== e.master && t.src === e.tuple.src && t.dst === e.tuple.dst && t.dport === e.tuple.dport,
  )
}

/** Expect it from now on. False: there are too many. Linux: nf_ct_expect_related_report */
export function nf_ct_expect_related(k: Kernel, e: Expectation): boolean {
  if (expectationClash(k, e)) return false
  const { expects } = k.net
  // A connection may have one.
  removeExpectations(k, (x) => x.master === e.master)
  // Linux compares without a sign.
  if (expects.length >= (readSysctl(k, 'net.netfilter.nf_conntrack_expect_max') ?? 0) >>> 0) return false
  expects.unshift({ ...e, timeout: k.now + TIMEOUT })
  k.net.ctStats.expect_create++
  return true
}
