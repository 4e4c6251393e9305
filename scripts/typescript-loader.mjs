import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { transformWithOxc } from 'vite'

/**
 * A module loader hook: see Node's documentation of `module.register`.
 *
 * @type {import('node:module').LoadHook}
 */
export async function load(url, context, nextLoad) {
  if (!/^file:.*\.ts(\?|$)/.test(url)) return nextLoad(url, context)
  const file = fileURLToPath(url)
  const { code } = await transformWithOxc(await readFile(file, 'utf8'), file, {
    lang: 'ts',
    target: 'es2023',
  })
  return { format: 'module', source: code, shortCircuit: true }
}
