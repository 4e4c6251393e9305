/**
 * printf, bash's builtin. The conversions are shared with awk: see format.ts.
 *
 * Left out: -v, %q, %(fmt)T, %n.
 */
import type { Program, Sys } from '../program.ts'
import { formatNumber, formatText, parseFormat, type Conversion } from '../text/format.ts'
import { unescape } from './escapes.ts'

export const printf: Program = {
  name: 'printf',
  usage: 'printf format [arguments]',
  start: run,
}

function run(sys: Sys): void {
  const words = sys.process.argv.slice(1)
  if (words[0] === '--') words.shift()
  const format = words.shift()
  if (format === undefined) {
    sys.err('printf: usage: printf [-v var] format [arguments]\n')
    sys.exit(2)
    return
  }
  const pieces = parseFormat(format)
  const state = { words, text: '', status: 0, stopped: false }
  do {
    const before = words.length
    for (const piece of pieces) {
      if (typeof piece === 'string') state.text += unescape(piece, 'format').text
      else printOne(sys, state, piece)
      if (state.stopped) break
    }
    if (words.length === before) break
  } while (words.length > 0 && !state.stopped)
  sys.out(state.text)
  sys.exit(state.status)
}

interface State {
  words: string[]
  text: string
  status: number
  stopped: boolean
}

function printOne(sys: Sys, state: State, conversion: Conversion): void {
  const star = (value: number | '*' | null): number | null =>
    value === '*' ? toInteger(sys, state, state.words.shift() ?? '') : value
  const width = star(conversion.width)
  const precision = star(conversion.precision)
  const exact = { ...conversion, width, precision }
  const { letter } = conversion
  if (letter === 's') state.text += formatText(exact, state.words.shift() ?? '')
  else if (letter === 'c')
    state.text += formatText({ ...exact, precision: null }, (state.words.shift() ?? '').slice(0, 1) || '\0')
  else if (letter === 'b') {
    const { text, stopped } = unescape(state.words.shift() ?? '', 'echo')
    state.text += formatText(exact, text)
    state.stopped = stopped
  } else if (/[diouxX]/.test(letter)) {
    state.text += formatNumber(exact, toInteger(sys, state, state.words.shift() ?? ''))
  } else if (/[eEfFgG]/.test(letter)) {
    state.text += formatNumber(exact, toFloat(sys, state, state.words.shift() ?? ''))
  } else {
    sys.err(
      letter === ''
        ? `bash: printf: \`${conversion.source}': missing format character\n`
        : `bash: printf: \`${letter}': invalid format character\n`,
    )
    state.status = 1
    state.stopped = true
  }
}

/** C's integer constants, and `'c` for the code of a character. */
function toInteger(sys: Sys, state: State, word: string): number {
  if (/^["']/.test(word)) return word.codePointAt(1) ?? 0
  const found = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)?/.exec(word)
  const digits = found?.[2] ?? ''
  const value = digits === '' ? 0 : /^0[0-7]+$/.test(digits) ? parseInt(digits, 8) : Number(digits)
  if (word !== '' && (digits === '' || found?.[0].length !== word.length)) complain(sys, state, word)
  return found?.[1] === '-' ? -value : value
}

function toFloat(sys: Sys, state: State, word: string): number {
  if (/^["']/.test(word)) return word.codePointAt(1) ?? 0
  const found = /^\s*[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)/.exec(word)
  if (word !== '' && found?.[0].length !== word.length) complain(sys, state, word)
  return Number(found?.[0] ?? 0)
}

function complain(sys: Sys, state: State, word: string): void {
  sys.err(`bash: printf: ${word}: invalid number\n`)
  state.status = 1
}
