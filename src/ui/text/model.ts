/** Words of the page "What is modelled", which come with it. */
import { model as en } from './en/model.ts'
import type { PeriodWords } from './en/periods.ts'
import type { Language } from './index.ts'
import { periodWords } from './periods.ts'
import { leftOut } from './zh/left-out.ts'
import { model as zh } from './zh/model.ts'

/** What a feature is called: its own words, or what the two periods do differently; '' where its code says it all. */
export function saidOf(language: Language, id: string): string {
  const t = modelText[language]
  const [kind, topic] = id.split('.')
  const period =
    kind === 'period' ? (periodWords[language] as Record<string, PeriodWords | undefined>)[topic] : undefined
  if (period === undefined) return t.features[id] ?? t.extensions[id] ?? ''
  return t.differs(period)
}

export const modelText: Record<Language, typeof en> = { en, zh }

/** What the source says is left out, in the reader's language: English as it stands there. */
export function leftOutIn(language: Language, words: string): string {
  return language === 'zh' ? (leftOut[words] ?? words) : words
}
