import type { Plugin } from 'vite'
import { made } from '../made.ts'

/** Makes `virtual:docstrings` importable: what the model's source says of its functions, read out of it (make.ts). */
export function docstrings(): Plugin {
  return made<typeof import('./make.ts')>('docstrings', 'build/docs/make.ts', (module) => module.makeDocs())
}
