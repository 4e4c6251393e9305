/** The matches there are, by the name that rules use. */
import type { Match } from '../extension.ts'
import { icmp } from './icmp.ts'
import { tcp } from './tcp.ts'
import { udp } from './udp.ts'

const ALL: readonly Match[] = [tcp, udp, icmp]

export const MATCHES: ReadonlyMap<string, Match> = new Map(ALL.map((m) => [m.name, m]))
