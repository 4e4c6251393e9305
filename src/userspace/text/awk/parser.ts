/**
 * Parses an awk program: statements, rules and functions. Expressions are in expressions.ts.
 * POSIX awk, "Grammar"; messages as mawk 1.3.4 has them.
 */
import type { AwkFunction, AwkProgram, Expr, Name, Redirection, Rule, Statement, Target } from './ast.ts'
import { parseExpr, parseList, parseTarget } from './expressions.ts'
import { AwkSyntaxError } from './lexer.ts'
import { resolve } from './names.ts'
import {
  accept,
  advance,
  expect,
  isAt,
  nameOf,
  newParser,
  peek,
  skipNewlines,
  syntaxError,
  type Parser,
} from './tokens.ts'

/** The program, or mawk's message without the leading `awk: `. */
export function parseProgram(text: string): AwkProgram | string {
  try {
    const parser = newParser(text)
    return resolve(parser, readItems(parser))
  } catch (error) {
    if (error instanceof RangeError) return 'program too deeply nested'
    if (!(error instanceof AwkSyntaxError)) throw error
    return error.line < 0 ? `${-error.line}: ${error.message}` : `line ${error.line}: ${error.message}`
  }
}

export interface Items {
  begin: Statement[]
  rules: Rule[]
  end: Statement[]
  functions: AwkFunction[]
}

function readItems(parser: Parser): Items {
  const items: Items = { begin: [], rules: [], end: [], functions: [] }
  for (;;) {
    while (accept(parser, ';') || accept(parser, '\n'));
    const token = peek(parser, true)
    if (token.kind === 'end') return items
    if (isAt(parser, '}')) {
      const { line } = token
      throw new AwkSyntaxError(line, `extra '}'\nawk: line ${line}: syntax error at or near end of line`)
    }
    if (accept(parser, 'function')) items.functions.push(readFunction(parser))
    else if (accept(parser, 'BEGIN')) items.begin.push(readAction(parser, 'BEGIN'))
    else if (accept(parser, 'END')) items.end.push(readAction(parser, 'END'))
    else items.rules.push(readRule(parser, items.rules.length))
  }
}

function readAction(parser: Parser, where: Parser['where']): Statement {
  parser.where = where
  if (!isAt(parser, '{')) throw syntaxError(parser)
  const body = readBlock(parser)
  parser.where = 'rule'
  return body
}

function readRule(parser: Parser, index: number): Rule {
  const rule: Rule = { pattern: null, until: null, index, action: null }
  if (!isAt(parser, '{')) {
    rule.pattern = parseExpr(parser)
    if (accept(parser, ',')) {
      skipNewlines(parser)
      rule.until = parseExpr(parser)
    }
  }
  if (isAt(parser, '{')) rule.action = readBlock(parser)
  else if (!isAt(parser, ';') && !isAt(parser, '\n') && peek(parser, false).kind !== 'end')
    throw syntaxError(parser)
  return rule
}

function readFunction(parser: Parser): AwkFunction {
  const token = advance(parser)
  if (token.kind !== 'name' && token.kind !== 'function') throw syntaxError(parser, token)
  const params: string[] = []
  expect(parser, '(')
  while (!isAt(parser, ')')) {
    const param = advance(parser)
    if (param.kind !== 'name') throw syntaxError(parser, param)
    params.push(param.text)
    if (!accept(parser, ',')) break
    skipNewlines(parser)
  }
  if (!isAt(parser, ')')) throw syntaxError(parser)
  expect(parser, ')')
  skipNewlines(parser)
  parser.params = params
  const declared: AwkFunction = {
    name: token.text,
    params,
    arrays: params.map(() => false),
    body: { kind: 'next' },
  }
  parser.where = 'function'
  parser.current = declared
  declared.body = readBlock(parser)
  parser.where = 'rule'
  parser.params = []
  parser.current = null
  return declared
}

/* Statements */

function readBlock(parser: Parser): Statement {
  expect(parser, '{')
  parser.braces++
  const body: Statement[] = []
  for (;;) {
    while (accept(parser, ';') || accept(parser, '\n'));
    if (accept(parser, '}')) break
    body.push(readStatement(parser))
  }
  parser.braces--
  return { kind: 'block', body }
}

/** The end of a simple statement. A `}` is left for the block. */
function endStatement(parser: Parser): void {
  if (accept(parser, ';') || accept(parser, '\n') || isAt(parser, '}')) return
  throw syntaxError(parser)
}

function readStatement(parser: Parser): Statement {
  const token = peek(parser, true)
  if (isAt(parser, '{')) return readBlock(parser)
  if (accept(parser, ';')) return { kind: 'block', body: [] }
  if (token.kind === 'keyword') {
    switch (token.text) {
      case 'if':
        return readIf(parser)
      case 'while':
        return readWhile(parser)
      case 'do':
        return readDo(parser)
      case 'for':
        return readFor(parser)
    }
  }
  const statement = readSimple(parser)
  endStatement(parser)
  return statement
}

function readSimple(parser: Parser): Statement {
  const { kind, text, line } = peek(parser, true)
  if (kind !== 'keyword' || text === 'getline') return { kind: 'expression', value: parseExpr(parser) }
  advance(parser)
  switch (text) {
    case 'print':
    case 'printf':
      return readPrint(parser, text)
    case 'next':
      if (parser.where === 'BEGIN' || parser.where === 'END')
        throw new AwkSyntaxError(line, 'improper use of next')
      return { kind: 'next' }
    case 'break':
    case 'continue':
      if (parser.loops === 0) throw new AwkSyntaxError(line, `${text} statement outside of loop`)
      return { kind: text }
    case 'exit':
      return { kind: 'exit', value: readOptional(parser) }
    case 'return':
      if (parser.where !== 'function') throw new AwkSyntaxError(line, 'return outside function body')
      return { kind: 'return', value: readOptional(parser) }
    case 'delete':
      return readDelete(parser)
    default:
      throw syntaxError(parser, { ...peek(parser, true), text, kind: 'keyword' })
  }
}

