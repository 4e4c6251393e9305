/** Words that come with the panes that say them, when these are opened: the first page is lighter without them. */
import { help as helpEn } from './en/help.ts'
import { sandbox as sandboxEn } from './en/sandbox.ts'
import type { Language } from './index.ts'
import { help as helpZh } from './zh/help.ts'
import { sandbox as sandboxZh } from './zh/sandbox.ts'

export const help: Record<Language, typeof helpEn> = { en: helpEn, zh: helpZh }
export const sandbox: Record<Language, typeof sandboxEn> = { en: sandboxEn, zh: sandboxZh }
