/** What `ip -json` prints, and `-pretty` in lines. Linux: iproute2, lib/json_writer.c */
import type { Ip } from './ip.ts'

/** A number with as many digits as are written. */
export class Fixed {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type Json = string | number | boolean | null | Fixed | readonly Json[] | JsonObject
/** What is undefined is left out. */
export interface JsonObject {
  readonly [name: string]: Json | undefined
}

const INDENT = '    '

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

function text(value: Json, pretty: boolean, depth: number): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (value instanceof Fixed) return value.text
  if (isList(value)) {
    const inner = value.map((one) => text(one, pretty, depth + 1)).join(',')
    if (!pretty) return `[${inner}]`
    return inner === '' ? '[ ]' : `[ ${inner} ]`
  }
  const line = pretty ? `\n${INDENT.repeat(depth + 1)}` : ''
  const fields = Object.entries(value).flatMap(([name, v]) =>
    v === undefined ? [] : `${line}${JSON.stringify(name)}:${pretty ? ' ' : ''}${text(v, pretty, depth + 1)}`,
  )
  const end = pretty && fields.length > 0 ? `\n${INDENT.repeat(depth)}` : ''
  return `{${fields.join(',')}${end}}`
}

/** The answer of a command: all that it shows, in a list. */
export function printJson(ip: Ip, shown: readonly JsonObject[]): void {
  ip.out(`${text(shown, ip.options.pretty, 0)}\n`)
}

/** Its own value where it is so, else nothing. */
export function when<T extends Json>(so: boolean, value: T): T | undefined {
  return so ? value : undefined
}
