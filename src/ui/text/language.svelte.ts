/**
 * Which language the page speaks. Switching changes every sentence at once, without a reload. English comes with the
 * page; another language is fetched when somebody reads it.
 */
import { en } from './en/index.ts'
import { fetched } from './words.ts'

export type Text = typeof en
export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

const load: Record<Language, () => Promise<Text>> = {
  en: () => Promise.resolve(en),
  zh: async () => {
    const { zh, later } = await import('./zh/all.ts')
    fetched(later)
    return zh
  },
}
/** What `lang` says: the script matters to fonts and to screen readers. */
const tags: Record<Language, string> = { en: 'en', zh: 'zh-Hans' }

let spoken = $state.raw<{ language: Language; text: Text }>({ language: 'en', text: en })
let wanted: Language = 'en'

/** Every sentence of the page in its language. Read it where it is used: `text().page.help`. */
export function text(): Text {
  return spoken.text
}

export function language(): Language {
  return spoken.language
}

/** Resolves when the page speaks it. Where it cannot be fetched, the page goes on as it was. */
export async function setLanguage(to: Language): Promise<void> {
  wanted = to
  const text = await load[to]().catch(() => null)
  if (text === null || wanted !== to) return
  spoken = { language: to, text }
  if (typeof document === 'undefined') return
  document.documentElement.lang = tags[to]
  document.title = text.page.title
}
