/**
 * What stands before the chunks of the embed build. A frame without an origin of its own may load no modules from a server
 * that does not allow it, but any classic script: so each chunk is a function in one, named by its number, and this
 * loads the scripts that a chunk needs, and calls it when all are there. In a worker it does the same.
 */

/** The chunks of a build: numbers stand for chunks, and for files in `files`. */
export interface Graph {
  /** For each chunk, the file that holds it and the chunks that it needs at once. */
  chunks: readonly (readonly [file: number, ...needs: number[]])[]
  files: readonly string[]
  /** Numbers of files that bring a style sheet of the same name. */
  styled: readonly number[]
  page: number
  worker: number
  /** What a worker may ever need. Only where there are no files to load: then all of it is handed to the worker. */
  carried: readonly number[]
  /** The page has the files in itself (pack.ts). */
  packed: boolean
}

interface Module {
  exports: unknown
}
interface Need {
  (id: number): unknown
  /** What `import()` has become. */
  later(id: number): Promise<unknown>
}
type Factory = (need: Need, exports: unknown, module: Module) => void

/** What the chunks and the page find as `netfilterLab`. */
export interface Loader {
  define(id: number, factory: Factory): void
  /** A worker with the lab in it. Throws where none may be had. */
  worker(): Worker
  begin(id: number): void
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(address: string): string; createScript(file: string): string },
  ): {
    createScriptURL(address: string): string
    createScript(file: string): string
  }
}

/**
 * The loader, as one function that needs nothing outside of itself: the worker is given its text. `base` is where the
 * files are, with a slash at the end; '' if everything has come in one file.
 */
