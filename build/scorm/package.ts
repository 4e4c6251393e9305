/** A SCORM package of a lesson or of the course: the built page, the adapter, and a manifest. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build, type Rolldown } from 'vite'
import { headOf, parsePage } from '../markdown.ts'
import { manifest, type Edition } from './manifest.ts'
import type { Subject } from './state.ts'

const SCRIPT = 'scorm.js'
/** Of the build, what a package needs no copy of: the pages to print, and what is made for other pages. */
const LEFT_OUT = /^(?:lessons\/|e\/|posters\/|embed|oembed|netfilter-lab\b.*\.(?:js|html)$)/

/** `name`: a lesson's, or `course`. Throws where there is no such lesson. */
export function subjectOf(name: string, lang: string, lessons = 'lessons'): Subject {
  const ids = readdirSync(lessons, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? [e.name] : []))
  const wanted = name === 'course' ? ids.sort() : ids.filter((id) => id === name)
  if (wanted.length === 0) throw new Error(`There is no lesson ${name}. There are: ${ids.sort().join(' ')}`)
  const heads = wanted.map((id) => ({
    id,
    head: headOf(parsePage(readFileSync(join(lessons, id, `${lang}.md`), 'utf8'))),
  }))
  return {
    id: name,
    lang,
    title: name === 'course' ? 'Netfilter Lab' : heads[0].head.title,
    lessons: heads.map(({ id, head }) => ({ id, steps: head.steps })),
  }
}

/** All files of the package by their names. `dist`: the built page. */
export async function packageOf(
  subject: Subject,
  edition: Edition,
  dist: string,
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  for (const entry of readdirSync(dist, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    const name = relative(dist, path).replaceAll('\\', '/')
    if (entry.isFile() && !LEFT_OUT.test(name)) files.set(name, readFileSync(path))
  }
  const page = files.get('index.html')
  if (page === undefined) throw new Error(`${dist} has no index.html: npm run build`)
  const text = new TextEncoder()
  files.set('index.html', text.encode(withScript(new TextDecoder().decode(page))))
  files.set(SCRIPT, text.encode(`window.netfilterLabSubject=${JSON.stringify(subject)};\n${await adapter()}`))
  const names = [...files.keys()].sort()
  return new Map([
    ['imsmanifest.xml', text.encode(manifest(subject, edition, names))],
    ...names.map((name): [string, Uint8Array] => [name, files.get(name) ?? new Uint8Array()]),
  ])
}

/** The adapter comes before every script of the page. */
function withScript(html: string): string {
  const at = html.indexOf('<script')
  if (at < 0) throw new Error('index.html has no script')
  return `${html.slice(0, at)}<script src="./${SCRIPT}"></script>\n    ${html.slice(at)}`
}

/** As one classic script. */
async function adapter(): Promise<string> {
  const made = (await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2020',
      lib: { entry: 'build/scorm/adapter.ts', formats: ['iife'], name: 'netfilterLabScorm' },
    },
  })) as Rolldown.RolldownOutput[]
  const [chunk] = made[0].output
  return chunk.code
}
