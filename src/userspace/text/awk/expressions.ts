/**
 * Parses awk's expressions, by precedence: ?: || && in ~ < concatenation + * unary ^ ++ $ .
 */
import type { Expr, Target } from './ast.ts'
import { AwkSyntaxError, type Token } from './lexer.ts'
import {
  accept,
  advance,
  expect,
  isAt,
  nameOf,
  peek,
  skipNewlines,
  syntaxError,
  type Parser,
} from './tokens.ts'

export function parseExpr(parser: Parser): Expr {
  const left = conditional(parser)
  const { kind, text } = peek(parser, false)
  if (kind !== 'op' || !/^[-+*/%^]?=$/.test(text)) return left
  const target = asTarget(left)
  if (!target) throw syntaxError(parser)
  markScalar(parser, target)
  advance(parser)
  skipNewlines(parser)
  return { kind: 'assign', op: text.slice(0, -1), target, value: parseExpr(parser) }
}

/** Expressions up to a closing bracket, which is taken. */
export function parseList(parser: Parser, close: ')' | ']'): Expr[] {
  const { noGreater, noIn } = parser
  parser.noGreater = 0
  parser.noIn = 0
  const list: Expr[] = []
  skipNewlines(parser)
  while (!isAt(parser, close) && peek(parser, true).kind !== 'end') {
    list.push(parseExpr(parser))
    skipNewlines(parser)
    if (!accept(parser, ',')) break
    skipNewlines(parser)
  }
  parser.noGreater = noGreater
  parser.noIn = noIn
  if (close === ']' && list.length === 0) throw syntaxError(parser)
  expect(parser, close)
  return list
}

function asTarget(expr: Expr): Target | null {
  return expr.kind === 'variable' || expr.kind === 'NF' || expr.kind === 'field' || expr.kind === 'element'
    ? expr
    : null
}

function markScalar(parser: Parser, target: Target): void {
  if (target.kind === 'variable' && target.name.scope === 'global') parser.scalars[target.name.slot] = true
}

function conditional(parser: Parser): Expr {
  const test = disjunction(parser)
  if (!accept(parser, '?')) return test
  skipNewlines(parser)
  const yes = parseExpr(parser)
  skipNewlines(parser)
  if (!accept(parser, ':')) throw syntaxError(parser)
  skipNewlines(parser)
  return { kind: 'conditional', test, yes, no: parseExpr(parser) }
}

function disjunction(parser: Parser): Expr {
  let left = conjunction(parser)
  while (accept(parser, '||')) {
    skipNewlines(parser)
    left = { kind: 'logic', op: '||', left, right: conjunction(parser) }
  }
  return left
}

function conjunction(parser: Parser): Expr {
  let left = membership(parser)
  while (accept(parser, '&&')) {
    skipNewlines(parser)
    left = { kind: 'logic', op: '&&', left, right: membership(parser) }
  }
  return left
}

function membership(parser: Parser): Expr {
  let left = matching(parser)
  while (parser.noIn === 0 && accept(parser, 'in')) {
    left = { kind: 'in', index: [left], array: nameOf(parser, arrayName(parser), true) }
  }
  return left
}

function arrayName(parser: Parser): Token {
  const token = advance(parser)
  if (token.kind !== 'name') throw syntaxError(parser, token)
  return token
}

function matching(parser: Parser): Expr {
  let left = comparison(parser)
  for (;;) {
    const negated = isAt(parser, '!~')
    if (!negated && !isAt(parser, '~')) return left
    advance(parser)
    left = { kind: 'match', negated, left, right: comparison(parser) }
  }
}

const COMPARISONS = new Set(['<', '<=', '==', '!=', '>=', '>'])

function comparison(parser: Parser): Expr {
  const left = concatenation(parser)
  const { kind, text } = peek(parser, false)
  if (kind !== 'op' || !COMPARISONS.has(text) || (text === '>' && parser.noGreater > 0)) return left
  advance(parser)
  return { kind: 'compare', op: text, left, right: concatenation(parser) }
}

