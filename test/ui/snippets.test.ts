import fc from 'fast-check'
import { expect, test } from 'vitest'
import { siteOf } from '../../src/ui/builder/site.ts'
import { frameAddress, KINDS, pathAddress, snippet } from '../../src/ui/builder/snippets.ts'
import { readAddress } from '../../src/ui/address/read.ts'

const site = 'https://lab.example/nat/'
const values = { lesson: '03-snat', step: 'rule', lang: 'zh', panes: 'diagram,terminal' }
const wanted = { site, values, title: 'SNAT "quoted" & more', height: 562 }

/** What the page reads out of an address. */
const read = (address: string) => {
  const { search, hash, pathname } = new URL(address)
  return readAddress(search, hash, {}, pathname)
}

test('an address for a frame says what was chosen, and is read as that', () => {
  const address = frameAddress({ site, values })
  expect(address).toContain('panes=diagram,terminal')
  expect(read(address)).toMatchObject({
    settings: { lesson: '03-snat', step: 'rule', lang: 'zh', panes: ['diagram', 'terminal'], embed: true },
    notices: [],
  })
})

test('a lesson’s page has the lesson, the language and the step in its path', () => {
  expect(pathAddress({ site, values })).toBe(`${site}e/03-snat/zh/rule/?panes=diagram,terminal`)
  expect(read(pathAddress({ site, values }))).toMatchObject({
    settings: { lesson: '03-snat', step: 'rule', lang: 'zh' },
    notices: [],
  })
  expect(pathAddress({ site, values: { lab: 'gateway' } })).toContain('lab=gateway')
  expect(pathAddress({ site, values: { lesson: '03-snat' } })).toContain('lesson=03-snat')
})

test('each snippet has the address, the name and the height, and nothing breaks out of its quotes', () => {
  for (const kind of KINDS) {
    const text = snippet(kind, wanted)
    expect(text).toContain('03-snat')
    if (!['jupyter', 'wordpress'].includes(kind)) {
      expect(text).toContain('title="SNAT &#34;quoted&#34; &amp; more"')
    }
    if (!['element', 'wordpress'].includes(kind)) expect(text).toMatch(/height[=:]\W{0,2}562/)
  }
  expect(snippet('element', wanted)).toBe(
    `<script src="${site}netfilter-lab.js" async></script>
<netfilter-lab title="SNAT &#34;quoted&#34; &amp; more" lesson="03-snat" step="rule" lang="zh" panes="diagram,terminal"></netfilter-lab>`,
  )
  expect(snippet('wordpress', wanted)).toBe(`${site}e/03-snat/zh/rule/?panes=diagram,terminal`)
})

test('whatever somebody writes into the form stays within its attribute', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.constantFrom(...KINDS), (run, title, kind) => {
      const text = snippet(kind, { site, values: { lab: 'gateway', run: `pc1: ${run}` }, title, height: 400 })
      if (kind === 'jupyter') expect(text.split('\n').length).toBe(3)
      else if (kind === 'wordpress') expect(text).not.toMatch(/[<>"\s]/)
      else {
        const inQuotes = text.replace(/"[^"]*"/g, '""')
        expect(inQuotes.match(/<[a-z-]+/g)).toEqual(
          snippet(kind, wanted)
            .replace(/"[^"]*"/g, '""')
            .match(/<[a-z-]+/g),
        )
      }
    }),
  )
})

test('the folder of a copy is found from any of its pages', () => {
  for (const [page, folder] of [
    ['https://lab.example/nat/?lesson=03-snat', site],
    ['https://lab.example/nat/index.html#lab=gateway', site],
    ['https://lab.example/nat/embed.html', site],
    ['https://lab.example/nat/e/03-snat/zh/', site],
    ['https://lab.example/nat/e/03-snat/zh/rule/?panes=terminal', site],
    ['https://lab.example/nat/e/03-snat/en/rule/index.html', site],
    ['http://127.0.0.1:5173/', 'http://127.0.0.1:5173/'],
  ])
    expect(siteOf(page)).toBe(folder)
})
