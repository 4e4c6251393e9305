/** Rules that were pasted, as far as iptables-restore takes them: what it refuses is taken out, line by line. */
import type { Line } from './read.ts'
import type { Note } from './report.ts'

export interface Typed {
  status: number
  stderr: string
}

/** Types a line on the machine that is being built; `files` are there for it to read. */
export type Type = (line: string, files?: Record<string, string>) => Typed

export const RULES = '/etc/iptables/rules.v4'

/** A complaint without the name and the version of who complains. */
export function complaint(stderr: string): string {
  const [first = ''] = stderr.trim().split('\n')
  return first
    .replace(/^(?:iptables(?:-restore)?|ipset|ip|sysctl|conntrack)(?: v\S+(?: \([^)]*\))?)?: /, '')
    .replace(/^Error in line \d+: /, '')
    .trim()
}

/** The lines that iptables-restore takes. */
export function acceptedRules(lines: readonly Line[], type: Type, notes: Note[]): Line[] {
  let left = eldestFirst(lines)
  // A table that was cut off is put in place all the same.
  if (left.length > 0 && left[left.length - 1].text !== 'COMMIT')
    left.push({ n: left[left.length - 1].n, text: 'COMMIT' })
  for (;;) {
    const text = left.map((l) => `${l.text}\n`).join('')
    const { status, stderr } = type(`iptables-restore -c ${RULES}`, { [RULES]: text })
    if (status === 0) return left
    const told = [...stderr.matchAll(/line:? (\d+)/g)].at(-1)
    const at = told ? Number(told[1]) - 1 : -1
    const bad = left[at]
    if (bad === undefined) {
      for (const l of left)
        notes.push({ line: l.n, text: l.text, why: { kind: 'refused', said: complaint(stderr) } })
      return []
    }
    if (bad.text === 'COMMIT') {
      const kept = oneByOne(left, at, type, notes)
      // The table is refused as a whole: it goes.
      left = kept.length < left.length ? kept : without(left, at, stderr, notes)
    } else if (bad.text.startsWith('*')) left = without(left, at, stderr, notes)
    else {
      notes.push({ line: bad.n, text: bad.text, why: { kind: 'refused', said: complaint(stderr) } })
      left = left.filter((l) => l !== bad)
    }
  }
}

/** iptables-save prints the youngest table first: they come into being in the other order. */
function eldestFirst(lines: readonly Line[]): Line[] {
  const tables: Line[][] = []
  for (const l of lines) {
    if (l.text.startsWith('*') || tables.length === 0) tables.push([])
    tables[tables.length - 1].push(l)
  }
  const names = tables.map(([first]) => first.text)
  return tables
    .map((table, i) => ({ table, rank: names.indexOf(names[i]) }))
    .sort((a, b) => b.rank - a.rank)
    .flatMap(({ table }) => table)
}

/** Where the table begins whose COMMIT, or whose beginning, stands at `at`, and where it ends. */
function bounds(lines: readonly Line[], at: number): [number, number] {
  let from = at
  while (from > 0 && !lines[from].text.startsWith('*')) from--
  let to = at
  while (to < lines.length - 1 && lines[to].text !== 'COMMIT') to++
  return [from, to]
}

function without(lines: readonly Line[], at: number, stderr: string, notes: Note[]): Line[] {
  const [from, to] = bounds(lines, at)
  for (const l of lines.slice(from, to + 1))
    if (l.text !== 'COMMIT')
      notes.push({ line: l.n, text: l.text, why: { kind: 'refused', said: complaint(stderr) } })
  return [...lines.slice(0, from), ...lines.slice(to + 1)]
}

/** The kernel refuses a table: which of its rules is it? */
function oneByOne(lines: readonly Line[], at: number, type: Type, notes: Note[]): Line[] {
  const [from, to] = bounds(lines, at)
  const table = lines.slice(from, to)
  const kept = table.filter((l) => /^[*:]/.test(l.text))
  for (const rule of table) {
    if (/^[*:]/.test(rule.text)) continue
    const text = [...kept, rule, { n: 0, text: 'COMMIT' }].map((l) => `${l.text}\n`).join('')
    const { status, stderr } = type(`iptables-restore -c ${RULES}`, { [RULES]: text })
    if (status === 0) kept.push(rule)
    else {
      const [first = ''] = stderr.split('\n')
      // iptables-restore only counts its lines; iptables, told the same rule, says what is the matter with it.
      const alone = /^line \d+ failed/.test(complaint(first))
        ? type(`iptables -t ${table[0].text.slice(1)} ${rule.text.replace(/^\[\d+:\d+\] /, '')}`).stderr
        : ''
      const said = complaint(alone === '' ? first : alone)
      notes.push({ line: rule.n, text: rule.text, why: { kind: 'refused', said } })
    }
  }
  return [...lines.slice(0, from), ...kept, ...lines.slice(to)]
}
