import { fileURLToPath } from 'node:url'
import { runnerImport, type Plugin } from 'vite'

/** Makes `virtual:docstrings` importable: what the model's source says of its functions, read out of it (make.ts). */
export function docstrings(): Plugin {
  const id = '\0virtual:docstrings'
  return {
    name: 'netfilter-lab:docstrings',
    resolveId: { filter: { id: /^virtual:docstrings$/ }, handler: () => id },
    load: {
      filter: { id: /^\0virtual:docstrings$/ },
      async handler() {
        const make = fileURLToPath(new URL('build/docs/make.ts', `file://${process.cwd()}/`))
        const { module } = await runnerImport<typeof import('./make.ts')>(make)
        const text = JSON.stringify(JSON.stringify(module.makeDocs()))
        return { code: `export default JSON.parse(${text})`, moduleType: 'js' }
      },
    },
  }
}
