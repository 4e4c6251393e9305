/** Words of the road not taken; they come with it. */
import { otherwise as en } from './en/otherwise.ts'
import { words } from './words.ts'

export const otherwise = words('otherwise', en)
