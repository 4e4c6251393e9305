/**
 * What only few entries have, beside the table: an entry with CT_EXT in `events` has one of these under its slot.
 *
 * Linux: net/netfilter/nf_conntrack_extend.c; nf_conntrack_acct.h, nf_conntrack_timestamp.h, nf_conntrack_timeout.h,
 * nf_conntrack_helper.h, nf_conntrack_seqadj.h, nf_conntrack_synproxy.h, nf_conntrack_zones.h, nf_conntrack_ecache.h
 */
import type { SynproxyExt } from '../synproxy.ts'
import type { Micros } from '../trace.ts'
import type { CtTable } from './table.ts'

/** Bit of CtTable.events: the entry has an extension. */
export const CT_EXT = 64

/** How sequence numbers of one direction are shifted. Linux: struct nf_ct_seqadj */
export interface SeqAdj {
  /** Behind this number the shift is `after`, up to it `before`. */
  pos: number
  before: number
  after: number
}

export interface CtExt {
  /** Zones of the two directions: original | reply << 16. */
  zones: number
  /** The direction that alone has a zone although that is 0: 1 original, 2 reply; 0: none. Linux: nf_conntrack_zone.dir */
  zeroZone: number
  /** Packets and bytes, original then reply; null: nf_conntrack_acct was 0 when the entry was made. */
  acct: [number, number, number, number] | null
  /** When it was confirmed; -1: nf_conntrack_timestamp was 0. */
  start: Micros
  /** Events that it tells of (1 << IPCT_*). */
  ctmask: number
  /** Timeouts of a policy, microseconds, in the order of its protocol; null: those of the sysctls. */
  timeouts: number[] | null
  /** Labels that are set; null: no rule used labels when the entry was made. */
  labels: number[] | null
  /** Name of the helper, '' for none. */
  helper: string
  /** Helper of the connection that announced it, '' for none. */
  masterHelper: string
  /** Slot of that connection, which is held as long as this one lives; -1: none. */
  master: number
  /** FTP: where the lines of each direction that may be commands end. */
  lineEnds: [number[], number[]]
  /** By direction. */
  seqadj: [SeqAdj, SeqAdj] | null
  /** What SYNPROXY keeps of it. */
  synproxy?: SynproxyExt
}

/** Of `start`: it will be noted when the entry is confirmed. */
export const UNBORN = -2

export const ALL_EVENTS = 0xffff

function newExt(): CtExt {
  return {
    zones: 0,
    zeroZone: 0,
    acct: null,
    start: -1,
    ctmask: ALL_EVENTS,
    timeouts: null,
    labels: null,
    helper: '',
    masterHelper: '',
    master: -1,
    lineEnds: [[], []],
    seqadj: null,
  }
}

/** The extension of an entry, or undefined. */
export function ctExt(ct: CtTable, slot: number): CtExt | undefined {
  return (ct.events[slot] & CT_EXT) === 0 ? undefined : ct.ext.get(slot)
}

/** The extension of an entry, made where there is none. */
export function ctExtAdd(ct: CtTable, slot: number): CtExt {
  const old = ctExt(ct, slot)
  if (old) return old
  const ext = newExt()
  ct.ext.set(slot, ext)
  ct.events[slot] |= CT_EXT
  return ext
}

/** Zones of an entry: original | reply << 16. Linux: nf_ct_zone */
export function nf_ct_zones(ct: CtTable, slot: number): number {
  return (ct.events[slot] & CT_EXT) === 0 ? 0 : (ct.ext.get(slot)?.zones ?? 0)
}

/** The zone of one direction. Linux: nf_ct_zone_id */
export function zoneId(zones: number, dir: number): number {
  return dir === 0 ? zones & 0xffff : zones >>> 16
}
