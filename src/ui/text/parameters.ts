/** Words about the parameters of the address, which come with whatever lists them. */
import { parameters as en } from './en/parameters.ts'
import type { Language } from './index.ts'
import { parameters as zh } from './zh/parameters.ts'

export const parameters: Record<Language, typeof en> = { en, zh }
