/**
 * tr(1): translates, -d deletes, -s squeezes, -c complements; sets with ranges, classes, escapes, `[x*n]`.
 *
 * A complement is of the 256 characters of Latin 1. Left out: `[=x=]`.
 */
import type { Program, Sys } from '../program.ts'
import { fatal, optionsOf, usageError } from './options.ts'
import { parseSet, SetError, type CharacterSet } from './tr-sets.ts'

interface Tr {
  /** What becomes of each of the first 256 characters: another one, or '' (deleted). */
  map: string[]
  /** Of all others; null: they stay. */
  others: string | null
  squeezed: boolean[]
  squeezeOthers: boolean
  /** The last character written, if it was one that is squeezed. */
  last: string
}

export const tr: Program = {
  name: 'tr',
  usage: 'tr [-cdst] SET1 [SET2]',
  start: (sys) => {
    sys.process.data = open(sys)
  },
  input: (sys, text) => {
    sys.spend?.(text.length / 50)
    sys.out(translate(sys.process.data as Tr, text))
  },
  eof: (sys) => {
    sys.exit(0)
  },
}

function open(sys: Sys): Tr | null {
  const options = optionsOf(sys, {
    short: 'cCdst',
    long: { complement: 'c', delete: 'd', 'squeeze-repeats': 's', 'truncate-set1': 't' },
  })
  if (!options) return null
  const { found, operands } = options
  const has = (letters: string): boolean => found.some(({ name }) => letters.includes(name))
  const [deletes, squeezes] = [has('d'), has('s')]
  const problem = wrongNumber(operands, deletes, squeezes)
  if (problem !== null) return usageError(sys, problem)
  try {
    const first = parseSet(operands[0], false)
    const second = operands[1] === undefined ? null : parseSet(operands[1], true)
    if (!deletes && second && operands[1] !== undefined) checkClasses(operands[0], operands[1])
    return build(sys, { first, second, deletes, squeezes, complement: has('cC'), truncate: has('t') })
  } catch (error) {
    if (!(error instanceof SetError)) throw error
    return fatal(sys, error.message)
  }
}

/** What tr says when there are too few or too many sets. */
function wrongNumber(operands: string[], deletes: boolean, squeezes: boolean): string | null {
  const most = deletes && !squeezes ? 1 : 2
  if (operands.length === 0) return 'missing operand'
  if (operands.length === 1 && deletes === squeezes) {
    const reason = deletes
      ? 'Two strings must be given when both deleting and squeezing repeats.'
      : 'Two strings must be given when translating.'
    return `missing operand after ‘${operands[0]}’\n${reason}`
  }
  if (operands.length > most) {
    const reason = most === 1 ? '\nOnly one string may be given when deleting without squeezing repeats.' : ''
    return `extra operand ‘${operands[most]}’${reason}`
  }
  return null
}

/** In the second set a class is only allowed to change case: across from the other case's class. */
function checkClasses(first: string, second: string): void {
  const classes = (text: string): string[] => [...text.matchAll(/\[:(\w+):\]/g)].map((found) => found[1])
  const theirs = classes(first)
  classes(second).forEach((name, i) => {
    if (name !== 'upper' && name !== 'lower') {
      throw new SetError(
        "when translating, the only character classes that may appear in\nstring2 are 'upper' and 'lower'",
      )
    }
    if (theirs[i] !== 'upper' && theirs[i] !== 'lower') {
      throw new SetError('misaligned [:upper:] and/or [:lower:] construct')
    }
  })
}

interface Request {
  first: CharacterSet
  second: CharacterSet | null
  deletes: boolean
  squeezes: boolean
  complement: boolean
  truncate: boolean
}

function build(sys: Sys, { first, second, deletes, squeezes, complement, truncate }: Request): Tr | null {
  const listed = new Set(first.characters)
  const from = complement ? LATIN.filter((c) => !listed.has(c)) : first.characters
  const data: Tr = { map: [...LATIN], others: null, squeezed: [], squeezeOthers: false, last: '' }
  const squeeze = (characters: readonly string[]): void => {
    for (const c of characters) data.squeezed[c.charCodeAt(0)] = true
  }
  if (deletes) {
    for (const c of from) data.map[c.charCodeAt(0)] = ''
    if (complement) data.others = ''
    if (squeezes && second) squeeze(second.characters)
    return data
  }
  if (!second) {
    squeeze(from)
    data.squeezeOthers = complement
    return data
  }
  const to = second.extend(from.length)
  if (to.length === 0 && !truncate) return fatal(sys, 'when not truncating set1, string2 must be non-empty')
  const length = truncate ? Math.min(from.length, to.length) : from.length
  for (let i = 0; i < length; i++) data.map[from[i].charCodeAt(0)] = to[Math.min(i, to.length - 1)]
  if (complement) data.others = to[to.length - 1] ?? null
  if (squeezes) squeeze(to)
  return data
}

const LATIN = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i))

function translate(data: Tr, text: string): string {
  const { map, others, squeezed, squeezeOthers } = data
  let result = ''
  // Up to here the text is in `result`, or dropped; what follows has stayed as it is so far.
  let copied = 0
  let last = data.last === '' ? -1 : data.last.charCodeAt(0)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const to = code < 256 ? map[code] : (others ?? text[i])
    const toCode = to === '' ? -1 : to.charCodeAt(0)
    const squeezes = squeezed[toCode] ?? (squeezeOthers && code >= 256)
    const drop = toCode < 0 || (squeezes && toCode === last)
    if (drop || toCode !== code) {
      result += text.slice(copied, i) + (drop ? '' : to)
      copied = i + 1
    }
    if (toCode >= 0) last = squeezes ? toCode : -1
  }
  data.last = last < 0 ? '' : String.fromCharCode(last)
  return result + text.slice(copied)
}