export function load(graph: Graph, base: string): Loader {
  const factories: Factory[] = []
  const modules: (Module | undefined)[] = []
  const coming = new Map<number, Promise<unknown>>()
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  /** Scripts that the page had in itself, by the numbers of their files. */
  const unpacked: Record<string, string> = {}
  // A script's address is one of these files, or what this page has made itself, whatever anybody says; a script's text is
  // what the page had in itself.
  const rules = {
    createScript(what: string): string {
      if (!Object.hasOwn(unpacked, what)) throw new Error(`no script of this page: ${what}`)
      return unpacked[what]
    },
    createScriptURL(what: string): string {
      if (what.startsWith('blob:')) return what
      if (!Object.hasOwn(graph.files, what)) throw new Error(`no script of this page: ${what}`)
      return `${base}${graph.files[Number(what)]}.js`
    },
  }
  const policy = trustedTypes === undefined ? rules : trustedTypes.createPolicy('netfilter-lab', rules)

  function execute(id: number): unknown {
    const there = modules[id]
    if (there !== undefined) return there.exports
    const module: Module = { exports: {} }
    modules[id] = module
    try {
      factories[id](need, module.exports, module)
    } catch (error) {
      modules[id] = undefined
      throw error
    }
    return module.exports
  }

  /** The files of a chunk and of all that it needs, its own first, as far as they are not here. */
  function missing(id: number, seen = new Set<number>(), files = new Set<number>()): Set<number> {
    if (seen.has(id)) return files
    seen.add(id)
    const [file, ...needs] = graph.chunks[id]
    if (!(id in factories)) files.add(file)
    for (const one of needs) missing(one, seen, files)
    return files
  }

  const inPage = typeof document !== 'undefined'

  function element(
    tag: 'script' | 'link',
    set: (to: HTMLScriptElement & HTMLLinkElement) => void,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const made = document.createElement(tag) as HTMLScriptElement & HTMLLinkElement
      set(made)
      made.onload = resolve
      made.onerror = () => {
        made.remove()
        reject(new Error(`cannot be loaded: ${made.src || made.href}`))
      }
      document.head.append(made)
    })
  }

  /** The text of a part of this page: pack.ts has written it. */
  async function read(name: string): Promise<string> {
    const part = document.getElementById(name)
    const letters = part?.textContent ?? ''
    const digit = (at: number): number => {
      const code = letters.charCodeAt(at)
      return code - (code > 60 ? 36 : 35)
    }
    const deflated = new Uint8Array(Number(part?.dataset.bytes))
    let [held, have, at] = [0, 0, 0]
    for (let i = 0; i < letters.length; i += 2) {
      held |= (digit(i) + digit(i + 1) * 91) << have
      for (have += 13; have >= 8; have -= 8) {
        deflated[at++] = held
        held >>>= 8
      }
    }
    const stream = new Blob([deflated]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
    return new Response(stream).text()
  }

  async function taken(file: number): Promise<void> {
    const [code, css] = await Promise.all([
      read(`script-${graph.files[file]}`),
      graph.styled.includes(file) ? read(`style-${graph.files[file]}`) : null,
    ])
    // The page's policy knows both by their hashes.
    if (css !== null) {
      const sheet = document.createElement('style')
      sheet.textContent = css
      document.head.append(sheet)
    }
    const made = document.createElement('script')
    unpacked[file] = code
    made.text = policy.createScript(String(file))
    delete unpacked[file]
    document.head.append(made)
    made.remove()
  }

  async function fetched(file: number): Promise<unknown> {
    if (inPage && graph.packed) return taken(file)
    const address = policy.createScriptURL(String(file))
    if (!inPage)
      return (globalThis as unknown as { importScripts(address: string): unknown }).importScripts(address)
    const style = graph.styled.includes(file)
      ? element('link', (link) => {
          link.rel = 'stylesheet'
          link.href = `${base}${graph.files[file]}.css`
        }).catch(() => undefined)
      : null
    const script = element('script', (made) => {
      made.src = address
    })
    return Promise.all([script, style])
  }

  /** A script that was broken off may end as if it had been loaded. */
  async function whole(file: number): Promise<unknown> {
    await fetched(file)
    if (graph.chunks.some(([holder], id) => holder === file && id in factories)) return
    throw new Error(`cannot be read: ${graph.files[file]}`)
  }

  function file(number: number): Promise<unknown> {
    const there =
      coming.get(number) ??
      whole(number)
        // Once more, after a rest: a network stumbles, and a page that is being left breaks off what it loads. Then the
        // rest never ends, and there is nobody whom an error would concern.
        .catch(() => new Promise((resolve) => setTimeout(resolve, 700)).then(() => whole(number)))
        .catch((error: unknown) => {
          // The next one who needs it tries again.
          coming.delete(number)
          throw error
        })
    coming.set(number, there)
    return there
  }

  async function later(id: number): Promise<unknown> {
    if (inPage) await Promise.all([...missing(id)].map(file))
    // In a worker they come one after the other anyway, and the first may hold what others hold, too.
    else for (const one of missing(id)) if (missing(id).has(one)) await file(one)
    return execute(id)
  }

  const need: Need = Object.assign(execute, { later })

  const made: Loader = {
    define(id, factory) {
      factories[id] = factory
    },
    worker() {
      const parts = [
        `self.netfilterLab=(${load.toString()})(${JSON.stringify(graph)},${JSON.stringify(base)});`,
        ...graph.carried.map((id) => `netfilterLab.define(${id},${factories[id].toString()});`),
        `netfilterLab.begin(${graph.worker})`,
      ]
      const address = URL.createObjectURL(new Blob(parts, { type: 'text/javascript' }))
      return new Worker(policy.createScriptURL(address), { name: 'lab' })
    },
    begin(id) {
      // What a worker is handed must have been unpacked.
      const first = inPage && graph.packed ? graph.carried.map((one) => graph.chunks[one][0]) : []
      const begun = Promise.all([...new Set(first)].map(file)).then(() => later(id))
      begun.catch((error: unknown) => {
        if (inPage) document.getElementById('cannot-open')?.removeAttribute('hidden')
        // Heard as an error of the page or of the worker, as it would be if a script tag had failed.
        setTimeout(() => {
          throw error
        })
      })
    },
  }
  return made
}
