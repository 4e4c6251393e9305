/** The pages that need no JavaScript: text becomes markup in one place, and a lesson is on its page whole. */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { parsePage } from '../../build/markdown.ts'
import { picture } from '../../build/print/picture.ts'
import { playLesson, type PlayedStep } from '../../build/print/played.ts'
import { el, render } from '../../build/print/tree.ts'
import { blocks } from '../../build/print/words.ts'
import { lessonWords } from '../../src/lesson/words.ts'
import { print as en } from '../../src/ui/text/en/print.ts'
import lesson from '../../lessons/37-asymmetric-path/lesson.ts'

test('what looks like markup stays text, in text and in attributes', () => {
  expect(render(el('p', { title: '"<b>' }, '<script>alert(1)</script> & so on'))).toBe(
    '<p title="&quot;&lt;b&gt;">&lt;script&gt;alert(1)&lt;/script&gt; &amp; so on</p>',
  )
})

test('a lab’s values are filled in, links into the running page become words, terms lead to the glossary', () => {
  const page = parsePage(
    '`=gateway# echo 7` of [the nat table](#at=POST_ROUTING.nat), see [NAT](#glossary=nat)\n\n```console on gateway\nconntrack -C\n```',
  )
  const html = blocks(page, {
    value: (on, line) => `${on}/${line}`,
    glossary: 'glossary.en.html',
    on: (host) => `on ${host}`,
  })
    .map(render)
    .join('')
  expect(html).toContain('<output title="gateway# echo 7">gateway/echo 7</output>')
  expect(html).toContain('<span class="place">the nat table</span>')
  expect(html).toContain('<a href="glossary.en.html#nat">NAT</a>')
  expect(html).toContain('<figcaption>on gateway</figcaption><pre><code>conntrack -C</code></pre>')
})

describe('a lesson that has been played', () => {
  let steps: PlayedStep[]
  beforeAll(async () => {
    const words = lessonWords(parsePage(readFileSync('lessons/37-asymmetric-path/en.md', 'utf8')))
    steps = await playLesson(lesson, words)
  })

  test('knows its right answers and what is to be found', () => {
    expect(steps.map((s) => s.truth).filter(Boolean)).toEqual(['silence', 'eth1', 'first'])
    expect(steps.map((s) => s.found).filter(Boolean)).toEqual(['SYN_RECV', '4', '2'])
  })

  test('has a packet whose road shows where it was rewritten and where it died', () => {
    const drawn = steps.flatMap((s) => (s.journey === null ? [] : [picture(s.journey, en.picture)]))
    const said = drawn.map((svg) => (svg === null ? '' : render(svg)))
    expect(said.some((svg) => svg.includes('dropped: IP_RPFILTER'))).toBe(true)
    expect(said.some((svg) => svg.includes('src → 200.200.200.100:80'))).toBe(true)
    expect(said.every((svg) => svg.length < 15_000)).toBe(true)
  })
})
