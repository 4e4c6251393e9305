/** Where the parts of the page stand when an address wants only some of them, and how high a page of these must be. */
import type { Edge } from './panes/panes.svelte.ts'
import type { PartName } from './url.ts'
import type { Pane } from './workbench.svelte.ts'

export type Layout = 'wide' | 'middling' | 'narrow'
type Shows = (part: PartName) => boolean

const SIDE = 'clamp(280px, 25vw, 400px)'
const REST = 'minmax(0, 1fr)'
const MIDDLE: readonly PartName[] = ['network', 'diagram', 'player', 'terminal']

export interface Tracks {
  left: boolean
  main: boolean
  right: boolean
  /** Null: as the style sheet has it, with everything. */
  columns: string | null
  rows: string | null
}

/** `tabs`: how many parts share the left side, or, one at a time, the page. */
export function tracksOf(layout: Layout, shows: Shows, tabs: number): Tracks {
  const narrow = layout === 'narrow'
  const left = !narrow && tabs > 0
  const main = narrow || MIDDLE.some(shows)
  const right = layout === 'wide' && (shows('table') || shows('knobs') || shows('drops'))
  const [network, diagram, player, terminal] = MIDDLE.map(shows)
  const whole = network && diagram && player && terminal
  const side = main ? SIDE : REST
  const rows = narrow
    ? [network && 'auto', REST, tabs > 0 && 'auto', player && 'auto']
    : [
        network && 'auto',
        diagram && REST,
        player && 'auto',
        terminal && (diagram ? 'clamp(120px, 24%, 260px)' : REST),
      ]
  const columns = [left && side, main && REST, right && side]
  const list = (all: readonly (string | false)[]) => all.filter((one) => one !== false).join(' ')
  return {
    left,
    main,
    right,
    columns: narrow || (left && main && right === (layout === 'wide')) ? null : list(columns),
    rows: whole ? null : list(rows),
  }
}

/** The panes that share the left side, or, one at a time, the page. Where nothing has been recorded there is no profile. */
export function panesOf(layout: Layout, shows: Shows, recorded: boolean): Pane[] {
  const profile: Pane[] = recorded ? ['profile'] : []
  const all: Pane[] =
    layout === 'wide'
      ? ['lesson', 'journey', ...profile]
      : layout === 'middling'
        ? ['lesson', 'table', 'knobs', 'drops', 'journey', ...profile]
        : ['road', 'lesson', 'table', 'terminal', 'journey', ...profile]
  return all.filter((id) =>
    id === 'table' && layout === 'narrow'
      ? shows('table') || shows('knobs') || shows('drops')
      : shows(id === 'road' ? 'diagram' : id),
  )
}

/** What can be drawn and put away, where an address has not asked for some parts only. */
export function edgesOf(layout: Layout, { columns, rows }: Tracks): Edge[] {
  if (layout === 'narrow') return []
  const sides: Edge[] = columns === null ? (layout === 'wide' ? ['left', 'right'] : ['left']) : []
  return rows === null ? [...sides, 'terminal'] : sides
}

/** CSS pixels that each part needs to be of use. */
const NEEDS: Partial<Record<PartName, number>> = { network: 96, diagram: 380, player: 52, terminal: 142 }
const COLUMN = 420
const TABS = 40

/** What an embedded page needs, whatever it has been given: so that a frame that follows it comes to rest. */
export function neededHeight(layout: Layout, shows: Shows, tabs: number): number {
  const { left, main, right } = tracksOf(layout, shows, tabs)
  const of = (part: PartName) => (shows(part) ? (NEEDS[part] ?? 0) : 0)
  if (layout === 'narrow') return of('network') + of('player') + (tabs > 0 ? COLUMN + TABS : 0)
  const middle = main ? MIDDLE.reduce((sum, part) => sum + of(part), 0) : 0
  return Math.max(middle, left ? COLUMN + TABS : 0, right ? COLUMN : 0)
}
