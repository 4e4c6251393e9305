/** Words of the transport bar and of the tools for time; they come with it. */
import { time as en } from './en/time.ts'
import type { Language } from './index.ts'
import { time as zh } from './zh/time.ts'

export const time: Record<Language, typeof en> = { en, zh }
