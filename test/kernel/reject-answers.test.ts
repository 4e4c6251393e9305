/** What REJECT answers where only a few bytes of a packet decide: asked of Linux 6.18 with packets made by hand. */
import { expect, test } from 'vitest'
import { IP_MF } from '../../src/wire/packet.ts'
import type { Skb } from '../../src/kernel/skb.ts'
import { gateway } from '../kit.ts'

const SYN = '192.168.0.2.40000 > 8.8.8.8.10: Flags [S], seq 1000, length 20'

test('a reset acknowledges all that a segment without an acknowledgement says: SYN, bytes and FIN', () => {
  const gw = gateway('iptables -A INPUT -p tcp -j REJECT --reject-with tcp-reset')
  const answer = (flags: string, length: number): string[] =>
    gw.rx('lan', `192.168.0.2.40000 > 192.168.0.1.10: Flags [${flags}], seq 1000, length ${length}`)
  const reset = 'lan 192.168.0.1.10 > 192.168.0.2.40000: Flags [R.], seq 0, ack 1011, win 0, length 0'
  expect(answer('F', 10)).toEqual([reset])
  expect(answer('S', 10)).toEqual([reset])
})

test('a later piece of a segment has no port to be reset', () => {
  const gw = gateway('iptables -A FORWARD -p tcp -j REJECT --reject-with tcp-reset')
  expect(gw.rx('lan', SYN, { frag: IP_MF })).toHaveLength(1)
  expect(gw.rx('lan', SYN, { frag: 3 })).toEqual([])
})

test('of a first piece it is told where its protocol has no sum over all of it', () => {
  const gw = gateway('iptables -A FORWARD -j REJECT', 'sysctl -w net.ipv4.icmp_ratelimit=0')
  const answers = (more: Partial<Skb>): number => gw.rx('lan', SYN, { ...more, frag: IP_MF }).length
  expect([answers({}), answers({ protocol: 17 }), answers({ protocol: 47 })]).toEqual([0, 0, 1])
})

test('what a protocol without a name brings is summed up: nobody is told of what is not zero', () => {
  const gw = gateway('iptables -A INPUT -j REJECT', 'sysctl -w net.ipv4.icmp_ratelimit=0')
  const answers = (text: string): number =>
    gw.rx('lan', '192.168.0.2.1 > 192.168.0.1.1: UDP, length 0', {
      protocol: 99,
      thl: 0,
      sport: 0,
      dport: 0,
      len: 20 + text.length,
      payload: gw.k.payload(text),
    }).length
  expect(['\0\0\0\0', 'xxxx', '\xff\xff\0\0'].map(answers)).toEqual([1, 0, 1])
})

test('nor is anybody told of a first piece of it whose sum is not zero', () => {
  const gw = gateway('iptables -A FORWARD -j REJECT', 'sysctl -w net.ipv4.icmp_ratelimit=0')
  const answers = (text: string): number =>
    gw.rx('lan', '192.168.0.2.1 > 8.8.8.8.1: UDP, length 0', {
      protocol: 99,
      thl: 0,
      sport: 0,
      dport: 0,
      frag: IP_MF,
      len: 20 + text.length,
      payload: gw.k.payload(text),
    }).length
  expect(['\0\0\0\0\0\0\0\0', 'xxxxxxxx'].map(answers)).toEqual([1, 0])
})
