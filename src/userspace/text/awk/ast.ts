/**
 * An awk program as a tree, with its names resolved: a variable is a slot of the globals or of a call's locals.
 */

export interface AwkProgram {
  begin: Statement[]
  rules: Rule[]
  end: Statement[]
  functions: AwkFunction[]
  /** Names of the globals, by slot; the first are those of state.ts. */
  names: string[]
  /** Slots that hold arrays. */
  arrays: boolean[]
  /** It reads records of its own with a bare getline: see awk.ts. */
  readsAhead: boolean
}

export interface Rule {
  /** null: every record. */
  pattern: Expr | null
  /** The end of a range; `index` numbers the ranges. */
  until: Expr | null
  index: number
  /** null: print the record. */
  action: Statement | null
}

export interface AwkFunction {
  name: string
  params: string[]
  /** Parameters that are used as arrays. */
  arrays: boolean[]
  body: Statement
}

export interface Name {
  scope: 'global' | 'local'
  slot: number
}

export type Target =
  | { kind: 'variable'; name: Name }
  | { kind: 'NF' }
  | { kind: 'field'; index: Expr }
  | { kind: 'element'; array: Name; index: Expr[] }

export type Expr =
  | Target
  | { kind: 'number'; value: number }
  | { kind: 'string'; text: string }
  /** Alone it is matched with the record. */
  | { kind: 'regex'; pattern: string }
  | { kind: 'assign'; op: string; target: Target; value: Expr }
  | { kind: 'step'; by: 1 | -1; prefix: boolean; target: Target }
  | { kind: 'conditional'; test: Expr; yes: Expr; no: Expr }
  | { kind: 'logic'; op: '&&' | '||'; left: Expr; right: Expr }
  | { kind: 'not'; operand: Expr }
  | { kind: 'sign'; op: '+' | '-'; operand: Expr }
  | { kind: 'arithmetic'; op: string; left: Expr; right: Expr }
  | { kind: 'compare'; op: string; left: Expr; right: Expr }
  | { kind: 'match'; negated: boolean; left: Expr; right: Expr }
  | { kind: 'concat'; left: Expr; right: Expr }
  | { kind: 'in'; index: Expr[]; array: Name }
  | { kind: 'builtin'; name: string; args: Expr[] }
  | { kind: 'call'; name: string; slot: number; args: Expr[] }
  /** An array as an argument of a function. */
  | { kind: 'array'; name: Name }
  | { kind: 'getline'; target: Target | null; file: Expr | null }
  | { kind: 'group'; inner: Expr }

export type Statement =
  | { kind: 'block'; body: Statement[] }
  | { kind: 'expression'; value: Expr }
  | { kind: 'print'; args: Expr[]; to: Redirection | null }
  | { kind: 'printf'; args: Expr[]; to: Redirection | null }
  | { kind: 'if'; test: Expr; yes: Statement; no: Statement | null }
  | {
      kind: 'loop'
      before: Expr | null
      test: Expr | null
      after: Expr | null
      body: Statement
      testFirst: boolean
    }
  | { kind: 'for-in'; target: Target; array: Name; body: Statement }
  | { kind: 'delete'; array: Name; index: Expr[] | null }
  | { kind: 'return'; value: Expr | null }
  | { kind: 'exit'; value: Expr | null }
  | { kind: 'next' }
  | { kind: 'break' }
  | { kind: 'continue' }

export interface Redirection {
  append: boolean
  file: Expr
}
