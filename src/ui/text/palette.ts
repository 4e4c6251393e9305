/** Words of the command palette and of the lines between the panes; they come with them. */
import { palette as en } from './en/palette.ts'
import { words } from './words.ts'

export const palette = words('palette', en)
