import card from 'virtual:model-card'
import { expect, test } from 'vitest'
import { barOf, haystack, kindOf, shows } from '../../src/ui/model/filter.ts'

const features = card.sections.flatMap((section) => section.features)
const found = (id: string) => {
  const one = features.find((feature) => feature.id === id)
  if (one === undefined) throw new Error(`no ${id}`)
  return one
}

test('the card comes with the build: a feature knows its scenarios by number', () => {
  const ttl = found('path.ttl')
  expect(ttl.scenarios.length).toBeGreaterThan(0)
  expect(ttl.scenarios.map((i) => card.scenarios[i].name)).toContain('path_ttl_one')
})

test('a feature is found by its name, its file, its function in Linux, its scenarios, in any letters', () => {
  const one = found('target.SNAT')
  const hay = haystack(card, one, 'another source')
  for (const question of ['', '-j snat', 'SNAT another', 'targets/snat.ts', 'xt_nat.c', '01_snat_seed'])
    expect(shows(hay, one, question, 'all'), question).toBe(true)
  expect(shows(hay, one, 'snat nowhere', 'all')).toBe(false)
})

test('what holds a feature is scenarios, else something else, else nothing', () => {
  const one = { ...found('target.SNAT'), scenarios: [], lines: 0, commands: 0, tests: [] as string[] }
  expect(kindOf(one)).toBe('nothing')
  expect(kindOf({ ...one, lines: 1 })).toBe('other')
  expect(kindOf({ ...one, tests: ['a'] })).toBe('other')
  expect(kindOf({ ...one, lines: 1, scenarios: [0] })).toBe('kernel')
  expect(shows('', one, '', 'kernel')).toBe(false)
})

test('bars grow with the square root', () => {
  expect([barOf(0, 100), barOf(25, 100), barOf(100, 100), barOf(0, 0)]).toEqual([0, 0.5, 1, 0])
})
