/**
 * Conversions between awk's values. POSIX awk, "Expressions in awk"; mawk 1.3.4's limits.
 */
import { formatNumber, parseFormat, type ExactConversion } from '../format.ts'
import { AwkError, CONVFMT, OFMT, type Run, type Value } from './state.ts'

/** mawk prints an integer as one only up to here. */
export const MAX_INT = 2147483647

const PREFIX =
  /^[ \t\n\v\f\r]*([-+]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|inf(?:inity)?|nan))/i
const NUMERIC =
  /^[ \t\n\v\f\r]*[-+]?(?:0[xX][0-9a-fA-F]*\d|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)[ \t\n\v\f\r]*$/

/** strtod(3): the number a text begins with, 0 if none. */
export function textToNumber(text: string): number {
  // Most are short and only digits.
  const { length } = text
  if (length > 0 && length < 16) {
    let value = 0
    let i = 0
    for (; i < length; i++) {
      const digit = text.charCodeAt(i) - 48
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
    }
    if (i === length) return value
  }
  const found = PREFIX.exec(text)
  if (!found) return 0
  const plain = Number(found[1])
  if (!Number.isNaN(plain)) return plain
  const negative = found[1].startsWith('-')
  const unsigned = found[1].replace(/^[-+]/, '').toLowerCase()
  const value = unsigned.startsWith('0x') ? parseInt(unsigned, 16) : unsigned === 'nan' ? NaN : Infinity
  return negative ? -value : value
}

export function looksNumeric(text: string): boolean {
  return NUMERIC.test(text)
}

export function toNumber(value: Value): number {
  if (typeof value === 'number') return value
  if (value === undefined) return 0
  return textToNumber(typeof value === 'string' ? value : value.text)
}

export function toText(run: Run, value: Value): string {
  if (typeof value === 'string') return value
  if (value === undefined) return ''
  return typeof value === 'number' ? numberToText(run, value, CONVFMT) : value.text
}

/** As print writes it. */
export function toOutput(run: Run, value: Value): string {
  return typeof value === 'number' ? numberToText(run, value, OFMT) : toText(run, value)
}

export function numberToText(run: Run, value: number, format: number): string {
  if (Number.isInteger(value) && Math.abs(value) <= MAX_INT) return value === 0 ? '0' : String(value)
  const text = run.state.globals[format]
  const conversion = parseFormat(typeof text === 'string' ? text : '%.6g')[0]
  if (conversion === undefined || typeof conversion === 'string') throw new AwkError('bad conversion format')
  return formatNumber(conversion as ExactConversion, value)
}

export function toBoolean(value: Value): boolean {
  if (typeof value === 'number') return value !== 0
  if (value === undefined) return false
  if (typeof value === 'string') return value !== ''
  return looksNumeric(value.text) ? textToNumber(value.text) !== 0 : value.text !== ''
}

/** The number of a value that is one, or looks like one, else null. */
function asNumber(value: Value): number | null {
  if (typeof value === 'number') return value
  if (value === undefined) return 0
  if (typeof value === 'string') return null
  return looksNumeric(value.text) ? textToNumber(value.text) : null
}

/** Below 0, 0, above 0; NaN: they cannot be compared. Numbers by value, all else as text. */
export function compare(run: Run, a: Value, b: Value): number {
  const x = asNumber(a)
  const y = x === null ? null : asNumber(b)
  if (x !== null && y !== null) return x === y ? 0 : x - y
  const left = toText(run, a)
  const right = toText(run, b)
  return left < right ? -1 : left > right ? 1 : 0
}

/** Truncated to what mawk's Int holds. */
export function toInt(value: number): number {
  if (value >= MAX_INT) return MAX_INT
  return value > -MAX_INT ? Math.trunc(value) : -MAX_INT
}
