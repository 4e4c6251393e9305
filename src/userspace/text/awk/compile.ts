/**
 * Makes closures of awk's expressions. Each has the form that is asked for: as a number, as text, as a value that
 * remembers what it is, or as true or false; so `$3 + 1` makes no string of its sum and `$1 == "tcp"` no number.
 */
import type { Expr, Name, Target } from './ast.ts'
import { asIndex, elementOf, findElement, type AwkArray } from './array.ts'
import { compileBuiltin } from './builtins.ts'
import type { Functions } from './functions.ts'
import { callFunction, readLine } from './functions.ts'
import { matchesIn } from '../regex.ts'
import { awkRegex, fieldsOf, fieldText, recordOf, setField, setFieldCount } from './record.ts'
import { AwkError, checked, FS, SUBSEP, work, type Run, type Value } from './state.ts'
import { compare, looksNumeric, textToNumber, toBoolean, toNumber, toText } from './values.ts'

/** An expression, compiled. */
export interface Code {
  value: (run: Run) => Value
  number: (run: Run) => number
  text: (run: Run) => string
  test: (run: Run) => boolean
}

export function numeric(number: (run: Run) => number): Code {
  return { value: number, number, text: (run) => toText(run, number(run)), test: (run) => number(run) !== 0 }
}

export function textual(text: (run: Run) => string): Code {
  return { value: text, number: (run) => textToNumber(text(run)), text, test: (run) => text(run) !== '' }
}

function general(value: (run: Run) => Value): Code {
  return {
    value,
    number: (run) => toNumber(value(run)),
    text: (run) => toText(run, value(run)),
    test: (run) => toBoolean(value(run)),
  }
}

function logical(test: (run: Run) => boolean): Code {
  return numeric((run) => (test(run) ? 1 : 0))
}

export function compileExpr(expr: Expr, functions: Functions): Code {
  const sub = (one: Expr): Code => compileExpr(one, functions)
  switch (expr.kind) {
    case 'number': {
      const { value } = expr
      return numeric(() => value)
    }
    case 'string': {
      const { text } = expr
      return textual(() => text)
    }
    case 'regex': {
      const regex = awkRegex(expr.pattern)
      return logical((run) => matchesIn(regex, recordOf(run)))
    }
    case 'group':
      return sub(expr.inner)
    case 'variable':
    case 'NF':
    case 'field':
    case 'element':
      return compilePlace(expr, functions).read
    case 'assign':
      return compileAssign(expr, functions)
    case 'step': {
      const { by, prefix } = expr
      const update = compileUpdate(expr.target, functions, (_run, old) => toNumber(old) + by)
      return numeric((run) => (prefix ? update(run) : update(run) - by))
    }
    case 'conditional': {
      const [test, yes, no] = [sub(expr.test), sub(expr.yes), sub(expr.no)]
      return general((run) => (test.test(run) ? yes : no).value(run))
    }
    case 'logic': {
      const [left, right] = [sub(expr.left), sub(expr.right)]
      return expr.op === '&&'
        ? logical((run) => left.test(run) && right.test(run))
        : logical((run) => left.test(run) || right.test(run))
    }
    case 'not': {
      const operand = sub(expr.operand)
      return logical((run) => !operand.test(run))
    }
    case 'sign': {
      const operand = sub(expr.operand)
      return expr.op === '-' ? numeric((run) => -operand.number(run)) : numeric((run) => operand.number(run))
    }
    case 'arithmetic':
      return numeric(arithmetic(expr.op, sub(expr.left), sub(expr.right)))
    case 'compare':
      return compileCompare(expr.op, expr.left, expr.right, functions)
    case 'match':
      return compileMatch(expr, functions)
    case 'concat': {
      const [left, right] = [sub(expr.left), sub(expr.right)]
      return textual((run) => {
        const text = left.text(run) + right.text(run)
        if (text.length > 1000) work(run, text.length / 100_000)
        return checked(text)
      })
    }
    case 'in': {
      const array = arrayAt(expr.array)
      const index = compileIndex(expr.index, functions)
      return logical((run) => findElement(array(run), index(run)) !== undefined)
    }
    case 'builtin':
      return compileBuiltin(expr, functions)
    case 'call':
      return general(callFunction(expr, functions))
    case 'array':
      throw new AwkError('an array where a value is expected')
    case 'getline': {
      const place = expr.target ? compilePlace(expr.target, functions) : null
      const file = expr.file ? sub(expr.file) : null
      return numeric((run) => readLine(run, place, file?.text(run) ?? null))
    }
  }
}

/* Places that hold values */

export interface Place {
  read: Code
  write: (run: Run, value: Value) => void
}

export function compilePlace(target: Target, functions: Functions): Place {
  switch (target.kind) {
    case 'variable':
      return variable(target.name)
    case 'NF':
      return {
        read: numeric((run) => fieldsOf(run).length),
        write: (run, value) => {
          setFieldCount(run, toNumber(value))
        },
      }
    case 'field': {
      const index = compileExpr(target.index, functions)
      return fieldPlace(index.number, target.index.kind === 'number' ? target.index.value : null)
    }
    case 'element': {
      const array = arrayAt(target.array)
      const index = compileIndex(target.index, functions)
      return {
        read: general((run) => elementOf(array(run), index(run)).value),
        write: (run, value) => {
          elementOf(array(run), index(run)).value = value
        },
      }
    }
  }
}

