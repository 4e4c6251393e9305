/**
 * tr's sets of characters.
 */

export interface CharacterSet {
  characters: string[]
  /** With `[x*]` filled up to this many characters. */
  extend(length: number): string[]
}

/** What tr says of a set. */
export class SetError extends Error {}

const CLASSES: Record<string, RegExp> = {
  alpha: /[A-Za-z]/,
  digit: /[0-9]/,
  alnum: /[A-Za-z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /[ \t\n\r\f\v]/,
  blank: /[ \t]/,
  punct: /[!-/:-@[-`{-~]/,
  print: /[ -~]/,
  graph: /[!-~]/,
  cntrl: /[^ -~]/,
  xdigit: /[0-9A-Fa-f]/,
}

const ESCAPES: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
}

export function parseSet(text: string, second: boolean): CharacterSet {
  const characters: string[] = []
  let at = 0
  /** Where `[x*]` stands, and x. */
  let fill: { at: number; c: string } | null = null
  const one = (): string => {
    const escape = /\\(?:([0-7]{1,3})|([\s\S]))/y
    escape.lastIndex = at
    const found = escape.exec(text)
    if (!found) {
      const c = String.fromCodePoint(text.codePointAt(at) ?? 0)
      at += c.length
      return c
    }
    at = escape.lastIndex
    return found[1] === undefined
      ? (ESCAPES[found[2]] ?? found[2])
      : String.fromCharCode(parseInt(found[1], 8) & 255)
  }
  while (at < text.length) {
    const special = /\[(?::([^:\]]*):|([\s\S])\*(\d*))\]/y
    special.lastIndex = at
    const found = special.exec(text)
    if (found?.[1] !== undefined) {
      characters.push(...classOf(found[1]))
      at = special.lastIndex
    } else if (found && second) {
      if (found[3] === '' || Number(found[3]) === 0) fill = { at: characters.length, c: found[2] }
      else characters.push(...Array.from({ length: parseCount(found[3]) }, () => found[2]))
      at = special.lastIndex
    } else {
      const from = at
      const first = one()
      if (text[at] === '-' && at + 1 < text.length) {
        at++
        const last = one()
        if (last < first) {
          throw new SetError(
            `range-endpoints of '${text.slice(from, at)}' are in reverse collating sequence order`,
          )
        }
        for (let c = first.charCodeAt(0); c <= last.charCodeAt(0); c++)
          characters.push(String.fromCharCode(c))
      } else characters.push(first)
    }
  }
  return {
    characters,
    extend: (length) => {
      if (!fill) return characters
      const missing = Math.max(length - characters.length, 0)
      const filling = Array.from({ length: missing }, () => fill.c)
      return [...characters.slice(0, fill.at), ...filling, ...characters.slice(fill.at)]
    },
  }
}

/** Octal if it begins with 0. */
function parseCount(digits: string): number {
  return Math.min(digits.startsWith('0') ? parseInt(digits, 8) : Number(digits), 100_000)
}

function classOf(name: string): string[] {
  if (!(name in CLASSES)) throw new SetError(`invalid character class ‘${name}’`)
  return Array.from({ length: 128 }, (_, i) => String.fromCharCode(i)).filter((c) => CLASSES[name].test(c))
}
