/** What the lessons are called and about, in each language: without the lessons themselves. */
import type { Head } from '../../build/page.ts'
import { lessonsHere } from './place.ts'
import type { Language } from './text/index.ts'

export interface Title {
  id: string
  head: Record<Language, Head>
  /** Names of the steps, in their order. */
  steps: readonly string[]
}

const heads = import.meta.glob<Head>('/lessons/*/*.md', { query: '?head', import: 'default', eager: true })

export const titles: readonly Title[] = lessonsHere([
  ...new Set(Object.keys(heads).map((path) => path.split('/').at(-2) ?? '')),
])
  .sort()
  .map((id) => {
    const en = heads[`/lessons/${id}/en.md`]
    const zh = heads[`/lessons/${id}/zh.md`] ?? en
    return { id, head: { en, zh }, steps: en.steps }
  })

/** The lesson after this one, null: it is the last. */
export function following(id: string): Title | null {
  return titles[titles.findIndex((title) => title.id === id) + 1] ?? null
}
