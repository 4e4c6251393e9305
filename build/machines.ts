import type { Plugin } from 'vite'
import type { Compiled } from '../src/kernel/compile.ts'
import { tcpMachine } from '../src/kernel/conntrack/tcp-compiled.ts'
import { road, stationMeta } from '../src/kernel/road.ts'

/** In a build, the compiled machines are put in as the tables that they are; while developing they are compiled at start. */
export function machines(): Plugin {
  return {
    name: 'netfilter-lab:machines',
    apply: 'build',
    load: {
      filter: { id: /\/src\/kernel\/(road|conntrack\/tcp-compiled)\.ts$/ },
      handler(id) {
        const code = id.endsWith('road.ts')
          ? `export const road = ${literal(road)}\nexport const stationMeta = ${JSON.stringify(stationMeta)}`
          : `export const tcpMachine = ${literal(tcpMachine)}`
        return { code, moduleType: 'js' }
      },
    },
  }
}

/** A compiled machine as source text. */
function literal(c: Compiled): string {
  const fields = Object.entries(c).map(([name, value]: [string, unknown]) => {
    if (value instanceof Int16Array) return `${name}:Int16Array.of(${value.join()})`
    if (value instanceof Uint8Array) return `${name}:Uint8Array.of(${value.join()})`
    return `${name}:${JSON.stringify(value)}`
  })
  return `{${fields.join()}}`
}
