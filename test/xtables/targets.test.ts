/** What targets say and do that no line of a .t file and no recording can hold. */
import { describe, expect, test } from 'vitest'
import { ipt_do_table } from '../../src/kernel/xtables/table.ts'
import { iptables } from '../../src/userspace/iptables/index.ts'
import { fakeKernel, packet, run, words } from './kit.ts'

describe('a prefix of the log has one line, as iptables 1.8.9 says it', () => {
  test.each([
    ['LOG', 'log'],
    ['NFLOG', 'nflog'],
  ])('%s', (target, option) => {
    const line = ['iptables', '-A', 'INPUT', '-j', target, `--${option}-prefix`, 'a\nb']
    expect(run(fakeKernel(), iptables, line)).toEqual({
      stdout: '',
      stderr:
        'iptables v1.8.9 (legacy): Newlines not allowed in --log-prefix\n' +
        "Try `iptables -h' or 'iptables --help' for more information.\n",
      rc: 2,
    })
  })
})

describe('what monitors hear of the rule that begins a trace', () => {
  const heard = (taps: number): string[] => {
    const k = fakeKernel()
    for (const rule of [
      '-A PREROUTING -p icmp -j ACCEPT',
      '-A PREROUTING -p tcp -j TRACE',
      '-A PREROUTING -p tcp -j CT --zone 3',
      '-A PREROUTING -p udp -j TRACE',
      '-A OUTPUT -p udp -j TRACE',
      '-N W',
      '-A W -p tcp -j ACCEPT',
    ])
      expect(run(k, iptables, words(`iptables -t raw ${rule}`)).stderr).toBe('')
    k.net.taps = taps
    const table = k.net.tables.raw
    if (table) ipt_do_table(k, packet('10.1.0.2.1 > 10.2.0.2.53: udp', { iif: 2 }), table, 'PRE_ROUTING')
    return k.seen.flatMap(({ body: b }) =>
      b.type === 'trace'
        ? `${b.table}:${b.chain}:rule:0x${b.handle.toString(16)}:${b.verdict} ${b.does}`
        : [],
    )
  }
  test('is that rule, numbered as xtables-monitor had it', () => {
    expect(heard(1)).toEqual([
      'raw:PREROUTING:rule:0x5:CONTINUE -p udp -j TRACE',
      'raw:PREROUTING:rule:0x0:ACCEPT ',
    ])
  })
  test('is nothing where there is no monitor', () => {
    expect(heard(0)).toEqual([])
  })
})
