/**
 * Changes that no test can notice, and why: explained.json and the files of explained/. An entry has one place, or `places`
 * for which the one reason holds; a place without `mutant` stands for every change of that code and within it.
 */
import { readdirSync, readFileSync } from 'node:fs'

/**
 * @typedef {{ line: number, column: number }} Point counted from 1
 * @typedef {{ replacement?: string, location: { start: Point, end: Point } }} Change
 * @typedef {{ file: string, code: string, mutant?: string | string[], line?: string }} Place `code`: what is changed;
 *   `mutant`: into what; `line`: text that the line has besides, where the code stands in others as well
 * @typedef {Place & { why: string }} Explanation
 * @typedef {{ why: string, file?: string } & (Place | { places: (Omit<Place, 'file'> & { file?: string })[] })} Entry
 */

const here = new URL('./', import.meta.url)
const names = readdirSync(new URL('explained/', here)).filter((name) => name.endsWith('.json'))

/** @type {Explanation[]} */
export const explained = ['explained.json', ...names.sort().map((name) => `explained/${name}`)].flatMap(
  (name) => {
    /** @type {Entry[]} */
    const entries = JSON.parse(readFileSync(new URL(name, here), 'utf8'))
    return entries.flatMap(({ why, file = '', ...rest }) =>
      ('places' in rest ? rest.places : [rest]).map((place) => ({ file, ...place, why })),
    )
  },
)

/**
 * Where the code of a place stands in its file: from and to, in characters.
 *
 * @param {string} source
 * @param {Pick<Place, 'code' | 'line'>} place
 * @returns {[from: number, to: number][]}
 */
export function standsAt(source, { code, line }) {
  /** @type {[number, number][]} */
  const found = []
  for (let at = source.indexOf(code); at >= 0; at = source.indexOf(code, at + 1)) {
    const end = source.indexOf('\n', at)
    const around = source.slice(source.lastIndexOf('\n', at) + 1, end < 0 ? undefined : end)
    if (line === undefined || around.includes(line)) found.push([at, at + code.length])
  }
  return found
}

/**
 * The characters that a change replaces: from and to.
 *
 * @param {string} source
 * @param {Change['location']} location
 * @returns {[from: number, to: number]}
 */
export function rangeOf(source, { start, end }) {
  const lines = source.split('\n')
  const offset = (/** @type {Point} */ { line, column }) =>
    lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, column - 1)
  return [offset(start), offset(end)]
}

/**
 * @param {string} file
 * @param {string} source
 * @param {Change} change
 */
export function isExplained(file, source, change) {
  const ours = explained.filter((e) => e.file === file)
  if (ours.length === 0) return false
  const [from, to] = rangeOf(source, change.location)
  return ours.some((e) =>
    standsAt(source, e).some(([begin, end]) =>
      e.mutant === undefined
        ? begin <= from && to <= end
        : begin === from && to === end && [e.mutant].flat().includes(change.replacement ?? ''),
    ),
  )
}
