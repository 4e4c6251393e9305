/** A script of SystemTap as data: a process that runs one can be copied, so nothing here is a function. */

export interface Script {
  globals: { name: string; init: Expr | null }[]
  probes: Probe[]
}

/** What a probe waits for. `kfree_skb`: a packet that nobody wants is freed. */
export type Point =
  { kind: 'begin' } | { kind: 'end' } | { kind: 'kfree_skb' } | { kind: 'timer'; period: number }

export interface Probe {
  points: Point[]
  body: Stmt
}

export type Stmt =
  | { kind: 'block'; body: Stmt[] }
  | { kind: 'expr'; expr: Expr }
  | { kind: 'if'; test: Expr; then: Stmt; otherwise: Stmt | null }
  | {
      kind: 'foreach'
      names: string[]
      array: string
      /** 1: rising, -1: falling, 0: as they were put in. `by`: an index of the key, -1: the value. */
      order: number
      by: number
      limit: Expr | null
      body: Stmt
    }
  | { kind: 'while'; test: Expr; body: Stmt }
  | { kind: 'delete'; name: string; keys: Expr[] }
  | { kind: 'next' }
  | { kind: 'break' }
  | { kind: 'continue' }

export type Expr =
  | { kind: 'number'; value: number }
  | { kind: 'string'; value: string }
  | { kind: 'name'; name: string; keys: Expr[] }
  | { kind: 'target'; name: string }
  | { kind: 'stat'; op: StatOp; of: Expr }
  | { kind: 'unary'; op: string; of: Expr }
  | { kind: 'binary'; op: string; left: Expr; right: Expr }
  | { kind: 'ternary'; test: Expr; then: Expr; otherwise: Expr }
  | { kind: 'in'; keys: Expr[]; array: string }
  | { kind: 'assign'; op: string; to: { name: string; keys: Expr[] }; value: Expr }
  | { kind: 'step'; by: 1 | -1; prefix: boolean; to: { name: string; keys: Expr[] } }
  | { kind: 'call'; name: string; args: Expr[] }

export type StatOp = 'count' | 'sum' | 'avg' | 'min' | 'max'

/** Where something stands in the text, for what is said of it. */
export interface Place {
  line: number
  column: number
}

/** What is wrong with a script, as stap says it; `pass` 1: it cannot be read, 2: it makes no sense. */
export class ScriptError extends Error {
  readonly pass: 1 | 2
  readonly saw: string
  readonly at: Place | null
  constructor(pass: 1 | 2, message: string, saw: string, at: Place | null) {
    super(message)
    this.pass = pass
    this.saw = saw
    this.at = at
  }
}
