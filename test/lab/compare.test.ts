/** Two runs of a lab are told side by side: what was set, what was typed, what came of it. */
import { expect, test } from 'vitest'
import { mainClient } from '../../src/lab/main-client.ts'
import '../../src/lab/lab.ts'
import '../../src/lab/compare.ts'
import type { Answer, Request, RunSummary } from '../../src/lab/protocol.ts'
import { Session } from '../../src/lab/session.ts'
import { coursePath, differences, firstPair, ruleDifferences } from '../../src/ui/compare.ts'

const RULE = 'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j MASQUERADE; sysctl -w net.ipv4.ip_forward=1'
const CURLS = 'for i in $(seq 6); do curl -s http://baidu.com/ > /dev/null; done'

function page() {
  const session = new Session()
  const ask = (request: Request): Answer => session.answer({ id: 1, request })
  const settle = (): number => {
    for (;;) {
      const answer = ask({ type: 'advance', by: { kind: 'quiet', us: 60_000_000 } })
      if (answer.type !== 'update') throw new Error(JSON.stringify(answer))
      if (answer.update.snapshot.quiet) return answer.update.snapshot.position
    }
  }
  const compare = (): RunSummary[] => {
    const answer = ask({ type: 'use', tool: 'compare', argument: 'gateway' })
    if (answer.type !== 'used') throw new Error(JSON.stringify(answer))
    return answer.result as RunSummary[]
  }
  ask({ type: 'open', lab: 'gateway', seed: 1 })
  ask({ type: 'exec', host: 'gateway', line: RULE })
  const before = settle()
  ask({ type: 'exec', host: 'gateway', line: 'sysctl -w net.netfilter.nf_conntrack_max=3' })
  ask({ type: 'exec', host: 'pc1', line: CURLS })
  settle()
  ask({ type: 'seek', position: before })
  ask({ type: 'exec', host: 'gateway', line: 'sysctl -w net.netfilter.nf_conntrack_max=100' })
  ask({ type: 'exec', host: 'pc1', line: CURLS })
  settle()
  return compare()
}

test('rules that only one run has, or has elsewhere, stand beside nothing', () => {
  expect(ruleDifferences(['a', 'b', 'c'], ['a', 'x', 'c', 'y'])).toEqual([
    { a: 'b', b: '' },
    { a: '', b: 'x' },
    { a: '', b: 'y' },
  ])
  expect(ruleDifferences(['a', 'b'], ['b', 'a'])).toHaveLength(2)
  expect(ruleDifferences([], [])).toEqual([])
  const many = Array.from({ length: 1100 }, (_, i) => `-s 10.0.${i >> 8}.${i & 255} -j DROP`)
  expect(ruleDifferences(['first', ...many], [...many, 'last'])).toEqual([
    { a: 'first', b: '' },
    { a: '', b: 'last' },
  ])
})

test('a run knows what it was forked from, its settings, its lines, and what became of its packets', () => {
  const [small, large] = page()
  expect([small.from, large.from, large.begun]).toEqual([-1, 0, small.begun])
  expect(differences(small, large)).toEqual([{ name: 'net.netfilter.nf_conntrack_max', a: 3, b: 100 }])
  expect(small.rules).toEqual(['-t nat -A POSTROUTING -s 192.168.0.0/16 -j MASQUERADE'])
  expect(ruleDifferences(small.rules, large.rules)).toEqual([])
  expect([small.most, large.count]).toEqual([3, 6])
  expect(small.refused).toBeGreaterThan(0)
  expect([large.refused, large.drops]).toEqual([0, []])
  expect(small.typed.map((l) => l.own)).toEqual([true, true, true])
  expect(large.typed.map((l) => [l.host, l.own])).toEqual([
    ['gateway', false],
    ['gateway', true],
    ['pc1', true],
  ])
  expect(large.typed[1].said).toBe('net.netfilter.nf_conntrack_max = 100\n')
  expect(firstPair([small, large], 1)).toEqual([0, 1])
  const counts = large.course.map((c) => c.count)
  expect(counts).toEqual(counts.toSorted((a, b) => a - b))
  expect(coursePath(large, { time: large.time, count: 6 }, 100, 60)).toMatch(/^M.*L100\.0 0\.0$/)
})

test('without a worker there are the same labs, and the same is told', async () => {
  const client = await mainClient()
  expect(await client.ask({ type: 'open', lab: 'docker', seed: 1 })).toMatchObject({ type: 'update' })
  expect(await client.ask({ type: 'use', tool: 'compare', argument: 'vm1' })).toMatchObject({
    type: 'used',
    result: [{ run: 0, from: -1, host: 'vm1', typed: [] }],
  })
})
