/** Names of routing tables, as /etc/iproute2/rt_tables has them on a fresh system. */
import { invalidArgument, take, type Args } from './args.ts'

const NAMES: Readonly<Record<string, number>> = { default: 253, main: 254, local: 255 }

export function tableName(table: number): string {
  return Object.keys(NAMES).find((name) => NAMES[name] === table) ?? String(table)
}

/** The number of a table that a word names; NaN: none. */
export function tableId(word: string): number {
  const named = Object.hasOwn(NAMES, word) ? NAMES[word] : undefined
  if (named !== undefined) return named
  const value = /^(0[xX][0-9a-fA-F]+|\d+)$/.test(word) ? Number(word) : NaN
  return value <= 0xffffffff ? value : NaN
}

export function takeTableId(args: Args, message = 'invalid table ID\n'): number {
  const word = take(args)
  const table = tableId(word)
  if (Number.isNaN(table)) throw invalidArgument(message, word)
  return table
}
