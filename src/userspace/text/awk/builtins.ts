/**
 * awk's functions. POSIX awk, "Arithmetic Functions" and "String Functions"; substr as mawk 1.3.4 does it.
 *
 * Left out: system() and all else that starts commands, and mawk's time functions.
 */
import { findMatch, type Regex } from '../regex.ts'
import { loadArray } from './array.ts'
import type { Expr } from './ast.ts'
import {
  arrayAt,
  compileExpr,
  compilePlace,
  compileRegexOf,
  numeric,
  textual,
  type Code,
  type Place,
} from './compile.ts'
import type { Functions } from './functions.ts'
import { formatAwk } from './printf.ts'
import { recordOf, splitText } from './record.ts'
import { checked, FS, RLENGTH, RSTART, work, type Run, type Value } from './state.ts'
import { toInt, toText } from './values.ts'

export function compileBuiltin(expr: Expr & { kind: 'builtin' }, functions: Functions): Code {
  const { name, args } = expr
  const code = (i: number): Code => compileExpr(args[i], functions)
  switch (name) {
    case 'length':
      return length(args, functions)
    case 'substr':
      return substr(code(0), code(1), args.length > 2 ? code(2) : null)
    case 'index': {
      const [text, part] = [code(0), code(1)]
      return numeric((run) => text.text(run).indexOf(part.text(run)) + 1)
    }
    case 'split':
      return split(args, functions)
    case 'sub':
    case 'gsub':
      return substitute(args, name === 'gsub', functions)
    case 'match':
      return match(args, functions)
    case 'sprintf': {
      const values = args.map((arg) => compileExpr(arg, functions))
      return textual((run) =>
        formatAwk(
          run,
          'sprintf',
          values[0].text(run),
          values.slice(1).map((one) => one.value(run)),
        ),
      )
    }
    case 'tolower': {
      const text = code(0)
      return textual((run) => text.text(run).replace(/[A-Z]+/g, (upper) => upper.toLowerCase()))
    }
    case 'toupper': {
      const text = code(0)
      return textual((run) => text.text(run).replace(/[a-z]+/g, (lower) => lower.toUpperCase()))
    }
    case 'rand':
      return numeric(random)
    case 'srand':
      return srand(args.length > 0 ? code(0) : null)
    case 'close': {
      const file = code(0)
      return numeric((run) => close(run, file.text(run)))
    }
    case 'fflush':
      return numeric(() => 0)
    default:
      return mathematics(name, code(0), args.length > 1 ? code(1) : null)
  }
}

function mathematics(name: string, x: Code, y: Code | null): Code {
  const compute = FUNCTIONS[name]
  return numeric((run) => compute(x.number(run), y?.number(run) ?? 0))
}

/* eslint-disable no-restricted-properties -- The results are rounded to where all engines agree. */
const FUNCTIONS: Record<string, (a: number, b: number) => number> = {
  sin: (a) => rounded(Math.sin(a)),
  cos: (a) => rounded(Math.cos(a)),
  atan2: (a, b) => rounded(Math.atan2(a, b)),
  exp: (a) => rounded(Math.exp(a)),
  log: (a) => rounded(Math.log(a)),
  sqrt: Math.sqrt,
  int: Math.trunc,
}
/* eslint-enable no-restricted-properties */

function rounded(value: number): number {
  return Number(value.toPrecision(13))
}

/** Of a text, of $0, or of an array: the number of its elements. */
function length(args: Expr[], functions: Functions): Code {
  const [arg] = args
  if (arg === undefined) return numeric((run) => recordOf(run).length)
  if (arg.kind === 'array') {
    const array = arrayAt(arg.name)
    return numeric((run) => array(run).entries.size)
  }
  const text = compileExpr(arg, functions)
  return numeric((run) => text.text(run).length)
}

/** mawk takes a start before the text as if the text had begun there, but one character less. */
function substr(text: Code, start: Code, count: Code | null): Code {
  return textual((run) => {
    const whole = text.text(run)
    let from = toInt(start.number(run)) - 1
    let n = count ? toInt(count.number(run)) : whole.length
    if (from < 0) {
      n -= from + 1
      from = 0
    }
    return n <= 0 ? '' : whole.slice(from, from + n)
  })
}

