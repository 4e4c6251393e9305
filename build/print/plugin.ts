import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { runnerImport, type Plugin } from 'vite'

const here = (file: string): string => fileURLToPath(new URL(file, `file://${process.cwd()}/`))

/** Puts the pages that need no JavaScript beside the built page: lessons/NAME.en.html and the like (pages.ts). */
export function printPages(): Plugin {
  let wanted = false
  return {
    name: 'netfilter-lab:print',
    apply: 'build',
    configResolved(config) {
      // Only beside the page itself, not beside a page that a test builds.
      wanted = config.build.rolldownOptions.input === undefined
    },
    async generateBundle() {
      if (!wanted) return
      const { module } = await runnerImport<typeof import('./pages.ts')>(here('build/print/pages.ts'))
      for (const [name, source] of await module.makePages(here('lessons')))
        this.emitFile({ type: 'asset', fileName: `lessons/${name}`, source })
      this.emitFile({
        type: 'asset',
        fileName: 'lessons/print.css',
        source: await readFile(here('build/print/print.css'), 'utf8'),
      })
    },
  }
}
