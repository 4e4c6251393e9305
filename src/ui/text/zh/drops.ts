import type { drops as en } from '../en/drops.ts'

export const drops = {} satisfies typeof en
