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

/** How far an address is known. Linux: iproute2, lib/rt_names.c rtnl_rtscope_tab */
const SCOPES: Readonly<Record<string, number>> = { global: 0, nowhere: 255, host: 254, link: 253, site: 200 }

export function scopeName(scope: number): string {
  return Object.keys(SCOPES).find((name) => SCOPES[name] === scope) ?? String(scope)
}

/** Null: there is no such scope. */
export function scopeNumber(word: string): number | null {
  if (Object.hasOwn(SCOPES, word)) return SCOPES[word]
  const value = /^(0[xX][0-9a-fA-F]+|\d+)$/.test(word) ? Number(word) : NaN
  return value <= 255 ? value : null
}
