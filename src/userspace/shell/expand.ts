/**
 * Expansions of words: tilde, parameters, command substitution, arithmetic, field splitting, pathnames, quotes.
 * POSIX Shell Command Language 2.6; brace expansion was done by the parser.
 *
 * A command substitution takes lab time (`$(curl -s …)`), so expansion is done over and over with the outputs known so
 * far, until it comes to one that is not known: `need` says which to run next. What an expansion assigns (`${x:=1}`,
 * `$((i++))`) is therefore only noted, and done by the caller at the end.
 */
import type { List, ParameterOp, Part, Redirect, Word } from './ast.ts'
import type { Output } from './frame.ts'
import { hasWildcard, later } from './later.ts'
import type { Call, Shell } from './state.ts'

/** What is known while a command's words are expanded. */
export interface Expansion {
  call: Call
  shell: Shell
  /** Outputs of the command substitutions, in the order in which they are come to. */
  outputs: readonly Output[]
  next: number
  assigned: Map<string, string>
}

/** A command substitution has to be run first. */
export class Need extends Error {
  readonly body: List
  constructor(body: List) {
    super('substitution')
    this.body = body
  }
}

/** bash's words for an expansion that cannot be done. The command is not run; if `fatal`, nor is what follows it. */
export class ExpansionError extends Error {
  readonly fatal: boolean
  constructor(message: string, fatal = true) {
    super(message)
    this.fatal = fatal
  }
}

export function newExpansion(call: Call, shell: Shell, outputs: readonly Output[]): Expansion {
  return { call, shell, outputs, next: 0, assigned: new Map() }
}

/** Do what the expansion assigned. */
export function commit(expansion: Expansion): void {
  for (const [name, value] of expansion.assigned) setVariable(expansion.shell, name, value)
}

export function setVariable(shell: Shell, name: string, value: string): void {
  const old = shell.env.vars.get(name)
  shell.env.vars.set(name, { value, exported: old?.exported ?? false })
}

/** Text with the quoting it came with: only what is not quoted is split (when it was expanded) and globbed. */
interface Piece {
  text: string
  quoted: boolean
  split: boolean
}

/** The fields that words become. */
export function expandWords(expansion: Expansion, words: readonly Word[]): string[] {
  return words.flatMap((word) => expandWord(expansion, word))
}

export function expandWord(expansion: Expansion, word: Word): string[] {
  const [only] = word.parts
  if (word.parts.length === 1 && only.kind === 'text' && isPlain(only)) return [only.text]
  const pieces = piecesOf(expansion, word.parts)
  const [first] = pieces
  // The output of a command, as a rule, and it may be long.
  if (pieces.length === 1 && first !== BREAK && first.split && !first.quoted && !hasWildcard(first.text))
    return first.text.split(/[ \t\n]+/).filter((field) => field !== '')
  return splitFields(pieces).flatMap((field) => {
    const text = field.map((piece) => piece.text).join('')
    if (!field.some((piece) => !piece.quoted && hasWildcard(piece.text))) return [text]
    const pattern = field.map((piece) => (piece.quoted ? escapePattern(piece.text) : piece.text)).join('')
    const paths = later().glob(expansion.call, expansion.shell.env.cwd, pattern)
    return paths.length > 0 ? paths : [text]
  })
}

