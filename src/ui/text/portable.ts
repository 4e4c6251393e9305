/** Words that come where nothing can be kept, and with the lab as a file. */
import { portable as en } from './en/portable.ts'
import type { Language } from './index.ts'
import { portable as zh } from './zh/portable.ts'

export const portable: Record<Language, typeof en> = { en, zh }
