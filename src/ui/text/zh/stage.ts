import type { stage as en } from '../en/stage.ts'

export const stage = {} satisfies typeof en
