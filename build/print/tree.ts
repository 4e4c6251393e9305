/**
 * HTML and SVG as a tree of plain data. Text becomes markup in one place only, `render`, and there everything is escaped.
 */
export interface Element {
  name: string
  attributes: Readonly<Record<string, string | number>>
  children: readonly Node[]
}
export type Node = Element | string

/** An attribute that is undefined or false is left out. */
export function el(
  name: string,
  attributes: Readonly<Record<string, string | number | false | undefined>> = {},
  ...children: readonly (Node | readonly Node[])[]
): Element {
  const kept = Object.entries(attributes).filter(
    (pair): pair is [string, string | number] => pair[1] !== undefined && pair[1] !== false,
  )
  return { name, attributes: Object.fromEntries(kept), children: children.flat() }
}

const VOID = new Set(['br', 'hr', 'link', 'meta', 'img'])
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string | number): string => String(text).replace(/[&<>"]/g, (c) => ESCAPES[c] ?? c)

export function render(node: Node): string {
  if (typeof node === 'string') return escaped(node)
  const { name, attributes, children } = node
  const said = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escaped(value)}"`)
    .join('')
  return VOID.has(name) ? `<${name}${said}>` : `<${name}${said}>${children.map(render).join('')}</${name}>`
}

/** A whole document. */
export const document = (root: Element): string => `<!doctype html>\n${render(root)}\n`
