/**
 * How sort compares lines.
 */

export interface Ordering {
  /** As text, or -n -g -h -M -V. */
  by: 'text' | 'n' | 'g' | 'h' | 'M' | 'V'
  /** -f -d -i -r */
  fold: boolean
  dictionary: boolean
  printable: boolean
  reverse: boolean
}

/** What a set of options asks for. */
export function orderingOf(letters: readonly string[]): Ordering {
  const has = (letter: string): boolean => letters.includes(letter)
  const by = (['n', 'g', 'h', 'M', 'V'] as const).find(has) ?? 'text'
  return { by, fold: has('f'), dictionary: has('d'), printable: has('i'), reverse: has('r') }
}

export interface SortKey {
  /** Field and character, from 1. */
  from: [field: number, character: number]
  /** null: to the end of the line; character 0: to the end of the field. */
  to: [field: number, character: number] | null
  /** Blanks at the beginning of a field are not counted. */
  blanksFrom: boolean
  blanksTo: boolean
  /** null: the global one. */
  ordering: Ordering | null
}

export interface Comparing {
  keys: SortKey[]
  global: Ordering
  separator: string | null
  unique: boolean
  stable: boolean
}

/** A line with its keys as they are compared, worked out once. */
export interface Row {
  line: string
  values: readonly Converted[]
}

export interface Comparator {
  /** By the keys only. */
  keys: (a: string, b: string) => number
  row: (line: string) => Row
  rows: (a: Row, b: Row) => number
}

export function comparator(options: Comparing): Comparator {
  const { keys, global, separator, unique, stable } = options
  const parts = keys.map((key) => {
    const ordering = key.ordering ?? global
    return {
      extract: extractor(key, separator),
      compare: orderingCompare(ordering),
      convert: converter(ordering),
    }
  })
  const byKeys = (a: string, b: string): number => {
    for (const { extract, compare, convert } of parts) {
      const order = compare(convert(extract(a)), convert(extract(b)))
      if (order !== 0) return order
    }
    return 0
  }
  const last =
    stable || unique
      ? () => 0
      : (a: string, b: string): number => (global.reverse ? -byCode(a, b) : byCode(a, b))
  const plain = keys.length === 1 && keys[0].from[0] === 1 && keys[0].from[1] === 1 && keys[0].to === null
  if (plain && isPlain(keys[0].ordering ?? global) && !keys[0].blanksFrom) {
    const sign = (keys[0].ordering ?? global).reverse ? -1 : 1
    return {
      keys: byKeys,
      row: (line) => ({ line, values: [] }),
      rows: (a, b) => sign * byCode(a.line, b.line),
    }
  }
  return {
    keys: byKeys,
    row: (line) => ({ line, values: parts.map(({ extract, convert }) => convert(extract(line))) }),
    rows: (a, b) => {
      for (let i = 0; i < parts.length; i++) {
        const order = parts[i].compare(a.values[i], b.values[i])
        if (order !== 0) return order
      }
      return last(a.line, b.line)
    },
  }
}

function isPlain({ by, fold, dictionary, printable }: Ordering): boolean {
  return by === 'text' && !fold && !dictionary && !printable
}

