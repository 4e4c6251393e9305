/**
 * wc(1): -l -w -c -m -L, with GNU's widths: one number alone is not padded; else as wide as the sum of the sizes of
 * the files needs, and 7 if stdin is among the inputs.
 *
 * Left out: --files0-from, --total.
 */
import { errnoText } from '../shell/files.ts'
import type { Sys } from '../program.ts'
import { byteLength } from './bytes.ts'
import { filterProgram } from './filter.ts'
import { optionsOf } from './options.ts'

interface Counts {
  lines: number
  words: number
  characters: number
  bytes: number
  longest: number
}

interface Wc {
  shown: (keyof Counts)[]
  width: number
  /** There are several operands: a total is printed. */
  total: boolean
  /** stdin was not named: no name is printed. */
  unnamed: boolean
  own: Counts
  sum: Counts
  /** The last character was part of a word. */
  inWord: boolean
  /** Characters of the line at hand. */
  column: number
}

const ORDER: [letter: string, count: keyof Counts][] = [
  ['l', 'lines'],
  ['w', 'words'],
  ['m', 'characters'],
  ['c', 'bytes'],
  ['L', 'longest'],
]

export const wc = filterProgram<Wc>({
  name: 'wc',
  usage: 'wc [-lwmcL] [FILE]...',
  open: (sys) => {
    const options = optionsOf(sys, {
      short: 'clmwL',
      long: { bytes: 'c', chars: 'm', lines: 'l', words: 'w', 'max-line-length': 'L' },
    })
    if (!options) return null
    const { found, operands } = options
    const asked = ORDER.filter(([letter]) => found.some(({ name }) => name === letter)).map(
      ([, count]) => count,
    )
    const shown: Wc['shown'] = asked.length > 0 ? asked : ['lines', 'words', 'bytes']
    const data: Wc = {
      shown,
      width: widthOf(sys, operands, shown.length),
      total: operands.length > 1,
      unnamed: operands.length === 0,
      own: none(),
      sum: none(),
      inWord: false,
      column: 0,
    }
    return { data, files: operands }
  },
  begin: (_sys, data) => {
    data.own = none()
    data.inWord = false
    data.column = 0
  },
  text: (sys, data, text) => {
    sys.spend?.(text.length / 150)
    count(data, text)
  },
  done: (sys, data, name) => {
    sys.out(row(data, data.own, data.unnamed ? '' : name))
    const { sum, own } = data
    for (const [, what] of ORDER)
      sum[what] = what === 'longest' ? Math.max(sum[what], own[what]) : sum[what] + own[what]
  },
  missing: (sys, data, name, error) => {
    sys.err(`wc: ${name}: ${errnoText(error)}\n`)
    if (error.errno === 'EISDIR') sys.out(row(data, none(), name))
  },
  end: (sys, data, failed) => {
    if (data.total) sys.out(row(data, data.sum, 'total'))
    return failed ? 1 : 0
  },
})

function none(): Counts {
  return { lines: 0, words: 0, characters: 0, bytes: 0, longest: 0 }
}

/** Width of the numbers. */
function widthOf(sys: Sys, operands: string[], columns: number): number {
  if (operands.length <= 1 && columns === 1) return 1
  let width = 1
  let sizes = 0
  for (const name of operands.length === 0 ? ['-'] : operands) {
    const size = sizeOf(sys, name)
    if (size === null) width = 7
    else sizes += size
  }
  return Math.max(width, String(sizes).length)
}

/** Bytes of a file, 0 for one that is missing; null: what is no regular file. */
function sizeOf({ process, files }: Sys, name: string): number | null {
  if (name === '-') return process.stdin.kind === 'pipe' ? (process.stdin.size ?? null) : null
  const text = files.read(name)
  if (typeof text === 'string') return byteLength(text)
  return text.errno === 'EISDIR' ? null : 0
}

function row({ shown, width }: Wc, counts: Counts, name: string): string {
  const numbers = shown.map((what) => String(counts[what]).padStart(width)).join(' ')
  return `${numbers}${name === '' ? '' : ` ${name}`}\n`
}

function count(data: Wc, text: string): void {
  const { own } = data
  own.bytes += byteLength(text)
  own.characters += data.shown.includes('characters') ? [...text].length : 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) own.lines++
  if (data.shown.includes('words')) countWords(data, text)
  if (data.shown.includes('longest')) {
    for (const [i, line] of text.split('\n').entries()) {
      data.column = (i === 0 ? data.column : 0) + [...line].length
      own.longest = Math.max(own.longest, data.column)
    }
  }
}

function countWords(data: Wc, text: string): void {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const blank = code === 32 || (code >= 9 && code <= 13)
    if (!blank && !data.inWord) data.own.words++
    data.inWord = !blank
  }
}
