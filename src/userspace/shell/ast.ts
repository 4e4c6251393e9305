/**
 * A command line as a tree. Plain data: it lies in the frames of running shells.
 * Grammar: POSIX.1-2017, Shell Command Language, 2.10, as far as parse.ts goes.
 */

/** Commands in sequence: `a; b` */
export interface List {
  kind: 'list'
  items: AndOr[]
}

/** `a && b || c`, perhaps in the background. */
export interface AndOr {
  first: Pipeline
  rest: { op: '&&' | '||'; pipeline: Pipeline }[]
  background: boolean
  /** As typed, for `jobs`. */
  text: string
}

/** `! a | b`, `time a | b` */
export interface Pipeline {
  negated: boolean
  timed: boolean
  commands: Command[]
}

export type Command = Simple | Group | If | Loop | For | Counting | Arithmetic | Case | FunctionDefinition

/** `X=1 cmd arg > file` */
export interface Simple {
  kind: 'simple'
  assignments: { name: string; value: Word }[]
  words: Word[]
  redirects: Redirect[]
}

/** `{ list; }` or `( list )` */
export interface Group {
  kind: 'group'
  subshell: boolean
  body: List
  redirects: Redirect[]
}

export interface If {
  kind: 'if'
  arms: { condition: List; body: List }[]
  otherwise: List | null
  redirects: Redirect[]
}

/** `while`, `until` */
export interface Loop {
  kind: 'loop'
  until: boolean
  condition: List
  body: List
  redirects: Redirect[]
}

export interface For {
  kind: 'for'
  name: string
  /** null: the positional parameters. */
  words: Word[] | null
  body: List
  redirects: Redirect[]
}

/** `for ((i = 0; i < 3; i++))`. An empty condition is true. */
export interface Counting {
  kind: 'counting'
  first: Word
  condition: Word
  step: Word
  body: List
  redirects: Redirect[]
}

/** `((expression))` */
export interface Arithmetic {
  kind: 'arithmetic'
  word: Word
  redirects: Redirect[]
}

export interface Case {
  kind: 'case'
  word: Word
  arms: { patterns: Word[]; body: List }[]
  redirects: Redirect[]
}

export interface FunctionDefinition {
  kind: 'function'
  name: string
  body: Command
  redirects: Redirect[]
}

export interface Redirect {
  /** Descriptor that is set: 0, 1 or 2. */
  fd: number
  op: '<' | '>' | '>>' | '>&' | '<&' | '<<<' | '<<' | '&>' | '&>>'
  /** The target; for `<<` the document. */
  word: Word
}

/** Parts that are written without a space between them. */
export interface Word {
  parts: Part[]
  /** As typed. */
  text: string
}

/** `quoted` parts are neither split into fields nor globbed. */
export type Part =
  | { kind: 'text'; text: string; quoted: boolean }
  | { kind: 'parameter'; name: string; quoted: boolean; op: ParameterOp | null }
  | { kind: 'command'; body: List; quoted: boolean }
  | { kind: 'arithmetic'; word: Word; quoted: boolean }

/** `${x:-word}` and its kin; `#`: length. */
export interface ParameterOp {
  op: ':-' | '-' | ':=' | '=' | ':+' | '+' | ':?' | '?' | '#' | '##' | '%' | '%%' | 'length'
  word: Word
}
