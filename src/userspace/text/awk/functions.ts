/**
 * Calls of the program's own functions, and getline.
 */
import type { AwkFunction, Expr } from './ast.ts'
import { newArray, type AwkArray } from './array.ts'
import { arrayAt, compileExpr, type Place } from './compile.ts'
import { setRecord } from './record.ts'
import { AwkError, FNR, NR, work, type Run, type Value } from './state.ts'

/** The functions of a program; a body is compiled after the calls of it may have been. */
export interface Functions {
  declared: AwkFunction[]
  bodies: ((run: Run) => void)[]
}

/** Calls inside one another. */
const DEEPEST = 400

export function callFunction(expr: Expr & { kind: 'call' }, functions: Functions): (run: Run) => Value {
  const { slot } = expr
  const { params, arrays } = functions.declared[slot]
  const args = expr.args.map((arg): ((run: Run) => Value | AwkArray) => {
    if (arg.kind === 'array') return arrayAt(arg.name)
    const code = compileExpr(arg, functions)
    return (run) => code.value(run)
  })
  return (run) => {
    const locals = params.map((_, i) => (i < args.length ? args[i](run) : arrays[i] ? newArray() : undefined))
    const caller = run.locals
    if (++run.depth > DEEPEST) throw new AwkError('function call nesting too deep')
    work(run, 0.2)
    run.locals = locals
    run.returned = undefined
    functions.bodies[slot](run)
    run.locals = caller
    run.depth--
    const result = run.returned
    run.returned = undefined
    return result
  }
}

/** `getline`, with or without a variable and a file. 1: a line was read, 0: there is none, -1: no such file. */
export function readLine(run: Run, place: Place | null, file: string | null): number {
  const line = file === null ? run.nextRecord(run) : nextLine(run, file)
  work(run, 0.5)
  if (line === -1) return -1
  if (line === null) return 0
  if (place) place.write(run, { text: line })
  else setRecord(run, line)
  const { globals } = run.state
  if (file === null) {
    globals[NR] = Number(globals[NR]) + 1
    globals[FNR] = Number(globals[FNR]) + 1
  }
  return 1
}

function nextLine({ sys, state }: Run, file: string): string | null | -1 {
  const text = sys.files.read(file)
  if (typeof text !== 'string') return -1
  const from = state.reading[file] ?? 0
  if (from >= text.length) return null
  const newline = text.indexOf('\n', from)
  const to = newline < 0 ? text.length : newline
  state.reading[file] = to + 1
  return text.slice(from, to)
}
