/** Words of the views that the middle of the page can show beside the hooks; they come with them. */
import { views as en } from './en/views.ts'
import type { Language } from './index.ts'
import { views as zh } from './zh/views.ts'

export const views: Record<Language, typeof en> = { en, zh }
export type ViewWords = typeof en
