/** Words of the transport bar and of the tools for time; they come with it. */
import { time as en } from './en/time.ts'
import { words } from './words.ts'

export const time = words('time', en)
