/** Words of taking a lab away and bringing one, which come with their dialog. */
import { carry as en } from './en/carry.ts'
import type { Language } from './index.ts'
import { carry as zh } from './zh/carry.ts'

export const carry: Record<Language, typeof en> = { en, zh }
