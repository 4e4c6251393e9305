/** Expectations as conntrack(8) makes, finds and prints them, and /proc/net/nf_conntrack_expect. conntrack-tools 1.4.7, do_command_ct */
import type { Tuple } from '../../kernel/conntrack/conn.ts'
import { ctnetlink_new_expect, nf_ct_expect_find } from '../../kernel/conntrack/expect.ts'
import type { Expectation } from '../../kernel/conntrack/expectation.ts'
import { tupleView } from '../../kernel/conntrack/view.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import { printIpv4 } from '../../wire/address.ts'
import type { Sys } from '../program.ts'
import { Failure } from './options.ts'
import { hasPorts } from './print.ts'
import type { Command } from './wanted.ts'

export const secondsLeft = (k: Kernel, e: Expectation): number =>
  Math.max(0, Math.floor((e.timeout - k.now) / 1_000_000))

const portsOf = (t: Tuple): string => (hasPorts(t.protonum) ? ` sport=${t.sport} dport=${t.dport}` : '')
const endsOf = (t: Tuple): string => `src=${printIpv4(t.src)} dst=${printIpv4(t.dst)}${portsOf(t)}`

/** libnetfilter_conntrack src/expect/snprintf_default.c */
export function expectationLine(k: Kernel, e: Expectation): string {
  const { tuple: t } = e
  const master = tupleView(k.machine.ct, e.slot * 2)
  const mask = portsOf({ ...t, sport: 0, dport: 65535 })
  return [
    `${secondsLeft(k, e)} proto=${t.protonum}`,
    endsOf(t),
    `mask-src=${printIpv4(e.srcMask ?? 0xffffffff)} mask-dst=255.255.255.255${mask}`,
    `master-src=${printIpv4(master.src)} master-dst=${printIpv4(master.dst)}${portsOf(master)}`,
    `class=0 helper=${e.helper}`,
  ].join(' ')
}

/** Linux: net/netfilter/nf_conntrack_expect.c exp_seq_show */
export function procExpectLine(k: Kernel, e: Expectation): string {
  const { tuple: t } = e
  return `${secondsLeft(k, e)} l3proto = 2 proto=${t.protonum} ${endsOf(t)} ${e.helper}`
}

/** What 1.4.7 says of the new connection, whatever -p and its ports say: a protocol that nobody has meant. */
const PROTOCOL_WRITTEN = 15

const TEXTS = {
  EEXIST: 'File exists',
  ENOENT: 'master conntrack not found',
  EOPNOTSUPP: 'Operation not supported',
  EBUSY: 'Device or resource busy',
  EMFILE: 'Too many open files',
} as const

const ICMPV6 = 58

/** The tuple that -s, -d and the ports name. */
function named({ wanted: w }: Command): Tuple {
  if (w.proto === ICMPV6) throw new Failure(1, 'Operation failed: invalid parameters')
  const [src, dst] = [w.src?.addr ?? 0, w.dst?.addr ?? 0]
  return { protonum: w.proto ?? 0, src, dst, sport: w.sport ?? 0, dport: w.dport ?? 0 }
}

/** -I expect */
export function createExpectation(sys: Sys, c: Command): void {
  const { tupleSrc: src, tupleDst: dst, maskSrc } = c.wanted
  const tuple: Tuple = { protonum: PROTOCOL_WRITTEN, src, dst, sport: 0, dport: 0 }
  const error = ctnetlink_new_expect(sys.k, tuple, maskSrc, named(c))
  if (error !== null) throw new Failure(1, `Operation failed: ${TEXTS[error]}`)
}

/** -G expect, -D expect: the one that waits for such a connection. */
export function namedExpectation(sys: Sys, c: Command): Expectation {
  const found = nf_ct_expect_find(sys.k, named(c), 0)
  if (found === null) throw new Failure(1, 'Operation failed: No such file or directory')
  return found
}
