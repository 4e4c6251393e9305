/** A package of a lesson or of the course for a learning platform: the built page, an adapter, and a manifest. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build, type Rolldown } from 'vite'
import { headOf, parsePage } from '../markdown.ts'
import { courseStructure } from '../cmi5/manifest.ts'
import { withConnections } from '../policy.ts'
import { manifest, type Edition } from './manifest.ts'
import type { Subject } from './state.ts'

/** SCORM of either version, or cmi5. */
export type Kind = Edition | 'cmi5'

/** Whom a cmi5 package may talk to before the launch says it, if nobody has said: who serves it, and whoever has a certificate. */
const ANY_STORE = "'self' https:"
/** Of the build, what a package needs no copy of: the pages to print, and what is made for other pages. */
const LEFT_OUT = /^(?:lessons\/|e\/|posters\/|oembed|netfilter-lab\b.*\.(?:js|html)$)/
/**
 * A SCORM package has the page that is made for frames, of classic scripts: platforms put it into frames of little right, and
 * not all of them say of a script what it is, which only modules ask for. What cmi5's adapter fetches is a module.
 */
const PAGE: Readonly<Record<Kind, { page: string; not: RegExp }>> = {
  '1.2': { page: 'embed.html', not: /^(?:assets\/|index\.html$)/ },
  '2004': { page: 'embed.html', not: /^(?:assets\/|index\.html$)/ },
  cmi5: { page: 'index.html', not: /^embed/ },
}

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
    lessons: heads.map(({ id, head }) => ({ id, title: head.title, about: head.about, steps: head.steps })),
  }
}

/**
 * All files of the package by their names. `dist`: the built page. `stores`: of a cmi5 package, the origins of the platforms
 * that may launch it, with blanks between them.
 */
export async function packageOf(
  subject: Subject,
  kind: Kind,
  dist: string,
  stores = ANY_STORE,
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  const { page: from, not } = PAGE[kind]
  for (const entry of readdirSync(dist, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    const name = relative(dist, path).replaceAll('\\', '/')
    if (entry.isFile() && !LEFT_OUT.test(name) && !not.test(name)) files.set(name, readFileSync(path))
  }
  const page = files.get(from)
  if (page === undefined) throw new Error(`${dist} has no ${from}: npm run build`)
  files.delete(from)
  const text = new TextEncoder()
  const html = new TextDecoder().decode(page)
  const folder = kind === 'cmi5' ? 'cmi5' : 'scorm'
  const script = `${folder}.js`
  const made =
    kind === 'cmi5' ? withConnections(insteadOfPage(html, script), stores) : beforePage(html, script)
  files.set('index.html', text.encode(made))
  files.set(
    script,
    text.encode(`window.netfilterLabSubject=${JSON.stringify(subject)};\n${await adapter(folder)}`),
  )
  const names = [...files.keys()].sort()
  const list: [string, string] =
    kind === 'cmi5'
      ? ['cmi5.xml', courseStructure(subject)]
      : ['imsmanifest.xml', manifest(subject, kind, names)]
  return new Map([
    [list[0], text.encode(list[1])],
    ...names.map((name): [string, Uint8Array] => [name, files.get(name) ?? new Uint8Array()]),
  ])
}

/** The adapter comes before every script of the page. */
function beforePage(html: string, script: string): string {
  const at = html.indexOf('<script')
  if (at < 0) throw new Error('index.html has no script')
  return `${html.slice(0, at)}<script src="./${script}"></script>\n    ${html.slice(at)}`
}

/** The adapter fetches the page when it is ready for it. */
function insteadOfPage(html: string, script: string): string {
  const made = html.replace(
    /<script type="module"[^>]* src="([^"]+)"><\/script>/,
    (_, page: string) => `<script src="./${script}" data-page="${page}"></script>`,
  )
  if (made === html) throw new Error('index.html has no script')
  return made
}

/** As one classic script. */
async function adapter(folder: 'scorm' | 'cmi5'): Promise<string> {
  const made = (await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2020',
      lib: { entry: `build/${folder}/adapter.ts`, formats: ['iife'], name: 'netfilterLabAdapter' },
    },
  })) as Rolldown.RolldownOutput[]
  const [chunk] = made[0].output
  return chunk.code
}
