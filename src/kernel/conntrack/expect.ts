/** Expectations: made, found to be there already, forgotten. Linux: net/netfilter/nf_conntrack_expect.c */
import type { Kernel } from '../kernel.ts'
import { readSysctl } from '../sysctl-access.ts'
import type { Tuple } from './conn.ts'
import type { Expectation } from './expectation.ts'
import { ctExt } from './ext.ts'
import { nf_conntrack_find_get } from './find.ts'
import { helpers } from './helpers.ts'

/** How long one waits, microseconds: with every helper. Linux: struct nf_conntrack_expect_policy */
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

const EVERY_BIT = 0xffffffff

/** Is it what the expectation waits for? Only the bits of the source that both masks have count. Linux: nf_ct_tuple_mask_cmp */
function expects({ tuple: t, srcMask = EVERY_BIT }: Expectation, what: Tuple, mask = EVERY_BIT): boolean {
  return (
    t.protonum === what.protonum &&
    ((t.src ^ what.src) & srcMask & mask) === 0 &&
    t.dst === what.dst &&
    t.dport === what.dport
  )
}

/** The expectation for connections like this, which must not be forgotten yet. Linux: __nf_ct_expect_find */
export function nf_ct_expect_find(k: Kernel, tuple: Tuple, zones: number): Expectation | null {
  expireExpectations(k)
  return k.net.expects.find((e) => e.zones === zones && expects(e, tuple)) ?? null
}

function same(a: Expectation, b: Expectation): boolean {
  const { tuple: s } = a
  const { tuple: t } = b
  return s.src === t.src && s.dst === t.dst && s.dport === t.dport && a.srcMask === b.srcMask
}

/** Does somebody else expect the same? Linux: expect_clash */
export function expectationClash(k: Kernel, e: Expectation): boolean {
  expireExpectations(k)
  return k.net.expects.some((x) => x.master !== e.master && expects(x, e.tuple, e.srcMask))
}

/** Expect it from now on. False: there are too many. Linux: nf_ct_expect_related_report */
export function nf_ct_expect_related(k: Kernel, e: Expectation): boolean {
  if (expectationClash(k, e)) return false
  const { expects } = k.net
  // What is expected already is expected anew.
  removeExpectations(k, (x) => x.master === e.master && same(x, e))
  const most = helpers.get(e.helper)?.most ?? 1
  // The newest come first: the oldest makes room. Linux: evict_oldest_expect
  const own = expects.filter((x) => x.master === e.master)
  if (own.length >= most) removeExpectations(k, (x) => x === own.at(-1))
  // Linux compares without a sign.
  if (expects.length >= (readSysctl(k, 'net.netfilter.nf_conntrack_expect_max') ?? 0) >>> 0) return false
  expects.unshift({ ...e, timeout: k.now + TIMEOUT })
  k.net.ctStats.expect_create++
  return true
}

/**
 * Expect what a program says, on account of a connection that has a helper; it waits as long as that helper's own do.
 * Linux: net/netfilter/nf_conntrack_netlink.c ctnetlink_new_expect, ctnetlink_create_expect. Left out: flags, classes, NAT
 */
export function ctnetlink_new_expect(
  k: Kernel,
  tuple: Tuple,
  srcMask: number,
  master: Tuple,
): null | 'EEXIST' | 'ENOENT' | 'EOPNOTSUPP' | 'EBUSY' | 'EMFILE' {
  if (nf_ct_expect_find(k, tuple, 0)) return 'EEXIST'
  const { src, dst, sport, dport, protonum } = master
  const node = nf_conntrack_find_get(k, src, dst, sport, dport, protonum, 0)
  if (node < 0) return 'ENOENT'
  const slot = node >> 1
  const { ct } = k.machine
  const helper = ctExt(ct, slot)?.helper ?? ''
  if (helper === '') return 'EOPNOTSUPP'
  const common = { timeout: 0, master: ct.id[slot], slot, helper, zones: 0, dir: 0, savedPort: 0 }
  const e: Expectation = { ...common, tuple, srcMask }
  if (expectationClash(k, e)) return 'EBUSY'
  return nf_ct_expect_related(k, e) ? null : 'EMFILE'
}
