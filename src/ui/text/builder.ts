/** Words of the dialog that puts the lab into another page, which come with it. */
import { builder as en } from './en/builder.ts'
import type { Language } from './index.ts'
import { builder as zh } from './zh/builder.ts'

export const builder: Record<Language, typeof en> = { en, zh }
