/** A hop as traceroute prints it. traceroute 2.1.2, traceroute.c print_probe, parse_icmp_res */
import { printIpv4, type Ipv4 } from '../../wire/address.ts'

/** One packet that was sent, and what has come back. */
export interface Probe {
  ttl: number
  /** Index of its socket; of ICMP all have one. */
  sock: number
  sentAt: number
  /** Answered, or not waited for any more. */
  done: boolean
  /** Who has answered, 0: nobody. */
  from: Ipv4
  /** Microseconds. */
  rtt: number
  /** ` !X` and the like. */
  note: string
  /** Nobody is farther than who has answered. */
  last: boolean
}

const NOTES: Readonly<Record<number, string>> = {
  0: '!N',
  1: '!H',
  2: '!P',
  5: '!S',
  6: '!N',
  7: '!H',
  8: '!N',
  9: '!X',
  10: '!X',
  11: '!N',
  12: '!H',
  13: '!X',
  14: '!V',
  15: '!C',
}

/** What a message that somebody is unreachable adds to the line; '' where it is what was hoped for. */
export function unreachableNote(code: number, mtu: number): string {
  if (code === 3) return ''
  if (code === 4) return ` !F-${mtu}`
  return ` ${NOTES[code] ?? `!<${code}>`}`
}

/** What is printed of probe `at`, of so many a hop. */
export function probeText(
  probes: readonly Probe[],
  at: number,
  each: number,
  name: (addr: Ipv4) => string,
): string {
  const p = probes[at]
  const first = at - (at % each)
  let text = at === first ? `\n${String(p.ttl).padStart(2)} ` : ''
  if (p.from === 0) return `${text} *`
  const before = probes.slice(first, at).findLast((q) => q.from !== 0)
  if (before?.from !== p.from) text += ` ${name(p.from)}`
  return `${text}  ${(p.rtt / 1000).toFixed(3)} ms${p.note}`
}

/** `name (address)`, or the address alone where it has no name. */
export function named(addr: Ipv4, name: string): string {
  return `${name} (${printIpv4(addr)})`
}
