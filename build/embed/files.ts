import { createHash } from 'node:crypto'
import { Script } from 'node:vm'
import { minifySync } from 'vite'
import { closure, everReached, type Chunk, type Chunks } from './chunks.ts'
import { headOf, LESSONS } from './cut.ts'
import { load, type Graph } from './loader.ts'
import { pack, type Packed } from './pack.ts'

/** A script of the embed build, and its style sheet if it brings one. */
export interface File {
  /** Without a folder and an ending. */
  name: string
  script: string
  style: string
}

/**
 * Chunks that are loaded together: each is in the first of these that needs it.
 */
const PACKS: readonly (readonly [name: string, ...entries: string[]])[] = [
  ['lab', 'src/lab/worker.ts'],
  [
    'panes',
    ...['Notices', 'Player', 'Terminal', 'Traffic', 'ConntrackPane', 'Controls', 'Drops'].map(ui),
    'src/ui/parts/ViewSwitch.svelte',
    'src/ui/views/sentences.ts',
  ],
  ['programs', 'src/userspace/index.ts', 'src/lab/labs/more.ts', 'src/lab/session.ts'],
  [
    'course',
    ...['LessonPane', 'CourseDialog', 'Glossary'].map(ui),
    ...['lessons', 'course.svelte', 'progress.svelte', 'follow'].map((name) => `src/ui/${name}.ts`),
  ],
  [
    'sandbox',
    ui('SandboxPane'),
    ...['Rules', 'Craft', 'Faults', 'Change', 'Break'].map((name) => ui(`sandbox/${name}`)),
    ui('Periods'),
  ],
  [
    'views',
    ...['Views', 'Ladder', 'TcpView', 'Entries', 'Charts', 'Journey'].map((name) => ui(`views/${name}`)),
    ...['ChainCard', 'Inspect'].map((name) => ui(`parts/${name}`)),
    ...['ProfilePane', 'Compare'].map(ui),
  ],
  ['zh', 'src/ui/text/zh/all.ts', 'lessons/glossary.zh.md'],
  ['carry', ui('carry/Carry'), 'src/ui/carry/open.ts', 'src/lab/take/index.ts'],
]

function ui(name: string): string {
  return `src/ui/${name}.svelte`
}

/** Which chunks come in which file. */
function packs(built: Chunks): Map<string, number[]> {
  const { chunks } = built
  const packed = new Map<string, number[]>()
  const taken = new Set<number>()
  const take = (name: string, ids: readonly number[]): void => {
    const fresh = ids.filter((id) => !taken.has(id))
    for (const id of fresh) taken.add(id)
    if (fresh.length > 0) packed.set(name, [...(packed.get(name) ?? []), ...fresh])
  }
  take('embed', closure(chunks, built.page))
  // What more the page has in common with its worker is little: it does not read the worker's file for it.
  const inLab = new Set(closure(chunks, built.worker))
  const pages = chunks.flatMap(({ entry }, id) => (entry?.startsWith('src/ui/') === true ? [id] : []))
  take(
    'model',
    [...new Set(pages.flatMap((id) => closure(chunks, id)))].filter((id) => inLab.has(id)),
  )
  for (const [name, ...entries] of PACKS) {
    for (const entry of entries) {
      const id = chunks.findIndex((chunk) => chunk.entry === entry)
      // A module that others need at once is no entry, and comes with them.
      if (id >= 0) take(name, closure(chunks, id))
    }
  }
  chunks.forEach(({ entry, name }, id) => {
    const lesson = /^lessons\/([^/]+)\/(lesson|en|zh)\./.exec(entry ?? '')
    take(lesson === null ? (/^[\w-]+/.exec(name)?.[0] ?? 'part') : `lesson-${lesson[1]}`, closure(chunks, id))
  })
  return packed
}

const defined = (chunks: readonly Chunk[], ids: readonly number[]): string =>
  ids.map((id) => `netfilterLab.define(${id},${chunks[id].code});\n`).join('')

const styled = (chunks: readonly Chunk[], ids: readonly number[]): string =>
  ids.map((id) => chunks[id].css).join('')

