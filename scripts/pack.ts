/**
 * `npm run pack -- scorm LESSON`: a package for a learning management system (SCORM 1.2), `scorm2004 LESSON` for SCORM 2004,
 * `cmi5 LESSON` for one that launches by cmi5; `course` for LESSON: all lessons. `--lang zh`: in Chinese. `--store ORIGIN`: a
 * cmi5 package talks to this platform and to no other. `file LESSON[,LESSON…]`: these lessons, and all that goes with them,
 * as one HTML file. `--built`: of the dist/ that is there, without building it anew.
 *
 * Exit status: 0 it is written, 1 it could not be, 2 the command was wrong.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { zipSync } from 'fflate'
import { parseArgs } from 'node:util'
import { cut } from '../build/embed/cut.ts'
import { packageOf, subjectOf, type Kind } from '../build/scorm/package.ts'

const KINDS: Readonly<Record<string, Kind | undefined>> = { scorm: '1.2', scorm2004: '2004', cmi5: 'cmi5' }
const USAGE = `npm run pack -- scorm|scorm2004|cmi5 LESSON|course [--lang en|zh] [--store ORIGIN] [--built]
npm run pack -- file LESSON[,LESSON…] [--built]`

function asked(): {
  kind: Kind | 'file'
  word: string
  name: string
  lang: string
  store: string | undefined
  built: boolean
} {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        lang: { type: 'string', default: 'en' },
        store: { type: 'string' },
        built: { type: 'boolean', default: false },
      },
    })
    const [word, name] = positionals as (string | undefined)[]
    const kind = word === 'file' ? word : KINDS[word ?? '']
    const { lang, store, built } = values
    if (kind !== undefined && word !== undefined && name !== undefined && ['en', 'zh'].includes(lang))
      return { kind, word, name, lang, store: store === undefined ? undefined : new URL(store).origin, built }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
  }
  console.error(USAGE)
  process.exit(2)
}

const { kind, word, name, lang, store, built } = asked()
/** Builds the page, unless it is there. */
function build(): void {
  if (!built && spawnSync('npx', ['--no-install', 'vite', 'build'], { stdio: 'inherit' }).status !== 0)
    throw new Error('The page could not be built.')
}

function write(file: string, content: Uint8Array, what = ''): void {
  mkdirSync('packed', { recursive: true })
  writeFileSync(`packed/${file}`, content)
  console.log(`packed/${file}: ${what}${Math.round(content.length / 1000)} kB`)
}

/** Lessons as one file, in both languages. */
function packFile(): void {
  const lessons = name.split(',')
  for (const id of lessons) subjectOf(id, lang)
  build()
  write(`${name}.html`, Buffer.from(cut(readFileSync('dist/netfilter-lab.html', 'utf8'), lessons)))
}

async function packFor(system: Kind): Promise<void> {
  const subject = subjectOf(name, lang)
  build()
  const files = await packageOf(subject, system, 'dist', store)
  // The same files make the same package, whenever it is made.
  const zip = zipSync(Object.fromEntries(files), { level: 9, mtime: '2020-01-01T00:00:00' })
  write(`${name}.${lang}.${word}.zip`, zip, `${files.size} files, `)
}

try {
  if (kind === 'file') packFile()
  else await packFor(kind)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
