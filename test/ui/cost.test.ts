import { expect, test } from 'vitest'
import { costsOf, type HostCost } from '../../src/ui/views/cost.ts'
import { journeyOf } from '../../src/ui/views/journey.ts'
import { FORWARD, Page, SNAT } from './lab-page.ts'

/** What the first packet of two flows, and the second packet of the first, cost the gateway. */
function atGateway(...lines: [string, string][]): HostCost[] {
  const { past } = new Page(FORWARD, ...lines)
  const serials = [...new Set(past.map((e) => e.skb))].filter((s) => s !== 0)
  return serials.flatMap((s) => costsOf(journeyOf(past, s).visits).filter((c) => c.host === 'gateway'))
}
const partNs = (cost: HostCost, id: string): number => cost.parts.find((p) => p.id === id)?.ns ?? 0

test('the first packet of a flow pays for its entry and its mapping, the reply only for finding and rewriting', () => {
  const [first, reply] = atGateway(SNAT, ['pc1', 'ping -c 1 baidu.com'])
  expect(partNs(first, 'conntrack')).toBeGreaterThan(3 * partNs(reply, 'conntrack'))
  expect(partNs(first, 'nat')).toBeGreaterThan(3 * partNs(reply, 'nat'))
  expect(partNs(reply, 'nat')).toBeGreaterThan(0)
  expect(first.total).toBe(first.parts.reduce((sum, p) => sum + p.ns, 0))
})

test('without a rule that needs conntrack nothing is paid for it', () => {
  const [first] = atGateway(['pc1', 'ping -c 1 100.100.100.200'])
  expect(first.parts.map((p) => p.id)).toEqual(['frame'])
})

test('every rule that is looked at costs as much as the one before', () => {
  const rules = (n: number): [string, string] => [
    'gateway',
    Array.from({ length: n }, (_, i) => `iptables -A FORWARD -s 10.0.0.${i + 1} -j DROP`).join('; '),
  ]
  const [ten] = atGateway(rules(10), ['pc1', 'ping -c 1 100.100.100.200'])
  const [twenty] = atGateway(rules(20), ['pc1', 'ping -c 1 100.100.100.200'])
  const [thirty] = atGateway(rules(30), ['pc1', 'ping -c 1 100.100.100.200'])
  // The policy is the last of them.
  expect([ten.rules, twenty.rules, thirty.rules]).toEqual([11, 21, 31])
  expect(thirty.total - twenty.total).toBe(twenty.total - ten.total)
  expect(twenty.total).toBeGreaterThan(ten.total)
})
