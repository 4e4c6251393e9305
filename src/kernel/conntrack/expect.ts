/** Expectations: made, found to be there already, forgotten. Linux: net/netfilter/nf_conntrack_expect.c */
import type { Kernel } from '../kernel.ts'
import { readSysctl } from '../sysctl-access.ts'
import type { Expectation } from './expectation.ts'

/** How long one waits, microseconds, and how many a connection may have. Linux: struct nf_conntrack_expect_policy of ftp */
const TIMEOUT = 300_000_000
const MAX_EXPECTED = 1

/** Forget those whose time is over. */
export function expireExpectations(k: Kernel): void {
  removeExpectations(k, (e) => e.timeout <= k.now)
}

/** Forget some; how many. Linux: nf_ct_unlink_expect */
export function removeExpectations(k: Kernel, which: (e: Expectation) => boolean): number {
  const { expects } = k.net
  const before = expects.length
  for (let i = before - 1; i >= 0; i--) if (which(expects[i])) expects.splice(i, 1)
  k.net.ctStats.expect_delete += before - expects.length
  return before - expects.length
}

/** Does somebody else expect the same? Linux: expect_clash */
export function expectationClash(k: Kernel, e: Expectation): boolean {
  expireExpectations(k)
  return k.net.expects.some(
    ({ tuple: t, master }) =>
      master !== e.master &&
      t.src === e.tuple.src &&
      t.dst === e.tuple.dst &&
      t.dport === e.tuple.dport &&
      t.protonum === e.tuple.protonum,
  )
}

/** Expect it from now on. False: there are too many. Linux: nf_ct_expect_related_report */
export function nf_ct_expect_related(k: Kernel, e: Expectation): boolean {
  if (expectationClash(k, e)) return false
  const { expects } = k.net
  const own = expects.filter((x) => x.master === e.master)
  if (own.length >= MAX_EXPECTED) removeExpectations(k, (x) => x === own[0])
  // Linux compares without a sign.
  if (expects.length >= (readSysctl(k, 'net.netfilter.nf_conntrack_expect_max') ?? 0) >>> 0) return false
  expects.unshift({ ...e, timeout: k.now + TIMEOUT })
  k.net.ctStats.expect_create++
  return true
}