/** The loader in front of its first chunks; the page begins when all its script tags have been run. */
function first(graph: Graph, base: string, rest: string): string {
  const begin = `netfilterLab.begin(${graph.page})`
  const loader = minifySync(
    'loader.js',
    `globalThis.netfilterLab=(${load.toString()})(${JSON.stringify(graph)},${base});` +
      `document.readyState==='complete'?${begin}:addEventListener('DOMContentLoaded',()=>${begin})`,
    { module: false },
  ).code
  return `${loader}\n${rest}`
}

/** Which file holds which chunk. */
function placed(
  { chunks, page, worker }: Chunks,
  packed: Map<string, number[]>,
): Pick<Graph, 'chunks' | 'page' | 'worker'> {
  const at = new Map([...packed.values()].flatMap((ids, file) => ids.map((id) => [id, file])))
  return { chunks: chunks.map((chunk, id) => [at.get(id) ?? 0, ...chunk.needs]), page, worker }
}

/** The scripts of embed.html. The page names the `first` one, and the loader loads the others. */
export function scripts(built: Chunks): { files: File[]; first: File } {
  const { chunks } = built
  const packed = packs(built)
  const whole = [...packed].map(([name, ids]) => {
    // Nor does the worker read the page's.
    const held = name === 'lab' ? closure(chunks, built.worker) : ids
    const [script, style] = [defined(chunks, held), styled(chunks, ids)]
    const hash = createHash('sha256').update(script).update(style).digest('base64url').slice(0, 8)
    return { pack: name, name: `${name === 'embed' ? name : `embed-${name}`}-${hash}`, script, style }
  })
  const graph: Graph = {
    ...placed(built, packed),
    files: whole.map((file) => file.name),
    styled: whole.flatMap((file, i) => (file.style === '' ? [] : [i])),
    carried: [],
    packed: false,
  }
  const files = whole.map(({ pack, name, script, style }) => ({
    name,
    // The address of this script says where the others are, whatever page it is in.
    script:
      pack === 'embed' ? first(graph, "document.currentScript.src.replace(/[^/]*$/,'')", script) : script,
    style,
  }))
  return { files, first: files[whole.findIndex((file) => file.pack === 'embed')] }
}

/** A file that a page has in itself. */
export interface Part extends File {
  packed: { script: Packed; style: Packed | null }
}

/**
 * Everything for a page that has it in itself: the script that it begins with, and what that unpacks. There are few parts,
 * because what is deflated together becomes smaller: what must be there when the page begins, the lessons, the rest.
 */
export function oneFile(built: Chunks): { script: string; parts: Part[] } {
  const { chunks } = built
  const carried = everReached(chunks, built.worker)
  const packed = new Map<string, number[]>(['first', 'rest', LESSONS].map((name) => [name, []]))
  const scripts = new Map<string, string>()
  for (const [name, ids] of packs(built)) {
    const lesson = /^lesson-(.+)/.exec(name)?.[1]
    const begins = name === 'embed' || ids.some((id) => carried.includes(id))
    const part = begins ? 'first' : lesson === undefined ? 'rest' : LESSONS
    packed.get(part)?.push(...ids)
    const head = part === LESSONS && lesson !== undefined ? headOf(lesson) : ''
    scripts.set(part, (scripts.get(part) ?? '') + head + defined(chunks, ids))
  }
  const parts = [...packed].map(([name, ids]): Part => {
    const [script, style] = [scripts.get(name) ?? '', styled(chunks, ids)]
    return { name, script, style, packed: { script: pack(script), style: style === '' ? null : pack(style) } }
  })
  const graph: Graph = {
    ...placed(built, packed),
    files: parts.map(({ name }) => name),
    styled: parts.flatMap(({ style }, i) => (style === '' ? [] : [i])),
    carried,
    packed: true,
  }
  return { script: withoutTags(first(graph, "''", '')), parts }
}

/**
 * The same program without letters that would end or begin an element around it. They can only stand in strings,
 * templates and regular expressions: were it otherwise, it would no longer be a program, and this throws.
 */
export function withoutTags(program: string): string {
  const written = program.replace(/<(?=\/?(?:script|style))/gi, '\\x3c')
  new Script(written)
  return written
}
