/**
 * The course: which lessons there are, each with what loads it. Whoever knows where the files are (the page by a glob,
 * a test by the file system) hands them in, keyed by their paths.
 */
import type { Page } from '../../build/page.ts'
import type { Lesson } from './lesson.ts'
import { lessonWords, type LessonWords } from './words.ts'

export interface Entry {
  id: string
  languages: string[]
  load(language: string): Promise<{ lesson: Lesson; words: LessonWords }>
}

type Loaders<T> = Record<string, () => Promise<{ default: T }>>

/** Paths are `…/lessons/ID/lesson.ts` and `…/lessons/ID/LANGUAGE.md`. In the order of their names. */
export function catalogue(lessons: Loaders<Lesson>, pages: Loaders<Page>): Entry[] {
  const entries: Entry[] = []
  for (const [path, lesson] of Object.entries(lessons)) {
    const id = /([^/]+)\/lesson\.ts$/.exec(path)?.[1]
    if (id === undefined) continue
    const words = new Map<string, Loaders<Page>[string]>()
    for (const [at, page] of Object.entries(pages)) {
      const language = new RegExp(`/${id}/([a-z]{2})\\.md$`).exec(at)?.[1]
      if (language !== undefined) words.set(language, page)
    }
    entries.push({
      id,
      languages: [...words.keys()].sort(),
      async load(language) {
        // A lesson that has not been translated yet is better read in another language than not at all.
        const page = words.get(language) ?? words.get('en') ?? [...words.values()][0]
        const [data, text] = await Promise.all([lesson(), page()])
        return { lesson: data.default, words: lessonWords(text.default) }
      },
    })
  }
  return entries.sort((a, b) => (a.id < b.id ? -1 : 1))
}
