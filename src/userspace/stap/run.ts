/** A script runs: statements and expressions of a probe. SystemTap 4.8, translate.cxx c_unparser */
import { ScriptError, type Expr, type Script, type Stmt } from './ast.ts'
import {
  addTo,
  compare,
  format,
  isStat,
  newStat,
  newVariable,
  rank,
  wants,
  type Stat,
  type Value,
  type Variable,
} from './value.ts'

/** What a script can reach while a probe of it runs. */
export interface Context {
  /** Microseconds. */
  now: number
  print(text: string): void
  /** The name of the function at an address. */
  symbol(address: number): string
  exit(): void
  /** Use up fuel: a script may loop. */
  spend(): void
  /** $location and the like, of this probe. */
  targets: Readonly<Record<string, Value>>
}

/** Functions of the tapset that a script may call: how many arguments each has, -1: any number. */
export const FUNCTIONS: Readonly<Record<string, number>> = {
  printf: -1,
  sprintf: -1,
  print: -1,
  println: -1,
  symname: 1,
  exit: 0,
  strlen: 1,
  gettimeofday_s: 0,
  gettimeofday_ms: 0,
  gettimeofday_us: 0,
}

/** Statements that leave a probe or a loop. */
type Leave = 'next' | 'break' | 'continue' | null

/** Rounds of a loop after which a real probe would be stopped. Linux: MAXACTION */
const MAXACTION = 10_000
export const TOO_MANY = 'ERROR: MAXACTION exceeded'

export class Run {
  private readonly globals: Record<string, Variable>
  private readonly c: Context
  private readonly locals: Record<string, Variable> = {}
  /** How many times this one run of the probe counts. */
  private readonly times: number
  private actions = 0

  constructor(globals: Record<string, Variable>, context: Context, times = 1) {
    this.globals = globals
    this.c = context
    this.times = times
  }

  probe(body: Stmt): void {
    this.exec(body)
  }

  private variable(name: string): Variable {
    if (Object.hasOwn(this.globals, name)) return this.globals[name]
    return (this.locals[name] ??= newVariable())
  }

  private exec(s: Stmt): Leave {
    this.c.spend()
    switch (s.kind) {
      case 'block':
        for (const one of s.body) {
          const leave = this.exec(one)
          if (leave !== null) return leave
        }
        return null
      case 'expr':
        this.value(s.expr)
        return null
      case 'if':
        if (truth(this.value(s.test))) return this.exec(s.then)
        return s.otherwise === null ? null : this.exec(s.otherwise)
      case 'foreach':
        return this.foreach(s)
      case 'while':
        while (truth(this.value(s.test))) {
          if (++this.actions > MAXACTION) throw new Error(TOO_MANY)
          const leave = this.exec(s.body)
          if (leave === 'break') break
          if (leave === 'next') return leave
        }
        return null
      case 'delete': {
        const v = this.variable(s.name)
        if (s.keys.length > 0) v.entries.delete(keyOf(s.keys.map((k) => this.value(k))))
        else {
          v.value = null
          v.entries.clear()
        }
        return null
      }
      default:
        return s.kind
    }
  }

  private foreach(s: Extract<Stmt, { kind: 'foreach' }>): Leave {
    const limit = s.limit === null ? Infinity : Number(this.value(s.limit))
    const list = [...this.variable(s.array).entries.values()]
    const by = (e: { keys: Value[]; value: Value | Stat }): Value => (s.by < 0 ? rank(e.value) : e.keys[s.by])
    if (s.order !== 0) list.sort((a, b) => s.order * compare(by(a), by(b)))
    for (const { keys } of list.slice(0, limit)) {
      s.names.forEach((name, i) => {
        this.variable(name).value = keys[i] ?? 0
      })
      const leave = this.exec(s.body)
      if (leave === 'break') break
      if (leave === 'next') return leave
    }
    return null
  }

  private value(e: Expr): Value {
    switch (e.kind) {
      case 'number':
      case 'string':
        return e.value
      case 'target':
        return this.c.targets[e.name] ?? 0
      case 'name': {
        const v = this.held(e.name, e.keys)
        return v === null || isStat(v) ? 0 : v
      }
      case 'stat':
        return this.statistic(e)
      case 'unary':
        return unary(e.op, this.value(e.of))
      case 'binary':
        if (e.op === '&&') return truth(this.value(e.left)) && truth(this.value(e.right)) ? 1 : 0
        if (e.op === '||') return truth(this.value(e.left)) || truth(this.value(e.right)) ? 1 : 0
        return binary(e.op, this.value(e.left), this.value(e.right))
      case 'ternary':
        return truth(this.value(e.test)) ? this.value(e.then) : this.value(e.otherwise)
      case 'in':
        return this.variable(e.array).entries.has(keyOf(e.keys.map((k) => this.value(k)))) ? 1 : 0
      case 'assign':
        return this.assign(e)
      case 'step': {
        const before = Number(this.value({ kind: 'name', ...e.to }))
        const after = before + e.by * this.times
        this.put(e.to, after)
        return e.prefix ? after : before
      }
      case 'call':
        return this.call(
          e.name,
          e.args.map((a) => this.value(a)),
        )
    }
  }

  private held(name: string, keys: readonly Expr[]): Value | Stat | null {
    const v = this.variable(name)
    if (keys.length === 0) return v.value
    return v.entries.get(keyOf(keys.map((k) => this.value(k))))?.value ?? null
  }

  private put(to: { name: string; keys: readonly Expr[] }, value: Value | Stat): void {
    const v = this.variable(to.name)
    if (to.keys.length === 0) v.value = value
    else {
      const keys = to.keys.map((k) => this.value(k))
      v.entries.set(keyOf(keys), { keys, value })
    }
  }

