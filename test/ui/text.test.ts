import { expect, test } from 'vitest'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { en as enPage } from '../../src/ui/text/en/index.ts'
import * as later from '../../src/ui/text/later.ts'
import { zh as zhPage } from '../../src/ui/text/zh/index.ts'
import { views } from '../../src/ui/text/views.ts'
import { palette } from '../../src/ui/text/palette.ts'
import { time } from '../../src/ui/text/time.ts'
import { otherwise } from '../../src/ui/text/otherwise.ts'
import { packet } from '../../src/ui/text/packet.ts'
import { carry } from '../../src/ui/text/carry.ts'
import { builder } from '../../src/ui/text/builder.ts'
import { framed } from '../../src/ui/text/framed.ts'
import { parameters } from '../../src/ui/text/parameters.ts'
import { portable } from '../../src/ui/text/portable.ts'
import { workshop } from '../../src/ui/text/workshop.ts'
import { modelText } from '../../src/ui/text/model.ts'
import { formatOf } from '../../src/ui/text/format.ts'
import './chinese.ts'

/** What is fetched later, by its name. */
function said(language: 'en' | 'zh'): Record<string, object> {
  return Object.fromEntries(Object.entries(later).map(([name, words]) => [name, words[language]]))
}

/** All that is said, with what is fetched later. */
const en = {
  ...enPage,
  ...said('en'),
  carry: carry.en,
  portable: portable.en,
  workshop: workshop.en,
  framed: framed.en,
  parameters: parameters.en,
  builder: builder.en,
  model: modelText.en,
  views: views.en,
  packet: packet.en,
  otherwise: otherwise.en,
  time: time.en,
  palette: palette.en,
}
const zh = {
  ...zhPage,
  ...said('zh'),
  carry: carry.zh,
  portable: portable.zh,
  workshop: workshop.zh,
  framed: framed.zh,
  parameters: parameters.zh,
  builder: builder.zh,
  model: modelText.zh,
  views: views.zh,
  packet: packet.zh,
  otherwise: otherwise.zh,
  time: time.zh,
  palette: palette.zh,
}

/** Every key of a tree with what stands there. */
function leaves(tree: object, path = ''): Map<string, unknown> {
  const out = new Map<string, unknown>()
  for (const [key, value] of Object.entries(tree) as [string, unknown][]) {
    const at = path === '' ? key : `${path}.${key}`
    if (typeof value === 'object' && value !== null) for (const [k, v] of leaves(value, at)) out.set(k, v)
    else out.set(at, value)
  }
  return out
}

test('both languages say the same things', () => {
  const [a, b] = [leaves(en), leaves(zh)]
  expect([...b.keys()].sort()).toEqual([...a.keys()].sort())
  for (const [key, value] of a) expect(typeof b.get(key), key).toBe(typeof value)
})

test('no sentence is empty', () => {
  for (const tree of [en, zh])
    for (const [key, value] of leaves(tree))
      if (typeof value === 'string') expect(value.trim(), key).not.toBe('')
})

test('a Chinese sentence is written in Chinese', () => {
  const latin = [...leaves(zh)].filter(
    ([key, value]) =>
      typeof value === 'string' &&
      /^[\x20-\x7e]*[a-z]{4,} [a-z]{3,} [a-z]+[\x20-\x7e]*$/.test(value) &&
      key !== '',
  )
  expect(latin).toEqual([])
})

test('numbers are grouped, and plural forms chosen, as the language does', () => {
  const f = formatOf('en')
  expect([f.number(65536), f.bytes(1424576), f.time(1204), f.time(2_500_000)]).toEqual([
    '65,536',
    '1.4 MB',
    '1.204 ms',
    '2.500 s',
  ])
  expect([1, 2].map((n) => f.plural(n, { one: '# entry', other: '# entries' }))).toEqual([
    '1 entry',
    '2 entries',
  ])
  expect(formatOf('zh-CN').plural(1, { other: '# 条' })).toBe('1 条')
})

test('components hold no sentences: what a person reads comes from the text files', () => {
  const found: string[] = []
  for (const folder of [
    'src/ui',
    'src/ui/address',
    'src/ui/builder',
    'src/ui/model',
    'src/ui/parts',
    'src/ui/views',
  ])
    for (const name of readdirSync(folder).filter((n) => n.endsWith('.svelte'))) {
      const markup = readFileSync(join(folder, name), 'utf8')
        .replace(/<script[^]*?<\/script>|<style[^]*?<\/style>|<!--[^]*?-->/g, '')
        .replace(/\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/g, '')
      for (const [, said] of markup.matchAll(/>([^<>]*[A-Za-z]{3,}[^<>]* [A-Za-z]{2,}[^<>]*)</g))
        found.push(`${name}: ${said.trim().slice(0, 60)}`)
      for (const [said] of markup.matchAll(/(?:aria-label|title|placeholder)="[A-Z][a-z]+[^"]*"/g))
        found.push(`${name}: ${said}`)
    }
  expect(found).toEqual([])
})

test('Chinese is fetched where the page speaks it: only what is opened by itself, and seldom, brings both languages', () => {
  const both = readdirSync('src/ui/text')
    .filter(
      (name) =>
        name.endsWith('.ts') &&
        /^import \{.*from '\.\/zh\//m.test(readFileSync(join('src/ui/text', name), 'utf8')),
    )
    .map((name) => name.replace('.ts', ''))
  expect(both.sort()).toEqual(['builder', 'carry', 'model', 'parameters', 'periods', 'settings', 'workshop'])
})
