/** Tools that a page asks a lab for by their names. They come when the first one is asked for (take/index.ts). */
import type { Pieces, Session } from './session.ts'

/** Works in pieces of a few milliseconds. What it is asked comes over the thread, so it checks that itself. */
export type Tool = (session: Session, argument: unknown) => Pieces<unknown>

export const tools = new Map<string, Tool>()

/** Tools that only look: the page is told nothing new of the lab with what they answer. */
export const readers = new Set<string>()
