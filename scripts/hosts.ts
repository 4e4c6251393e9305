/**
 * `npm run hosts [-- HOST ...] [--pictures FOLDER]`: the built lab in pages like those of Moodle, WordPress, Notion and
 * others, in frames with and without permissions, and as `<netfilter-lab>`, all of whose methods and events are tried; in
 * Chromium and Firefox, driven and judged (test/hosts).
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { findFirefox } from '../test/hosts/marionette.ts'
import { KINDS, matrix, type Cell } from '../test/hosts/matrix.ts'
import { COMPONENT, HOSTS } from '../test/hosts/serve.ts'
import { findChromium } from './chromium.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { pictures: { type: 'string' } },
})
const all = [...HOSTS, COMPONENT]
const hosts = positionals.length > 0 ? positionals : all
const strange = hosts.filter((name) => !all.includes(name))
if (strange.length > 0) {
  console.error(`There is no page like that of ${strange.join(', ')}. There are: ${all.join(', ')}`)
  process.exit(2)
}
if (!existsSync('dist/embed.html')) {
  console.error('There is no dist/ to try out: npm run build')
  process.exit(2)
}
const { pictures } = values
if (pictures !== undefined) mkdirSync(pictures, { recursive: true })

const chromium = findChromium()
const firefox = findFirefox()
for (const [name, found] of Object.entries({ Chromium: chromium, Firefox: firefox })) {
  if (found === undefined) console.log(`${name}: there is none here`)
}

const cells = await matrix({
  chromium,
  firefox,
  hosts,
  async tell(cell, picture) {
    const { browser, host, kind, wrong, seconds } = cell
    console.log(
      `${wrong === '' ? 'ok ' : 'NOT'} ${browser}, ${host}, ${kind}: ${seconds.toFixed(1)} s ${wrong}`,
    )
    if (pictures === undefined) return
    const name = `${browser}-${host}-${kind}`.replace(/[^\w-]+/g, '_')
    writeFileSync(join(pictures, `${name}.png`), await picture())
  },
})

/** '✓' works and keeps progress, '○' works and says that it is not kept, '✗' does not work. */
function sign(cell: Cell | undefined): string {
  if (cell === undefined) return '-'
  if (cell.wrong !== '') return '✗'
  return cell.keeps ? '✓' : '○'
}

for (const browser of new Set(cells.map((cell) => cell.browser))) {
  console.log(`\n| ${browser} | ${KINDS.join(' | ')} |\n|${' --- |'.repeat(KINDS.length + 1)}`)
  for (const host of hosts) {
    const row = KINDS.map((kind) =>
      sign(cells.find((cell) => cell.browser === browser && cell.host === host && cell.kind === kind)),
    )
    console.log(`| ${host} | ${row.join(' | ')} |`)
  }
}
const bad = cells.filter((cell) => cell.wrong !== '').length
console.log(`\n${cells.length - bad} passed, ${bad} failed`)
console.log('✓ works and keeps progress, ○ works and says that progress is not kept, ✗ does not work')
process.exitCode = bad > 0 ? 1 : 0