function variable({ scope, slot }: Name): Place {
  if (scope === 'local') {
    return {
      read: general((run) => run.locals[slot] as Value),
      write: (run, value) => {
        run.locals[slot] = value
      },
    }
  }
  return {
    read: general((run) => run.state.globals[slot] as Value),
    write: (run, value) => {
      // The record at hand is still split with the old separator.
      if (slot === FS) fieldsOf(run)
      run.state.globals[slot] = value
    },
  }
}

function fieldPlace(index: (run: Run) => number, constant: number | null): Place {
  const at = constant === null ? index : (): number => constant
  const text =
    constant === 0
      ? recordOf
      : constant !== null && constant > 0
        ? (run: Run): string => (run.state.fields ?? fieldsOf(run))[constant - 1] ?? ''
        : (run: Run): string => fieldText(run, at(run))
  return {
    read: {
      value: (run) => ({ text: text(run) }),
      number: (run) => textToNumber(text(run)),
      text,
      test: (run) => {
        const field = text(run)
        return looksNumeric(field) ? textToNumber(field) !== 0 : field !== ''
      },
    },
    write: (run, value) => {
      setField(run, at(run), toText(run, value))
    },
  }
}

/** The array of a name; a parameter that was given none gets one of its own. */
export function arrayAt({ scope, slot }: Name): (run: Run) => AwkArray {
  return scope === 'global'
    ? (run) => run.state.globals[slot] as AwkArray
    : (run) => run.locals[slot] as AwkArray
}

/** `a[i]`, `a[i, j]` */
export function compileIndex(index: Expr[], functions: Functions): (run: Run) => string | number {
  const parts = index.map((one) => compileExpr(one, functions))
  const [only] = parts
  if (parts.length > 1) {
    return (run) => parts.map((part) => part.text(run)).join(toText(run, run.state.globals[SUBSEP] as Value))
  }
  if (index[0].kind === 'field' || index[0].kind === 'string') return (run) => only.text(run)
  return (run) => {
    const value = only.value(run)
    return typeof value === 'string' ? value : asIndex(value, (other) => toText(run, other))
  }
}

/* Operators */

function arithmetic(op: string, left: Code, right: Code): (run: Run) => number {
  switch (op) {
    case '+':
      return (run) => left.number(run) + right.number(run)
    case '-':
      return (run) => left.number(run) - right.number(run)
    case '*':
      return (run) => left.number(run) * right.number(run)
    case '/':
      return (run) => left.number(run) / right.number(run)
    case '%':
      return (run) => left.number(run) % right.number(run)
    default:
      return (run) => left.number(run) ** right.number(run)
  }
}

function compileAssign(expr: Expr & { kind: 'assign' }, functions: Functions): Code {
  const value = compileExpr(expr.value, functions)
  if (expr.op === '') return general(compileUpdate(expr.target, functions, (run) => value.value(run)))
  const operate = OPERATIONS[expr.op]
  return numeric(
    compileUpdate(expr.target, functions, (run, old) => operate(toNumber(old), value.number(run))),
  )
}

const OPERATIONS: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': (a, b) => a ** b,
}

/** Give a place a new value, which may depend on the old one. Its index or subscript is worked out once, and first. */
function compileUpdate<V extends Value>(
  target: Target,
  functions: Functions,
  change: (run: Run, old: Value) => V,
): (run: Run) => V {
  if (target.kind === 'element') {
    const array = arrayAt(target.array)
    const index = compileIndex(target.index, functions)
    return (run) => {
      const element = elementOf(array(run), index(run))
      const value = change(run, element.value)
      element.value = value
      return value
    }
  }
  if (target.kind === 'field') {
    const index = compileExpr(target.index, functions)
    return (run) => {
      const at = index.number(run)
      const value = change(run, { text: fieldText(run, at) })
      setField(run, at, toText(run, value))
      return value
    }
  }
  const { read, write } = compilePlace(target, functions)
  return (run) => {
    const value = change(run, read.value(run))
    write(run, value)
    return value
  }
}

function compileCompare(op: string, left: Expr, right: Expr, functions: Functions): Code {
  const [a, b] = [compileExpr(left, functions), compileExpr(right, functions)]
  const compared =
    left.kind === 'string' || right.kind === 'string'
      ? (run: Run): number => order(a.text(run), b.text(run))
      : (run: Run): number => compare(run, a.value(run), b.value(run))
  switch (op) {
    case '<':
      return logical((run) => compared(run) < 0)
    case '<=':
      return logical((run) => compared(run) <= 0)
    case '==':
      return logical((run) => compared(run) === 0)
    case '!=':
      return logical((run) => compared(run) !== 0)
    case '>=':
      return logical((run) => compared(run) >= 0)
    default:
      return logical((run) => compared(run) > 0)
  }
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function compileMatch(expr: Expr & { kind: 'match' }, functions: Functions): Code {
  const left = compileExpr(expr.left, functions)
  const { negated } = expr
  const regex = compileRegexOf(expr.right, functions)
  return logical((run) => matchesIn(regex(run), left.text(run)) !== negated)
}

/** A regular expression as it stands, or the text of any other expression as one. */
export function compileRegexOf(expr: Expr, functions: Functions): (run: Run) => ReturnType<typeof awkRegex> {
  if (expr.kind === 'regex') {
    const regex = awkRegex(expr.pattern)
    return () => regex
  }
  const pattern = compileExpr(expr, functions)
  let last = { pattern: '', regex: awkRegex('') }
  return (run) => {
    const text = pattern.text(run)
    if (text !== last.pattern) last = { pattern: text, regex: awkRegex(text) }
    return last.regex
  }
}
