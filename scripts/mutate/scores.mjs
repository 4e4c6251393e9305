/**
 * What a run of the mutation tests has come to: the score of each file and folder, and a list of what survived. A survivor that
 * no test can kill is explained (explained.mjs); the score counts it as one that survived all the same.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { isExplained } from './explained.mjs'

/**
 * @typedef {{ line: number, column: number }} Place
 * @typedef {{ status: string, mutatorName: string, replacement?: string, location: { start: Place, end: Place } }} Mutant
 * @typedef {{ language?: string, source: string, mutants: Mutant[] }} File
 * @typedef {{ files: Record<string, File> }} Report as Stryker writes it
 */

/**
 * The code that a mutant replaces.
 *
 * @param {string} source
 * @param {Pick<Mutant, 'location'>} mutant
 */
export function codeOf(source, { location: { start, end } }) {
  const lines = source.split('\n').slice(start.line - 1, end.line)
  lines[lines.length - 1] = lines[lines.length - 1].slice(0, end.column - 1)
  lines[0] = lines[0].slice(start.column - 1)
  return lines.join('\n')
}

/**
 * Print the scores of a report of Stryker's, and write what survived beside it.
 *
 * @param {string} report
 */
export function tellScores(report) {
  /** @type {Report} */
  const { files } = JSON.parse(readFileSync(report, 'utf8'))
  /** @type {Map<string, { killed: number, lost: number, explained: number }>} */
  const folders = new Map()
  /** @type {string[]} */
  const survivors = []
  for (const [file, { source, mutants }] of Object.entries(files))
    for (const mutant of mutants) {
      const killed = mutant.status === 'Killed' || mutant.status === 'Timeout'
      const lost = mutant.status === 'Survived' || mutant.status === 'NoCoverage'
      const known = lost && isExplained(file, source, mutant)
      for (const name of [file, `${dirname(file)}/`, 'all']) {
        const score = folders.get(name) ?? { killed: 0, lost: 0, explained: 0 }
        folders.set(name, score)
        if (killed) score.killed++
        if (lost) score.lost++
        if (known) score.explained++
      }
      if (!lost || known) continue
      const { line, column } = mutant.location.start
      const what = `${codeOf(source, mutant)}  =>  ${mutant.replacement ?? ''}`
        .replace(/\s+/g, ' ')
        .slice(0, 150)
      survivors.push(`${file}:${line}:${column} ${mutant.status} ${mutant.mutatorName}: ${what}`)
    }
  const list = report.replace('report.json', 'survivors.txt')
  writeFileSync(list, survivors.map((text) => `${text}\n`).join(''))
  for (const [name, score] of [...folders].sort()) {
    const all = score.killed + score.lost
    const percent = ((100 * score.killed) / Math.max(1, all)).toFixed(1)
    console.log(`${percent}  ${score.killed} of ${all}, ${score.explained} explained  ${name}`)
  }
  console.log(`What survived unexplained: ${list}`)
}
