/** Every parameter of the address: how its text is read, what it may be, and an example. One schema, one table. */
import * as v from 'valibot'
import { VIEWS, type PartName, type Settings } from '../url.ts'

/** What a parameter is for: the documentation and the builder keep them apart. */
export const GROUPS = ['open', 'begin', 'look', 'controls', 'embed'] as const
export type Group = (typeof GROUPS)[number]

export interface Parameter<T = unknown> {
  /** Text in, value out. A number out of its range becomes the next one within; anything else wrong is refused. */
  schema: v.GenericSchema<string, T>
  group: Group
  kind: 'name' | 'flag' | 'number' | 'choice' | 'list' | 'lines' | 'code'
  /** Of a choice and of a list. */
  words?: readonly string[]
  /** Of a number. */
  range?: readonly [number, number]
  example: string
}

type Table = { [K in keyof Settings]: Parameter<NonNullable<Settings[K]>> }

export const SEED_MAX = 0xffffffff
/** Lines that an address may have typed, and how long one is at most. */
export const LINES_MAX = 32
const LINE_MAX = 1000
const HOST = '[A-Za-z0-9][A-Za-z0-9.-]{0,31}'
/** `HOST: LINE`, or as in a lesson's text `HOST# LINE`. */
const LINE = new RegExp(`^\\s*(${HOST})\\s*[:#]\\s*(\\S.{0,${LINE_MAX - 1}})$`)

export const PARTS: readonly PartName[] = [
  'lesson',
  'network',
  'diagram',
  'player',
  'terminal',
  'table',
  'knobs',
  'drops',
  'journey',
  'profile',
]
const SEEN = ['shown', 'hidden'] as const
const USE = ['shown', 'locked', 'hidden'] as const

const text = (pattern: RegExp) => v.pipe(v.string(), v.regex(pattern))

function choice<const W extends readonly string[]>(
  group: Group,
  words: W,
  example: W[number],
): Parameter<W[number]> {
  return { schema: v.pipe(v.string(), v.picklist(words)), group, kind: 'choice', words, example }
}

function flag(group: Group, example: string): Parameter<boolean> {
  const schema = v.pipe(
    text(/^(?:1|true|0|false)?$/),
    v.transform((s) => !/^[0f]/.test(s)),
  )
  return { schema, group, kind: 'flag', example }
}

function number(
  group: Group,
  range: readonly [number, number],
  example: string,
  pattern = /^[+-]?\d{1,15}$/,
): Parameter<number> {
  const schema = v.pipe(text(pattern), v.transform(Number), v.toMinValue(range[0]), v.toMaxValue(range[1]))
  return { schema, group, kind: 'number', range, example }
}

const decimal = (group: Group, range: readonly [number, number], example: string): Parameter<number> =>
  number(group, range, example, /^[+-]?\d{1,9}(?:\.\d{1,9})?$/)

function name(group: Group, example: string, pattern = /^[a-z0-9][a-z0-9-]{0,63}$/): Parameter<string> {
  return { schema: text(pattern), group, kind: 'name', example }
}

function lines(group: Group, most: number, example: string): Parameter<string> {
  const schema = v.pipe(
    v.string(),
    v.transform((s) => s.split('\n').filter((line) => line.trim() !== '')),
    v.minLength(1),
    v.maxLength(most),
    v.everyItem((line) => LINE.test(line)),
    v.transform((all) => all.map((line) => line.trim()).join('\n')),
  )
  return { schema, group, kind: 'lines', example }
}

/** Lessons that have got another name, so that a link to the old one goes on opening them. */
const RENAMED = new Map([['01-snat', '03-snat']])
/** Names that parts have elsewhere. */
const PART_NAMES = new Map<string, string>([['road', 'diagram']])
const LANG = /^(?:(en)(?:-(?:us|gb))?|(zh)(?:-(?:cn|hans|sg))?)$/i

const lesson = name('open', '03-snat')
const part = v.pipe(
  v.string(),
  v.transform((s) => PART_NAMES.get(s) ?? s),
  v.picklist(PARTS),
)

