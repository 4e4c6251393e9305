import type { en } from '../en/index.ts'
import { conntrack } from './conntrack.ts'
import { controls } from './controls.ts'
import { drops } from './drops.ts'
import { format } from './format.ts'
import { lesson } from './lesson.ts'
import { page } from './page.ts'
import { stage } from './stage.ts'
import { terminal } from './terminal.ts'

export const zh = {
  format,
  page,
  stage,
  terminal,
  conntrack,
  controls,
  drops,
  lesson,
} satisfies typeof en
