/**
 * test(1) and `[`, with bash's messages. POSIX test; by the number of arguments, then `-a` and `-o`.
 *
 * Left out: comparisons of file times, -t, and owners' rights (every file can be read and written).
 */
import type { Program, Sys } from '../program.ts'

class TestError extends Error {}

const UNARY = /^-[adefghknoprstuvwxzGLNOS]$/
const BINARY = ['=', '==', '!=', '<', '>', '-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-nt', '-ot', '-ef']

function run(sys: Sys): void {
  const [name, ...args] = sys.process.argv
  try {
    if (name === '[' && args.pop() !== ']') throw new TestError("missing `]'")
    sys.exit(evaluate(sys, args) ? 0 : 1)
  } catch (error) {
    const known = error instanceof TestError || error instanceof RangeError
    if (!known) throw error
    sys.err(`bash: ${name}: ${error instanceof TestError ? error.message : 'expression too complex'}\n`)
    sys.exit(2)
  }
}

function evaluate(sys: Sys, args: string[]): boolean {
  const [a, b, c] = args
  switch (args.length) {
    case 0:
      return false
    case 1:
      return a !== ''
    case 2:
      if (a === '!') return b === ''
      if (!UNARY.test(a)) throw new TestError(`${a}: unary operator expected`)
      return unary(sys, a, b)
    case 3:
      if (BINARY.includes(b)) return binary(a, b, c)
      if (b === '-a') return a !== '' && c !== ''
      if (b === '-o') return a !== '' || c !== ''
      if (a === '!') return !evaluate(sys, [b, c])
      if (a === '(' && c === ')') return b !== ''
      throw new TestError(`${b}: binary operator expected`)
    case 4:
      if (a === '!') return !evaluate(sys, args.slice(1))
      if (a === '(' && args[3] === ')') return evaluate(sys, [b, c])
  }
  const state = { args, at: 0 }
  const value = disjunction(sys, state)
  if (state.at < args.length) throw new TestError('too many arguments')
  return value
}

interface State {
  args: string[]
  at: number
}

function disjunction(sys: Sys, state: State): boolean {
  let value = conjunction(sys, state)
  while (state.args[state.at] === '-o') {
    state.at++
    const right = conjunction(sys, state)
    value ||= right
  }
  return value
}

function conjunction(sys: Sys, state: State): boolean {
  let value = term(sys, state)
  while (state.args[state.at] === '-a') {
    state.at++
    const right = term(sys, state)
    value &&= right
  }
  return value
}

function term(sys: Sys, state: State): boolean {
  const { args } = state
  const [a, b, c] = args.slice(state.at)
  if (a === undefined) throw new TestError('argument expected')
  if (a === '!') {
    state.at++
    return !term(sys, state)
  }
  if (a === '(') {
    state.at++
    const value = disjunction(sys, state)
    if (args[state.at++] !== ')') throw new TestError("`)' expected")
    return value
  }
  if (c !== undefined && BINARY.includes(b)) {
    state.at += 3
    return binary(a, b, c)
  }
  if (b !== undefined && UNARY.test(a)) {
    state.at += 2
    return unary(sys, a, b)
  }
  state.at++
  return a !== ''
}

function unary(sys: Sys, op: string, operand: string): boolean {
  if (op === '-z') return operand === ''
  if (op === '-n') return operand !== ''
  if (op === '-o' || op === '-v' || op === '-t') return false
  const kind = operand === '' ? null : sys.files.exists(operand)
  if (op === '-f') return kind === 'file'
  if (op === '-d') return kind === 'dir'
  if (op === '-s') return kind === 'dir' || (kind === 'file' && sys.files.read(operand) !== '')
  if (op === '-x') return kind === 'dir'
  return kind !== null && /^-[aerwGO]$/.test(op)
}

function binary(a: string, op: string, b: string): boolean {
  switch (op) {
    case '=':
    case '==':
      return a === b
    case '!=':
      return a !== b
    case '<':
      return a < b
    case '>':
      return a > b
    case '-nt':
    case '-ot':
    case '-ef':
      return false
  }
  const [x, y] = [integer(a), integer(b)]
  return (
    { '-eq': x === y, '-ne': x !== y, '-lt': x < y, '-le': x <= y, '-gt': x > y, '-ge': x >= y }[op] ?? false
  )
}

function integer(text: string): number {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new TestError(`${text}: integer expression expected`)
  return Number(text)
}

export const testPrograms: readonly Program[] = [
  { name: 'test', usage: 'test EXPRESSION', start: run },
  { name: '[', usage: '[ EXPRESSION ]', start: run },
]
