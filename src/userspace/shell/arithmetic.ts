/**
 * `$((expression))`: C's integer operators on shell variables. POSIX 2.6.4; bash(1), ARITHMETIC EVALUATION.
 *
 * Left out: 64-bit wrap-around (numbers are exact up to 2^53), number bases beyond 36, arrays.
 */

/** The variables of the shell. */
export interface Variables {
  get(name: string): string
  set(name: string, value: string): void
}

interface State {
  text: string
  tokens: Token[]
  at: number
  variables: Variables
  /** 0: evaluate; else how many operators deep we only parse (`0 && x++`). */
  skipping: number
  /** Variables whose values are expressions themselves: how many deep. */
  depth: number
}

interface Token {
  text: string
  /** Where it begins: bash's messages quote the rest of the expression from there. */
  at: number
}

class Failure extends Error {}

const TOKEN =
  /\s*(0[xX][0-9a-fA-F]+|\d+#\w+|\d\w*|[A-Za-z_]\w*|\*\*|<<=|>>=|\+\+|--|[-+*/%&|^]=|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%<>=!~&|^?:(),]|\S)/y

/** Binary operators, the loosest first. */
const LEVELS = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
]

/** The value, or bash's message without the leading `bash: `. */
export function evaluate(text: string, variables: Variables, depth = 0): number | string {
  const state: State = { text, tokens: [], at: 0, variables, skipping: 0, depth }
  TOKEN.lastIndex = 0
  for (let found = TOKEN.exec(text); found; found = TOKEN.exec(text)) {
    state.tokens.push({ text: found[1], at: TOKEN.lastIndex - found[1].length })
  }
  if (state.tokens.length === 0) return 0
  try {
    if (depth > 16) throw failure(state, 'expression recursion level exceeded')
    const value = comma(state)
    const rest = peek(state)
    if (rest !== '') {
      throw failure(
        state,
        /^\w/.test(rest) ? 'syntax error in expression' : 'syntax error: invalid arithmetic operator',
      )
    }
    return value
  } catch (error) {
    if (error instanceof Failure) return error.message
    if (error instanceof RangeError)
      return `${text}: expression recursion level exceeded (error token is "${text}")`
    throw error
  }
}

function peek(state: State): string {
  return state.tokens[state.at]?.text ?? ''
}

function accept(state: State, ...ops: string[]): string | null {
  const token = peek(state)
  if (!ops.includes(token)) return null
  state.at++
  return token
}

function failure(state: State, what: string, at = state.at): Failure {
  const token = state.tokens[Math.min(at, state.tokens.length - 1)]
  const rest = token ? state.text.slice(token.at) : ''
  return new Failure(`${state.text.trimStart()}: ${what} (error token is "${rest}")`)
}

function comma(state: State): number {
  let value = assignment(state)
  while (accept(state, ',')) value = assignment(state)
  return value
}

function assignment(state: State): number {
  const name = peek(state)
  const op = state.tokens[state.at + 1]?.text ?? ''
  if (!/^[A-Za-z_]/.test(name) || !/^(?:[-+*/%&|^]|<<|>>)?=$/.test(op)) return conditional(state)
  state.at += 2
  const at = state.at
  const right = assignment(state)
  const value = op === '=' ? right : apply(state, op.slice(0, -1), lookUp(state, name), right, at)
  store(state, name, value)
  return value
}

function conditional(state: State): number {
  const test = binary(state, 0)
  if (!accept(state, '?')) return test
  const yes = skippedUnless(state, test !== 0, comma)
  if (!accept(state, ':')) throw failure(state, "`:' expected for conditional expression")
  const no = skippedUnless(state, test === 0, assignment)
  return test === 0 ? no : yes
}

function skippedUnless(state: State, wanted: boolean, parse: (state: State) => number): number {
  if (!wanted) state.skipping++
  const value = parse(state)
  if (!wanted) state.skipping--
  return value
}

function binary(state: State, level: number): number {
  if (level === LEVELS.length) return power(state)
  let left = binary(state, level + 1)
  for (let op = accept(state, ...LEVELS[level]); op; op = accept(state, ...LEVELS[level])) {
    const at = state.at
    const wanted = op === '&&' ? left !== 0 : op === '||' ? left === 0 : true
    const right = skippedUnless(state, wanted, (inner) => binary(inner, level + 1))
    left = apply(state, op, left, right, at)
  }
  return left
}

