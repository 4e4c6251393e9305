/**
 * The address is the page's interface: what it may say. Nothing in an address is ever an error page: what cannot be
 * used is named in a notice, and the rest holds. How it is read is in address/, which comes only where there is
 * something to read.
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
  /** A term of the glossary that is open. */
  glossary: string | null

  /** Lines typed when the lab is there, `HOST: LINE` each; they are a part of its history. */
  run: string | null
  /** The same, before its history begins. A lesson has its own. */
  setup: string | null
  /** A line that stands in a terminal, `HOST: LINE`, and waits for Enter. */
  draft: string | null
  /** How far the lab has come when it is shown, seconds of its time. */
  time: number | null
  /** The step of its history that is shown. */
  position: number | null
  /** How fast the player goes: 1 is the speed for looking. */
  speed: number
  /** Time plays by itself when a command has put something on the road. */
  autoplay: boolean
  /** Time runs on when nothing is under way. */
  keep: boolean

  lang: 'en' | 'zh' | null
  theme: 'auto' | 'light' | 'dark' | null
  /** What the middle of the page shows of it. */
  view: ViewName
  /** The host whose kernel is shown and whose terminal is in front. */
  host: string | null
  /** The bucket of the hash table whose chain is listed. */
  bucket: number | null
  /** The parts of the page that are shown, null: all. */
  panes: readonly PartName[] | null
  /** Of the parts that share a place, the one in front. */
  pane: PartName | null
  layout: 'wide' | 'middling' | 'narrow' | null
  /** Of an embedded page, CSS pixels; null: as its parts need it. */
  height: number | null
  /** Of everything that is drawn, percent. */
  size: number
  /** `reduced`: the same states, without travel; null: as the system asks for. */
  motion: 'reduced' | null

  /** The bar at the top; null: not in an embedded page. */
  header: Seen | null
  terminal: Use
  knobs: Use
  player: Use
  /** `locked`: within the lesson; `hidden`: within the step. */
  nav: Use
  /** `locked`: links that lead out of the page are only words. */
  links: 'shown' | 'locked'
  /** Hints, and "show me". */
  hints: Seen
  /** The switch between the pictures in the middle. */
  views: Seen
  /** The sandbox's own tools: choose a lab, bring one, break it. */
  tools: Seen
  /** Keys of the player that work anywhere on the page; null: not in an embedded page. */
  keys: boolean | null

  /** Without the frame around it, for another page's iframe. */
  embed: boolean
  /** The origin of the page around, which may then send messages. `null` in words: a page that has none. */
  origin: string | null
  /** `click`: a cover until somebody wants it. */
  start: 'now' | 'click'
  /** Keep the reader's progress in her browser. */
  storage: boolean
  /** Open the followed packet's machine in the XState inspector. */
  inspect: boolean
}

export type Seen = 'shown' | 'hidden'
/** `locked`: it can be read and not used. */
export type Use = Seen | 'locked'

/** What the middle of the page can show: the hooks of a kernel first. */
export const VIEWS = ['hooks', 'packet', 'ladder', 'tcp', 'entries', 'charts'] as const
export type ViewName = (typeof VIEWS)[number]

/** The parts of the page, as an address names them. */
export type PartName =
  | 'lesson'
  | 'network'
  | 'diagram'
  | 'player'
  | 'terminal'
  | 'table'
  | 'knobs'
  | 'drops'
  | 'journey'
  | 'profile'

export type Notice =
  | { kind: 'unknown'; name: string; value: string }
  | { kind: 'bad'; name: string; value: string }
  | { kind: 'unused'; name: string; value: string }
  | { kind: 'clamped'; name: string; value: string; used: string }
  | { kind: 'long' }
  /** Words that came with a part of the page. */
  | { kind: 'said'; words: Readonly<Record<'en' | 'zh', string>> }

export const DEFAULTS: Settings = {
  page: null,
  lesson: null,
  step: null,
  lab: null,
  period: 'modern',
  take: null,
  seed: 1,
  glossary: null,
  run: null,
  setup: null,
  draft: null,
  time: null,
  position: null,
  speed: 1,
  autoplay: true,
  keep: false,
  lang: null,
  theme: null,
  view: 'hooks',
  host: null,
  bucket: null,
  panes: null,
  pane: null,
  layout: null,
  height: null,
  size: 100,
  motion: null,
  header: null,
  terminal: 'shown',
  knobs: 'shown',
  player: 'shown',
  nav: 'shown',
  links: 'shown',
  hints: 'shown',
  views: 'shown',
  tools: 'shown',
  keys: null,
  embed: false,
  origin: null,
  start: 'now',
  storage: true,
  inspect: false,
}

/** What exists, where that is known: a name that does not is named in the notice. */
export interface Known {
  lessons?: readonly string[]
  labs?: readonly string[]
}

/** What an address says. `before`: what of it stands before the '#', which a page cannot rewrite. */
export interface Read {
  settings: Settings
  notices: Notice[]
  before: Settings
  /** WordPress's, behind the '#'. */
  secret?: string
}

/** What the page's own address says. */
export async function readHere(known: Known = {}): Promise<Read> {
  const { pathname, search, hash } = location
  if (search.length + hash.length < 2 && !/\/e\/|\/embed/.test(pathname))
    return { settings: DEFAULTS, notices: [], before: DEFAULTS }
  const { readAddress } = await import('./address/read.ts')
  return readAddress(search, hash, known, pathname, window.parent !== window)
}

/**
 * The fragment that says the same behind what stands `before` it, without what is as it would be anyway. '' for all
 * defaults.
 */
export function writeAddress(settings: Partial<Settings>, before: Settings = DEFAULTS): string {
  const out = new URLSearchParams()
  for (const name of Object.keys(DEFAULTS) as (keyof Settings)[]) {
    const value = settings[name]
    if (value === undefined || value === null) continue
    if (value === DEFAULTS[name] && before[name] === DEFAULTS[name]) continue
    out.set(name, typeof value === 'boolean' ? String(Number(value)) : String(value))
  }
  const text = out.toString()
  return text === '' ? '' : `#${text}`
}
