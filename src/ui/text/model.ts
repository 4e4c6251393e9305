/** Words of the page "What is modelled", which come with it. */
import { model as en } from './en/model.ts'
import type { Language } from './index.ts'
import { leftOut } from './zh/left-out.ts'
import { model as zh } from './zh/model.ts'

export const modelText: Record<Language, typeof en> = { en, zh }

/** What the source says is left out, in the reader's language: English as it stands there. */
export function leftOutIn(language: Language, words: string): string {
  return language === 'zh' ? (leftOut[words] ?? words) : words
}
