import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import type { Report } from '../../scripts/bench.ts'

/** What a visitor waits for before the first packet moves, as it goes over the wire. */
export default async function page(report: Report): Promise<void> {
  if (existsSync('dist/index.html')) return measure('dist', report)
  const folder = mkdtempSync(join(tmpdir(), 'netfilter-lab-'))
  try {
    await build({ build: { outDir: folder }, logLevel: 'error' })
    measure(folder, report)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function measure(folder: string, report: Report): void {
  const html = join(folder, 'index.html')
  const scripts = firstLoad(html, readFileSync(html, 'utf8'))
  if (scripts.length === 0) throw new Error(`${html} loads no script`)
  const bytes = scripts.map((file) => gzipSync(readFileSync(file), { level: 9 }).length)
  const kb = bytes.reduce((sum, size) => sum + size, 0) / 1000
  const names = scripts.map((file) => relative(folder, file)).join(', ')
  report('first_page.js_gzip_kb', Math.round(kb * 100) / 100, 'kB', names)
}

/**
 * The entry and the preloads of the page, whatever they import statically, and the workers that these start, all of
 * them once. What `import()` loads comes later and is not counted.
 */
function firstLoad(html: string, text: string): string[] {
  const files = new Set<string>()
  const add = (from: string, reference: string) => {
    const file = resolve(dirname(from), reference)
    if (!file.endsWith('.js') || files.has(file) || !existsSync(file)) return
    files.add(file)
    const code = readFileSync(file, 'utf8')
    for (const pattern of [FROM, BARE_IMPORT, WORKER]) {
      for (const [, to] of code.matchAll(pattern)) add(file, to)
    }
  }
  for (const [, reference] of text.matchAll(/(?:src|href)="([^"]+\.js)"/g)) add(html, reference)
  return [...files]
}

const FROM = /\bfrom\s*["'`]([^"'`]+)["'`]/g
const BARE_IMPORT = /\bimport\s*["'`]([^"'`]+)["'`]/g
const WORKER = /\bnew\s+URL\(\s*["'`]([^"'`]+\.js)["'`]/g
