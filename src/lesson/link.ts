/**
 * Links in a lesson's words that lead into the page: to a station of the picture, a moment of the trace, a term of the glossary.
 */
export interface Link {
  kind: 'at' | 'go' | 'glossary'
  to: string
}

/** Moments that a text can lead to. */
export const MOMENTS = ['first', 'last', 'drop', 'rewrite'] as const
export type Moment = (typeof MOMENTS)[number]

/** `#at=PRE_ROUTING.nat` and the like; null: it leads out of the page. */
export function linkOf(href: string): Link | null {
  const found = /^#(at|go|glossary)=([\w.-]+)$/.exec(href)
  return found ? { kind: found[1] as Link['kind'], to: found[2] } : null
}