export const PARAMETERS: Table = {
  page: choice('open', ['model', 'settings'], 'model'),
  lesson: {
    ...lesson,
    schema: v.pipe(
      v.string(),
      v.transform((s) => RENAMED.get(s) ?? s),
      lesson.schema,
    ),
  },
  step: name('open', 'rule'),
  lab: name('open', 'gateway'),
  period: choice('open', ['modern', 'article'], 'article'),
  take: {
    schema: text(/^[\w-]{1,8000}$/),
    group: 'open',
    kind: 'code',
    example: 'Q9RSqlEMHk3oR-2buJuW71mvQg4',
  },
  seed: number('open', [0, SEED_MAX], '7'),
  glossary: name('open', 'conntrack'),

  run: lines('begin', LINES_MAX, 'pc1: curl http://baidu.com/'),
  setup: lines('begin', LINES_MAX, 'gateway: sysctl -w net.ipv4.ip_forward=1'),
  draft: lines('begin', 1, 'gateway: iptables -t nat -S'),
  time: decimal('begin', [0, 86_400], '2.5'),
  position: number('begin', [0, 1_000_000], '12'),
  speed: decimal('begin', [0.001, 100], '2'),
  autoplay: flag('begin', '0'),
  keep: flag('begin', '1'),

  lang: {
    ...choice('look', ['en', 'zh'], 'zh'),
    schema: v.pipe(
      text(LANG),
      v.transform((s): 'en' | 'zh' => (/^z/i.test(s) ? 'zh' : 'en')),
    ),
  },
  theme: choice('look', ['auto', 'light', 'dark'], 'dark'),
  view: choice('look', VIEWS, 'ladder'),
  host: name('look', 'gateway', new RegExp(`^${HOST}$`)),
  bucket: number('look', [0, 2 ** 31], '17'),
  panes: {
    schema: v.pipe(
      v.string(),
      v.transform((s) => s.split(',').map((one) => one.trim())),
      v.array(part),
      v.transform((parts) => [...new Set(parts)]),
    ),
    group: 'look',
    kind: 'list',
    words: PARTS,
    example: 'diagram,terminal',
  },
  pane: { schema: part, group: 'look', kind: 'choice', words: PARTS, example: 'terminal' },
  layout: choice('look', ['wide', 'middling', 'narrow'], 'narrow'),
  height: number('look', [240, 4000], '560'),
  size: number('look', [50, 200], '125'),
  motion: choice('look', ['reduced'], 'reduced'),

  header: choice('controls', SEEN, 'shown'),
  terminal: choice('controls', USE, 'locked'),
  knobs: choice('controls', USE, 'locked'),
  player: choice('controls', USE, 'hidden'),
  nav: choice('controls', USE, 'locked'),
  links: choice('controls', ['shown', 'locked'], 'locked'),
  hints: choice('controls', SEEN, 'hidden'),
  views: choice('controls', SEEN, 'hidden'),
  tools: choice('controls', SEEN, 'hidden'),
  keys: flag('controls', '0'),

  embed: flag('embed', '1'),
  origin: {
    schema: text(
      /^(?:https?:\/\/[a-z0-9.-]{1,253}(?::\d{1,5})?|https?:\/\/\[[0-9a-f:.]{2,45}\](?::\d{1,5})?|null)$/,
    ),
    group: 'embed',
    kind: 'name',
    example: 'https://school.example',
  },
  start: choice('embed', ['now', 'click'], 'click'),
  storage: flag('embed', '0'),
  inspect: flag('embed', '1'),
}

/** The whole address as one schema: names with texts in, settings out. Absent is as it would be anyway. */
export const addressSchema = v.strictObject(
  Object.fromEntries(
    Object.entries(PARAMETERS).map(([key, { schema }]) => [
      key,
      v.optional(schema as v.GenericSchema<string>),
    ]),
  ),
)

/** The lines of `run`, `setup` and `draft`, each with its host. */
export function commandsOf(text: string | null): { on: string; line: string }[] {
  return (text ?? '').split('\n').flatMap((line) => {
    const found = LINE.exec(line)
    return found === null ? [] : [{ on: found[1], line: found[2].trimEnd() }]
  })
}
