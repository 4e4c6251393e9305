/** Words that come where nothing can be kept, and with the lab as a file. */
import { portable as en } from './en/portable.ts'
import { words } from './words.ts'

export const portable = words('portable', en)
