/** Loads TypeScript as the other scripts do, and gives test files our collecting 'vitest'. */
export { load } from '../typescript-loader.mjs'

const ours = new URL('./vitest.mjs', import.meta.url).href

/** @type {import('node:module').ResolveHook} */
export function resolve(specifier, context, nextResolve) {
  if (specifier === 'vitest-itself') return nextResolve('vitest', context)
  if (specifier === 'vitest' && context.parentURL?.includes('/test/'))
    return { url: ours, shortCircuit: true }
  return nextResolve(specifier, context)
}
