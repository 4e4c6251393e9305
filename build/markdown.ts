import { readFile } from 'node:fs/promises'
import { lexer, type MarkedToken, type Token, type Tokens } from 'marked'
import type { Plugin } from 'vite'
import type { Block, Head, Inline, Item, Page } from './page.ts'

/**
 * Makes `lessons/NAME/LANGUAGE.md` and `lessons/glossary.LANGUAGE.md` importable: the default export is a Page, with `?head`
 * behind the name only its Head.
 */
export function markdown(): Plugin {
  return {
    name: 'netfilter-lab:markdown',
    load: {
      filter: { id: /\/lessons\/(?:[^/]+\/|glossary\.)[a-z]{2}\.md(?:\?head)?$/ },
      async handler(id) {
        const page = parsePage(await readFile(id.replace('?head', ''), 'utf8'))
        const shown = id.endsWith('?head') ? headOf(page) : page
        return { code: `export default ${JSON.stringify(shown)}`, moduleType: 'js' }
      },
    },
  }
}

/** Throws on what a lesson may not hold: raw HTML, and links that run something. */
export function parsePage(source: string): Page {
  return blocks(lexer(source))
}

/** The first heading, the first paragraph below it, and the names of the second-level headings. */
export function headOf(page: Page): Head {
  const title = page.find((b) => b.type === 'heading' && b.depth === 1)
  const about = page[page.findIndex((b) => b === title) + 1]
  return {
    title: title?.type === 'heading' ? plain(title.text) : '',
    about: about?.type === 'paragraph' ? plain(about.text) : '',
    steps: page.flatMap((b) => (b.type === 'heading' && b.depth === 2 && b.id !== undefined ? [b.id] : [])),
  }
}

/** Running text without its marks. */
export function plain(text: readonly Inline[]): string {
  return text
    .map((part) => {
      if (typeof part === 'string') return part
      if (part.type === 'code') return part.code
      if (part.type === 'image') return part.alt
      return 'text' in part ? plain(part.text) : ' '
    })
    .join('')
}

function blocks(tokens: Token[] = []): Block[] {
  return tokens.flatMap((token) => block(token as MarkedToken))
}

function block(token: MarkedToken): Block | [] {
  switch (token.type) {
    case 'heading':
      return heading(token)
    case 'paragraph':
      return { type: 'paragraph', text: inlines(token.tokens) }
    case 'text':
      return { type: 'text', text: token.tokens ? inlines(token.tokens) : [decode(token.text)] }
    case 'code':
      return { type: 'code', ...(token.lang && { lang: token.lang }), code: token.text }
    case 'blockquote':
      return { type: 'quote', blocks: blocks(token.tokens) }
    case 'list':
      return { type: 'list', ordered: token.ordered, start: token.start || 1, items: token.items.map(item) }
    case 'table':
      return {
        type: 'table',
        align: token.align,
        head: token.header.map((cell) => inlines(cell.tokens)),
        rows: token.rows.map((row) => row.map((cell) => inlines(cell.tokens))),
      }
    case 'hr':
      return { type: 'rule' }
    case 'html':
      return html(token)
    case 'space':
    case 'def':
    case 'checkbox':
      return []
    default:
      throw new Error(`Markdown: no block is made of ${token.type}: ${token.raw}`)
  }
}

function heading(token: Tokens.Heading): Block {
  const text = inlines(token.tokens)
  const last = text.at(-1)
  const named = typeof last === 'string' ? /^(.*?)\s*\{#([\w-]+)\}$/s.exec(last) : null
  if (!named) return { type: 'heading', depth: token.depth, text }
  const [, before, id] = named
  return {
    type: 'heading',
    depth: token.depth,
    id,
    text: [...text.slice(0, -1), ...(before ? [before] : [])],
  }
}

function item(token: Tokens.ListItem): Item {
  return { ...(token.task && { checked: token.checked === true }), blocks: blocks(token.tokens) }
}

function inlines(tokens: Token[] = []): Inline[] {
  return tokens.flatMap((token) => inline(token as MarkedToken))
}

function inline(token: MarkedToken): Inline | [] {
  switch (token.type) {
    case 'text':
      return decode(token.text)
    case 'escape':
      return token.text
    case 'strong':
    case 'em':
    case 'del':
      return { type: token.type, text: inlines(token.tokens) }
    case 'codespan':
      return codespan(token.text)
    case 'br':
      return { type: 'break' }
    case 'link':
      return { type: 'link', href: safe(token.href), ...titled(token.title), text: inlines(token.tokens) }
    case 'image':
      return { type: 'image', src: safe(token.href), alt: token.text, ...titled(token.title) }
    case 'html':
      return html(token)
    case 'checkbox':
      return []
    default:
      throw new Error(`Markdown: no text is made of ${token.type}: ${token.raw}`)
  }
}

function codespan(text: string): Inline {
  const value = /^=([\w.-]+)# (.+)$/s.exec(text)
  return value ? { type: 'value', on: value[1], line: value[2] } : { type: 'code', code: text }
}

const titled = (title: string | null | undefined) => (title ? { title } : {})

/** A comment is a note to the next author; any other HTML would have to be drawn as HTML. */
function html(token: Tokens.HTML | Tokens.Tag): [] {
  if (/^\s*<!--[^]*-->\s*$/.test(token.raw)) return []
  throw new Error(`Markdown: a lesson holds no HTML: ${token.raw}`)
}

/** A browser leaves out controls and blanks before it looks for the scheme: so must whoever judges it. */
function safe(href: string): string {
  const read = href.replace(/[\0- ]+/g, '')
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(read)?.[1].toLowerCase()
  if (scheme === undefined || ['http', 'https', 'mailto'].includes(scheme)) return href
  throw new Error(`Markdown: a lesson does not link to ${scheme}: ${href}`)
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: '\u00a0' }

/** The lexer leaves `&lt;` for the browser to read. No browser will: this is not HTML. */
function decode(text: string): string {
  return text.replace(
    /&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi,
    (whole, dec?: string, hex?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? whole
      return String.fromCodePoint(dec !== undefined ? Number(dec) : parseInt(hex ?? '', 16))
    },
  )
}
