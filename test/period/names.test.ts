/** What Linux 4.15 called its functions, and how large it made the connection table. Linux: v4.15 */
import { expect, test } from 'vitest'
import '../../src/kernel/article.ts'
import { periodOf } from '../../src/kernel/period.ts'

const then = periodOf('article')
const GIB = 1024 ** 3

test.each([
  ['ipt_do_table', 'FORWARD.filter', 'iptable_filter_hook'],
  ['ipt_do_table', 'PRE_ROUTING.raw', 'iptable_raw_hook'],
  ['ipt_do_table', '', 'ipt_do_table'],
  ['nf_conntrack_in', 'LOCAL_OUT.conntrack', 'ipv4_conntrack_local'],
  ['nf_conntrack_in', 'PRE_ROUTING.conntrack', 'ipv4_conntrack_in'],
  ['ip_rcv_finish', 'LOCAL_OUT.conntrack', 'ip_rcv_finish'],
  ['ip_rcv_core', 'receive', 'ip_rcv'],
])('%s at %j was %s', (fn, station, name) => {
  expect(then.functionName(fn, station)).toBe(name)
})

test.each([
  ['tcp_validate_incoming', ''],
  ['ping_rcv', 'icmp_rcv'],
  ['ip_protocol_deliver_rcu', 'ip_local_deliver_finish'],
  ['tcp_v4_rcv', 'tcp_v4_rcv'],
])('what dies in %s was told of in %j', (at, name) => {
  expect(then.freedAt('NO_SOCKET', at)).toBe(name)
})

test.each([
  [8 * GIB, 65536],
  [4 * GIB + 1, 65536],
  [4 * GIB, 16384],
  [GIB + 1, 16384],
  [GIB, 8192],
  [GIB / 2, 4096],
  [1, 512],
])('%d bytes of memory make %d buckets, for four entries each', (memory, buckets) => {
  expect(then.sizes(memory)).toEqual({ buckets, max: 4 * buckets })
})

test('what a match says of a rule was worded otherwise, or the same', () => {
  expect(then.refusal('xt_ecn: cannot match TCP bits for non-tcp packets')).toBe(
    'xt_ecn: cannot match TCP bits in rule for non-tcp packets',
  )
  expect(then.refusal('xt_something: as ever')).toBe('xt_something: as ever')
})
