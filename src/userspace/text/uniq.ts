/**
 * uniq(1): -c -d -D -u -i -f -s -w, and an output file.
 *
 * Left out: --group, -z.
 */
import { errnoText } from '../shell/files.ts'
import type { Sys } from '../program.ts'
import { filterProgram } from './filter.ts'
import { LINE_FUEL, takeLines, takeRest } from './lines.ts'
import { fatal, optionsOf, usageError } from './options.ts'

interface Uniq {
  counts: boolean
  /** Which groups are printed: all, those of several lines, of one; or every line of those of several. */
  show: 'all' | 'repeated' | 'unique' | 'all repeated'
  ignoreCase: boolean
  skipFields: number
  skipCharacters: number
  /** Characters that are compared. */
  width: number
  output: string | null
  rest: string
  /** The line that is counted, null: none yet. */
  line: string | null
  key: string
  count: number
}

export const uniq = filterProgram<Uniq>({
  name: 'uniq',
  usage: 'uniq [-cdDui] [-f N] [-s N] [-w N] [INPUT [OUTPUT]]',
  open: (sys) => {
    const options = optionsOf(sys, {
      short: 'cdDuif:s:w:z',
      long: {
        count: 'c',
        repeated: 'd',
        unique: 'u',
        'ignore-case': 'i',
        'skip-fields': 'f',
        'skip-chars': 's',
        'check-chars': 'w',
        'all-repeated': 'D',
      },
    })
    if (!options) return null
    const { found, operands } = options
    const has = (letter: string): boolean => found.some(({ name }) => name === letter)
    const number = (letter: string, otherwise: number): number =>
      Number(found.findLast(({ name }) => name === letter)?.value ?? otherwise)
    for (const { name, value } of found) {
      const what = { f: 'fields to skip', s: 'bytes to skip', w: 'bytes to compare' }[name]
      if (what && !/^\d+$/.test(value)) return fatal(sys, `${value}: invalid number of ${what}`)
    }
    if (operands.length > 2) return usageError(sys, `extra operand ‘${operands[2]}’`)
    if (has('c') && has('D')) {
      return usageError(sys, 'printing all duplicated lines and repeat counts is meaningless')
    }
    const data: Uniq = {
      counts: has('c'),
      show: has('D') ? 'all repeated' : has('d') ? 'repeated' : has('u') ? 'unique' : 'all',
      ignoreCase: has('i'),
      skipFields: number('f', 0),
      skipCharacters: number('s', 0),
      width: number('w', Infinity),
      output: operands.length > 1 && operands[1] !== '-' ? operands[1] : null,
      rest: '',
      line: null,
      key: '',
      count: 0,
    }
    if (data.output !== null) {
      const error = sys.files.write(data.output, '', false)
      if (error) return fatal(sys, `${data.output}: ${errnoText(error)}`)
    }
    return { data, files: operands.slice(0, 1) }
  },
  text: (sys, data, text) => {
    put(sys, data, group(sys, data, takeLines(data, text)))
  },
  done: (sys, data) => {
    put(sys, data, group(sys, data, takeRest(data)) + close(data))
  },
  end: (_sys, _data, failed) => (failed ? 1 : 0),
})

function put(sys: Sys, { output }: Uniq, text: string): void {
  if (output === null) sys.out(text)
  else sys.files.write(output, text, true)
}

function group(sys: Sys, data: Uniq, lines: string[]): string {
  sys.spend?.(lines.length * LINE_FUEL)
  let text = ''
  for (const line of lines) {
    const key = keyOf(data, line)
    if (data.line !== null && key === data.key) {
      data.count++
      if (data.show === 'all repeated') text += data.count === 2 ? `${data.line}\n${line}\n` : `${line}\n`
      continue
    }
    text += close(data)
    data.line = line
    data.key = key
    data.count = 1
  }
  return text
}

/** The group that has ended. */
function close({ line, count, show, counts }: Uniq): string {
  if (line === null || show === 'all repeated') return ''
  if ((show === 'repeated' && count === 1) || (show === 'unique' && count > 1)) return ''
  return counts ? `${String(count).padStart(7)} ${line}\n` : `${line}\n`
}

/** What of a line is compared. */
function keyOf({ ignoreCase, skipFields, skipCharacters, width }: Uniq, line: string): string {
  let key = line
  for (let i = 0; i < skipFields; i++) key = key.replace(/^[ \t]*[^ \t]*/, '')
  if (skipCharacters > 0) key = key.slice(skipCharacters)
  if (width !== Infinity) key = key.slice(0, width)
  return ignoreCase ? key.toLowerCase() : key
}
