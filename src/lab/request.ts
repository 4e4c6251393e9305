/**
 * Is what came over the thread a Request of protocol.ts? Written by hand: it is loaded before the first packet moves, and a
 * library that reads schemas weighs more than all that it would check here.
 */
import type { Request } from './protocol.ts'

type Check = (value: unknown) => boolean
/** What each field must be; a name with `?` may be missing. */
type Fields = Readonly<Record<string, Check>>

const TEXT_MAX = 100_000
const COMMANDS_MAX = 1000
/** Microseconds: eleven days. */
const TIME_MAX = 1e12

const text: Check = (x) => typeof x === 'string' && x.length <= TEXT_MAX
const number: Check = (x) => typeof x === 'number' && !Number.isNaN(x)
const between =
  (min: number, max: number): Check =>
  (x) =>
    typeof x === 'number' && x >= min && x <= max
const whole =
  (min: number, max = Infinity): Check =>
  (x) =>
    Number.isInteger(x) && between(min, max)(x)
const object =
  (fields: Fields): Check =>
  (x) =>
    wrongField(x, fields) === null
const list =
  (of: Check): Check =>
  (x) =>
    Array.isArray(x) && x.length <= COMMANDS_MAX && x.every(of)

const steps = whole(0)
const ADVANCES: Readonly<Record<string, Fields>> = {
  hook: {},
  packet: {},
  work: {},
  time: { us: between(0, TIME_MAX), 'steps?': steps },
  quiet: { us: between(0, TIME_MAX) },
}

const REQUESTS: { readonly [T in Request['type']]: Fields } = {
  open: {
    lab: text,
    seed: number,
    'commands?': list(object({ on: text, line: text })),
    'period?': (x) => x === 'modern' || x === 'article',
  },
  exec: { host: text, line: text, 'by?': text },
  interrupt: { host: text },
  complete: { host: text, line: text, cursor: number },
  advance: { by: (x) => variant(x, 'kind', ADVANCES) === null },
  seek: { position: whole(-Infinity), 'steps?': whole(1) },
  fork: {},
  switch: { run: number },
  check: { host: text, line: text },
  use: { tool: text },
  view: { view: object({ host: text, entries: whole(0, 1000), bucket: whole(-1) }) },
}

/** The name of a field that is missing or wrong, null where all are right. Fields that nobody knows do not matter. */
function wrongField(value: unknown, fields: Fields): string | null {
  if (typeof value !== 'object' || value === null) return 'object'
  for (const [key, check] of Object.entries(fields)) {
    const name = key.replace('?', '')
    const there = Object.hasOwn(value, name)
    if (!there && name !== key) continue
    if (!there || !check((value as Record<string, unknown>)[name])) return name
  }
  return null
}

/** The same, where a field says which fields there are. */
function variant(value: unknown, tag: string, kinds: Readonly<Record<string, Fields>>): string | null {
  if (typeof value !== 'object' || value === null) return 'object'
  const kind = (value as Record<string, unknown>)[tag]
  if (typeof kind !== 'string' || !Object.hasOwn(kinds, kind)) return tag
  return wrongField(value, kinds[kind])
}

export function isRequest(value: unknown): value is Request {
  return variant(value, 'type', REQUESTS) === null
}

/** What is wrong with it, in few words. */
export function problemOf(value: unknown): string {
  return `bad or missing: ${variant(value, 'type', REQUESTS) ?? 'nothing'}`
}