function split(args: Expr[], functions: Functions): Code {
  const [source, target, by] = args
  if (target.kind !== 'array') throw new Error('split() without an array')
  const text = compileExpr(source, functions)
  const array = arrayAt(target.name)
  const regex = by?.kind === 'regex' ? compileRegexOf(by, functions) : null
  const separator = by && !regex ? compileExpr(by, functions) : null
  const dynamic = by && !regex ? compileRegexOf(by, functions) : null
  const whole = (run: Run): Regex | string => {
    if (regex) return regex(run)
    const written = separator ? separator.text(run) : toText(run, run.state.globals[FS] as Value)
    if (written.length <= 1 || !dynamic) return written
    return dynamic(run)
  }
  return numeric((run) => {
    const parts = splitText(text.text(run), whole(run), false)
    work(run, parts.length / 20)
    loadArray(
      array(run),
      parts.map((part) => ({ text: part })),
    )
    return parts.length
  })
}

/* Regular expressions */

function match(args: Expr[], functions: Functions): Code {
  const text = compileExpr(args[0], functions)
  const regex = compileRegexOf(args[1], functions)
  return numeric((run) => {
    const found = findMatch(regex(run), text.text(run), 0)
    const { globals } = run.state
    const start = found ? found.from + 1 : 0
    globals[RSTART] = start
    globals[RLENGTH] = found ? found.to - found.from : -1
    return start
  })
}

function substitute(args: Expr[], all: boolean, functions: Functions): Code {
  const regex = compileRegexOf(args[0], functions)
  const replacement = compileExpr(args[1], functions)
  const place = placeOf(args[2], functions)
  return numeric((run) => {
    const text = place.read.text(run)
    const parts = replacementParts(replacement.text(run))
    const { result, count } = replace(text, regex(run), parts, all)
    work(run, 0.5 + result.length / 1000)
    if (count > 0) place.write(run, checked(result))
    return count
  })
}

/** The third argument of sub and gsub: $0 if there is none; what is no place is read only. */
function placeOf(arg: Expr | undefined, functions: Functions): Place {
  if (arg === undefined)
    return compilePlace({ kind: 'field', index: { kind: 'number', value: 0 } }, functions)
  if (arg.kind === 'variable' || arg.kind === 'NF' || arg.kind === 'field' || arg.kind === 'element') {
    return compilePlace(arg, functions)
  }
  return { read: compileExpr(arg, functions), write: () => undefined }
}

/** A replacement: literal texts, and null for each `&`. `\&` is a literal `&`. */
function replacementParts(text: string): (string | null)[] {
  if (!text.includes('&') && !text.includes('\\')) return [text]
  const parts: (string | null)[] = []
  for (const [piece] of text.matchAll(/\\\\(?=&)|\\&|&|[^\\&]+|\\/g)) {
    parts.push(piece === '&' ? null : piece === '\\&' ? '&' : piece === '\\\\' ? '\\' : piece)
  }
  return parts
}

function replace(
  text: string,
  regex: Regex,
  parts: readonly (string | null)[],
  all: boolean,
): { result: string; count: number } {
  let result = ''
  let count = 0
  let from = 0
  for (let at = 0; at <= text.length;) {
    const found = findMatch(regex, text, at)
    if (!found) break
    const empty = found.to === found.from
    // An empty match directly after another match does not count.
    if (!(empty && count > 0 && found.from === from)) {
      result += text.slice(from, found.from)
      for (const part of parts) result += part ?? found.groups[0] ?? ''
      from = found.to
      count++
      if (!all) break
    }
    at = empty ? found.to + 1 : found.to
  }
  return { result: result + text.slice(from), count }
}

/* Chance */

/** A linear congruential generator (Numerical Recipes' constants), seeded from the lab. */
function random(run: Run): number {
  const { state } = run
  if (state.seed < 0) state.seed = state.lastSeed = run.sys.k.random() >>> 0
  state.seed = (Math.imul(state.seed, 1664525) + 1013904223) >>> 0
  return state.seed / 4294967296
}

/** srand(): the seed from before. */
function srand(seed: Code | null): Code {
  return numeric((run) => {
    const { state } = run
    const before = state.lastSeed
    state.lastSeed = seed ? seed.number(run) : Math.floor(run.sys.k.now / 1e6)
    state.seed = state.lastSeed >>> 0
    return before
  })
}

function close({ state }: Run, file: string): number {
  const known = state.opened.includes(file) || file in state.reading
  state.opened = state.opened.filter((name) => name !== file)
  state.reading = Object.fromEntries(Object.entries(state.reading).filter(([name]) => name !== file))
  return known ? 0 : -1
}