function concatenation(parser: Parser): Expr {
  let left = additive(parser)
  while (beginsOperand(parser)) left = { kind: 'concat', left, right: additive(parser) }
  return left
}

/** Can what comes next be concatenated? */
function beginsOperand(parser: Parser): boolean {
  const { kind, text } = peek(parser, false)
  if (kind === 'number' || kind === 'string' || kind === 'name' || kind === 'function' || kind === 'builtin')
    return true
  return kind === 'op' && (text === '$' || text === '(' || text === '!' || text === '++' || text === '--')
}

function additive(parser: Parser): Expr {
  return binary(parser, ['+', '-'], multiplicative)
}

function multiplicative(parser: Parser): Expr {
  return binary(parser, ['*', '/', '%'], unary)
}

function binary(parser: Parser, ops: string[], operand: (parser: Parser) => Expr): Expr {
  let left = operand(parser)
  for (;;) {
    const { kind, text } = peek(parser, false)
    if (kind !== 'op' || !ops.includes(text)) return left
    advance(parser)
    left = { kind: 'arithmetic', op: text, left, right: operand(parser) }
  }
}

function unary(parser: Parser): Expr {
  peek(parser, true)
  if (accept(parser, '!')) return { kind: 'not', operand: unary(parser) }
  if (accept(parser, '-')) return { kind: 'sign', op: '-', operand: unary(parser) }
  if (accept(parser, '+')) return { kind: 'sign', op: '+', operand: unary(parser) }
  return power(parser)
}

function power(parser: Parser): Expr {
  const base = postfix(parser)
  if (!accept(parser, '^')) return base
  peek(parser, true)
  const right = accept(parser, '-')
    ? ({ kind: 'sign', op: '-', operand: power(parser) } as const)
    : accept(parser, '+')
      ? power(parser)
      : accept(parser, '!')
        ? ({ kind: 'not', operand: power(parser) } as const)
        : power(parser)
  return { kind: 'arithmetic', op: '^', left: base, right }
}

function postfix(parser: Parser): Expr {
  const expr = primary(parser)
  const target = asTarget(expr)
  const up = isAt(parser, '++')
  if (!target || (!up && !isAt(parser, '--'))) return expr
  markScalar(parser, target)
  advance(parser)
  return { kind: 'step', by: up ? 1 : -1, prefix: false, target }
}

function primary(parser: Parser): Expr {
  const token = peek(parser, true)
  advance(parser)
  switch (token.kind) {
    case 'number':
      return { kind: 'number', value: Number(token.value) }
    case 'string':
      return { kind: 'string', text: String(token.value) }
    case 'regex':
      return { kind: 'regex', pattern: String(token.value) }
    case 'name':
      return parseTarget(parser, token)
    case 'function':
      return call(parser, token)
    case 'builtin':
      return builtin(parser, token)
    case 'keyword':
      if (token.text === 'getline') return getline(parser)
      break
    case 'op':
      if (token.text === '(') return grouped(parser)
      if (token.text === '$') return { kind: 'field', index: fieldIndex(parser) }
      if (token.text === '++' || token.text === '--') {
        const target = asTarget(primary(parser))
        if (!target) throw syntaxError(parser)
        markScalar(parser, target)
        return { kind: 'step', by: token.text === '++' ? 1 : -1, prefix: true, target }
      }
      break
    case 'newline':
    case 'end':
  }
  throw syntaxError(parser, token)
}

/** What follows a `$`: it binds tighter than anything but `++` before it, and a sign. */
function fieldIndex(parser: Parser): Expr {
  peek(parser, true)
  if (accept(parser, '-')) return { kind: 'sign', op: '-', operand: primary(parser) }
  return primary(parser)
}

/** A variable or an element of an array. */
export function parseTarget(parser: Parser, token: Token): Target {
  if (accept(parser, '[')) {
    const array = nameOf(parser, token, true)
    return { kind: 'element', array, index: parseList(parser, ']') }
  }
  if (token.text === 'NF' && !parser.params.includes('NF')) return { kind: 'NF' }
  // Not yet known whether it is a scalar: it may be given to a function as an array.
  return { kind: 'variable', name: nameOf(parser, token, isKnownArray(parser, token)) }
}

