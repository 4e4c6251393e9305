/**
 * `node --import ./scripts/typescript.mjs FILE.ts` runs TypeScript on the Node versions that cannot yet.
 * Types are only taken away (tsconfig says erasableSyntaxOnly), so what runs, and what a bench measures, is
 * the module as it was written.
 */
import { register } from 'node:module'

register('./typescript-loader.mjs', import.meta.url)
