import { deaths } from './deaths.ts'
import { format } from './format.ts'
import { lesson } from './lesson.ts'
import { page } from './page.ts'
import { stage } from './stage.ts'

export const en = { format, page, stage, deaths, lesson }
