/** The page in Chinese: what it begins with, and what comes later. */
export { zh } from './index.ts'
export * as later from './later.ts'
