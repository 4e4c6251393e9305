/**
 * tr(1): translates, -d deletes, -s squeezes, -c complements; sets with ranges, classes, escapes, `[x*n]`.
 *
 * A complement is of the 256 characters of Latin 1. Left out: `[=x=]`.
 */
import type { Program, Sys } from '../program.ts'
import { fatal, optionsOf, usageError } from './options.ts'
import { parseSet, SetError, type CharacterSet } from './tr-sets.ts'

interface Tr {
  /** What becomes of a character: another one, or '' (deleted). Those not listed stay. */
  map: Map<string, string>
  /** Of characters not listed, for a complement: what becomes of them. null: they stay. */
  others: string | null
  squeezed: Set<string>
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
  const data: Tr = { map: new Map(), others: null, squeezed: new Set(), squeezeOthers: false, last: '' }
  if (deletes) {
    for (const c of from) data.map.set(c, '')
    if (complement) {
      data.others = ''
      for (const c of listed) data.map.set(c, c)
    }
    if (squeezes && second) data.squeezed = new Set(second.characters)
    return data
  }
  if (!second) {
    data.squeezed = new Set(from)
    data.squeezeOthers = complement
    for (const c of complement ? listed : []) data.map.set(c, c)
    return data
  }
  const to = second.extend(from.length)
  if (to.length === 0 && !truncate) return fatal(sys, 'when not truncating set1, string2 must be non-empty')
  const length = truncate ? Math.min(from.length, to.length) : from.length
  for (let i = 0; i < length; i++) data.map.set(from[i], to[Math.min(i, to.length - 1)])
  if (complement) data.others = to[to.length - 1] ?? null
  if (complement) for (const c of listed) data.map.set(c, c)
  if (squeezes) data.squeezed = new Set(to)
  return data
}

const LATIN = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i))

function translate(data: Tr, text: string): string {
  const { map, others, squeezed, squeezeOthers } = data
  let result = ''
  for (const c of text) {
    const to = map.get(c) ?? others ?? c
    if (to === '') continue
    const squeeze = squeezed.has(to) || (squeezeOthers && !map.has(c))
    if (squeeze && data.last === to) continue
    data.last = squeeze ? to : ''
    result += to
  }
  return result
}
