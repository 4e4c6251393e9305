/**
 * Loads TypeScript as the other scripts do, gives test files our collecting 'vitest', and makes Stryker's switches cheap:
 * a look at one number in place of calls, and no counting but where the first run needs it.
 */
import { load as loadTypeScript, transform } from '../typescript-loader.mjs'

const ours = new URL('./vitest.mjs', import.meta.url).href
/** How it is noted what a test reaches: 'calls' as Stryker does it, 'hits' in an array, or not at all. */
let coverage = 'none'
/** Source by address of a module, where it is not that of the file. @type {Record<string, string>} */
let sources = {}

/** @param {{ coverage: 'calls' | 'hits' | 'none', sources?: Record<string, string> }} data */
export function initialize(data) {
  ;({ coverage, sources = {} } = data)
}

/** @type {import('node:module').ResolveHook} */
export function resolve(specifier, context, nextResolve) {
  if (specifier === 'vitest' && context.parentURL?.endsWith('.ts')) return { url: ours, shortCircuit: true }
  return nextResolve(specifier, context)
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, nextLoad) {
  const given = sources[url]
  const loaded =
    given === undefined ? await loadTypeScript(url, context, nextLoad) : await transform(url, given)
  if (coverage === 'calls' || typeof loaded.source !== 'string') return loaded
  const source = loaded.source
    .replace(/stryMutAct_\w+\("(\d+)"\)/g, (call, id) => `(netfilterLabMutant[0] === ${id} && ${call})`)
    .replace(/stryCov_\w+\(((?:"\d+"(?:, )?)+)\)/g, (_, ids) => (coverage === 'hits' ? counted(ids) : '0'))
  return { ...loaded, source }
}

/** @param {string} ids */
function counted(ids) {
  return `(${Array.from(ids.matchAll(/\d+/g), ([id]) => `netfilterLabHits[${id}]++`).join(', ')})`
}
