/**
 * Makes closures of awk's statements.
 *
 * A loop that takes long breaks off between two rounds: it answers BROKEN, and each statement around it does so too, having
 * noted in `where` how far it was. Called again, they find their way back by these notes, and go on. What a function does
 * is not broken off: it may be in the middle of an expression.
 */
import { errnoText } from '../../shell/files.ts'
import type { Redirection, Statement } from './ast.ts'
import { asIndex, clearArray, deleteElement, indicesOf } from './array.ts'
import { arrayAt, compileExpr, compileIndex, compilePlace, type Code } from './compile.ts'
import type { Functions } from './functions.ts'
import { formatAwk } from './printf.ts'
import { recordOf } from './record.ts'
import { AwkError, OFS, ORS, work, type Run, type Value, type Where } from './state.ts'
import { toOutput, toText } from './values.ts'

/** How a statement ended: it goes on after it, or leaves a loop, the record, a function or the program. */
export const GOES_ON = 0
export const BREAK = 1
export const CONTINUE = 2
export const NEXT = 3
export const EXIT = 4
export const RETURN = 5
/** It has broken off, and goes on when it is called again. */
export const BROKEN = 6

export type Step = (run: Run) => number

/** Text that is written at once. */
const BATCH = 65536

export function compileStatement(statement: Statement, functions: Functions): Step {
  const sub = (one: Statement): Step => compileStatement(one, functions)
  switch (statement.kind) {
    case 'block':
      return compileBlock(statement.body.map(sub))
    case 'expression': {
      const code = compileExpr(statement.value, functions)
      return (run) => {
        code.value(run)
        return GOES_ON
      }
    }
    case 'print':
      return compilePrint(statement, functions)
    case 'printf': {
      const [format, ...values] = statement.args.map((arg) => compileExpr(arg, functions))
      const write = compileWrite(statement.to, functions)
      return (run) =>
        write(
          run,
          formatAwk(
            run,
            'printf',
            format.text(run),
            values.map((value) => value.value(run)),
          ),
        )
    }
    case 'if': {
      const test = compileExpr(statement.test, functions)
      const yes = sub(statement.yes)
      const no = statement.no ? sub(statement.no) : (): number => GOES_ON
      return (run) => {
        const isYes = run.state.where.length > 0 ? whereIn(run) === 1 : test.test(run)
        const end = isYes ? yes(run) : no(run)
        if (end === BROKEN) run.state.where.push(isYes ? 1 : 0)
        return end
      }
    }
    case 'loop':
      return compileLoop(statement, functions)
    case 'for-in':
      return compileForIn(statement, functions)
    case 'delete':
      return compileDelete(statement, functions)
    case 'return': {
      const value = statement.value ? compileExpr(statement.value, functions) : null
      return (run) => {
        run.returned = value?.value(run)
        return RETURN
      }
    }
    case 'exit': {
      const value = statement.value ? compileExpr(statement.value, functions) : null
      return (run) => {
        if (value) run.exitStatus = value.number(run)
        return EXIT
      }
    }
    case 'next':
      return () => NEXT
    case 'break':
      return () => BREAK
    case 'continue':
      return () => CONTINUE
  }
}

/** One after the other, until one of them leaves. */
function compileBlock(steps: Step[]): Step {
  if (steps.length === 1) return steps[0]
  return (run) => {
    const { where } = run.state
    for (let i = where.length > 0 ? Number(whereIn(run)) : 0; i < steps.length; i++) {
      const end = steps[i](run)
      if (end === BROKEN) where.push(i)
      if (end !== GOES_ON) return end
    }
    return GOES_ON
  }
}

function whereIn(run: Run): Where | undefined {
  return run.state.where.pop()
}

/** Between two rounds of a loop: is that enough for now? What has been printed is handed on before. */
function breaksOff(run: Run): boolean {
  if (!run.due || run.atOnce || run.depth > 0) return false
  run.due = false
  return flush(run) && run.sys.breakOff?.() === true
}

