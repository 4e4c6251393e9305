/** Words of the packet view and of its "Why?"; they come with them. */
import { packet as en } from './en/packet.ts'
import { words } from './words.ts'

export const packet = words('packet', en)
