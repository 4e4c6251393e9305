/**
 * sort's -k: `2`, `2,2`, `2.3,4.1nr`. POSIX sort, "-k keydef".
 */
import { orderingOf, type SortKey } from './sort-compare.ts'

/** The key, or what sort says of it. */
export function parseKey(text: string): SortKey | string {
  const start = readPosition(text, text)
  if (typeof start === 'string') return start
  const key: SortKey = {
    from: [start.field, start.character ?? 1],
    to: null,
    blanksFrom: start.letters.includes('b'),
    blanksTo: false,
    ordering: null,
  }
  let { letters } = start
  let rest = text.slice(start.length)
  if (rest.startsWith(',')) {
    rest = rest.slice(1)
    const end = readPosition(rest, text, true)
    if (typeof end === 'string') return end
    key.to = [end.field, end.character ?? 0]
    key.blanksTo = end.letters.includes('b')
    letters += end.letters
    rest = rest.slice(end.length)
  }
  if (rest !== '') return `stray character in field spec: invalid field specification ‘${text}’`
  if (letters !== '') key.ordering = orderingOf([...letters])
  return key
}

function readPosition(
  text: string,
  whole: string,
  end = false,
): { field: number; character: number | null; letters: string; length: number } | string {
  const found = /^(\d+)(?:\.(\d*))?([bdfgiMhnRrV]*)/.exec(text)
  const after = end ? "after ','" : 'at field start'
  if (!found) return `invalid number ${after}: invalid count at start of ‘${text}’`
  const [all, field, character, letters] = found
  if (Number(field) === 0) return `field number is zero: invalid field specification ‘${whole}’`
  if (character === '')
    return `invalid number after '.': invalid count at start of ‘${text.slice(field.length + 1)}’`
  if (character !== undefined && Number(character) === 0 && !end) {
    return `character offset is zero: invalid field specification ‘${whole}’`
  }
  return {
    field: Number(field),
    character: character === undefined ? null : Number(character),
    letters,
    length: all.length,
  }
}
