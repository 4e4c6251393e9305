/**
 * cut(1): -f -d -c -b -s --complement --output-delimiter.
 *
 * -b counts characters, as -c does (and as GNU's -c counts bytes): the same for ASCII. Left out: -z, -n.
 */
import type { Sys } from '../program.ts'
import { filterProgram } from './filter.ts'
import { LINE_FUEL, takeLines, takeRest } from './lines.ts'
import { optionsOf, usageError } from './options.ts'

interface Cut {
  by: 'fields' | 'characters'
  /** Wanted positions, from 1, in order and not touching. */
  ranges: [from: number, to: number][]
  delimiter: string
  onlyDelimited: boolean
  /** null: the same as between fields; none between characters. */
  between: string | null
  rest: string
}

export const cut = filterProgram<Cut>({
  name: 'cut',
  usage: 'cut {-f|-c|-b} LIST [-d DELIM] [-s] [--complement] [--output-delimiter=STRING] [FILE]...',
  open: (sys) => {
    const options = optionsOf(sys, {
      short: 'b:c:d:f:nsz',
      long: {
        bytes: 'b',
        characters: 'c',
        delimiter: 'd',
        fields: 'f',
        'only-delimited': 's',
        'output-delimiter': 'output-delimiter:',
        complement: 'complement',
      },
    })
    if (!options) return null
    const value = (letter: string): string | undefined =>
      options.found.findLast(({ name }) => name === letter)?.value
    const lists = options.found.filter(({ name }) => 'bcf'.includes(name))
    if (lists.length > 1) return usageError(sys, 'only one list may be specified')
    if (lists.length === 0) return usageError(sys, 'you must specify a list of bytes, characters, or fields')
    const delimiter = value('d')
    const onlyDelimited = value('s') !== undefined
    const [{ name, value: list }] = lists
    const what = name === 'f' ? 'field' : 'byte/character position'
    const ranges = parseRanges(sys, list, what, value('complement') !== undefined)
    if (!ranges) return null
    if (delimiter !== undefined && delimiter.length > 1)
      return usageError(sys, 'the delimiter must be a single character')
    if (name !== 'f' && delimiter !== undefined) {
      return usageError(sys, 'an input delimiter may be specified only when operating on fields')
    }
    if (name !== 'f' && onlyDelimited) {
      return usageError(sys, 'suppressing non-delimited lines makes sense\n\tonly when operating on fields')
    }
    const data: Cut = {
      by: name === 'f' ? 'fields' : 'characters',
      ranges,
      delimiter: delimiter === '' ? '\0' : (delimiter ?? '\t'),
      onlyDelimited,
      between: value('output-delimiter') ?? null,
      rest: '',
    }
    return { data, files: options.operands }
  },
  text: (sys, data, text) => {
    print(sys, data, takeLines(data, text))
  },
  done: (sys, data) => {
    print(sys, data, takeRest(data))
  },
  end: (_sys, _data, failed) => (failed ? 1 : 0),
})

/** `1,3-5,7-`; said wrong: null, and the process has been ended. */
function parseRanges(sys: Sys, list: string, what: string, complement: boolean): Cut['ranges'] | null {
  const ranges: Cut['ranges'] = []
  for (const word of list.split(/[, \t]/)) {
    const found = /^(\d*)(-?)(\d*)$/.exec(word)
    if (!found) return usageError(sys, invalid(word, what))
    const [, first, dash, last] = found
    if (dash !== '' && first === '' && last === '')
      return usageError(sys, 'invalid range with no endpoint: -')
    const from = first === '' ? (dash === '' ? 0 : 1) : Number(first)
    const to = dash === '' ? from : last === '' ? Infinity : Number(last)
    if (from === 0 || to === 0) {
      return usageError(
        sys,
        what === 'field' ? 'fields are numbered from 1' : 'byte/character positions are numbered from 1',
      )
    }
    if (to < from) return usageError(sys, 'invalid decreasing range')
    ranges.push([from, to])
  }
  const merged = merge(ranges)
  return complement ? invert(merged) : merged
}

function invalid(word: string, what: string): string {
  return /^[\d-]*$/.test(word)
    ? `invalid ${what} range`
    : `invalid ${what === 'field' ? 'field value' : what} ‘${word.replace(/^[\d]*-?/, '') === word ? word : word}’`
}

/** GNU prints what was asked for in the order of the input, each position once. */
function merge(ranges: Cut['ranges']): Cut['ranges'] {
  const merged: Cut['ranges'] = []
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else merged.push([from, to])
  }
  return merged
}

function invert(ranges: Cut['ranges']): Cut['ranges'] {
  const result: Cut['ranges'] = []
  let next = 1
  for (const [from, to] of ranges) {
    if (from > next) result.push([next, from - 1])
    next = to + 1
  }
  if (next < Infinity) result.push([next, Infinity])
  return result
}

function print(sys: Sys, data: Cut, lines: string[]): void {
  sys.spend?.(lines.length * LINE_FUEL)
  let text = ''
  for (const line of lines) {
    const part = data.by === 'fields' ? cutFields(data, line) : cutCharacters(data, line)
    if (part !== null) text += `${part}\n`
  }
  sys.out(text)
}

function cutCharacters({ ranges, between }: Cut, line: string): string {
  return ranges
    .filter(([from]) => from <= line.length)
    .map(([from, to]) => line.slice(from - 1, to))
    .join(between ?? '')
}

/** null: the line is left out. */
function cutFields({ ranges, delimiter, onlyDelimited, between }: Cut, line: string): string | null {
  if (!line.includes(delimiter)) return onlyDelimited ? null : line
  const fields = line.split(delimiter)
  if (ranges.length === 1 && ranges[0][0] === ranges[0][1]) return fields[ranges[0][0] - 1] ?? ''
  return ranges.flatMap(([from, to]) => fields.slice(from - 1, to)).join(between ?? delimiter)
}
