/** The page as a whole: which lab and lesson are open, what is shown of them, and what the address says. */
import type { LabClient } from '../lab/client.ts'
import type { PeriodName } from '../kernel/period.ts'
import type { Snapshot } from '../lab/protocol.ts'
import type { Link } from '../lesson/link.ts'
import type { Course } from './course.svelte.ts'
import { LabState } from './lab.svelte.ts'
import { Player } from './player.svelte.ts'
import { still } from './still.ts'
import { keepStorage, remember, remembered } from './storage.ts'
import { Terminals } from './terminals.svelte.ts'
import { setLanguage, type Language } from './text/index.ts'
import { rememberedTheme, setTheme } from './theme.svelte.ts'
import {
  DEFAULTS,
  readHere,
  writeAddress,
  type Notice,
  type PartName,
  type Read,
  type Settings,
  type ViewName,
} from './url.ts'

/** Entries that the pane lists. */
const ENTRIES = 12
const FIRST_LAB = 'gateway'

export type Mode = 'lesson' | 'sandbox'
/** What a narrow page can show at a time, and the side of a middling one. */
export type Pane = 'road' | 'lesson' | 'journey' | 'table' | 'knobs' | 'drops' | 'profile' | 'terminal'

/** Parts that stand at the sides of the page. */
const SIDES: readonly PartName[] = ['lesson', 'table', 'knobs', 'drops', 'journey', 'profile']

/** What is done when a lab opens, once: whoever goes on to another lab has left it behind. */
const ONCE = { run: null, setup: null, draft: null, time: null, position: null } as const

/**
 * The list of lessons, what other pages embed, keys and colours, everything by its name; a term of the glossary; what is done
 * with a lab as a whole.
 */
export type Dialog =
  | { kind: 'course' | 'embed' | 'help' | 'palette' }
  | { kind: 'glossary'; term: string }
  | { kind: 'carry'; what: 'take' | 'bring' | 'ask' }

export interface Names {
  lessons: readonly string[]
  labs: readonly string[]
}

/** Whoever steps by hand goes on stepping: the next command does not set the film going, the play button does. */
class PagePlayer extends Player {
  /** What the play button goes back to. */
  wanted = true
  override stepHook(): void {
    this.autoplay = false
    super.stepHook()
  }
  override stepPacket(): void {
    this.autoplay = false
    super.stepPacket()
  }
  override play(): void {
    this.autoplay = this.wanted
    super.play()
  }
}

/** Lines that are about packets, and not about what is printed. */
const SENDS = /\b(?:curl|ping|nc|hping3|ab)\b/

export class Workbench {
  readonly lab: LabState
  readonly player: PagePlayer
  readonly terminals: Terminals
  readonly names: Names
  mode = $state<Mode>('lesson')
  course = $state.raw<Course | null>(null)
  /** The lesson could not be fetched. */
  lost = $state(false)
  notices = $state.raw<readonly Notice[]>([])
  /** No worker could be had. (An embedded page says nothing of it: in a sandboxed frame it is always so.) */
  inPage = $state(false)
  /** The bucket whose chain is listed, -1: none. */
  bucket = $state(-1)
  /** Buckets of the entry that is pointed at. */
  linked = $state.raw<readonly number[]>([])
  pane = $state<Pane>('lesson')
  /** The dialog that is open over the page. */
  dialog = $state.raw<Dialog | null>(null)
  settings = $state.raw<Settings>(DEFAULTS)
  private before = DEFAULTS
  private writing: ReturnType<typeof setTimeout> | undefined
  /** What WordPress wrote behind the address: it wants to hear it again. */
  secret: string | null = null
  /** Goes up with every lab that is opened: what belonged to an older one is forgotten. */
  opening = 0

  constructor(client: LabClient, names: Names, address: Read) {
    this.names = names
    this.lab = new LabState(client)
    this.player = new PagePlayer(this.lab)
    this.terminals = new Terminals(this.lab)
    this.read(address)
  }

  get embed(): boolean {
    return this.settings.embed
  }

  /** Is there the bar at the top? */
  get headed(): boolean {
    return this.settings.header === null ? !this.embed : this.settings.header === 'shown'
  }

