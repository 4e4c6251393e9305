/**
 * Loads TypeScript as the other scripts do, gives test files our collecting 'vitest', and makes Stryker's switches cheap:
 * a look at one number in place of calls, and no counting but for the first run.
 */
import { load as loadTypeScript } from '../typescript-loader.mjs'

const ours = new URL('./vitest.mjs', import.meta.url).href
let coverage = false

/** @param {{ coverage: boolean }} data */
export function initialize(data) {
  coverage = data.coverage
}

/** @type {import('node:module').ResolveHook} */
export function resolve(specifier, context, nextResolve) {
  if (specifier === 'vitest' && context.parentURL?.endsWith('.ts')) return { url: ours, shortCircuit: true }
  return nextResolve(specifier, context)
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, nextLoad) {
  const loaded = await loadTypeScript(url, context, nextLoad)
  if (coverage || typeof loaded.source !== 'string') return loaded
  const source = loaded.source
    .replace(/stryMutAct_\w+\("(\d+)"\)/g, (call, id) => `(netfilterLabMutant[0] === ${id} && ${call})`)
    .replace(/stryCov_\w+\((?:"\d+"(?:, )?)+\)/g, '0')
  return { ...loaded, source }
}
