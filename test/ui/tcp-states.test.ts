/** The picture of the TCP tracker says what its machine says. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { getShortestPaths } from 'xstate/graph'
import { initialTransition, transition } from 'xstate'
import { tcpTracker, type TcpEvent } from '../../src/kernel/conntrack/tcp.machine.ts'
import {
  connectionOf,
  eventOf,
  INITIAL,
  movesOf,
  shortestPath,
  STATES,
  statesBoard,
  WAYS,
} from '../../src/ui/views/tcp-states.ts'
import { FORWARD, Page, SNAT } from './lab-page.ts'

describe('how to get to a state', () => {
  test('the packets that are told lead there, when the machine is given them', () => {
    for (const state of STATES) {
      const path = shortestPath(state)
      const states = path?.map((step) => step.to) ?? []
      let [now] = initialTransition(tcpTracker)
      path?.forEach((step, i) => {
        const [next] = transition(tcpTracker, now, { type: step.event })
        now = next
        expect(now.value, `${state}: ${step.event}`).toBe(states[i])
      })
      expect(now.value).toBe(state)
    }
  })

  test('there is no shorter way, as XState itself finds them', () => {
    const events = ['ORIGINAL', 'REPLY'].flatMap((dir) =>
      ['SYN', 'SYNACK', 'FIN', 'ACK', 'RST'].map((what) => ({ type: `${dir}_${what}` as TcpEvent })),
    )
    const paths = getShortestPaths(tcpTracker, { events })
    for (const state of STATES) {
      const known = paths
        .filter((p) => p.state.value === state)
        .map((p) => p.steps.filter((s) => (s.event.type as string) !== 'xstate.init').length)
      expect(shortestPath(state, true)?.length, state).toBe(Math.min(...known))
    }
  })

  test('a connection that is open has been opened by three packets, or was met in mid-stream', () => {
    expect(shortestPath('ESTABLISHED')?.map((s) => s.event)).toEqual([
      'ORIGINAL_SYN',
      'REPLY_SYNACK',
      'ORIGINAL_ACK',
    ])
    expect(shortestPath('ESTABLISHED', true)?.map((s) => s.event)).toEqual(['ORIGINAL_ACK'])
    expect(shortestPath(INITIAL)).toEqual([])
  })
})

describe('the picture', () => {
  test('every state has a place of its own, and no two boxes touch', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 360, max: 1200 }),
        fc.integer({ min: 200, max: 900 }),
        (width, height) => {
          const { places, box, h } = statesBoard(width, height)
          expect(places.map((p) => p.state).sort()).toEqual([...STATES].sort())
          for (const a of places) {
            expect(a.x - box.w / 2).toBeGreaterThanOrEqual(0)
            expect(a.x + box.w / 2).toBeLessThanOrEqual(width)
            expect(a.y + box.h / 2).toBeLessThanOrEqual(h)
            for (const b of places)
              if (a !== b)
                expect(
                  Math.abs(a.x - b.x) >= box.w || Math.abs(a.y - b.y) >= box.h,
                  `${a.state} ${b.state}`,
                ).toBe(true)
          }
        },
      ),
      { numRuns: 50 },
    )
  })

  test('the life of a connection goes down in the middle, resets and crossed openings stand aside', () => {
    const { places } = statesBoard(520, 400)
    const middle = places.filter((p) => p.lane === 0).sort((a, b) => a.y - b.y)
    expect(middle.map((p) => p.state)).toEqual([
      'NONE',
      'SYN_SENT',
      'SYN_RECV',
      'ESTABLISHED',
      'FIN_WAIT',
      'CLOSE_WAIT',
      'LAST_ACK',
      'TIME_WAIT',
    ])
    expect(
      places
        .filter((p) => p.lane !== 0)
        .map((p) => p.state)
        .sort(),
    ).toEqual(['CLOSE', 'SYN_SENT2'])
  })

  test('every way of the machine from one state to another is drawn', () => {
    const { ways } = statesBoard(520, 400)
    expect(ways.length).toBe(WAYS.filter((w) => w.from !== w.to).length)
    expect(ways.every((w) => w.path.startsWith('M'))).toBe(true)
  })
})

test('the connection of a page that was fetched is followed from state to state', () => {
  const page = new Page(FORWARD, SNAT, ['pc1', 'curl http://baidu.com/'])
  const id = connectionOf(page.past, 'gateway', 1)
  const moves = movesOf(page.past, 'gateway', id)
  const changed = moves.filter((m) => m.from !== m.to)
  expect(changed.map((m) => m.to)).toEqual([
    'SYN_SENT',
    'SYN_RECV',
    'ESTABLISHED',
    'FIN_WAIT',
    ...(changed.length > 6 ? ['CLOSE_WAIT'] : []),
    'LAST_ACK',
    'TIME_WAIT',
  ])
  for (const m of changed)
    expect(
      WAYS.some((w) => w.from === m.from && w.to === m.to && m.event !== null && w.events.includes(m.event)),
      `${m.from} ${m.event ?? ''} ${m.to}`,
    ).toBe(true)
  expect(page.snapshot.kernel.conntrack.entries[0].state).toBe(moves.at(-1)?.to)
  expect(movesOf(page.past, 'pc1', id)).toEqual([])
})

test('a segment is called what the tracker calls it', () => {
  const header = (flags: number) => ({ flags }) as Parameters<typeof eventOf>[0]
  expect(eventOf(header(0x12), 'reply')).toBe('REPLY_SYNACK')
  expect(eventOf(header(0x11), 'original')).toBe('ORIGINAL_FIN')
  expect(eventOf(header(0x14), 'reply')).toBe('REPLY_RST')
  expect(eventOf(header(0x18), 'original')).toBe('ORIGINAL_ACK')
  expect(eventOf(header(0), 'original')).toBe(null)
})
