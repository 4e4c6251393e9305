/**
 * Brace expansion: `a{b,c}d` is `abd acd`, `{1..5}` counts. bash(1), "Brace Expansion".
 * Done once, when a line is parsed: it looks at nothing but the text.
 */
import type { Part, Word } from './ast.ts'

/** Words made of one word at most: more are left as they are typed. */
const LIMIT = 100_000

/** Braces a word may have. */
const MOST_BRACES = 50

/** A character that was not quoted, or a part that is taken whole. */
type Atom = string | Part

export function expandBraces(word: Word): Word[] {
  if (!word.parts.some((part) => part.kind === 'text' && !part.quoted && part.text.includes('{')))
    return [word]
  if (word.text.split('{').length > MOST_BRACES) return [word]
  const atoms = word.parts.flatMap((part): Atom[] =>
    part.kind === 'text' && !part.quoted ? [...part.text] : [part],
  )
  const words = expand(atoms)
  return words.length > LIMIT ? [word] : words.map(toWord)
}

function expand(atoms: Atom[]): Atom[][] {
  for (let open = atoms.indexOf('{'); open >= 0; open = atoms.indexOf('{', open + 1)) {
    const { commas, close } = structure(atoms, open)
    if (close < 0) continue
    const before = atoms.slice(0, open)
    const inside = atoms.slice(open + 1, close)
    const choices = commas.length > 0 ? alternatives(atoms, open, commas, close) : sequence(inside)
    if (!choices) continue
    const after = expand(atoms.slice(close + 1))
    if (choices.length * after.length > LIMIT) return [atoms]
    return choices.flatMap((choice) => after.map((rest) => [...before, ...choice, ...rest]))
  }
  return [atoms]
}

/** The commas of a brace and where it closes, -1: it does not. */
function structure(atoms: Atom[], open: number): { commas: number[]; close: number } {
  const commas: number[] = []
  let depth = 0
  for (let i = open + 1; i < atoms.length; i++) {
    if (atoms[i] === '{') depth++
    else if (atoms[i] === ',' && depth === 0) commas.push(i)
    else if (atoms[i] === '}' && depth-- === 0) return { commas, close: i }
  }
  return { commas, close: -1 }
}

function alternatives(atoms: Atom[], open: number, commas: number[], close: number): Atom[][] {
  const edges = [open, ...commas, close]
  return edges.slice(1).flatMap((edge, i) => expand(atoms.slice(edges[i] + 1, edge)))
}

/** `1..5`, `1..10..2`, `01..10`, `a..e` */
function sequence(inside: Atom[]): Atom[][] | null {
  if (!inside.every((atom) => typeof atom === 'string')) return null
  const found = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/.exec(inside.join(''))
  if (!found) return null
  const [, first, last, by] = found
  const letters = /^[A-Za-z]$/.test(first)
  if (letters !== /^[A-Za-z]$/.test(last)) return null
  const from = letters ? first.charCodeAt(0) : Number(first)
  const to = letters ? last.charCodeAt(0) : Number(last)
  const step = Math.max(Math.abs(Number(by ?? 1)), 1) * Math.sign(to - from || 1)
  const count = Math.floor((to - from) / step) + 1
  if (count > LIMIT) return null
  const padded = [first, last].some((end) => /^-?0\d/.test(end))
  const width = padded ? Math.max(first.length, last.length) : 0
  return Array.from({ length: count }, (_, i) => {
    const value = from + i * step
    return [...(letters ? String.fromCharCode(value) : pad(value, width))]
  })
}

function pad(value: number, width: number): string {
  return value < 0 ? `-${String(-value).padStart(width - 1, '0')}` : String(value).padStart(width, '0')
}

function toWord(atoms: Atom[]): Word {
  const parts: Part[] = []
  for (const atom of atoms) {
    const last = parts.at(-1)
    if (typeof atom !== 'string') parts.push(atom)
    else if (last?.kind === 'text' && !last.quoted)
      parts[parts.length - 1] = { ...last, text: last.text + atom }
    else parts.push({ kind: 'text', text: atom, quoted: false })
  }
  return { parts, text: parts.map((part) => (part.kind === 'text' ? part.text : '')).join('') }
}
