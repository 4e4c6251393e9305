/** What can be done here, by name: time, views, panes, hosts, labs, lessons, terms, settings, and every control in sight. */
import type { Block } from '../../../build/page.ts'
import { plain } from './plain.ts'
import { knobsOf } from '../controls.ts'
import { EDGES, panes } from '../panes/panes.svelte.ts'
import { SPEEDS } from '../player.svelte.ts'
import { labs as labTexts } from '../text/later.ts'
import { language, text } from '../text/index.ts'
import { palette } from '../text/palette.ts'
import { time } from '../text/time.ts'
import { views } from '../text/views.ts'
import { JUMPS } from '../time/jumps.ts'
import type { Keeper } from '../time/keeper.svelte.ts'
import { titles } from '../titles.ts'
import { setTheme } from '../theme.svelte.ts'
import { VIEWS } from '../url.ts'
import type { Pane, Workbench } from '../workbench.svelte.ts'
import { controlsOn, use } from './controls.ts'

export const GROUPS = [
  'time',
  'views',
  'panes',
  'hosts',
  'labs',
  'lessons',
  'page',
  'knobs',
  'glossary',
  'controls',
] as const
export type Group = (typeof GROUPS)[number]

export interface Command {
  group: Group
  name: string
  /** Words by which it is found besides: ids, the name in Linux. */
  more: string
  keys: string
  run: () => void
}

type Make = (group: Group, name: string, run: () => void, more?: string, keys?: string) => void

/** All commands of this moment. `terms`: the pages of the glossary. */
export function commandsOf(bench: Workbench, keeper: Keeper, terms: readonly Block[]): Command[] {
  const list: Command[] = []
  const make: Make = (group, name, run, more = '', keys = '') => list.push({ group, name, more, keys, run })
  ofTime(make, bench, keeper)
  ofPage(make, bench)
  ofPlaces(make, bench, terms)
  const known = new Set(list.map((c) => c.name))
  for (const control of controlsOn(document))
    // A button says its key, too.
    if (!known.has(control.name.replace(/ ?[(（][^()（）]*[)）]$/, '')))
      make('controls', control.name, () => use(control))
  return list
}

function ofTime(make: Make, { player, lab }: Workbench, keeper: Keeper): void {
  const t = time[language()]
  const w = t.tools
  make('time', player.state === 'playing' ? t.pause : t.play, () => player.toggle(), 'play pause', t.space)
  make('time', t.stepHook, () => player.stepHook(), 'step hook', '→')
  make('time', t.back, () => player.back(), 'step back', '←')
  make('time', t.stepPacket, () => keeper.packet(true), 'step packet', '⇧→')
  make('time', w.packetBack, () => keeper.packet(false), 'packet back', '⇧←')
  make('time', w.secondOn, () => keeper.second(true), 'second', '.')
  make('time', w.secondBack, () => keeper.second(false), 'second', ',')
  const keys = { drop: 'D', rewrite: 'R', state: 'S' } as const
  for (const kind of JUMPS) {
    make('time', w.next[kind], () => keeper.jump(kind, true), `next ${kind}`, keys[kind])
    make('time', w.before[kind], () => keeper.jump(kind, false), `previous ${kind}`, `⇧${keys[kind]}`)
  }
  make('time', t.start, () => player.toStart(), 'start first')
  make('time', t.end, () => player.toEnd(), 'end last')
  make('time', t.fork, () => void player.fork(), 'fork')
  make('time', t.keep, () => (player.keep = !player.keep), 'clock')
  make('time', w.add, () => keeper.name(), 'bookmark', 'B')
  for (const mark of keeper.bookmarks.list)
    make('time', `${w.list}: ${mark.name}`, () => void keeper.bookmarks.go(mark), 'bookmark')
  for (const speed of SPEEDS)
    make('time', `${t.speed}: ${t.speedIs({ speed })}`, () => (player.speed = speed), `speed ${speed}`)
  for (const r of lab.snapshot?.runs ?? [])
    if (r.run !== lab.snapshot?.run)
      make('time', r.from < 0 ? t.runName(r) : t.runFrom(r), () => void player.switchRun(r.run), 'run')
}