  /** Nothing is to be seen that wants a side of the page. */
  get slim(): boolean {
    return !SIDES.some((part) => this.shows(part))
  }

  /** Motion is not wanted. */
  get still(): boolean {
    return still()
  }

  /** Takes over what the address says, and names what of it cannot be done. */
  private read({ settings, notices, before, secret }: Read): void {
    this.secret = secret ?? this.secret
    this.settings = settings
    this.before = before
    this.notices = notices
    keepStorage(settings.storage)
    void setLanguage(languageFor(settings))
    setTheme(settings.theme ?? rememberedTheme())
    this.player.speed = settings.speed
    this.player.autoplay = this.player.wanted = settings.autoplay
    this.player.keep = settings.keep
  }

  /** The address has been changed by hand, or by a link. */
  async reread(): Promise<void> {
    this.read(await readHere(this.names))
    await this.start()
  }

  /** Is this part of the page to be seen? */
  shows(part: PartName): boolean {
    const { panes, terminal, knobs, player } = this.settings
    const use = { terminal, knobs, player } as Partial<Record<PartName, string>>
    return use[part] !== 'hidden' && (panes === null || panes.includes(part))
  }

  /** Opens what the address names. */
  async start(): Promise<void> {
    const { settings } = this
    const { lesson, lab, period, take } = settings
    if (take !== null) await this.carry('load', take)
    else if (lesson !== null) await this.openLesson(lesson, settings.step)
    else if (lab === null && period === 'modern') await this.resume()
    else {
      const { setup } = settings
      const lines = setup === null ? [] : (await import('./address/parameters.ts')).commandsOf(setup)
      await this.openSandbox(lab ?? FIRST_LAB, period, undefined, null, lines)
    }
    // A lesson's words can be there before its lab.
    await this.lab.client.coming
    this.inPage = this.lab.client.where === 'main' && !this.embed
    // What was not asked for need not come.
    if (settings !== DEFAULTS) await (await import('./address/begin.ts')).begin(this, settings)
  }

  /** Goes on in the course where the reader was last; who has not been here before begins at the beginning. */
  async resume(): Promise<void> {
    const { last, at } = (await import('./progress.svelte.ts')).progress.now
    const id = last !== null && this.names.lessons.includes(last.lesson) ? last.lesson : this.names.lessons[0]
    await this.openLesson(id, at[id] ?? null)
  }

  /** A link in a lesson's words. What cannot be followed is said. */
  async follow(link: Link): Promise<void> {
    await (await import('./follow.ts')).follow(this, link)
  }

  async openLesson(id: string, step: string | null = null): Promise<void> {
    this.mode = 'lesson'
    this.pane = 'lesson'
    this.lost = false
    this.course?.close()
    this.course = null
    this.say({ lesson: id, step, lab: null, period: 'modern', take: null, ...ONCE })
    const opening = ++this.opening
    try {
      // Lessons are fetched when one is opened, not with the page.
      const [{ course }, { Course }] = await Promise.all([
        import('./lessons.ts'),
        import('./course.svelte.ts'),
      ])
      const entry = course.find((e) => e.id === id)
      if (entry === undefined) throw new Error(`no lesson ${id}`)
      const opened = await Course.open(this, entry, languageFor(this.settings), step)
      if (opening !== this.opening) {
        opened.close()
        return
      }
      this.course = opened
      if (step !== null && !opened.lesson.steps.some((s) => s.id === step))
        this.notices = [...this.notices, { kind: 'bad', name: 'step', value: step }]
    } catch (error) {
      if (opening !== this.opening) return
      console.warn(error)
      this.lost = true
      await this.open(FIRST_LAB, this.settings.seed)
    }
  }

  /** Opens a lab from what somebody has taken with her, or brings; what was wrong with it is said. */
  async carry(tool: 'load' | 'bring', text: string): Promise<unknown> {
    return (await import('./carry/open.ts')).carryIn(this, tool, text)
  }

  async openSandbox(
    name = FIRST_LAB,
    period = this.settings.period,
    how?: () => Promise<unknown>,
    take: string | null = null,
    setup: { on: string; line: string }[] = [],
  ): Promise<void> {
    this.mode = 'sandbox'
    this.pane = 'lesson'
    this.course?.close()
    this.course = null
    ++this.opening
    this.say({ lesson: null, step: null, lab: how ? null : name, period, take, ...ONCE })
    await this.open(name, this.settings.seed, setup, period, how)
  }