function power(state: State): number {
  const base = unary(state)
  if (!accept(state, '**')) return base
  const at = state.at
  const exponent = power(state)
  if (exponent < 0 && state.skipping === 0) throw failure(state, 'exponent less than 0', at)
  return Math.trunc(base ** exponent)
}

function apply(state: State, op: string, a: number, b: number, at: number): number {
  const truth = (value: boolean): number => (value ? 1 : 0)
  switch (op) {
    case '||':
      return truth(a !== 0 || b !== 0)
    case '&&':
      return truth(a !== 0 && b !== 0)
    case '|':
      return Number(BigInt.asIntN(64, BigInt(a) | BigInt(b)))
    case '^':
      return Number(BigInt.asIntN(64, BigInt(a) ^ BigInt(b)))
    case '&':
      return Number(BigInt.asIntN(64, BigInt(a) & BigInt(b)))
    case '==':
      return truth(a === b)
    case '!=':
      return truth(a !== b)
    case '<':
      return truth(a < b)
    case '<=':
      return truth(a <= b)
    case '>':
      return truth(a > b)
    case '>=':
      return truth(a >= b)
    case '<<':
      return Number(BigInt.asIntN(64, BigInt(a) << BigInt(b & 63)))
    case '>>':
      return Number(BigInt.asIntN(64, BigInt(a) >> BigInt(b & 63)))
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    default:
      if (b === 0 && state.skipping > 0) return 0
      if (b === 0) throw failure(state, 'division by 0', at)
      return op === '/' ? Math.trunc(a / b) : a % b
  }
}

function unary(state: State): number {
  const op = accept(state, '!', '~', '-', '+', '++', '--')
  if (op === '++' || op === '--') {
    const name = peek(state)
    if (!/^[A-Za-z_]/.test(name)) return unary(state)
    state.at++
    const value = lookUp(state, name) + (op === '++' ? 1 : -1)
    store(state, name, value)
    return value
  }
  if (op === null) return primary(state)
  const value = unary(state)
  if (op === '!') return value === 0 ? 1 : 0
  return op === '~' ? -value - 1 : op === '-' ? 0 - value : value
}

function primary(state: State): number {
  const token = peek(state)
  if (accept(state, '(')) {
    const value = comma(state)
    if (!accept(state, ')')) throw failure(state, "missing `)'")
    return value
  }
  if (/^\d/.test(token)) {
    state.at++
    return numberOf(state, token)
  }
  if (!/^[A-Za-z_]/.test(token)) {
    throw failure(state, 'syntax error: operand expected', token === '' ? state.at - 1 : state.at)
  }
  state.at++
  const value = lookUp(state, token)
  const step = accept(state, '++', '--')
  if (step) store(state, token, value + (step === '++' ? 1 : -1))
  return value
}

function numberOf(state: State, token: string): number {
  if (/^0[xX][0-9a-fA-F]+$/.test(token)) return parseInt(token, 16)
  if (/^0[0-7]*$/.test(token)) return parseInt(token, 8)
  const based = /^(\d+)#(\w+)$/.exec(token)
  if (based) return inBase(state, Number(based[1]), based[2])
  if (/^[1-9]\d*$/.test(token)) return Number(token)
  const octal = token.startsWith('0')
  throw failure(
    state,
    octal || /^\d+[a-zA-Z_]/.test(token) ? 'value too great for base' : 'invalid number',
    state.at - 1,
  )
}

/** `2#101` */
function inBase(state: State, base: number, digits: string): number {
  const value = base >= 2 && base <= 36 ? parseInt(digits, base) : NaN
  if (Number.isNaN(value)) throw failure(state, 'invalid arithmetic base', state.at - 1)
  return value
}

function lookUp(state: State, name: string): number {
  const text = state.variables.get(name).trim()
  if (/^(?:0|-?[1-9]\d*)$/.test(text)) return Number(text)
  if (text === '' || state.skipping > 0) return 0
  const value = evaluate(text, state.variables, state.depth + 1)
  if (typeof value === 'string') throw new Failure(value)
  return value
}

function store(state: State, name: string, value: number): void {
  if (state.skipping === 0) state.variables.set(name, String(value))
}
