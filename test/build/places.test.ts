import { readdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { buildElement } from '../../build/places/element.ts'
import { lessonPage, oembed, pathOf, type Place } from '../../build/places/lesson-page.ts'
import { placesOf, posterOf, siteOf } from '../../build/places/plugin.ts'
import { readAddress } from '../../src/ui/address/read.ts'

const lessons = readdirSync('lessons', { withFileTypes: true }).flatMap((one) =>
  one.isDirectory() ? [one.name] : [],
)
const all = placesOf(lessons)
const SITE = 'https://lab.example/nat/'
const place: Place = {
  lesson: '03-snat',
  lang: 'zh',
  step: 'rule',
  title: '一条规则 & "more"',
  about: 'A <b>',
}

test('the script of the web component is classic, whole and at most three kilobytes', async () => {
  const code = await buildElement()
  expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(3000)
  expect(code).not.toMatch(/\bimport\b|\bexport\b|innerHTML|\beval\b/)
  expect(code).toContain('netfilter-lab')
  expect(code).toContain('启动实验')
})

test('each lesson and each of its steps has a place in each language, and its path says which', () => {
  // In each language, and in the reader's own.
  expect(all.filter(({ step }) => step === null).length).toBe(3 * lessons.length)
  for (const one of all) {
    const { lesson, lang, step } = one
    expect(one.title.trim()).not.toBe('')
    expect(readAddress('', '', { lessons }, `/nat/${pathOf(one)}`)).toMatchObject({
      settings: { lesson, lang, step },
      notices: [],
    })
  }
})

const HTML = `<!doctype html>
<html lang="en" data-page="embed">
  <head>
    <meta
      name="description"
      content="A simulator"
    />
    <link rel="icon" href="./favicon.svg" />
    <title>Netfilter Lab</title>
  </head>
  <body>
    <noscript><a href="./lessons/index.en.html">English</a></noscript>
    <script defer src="./assets/embed-1.js"></script>
  </body>
</html>`

test('a lesson’s page is the page for frames, three folders further down, with its own name', () => {
  const page = lessonPage(HTML, place, SITE)
  expect(page).toContain('<html lang="zh-Hans">')
  expect(page).toContain('href="../../../../favicon.svg"')
  expect(page).toContain('src="../../../../assets/embed-1.js"')
  expect(page).toContain('<noscript><a href="../../../../lessons/03-snat.en.html">')
  expect(page).toContain('<title>一条规则 &#38; &#34;more&#34; · Netfilter Lab</title>')
  expect(page).toContain(`content="A &#60;b&#62;"`)
  expect(page).toMatch(
    /<link rel="alternate" type="application\/json\+oembed" href="https:\/\/lab\.example\/nat\/e\/03-snat\/zh\/rule\/oembed\.json"/,
  )
  expect(lessonPage(HTML, place, '')).toContain('href="./oembed.json"')
})

test('an oEmbed is what its consumers ask for', () => {
  const said = oembed(place, SITE) as Record<string, unknown>
  expect(said).toMatchObject({ version: '1.0', type: 'rich', width: 800, height: 670, provider_url: SITE })
  // Of what WordPress leaves of it there is a frame with its address and its size.
  expect(said.html).toMatch(
    /^<iframe src="https:\/\/lab\.example\/nat\/e\/03-snat\/zh\/rule\/" title="[^"<>]*" width="800" height="670" frameborder="0" scrolling="no"><\/iframe>$/,
  )
  expect(said.thumbnail_url).toBe(`${SITE}posters/03-snat.zh.svg`)
})

test('the address of a site is one', () => {
  expect(siteOf(undefined)).toBe('')
  expect(siteOf('https://lab.example/nat')).toBe(SITE)
  for (const bad of ['lab.example', 'file:///x', 'https://lab.example/?x=1'])
    expect(() => siteOf(bad)).toThrow()
})

describe('posters', () => {
  test('a poster is a small picture that loads nothing and holds no script', () => {
    for (const lesson of [...lessons, 'lab'])
      for (const lang of ['en', 'zh'] as const) {
        const svg = posterOf(lesson, lang)
        expect(svg.length).toBeLessThan(15_000)
        expect(svg).not.toMatch(/<script|<image|href=|url\(|on\w+=|@import/)
        expect(svg).toContain('<title>')
        // Each element is closed.
        expect((svg.match(/<[a-z]/g) ?? []).length).toBe((svg.match(/<\/|\/>/g) ?? []).length)
      }
  })

  test('a title is broken into lines that fit, in words or in signs', () => {
    for (const lesson of lessons)
      for (const lang of ['en', 'zh'] as const) {
        const lines = [...posterOf(lesson, lang).matchAll(/font-size="34"[^>]*>([^<]*)</g)].map(
          ([, line]) => line,
        )
        expect(lines.length, lesson).toBeLessThanOrEqual(3)
        for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(lang === 'zh' ? 34 : 37)
      }
  })
})
