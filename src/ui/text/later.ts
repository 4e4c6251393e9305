/** Words that come with the panes that say them, when these are opened: the first page is lighter without them. */
import { closer as closerEn } from './en/closer.ts'
import { compare as compareEn } from './en/compare.ts'
import { conntrack as conntrackEn } from './en/conntrack.ts'
import { controls as controlsEn } from './en/controls.ts'
import { course as courseEn } from './en/course.ts'
import { drops as dropsEn } from './en/drops.ts'
import { help as helpEn } from './en/help.ts'
import { labs as labsEn } from './en/labs.ts'
import { notices as noticesEn } from './en/notices.ts'
import { profile as profileEn } from './en/profile.ts'
import { sandbox as sandboxEn } from './en/sandbox.ts'
import { say as sayEn } from './en/say.ts'
import { terminal as terminalEn } from './en/terminal.ts'
import type { Language } from './index.ts'
import { closer as closerZh } from './zh/closer.ts'
import { compare as compareZh } from './zh/compare.ts'
import { conntrack as conntrackZh } from './zh/conntrack.ts'
import { controls as controlsZh } from './zh/controls.ts'
import { course as courseZh } from './zh/course.ts'
import { drops as dropsZh } from './zh/drops.ts'
import { help as helpZh } from './zh/help.ts'
import { labs as labsZh } from './zh/labs.ts'
import { notices as noticesZh } from './zh/notices.ts'
import { profile as profileZh } from './zh/profile.ts'
import { sandbox as sandboxZh } from './zh/sandbox.ts'
import { say as sayZh } from './zh/say.ts'
import { terminal as terminalZh } from './zh/terminal.ts'

export const closer: Record<Language, typeof closerEn> = { en: closerEn, zh: closerZh }
export const compare: Record<Language, typeof compareEn> = { en: compareEn, zh: compareZh }
export const conntrack: Record<Language, typeof conntrackEn> = { en: conntrackEn, zh: conntrackZh }
export const controls: Record<Language, typeof controlsEn> = { en: controlsEn, zh: controlsZh }
export const course: Record<Language, typeof courseEn> = { en: courseEn, zh: courseZh }
export const drops: Record<Language, typeof dropsEn> = { en: dropsEn, zh: dropsZh }
export const help: Record<Language, typeof helpEn> = { en: helpEn, zh: helpZh }
export const labs: Record<Language, typeof labsEn> = { en: labsEn, zh: labsZh }
export const notices: Record<Language, typeof noticesEn> = { en: noticesEn, zh: noticesZh }
export const profile: Record<Language, typeof profileEn> = { en: profileEn, zh: profileZh }
export const sandbox: Record<Language, typeof sandboxEn> = { en: sandboxEn, zh: sandboxZh }
export const say: Record<Language, typeof sayEn> = { en: sayEn, zh: sayZh }
export const terminal: Record<Language, typeof terminalEn> = { en: terminalEn, zh: terminalZh }

export type Say = typeof sayEn
