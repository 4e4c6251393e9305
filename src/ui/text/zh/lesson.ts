import type { lesson as en } from '../en/lesson.ts'

export const lesson = {} satisfies typeof en
