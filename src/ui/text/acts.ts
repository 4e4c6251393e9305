/** Words of what the table does by itself: they come with its pane. */
import { acts as en } from './en/acts.ts'
import { words } from './words.ts'

export const acts = words('acts', en)
