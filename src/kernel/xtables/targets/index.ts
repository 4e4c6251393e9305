/** The targets there are, by the name that rules use. */
import type { Target } from '../extension.ts'
import { CT, NOTRACK } from './ct.ts'
import { DNAT } from './dnat.ts'
import { MASQUERADE } from './masquerade.ts'
import { NETMAP } from './netmap.ts'
import { REDIRECT } from './redirect.ts'
import { SNAT } from './snat.ts'

const ALL: readonly Target[] = [SNAT, DNAT, MASQUERADE, REDIRECT, NETMAP, CT, NOTRACK]

export const TARGETS: ReadonlyMap<string, Target> = new Map(ALL.map((t) => [t.name, t]))
