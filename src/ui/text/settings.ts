/** Words of the reference of the settings, which come with it. */
import { settings as en } from './en/settings.ts'
import type { Language } from './index.ts'
import { settings as zh } from './zh/settings.ts'

export const settingsText: Record<Language, typeof en> = { en, zh }
