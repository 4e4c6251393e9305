/**
 * The table that ss prints: columns as wide as what is in them, and on a terminal spread over its width.
 * iproute2 6.1, misc/ss.c render, render_calc_width
 */

/** The fields of a row, in this order. */
export const FIELDS = [
  'netid',
  'state',
  'recvq',
  'sendq',
  'addr',
  'port',
  'peer',
  'peerPort',
  'process',
] as const
export type Row = Record<(typeof FIELDS)[number], string>

interface Column {
  header: string
  right: boolean
  /** What parts it from the column before it. */
  gap: string
}

const COLUMNS: readonly Column[] = [
  { header: 'Netid', right: false, gap: '' },
  { header: 'State', right: false, gap: ' ' },
  { header: 'Recv-Q', right: false, gap: ' ' },
  { header: 'Send-Q', right: false, gap: ' ' },
  { header: 'Local Address:', right: true, gap: ' ' },
  { header: 'Port', right: false, gap: '' },
  { header: 'Peer Address:', right: true, gap: ' ' },
  { header: 'Port', right: false, gap: '' },
  { header: 'Process', right: false, gap: '' },
]

export interface Layout {
  /** Columns that are not shown. */
  hidden: readonly (keyof Row)[]
  header: boolean
  /** Columns of the terminal; null where the output goes elsewhere. */
  screen: number | null
}

/** Share what is left of a line of the screen between the columns from `from` to `to`, the last ones first. */
function spread(widths: number[], from: number, to: number, spare: number): void {
  const shown = widths.flatMap((w, i) => (w > 0 && i >= from && i <= to ? [i] : []))
  const each = Math.floor(spare / shown.length)
  let rest = spare % shown.length
  for (const i of shown.reverse()) {
    widths[i] += each + (rest > 0 ? 1 : 0)
    rest--
  }
}

/** Break the columns into lines of the screen, and fill each. */
function fitScreen(widths: number[], screen: number): void {
  let from = 0
  let len = 0
  for (let i = 0; i < widths.length; i++) {
    if (widths[i] === 0) continue
    len += widths[i]
    const last = !widths.slice(i + 1).some((w) => w > 0)
    if (!last && len < screen) continue
    if (len !== screen) {
      if (len > screen) {
        len -= widths[i]
        i--
        // A column alone is wider than the screen: it keeps its width.
        if (i < from) {
          i = from
          from = i + 1
          len = 0
          continue
        }
      }
      spread(widths, from, i, screen - len)
    }
    from = i + 1
    len = 0
  }
}

/** The whole table, with its header. */
export function render(rows: readonly Row[], { hidden, header, screen }: Layout): string {
  const shown = COLUMNS.flatMap((c, i) => (hidden.includes(FIELDS[i]) ? [] : [{ ...c, field: FIELDS[i] }]))
  const lines = rows.map((row) => shown.map((c) => row[c.field]))
  if (header) lines.unshift(shown.map((c) => c.header))
  let first = true
  const widths = shown.map((c, i) => {
    // What stands last of all is not measured.
    const measured = i === shown.length - 1 ? lines.slice(0, -1) : lines
    const longest = measured.reduce((max, line) => Math.max(max, line[i].length), 0)
    if (longest === 0) return 0
    const width = longest + (first ? 0 : c.gap.length)
    first = false
    return Math.min(width, screen ?? Infinity)
  })
  if (screen !== null) fitScreen(widths, screen)
  return lines
    .map((line) => {
      const cells = line.map((text, i) => {
        const gap = i > 0 ? shown[i].gap : ''
        return shown[i].right ? gap + text.padStart(widths[i] - gap.length) : (gap + text).padEnd(widths[i])
      })
      return `${cells.join('')}\n`
    })
    .join('')
}
