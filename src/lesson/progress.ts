/**
 * What a learner has done of the course, and where she was: plain data, a short code that can be copied from machine to machine,
 * and what becomes of two of them that are put together.
 */
import * as v from 'valibot'
import { fromBase64, pack, toBase64, unpack } from '../lab/take/pack.ts'

const name = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/))

const schema = v.strictObject({
  /** Where she was last. */
  last: v.nullable(v.strictObject({ lesson: name, step: name })),
  /** By lesson: the steps that are done. */
  done: v.pipe(
    v.record(name, v.pipe(v.array(name), v.maxLength(100))),
    v.check((done) => Object.keys(done).length <= 200, 'too many lessons'),
  ),
  /** By lesson: the step that was open last. */
  at: v.record(name, name),
  /** By lesson: those of the steps done whose goal was shown, and not reached by her own hands. */
  shown: v.optional(v.record(name, v.pipe(v.array(name), v.maxLength(100)))),
})

export type Progress = v.InferOutput<typeof schema>

export const NO_PROGRESS: Progress = { last: null, done: {}, at: {} }

/**
 * A step has been opened, and these are done; of these, the goals of `shown` were shown. What was done before stays done;
 * who does it again by her own hands has done it so.
 */
export function withStep(
  progress: Progress,
  lesson: string,
  step: string,
  done: readonly string[],
  shown: readonly string[] = [],
): Progress {
  const before = progress.done[lesson] ?? []
  const all = [...before, ...done.filter((id) => !before.includes(id))]
  const wasShown = (id: string): boolean => progress.shown?.[lesson]?.includes(id) === true
  const left = all.filter((id) =>
    shown.includes(id) ? !before.includes(id) || wasShown(id) : wasShown(id) && !done.includes(id),
  )
  return withShown(
    {
      last: { lesson, step },
      done: { ...progress.done, [lesson]: all },
      at: { ...progress.at, [lesson]: step },
    },
    { ...progress.shown, [lesson]: left },
  )
}

/** Both together; where they disagree about the place, `b` is right. */
export function together(a: Progress, b: Progress): Progress {
  const done: Record<string, string[]> = { ...a.done }
  for (const [lesson, steps] of Object.entries(b.done))
    done[lesson] = [...new Set([...(done[lesson] ?? []), ...steps])]
  const byHand = ({ done, shown }: Progress, lesson: string, step: string): boolean =>
    done[lesson]?.includes(step) === true && shown?.[lesson]?.includes(step) !== true
  const shown = Object.fromEntries(
    Object.entries(done).map(([lesson, steps]) => [
      lesson,
      steps.filter((step) => !byHand(a, lesson, step) && !byHand(b, lesson, step)),
    ]),
  )
  return withShown({ last: b.last ?? a.last, done, at: { ...a.at, ...b.at } }, shown)
}

/** Where nothing was shown, nothing is said of it: a code is short. */
function withShown(progress: Progress, shown: Readonly<Record<string, string[]>>): Progress {
  const some = Object.entries(shown).filter(([, steps]) => steps.length > 0)
  return some.length === 0 ? progress : { ...progress, shown: Object.fromEntries(some) }
}

/** Letters that survive e-mail and a chat; the last four say whether all are there. */
export function progressCode(progress: Progress): string {
  const code = toBase64(pack(JSON.stringify(progress)))
  return `NFL1.${code}.${sum(code)}`
}

/** null: that is no code, or letters of it are missing or wrong. */
export function readProgress(code: string): Progress | null {
  const [, body, check] = /^NFL1\.([\w-]+)\.([0-9a-f]{4})$/.exec(code.replaceAll(/\s+/g, '')) ?? []
  if (body === undefined || sum(body) !== check || code.length > 40_000) return null
  const bytes = fromBase64(body)
  const text = bytes && unpack(bytes)
  return text === null ? null : parseProgress(text)
}

/** null: it is none. */
export function parseProgress(text: string): Progress | null {
  try {
    const read = v.safeParse(schema, JSON.parse(text))
    return read.success ? read.output : null
  } catch {
    return null
  }
}

/** FNV-1a, folded to 16 bits. */
function sum(text: string): string {
  let h = 0x811c9dc5
  for (const c of text) h = Math.imul(h ^ (c.codePointAt(0) ?? 0), 0x01000193)
  return (((h >>> 16) ^ h) & 0xffff).toString(16).padStart(4, '0')
}