function ofPage(make: Make, bench: Workbench): void {
  const p = palette[language()]
  const t = text().page
  const v = views[language()]
  for (const view of VIEWS)
    make('views', p.view({ name: v.names[view] }), () => see(bench, () => bench.see(view)), `view ${view}`)
  const side: Pane[] = ['lesson', 'journey', 'table', 'knobs', 'drops', 'profile', 'terminal']
  for (const pane of side)
    if (document.getElementById(`side-tab-${pane}`) !== null)
      make('panes', p.pane({ name: t.panes[pane] }), () => (bench.pane = pane), `pane ${pane}`)
  for (const edge of EDGES)
    if (document.querySelector(`[role=separator][data-edge=${edge}]`) !== null) {
      const off = panes.hidden[edge] === true
      make(
        'panes',
        p[off ? 'show' : 'hide']({ name: p.edges[edge] }),
        () => panes.hide(edge, !off),
        `pane ${edge}`,
      )
    }
  make('panes', p.reset, () => panes.reset(), 'panes reset')
  make(
    'page',
    t.otherLanguage,
    () => bench.speak(language() === 'en' ? 'zh' : 'en'),
    'language chinese english 中文',
  )
  for (const theme of ['auto', 'light', 'dark'] as const)
    make('page', t.themeIs({ theme: t.themes[theme] }), () => setTheme(theme), `theme ${theme}`)
  make('page', t.help, () => (bench.dialog = { kind: 'help' }), 'help keys', '?')
  make(
    'page',
    t.model,
    () => void window.open(`?page=model&lang=${language()}`, '_blank', 'noreferrer'),
    'model card',
  )
  for (const what of ['take', 'bring', 'ask'] as const)
    make('page', p.carry[what], () => (bench.dialog = { kind: 'carry', what }), `${what} save load`)
  make('page', t.embed, () => (bench.dialog = { kind: 'embed' }), 'embed iframe')
  make('page', p.course, () => (bench.dialog = { kind: 'course' }), 'course lessons progress')
  if (bench.mode === 'lesson') make('page', t.sandbox, () => void bench.openSandbox(), 'sandbox')
  else make('page', t.lesson, () => void bench.resume(), 'lesson')
}

function ofPlaces(make: Make, bench: Workbench, terms: readonly Block[]): void {
  const p = palette[language()]
  const l: Record<string, { name: string; words: string } | undefined> = labTexts[language()].labs
  for (const h of bench.lab.snapshot?.hosts ?? [])
    make(
      'hosts',
      p.host({ name: h.name }),
      () => bench.show(h.name),
      `host ${h.names.join(' ')} terminal kernel`,
    )
  for (const name of bench.names.labs)
    make('labs', p.lab({ name: l[name]?.name ?? name }), () => void bench.openSandbox(name), `lab ${name}`)
  for (const { id, head } of titles)
    make(
      'lessons',
      p.lesson({ name: head[language()].title }),
      () => void bench.openLesson(id),
      `lesson ${id}`,
    )
  for (const block of terms)
    if (block.type === 'heading' && block.depth === 2) {
      const term = block.id ?? ''
      make('glossary', plain(block.text), () => (bench.dialog = { kind: 'glossary', term }), `term ${term}`)
    }
  const { first, rest } = knobsOf(bench.lab.snapshot?.kernel.sysctl ?? {})
  for (const knob of [...first, ...rest])
    make('knobs', p.knob({ name: knob.name }), () => void toKnob(bench, knob.name), 'sysctl')
}

/** On a narrow page the middle is one of the panes. */
function see(bench: Workbench, then: () => void): void {
  if (document.getElementById('side-tab-road') !== null) bench.pane = 'road'
  then()
}

/** Writes the command that sets it; the value is the reader's. */
async function toKnob(bench: Workbench, name: string): Promise<void> {
  const host = bench.lab.snapshot?.kernel.host
  if (host === undefined) return
  bench.terminals.front = host
  if (document.getElementById('side-tab-terminal') !== null) bench.pane = 'terminal'
  bench.terminals.draft = { ...bench.terminals.draft, [host]: `sysctl -w ${name}=` }
  await new Promise((resolve) => setTimeout(resolve, 60))
  document.getElementById('term-input')?.focus()
}
