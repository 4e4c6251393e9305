/** Words of what the table does by itself: they come with its pane. */
import { acts as en } from './en/acts.ts'
import type { Language } from './index.ts'
import { acts as zh } from './zh/acts.ts'

export const acts: Record<Language, typeof en> = { en, zh }
