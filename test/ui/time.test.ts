import { expect, test } from 'vitest'
import { nearestBefore } from '../../src/ui/time/clock.ts'
import { jumpFrom, momentsOf, packetBefore } from '../../src/ui/time/jumps.ts'
import { FORWARD, Page, SNAT } from './lab-page.ts'

const FIRST_DROP: [string, string] = ['pc1', 'ping -c 1 100.100.100.200']
const page = new Page(
  SNAT,
  ['gateway', 'iptables -A OUTPUT -p icmp -j DROP'],
  ['pc1', 'curl -m 1 http://baidu.com/'],
  FORWARD,
  ['pc1', 'curl http://baidu.com/'],
  FIRST_DROP,
)
const { trace, snapshot } = page
const { end } = snapshot

test('from the beginning the next drop is the first one; from there, the one after it, of another packet', () => {
  const first = jumpFrom(trace, 0, end, 'drop', true)
  const second = first && jumpFrom(trace, first.position, end, 'drop', true)
  expect(first).toMatchObject({ n: 1, event: { type: 'drop', host: 'gateway' } })
  expect(second?.n).toBe(2)
  expect(second?.position).toBeGreaterThan(first?.position ?? Infinity)
  expect(second?.event.skb).not.toBe(first?.event.skb)
})

test('there is a way back from every moment to the one before, and none before the first', () => {
  for (const kind of ['drop', 'rewrite', 'state'] as const) {
    const moments = momentsOf(trace, kind, end)
    expect(moments.length, kind).toBeGreaterThan(1)
    for (const [i, e] of moments.entries()) {
      const back = jumpFrom(trace, e.position ?? -1, end, kind, false)
      expect(back?.position, `${kind} ${i}`).toBe(moments[i - 1]?.position)
      const on = jumpFrom(trace, e.position ?? -1, end, kind, true)
      expect(on?.position, `${kind} ${i}`).toBe(moments[i + 1]?.position)
    }
  }
})

test('a rewrite is a moment at which NAT has changed a header, a state change one of an entry', () => {
  expect(momentsOf(trace, 'rewrite', end).every((e) => e.type === 'nat')).toBe(true)
  const events = momentsOf(trace, 'state', end).map((e) => (e.type === 'ct' ? e.event : ''))
  expect(new Set(events)).toEqual(new Set(['NEW', 'UPDATE']))
})

test('seeking a moment shows what it has left behind', () => {
  const drop = jumpFrom(trace, 0, end, 'drop', true)
  if (drop === null) throw new Error('nothing has died')
  page.ask({ type: 'seek', position: drop.position })
  expect(page.past.at(-1)?.seq).toBeGreaterThanOrEqual(drop.event.seq)
  page.ask({ type: 'seek', position: drop.position - 1 })
  expect(page.past.some((e) => e.seq === drop.event.seq)).toBe(false)
  page.ask({ type: 'seek', position: end })
})

test('a packet back is where a packet came or left, and before the first there is nothing', () => {
  const first = packetBefore(trace, end)
  expect(first).toBeLessThan(end)
  expect(packetBefore(trace, 0)).toBeNull()
})

test('a second back is the latest moment that is not after it', () => {
  const at = trace.find((e) => e.time > 0 && e.position !== undefined)
  if (at === undefined) throw new Error('no time has passed')
  const position = nearestBefore(at.time, end, trace, [])
  const shown = trace.filter((e) => e.position === position)
  expect(shown.every((e) => e.time <= at.time)).toBe(true)
  expect(nearestBefore(-1, end, trace, [])).toBe(0)
  // Where the trace does not reach, the course of the run does.
  expect(
    nearestBefore(
      500,
      1000,
      [],
      [
        { time: 400, position: 9 },
        { time: 600, position: 12 },
      ],
    ),
  ).toBe(9)
})
