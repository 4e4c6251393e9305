/** Words of the command palette and of the lines between the panes; they come with them. */
import { palette as en } from './en/palette.ts'
import type { Language } from './index.ts'
import { palette as zh } from './zh/palette.ts'

export const palette: Record<Language, typeof en> = { en, zh }
