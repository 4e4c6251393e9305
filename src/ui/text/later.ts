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
import { words } from './words.ts'

export const closer = words('closer', closerEn)
export const compare = words('compare', compareEn)
export const conntrack = words('conntrack', conntrackEn)
export const controls = words('controls', controlsEn)
export const course = words('course', courseEn)
export const drops = words('drops', dropsEn)
export const help = words('help', helpEn)
export const labs = words('labs', labsEn)
export const notices = words('notices', noticesEn)
export const profile = words('profile', profileEn)
export const sandbox = words('sandbox', sandboxEn)
export const say = words('say', sayEn)
export const terminal = words('terminal', terminalEn)

export type Say = typeof sayEn
