/**
 * awk's printf and sprintf, with the limits of mawk 1.3.4: `%d` holds 32 bits.
 */
import { formatNumber, formatText, parseFormat, type Conversion } from '../format.ts'
import { AwkError, type Run, type Value } from './state.ts'
import { looksNumeric, toInt, toNumber, toText } from './values.ts'

const formats = new Map<string, (string | Conversion)[]>()

/** The last formats are kept parsed. */
function parsed(format: string): (string | Conversion)[] {
  let pieces = formats.get(format)
  if (!pieces) {
    pieces = parseFormat(format)
    if (formats.size > 100) formats.clear()
    formats.set(format, pieces)
  }
  return pieces
}

export function formatAwk(run: Run, who: 'printf' | 'sprintf', format: string, values: Value[]): string {
  let next = 0
  let text = ''
  const fail = (message: string): AwkError => {
    // printf has written the beginning already.
    if (who === 'printf') run.out += text
    return new AwkError(message)
  }
  const take = (): Value => {
    if (next >= values.length) throw fail(`not enough arguments passed to ${who}("${format}")`)
    return values[next++]
  }
  let number = 0
  for (const piece of parsed(format)) {
    if (typeof piece === 'string') {
      text += piece
      continue
    }
    number++
    const star = (size: number | '*' | null): number | null => (size === '*' ? toInt(toNumber(take())) : size)
    const exact = { ...piece, width: star(piece.width), precision: star(piece.precision) }
    const { letter } = piece
    if (letter === 's') text += formatText(exact, toText(run, take()))
    else if (letter === 'c') text += formatText({ ...exact, precision: null }, character(take()))
    else if (letter === 'd' || letter === 'i') text += formatNumber(exact, toInt(toNumber(take())))
    else if (/^[ouxX]$/.test(letter)) {
      const value = toNumber(take())
      text += formatNumber(exact, value > 0 ? Math.min(Math.trunc(value), 4294967295) : 0)
    } else if (/^[eEfFgG]$/.test(letter)) text += formatNumber(exact, toNumber(take()))
    else throw fail(`improper conversion(number ${number}) in ${who}("${format}")`)
  }
  return text
}

/** %c: the character of a number, or the first one of a text. */
function character(value: Value): string {
  if (typeof value === 'string') return value === '' ? '\0' : value[0]
  if (value === undefined) return '\0'
  if (typeof value === 'number') return String.fromCharCode(toInt(value) & 255)
  return looksNumeric(value.text)
    ? String.fromCharCode(toInt(toNumber(value)) & 255)
    : value.text === ''
      ? '\0'
      : value.text[0]
}
