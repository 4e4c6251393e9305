/** Words of a script. SystemTap 4.8, parse.cxx lexer::scan */
import { ScriptError, type Place } from './ast.ts'

export interface Token extends Place {
  kind: 'identifier' | 'keyword' | 'number' | 'string' | 'operator' | 'EOF'
  text: string
}

const KEYWORDS = new Set(
  'probe global private function if else for foreach in limit return delete while break continue next string long try catch'.split(
    ' ',
  ),
)
const WORD =
  /(?<identifier>[A-Za-z_$@][\w$]*)|(?<number>0[xX][\da-fA-F]+|\d+)|(?<string>"(?:[^"\\\n]|\\.)*")|(?<operator><<<|>>=|<<=|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||=~|!~|[-+*/%&|^.]=|[-+*/%&|^.<>=!~?:,;(){}[\]])/y

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', '"': '"', '\\': '\\' }

/** The text of a string literal, without its quotes. */
function unquote(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/g, (_, c: string) => ESCAPES[c] ?? `\\${c}`)
}

/** All words, and the end. Comments are those of the shell, of C and of C++. */
export function tokens(text: string): Token[] {
  const list: Token[] = []
  let line = 1
  let start = 0
  const blank = /(?:[ \t\r]+|\n|#[^\n]*|\/\/[^\n]*|\/\*[^]*?\*\/)/y
  for (let at = 0; ;) {
    blank.lastIndex = at
    const space = blank.exec(text)?.[0]
    if (space !== undefined) {
      for (let i = 0; i < space.length; i++)
        if (space[i] === '\n') {
          line++
          start = at + i + 1
        }
      at += space.length
      continue
    }
    const place = { line, column: at - start + 1 }
    if (at >= text.length) return [...list, { kind: 'EOF', text: '', ...place }]
    WORD.lastIndex = at
    const found = WORD.exec(text)
    const [name, word] = Object.entries(found?.groups ?? {}).find(([, part]) => Boolean(part)) ?? ['', '']
    if (word === '') throw new ScriptError(1, 'expected statement', `junk '${text[at]}'`, place)
    const kind = KEYWORDS.has(word) ? 'keyword' : (name as Token['kind'])
    list.push({ kind, text: kind === 'string' ? unquote(word) : word, ...place })
    at += word.length
  }
}

/** How stap names what it has seen. */
export function sawOf(t: Token, file: string): string {
  if (t.kind === 'EOF') return `${file} EOF`
  const what = t.kind === 'keyword' ? 'keyword' : `${t.kind} '${t.text}'`
  return `${what} at ${file}:${t.line}:${t.column}`
}
