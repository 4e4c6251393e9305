/** Moments of a lab's runs that somebody has named: kept beside the runs, and saved with what was done. */
import * as v from 'valibot'
import type { Run } from '../history.ts'
import type { Pieces, Session } from '../session.ts'
import { readers, tools } from '../tools.ts'

export const BOOKMARKS_MAX = 100

const whole = v.pipe(v.number(), v.integer(), v.minValue(0))
const Mark = v.object({
  name: v.pipe(v.string(), v.maxLength(100)),
  /** The run that it lies in, and where. */
  run: whole,
  position: whole,
  /** Lab time, microseconds. */
  time: v.number(),
})
export type Bookmark = v.InferOutput<typeof Mark>

/** By the runs of a lab: another lab has others. */
const kept = new WeakMap<readonly Run[], readonly Bookmark[]>()

export function bookmarksOf(session: Session): readonly Bookmark[] {
  return kept.get(session.runs) ?? []
}

export function setBookmarks(session: Session, marks: readonly Bookmark[]): void {
  kept.set(session.runs, marks)
}

/** Those of a run and of what it was forked from, up to there. */
export function bookmarksIn(session: Session, run: Run): Bookmark[] {
  const till = new Map<number, number>()
  let end = Infinity
  let r: Run | undefined = run
  while (r !== undefined) {
    const { id, from, at }: Run = r
    till.set(id, end)
    end = Math.min(end, at)
    r = session.runs.find((other) => other.id === from)
  }
  return bookmarksOf(session).filter((m) => m.position <= (till.get(m.run) ?? -1))
}

/** Keep these; null: answer those that are kept. */
function* bookmarks(session: Session, argument: unknown): Pieces<readonly Bookmark[]> {
  yield
  if (argument !== null)
    setBookmarks(session, v.parse(v.pipe(v.array(Mark), v.maxLength(BOOKMARKS_MAX)), argument))
  return bookmarksOf(session)
}

tools.set('bookmarks', bookmarks)
readers.add('bookmarks')
