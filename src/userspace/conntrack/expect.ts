/** An expectation as a line: `conntrack -L expect` and /proc/net/nf_conntrack_expect. */
import type { Expectation } from '../../kernel/conntrack/expectation.ts'
import { tupleView } from '../../kernel/conntrack/view.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import { printIpv4 } from '../../wire/address.ts'

export const secondsLeft = (k: Kernel, e: Expectation): number =>
  Math.max(0, Math.floor((e.timeout - k.now) / 1_000_000))

/** libnetfilter_conntrack src/expect/snprintf_default.c */
export function expectationLine(k: Kernel, e: Expectation): string {
  const { tuple: t } = e
  const master = tupleView(k.machine.ct, e.slot * 2)
  return [
    `${secondsLeft(k, e)} proto=${t.protonum}`,
    `src=${printIpv4(t.src)} dst=${printIpv4(t.dst)} sport=${t.sport} dport=${t.dport}`,
    'mask-src=255.255.255.255 mask-dst=255.255.255.255 sport=0 dport=65535',
    `master-src=${printIpv4(master.src)} master-dst=${printIpv4(master.dst)}`,
    `sport=${master.sport} dport=${master.dport} class=0 helper=${e.helper}`,
  ].join(' ')
}

/** Linux: net/netfilter/nf_conntrack_expect.c exp_seq_show */
export function procExpectLine(k: Kernel, e: Expectation): string {
  const { tuple: t } = e
  const ends = `src=${printIpv4(t.src)} dst=${printIpv4(t.dst)} sport=${t.sport} dport=${t.dport}`
  return `${secondsLeft(k, e)} l3proto = 2 proto=${t.protonum} ${ends} ${e.helper}`
}
