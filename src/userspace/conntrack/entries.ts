/** What the commands of conntrack(8) share: the entries that are meant, and how one is shown. */
import type { ConnView } from '../../kernel/conntrack/conn.ts'
import { isInTable } from '../../kernel/conntrack/table.ts'
import { listEntries } from '../../kernel/conntrack/life.ts'
import { ctView } from '../../kernel/conntrack/view.ts'
import type { Sys } from '../program.ts'
import { fits } from './filter.ts'
import { conntrackLine } from './print.ts'
import { saveLine } from './save.ts'
import { programName, type Version } from './usage.ts'
import type { Command } from './wanted.ts'
import { xmlFlow } from './xml.ts'

/** A listening process (-E), or one that is in the middle of its list: `slots` are those of the entries, `at` the next. */
export interface Listener {
  command: Command
  shown: number
  slots?: number[]
  at: number
}

/** Fuel for an entry that is looked at. */
const ENTRY = 3

/** The program that belongs to the kernel's period. */
export function versionOf(sys: Sys): Version {
  return sys.k.machine.period === 'article' ? '1.4.4' : '1.4.7'
}

export function summary(sys: Sys, text: string): void {
  sys.err(`${programName(versionOf(sys))}: ${text}\n`)
}

/** Entries that fit, in the order of the table. */
export function* entries(sys: Sys, c: Command): Generator<ConnView> {
  const { k } = sys
  const { ct } = k.machine
  const slots = listEntries(k)
  sys.spend?.(ct.buckets / 64 + slots.length)
  for (const slot of slots) {
    const conn = ctView(ct, slot, k.now)
    if (fits(conn, c.wanted, c.given)) yield conn
  }
}

/**
 * Do something with each entry that `isMeant`, in the order of the table, as far as that comes at a time; how many they were.
 * False of `each`: nobody reads any more. 'broken off': called again, it goes on with the next entry.
 */
export function eachEntry(
  sys: Sys,
  c: Command,
  isMeant: (conn: ConnView) => boolean,
  each: (conn: ConnView, n: number) => boolean,
): number | 'closed' | 'broken off' {
  const { k } = sys
  const { ct } = k.machine
  let list = sys.process.data as Listener | null
  if (list?.slots === undefined) {
    list = { command: c, shown: 0, slots: listEntries(k), at: 0 }
    sys.process.data = list
    sys.spend?.(ct.buckets / 64)
  }
  for (const slots = list.slots ?? []; list.at < slots.length;) {
    const slot = slots[list.at++]
    sys.spend?.(ENTRY)
    // Somebody else may have removed it meanwhile.
    if (!isInTable(ct, slot)) continue
    const conn = ctView(ct, slot, k.now)
    if (isMeant(conn) && !each(conn, list.shown++)) return 'closed'
    if (sys.breakOff?.() === true) return 'broken off'
  }
  sys.process.data = null
  return list.shown
}

export function line(conn: ConnView, c: Command, now: number): string {
  if (c.save) return `${saveLine(conn, c.letter === 'D' ? 'D' : 'A')}\n`
  // What is deleted is shown without.
  const labels = c.letter === 'D' ? null : c.labelMap
  if (c.xml) return `${xmlFlow(conn, now, c.ktimestamp, labels)}\n`
  const format = { extended: c.extended, id: c.showId, ktimestamp: c.ktimestamp, labels }
  return `${conntrackLine(conn, now, format)}\n`
}
