/** What a table does of its own accord, as the page shows it: which act belongs to the moment, and how it is drawn. Pure. */
import { tcpStateName } from '../kernel/conntrack/tcp.ts'
import type { CtActs, RehashAct, SearchAct, SweepAct, Victim } from '../kernel/conntrack/acts-view.ts'
import { printIpv4 } from '../wire/address.ts'
import { IPPROTO_ICMP, IPPROTO_TCP, protocolName } from '../wire/packet.ts'

export type Act =
  ({ kind: 'search' } & SearchAct) | ({ kind: 'sweep' } & SweepAct) | ({ kind: 'rehash' } & RehashAct)

/** All that there are, the last one first. */
export function listActs({ search, sweep, rehash }: CtActs): Act[] {
  const acts: Act[] = []
  if (search) acts.push({ kind: 'search', ...search })
  if (sweep) acts.push({ kind: 'sweep', ...sweep })
  if (rehash) acts.push({ kind: 'rehash', ...rehash })
  return acts.sort((a, b) => b.step - a.step)
}

/** Where the film stands, and in which run of which table. */
export interface Moment {
  table: string
  time: number
  position: number
}

/** A pass that had nothing to remove is no news while others have. */
const isNews = (act: Act): boolean => act.kind !== 'sweep' || act.expired + act.early > 0

/**
 * The act to be seen at a moment, null: none. It is the one that the clock still stands at, else the last that came since
 * the picture before (`since`, null: there was none, or of another table).
 */
export function actAt(acts: readonly Act[], now: Moment, since: Moment | null): Act | null {
  const here = acts.filter((a) => a.time === now.time && a.step > 0)
  if (here.length > 0) return here.find(isNews) ?? here[0]
  if (since?.table !== now.table || since.position >= now.position) return null
  const come = acts.filter((a) => a.step > since.position && a.step <= now.position)
  return come.find(isNews) ?? come[0] ?? null
}

/** Is it one and the same? */
export function isSame(a: Act | null, b: Act | null): boolean {
  return a === b || (a !== null && b !== null && a.kind === b.kind && a.step === b.step)
}

/** Does the search go through neighbours, as today's kernel does; or does it look at one bucket again and again? */
export function looksAround({ looked }: SearchAct): boolean {
  return looked.length < 2 || looked[0] !== looked[1]
}

/** `udp 192.168.0.9:1 → 8.8.8.8:53`; for TCP with its state. */
export function victimText({ protonum, state, src, dst, sport, dport }: Victim): string {
  const icmp = protonum === IPPROTO_ICMP
  const end = (addr: number, port: number): string => (icmp ? printIpv4(addr) : `${printIpv4(addr)}:${port}`)
  const name = protocolName(protonum)
  const what = protonum === IPPROTO_TCP ? `${name} ${tcpStateName(state)}` : name
  return `${what} ${end(src, sport)} → ${end(dst, dport)}`
}

/** Where the nodes are on their way from the old places to the new ones. */
export function between(from: number, to: number, share: number): number {
  return from + (to - from) * share
}
