/**
 * Lesson texts that somebody means ill with. A text becomes a tree of a few kinds of nodes or it stops the build, and
 * an address in it is one that a link may have. The forms are our own, after what filters of HTML have been beaten by.
 */
import { describe, expect, test } from 'vitest'
import { parsePage } from '../../build/markdown.ts'
import type { Block, Inline } from '../../build/page.ts'

const SCRIPT = 'pwned()'

/** HTML, however it is written: none of it is taken. */
const TAGS = [
  `<script>${SCRIPT}</script>`,
  `<SCRIPT SRC=//x.example/x.js></SCRIPT>`,
  `<img src=x onerror=${SCRIPT}>`,
  `<svg onload=${SCRIPT}>`,
  `<svg><script>${SCRIPT}</script></svg>`,
  `<math><mtext><style><img src=x onerror=${SCRIPT}></style></mtext></math>`,
  `<iframe srcdoc="<script>${SCRIPT}</script>"></iframe>`,
  `<object data="javascript:${SCRIPT}"></object>`,
  `<a href="javascript:${SCRIPT}">x</a>`,
  `<style>@import '//x.example'</style>`,
  `<link rel=stylesheet href=//x.example>`,
  `<base href=//x.example>`,
  `<meta http-equiv=refresh content="0;url=javascript:${SCRIPT}">`,
  `<form action="javascript:${SCRIPT}"><button>x</button></form>`,
  `<input autofocus onfocus=${SCRIPT}>`,
  `<details open ontoggle=${SCRIPT}>`,
  `<template><script>${SCRIPT}</script></template>`,
  `<noscript><p title="</noscript><img src=x onerror=${SCRIPT}>">`,
  `text <b onmouseover=${SCRIPT}>bold</b>`,
  `- item <i onclick=${SCRIPT}>x</i>`,
  `> <video><source onerror=${SCRIPT}></video>`,
  `| a |\n| - |\n| <img src=x onerror=${SCRIPT}> |`,
  `# title <img src=x onerror=${SCRIPT}>`,
  `**<img src=x onerror=${SCRIPT}>**`,
]

/** Addresses that run something, or hold a page: a browser reads all of these as such. */
const ADDRESSES = [
  `javascript:${SCRIPT}`,
  `JaVaScRiPt:${SCRIPT}`,
  ` javascript:${SCRIPT}`,
  `\u0001javascript:${SCRIPT}`,
  `java\tscript:${SCRIPT}`,
  `&#106;avascript:${SCRIPT}`,
  `&#x6a;avascript:${SCRIPT}`,
  `javascript&colon;${SCRIPT}`,
  `vbscript:msgbox`,
  `data:text/html,<script>${SCRIPT}</script>`,
  `data:image/svg+xml,<svg onload=${SCRIPT}>`,
  `file:///etc/passwd`,
  `blob:null/1`,
  `view-source:x`,
  `filesystem:x`,
]

const FORMS: ((address: string) => string)[] = [
  (a) => `[x](<${a}>)`,
  (a) => `[x](${a.replaceAll(' ', '')})`,
  (a) => `![x](<${a}>)`,
  (a) => `[x][y]\n\n[y]: <${a}>`,
  (a) => `**[x](<${a}> "title")**`,
]

/** What a browser makes of it: it leaves out controls, and knows only these by their names. */
function opens(address: string): boolean {
  const url = URL.canParse(address, 'https://lab.example/') ? new URL(address, 'https://lab.example/') : null
  return url !== null && !['http:', 'https:', 'mailto:'].includes(url.protocol)
}

function addressesOf(nodes: readonly (Block | Inline)[]): string[] {
  return nodes.flatMap((node) => {
    if (typeof node === 'string') return []
    if (node.type === 'link') return [node.href, ...addressesOf(node.text)]
    if (node.type === 'image') return [node.src]
    if (node.type === 'list') return node.items.flatMap((item) => addressesOf(item.blocks))
    if (node.type === 'table') return [node.head, ...node.rows].flat().flatMap(addressesOf)
    if ('blocks' in node) return addressesOf(node.blocks)
    return 'text' in node ? addressesOf(node.text) : []
  })
}

describe('a lesson’s text', () => {
  test.each(TAGS)('with HTML stops the build: %s', (text) => {
    expect(() => parsePage(text)).toThrow(/a lesson holds no HTML/)
  })

  test.each(TAGS)('may show it as code, where it is nothing but text: %s', (text) => {
    const code = text.replaceAll('\n', ' ').replaceAll('`', '')
    expect(parsePage(`\`\`\`\n${code}\n\`\`\``)).toEqual([{ type: 'code', code }])
  })

  test.each(ADDRESSES)('does not lead to %j, in whatever form', (address) => {
    for (const form of FORMS) {
      let found: string[]
      try {
        found = addressesOf(parsePage(form(address)))
      } catch (error) {
        expect(String(error)).toMatch(/does not link to|holds no HTML/)
        continue
      }
      expect(found.filter(opens), form(address)).toEqual([])
    }
  })

  test('that only a careless browser took for HTML stays text', () => {
    const text = `<img/src/onerror=${SCRIPT}>`
    expect(parsePage(text)).toEqual([{ type: 'paragraph', text: [text] }])
  })

  test('leads where a text may lead', () => {
    const good = [
      'https://example.org/a?b=c#d',
      'mailto:a@example.org',
      '#gateway',
      '../02-hooks/en.md',
      '?view=tcp',
    ]
    for (const address of good) expect(addressesOf(parsePage(`[x](${address})`))).toEqual([address])
  })
})
