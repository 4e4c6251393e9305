/** A lesson's words as HTML: what can be read on paper. Links into the running page become plain words there. */
import { linkOf } from '../../src/lesson/link.ts'
import type { Block, Inline } from '../page.ts'
import { el, type Node } from './tree.ts'

export interface Reading {
  /** What a line prints on a host. */
  value: (on: string, line: string) => string
  /** Where the glossary is. */
  glossary: string
  /** Above a command: where it is typed. */
  on: (host: string) => string
}

export function blocks(list: readonly Block[], r: Reading): Node[] {
  return list.map((b) => block(b, r))
}

function block(b: Block, r: Reading): Node {
  switch (b.type) {
    case 'heading':
      return el(`h${Math.min(6, b.depth + 1)}`, { id: b.id }, inlines(b.text, r))
    case 'paragraph':
      return el('p', {}, inlines(b.text, r))
    case 'text':
      return el('span', {}, inlines(b.text, r))
    case 'code': {
      const host = /^console on (\S+)$/.exec(b.lang ?? '')?.[1]
      return el(
        'figure',
        { class: 'code' },
        ...(host === undefined ? [] : [el('figcaption', {}, r.on(host))]),
        el('pre', {}, el('code', {}, b.code)),
      )
    }
    case 'quote':
      return el('blockquote', {}, blocks(b.blocks, r))
    case 'list':
      return el(
        b.ordered ? 'ol' : 'ul',
        { start: b.ordered && b.start !== 1 && b.start },
        b.items.map((item) => el('li', {}, blocks(item.blocks, r))),
      )
    case 'table': {
      const cells = (name: 'th' | 'td', row: Inline[][]) =>
        row.map((cell, i) => el(name, { class: b.align[i] ?? undefined }, inlines(cell, r)))
      return el(
        'table',
        {},
        el('thead', {}, el('tr', {}, cells('th', b.head))),
        el(
          'tbody',
          {},
          b.rows.map((row) => el('tr', {}, cells('td', row))),
        ),
      )
    }
    case 'rule':
      return el('hr')
  }
}

export function inlines(list: readonly Inline[], r: Reading): Node[] {
  return list.map((one) => {
    if (typeof one === 'string') return one
    switch (one.type) {
      case 'strong':
      case 'em':
      case 'del':
        return el(one.type, {}, inlines(one.text, r))
      case 'code':
        return el('code', {}, one.code)
      case 'value':
        return el('output', { title: `${one.on}# ${one.line}` }, r.value(one.on, one.line))
      case 'link': {
        const link = linkOf(one.href)
        const href = link === null ? one.href : link.kind === 'glossary' ? `${r.glossary}#${link.to}` : null
        return href === null
          ? el('span', { class: 'place' }, inlines(one.text, r))
          : el('a', { href }, inlines(one.text, r))
      }
      case 'image':
        return el('img', { src: one.src, alt: one.alt })
      case 'break':
        return el('br')
    }
  })
}
