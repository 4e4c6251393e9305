import type { Plugin } from 'vite'
import { made } from '../made.ts'

/** Makes `virtual:model-card` importable: the card as data, worked out from the source and the recordings (make.ts). */
export function modelCard(): Plugin {
  return made<typeof import('./make.ts')>('model-card', 'build/card/make.ts', (module) => module.makeCard())
}
