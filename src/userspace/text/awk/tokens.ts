/**
 * The parser's view of the tokens, and of the names it has met.
 */
import type { AwkFunction, Expr, Name } from './ast.ts'
import { AwkSyntaxError, readToken, type Token } from './lexer.ts'
import { SPECIAL } from './state.ts'

export interface Parser {
  text: string
  at: number
  line: number
  /** The token at `at`, if it has been read, and whether as an operand. */
  token: { token: Token; operand: boolean } | null
  where: 'BEGIN' | 'END' | 'rule' | 'function'
  braces: number
  parens: number
  loops: number
  /** In a print: `>` is a redirection. */
  noGreater: number
  noIn: number
  names: string[]
  arrays: boolean[]
  scalars: boolean[]
  /** The function that is being read, and its parameters. */
  current: AwkFunction | null
  params: string[]
  /** Calls of functions, whose arguments are looked at when all functions are known. */
  calls: { call: Expr & { kind: 'call' }; from: AwkFunction | null; line: number }[]
  readsAhead: boolean
}

export function newParser(text: string): Parser {
  return {
    text,
    at: 0,
    line: 1,
    token: null,
    where: 'rule',
    braces: 0,
    parens: 0,
    loops: 0,
    noGreater: 0,
    noIn: 0,
    names: [...SPECIAL],
    arrays: SPECIAL.map((name) => name === 'ENVIRON' || name === 'ARGV'),
    scalars: [],
    current: null,
    params: [],
    calls: [],
    readsAhead: false,
  }
}

export function peek(parser: Parser, operand: boolean): Token {
  const known = parser.token
  if (known && (known.operand === operand || !/^\//.test(known.token.text))) return known.token
  const token = readToken(parser.text, parser.at, parser.line, operand)
  parser.token = { token, operand }
  return token
}

export function advance(parser: Parser): Token {
  const token = parser.token?.token ?? peek(parser, true)
  parser.token = null
  parser.at = token.to
  parser.line = token.line + (token.kind === 'newline' ? 1 : 0)
  return token
}

/** Is it this operator or keyword? `\n` is a newline. */
export function isAt(parser: Parser, text: string): boolean {
  const token = peek(parser, parser.token?.operand ?? false)
  if (text === '\n') return token.kind === 'newline' || (token.kind === 'end' && parser.braces === 0)
  return (token.kind === 'op' || token.kind === 'keyword') && token.text === text
}

export function accept(parser: Parser, text: string): boolean {
  if (!isAt(parser, text) || peek(parser, false).kind === 'end') return false
  advance(parser)
  return true
}

export function expect(parser: Parser, text: string): void {
  if (accept(parser, text)) return
  if (text === ')') {
    const { kind, text: found, line } = peek(parser, false)
    const near = kind === 'end' || kind === 'newline' ? 'end of line' : found
    throw new AwkSyntaxError(line, `missing ) near ${near}${unclosed(parser, kind)}`)
  }
  throw syntaxError(parser)
}

/** mawk goes on after a missing parenthesis, and then misses the brace too. */
function unclosed({ braces, line }: Parser, kind: Token['kind']): string {
  return kind === 'end' && braces > 0 ? `\nawk: line ${line + 1}: missing } near end of file` : ''
}

export function skipNewlines(parser: Parser): void {
  while (peek(parser, true).kind === 'newline') advance(parser)
}

export function syntaxError(parser: Parser, token: Token = peek(parser, false)): AwkSyntaxError {
  if (token.kind === 'end' && parser.braces > 0)
    return new AwkSyntaxError(token.line + 1, 'missing } near end of file')
  if (token.text === '|') return new AwkSyntaxError(token.line, 'pipes to commands are not available here')
  const near = token.kind === 'end' || token.kind === 'newline' ? 'end of line' : token.text
  return new AwkSyntaxError(token.line, `syntax error at or near ${near}`)
}

/** Where a name's value lies. */
export function nameOf(parser: Parser, token: Token, array: boolean): Name {
  const param = parser.params.indexOf(token.text)
  if (param >= 0) {
    if (array && parser.current) parser.current.arrays[param] = true
    return { scope: 'local', slot: param }
  }
  let slot = parser.names.indexOf(token.text)
  if (slot < 0) slot = parser.names.push(token.text) - 1
  if (array ? parser.scalars[slot] : parser.arrays[slot]) {
    throw new AwkSyntaxError(token.line, `illegal reference to ${array ? 'variable' : 'array'} ${token.text}`)
  }
  if (array) parser.arrays[slot] = true
  return { scope: 'global', slot }
}