function compileLoop(statement: Statement & { kind: 'loop' }, functions: Functions): Step {
  const code = (expr: typeof statement.test): Code | null => (expr ? compileExpr(expr, functions) : null)
  const [before, test, after] = [code(statement.before), code(statement.test), code(statement.after)]
  const body = compileStatement(statement.body, functions)
  const { testFirst } = statement
  return (run) => {
    const { where } = run.state
    const back = where.length > 0
    let inside = back && whereIn(run) === 1
    if (!back) before?.value(run)
    for (let first = !back; ; first = false) {
      if (!inside && (testFirst || !first) && test && !test.test(run)) return GOES_ON
      inside = false
      const end = body(run)
      if (end === BREAK) return GOES_ON
      if (end === BROKEN) where.push(1)
      if (end > CONTINUE) return end
      after?.value(run)
      work(run, 0.2)
      if (breaksOff(run)) {
        where.push(0)
        return BROKEN
      }
    }
  }
}

function compileForIn(statement: Statement & { kind: 'for-in' }, functions: Functions): Step {
  const array = arrayAt(statement.array)
  const { write } = compilePlace(statement.target, functions)
  const body = compileStatement(statement.body, functions)
  return (run) => {
    const { where } = run.state
    const back = where.length > 0 ? whereIn(run) : undefined
    const noted = typeof back === 'object' ? back : null
    const indices = noted?.left ?? indicesOf(array(run))
    let inside = noted?.inside ?? false
    if (!noted) work(run, indices.length / 2)
    for (let i = 0; i < indices.length; i++) {
      if (!inside) write(run, indices[i])
      inside = false
      const end = body(run)
      if (end === BREAK) break
      if (end === BROKEN) where.push({ left: indices.slice(i), inside: true })
      if (end > CONTINUE) return end
      if (breaksOff(run)) {
        where.push({ left: indices.slice(i + 1), inside: false })
        return BROKEN
      }
    }
    return GOES_ON
  }
}

function compileDelete(statement: Statement & { kind: 'delete' }, functions: Functions): Step {
  const array = arrayAt(statement.array)
  const index = statement.index ? compileIndex(statement.index, functions) : null
  return (run) => {
    if (index)
      deleteElement(
        array(run),
        asIndex(index(run), (value) => toText(run, value)),
      )
    else clearArray(array(run))
    return GOES_ON
  }
}

/* Output */

function compilePrint(statement: Statement & { kind: 'print' }, functions: Functions): Step {
  const write = compileWrite(statement.to, functions)
  const [first, ...others] = statement.args.map((arg) => compileExpr(arg, functions))
  if (first === undefined) return (run) => write(run, recordOf(run) + separator(run, ORS))
  if (others.length === 0) return (run) => write(run, toOutput(run, first.value(run)) + separator(run, ORS))
  return (run) => {
    let text = toOutput(run, first.value(run))
    const ofs = separator(run, OFS)
    for (const other of others) text += ofs + toOutput(run, other.value(run))
    return write(run, text + separator(run, ORS))
  }
}

function separator(run: Run, slot: number): string {
  const value = run.state.globals[slot] as Value
  return typeof value === 'string' ? value : toText(run, value)
}

function compileWrite(to: Redirection | null, functions: Functions): (run: Run, text: string) => number {
  if (!to) return print
  const file = compileExpr(to.file, functions)
  const { append } = to
  return (run, text) => writeFile(run, file.text(run), text, append)
}

function print(run: Run, text: string): number {
  run.out += text
  return run.out.length > BATCH && !flush(run) ? EXIT : GOES_ON
}

/** Write what has come together. False: nobody reads it. */
export function flush(run: Run): boolean {
  const { out } = run
  run.out = ''
  return out === '' || run.sys.out(out)
}

function writeFile(run: Run, file: string, text: string, append: boolean): number {
  if (file === '/dev/stdout' || file === '-') return print(run, text)
  if (file === '/dev/stderr') {
    run.sys.err(text)
    return GOES_ON
  }
  const { opened } = run.state
  const known = opened.includes(file)
  if (!known) opened.push(file)
  const error = run.sys.files.write(file, text, known || append)
  if (!error) return GOES_ON
  flush(run)
  throw new AwkError(`cannot open "${file}" for output (${errnoText(error)})`, { cause: 'plain' })
}
