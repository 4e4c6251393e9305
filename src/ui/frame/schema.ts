/** What a page around may say, message by message. What does not fit is refused as a whole. */
import * as v from 'valibot'
import { CONNECT, PROTOCOL, type Method } from '../../embed/messages.ts'

const slug = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/))
const host = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,31}$/))
const line = v.pipe(v.string(), v.minLength(1), v.maxLength(4000))
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff))
const command = v.strictObject({ host, line })
const nothing = v.optional(v.strictObject({}), {})

export const connectSchema = v.strictObject({
  type: v.literal(CONNECT),
  protocol: v.literal(PROTOCOL),
  nonce: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
})

export const callSchema = v.strictObject({
  id: count,
  method: v.pipe(v.string(), v.maxLength(32)),
  args: v.optional(v.unknown()),
})

/** Of each method, its arguments. */
export const ARGS = {
  load: v.pipe(
    v.strictObject({
      lesson: v.optional(slug),
      step: v.optional(slug),
      lab: v.optional(slug),
      period: v.optional(v.picklist(['modern', 'article'])),
      seed: v.optional(count),
    }),
    v.check((a) => (a.lesson === undefined) !== (a.lab === undefined), 'a lesson or a lab'),
  ),
  exec: command,
  run: v.strictObject({ commands: v.pipe(v.array(command), v.minLength(1), v.maxLength(32)) }),
  step: v.optional(v.strictObject({ by: v.optional(v.picklist(['hook', 'packet']), 'hook') }), {}),
  back: nothing,
  play: v.optional(
    v.strictObject({ speed: v.optional(v.pipe(v.number(), v.minValue(0.001), v.maxValue(100))) }),
    {},
  ),
  pause: nothing,
  seek: v.pipe(
    v.strictObject({ position: v.optional(count), time: v.optional(v.pipe(v.number(), v.minValue(0))) }),
    v.check((a) => (a.position === undefined) !== (a.time === undefined), 'a position or a time'),
  ),
  reset: nothing,
  getState: nothing,
  setState: v.strictObject({ state: v.pipe(v.string(), v.maxLength(64_000)) }),
  setLang: v.strictObject({ lang: v.picklist(['en', 'zh']) }),
  setTheme: v.strictObject({ theme: v.picklist(['auto', 'light', 'dark']) }),
} satisfies Record<Method, v.GenericSchema>

export type Args = { [M in Method]: v.InferOutput<(typeof ARGS)[M]> }

/** What getState gives away and setState takes back. For whoever keeps it, it is only a text. */
export const stateSchema = v.strictObject({
  v: v.literal(1),
  lesson: v.nullable(slug),
  step: v.nullable(slug),
  host: v.nullable(host),
  view: v.nullable(slug),
  /** As src/lab/take writes it: the text of a link, or of a file. */
  lab: v.string(),
})