  /** Opens a lab; what was going on in another one ends. */
  async open(
    name: string,
    seed: number,
    commands: { on: string; line: string }[] = [],
    period: PeriodName = 'modern',
    how: () => Promise<unknown> = () => this.lab.open(name, seed, commands, period),
  ): Promise<void> {
    this.player.pause()
    this.terminals.reset()
    this.bucket = -1
    const { front } = this.terminals
    await how()
    const hosts = this.lab.snapshot?.hosts ?? []
    const first = hosts.find((h) => h.role === 'gateway') ?? hosts[0]
    if (first === undefined) return
    // Who has had a line typed meanwhile looks at what it prints.
    if (this.terminals.front === front) this.show(first.name)
    else void this.look(first.name)
  }

  /** Shows a host's kernel and brings its terminal to the front. */
  show(host: string): void {
    this.terminals.front = host
    void this.look(host)
  }

  /** Shows a host's kernel. */
  async look(host: string): Promise<void> {
    if (this.lab.snapshot === null) return
    if (this.lab.snapshot.kernel.host !== host) this.bucket = -1
    await this.lab.view({ host, entries: ENTRIES, bucket: this.bucket })
  }

  /** Points at an entry's buckets, and lists one of them. */
  link(buckets: readonly number[], bucket = buckets[0]): Promise<void> {
    const picked = this.pick(bucket)
    this.linked = buckets
    return picked
  }

  async pick(bucket: number): Promise<void> {
    this.linked = []
    this.bucket = bucket
    const host = this.lab.snapshot?.kernel.host
    if (host !== undefined) await this.lab.view({ host, entries: ENTRIES, bucket })
  }

  /** A step of the lesson has begun: its terminal comes to the front, the address names it. */
  arrived(): void {
    const { course } = this
    if (course === null) return
    const on = course.step.goal?.solution[0].on
    if (on !== undefined) this.terminals.front = on
    this.say({ step: course.at === 0 ? null : course.step.id })
  }

  /** A line from the words or a suggestion: typed where it belongs. */
  type(host: string, line: string, by: string): void {
    this.terminals.front = host
    // A narrow page shows one pane: of what sends packets the road, of all else what it prints.
    if (this.pane === 'lesson') this.pane = SENDS.test(line) ? 'road' : 'terminal'
    for (const one of line.split('\n')) this.terminals.run(host, one, by)
  }

  /** What the middle shows. */
  see(view: ViewName): void {
    this.say({ view })
  }

  speak(to: Language): void {
    void setLanguage(to)
    remember('lang', to)
    void this.course?.speak(to)
    if (this.settings.lang !== null) this.say({ lang: to })
  }

  /** Call with every new snapshot. */
  notice(snapshot: Snapshot): void {
    this.terminals.notice(snapshot)
    this.course?.notice(snapshot)
  }

  close(): void {
    this.course?.close()
    this.player.close()
    this.terminals.reset()
    this.lab.client.close()
  }

  /** Puts it into the address, so that a copied link opens the same. */
  say(change: Partial<Settings>): void {
    this.settings = { ...this.settings, ...change }
    // In a turn of its own: a browser may take long to write it.
    clearTimeout(this.writing)
    this.writing = setTimeout(() => this.write())
  }

  private write(): void {
    try {
      const { pathname, search } = location
      history.replaceState(null, '', writeAddress(this.settings, this.before) || pathname + search)
    } catch {
      // A frame may not be allowed to: then its address stays as it was.
    }
  }
}

/** What the address says, else what was chosen the last time, else what the browser asks for. */
export function languageFor(settings: Settings): Language {
  if (settings.lang !== null) return settings.lang
  const kept = remembered('lang')
  if (kept === 'en' || kept === 'zh') return kept
  return navigator.languages
    .find((l) => /^(en|zh)\b/i.test(l))
    ?.toLowerCase()
    .startsWith('zh') === true
    ? 'zh'
    : 'en'
}
