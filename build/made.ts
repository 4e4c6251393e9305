import { fileURLToPath } from 'node:url'
import { runnerImport, type Plugin } from 'vite'

/**
 * Makes `virtual:NAME` importable: data that `make` works out of the project's own source. `file` is the module that `make`
 * is given, from the project's root.
 */
export function made<Module>(name: string, file: string, make: (module: Module) => unknown): Plugin {
  const id = `\0virtual:${name}`
  let building = false
  let coming: Promise<string> | undefined
  async function asJson(): Promise<string> {
    const path = fileURLToPath(new URL(file, `file://${process.cwd()}/`))
    const { module } = await runnerImport<Module>(path)
    return JSON.stringify(make(module))
  }
  return {
    name: `netfilter-lab:${name}`,
    configResolved({ command }) {
      building = command === 'build'
    },
    resolveId: { filter: { id: new RegExp(`^virtual:${name}$`) }, handler: () => id },
    load: {
      filter: { id: new RegExp(`^\\0virtual:${name}$`) },
      async handler() {
        // Worked out when it is asked for: whoever opens only the lab does not wait for it. A build has the page in it
        // more than once, and its source stays what it is.
        if (coming === undefined || !building) coming = asJson()
        return { code: `export default JSON.parse(${JSON.stringify(await coming)})`, moduleType: 'js' }
      },
    },
  }
}
