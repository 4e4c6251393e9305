/**
 * A script is read. SystemTap 4.8, parse.cxx
 * Left out: functions, aliases, embedded C, for loops, regular expressions, try, probe points but for those of point()
 */
import { ScriptError, type Expr, type Point, type Probe, type Script, type StatOp, type Stmt } from './ast.ts'
import { sawOf, tokens, type Token } from './lex.ts'

/** Operators by how strongly they bind, the weakest first; `in` and assignments are apart. */
const LEVELS = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['<', '>', '<=', '>=', '==', '!='],
  ['.'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
]
const ASSIGN = new Set(['=', '<<<', '+=', '-=', '*=', '/=', '%=', '.='])
const STATS = ['count', 'sum', 'avg', 'min', 'max']
const UNITS: Readonly<Record<string, number>> = {
  s: 1e6,
  sec: 1e6,
  ms: 1e3,
  msec: 1e3,
  us: 1,
  usec: 1,
}

export function parseScript(text: string, file: string): Script {
  return new Parser(text, file).script()
}

class Parser {
  private readonly list: Token[]
  private readonly file: string
  private at = 0

  constructor(text: string, file: string) {
    this.list = tokens(text)
    this.file = file
  }

  script(): Script {
    const script: Script = { globals: [], probes: [] }
    while (this.peek.kind !== 'EOF') {
      const t = this.take()
      if (t.text === 'private' && t.kind === 'keyword') continue
      if (t.kind === 'keyword' && t.text === 'global') this.global(script)
      else if (t.kind === 'keyword' && t.text === 'probe') script.probes.push(this.probe())
      else if (!(t.kind === 'operator' && t.text === ';'))
        this.wrong("expected 'probe', 'global', 'private', 'function', or '%{'", t)
    }
    return script
  }

  private get peek(): Token {
    return this.list[this.at]
  }

  private take(): Token {
    const t = this.list[this.at]
    if (t.kind !== 'EOF') this.at++
    return t
  }

  private wrong(message: string, t = this.peek): never {
    throw new ScriptError(1, message, sawOf(t, this.file), t.kind === 'EOF' ? null : t)
  }

  private is(text: string): boolean {
    const t = this.peek
    return (t.kind === 'operator' || t.kind === 'keyword') && t.text === text
  }

  private accept(text: string): boolean {
    if (!this.is(text)) return false
    this.at++
    return true
  }

  private need(text: string, ...others: string[]): void {
    if (this.accept(text)) return
    this.wrong(others.length > 0 ? `expected one of '${[...others, text].join(' ')}'` : `expected '${text}'`)
  }

  private name(): string {
    if (this.peek.kind !== 'identifier') this.wrong('expected identifier')
    return this.take().text
  }

  private global(script: Script): void {
    do {
      const name = this.name()
      let init: Expr | null = null
      if (this.accept('[')) {
        this.take()
        this.need(']')
      }
      if (this.accept('=')) init = this.primary()
      script.globals.push({ name, init })
    } while (this.accept(','))
  }

  private probe(): Probe {
    const points = [this.point()]
    while (this.accept(',')) points.push(this.point())
    if (!this.is('{')) this.wrong("expected '{'")
    return { points, body: this.statement() }
  }

  /** begin, end, timer.UNIT(N), kernel.trace("kfree_skb") */
  private point(): Point {
    const first = this.peek
    const parts: { name: string; value: Token | null }[] = []
    do {
      const name = this.name()
      let value: Token | null = null
      if (this.accept('(')) {
        value = this.take()
        this.need(')')
      }
      parts.push({ name, value })
    } while (this.accept('.'))
    // Some probes may be missing: with ? or ! nobody minds.
    this.accept('?')
    this.accept('!')
    const [{ name }, second] = [parts[0], parts[1] as (typeof parts)[number] | undefined]
    if (parts.length === 1 && (name === 'begin' || name === 'end')) return { kind: name }
    const unit = name === 'timer' && second !== undefined ? (UNITS[second.name] ?? 0) : 0
    const n = Number(second?.value?.text)
    if (parts.length === 2 && unit > 0 && n > 0) return { kind: 'timer', period: n * unit }
    const traced = second?.value?.text.replace(/^skb:/, '')
    if (parts.length === 2 && name === 'kernel' && second?.name === 'trace' && traced === 'kfree_skb')
      return { kind: 'kfree_skb' }
    const known = name === 'kernel' || name === 'timer' || name === 'begin' || name === 'end'
    throw new ScriptError(
      2,
      `while resolving probe point: ${sawOf(first, this.file).replace(' at ', ' at ')}`,
      known ? 'no match' : `probe point mismatch: identifier '${name}'`,
      first,
    )
  }

