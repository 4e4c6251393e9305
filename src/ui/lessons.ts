/** The course as the build finds it: each lesson is a chunk of its own, loaded when it is opened. */
import type { Page } from '../../build/page.ts'
import { catalogue } from '../lesson/catalogue.ts'
import type { Lesson } from '../lesson/lesson.ts'

export const course = catalogue(
  import.meta.glob<{ default: Lesson }>('/lessons/*/lesson.ts'),
  import.meta.glob<{ default: Page }>('/lessons/*/*.md'),
)
