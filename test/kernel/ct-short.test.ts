/** Packets that are cut off, and the places where 4.15 reads TCP's numbers otherwise. */
import { describe, expect, test } from 'vitest'
import { listEntries } from '../../src/kernel/conntrack/life.ts'
import { ctView } from '../../src/kernel/conntrack/view.ts'
import type { PeriodName } from '../../src/kernel/period.ts'
import type { Skb } from '../../src/kernel/skb.ts'
import { gateway, gatewayOf, type Gateway } from '../kit.ts'

const INVALID = 'iptables -A FORWARD -m conntrack --ctstate INVALID -j DROP'
const LOG = 'sysctl -w net.netfilter.nf_conntrack_log_invalid=255'
const UDP = '192.168.0.2.40000 > 8.8.8.8.53: UDP'

describe('shorter than its header', () => {
  /** What the log says of a packet of so many bytes. */
  function said(line: string, more: Partial<Skb>): string[] {
    const gw = gateway(INVALID, LOG)
    const passes = gw.rx('lan', line, more).length === 1
    const words = gw.k.machine.log.flatMap(
      (l) => /nf_ct_proto_.*(?= IN=lan)/.exec(l.text)?.[0].trimEnd() ?? [],
    )
    return passes ? ['passes', ...words] : words
  }

  test.each([
    ['UDP', UDP, {}, 28, 'nf_ct_proto_17: short packet'],
    ['ICMP', '192.168.0.2 > 8.8.8.8: ICMP echo request, id 7, seq 1', {}, 28, 'nf_ct_proto_1: short packet'],
    ['TCP', '192.168.0.2.1 > 8.8.8.8.80: Flags [S], seq 1', {}, 40, 'nf_ct_proto_6: truncated packet'],
  ])('%s is INVALID, and the log says so', (_name, line, more, whole, words) => {
    expect(said(line, { ...more, len: whole - 1 })).toEqual([words])
    expect(said(line, { ...more, len: whole })).toEqual(['passes'])
  })

  test('UDP-Lite is INVALID, and the log says so; a whole one is taken for one with a wrong checksum', () => {
    expect(said(UDP, { protocol: 136, len: 27 })).toEqual(['nf_ct_proto_136: short packet'])
    expect(said(UDP, { protocol: 136, len: 28 })).toEqual(['nf_ct_proto_136: bad checksum'])
  })

  test('SCTP is INVALID, and the log says so; with a header and nothing in it INVALID without a word', () => {
    const sctp = { protocol: 132, thl: 12, icmpId: 0, icmpInfo: 0 }
    expect(said(UDP, { ...sctp, len: 31 })).toEqual(['nf_ct_proto_132: nf_ct_sctp: short packet'])
    expect(said(UDP, { ...sctp, len: 32 })).toEqual([])
  })
})

/** `STATE` of every entry. */
const states = (gw: Gateway): string[] =>
  listEntries(gw.k).map((slot) => ctView(gw.k.machine.ct, slot, gw.k.now).state)
const CLIENT = '192.168.0.2.40000 > 8.8.8.8.80'
const SERVER = '8.8.8.8.80 > 192.168.0.2.40000'
const both = (does: (gw: Gateway) => unknown): unknown[] =>
  (['article', 'modern'] as PeriodName[]).map((period) => does(gatewayOf({ period }, INVALID)))

describe('before the connection stands', () => {
  test('a SYN/ACK, or in 4.15 anything of the server, may leap forward', () => {
    const leap = (line: string) => (gw: Gateway) => {
      gw.rx('lan', `${CLIENT}: Flags [S], seq 1000`)
      gw.rx('wan', `${SERVER}: Flags [S.], seq 5000, ack 1001`)
      return gw.rx('wan', `${SERVER}: ${line}`).length
    }
    expect(both(leap('Flags [S.], seq 90005000, ack 1001'))).toEqual([1, 1])
    expect(both(leap('Flags [.], seq 90005001, ack 1001'))).toEqual([1, 0])
  })
  test('the client may while nothing has come back', () => {
    const leap = (gw: Gateway): number => {
      gw.rx('lan', `${CLIENT}: Flags [S], seq 1000`)
      return gw.rx('lan', `${CLIENT}: Flags [S], seq 90001000`).length
    }
    expect(both(leap)).toEqual([1, 1])
  })
  test('4.15 lets a reset of the client leap, too', () => {
    const reset = (gw: Gateway): string[] => {
      gw.rx('lan', `${CLIENT}: Flags [S], seq 1000`)
      gw.rx('lan', `${CLIENT}: Flags [R], seq 90001000`)
      return states(gw)
    }
    expect(both(reset)).toEqual([[], ['SYN_SENT']])
  })
  test('a reset that answers an acknowledgement of the server is known as such in 6.18 only', () => {
    const reset = (gw: Gateway): string[] => {
      gw.rx('lan', `${CLIENT}: Flags [S], seq 1000`)
      gw.rx('wan', `${SERVER}: Flags [.], seq 9, ack 5555000`)
      return gw.rx('lan', `${CLIENT}: Flags [R], seq 5555000`)
    }
    expect(both(reset)).toEqual([
      ['wan 192.168.0.2.40000 > 8.8.8.8.80: Flags [R], seq 5555000, win 64240, length 0'],
      ['wan 192.168.0.2.40000 > 8.8.8.8.80: Flags [R], seq 5555000, win 64240, length 0'],
    ])
  })
  test('both begin: the acknowledgement of the answerer makes it a connection in 6.18', () => {
    const open = (gw: Gateway): string[] => {
      gw.rx('lan', `${CLIENT}: Flags [S], seq 1000`)
      gw.rx('wan', `${SERVER}: Flags [S], seq 5000`)
      gw.rx('lan', `${CLIENT}: Flags [S.], seq 1000, ack 5001`)
      gw.rx('wan', `${SERVER}: Flags [.], seq 5001, ack 1001`)
      return states(gw)
    }
    expect(both(open)).toEqual([['SYN_RECV'], ['ESTABLISHED']])
  })
})
