/**
 * What the words of a lesson can do besides being read: ask the lab for a value, point at the picture, lead to a moment of the
 * trace and to the glossary. The pane that shows a lesson provides it; in other places words are only words.
 */
import { getContext, setContext } from 'svelte'
import type { Command } from '../lesson/lesson.ts'

export interface Reading {
  /** What a line prints on a copy of the lab as it is now. */
  value: (command: Command) => Promise<string>
  /** Goes up with whatever happens in the lab. Read it where a value is shown. */
  beat: () => number
  follow: (link: Link) => void
}

/** `at`: a station of the diagram; `go`: a moment; `glossary`: a term. */
export interface Link {
  kind: 'at' | 'go' | 'glossary'
  to: string
}

/** Moments that a text can lead to. */
export const MOMENTS = ['first', 'last', 'drop', 'rewrite'] as const
export type Moment = (typeof MOMENTS)[number]

const KEY = Symbol('reading')

export function provideReading(reading: Reading): void {
  setContext(KEY, reading)
}

export function reading(): Reading | undefined {
  return getContext<Reading | undefined>(KEY)
}

/** `#at=PRE_ROUTING.nat` and the like; null: it leads out of the page. */
export function linkOf(href: string): Link | null {
  const found = /^#(at|go|glossary)=([\w.-]+)$/.exec(href)
  return found ? { kind: found[1] as Link['kind'], to: found[2] } : null
}
