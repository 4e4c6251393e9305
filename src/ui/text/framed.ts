/** Words of a page inside another page, which come only there. */
import { framed as en } from './en/framed.ts'
import type { Language } from './index.ts'
import { framed as zh } from './zh/framed.ts'

export const framed: Record<Language, typeof en> = { en, zh }
