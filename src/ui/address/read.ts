/**
 * Reads an address: `/e/LESSON/LANG/STEP/` in its path, then `?name=value`, then `#name=value`; what is said later
 * wins. A few hosts append their own (`#?secret=…`), and some drop what stands behind the '?': every lesson has a path.
 */
import * as v from 'valibot'
import { DEFAULTS, type Known, type Notice, type Read, type Settings } from '../url.ts'
import { PARAMETERS } from './parameters.ts'

const ADDRESS_MAX = 8192
/** What is open, and what is done in it: named in one place or in the other. */
const TOGETHER = ['lesson', 'step', 'lab', 'take', 'run', 'setup', 'draft', 'time', 'position'] as const
/** A parameter that may be said several times, each time a line. */
const REPEATED = new Set(['run', 'setup'])
const PATH = /\/e\/([a-z0-9][a-z0-9-]*)(?:\/(en|zh))?(?:\/([a-z0-9][a-z0-9-]*))?\/?(?:index\.html)?$/

/** Reads `location.search`, `location.hash`, `location.pathname`. Never throws. */
export function readAddress(
  search: string,
  hash: string,
  known: Known = {},
  pathname = '',
  framed = false,
): Read {
  const path = inPath(pathname, framed)
  if (search.length + hash.length > ADDRESS_MAX)
    return { settings: DEFAULTS, notices: [{ kind: 'long' }], before: DEFAULTS }
  const query = given(search.replace(/^[?/]+/, ''))
  const behind = given(hash.replace(/^#[?/]*/, ''))
  // WordPress writes it behind the address of every page that it embeds.
  const secret = behind.get('secret') ?? query.get('secret')
  for (const all of [query, behind]) all.delete('secret')
  const before = opensAnother(query) ? merged(without(path), query) : merged(path, query)
  const all = opensAnother(behind) ? merged(without(before), behind) : merged(before, behind)
  return {
    ...read(all, known),
    before: read(before, known).settings,
    ...(secret !== undefined && /^[\w-]{1,64}$/.test(secret) && { secret }),
  }
}

type Given = ReadonlyMap<string, string>

function given(text: string): Map<string, string> {
  const out = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(text)) {
    const first = out.get(name)
    out.set(name, first !== undefined && REPEATED.has(name) ? `${first}\n${value}` : value)
  }
  return out
}

/** A lesson's own page is one like others, until another page has it in a frame. */
function inPath(pathname: string, framed: boolean): Given {
  const found = PATH.exec(pathname)
  if (found === null) return new Map(/\/embed(?:\.html)?$/.test(pathname) ? [['embed', '1']] : [])
  const [, lesson, lang, step] = found
  const said = Object.entries({ lesson, lang, step, embed: framed ? '1' : undefined })
  return new Map(said.filter((one): one is [string, string] => one[1] !== undefined))
}

const merged = (first: Given, second: Given): Given => new Map([...first, ...second])
const opensAnother = (given: Given): boolean => given.has('lesson') || given.has('lab')
const without = (given: Given): Given =>
  new Map([...given].filter(([name]) => !(TOGETHER as readonly string[]).includes(name)))

function read(given: Given, known: Known): { settings: Settings; notices: Notice[] } {
  const settings: Settings = { ...DEFAULTS }
  const notices: Notice[] = []
  for (const [name, value] of given) {
    if (!isParameter(name)) {
      notices.push({ kind: 'unknown', name: shown(name), value: shown(value) })
      continue
    }
    const { schema, range } = PARAMETERS[name]
    const result = v.safeParse(schema, value)
    if (!result.success || !exists(name, result.output, known)) {
      notices.push({ kind: 'bad', name, value: shown(value) })
      continue
    }
    const { output } = result
    if (range !== undefined && Number(value) !== output)
      notices.push({ kind: 'clamped', name, value: shown(value), used: String(output) })
    Object.assign(settings, { [name]: output })
  }
  const unused = (name: keyof Settings): void => {
    if (settings[name] === DEFAULTS[name]) return
    notices.push({ kind: 'unused', name, value: shown(String(settings[name])) })
    Object.assign(settings, { [name]: DEFAULTS[name] })
  }
  // A lesson brings its lab, the Linux that runs there, and what is typed beforehand.
  if (settings.lesson !== null) for (const name of ['lab', 'period', 'setup'] as const) unused(name)
  return { settings, notices }
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
