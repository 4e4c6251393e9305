/** Words of the road not taken; they come with it. */
import { otherwise as en } from './en/otherwise.ts'
import type { Language } from './index.ts'
import { otherwise as zh } from './zh/otherwise.ts'

export const otherwise: Record<Language, typeof en> = { en, zh }
