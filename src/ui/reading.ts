/**
 * What the words of a lesson can do besides being read: ask the lab for a value, point at the picture, lead to a moment of the
 * trace and to the glossary. The pane that shows a lesson provides it; in other places words are only words.
 */
import { getContext, setContext } from 'svelte'
import type { Command } from '../lesson/lesson.ts'
import type { Link } from '../lesson/link.ts'

export interface Reading {
  /** What a line prints on a copy of the lab as it is now. */
  value: (command: Command) => Promise<string>
  /** Goes up with whatever happens in the lab. Read it where a value is shown. */
  beat: () => number
  follow: (link: Link) => void
  /** False: a link that leads out of the page is only words. */
  leads: () => boolean
}

const KEY = Symbol('reading')

export function provideReading(reading: Reading): void {
  setContext(KEY, reading)
}

export function reading(): Reading | undefined {
  return getContext<Reading | undefined>(KEY)
}
