/** The words of the help. They come with it, when somebody asks: the first page is lighter without them. */
import { help as en } from './en/help.ts'
import type { Language } from './index.ts'
import { help as zh } from './zh/help.ts'

export const help: Record<Language, typeof en> = { en, zh }
