import type { en } from '../en/index.ts'
import { deaths } from './deaths.ts'
import { format } from './format.ts'
import { lesson } from './lesson.ts'
import { page } from './page.ts'
import { stage } from './stage.ts'

export const zh = {
  format,
  page,
  stage,
  deaths,
  lesson,
} satisfies typeof en
