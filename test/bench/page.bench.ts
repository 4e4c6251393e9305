import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
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
  const names = (files: readonly string[]) => files.map((file) => relative(folder, file)).join(', ')
  report('first_page.js_gzip_kb', gzipped(scripts), 'kB', names(scripts))

  const embed = firstOfEmbed(folder)
  report('first_page.embed_js_gzip_kb', gzipped(embed), 'kB', names(embed))
  const file = join(folder, 'netfilter-lab.html')
  report('first_page.one_file_kb', kb(statSync(file).size), 'kB', relative(folder, file))
  report('first_page.one_file_gzip_kb', gzipped([file]), 'kB')
}

const kb = (bytes: number): number => Math.round(bytes / 10) / 100

const gzipped = (files: readonly string[]): number =>
  kb(files.reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0))

/** The script that embed.html names, and the one that its worker begins with. */
function firstOfEmbed(folder: string): string[] {
  const page = readFileSync(join(folder, 'embed.html'), 'utf8')
  const script = /src="([^"]+\.js)"/.exec(page)?.[1]
  const worker = readdirSync(join(folder, 'embed')).find((name) => /^embed-lab-[\w-]+\.js$/.test(name))
  if (script === undefined || worker === undefined) throw new Error('embed.html loads no script')
  return [join(folder, script), join(folder, 'embed', worker)]
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
