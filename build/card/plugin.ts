import { fileURLToPath } from 'node:url'
import { runnerImport, type Plugin } from 'vite'

/** Makes `virtual:model-card` importable: the card as data, worked out from the source and the recordings (make.ts). */
export function modelCard(): Plugin {
  const id = '\0virtual:model-card'
  return {
    name: 'netfilter-lab:model-card',
    resolveId: { filter: { id: /^virtual:model-card$/ }, handler: () => id },
    load: {
      filter: { id: /^\0virtual:model-card$/ },
      async handler() {
        // Read when the page is asked for: whoever opens only the lab does not wait for it.
        const make = fileURLToPath(new URL('build/card/make.ts', `file://${process.cwd()}/`))
        const { module } = await runnerImport<typeof import('./make.ts')>(make)
        const text = JSON.stringify(JSON.stringify(module.makeCard()))
        return { code: `export default JSON.parse(${text})`, moduleType: 'js' }
      },
    },
  }
}
