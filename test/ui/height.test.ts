import fc from 'fast-check'
import { expect, test } from 'vitest'
import { H5p, inAllWords, Teller } from '../../src/ui/frame/height.ts'
import { neededHeight, tracksOf, type Layout } from '../../src/ui/layout.ts'
import type { PartName } from '../../src/ui/url.ts'
import { PARTS } from '../../src/ui/address/parameters.ts'

test('a height is told once, in the words of each host', () => {
  const teller = new Teller()
  expect(teller.next(619.2, 900)).toBe(620)
  expect(teller.next(620, 900)).toBe(null)
  expect(teller.next(0, 900)).toBe(null)
  expect(teller.next(580, 900)).toBe(580)
  expect(inAllWords(620, 'abc')).toEqual([
    { type: 'netfilter-lab:height', height: 620 },
    { subject: 'lti.frameResize', height: 620 },
    { type: 'plugin.resize', payload: { height: 620 } },
    { height: 620 },
    { message: 'height', value: 620, secret: 'abc' },
  ])
  expect(inAllWords(620, null).length).toBe(4)
})

test('H5P asks before it believes', () => {
  const h5p = new H5p()
  expect(h5p.tell(620)).toBe(null)
  expect(h5p.hear({ context: 'other', action: 'hello' }, 620)).toBe(null)
  expect(h5p.hear('hello', 620)).toBe(null)
  expect(h5p.hear({ context: 'h5p', action: 'ready' }, 620)).toEqual({ context: 'h5p', action: 'hello' })
  const prepare = { context: 'h5p', action: 'prepareResize', scrollHeight: 620, clientHeight: 620 }
  expect(h5p.hear({ context: 'h5p', action: 'hello' }, 620)).toEqual(prepare)
  expect(h5p.hear({ context: 'h5p', action: 'resizePrepared' }, 620)).toEqual({
    context: 'h5p',
    action: 'resize',
    scrollHeight: 620,
  })
  expect(h5p.hear({ context: 'h5p', action: 'resize' }, 620)).toEqual(prepare)
})

const panes = fc.uniqueArray(fc.constantFrom(...PARTS), { minLength: 1 })
const layoutOf = (width: number): Layout => (width >= 1180 ? 'wide' : width >= 760 ? 'middling' : 'narrow')

/** What a page around does with a height that it hears. */
const hosts: Record<string, (told: number) => number> = {
  'as told': (told) => told,
  'with a margin': (told) => told + 24,
  'at most so high': (told) => Math.min(500, told),
  'at least so high': (told) => Math.max(900, told),
  'not at all': () => 400,
  'in parts': (told) => told * 0.9,
}

test('whatever a host does with the height, two messages are enough: ten thousand layouts', () => {
  fc.assert(
    fc.property(
      panes,
      fc.integer({ min: 280, max: 1600 }),
      fc.constantFrom(...Object.keys(hosts)),
      fc.integer({ min: 300, max: 1200 }),
      fc.constantFrom(0, 12, 15, 17),
      (parts, width, host, room, bar) => {
        const shows = (part: PartName) => parts.includes(part)
        const sides = parts.some((part) => !['network', 'diagram', 'player', 'terminal'].includes(part))
        const teller = new Teller()
        let frame = 150
        let messages = 0
        for (let round = 0; round < 12; round++) {
          // A scroll bar comes when the frame does not fit, and takes from its width.
          const inner = width - (frame > room ? bar : 0)
          const told = teller.next(neededHeight(layoutOf(inner), shows, sides ? 1 : 0), inner)
          if (told === null) continue
          messages++
          frame = hosts[host](told)
        }
        expect(messages).toBeLessThanOrEqual(2)
      },
    ),
    { numRuns: 10_000 },
  )
})

test('parts stand where there is room for them, and none leaves a hole', () => {
  const of = (layout: Layout, parts: PartName[], tabs: number) =>
    tracksOf(layout, (part) => parts.includes(part), tabs)
  expect(of('wide', [...PARTS], 2)).toEqual({
    left: true,
    main: true,
    right: true,
    columns: null,
    rows: null,
  })
  expect(of('middling', ['diagram', 'terminal'], 0)).toEqual({
    left: false,
    main: true,
    right: false,
    columns: 'minmax(0, 1fr)',
    rows: 'minmax(0, 1fr) clamp(120px, 24%, 260px)',
  })
  expect(of('wide', ['lesson', 'table'], 1)).toMatchObject({
    main: false,
    columns: 'minmax(0, 1fr) minmax(0, 1fr)',
  })
  expect(of('middling', ['terminal'], 0).rows).toBe('minmax(0, 1fr)')
  fc.assert(
    fc.property(panes, fc.constantFrom('wide' as const, 'middling' as const), (parts, layout) => {
      const side = layout === 'wide' ? /lesson|journey|profile/ : /lesson|journey|profile|table|knobs|drops/
      const t = of(layout, parts, parts.filter((part) => side.test(part)).length)
      if (t.columns !== null)
        expect(t.columns.split(/\) (?=[mc])/).length).toBe([t.left, t.main, t.right].filter(Boolean).length)
      expect(neededHeight(layout, (part) => parts.includes(part), t.left ? 1 : 0)).toBeGreaterThanOrEqual(0)
    }),
  )
})
