/** Words of the sandbox's tools, which come with them. */
import { workshop as en } from './en/workshop.ts'
import type { Language } from './index.ts'
import { workshop as zh } from './zh/workshop.ts'

export const workshop: Record<Language, typeof en> = { en, zh }