  private statement(): Stmt {
    if (this.accept('{')) {
      const body: Stmt[] = []
      while (!this.accept('}')) body.push(this.statement())
      return { kind: 'block', body }
    }
    if (this.accept(';')) return { kind: 'block', body: [] }
    const t = this.peek
    if (t.kind === 'EOF') this.wrong('expected statement')
    if (t.kind === 'keyword') {
      this.take()
      switch (t.text) {
        case 'if':
          return this.branch()
        case 'foreach':
          return this.foreach()
        case 'while': {
          this.need('(')
          const test = this.expression()
          this.need(')')
          return { kind: 'while', test, body: this.statement() }
        }
        case 'delete': {
          const name = this.name()
          return { kind: 'delete', name, keys: this.is('[') ? this.keys() : [] }
        }
        case 'next':
        case 'break':
        case 'continue':
          return { kind: t.text }
      }
      this.wrong('expected statement', t)
    }
    if (t.kind === 'operator' && !'([!-+~'.includes(t.text[0])) this.wrong('expected statement')
    return { kind: 'expr', expr: this.expression() }
  }

  private branch(): Stmt {
    this.need('(')
    const test = this.expression()
    this.need(')')
    const then = this.statement()
    this.accept(';')
    return { kind: 'if', test, then, otherwise: this.accept('else') ? this.statement() : null }
  }

  private foreach(): Stmt {
    this.need('(')
    const names: string[] = []
    let order = 0
    let by = -1
    const sorted = (of: number): void => {
      const way = this.accept('+') ? 1 : this.accept('-') ? -1 : 0
      if (way !== 0) [order, by] = [way, of]
    }
    const several = this.accept('[')
    do {
      names.push(this.name())
      sorted(names.length - 1)
    } while (several && this.accept(','))
    if (several) this.need(']')
    this.need('in')
    const array = this.name()
    sorted(-1)
    const limit = this.accept('limit') ? this.expression() : null
    this.need(')')
    return { kind: 'foreach', names, array, order, by, limit, body: this.statement() }
  }

  private keys(): Expr[] {
    this.need('[')
    const keys = [this.expression()]
    while (this.accept(',')) keys.push(this.expression())
    this.need(']', ',')
    return keys
  }

  private expression(): Expr {
    const left = this.ternary()
    const { text, kind } = this.peek
    if (kind !== 'operator' || !ASSIGN.has(text)) return left
    if (left.kind !== 'name') this.wrong('assignment to non-lvalue')
    this.take()
    return {
      kind: 'assign',
      op: text,
      to: { name: left.name, keys: left.keys },
      value: this.expression(),
    }
  }

  private ternary(): Expr {
    const test = this.level(0)
    if (!this.accept('?')) return test
    const then = this.ternary()
    this.need(':')
    return { kind: 'ternary', test, then, otherwise: this.ternary() }
  }

  private level(n: number): Expr {
    if (n === LEVELS.length) return this.unary()
    let left = this.level(n + 1)
    for (;;) {
      const op = LEVELS[n].find((one) => this.is(one))
      if (op !== undefined) {
        this.take()
        left = { kind: 'binary', op, left, right: this.level(n + 1) }
      } else if (n === 1 && this.is('in')) {
        this.take()
        left = { kind: 'in', keys: [left], array: this.name() }
      } else return left
    }
  }

  private unary(): Expr {
    for (const op of ['-', '!', '~', '+']) if (this.accept(op)) return { kind: 'unary', op, of: this.unary() }
    for (const op of ['++', '--'])
      if (this.accept(op)) {
        const of = this.primary()
        if (of.kind !== 'name') this.wrong('expected identifier')
        return { kind: 'step', by: op === '++' ? 1 : -1, prefix: true, to: of }
      }
    const of = this.primary()
    for (const op of ['++', '--'])
      if (of.kind === 'name' && this.accept(op))
        return { kind: 'step', by: op === '++' ? 1 : -1, prefix: false, to: of }
    return of
  }

  private primary(): Expr {
    const t = this.peek
    if (this.accept('(')) {
      const e = this.expression()
      this.need(')')
      return e
    }
    if (this.is('[')) {
      const keys = this.keys()
      this.need('in')
      return { kind: 'in', keys, array: this.name() }
    }
    if (t.kind === 'number') return { kind: 'number', value: Number(this.take().text) }
    if (t.kind === 'string') return { kind: 'string', value: this.take().text }
    if (t.kind !== 'identifier') this.wrong('expected expression')
    this.take()
    if (t.text.startsWith('$')) return { kind: 'target', name: t.text.slice(1) }
    if (t.text.startsWith('@')) return this.statistic(t)
    if (this.accept('(')) {
      const args: Expr[] = []
      if (!this.accept(')')) {
        do args.push(this.expression())
        while (this.accept(','))
        this.need(')', ',')
      }
      return { kind: 'call', name: t.text, args }
    }
    return { kind: 'name', name: t.text, keys: this.is('[') ? this.keys() : [] }
  }

  private statistic(t: Token): Expr {
    const op = t.text.slice(1)
    if (!STATS.includes(op)) this.wrong('unknown statistic operator', t)
    this.need('(')
    const of = this.expression()
    this.need(')')
    return { kind: 'stat', op: op as StatOp, of }
  }
}
