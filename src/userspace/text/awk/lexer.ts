/**
 * Tokens of an awk program. Whether a `/` begins a regular expression only the parser knows, so tokens are read one by
 * one as it asks.
 */

export interface Token {
  kind: 'number' | 'string' | 'regex' | 'name' | 'function' | 'keyword' | 'builtin' | 'op' | 'newline' | 'end'
  text: string
  /** The number, or the text of a string with its escapes done. */
  value: number | string
  line: number
  /** Where it begins. */
  at: number
  /** Where the next token begins. */
  to: number
}

/** What mawk says of a program it cannot parse. */
export class AwkSyntaxError extends Error {
  readonly line: number
  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}

const KEYWORDS = new Set(
  'BEGIN END function if else while for do break continue next exit return delete in getline print printf'.split(
    ' ',
  ),
)

export const BUILTINS = new Set(
  (
    'length substr index split sub gsub match sprintf sin cos atan2 exp log sqrt int rand srand ' +
    'tolower toupper close system fflush'
  ).split(' '),
)

const OPERATOR = /\+\+|--|\+=|-=|\*=|\/=|%=|\^=|==|<=|>=|!=|!~|&&|\|\||>>|[-{}()[\];,+*/%^!<>|?:~$=]/y
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y
const NAME = /[A-Za-z_]\w*/y

/** The token at `from`. `operand`: an operand is expected, so a `/` begins a regular expression. */
export function readToken(text: string, from: number, line: number, operand: boolean): Token {
  const blank = /(?:[ \t\r]|\\\r?\n|#[^\n]*)*/y
  blank.lastIndex = from
  const skipped = blank.exec(text)?.[0] ?? ''
  const at = from + skipped.length
  const here = line + (skipped.match(/\n/g)?.length ?? 0)
  const token = (kind: Token['kind'], length: number, value: number | string = ''): Token => ({
    kind,
    text: text.slice(at, at + length),
    value,
    line: here,
    at,
    to: at + length,
  })
  const c = text[at]
  if (c === undefined) return token('end', 0)
  if (c === '\n') return token('newline', 1)
  if (c === '"') return readString(text, at, here)
  if (c === '/' && operand) return readRegex(text, at, here)
  NUMBER.lastIndex = at
  const number = NUMBER.exec(text)
  if (number) return token('number', number[0].length, Number(number[0]))
  NAME.lastIndex = at
  const name = NAME.exec(text)?.[0]
  if (name !== undefined) {
    if (KEYWORDS.has(name)) return token('keyword', name.length)
    if (BUILTINS.has(name)) return token('builtin', name.length)
    return token(text[at + name.length] === '(' ? 'function' : 'name', name.length)
  }
  OPERATOR.lastIndex = at
  const operator = OPERATOR.exec(text)?.[0]
  if (operator === undefined) throw new AwkSyntaxError(-here, `unexpected character '${c}'`)
  return token('op', operator.length)
}

const ESCAPES: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** The escapes of a string; an unknown one stays as it is, so that "\." can become a regular expression. */
export function unescapeString(text: string): string {
  return text.replace(
    /\\(?:([0-7]{1,3})|([\s\S]))/g,
    (all: string, octal: string | undefined, letter: string) =>
      octal === undefined
        ? letter === '\n'
          ? ''
          : (ESCAPES[letter] ?? all)
        : String.fromCharCode(parseInt(octal, 8) & 255),
  )
}

function readString(text: string, at: number, line: number): Token {
  let to = at + 1
  while (text[to] !== '"') {
    if (to >= text.length || text[to] === '\n')
      throw new AwkSyntaxError(line, `runaway string constant ${text.slice(at, at + 10)} ...`)
    to += text[to] === '\\' ? 2 : 1
  }
  const source = text.slice(at, to + 1)
  return { kind: 'string', text: source, value: unescapeString(source.slice(1, -1)), line, at, to: to + 1 }
}

function readRegex(text: string, at: number, line: number): Token {
  let to = at + 1
  for (let inBrackets = false; text[to] !== '/' || inBrackets; to++) {
    const c = text[to]
    if (c === undefined || c === '\n') {
      throw new AwkSyntaxError(line, `runaway regular expression ${text.slice(at, at + 10)} ...`)
    }
    if (c === '\\') to++
    else if (c === '[' && !inBrackets) {
      inBrackets = true
      if (text[to + 1] === '^') to++
      if (text[to + 1] === ']') to++
    } else if (c === ']') inBrackets = false
  }
  return { kind: 'regex', text: text.slice(at, to + 1), value: text.slice(at + 1, to), line, at, to: to + 1 }
}