function isPlain(part: Part & { kind: 'text' }): boolean {
  return part.quoted || !/[~*?[]/.test(part.text)
}

/** A word that stays one: the value of an assignment, a `case` word, a here-document. */
export function expandToText(expansion: Expansion, word: Word): string {
  return piecesOf(expansion, word.parts)
    .map((piece) => piece.text)
    .join('')
}

/** A word as a pattern: what was quoted in it is escaped. */
export function expandToPattern(expansion: Expansion, word: Word): string {
  return piecesOf(expansion, word.parts)
    .map((piece) => (piece.quoted ? escapePattern(piece.text) : piece.text))
    .join('')
}

/** The target of a redirection. */
export function expandTarget(expansion: Expansion, redirect: Redirect): string {
  const { op, word } = redirect
  if (op === '<<' || op === '<<<') return expandToText(expansion, word) + (op === '<<<' ? '\n' : '')
  const fields = expandWord(expansion, word)
  if (fields.length !== 1) throw new ExpansionError(`${word.text}: ambiguous redirect`, false)
  return fields[0]
}

function escapePattern(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&')
}

/** A piece that separates two fields, of `"$@"`. */
const BREAK: Piece = { text: '', quoted: false, split: true }

function piecesOf(expansion: Expansion, parts: readonly Part[]): Piece[] {
  return parts.flatMap((part, i): Piece[] => {
    switch (part.kind) {
      case 'text': {
        const text =
          i === 0 && !part.quoted ? expandTilde(expansion, part.text, parts.length === 1) : part.text
        return [{ text, quoted: part.quoted || text !== part.text, split: false }]
      }
      case 'parameter':
        return expandParameter(expansion, part)
      case 'command': {
        const output = expansion.outputs[expansion.next++]
        if (output === undefined) throw new Need(part.body)
        return [{ text: output.text, quoted: part.quoted, split: !part.quoted }]
      }
      case 'arithmetic': {
        const text = evaluateIn(expansion, expandToText(expansion, part.word))
        return [{ text, quoted: part.quoted, split: !part.quoted }]
      }
    }
  })
}

function evaluateIn(expansion: Expansion, expression: string): string {
  const result = later().evaluate(expression, {
    get: (name) => getVariable(expansion, name) ?? '',
    set: (name, value) => expansion.assigned.set(name, value),
  })
  if (typeof result === 'string') throw new ExpansionError(result)
  return String(result)
}

/**
 * The value of an expression that is a command or part of one, with what it assigns. Left out: command substitutions
 * in `((..))`.
 */
export function evaluateWord(call: Call, shell: Shell, word: Word): number {
  const expansion = newExpansion(call, shell, [])
  try {
    const value = Number(evaluateIn(expansion, expandToText(expansion, word)))
    commit(expansion)
    return value
  } catch (error) {
    throw error instanceof Need
      ? new ExpansionError(`${word.text}: command substitution is not available here`)
      : error
  }
}

/** `~` and `~/x` at the beginning of a word. */
function expandTilde(expansion: Expansion, text: string, whole: boolean): string {
  if (!text.startsWith('~') || (text.length > 1 && text[1] !== '/') || (text === '~' && !whole)) return text
  return (getVariable(expansion, 'HOME') ?? '/root') + text.slice(1)
}

/* Parameters */

/** A variable or a special parameter, undefined: unset. */
function getVariable(expansion: Expansion, name: string): string | undefined {
  const { shell, call } = expansion
  switch (name) {
    case '?':
      return String(expansion.outputs[expansion.next - 1]?.status ?? shell.env.status)
    case '$':
      return String(call.os.jobs.get(shell.job)?.shell ?? shell.pid)
    case '#':
      return String(shell.env.args.length)
    case '-':
      return 'himBHs'
    case '!':
      return shell.env.last === undefined ? undefined : String(shell.env.last)
    case '@':
    case '*':
      return shell.env.args.length > 0 ? shell.env.args.join(' ') : undefined
    case '0':
      return shell.env.name
    default:
      if (/^\d+$/.test(name)) return shell.env.args[Number(name) - 1]
      return expansion.assigned.get(name) ?? shell.env.vars.get(name)?.value
  }
}

function expandParameter(expansion: Expansion, part: Part & { kind: 'parameter' }): Piece[] {
  const { name, quoted, op } = part
  if (name.startsWith('$') && name !== '$') throw new ExpansionError(`${name}: bad substitution`)
  if (name === '@' && !op) {
    const { args } = expansion.shell.env
    return args.flatMap((text, i): Piece[] => [...(i > 0 ? [BREAK] : []), { text, quoted, split: !quoted }])
  }
  const value = getVariable(expansion, name)
  if (op) return applyOp(expansion, part, op, value)
  return [{ text: value ?? '', quoted, split: !quoted }]
}

function applyOp(
  expansion: Expansion,
  part: Part & { kind: 'parameter' },
  { op, word }: ParameterOp,
  value: string | undefined,
): Piece[] {
  const { name, quoted } = part
  const missing = value === undefined || (op.startsWith(':') && value === '')
  const own = [{ text: value ?? '', quoted, split: !quoted }]
  const other = (): Piece[] =>
    piecesOf(expansion, word.parts).map((piece) => ({
      ...piece,
      split: piece.split || (!quoted && !piece.quoted),
    }))
  switch (op) {
    case 'length':
      return [
        {
          text: String(
            name === '@' || name === '*' ? expansion.shell.env.args.length : [...(value ?? '')].length,
          ),
          quoted,
          split: false,
        },
      ]
    case '-':
    case ':-':
      return missing ? other() : own
    case '+':
    case ':+':
      return missing ? [{ text: '', quoted, split: !quoted }] : other()
    case '=':
    case ':=': {
      if (!missing) return own
      const text = expandToText(expansion, word)
      expansion.assigned.set(name, text)
      return [{ text, quoted, split: !quoted }]
    }
    case '?':
    case ':?': {
      if (!missing) return own
      const text =
        word.text === ''
          ? `parameter ${op === '?' ? 'not set' : 'null or not set'}`
          : expandToText(expansion, word)
      throw new ExpansionError(`${name}: ${text}`)
    }
    default:
      return [{ text: strip(value ?? '', expandToPattern(expansion, word), op), quoted, split: !quoted }]
  }
}

/** `${x#pattern}` and its kin: without the shortest or longest matching beginning or end. */
function strip(text: string, pattern: string, op: '#' | '##' | '%' | '%%'): string {
  const cuts = Array.from({ length: text.length + 1 }, (_, i) => i)
  if (op === '##' || op === '%') cuts.reverse()
  for (const cut of cuts) {
    const removed = op.startsWith('#') ? text.slice(0, cut) : text.slice(cut)
    if (later().matches(pattern, removed)) return op.startsWith('#') ? text.slice(cut) : text.slice(0, cut)
  }
  return text
}

/* Fields */

/** Cut at blanks what was expanded outside quotes. POSIX 2.6.5 with the default IFS. */
function splitFields(pieces: readonly Piece[]): Piece[][] {
  const fields: Piece[][] = []
  let field: Piece[] | null = null
  for (const piece of pieces) {
    if (piece === BREAK) {
      if (field) fields.push(field)
      field = null
    } else if (!piece.split) {
      if (piece.text !== '' || piece.quoted) (field ??= []).push(piece)
    } else {
      const words = piece.text.split(/[ \t\n]+/)
      words.forEach((text, i) => {
        if (i > 0) {
          if (field) fields.push(field)
          field = null
        }
        if (text !== '') (field ??= []).push({ ...piece, text })
      })
    }
  }
  if (field) fields.push(field)
  return fields
}
