import type { conntrack as en } from '../en/conntrack.ts'

export const conntrack = {} satisfies typeof en
