import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { transformWithOxc } from 'vite'

/**
 * A module that is written in TypeScript.
 *
 * @param {string} url
 * @param {string} source
 */
export async function transform(url, source) {
  const { code } = await transformWithOxc(source, fileURLToPath(url), { lang: 'ts', target: 'es2023' })
  return { format: /** @type {const} */ ('module'), source: code, shortCircuit: true }
}

/**
 * A module loader hook: see Node's documentation of `module.register`.
 *
 * @type {import('node:module').LoadHook}
 */
export async function load(url, context, nextLoad) {
  if (!/^file:.*\.ts(\?|$)/.test(url)) return nextLoad(url, context)
  return transform(url, await readFile(fileURLToPath(url), 'utf8'))
}
