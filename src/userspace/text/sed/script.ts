/**
 * A sed script, parsed. Blocks and labels have become jumps, so a script is a row of commands and where it is in it is
 * one number.
 */

export interface Script {
  commands: Command[]
  /** It asks which line is the last: each line is held back until the next has come. */
  usesLast: boolean
  /** Number of addresses that are ranges. */
  ranges: number
}

export interface Command {
  from: Address | null
  to: RangeEnd | null
  /** Numbers the ranges, for the state of a running sed. */
  range: number
  negated: boolean
  action: Action
}

export type Address =
  | { kind: 'line'; line: number }
  | { kind: 'last' }
  | { kind: 'step'; first: number; step: number }
  /** null: the last regular expression used. */
  | { kind: 'regex'; regex: Pattern | null }

export type RangeEnd = Address | { kind: 'count'; count: number } | { kind: 'multiple'; of: number }

export interface Pattern {
  source: string
  ignoreCase: boolean
}

export type Action =
  | {
      name: 's'
      regex: Pattern | null
      replacement: Piece[]
      all: boolean
      nth: number
      print: boolean
      file: string | null
    }
  | { name: 'y'; from: string[]; to: string[] }
  | { name: 'a' | 'i' | 'c'; text: string }
  /** Jump: null is the end of the script. */
  | { name: 'b' | 't' | 'T'; label: string; target: number | null }
  /** Where its block ends: it is jumped over when the address does not match. */
  | { name: '{'; target: number | null }
  | { name: 'q' | 'Q'; status: number }
  | { name: 'r' | 'w'; file: string }
  | { name: 'p' | 'P' | 'd' | 'D' | 'n' | 'N' | 'h' | 'H' | 'g' | 'G' | 'x' | '=' | 'l' | 'nothing' }

/** Of a replacement: text, a group (0: the match), or a change of case for what follows. */
export type Piece = string | number | { letters: 'L' | 'U' | 'l' | 'u' | 'E' }

/** What sed says of a script, with the place in it. */
export class SedError extends Error {
  readonly at: number
  constructor(at: number, message: string) {
    super(message)
    this.at = at
  }
}
