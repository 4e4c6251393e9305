import { fork, type ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const ROOT = `file://${process.cwd()}/`
const here = (file: string): string => fileURLToPath(new URL(file, ROOT))

/** Puts the pages that need no JavaScript beside the built page: lessons/NAME.en.html and the like (pages.ts). */
export function printPages(): Plugin {
  let wanted = false
  let making: { child: ChildProcess; pages: Promise<[string, string][]> } | undefined
  return {
    name: 'netfilter-lab:print',
    apply: 'build',
    configResolved(config) {
      // Only beside the page itself, not beside a page that a test builds.
      wanted = config.build.rolldownOptions.input === undefined
    },
    // Every lesson is played for them, while the page is being built.
    buildStart() {
      if (wanted) making = apart()
    },
    buildEnd(error) {
      if (error !== undefined) making?.child.kill()
    },
    async generateBundle() {
      if (making === undefined) return
      for (const [name, source] of await making.pages)
        this.emitFile({ type: 'asset', fileName: `lessons/${name}`, source })
      this.emitFile({
        type: 'asset',
        fileName: 'lessons/print.css',
        source: await readFile(here('build/print/print.css'), 'utf8'),
      })
    },
  }
}

/** Makes them in a process of their own. */
function apart(): { child: ChildProcess; pages: Promise<[string, string][]> } {
  const child = fork(here('build/print/apart.ts'), {
    execArgv: ['--import', new URL('scripts/typescript.mjs', ROOT).href],
  })
  const pages = new Promise<[string, string][]>((resolve, reject) => {
    child.on('message', (made) => {
      resolve(made as [string, string][])
    })
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      reject(new Error(`The pages to print could not be made: ${code ?? signal}`))
    })
  })
  // Whoever waits for them hears of it; if the build has failed before, nobody does.
  pages.catch(() => undefined)
  return { child, pages }
}