function atStatementEnd(parser: Parser): boolean {
  return isAt(parser, ';') || isAt(parser, '\n') || isAt(parser, '}')
}

function readOptional(parser: Parser): Expr | null {
  return atStatementEnd(parser) ? null : parseExpr(parser)
}

function readDelete(parser: Parser): Statement {
  const token = advance(parser)
  if (token.kind !== 'name') throw syntaxError(parser, token)
  const array = nameOf(parser, token, true)
  if (!accept(parser, '[')) return { kind: 'delete', array, index: null }
  const index = parseList(parser, ']')
  return { kind: 'delete', array, index }
}

/** `print`, `print a, b > file`, `print (a, b) > file` */
function readPrint(parser: Parser, kind: 'print' | 'printf'): Statement {
  let args: Expr[] = []
  const { at, line } = parser
  const grouped = isAt(parser, '(')
  if (grouped) {
    advance(parser)
    args = parseList(parser, ')')
    if (!atPrintEnd(parser)) {
      parser.at = at
      parser.line = line
      parser.token = null
      args = []
    }
  }
  if (args.length === 0 && !atPrintEnd(parser)) {
    parser.noGreater++
    do {
      skipNewlines(parser)
      args.push(parseExpr(parser))
    } while (accept(parser, ','))
    parser.noGreater--
  }
  if (kind === 'printf' && args.length === 0) throw syntaxError(parser)
  return { kind, args, to: readRedirection(parser) }
}

function atPrintEnd(parser: Parser): boolean {
  return atStatementEnd(parser) || isAt(parser, '>') || isAt(parser, '>>') || isAt(parser, '|')
}

function readRedirection(parser: Parser): Redirection | null {
  const { line } = peek(parser, false)
  if (isAt(parser, '|')) throw new AwkSyntaxError(line, 'pipes to commands are not available here')
  const append = accept(parser, '>>')
  if (!append && !accept(parser, '>')) return null
  parser.noGreater++
  parser.noIn++
  const file = parseExpr(parser)
  parser.noIn--
  parser.noGreater--
  return { append, file }
}

function readTest(parser: Parser): Expr {
  expect(parser, '(')
  const test = parseExpr(parser)
  expect(parser, ')')
  return test
}

/** The statement a condition or a loop controls. */
function readBody(parser: Parser): Statement {
  skipNewlines(parser)
  // `if (x)` before a closing brace is an empty statement to mawk.
  return isAt(parser, '}') ? { kind: 'block', body: [] } : readStatement(parser)
}

function readLoopBody(parser: Parser): Statement {
  parser.loops++
  const body = readBody(parser)
  parser.loops--
  return body
}

function readIf(parser: Parser): Statement {
  advance(parser)
  const test = readTest(parser)
  const yes = readBody(parser)
  const { at, line } = parser
  while (accept(parser, ';') || accept(parser, '\n'));
  if (accept(parser, 'else')) return { kind: 'if', test, yes, no: readBody(parser) }
  parser.at = at
  parser.line = line
  parser.token = null
  return { kind: 'if', test, yes, no: null }
}

/** `;` after a loop. */
const NOTHING: Statement = { kind: 'block', body: [] }

function readWhile(parser: Parser): Statement {
  advance(parser)
  const test = readTest(parser)
  const body = accept(parser, ';') ? NOTHING : readLoopBody(parser)
  return { kind: 'loop', before: null, test, after: null, body, testFirst: true }
}

function readDo(parser: Parser): Statement {
  advance(parser)
  const body = readLoopBody(parser)
  while (accept(parser, ';') || accept(parser, '\n'));
  expect(parser, 'while')
  const test = readTest(parser)
  endStatement(parser)
  return { kind: 'loop', before: null, test, after: null, body, testFirst: false }
}

function readFor(parser: Parser): Statement {
  advance(parser)
  expect(parser, '(')
  const forIn = readForIn(parser)
  if (forIn) return { kind: 'for-in', ...forIn, body: readLoopBody(parser) }
  const before = isAt(parser, ';') ? null : parseExpr(parser)
  if (isAt(parser, '}')) expect(parser, ')')
  expect(parser, ';')
  skipNewlines(parser)
  const test = isAt(parser, ';') ? null : parseExpr(parser)
  expect(parser, ';')
  skipNewlines(parser)
  const after = isAt(parser, ')') ? null : parseExpr(parser)
  expect(parser, ')')
  const body = accept(parser, ';') ? NOTHING : readLoopBody(parser)
  return { kind: 'loop', before, test, after, body, testFirst: true }
}

/** `x in a)`, or nothing, and the tokens are given back. */
function readForIn(parser: Parser): { target: Target; array: Name } | null {
  const { at, line } = parser
  if (peek(parser, true).kind === 'name') {
    const variable = advance(parser)
    if (accept(parser, 'in') && peek(parser, true).kind === 'name') {
      const array = advance(parser)
      if (accept(parser, ')')) {
        return { target: parseTarget(parser, variable), array: nameOf(parser, array, true) }
      }
    }
  }
  parser.at = at
  parser.line = line
  parser.token = null
  return null
}