  private statistic(e: Extract<Expr, { kind: 'stat' }>): Value {
    const stat = e.of.kind === 'name' ? this.held(e.of.name, e.of.keys) : null
    if (!isStat(stat)) return 0
    return e.op === 'avg' ? Math.trunc(stat.sum / stat.count) : stat[e.op]
  }

  private assign(e: Extract<Expr, { kind: 'assign' }>): Value {
    const value = this.value(e.value)
    if (e.op === '<<<') {
      const held = this.held(e.to.name, e.to.keys)
      const stat = isStat(held) ? held : newStat()
      if (stat !== held) this.put(e.to, stat)
      addTo(stat, Number(value), this.times)
      return value
    }
    const before = e.op === '=' ? 0 : this.value({ kind: 'name', ...e.to })
    const after =
      e.op === '='
        ? value
        : e.op === '+=' && typeof value === 'number'
          ? Number(before) + value * this.times
          : binary(e.op.slice(0, -1), before, value)
    this.put(e.to, after)
    return after
  }

  private call(name: string, args: Value[]): Value {
    const { c } = this
    switch (name) {
      case 'printf':
        c.print(format(String(args[0]), args.slice(1)))
        return 0
      case 'sprintf':
        return format(String(args[0]), args.slice(1))
      case 'print':
        c.print(args.join(''))
        return 0
      case 'println':
        c.print(`${args.join('')}\n`)
        return 0
      case 'symname':
        return c.symbol(Number(args[0]))
      case 'exit':
        c.exit()
        return 0
      case 'strlen':
        return String(args[0]).length
      case 'gettimeofday_s':
        return Math.floor(c.now / 1e6)
      case 'gettimeofday_ms':
        return Math.floor(c.now / 1e3)
      default:
        return Math.floor(c.now)
    }
  }
}

/** The globals of a script as they are when it begins. */
export function newGlobals(script: Script): Record<string, Variable> {
  const globals: Record<string, Variable> = {}
  for (const { name, init } of script.globals) {
    globals[name] = newVariable()
    if (init?.kind === 'number' || init?.kind === 'string') globals[name].value = init.value
  }
  return globals
}

const keyOf = (keys: readonly Value[]): string => JSON.stringify(keys)
const truth = (v: Value): boolean => (typeof v === 'number' ? v !== 0 : v !== '')

function unary(op: string, v: Value): Value {
  if (op === '!') return truth(v) ? 0 : 1
  return op === '-' ? -Number(v) : op === '~' ? ~Number(v) : Number(v)
}

function binary(op: string, left: Value, right: Value): Value {
  const order = compare(left, right)
  const yes = (is: boolean): number => (is ? 1 : 0)
  const [a, b] = [Number(left), Number(right)]
  switch (op) {
    case '==':
      return yes(order === 0)
    case '!=':
      return yes(order !== 0)
    case '<':
      return yes(order < 0)
    case '>':
      return yes(order > 0)
    case '<=':
      return yes(order <= 0)
    case '>=':
      return yes(order >= 0)
    case '.':
      return `${left}${right}`
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
    case '%':
      if (b === 0) throw new Error('ERROR: division by 0')
      return op === '/' ? Math.trunc(a / b) : a % b
    case '&':
      return a & b
    case '|':
      return a | b
    case '^':
      return a ^ b
    case '<<':
      return a * 2 ** b
    default:
      return Math.floor(a / 2 ** b)
  }
}

/** Everything that an expression or a statement consists of. */
function* parts(node: unknown): Generator<Expr | Stmt> {
  if (typeof node !== 'object' || node === null) return
  if ('kind' in node) yield node as Expr | Stmt
  for (const child of Object.values(node)) yield* parts(child)
}

/** What makes no sense in a script, before it runs. */
export function check(script: Script): void {
  for (const probe of script.probes) {
    const dropped = probe.points.some((p) => p.kind === 'kfree_skb')
    for (const e of parts(probe.body)) {
      if (e.kind === 'target' && !(dropped && ['location', 'reason', 'protocol', 'skbaddr'].includes(e.name)))
        throw new ScriptError(2, `unable to find local '${e.name}', [man error::dwarf]`, '', null)
      if (e.kind !== 'call') continue
      const arity = FUNCTIONS[e.name] as number | undefined
      if (arity === undefined) throw new ScriptError(2, `unresolved function ${e.name}`, '', null)
      if (arity >= 0 && arity !== e.args.length)
        throw new ScriptError(2, `unresolved arity-${e.args.length} function ${e.name}`, '', null)
      const [first] = e.args as (Expr | undefined)[]
      if (!e.name.endsWith('printf')) continue
      if (first?.kind !== 'string' || wants(first.value) !== e.args.length - 1)
        throw new ScriptError(2, 'Wrong number of args to formatted print operator', '', null)
    }
  }
}

/**
 * Does a probe only add something up, so that running it once for n equal packets comes to the same as running it n times?
 */
export function isAdditive(s: Stmt): boolean {
  if (s.kind === 'block') return s.body.every(isAdditive)
  if (s.kind !== 'expr') return false
  const { expr } = s
  const plain = (keys: readonly Expr[]): boolean =>
    keys.every((k) => ![...parts(k)].some((p) => ['name', 'assign', 'step', 'stat'].includes(p.kind)))
  if (expr.kind === 'step') return plain(expr.to.keys)
  if (expr.kind !== 'assign' || !plain(expr.to.keys) || !plain([expr.value])) return false
  return expr.op === '<<<' || expr.op === '+='
}
