import { posix } from 'node:path'
import { build, type PluginOption, type Rolldown } from 'vite'
import { comesLater, treeshake } from '../first.ts'

/** A build of the page's modules whose chunks are functions that a classic script can hold. */
export interface Chunks {
  chunks: Chunk[]
  /** Numbers of chunks. */
  page: number
  worker: number
}

export interface Chunk {
  name: string
  /** The module that is imported, if anybody imports this chunk by itself, from the project's root. */
  entry: string | null
  /** What `netfilterLab.define` is given. */
  code: string
  css: string
  needs: number[]
  /** What it may import one day. */
  later: number[]
}

const PAGE = 'src/ui/main.ts'
const WORKER = 'src/lab/worker.ts'
const PANE = /\/src\/ui\//
const START = /\/src\/lab\/start-worker\.ts$/

/** `root` is the project's folder; `plugins` are those of the page's own build. */
export async function buildChunks(root: string, plugins: PluginOption[]): Promise<Chunks> {
  const result = await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [...plugins, startWorker()],
    build: {
      target: 'es2023',
      write: false,
      cssCodeSplit: true,
      lib: { entry: { page: `${root}/${PAGE}`, worker: `${root}/${WORKER}` }, formats: ['cjs'] },
      rolldownOptions: {
        checks: { pluginTimings: false },
        treeshake,
        preserveEntrySignatures: 'allow-extension',
        output: { codeSplitting: { includeDependenciesRecursively: false, groups: firstOf(root) } },
      },
    },
  })
  const output = (Array.isArray(result) ? result : [result]).flatMap((one) =>
    'output' in one ? one.output : [],
  )
  return numbered(root, output)
}

/**
 * What the page needs to begin is one chunk, and what its worker needs of that, now or one day, another: where there is no
 * document, the page's own cannot run. The rest of the worker is two: what other parts of the page have in common with it, and
 * what they do not.
 */
function firstOf(root: string): Rolldown.CodeSplittingGroup[] {
  let sets: Record<'page' | 'worker' | 'one day' | 'panes', Set<string>> | undefined
  const nameOf = (id: string, context: Rolldown.ChunkingContext): string | null => {
    sets ??= {
      page: needed(`${root}/${PAGE}`, context),
      worker: needed(`${root}/${WORKER}`, context),
      'one day': needed(`${root}/${WORKER}`, context, { later: true }),
      panes: panes(`${root}/${PAGE}`, context),
    }
    if (comesLater(id)) return 'svelte'
    if (sets.page.has(id)) return sets['one day'].has(id) ? 'both' : 'begin'
    if (!sets.worker.has(id)) return null
    return sets.panes.has(id) ? 'model' : 'lab'
  }
  return [{ name: nameOf }]
}

/** A module and all that it imports before it runs, and `later`, too. */
function needed(
  id: string,
  context: Rolldown.ChunkingContext,
  { seen = new Set<string>(), later = false } = {},
): Set<string> {
  if (seen.has(id)) return seen
  seen.add(id)
  const info = context.getModuleInfo(id)
  for (const one of info?.importedIds ?? []) needed(one, context, { seen, later })
  if (later) for (const one of info?.dynamicallyImportedIds ?? []) needed(one, context, { seen, later })
  return seen
}

/** What modules of the page that come later need before they run. */
function panes(id: string, context: Rolldown.ChunkingContext): Set<string> {
  const found = new Set<string>()
  const seen = new Set<string>()
  const visit = (one: string, later: boolean): void => {
    if (seen.has(one)) return
    seen.add(one)
    if (later && PANE.test(one)) needed(one, context, { seen: found })
    const info = context.getModuleInfo(one)
    for (const next of info?.importedIds ?? []) visit(next, false)
    for (const next of info?.dynamicallyImportedIds ?? []) visit(next, true)
  }
  visit(id, false)
  return found
}

/** A page of classic scripts gets its worker from the loader. */
function startWorker(): PluginOption {
  return {
    name: 'netfilter-lab:start-worker',
    load: {
      filter: { id: START },
      handler: () => ({
        code: 'export const startWorker = () => globalThis.netfilterLab.worker()',
        moduleType: 'js',
      }),
    },
  }
}

function numbered(root: string, output: (Rolldown.OutputChunk | Rolldown.OutputAsset)[]): Chunks {
  const chunks = output.filter((one) => one.type === 'chunk')
  const styles = new Map(
    output.flatMap((one) => (one.type === 'asset' ? [[one.fileName, String(one.source)]] : [])),
  )
  const ids = new Map(chunks.map((chunk, id) => [chunk.fileName, id]))
  const idOf = (name: string): number => {
    const id = ids.get(name)
    if (id === undefined) throw new Error(`The embed build imports what it does not hold: ${name}`)
    return id
  }
  const entryOf = (chunk: Rolldown.OutputChunk): string | null =>
    chunk.facadeModuleId?.replace(`${root}/`, '').replaceAll('\\', '/') ?? null
  const all = chunks.map((chunk) => ({
    name: chunk.name,
    entry: entryOf(chunk),
    code: asFunction(chunk.code, (to) => idOf(posix.join(posix.dirname(chunk.fileName), to))),
    css: [...(chunk.viteMetadata?.importedCss ?? [])].map((name) => styles.get(name) ?? '').join(''),
    needs: chunk.imports.map(idOf),
    later: chunk.dynamicImports.map(idOf),
  }))
  const find = (entry: string): number => all.findIndex((chunk) => chunk.entry === entry)
  const made = { chunks: all, page: find(PAGE), worker: find(WORKER) }
  forWorker(made)
  return made
}

/** Throws if the worker can ever come to what begins with a document. */
function forWorker({ chunks, worker }: Chunks): void {
  const seen = new Set<number>()
  const visit = (id: number, by: string): void => {
    const { name, needs, later } = chunks[id]
    if (name === 'begin') throw new Error(`The embed's worker would need the page: ${by}`)
    if (seen.has(id)) return
    seen.add(id)
    for (const next of [...needs, ...later]) visit(next, name)
  }
  visit(worker, WORKER)
}

const LATER = /Promise\.resolve\(\)\.then\(\(\)\s*=>\s*require\((["'`])([^"'`]+)\1\)\)/g
const NOW = /\brequire\((["'`])([^"'`]+)\1\)/g

/** A CommonJS chunk as the function that makes its exports, with numbers for the names of other chunks. */
export function asFunction(code: string, idOf: (name: string) => number): string {
  const body = code
    .replace(/^\s*(["'])use strict\1;?/, '')
    .replace(/\n?\/\/# sourceMappingURL=.*$/, '')
    .replace(LATER, (_, _quote, to: string) => `require.later(${idOf(to)})`)
    .replace(NOW, (_, _quote, to: string) => `require(${idOf(to)})`)
  return `function(require,exports,module){"use strict";${body.trim()}\n}`
}

/** A chunk and all that it needs at once, itself last. */
export function closure(chunks: readonly Chunk[], id: number, seen = new Set<number>()): number[] {
  if (seen.has(id)) return []
  seen.add(id)
  return [...chunks[id].needs.flatMap((one) => closure(chunks, one, seen)), id]
}

/** A chunk, all that it needs, and all that it may ever import. */
export function everReached(chunks: readonly Chunk[], from: number): number[] {
  const seen = new Set<number>()
  const visit = (id: number): void => {
    if (seen.has(id)) return
    seen.add(id)
    for (const one of [...chunks[id].needs, ...chunks[id].later]) visit(one)
  }
  visit(from)
  return [...seen]
}
