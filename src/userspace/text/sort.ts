/**
 * sort(1): -n -h -V -g -M -f -b -d -i -r -u -s -c -k -t -o. Text is compared by its characters' codes, as with LC_ALL=C.
 *
 * Left out: -R, -m is -c's opposite only in name (a merge is a sort here), -z, --parallel and its kin.
 */
import { errnoText } from '../shell/files.ts'
import type { Sys } from '../program.ts'
import { filterProgram } from './filter.ts'
import { takeLines, takeRest } from './lines.ts'
import { fatal, optionsOf } from './options.ts'
import { comparator, orderingOf, type Ordering, type SortKey } from './sort-compare.ts'
import { parseKey } from './sort-key.ts'

interface Sort {
  keys: SortKey[]
  global: Ordering
  separator: string | null
  unique: boolean
  stable: boolean
  check: 'no' | 'loud' | 'quiet'
  output: string | null
  lines: string[]
  rest: string
  name: string
}

/** --sort=WORD */
const WORDS: Record<string, string> = {
  'general-numeric': 'g',
  'human-numeric': 'h',
  month: 'M',
  numeric: 'n',
  version: 'V',
}

/** Lines that are kept: beyond, a real machine would use its disk. */
const MOST = 4_000_000

export const sort = filterProgram<Sort>({
  name: 'sort',
  usage: 'sort [-nhVgMfbdirusc] [-k KEY] [-t SEP] [-o FILE] [FILE]...',
  open: (sys) => {
    const options = optionsOf(
      sys,
      {
        short: 'bcCdfghik:mMno:rsS:t:T:uVy:z',
        long: {
          'ignore-leading-blanks': 'b',
          'dictionary-order': 'd',
          'ignore-case': 'f',
          'general-numeric-sort': 'g',
          'human-numeric-sort': 'h',
          'month-sort': 'M',
          'numeric-sort': 'n',
          reverse: 'r',
          'version-sort': 'V',
          check: 'check::',
          key: 'k',
          merge: 'm',
          output: 'o',
          sort: 'sort:',
          stable: 's',
          'field-separator': 't',
          unique: 'u',
          'buffer-size': 'S',
        },
      },
      2,
    )
    if (!options) return null
    const { operands } = options
    const found = options.found.map((option) =>
      option.name === 'sort' ? { name: WORDS[option.value] ?? '', value: '' } : option,
    )
    const has = (letter: string): boolean => found.some(({ name }) => name === letter)
    const value = (letter: string): string | undefined => found.findLast(({ name }) => name === letter)?.value
    const keys: SortKey[] = []
    for (const { name, value: text } of found) {
      if (name !== 'k') continue
      const key = parseKey(text)
      if (typeof key === 'string') return fatal(sys, key, 2)
      keys.push(key)
    }
    const separator = value('t')
    if (separator === '') return fatal(sys, 'empty tab', 2)
    if (separator !== undefined && separator.length > 1 && separator !== '\\0') {
      return fatal(sys, `multi-character tab ‘${separator}’`, 2)
    }
    const global = orderingOf(found.map(({ name }) => name))
    const clash = [...'ghMnV'].filter((letter) => has(letter)).join('')
    if (clash.length > 1) return fatal(sys, `options '-${clash}' are incompatible`, 2)
    const data: Sort = {
      keys:
        keys.length > 0
          ? keys
          : [{ from: [1, 1], to: null, blanksFrom: has('b'), blanksTo: has('b'), ordering: null }],
      global,
      separator: separator ?? null,
      unique: has('u'),
      stable: has('s'),
      check: has('C') ? 'quiet' : has('c') || has('check') ? 'loud' : 'no',
      output: value('o') ?? null,
      lines: [],
      rest: '',
      name: '-',
    }
    return { data, files: operands }
  },
  begin: (_sys, data, name) => {
    data.name = name
  },
  text: (sys, data, text) => {
    keep(sys, data, takeLines(data, text))
  },
  done: (sys, data) => {
    keep(sys, data, takeRest(data))
  },
  missing: (sys, _data, name, error) => {
    const what = error.errno === 'EISDIR' ? 'read failed' : 'cannot read'
    sys.err(`sort: ${what}: ${name}: ${errnoText(error)}\n`)
    sys.exit(2)
  },
  end: (sys, data) => finish(sys, data),
})

function keep(sys: Sys, { lines }: Sort, more: string[]): void {
  sys.spend?.(more.length)
  for (const line of more) lines.push(line)
  if (lines.length > MOST) fatal(sys, 'memory exhausted', 2)
}

function finish(sys: Sys, data: Sort): number {
  const { lines } = data
  const compare = comparator(data)
  sys.spend?.(lines.length * (32 - Math.clz32(lines.length)) * 0.1)
  if (data.check !== 'no') return check(sys, data, compare.keys)
  const rows = compare.sorted(lines)
  const last = data.unique ? rows.filter((line, i) => i === 0 || compare.keys(rows[i - 1], line) !== 0) : rows
  const text = last.length === 0 ? '' : `${last.join('\n')}\n`
  data.lines = []
  if (data.output === null) sys.out(text)
  else {
    const error = sys.files.write(data.output, text, false)
    if (error) {
      sys.err(`sort: open failed: ${data.output}: ${errnoText(error)}\n`)
      return 2
    }
  }
  return 0
}

/** -c, -C: is it sorted already? */
function check(sys: Sys, data: Sort, compare: (a: string, b: string) => number): number {
  const wrong = data.unique ? 0 : 1
  const at = data.lines.findIndex((line, i) => i > 0 && compare(data.lines[i - 1], line) >= wrong)
  if (at < 0) return 0
  if (data.check === 'loud') sys.err(`sort: ${data.name}:${at + 1}: disorder: ${data.lines[at]}\n`)
  return 1
}