function byCode(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/* Keys */

function extractor(key: SortKey, separator: string | null): (line: string) => string {
  const { from, to, blanksFrom, blanksTo } = key
  if (from[0] === 1 && from[1] === 1 && to === null && !blanksFrom) return (line) => line
  return (line) => {
    const begin = position(line, separator, from[0] - 1, from[1] - 1, blanksFrom)
    if (to === null) return line.slice(begin)
    const end =
      to[1] === 0 ? fieldEnd(line, separator, to[0]) : position(line, separator, to[0] - 1, to[1], blanksTo)
    return line.slice(begin, Math.max(begin, end))
  }
}

/** Where the character `character` of a field is; fields begin with the blanks before them. */
function position(
  line: string,
  separator: string | null,
  field: number,
  character: number,
  blanks: boolean,
): number {
  let at = fieldStart(line, separator, field)
  if (blanks) while (isBlank(line, at)) at++
  return Math.min(at + character, line.length)
}

function fieldStart(line: string, separator: string | null, field: number): number {
  let at = 0
  for (let i = 0; i < field && at < line.length; i++) {
    if (separator === null) {
      while (isBlank(line, at)) at++
      while (at < line.length && !isBlank(line, at)) at++
    } else {
      const found = line.indexOf(separator, at)
      at = found < 0 ? line.length : found + 1
    }
  }
  return at
}

/** Where the field with this number (from 1) ends. */
function fieldEnd(line: string, separator: string | null, field: number): number {
  if (separator === null) return fieldStart(line, separator, field)
  const start = fieldStart(line, separator, field - 1)
  const found = line.indexOf(separator, start)
  return found < 0 ? line.length : found
}

function isBlank(line: string, at: number): boolean {
  const c = line.charCodeAt(at)
  return c === 32 || c === 9
}

/* Orders */

type Converted = string | number

/** A key in the form in which it is compared. */
function converter({ by, fold, dictionary, printable }: Ordering): (text: string) => Converted {
  switch (by) {
    case 'n':
      return numberOf
    case 'g':
      return generalNumber
    case 'h':
      return humanNumber
    case 'M':
      return (text) => MONTHS.indexOf(text.trimStart().slice(0, 3).toUpperCase()) + 1
    case 'V':
      return (text) => text
    case 'text':
      return (text) => {
        let result = text
        if (dictionary) result = result.replace(/[^A-Za-z0-9 \t]/g, '')
        else if (printable) result = result.replace(/[^ -~]/g, '')
        return fold ? result.replace(/[a-z]+/g, (lower) => lower.toUpperCase()) : result
      }
  }
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']

/** -n: a minus and digits, no exponent; what is no number is 0. */
function numberOf(text: string): number {
  return Number(/^\s*(-?\d*\.?\d*)/.exec(text)?.[1].replace(/^-?\.?$/, '0') ?? 0)
}

/** -g: strtod(3); what is no number comes before all numbers. */
function generalNumber(text: string): number {
  const found = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|inf|nan)/i.exec(text)
  if (!found) return -Infinity
  const value = /^inf/i.test(found[2]) ? Number.MAX_VALUE : Number(found[2])
  return Number.isNaN(value) ? -Number.MAX_VALUE : found[1] === '-' ? -value : value
}

/** -h: first the suffix counts, then the number. */
function humanNumber(text: string): number {
  const found = /^\s*(-?\d*\.?\d*)([KMGTPEZY]?)/i.exec(text)
  const value = Number((found?.[1] ?? '').replace(/^-?\.?$/, '0'))
  const suffix = 'KMGTPEZY'.indexOf((found?.[2] ?? '').toUpperCase() || '?') + 1
  return Math.sign(value) * (suffix * 1e15 + Math.min(Math.abs(value), 1e15))
}

function orderingCompare({ by, reverse }: Ordering): (a: Converted, b: Converted) => number {
  const compare =
    by === 'V'
      ? (a: Converted, b: Converted): number => compareVersions(String(a), String(b))
      : (a: Converted, b: Converted): number => (a < b ? -1 : a > b ? 1 : 0)
  return reverse ? (a, b) => -compare(a, b) : compare
}

/** -V: runs of digits by their value, the rest by their characters; `~` before anything. (filevercmp(3)) */
function compareVersions(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? []
  const right = b.match(/\d+|\D+/g) ?? []
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const x = left[i] ?? ''
    const y = right[i] ?? ''
    const order = /^\d/.test(x) && /^\d/.test(y) ? Number(x) - Number(y) : compareParts(x, y)
    if (order !== 0) return order
  }
  return byCode(a, b)
}

function compareParts(a: string, b: string): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const order = rank(a[i]) - rank(b[i])
    if (order !== 0) return order
  }
  return 0
}

/** Letters before other characters; the end and digits before letters; `~` first. */
function rank(c: string | undefined): number {
  if (c === '~') return -1
  if (c === undefined || /\d/.test(c)) return 0
  return /[A-Za-z]/.test(c) ? c.charCodeAt(0) : c.charCodeAt(0) + 256
}