/** An array's name alone is right only as an argument: `f(a)`, `length(a)`, `split(s, a)`. */
function isKnownArray(parser: Parser, token: Token): boolean {
  return parser.parens > 0 && parser.arrays[parser.names.indexOf(token.text)]
}

/** `(x)`, `(i, j) in a` */
function grouped(parser: Parser): Expr {
  const list = parseList(parser, ')')
  if (list.length === 0) throw syntaxError(parser)
  if (accept(parser, 'in')) return { kind: 'in', index: list, array: nameOf(parser, arrayName(parser), true) }
  if (list.length > 1) throw syntaxError(parser)
  return { kind: 'group', inner: list[0] }
}

function args(parser: Parser): Expr[] {
  parser.parens++
  const list = parseList(parser, ')')
  parser.parens--
  return list
}

function call(parser: Parser, token: Token): Expr {
  advance(parser)
  const expr: Expr & { kind: 'call' } = { kind: 'call', name: token.text, slot: -1, args: args(parser) }
  parser.calls.push({ call: expr, from: parser.current, line: token.line })
  return expr
}

/** How many arguments each takes. */
const ARITY: Record<string, [least: number, most: number]> = {
  length: [0, 1],
  substr: [2, 3],
  index: [2, 2],
  split: [2, 3],
  sub: [2, 3],
  gsub: [2, 3],
  match: [2, 2],
  sprintf: [1, 999],
  sin: [1, 1],
  cos: [1, 1],
  atan2: [2, 2],
  exp: [1, 1],
  log: [1, 1],
  sqrt: [1, 1],
  int: [1, 1],
  rand: [0, 0],
  srand: [0, 1],
  tolower: [1, 1],
  toupper: [1, 1],
  close: [1, 1],
  fflush: [0, 1],
  system: [1, 1],
}

function builtin(parser: Parser, token: Token): Expr {
  const name = token.text
  if (name === 'system') throw new AwkSyntaxError(token.line, 'system() is not available here')
  if (name === 'length' && !isAt(parser, '(')) return { kind: 'builtin', name, args: [] }
  if (!isAt(parser, '(')) throw syntaxError(parser)
  advance(parser)
  const list = args(parser)
  const [least, most] = ARITY[name]
  if (list.length < least || list.length > most) {
    throw new AwkSyntaxError(token.line, `wrong number of arguments in call to ${name}`)
  }
  const arrayAt = name === 'split' ? 1 : name === 'length' ? 0 : -1
  const given = list[arrayAt]
  if (given?.kind === 'variable' && (name === 'split' || isArrayVariable(parser, given))) {
    markArray(parser, given, token)
    list[arrayAt] = { kind: 'array', name: given.name }
  } else if (name === 'split') throw syntaxError(parser)
  return { kind: 'builtin', name, args: list }
}

function isArrayVariable(parser: Parser, { name: { scope, slot } }: Expr & { kind: 'variable' }): boolean {
  return (scope === 'global' ? parser.arrays[slot] : parser.current?.arrays[slot]) ?? false
}

function markArray(
  parser: Parser,
  { name: { scope, slot } }: Expr & { kind: 'variable' },
  token: Token,
): void {
  if (scope === 'global' && parser.scalars[slot]) {
    throw new AwkSyntaxError(token.line, `illegal reference to variable ${parser.names[slot]}`)
  }
  if (scope === 'global') parser.arrays[slot] = true
  else if (parser.current) parser.current.arrays[slot] = true
}

/** `getline`, `getline x`, `getline < file`, `getline x < file` */
function getline(parser: Parser): Expr {
  const { kind, text } = peek(parser, true)
  const hasTarget = kind === 'name' || (kind === 'op' && text === '$')
  const target = hasTarget ? asTarget(primary(parser)) : null
  const file = accept(parser, '<') ? primary(parser) : null
  if (!file) parser.readsAhead = true
  return { kind: 'getline', target, file }
}
