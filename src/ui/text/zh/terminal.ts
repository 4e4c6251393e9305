import type { terminal as en } from '../en/terminal.ts'

export const terminal = {} satisfies typeof en
