/** Words of the views that the middle of the page can show beside the hooks; they come with them. */
import { views as en } from './en/views.ts'
import { words } from './words.ts'

export const views = words('views', en)
export type ViewWords = typeof en
