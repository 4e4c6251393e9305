/**
 * The address is the page's interface: what it may say, within which limits, and what becomes of a value that is out
 * of them. Nothing in an address is ever an error page: what cannot be used is named in a notice, and the rest holds.
 *
 * Both `?name=value` and `#name=value` are read; behind the '#' wins. A few hosts append their own (`#?secret=..`).
 */
import * as v from 'valibot'

export interface Settings {
  /** A lesson's folder name, `01-snat`. */
  lesson: string | null
  /** A step of it, by name: the steps before it are done for the reader. */
  step: string | null
  /** A ready-made lab, for the sandbox. */
  lab: string | null
  /** Which Linux the lab's hosts run. */
  period: 'modern' | 'article'
  /** What chance is made of. */
  seed: number
  /** The host whose kernel is shown and whose terminal is in front. */
  host: string | null
  lang: 'en' | 'zh' | null
  theme: 'auto' | 'light' | 'dark' | null
  /** Without the frame around it, for another page's iframe. */
  embed: boolean
  /** How fast the player goes: 1 is the speed for looking. */
  speed: number
  /** Open the followed packet's machine in the XState inspector. */
  inspect: boolean
}

export type Notice =
  | { kind: 'unknown'; name: string; value: string }
  | { kind: 'bad'; name: string; value: string }
  | { kind: 'unused'; name: string; value: string }
  | { kind: 'clamped'; name: string; value: string; used: string }
  | { kind: 'long' }

export const SEED_MAX = 0xffffffff
export const SPEED_MIN = 0.001
export const SPEED_MAX = 100
const ADDRESS_MAX = 8192

export const DEFAULTS: Settings = {
  lesson: null,
  step: null,
  lab: null,
  period: 'modern',
  seed: 1,
  host: null,
  lang: null,
  theme: null,
  embed: false,
  speed: 1,
  inspect: false,
}

const flag = v.pipe(
  v.picklist(['', '0', '1', 'true', 'false']),
  v.transform((s) => s !== '0' && s !== 'false'),
)
const slug = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/))
const integer = v.pipe(v.string(), v.regex(/^[+-]?\d{1,15}$/), v.transform(Number))
const decimal = v.pipe(v.string(), v.regex(/^[+-]?\d{1,9}(\.\d{1,9})?$/), v.transform(Number))
const LANG: Record<string, 'en' | 'zh'> = {
  en: 'en',
  'en-us': 'en',
  'en-gb': 'en',
  zh: 'zh',
  'zh-cn': 'zh',
  'zh-hans': 'zh',
  'zh-sg': 'zh',
}

/** One per parameter: text in, value out. A number may be out of its range: that is clamped below, not refused. */
export const PARAMETERS = {
  lesson: slug,
  step: slug,
  lab: slug,
  period: v.picklist(['modern', 'article']),
  seed: integer,
  host: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,31}$/)),
  lang: v.pipe(
    v.string(),
    v.toLowerCase(),
    v.check((s) => Object.hasOwn(LANG, s)),
    v.transform((s) => LANG[s]),
  ),
  theme: v.picklist(['auto', 'light', 'dark']),
  embed: flag,
  speed: decimal,
  inspect: flag,
} satisfies Record<keyof Settings, v.GenericSchema<string, unknown>>

const RANGES: Partial<Record<keyof Settings, [number, number]>> = {
  seed: [0, SEED_MAX],
  speed: [SPEED_MIN, SPEED_MAX],
}

/** What exists, where that is known: a name that does not is named in the notice. */
export interface Known {
  lessons?: readonly string[]
  labs?: readonly string[]
}

/** Reads an address (`location.search`, `location.hash`). Never throws. */
export function readAddress(
  search: string,
  hash: string,
  known: Known = {},
): { settings: Settings; notices: Notice[] } {
  const settings: Settings = { ...DEFAULTS }
  const notices: Notice[] = []
  if (search.length + hash.length > ADDRESS_MAX) return { settings, notices: [{ kind: 'long' }] }
  const before = new URLSearchParams(search.replace(/^[?/]+/, ''))
  const behind = new URLSearchParams(hash.replace(/^#[?/]*/, ''))
  // A lesson brings its lab: what is open is named in one place or in the other.
  if (behind.has('lesson') || behind.has('lab'))
    for (const name of ['lesson', 'step', 'lab']) before.delete(name)
  const given = new Map([...before, ...behind])
  given.delete('secret')

  for (const [name, value] of given) {
    if (!isParameter(name)) {
      notices.push({ kind: 'unknown', name: shown(name), value: shown(value) })
      continue
    }
    const read = v.safeParse(PARAMETERS[name], value)
    if (!read.success || !exists(name, read.output, known)) {
      notices.push({ kind: 'bad', name, value: shown(value) })
      continue
    }
    const range = RANGES[name]
    let output: unknown = read.output
    if (range !== undefined && typeof output === 'number') {
      const used = Math.min(range[1], Math.max(range[0], output))
      if (used !== output) notices.push({ kind: 'clamped', name, value: shown(value), used: String(used) })
      output = used
    }
    Object.assign(settings, { [name]: output })
  }
  if (settings.lesson !== null && settings.lab !== null) {
    notices.push({ kind: 'unused', name: 'lab', value: settings.lab })
    settings.lab = null
  }
  if (settings.lesson !== null && settings.period !== DEFAULTS.period) {
    notices.push({ kind: 'unused', name: 'period', value: settings.period })
    settings.period = DEFAULTS.period
  }
  return { settings, notices }
}

/** The fragment that says the same, without what is as it would be anyway. '' for all defaults. */
export function writeAddress(settings: Partial<Settings>): string {
  const out = new URLSearchParams()
  for (const name of Object.keys(PARAMETERS) as (keyof Settings)[]) {
    const value = settings[name]
    if (value === undefined || value === null || value === DEFAULTS[name]) continue
    out.set(name, value === true ? '1' : String(value))
  }
  const text = out.toString()
  return text === '' ? '' : `#${text}`
}

function isParameter(name: string): name is keyof Settings {
  return Object.hasOwn(PARAMETERS, name)
}

function exists(name: keyof Settings, value: unknown, known: Known): boolean {
  const names = name === 'lesson' ? known.lessons : name === 'lab' ? known.labs : undefined
  return names === undefined || names.includes(value as string)
}

function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
