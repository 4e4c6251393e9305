import { expect, test } from 'vitest'
import { fit } from '../../src/ui/palette/fuzzy.ts'
import { drawn, readPanes } from '../../src/ui/panes/panes.svelte.ts'

const NAMES = [
  'View: Hooks',
  'To the next packet that dies',
  'Open the lab: Docker host',
  'Open the lesson: The table is full',
  'Set net.netfilter.nf_conntrack_max',
  '打开实验：三台主机',
]
const best = (query: string): string | undefined =>
  NAMES.map((name) => ({ name, score: fit(query, name) }))
    .filter((n) => n.score !== null)
    .sort((a, b) => (b.score ?? 0) - (a.score ?? 0))[0]?.name

test('some letters of a name find it', () => {
  expect(best('hook')).toBe('View: Hooks')
  expect(best('next dies')).toBe('To the next packet that dies')
  expect(best('dckr')).toBe('Open the lab: Docker host')
  expect(best('conntrack_max')).toBe('Set net.netfilter.nf_conntrack_max')
  expect(best('三台')).toBe('打开实验：三台主机')
})

test('all words must fit, and letters that lie all over a sentence do not', () => {
  expect(best('docker lesson')).toBeUndefined()
  expect(fit('oe', 'Open the lesson: The table is full')).not.toBeNull()
  expect(fit('ptfl', 'Open the lesson: The table is full')).toBeNull()
})

test('a word as it was typed is worth more than its letters apart, at the beginning of a word most', () => {
  expect(fit('tab', 'The table')).toBeGreaterThan(fit('tab', 'stable') ?? Infinity)
  expect(fit('tab', 'stable')).toBeGreaterThan(fit('tab', 'the aqueduct brook') ?? -1)
})

test('panes are what the browser has kept, and nothing else that it might have', () => {
  expect(readPanes('{"sizes":{"left":300,"right":5},"hidden":{"terminal":true}}')).toEqual({
    sizes: { left: 300 },
    hidden: { terminal: true },
  })
  for (const bad of [null, '', 'x', '[]', '7', '{"sizes":null,"hidden":3}'])
    expect(readPanes(bad)).toEqual({ sizes: {}, hidden: {} })
})

test('a pane is drawn between its least and its most, and put away below half of the least', () => {
  expect(drawn('left', 330, 1000)).toBe(330)
  expect(drawn('left', 900, 1000)).toBe(360)
  expect(drawn('left', 150, 1000)).toBe(220)
  expect(drawn('left', 80, 1000)).toBeNull()
})
