/** Words of a page inside another page, which come only there. */
import { framed as en } from './en/framed.ts'
import { words } from './words.ts'

export const framed = words('framed', en)
