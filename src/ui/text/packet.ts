/** Words of the packet view and of its "Why?"; they come with them. */
import { packet as en } from './en/packet.ts'
import type { Language } from './index.ts'
import { packet as zh } from './zh/packet.ts'

export const packet: Record<Language, typeof en> = { en, zh }
