/** Which language the page speaks. Switching changes every sentence at once, without a reload. */
import { en } from './en/index.ts'
import { zh } from './zh/index.ts'

export type Text = typeof en
export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

const texts: Record<Language, Text> = { en, zh }
/** What `lang` says: the script matters to fonts and to screen readers. */
const tags: Record<Language, string> = { en: 'en', zh: 'zh-Hans' }

let current = $state<Language>('en')

/** Every sentence of the page in its language. Read it where it is used: `text().page.help`. */
export function text(): Text {
  return texts[current]
}

export function language(): Language {
  return current
}

export function setLanguage(to: Language): void {
  current = to
  if (typeof document !== 'undefined') {
    document.documentElement.lang = tags[to]
    document.title = texts[to].page.title
  }
}
