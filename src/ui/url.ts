/**
 * The address is the page's interface: what it may say, within which limits, and what becomes of a value that is out
 * of them. Nothing in an address is ever an error page: what cannot be used is named in a notice, and the rest holds.
 *
 * Both `?name=value` and `#name=value` are read; behind the '#' wins. A few hosts append their own (`#?secret=..`).
 */
export interface Settings {
  /** `model`: the page that says what is modelled, in the place of the lab. */
  page: 'model' | 'settings' | null
  /** A lesson's folder name, `03-snat`. */
  lesson: string | null
  /** A step of it, by name: the steps before it are done for the reader. */
  step: string | null
  /** A ready-made lab, for the sandbox. */
  lab: string | null
  /** Which Linux the lab's hosts run. */
  period: 'modern' | 'article'
  /** A lab that somebody has taken with her: what src/lab/take/link.ts writes. */
  take: string | null
  /** What chance is made of. */
  seed: number
  /** The host whose kernel is shown and whose terminal is in front. */
  host: string | null
  /** What the middle of the page shows of it. */
  view: ViewName
  lang: 'en' | 'zh' | null
  theme: 'auto' | 'light' | 'dark' | null
  /** Without the frame around it, for another page's iframe. */
  embed: boolean
  /** How fast the player goes: 1 is the speed for looking. */
  speed: number
  /** Open the followed packet's machine in the XState inspector. */
  inspect: boolean
}

/** What the middle of the page can show: the hooks of a kernel first. */
export const VIEWS = ['hooks', 'packet', 'ladder', 'tcp', 'entries', 'charts'] as const
export type ViewName = (typeof VIEWS)[number]

export type Notice =
  | { kind: 'unknown'; name: string; value: string }
  | { kind: 'bad'; name: string; value: string }
  | { kind: 'unused'; name: string; value: string }
  | { kind: 'clamped'; name: string; value: string; used: string }
  | { kind: 'long' }
  /** Words that came with a part of the page. */
  | { kind: 'said'; words: Readonly<Record<'en' | 'zh', string>> }

export const SEED_MAX = 0xffffffff
export const SPEED_MIN = 0.001
export const SPEED_MAX = 100
const ADDRESS_MAX = 8192

export const DEFAULTS: Settings = {
  page: null,
  lesson: null,
  step: null,
  lab: null,
  period: 'modern',
  take: null,
  seed: 1,
  host: null,
  view: 'hooks',
  lang: null,
  theme: null,
  embed: false,
  speed: 1,
  inspect: false,
}

/** Text in, value out; undefined: it cannot be used. */
type Read<T> = (text: string) => T | undefined

const flag: Read<boolean> = (s) => (/^(1|true)?$/.test(s) ? true : /^(0|false)$/.test(s) ? false : undefined)
const slug: Read<string> = (s) => (/^[a-z0-9][a-z0-9-]{0,63}$/.test(s) ? s : undefined)
const integer: Read<number> = (s) => (/^[+-]?\d{1,15}$/.test(s) ? Number(s) : undefined)
const decimal: Read<number> = (s) => (/^[+-]?\d{1,9}(\.\d{1,9})?$/.test(s) ? Number(s) : undefined)
const LANG = /^(?:(en)(?:-(?:us|gb))?|(zh)(?:-(?:cn|hans|sg))?)$/i

function oneOf<const T extends string>(...words: readonly T[]): Read<T> {
  return (s) => words.find((word) => word === s)
}

/** Lessons that have got another name, so that a link to the old one goes on opening them. */
const RENAMED = new Map([['01-snat', '03-snat']])

/** One per parameter. A number may be out of its range: that is clamped below, not refused. */
export const PARAMETERS: { [K in keyof Settings]: Read<Settings[K]> } = {
  page: oneOf('model', 'settings'),
  lesson: (s) => slug(RENAMED.get(s) ?? s),
  step: slug,
  lab: slug,
  period: oneOf('modern', 'article'),
  take: (s) => (/^[\w-]{1,8000}$/.test(s) ? s : undefined),
  seed: integer,
  host: (s) => (/^[A-Za-z0-9][A-Za-z0-9.-]{0,31}$/.test(s) ? s : undefined),
  view: oneOf(...VIEWS),
  lang: (s) => {
    const known = LANG.exec(s)
    return known === null ? undefined : known[1] === undefined ? 'zh' : 'en'
  },
  theme: oneOf('auto', 'light', 'dark'),
  embed: flag,
  speed: decimal,
  inspect: flag,
}

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
    const read: unknown = PARAMETERS[name](value)
    if (read === undefined || !exists(name, read, known)) {
      notices.push({ kind: 'bad', name, value: shown(value) })
      continue
    }
    const range = RANGES[name]
    let output = read
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

/**
 * The fragment that says the same behind an address's `search`, without what is as it would be anyway. '' for all
 * defaults.
 */
export function writeAddress(settings: Partial<Settings>, search = ''): string {
  const out = new URLSearchParams()
  const before = readAddress(search, '').settings
  for (const name of Object.keys(PARAMETERS) as (keyof Settings)[]) {
    const value = settings[name]
    if (value === undefined || value === null) continue
    if (value === DEFAULTS[name] && before[name] === DEFAULTS[name]) continue
    out.set(name, typeof value === 'boolean' ? String(Number(value)) : String(value))
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
