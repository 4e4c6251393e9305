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
import {
  comparator,
  orderingOf,
  type Comparator,
  type Ordering,
  type Row,
  type SortKey,
} from './sort-compare.ts'
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
  /** How many of the lines lie in sorted runs; where each run has been printed up to. */
  sorted: number
  heads: number[]
  /** The line that was printed last, null: none. */
  last: string | null
  /** What is to be written into the file of -o. */
  text: string
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
      sorted: 0,
      heads: [],
      last: null,
      text: '',
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

/**
 * Lines that are sorted at once, and that are printed at once. In between the program can break off: what is long is cut into
 * runs that are sorted one by one, and then all are merged while they are printed.
 */
const RUN = 2048
const AT_ONCE = 512
/** Fuel for a comparison, and how many a line takes part in. */
const COMPARISON = 0.1
const levels = (n: number): number => 32 - Math.clz32(n)

/** Sort and print, as far as that comes at a time. The exit status, null: it goes on. */
function finish(sys: Sys, data: Sort): number | null {
  const compare = comparator(data)
  if (data.check !== 'no') return check(sys, data, compare.keys)
  while (data.sorted < data.lines.length) {
    const run = data.lines.slice(data.sorted, data.sorted + RUN).map(compare.row)
    run.sort(compare.rows).forEach(({ line }, i) => (data.lines[data.sorted + i] = line))
    data.heads.push(data.sorted)
    data.sorted += run.length
    sys.spend?.(run.length * levels(RUN) * COMPARISON)
    if (sys.breakOff?.() === true) return null
  }
  const next = merge(data, compare)
  for (;;) {
    let text = ''
    let n = 0
    for (; n < AT_ONCE; n++) {
      const line = next()
      if (line === null) break
      if (data.unique && data.last !== null && compare.keys(data.last, line) === 0) continue
      data.last = line
      text += `${line}\n`
    }
    sys.spend?.(n * levels(data.heads.length) * COMPARISON)
    if (data.output !== null) data.text += text
    else if (text !== '' && !sys.out(text, true)) return 0
    if (n === 0) break
    if (sys.breakOff?.() === true) return null
  }
  data.lines = []
  if (data.output === null) return 0
  const error = sys.files.write(data.output, data.text, false)
  if (!error) return 0
  sys.err(`sort: open failed: ${data.output}: ${errnoText(error)}\n`)
  return 2
}

/** The next line of all runs, null: there is none. Of equal lines the one of the earlier run comes first. */
function merge({ lines, heads }: Sort, compare: Comparator): () => string | null {
  // A heap of the runs that are not at their end, the one with the next line on top.
  const heap: { run: number; end: number; row: Row }[] = []
  const before = (a: number, b: number): boolean => {
    const order = compare.rows(heap[a].row, heap[b].row)
    return order < 0 || (order === 0 && heap[a].run < heap[b].run)
  }
  const sink = (from: number): void => {
    for (let at = from; ;) {
      let least = at
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heap.length && before(child, least)) least = child
      if (least === at) return
      ;[heap[at], heap[least]] = [heap[least], heap[at]]
      at = least
    }
  }
  heads.forEach((head, run) => {
    const end = Math.min(lines.length, (run + 1) * RUN)
    if (head < end) heap.push({ run, end, row: compare.row(lines[head]) })
  })
  for (let at = heap.length >> 1; at >= 0; at--) sink(at)
  return () => {
    if (heap.length === 0) return null
    const top = heap[0]
    const { line } = top.row
    const head = ++heads[top.run]
    if (head < top.end) top.row = compare.row(lines[head])
    else {
      const last = heap.pop()
      if (last !== undefined && heap.length > 0) heap[0] = last
    }
    if (heap.length > 1) sink(0)
    return line
  }
}

/** -c, -C: is it sorted already? */
function check(sys: Sys, data: Sort, compare: (a: string, b: string) => number): number {
  const wrong = data.unique ? 0 : 1
  const at = data.lines.findIndex((line, i) => i > 0 && compare(data.lines[i - 1], line) >= wrong)
  if (at < 0) return 0
  if (data.check === 'loud') sys.err(`sort: ${data.name}:${at + 1}: disorder: ${data.lines[at]}\n`)
  return 1
}
