/** How wide and high the panes are, and which of them are hidden: kept in the browser, where it may be. */
import { remember, remembered } from '../storage.ts'

export const EDGES = ['left', 'right', 'terminal'] as const
export type Edge = (typeof EDGES)[number]

/** The least that a pane is, and the most, as a share of the page's width, or of the middle's height. */
export const LEAST: Readonly<Record<Edge, number>> = { left: 220, right: 220, terminal: 96 }
export const MOST: Readonly<Record<Edge, number>> = { left: 0.36, right: 0.34, terminal: 0.6 }
/** Drawn so far below the least, a pane is put away. */
const AWAY = 0.5
const KEY = 'panes'

interface Kept {
  sizes: Partial<Record<Edge, number>>
  hidden: Partial<Record<Edge, boolean>>
}

/** What a browser has kept. Anything else is as if nothing had been. */
export function readPanes(text: string | null): Kept {
  const kept: Kept = { sizes: {}, hidden: {} }
  let value: unknown
  try {
    value = JSON.parse(text ?? '')
  } catch {
    return kept
  }
  if (typeof value !== 'object' || value === null) return kept
  const { sizes, hidden } = value as { sizes?: unknown; hidden?: unknown }
  for (const edge of EDGES) {
    const size = (sizes as Record<string, unknown> | null | undefined)?.[edge]
    if (typeof size === 'number' && size >= LEAST[edge] && size <= 10_000) kept.sizes[edge] = size
    if ((hidden as Record<string, unknown> | null | undefined)?.[edge] === true) kept.hidden[edge] = true
  }
  return kept
}

/** What a pane becomes that is drawn to a size, in a space; null: it is put away. */
export function drawn(edge: Edge, size: number, space: number): number | null {
  if (size < LEAST[edge] * AWAY) return null
  return Math.round(Math.min(Math.max(LEAST[edge], space * MOST[edge]), Math.max(LEAST[edge], size)))
}

class Panes {
  /** CSS pixels; absent: as the page would have it. */
  sizes = $state.raw<Kept['sizes']>({})
  hidden = $state.raw<Kept['hidden']>({})

  constructor() {
    Object.assign(this, readPanes(remembered(KEY)))
  }

  size(edge: Edge, size: number, space: number): void {
    const now = drawn(edge, size, space)
    if (now === null) this.hide(edge, true)
    else {
      this.sizes = { ...this.sizes, [edge]: now }
      this.hide(edge, false)
    }
  }

  hide(edge: Edge, hidden: boolean): void {
    this.hidden = { ...this.hidden, [edge]: hidden }
    this.#keep()
  }

  /** As the page would have it. */
  reset(only?: Edge): void {
    const without = <T>(all: Partial<Record<Edge, T>>): Partial<Record<Edge, T>> =>
      only === undefined ? {} : { ...all, [only]: undefined }
    this.sizes = without(this.sizes)
    this.hidden = without(this.hidden)
    this.#keep()
  }

  #keep(): void {
    remember(KEY, JSON.stringify({ sizes: this.sizes, hidden: this.hidden }))
  }
}

export const panes = new Panes()
