/** conntrack -I, -A and -R: entries made by hand, one or a file of them. conntrack-tools 1.4.7, src/conntrack.c do_command_ct */
import type { Tuple } from '../../kernel/conntrack/conn.ts'
import { ctnetlink_create_conntrack } from '../../kernel/conntrack/ctnetlink.ts'
import { SCTP_STATES } from '../../kernel/conntrack/sctp-states.ts'
import { tcpStateNumber } from '../../kernel/conntrack/tcp.ts'
import { invertedDport, invertedSport } from '../../kernel/conntrack/tuple.ts'
import { IPPROTO_SCTP } from '../../wire/packet.ts'
import type { Sys } from '../program.ts'
import { Failure } from './options.ts'
import { toolTag } from './values.ts'
import type { Command, Nat, Wanted } from './wanted.ts'

const ICMP = 1
/** Echo, timestamp, information, address mask, and their answers. */
const QUERIES: readonly number[] = [0, 8, 13, 14, 15, 16, 17, 18]

/** Of ICMP the kernel takes what somebody answers. Linux: icmp_nlattr_to_tuple */
export const isKnownIcmp = ({ wanted: { proto, type } }: Command): boolean =>
  proto !== ICMP || QUERIES.includes(type ?? 0)

const IPPROTO_DCCP = 33

/**
 * Both tuples. With the addresses of one direction alone the other one is its mirror image, whatever else was said of
 * it; with addresses of both, each is as it was written. null: the answer lacks its ports, and the kernel refuses.
 */
function tuples({ wanted: w }: Command): { orig: Tuple; reply: Tuple } | null {
  const given = w.proto ?? 0
  const icmp = given === ICMP
  // The kernel knows no ports of DCCP any more.
  const ported = w.proto !== null && given !== IPPROTO_DCCP
  const orig: Tuple = {
    protonum: given,
    src: w.src?.addr ?? 0,
    dst: w.dst?.addr ?? 0,
    sport: icmp ? (w.icmpId ?? 0) : ported ? (w.sport ?? 0) : 0,
    dport: icmp ? ((w.type ?? 0) << 8) | (w.code ?? 0) : ported ? (w.dport ?? 0) : 0,
  }
  if (w.rsrc === null && w.rdst === null) return { orig, reply: mirror(orig) }
  const addresses = { src: w.rsrc ?? 0, dst: w.rdst ?? 0 }
  const one = w.src === null && w.dst === null
  if (icmp && w.icmpOfReply) return one ? null : { orig, reply: { ...mirror(orig), ...addresses } }
  const withPorts = w.rsport !== null || w.rdport !== null
  const reply: Tuple = {
    protonum: withPorts ? given : 0,
    ...addresses,
    sport: w.rsport ?? 0,
    dport: w.rdport ?? 0,
  }
  if (one) return { orig: mirror(reply), reply }
  return withPorts ? { orig, reply } : null
}

function mirror({ protonum, src, dst, sport, dport }: Tuple): Tuple {
  return {
    protonum,
    src: dst,
    dst: src,
    sport: invertedSport(protonum, sport, dport),
    dport: invertedDport(protonum, sport, dport),
  }
}

const natOf = (nat: Nat | null): { addr: number; port: number | null } | null =>
  nat === null || nat.addr === null ? null : { addr: nat.addr, port: nat.port }

const TEXTS = {
  ENOSPC: 'No space left on device',
  ENOMEM: 'not enough memory',
  EBUSY: 'Device or resource busy',
} as const

/** Number of the state that a new entry has. */
function stateOf({ wanted }: Command): number {
  if (wanted.state === null) return 0
  if (wanted.proto !== IPPROTO_SCTP) return tcpStateNumber(wanted.state)
  return (SCTP_STATES as readonly string[]).indexOf(wanted.state)
}

/** How many zones other than 0 it names: the kernel takes one. Linux: ctnetlink_parse_tuple_zone */
const said = (w: Wanted): number =>
  [w.zone, w.origZone, w.replyZone].filter((zone) => zone !== null && zone !== 0).length

/** Zones of the two directions: original | reply << 16. */
function zonesOf({ zone, origZone, replyZone }: Wanted): number {
  const both = zone ?? 0
  return (origZone || both) | ((replyZone || both) << 16)
}

/** Make the entry. False (with -A only): it was there. */
export function createEntry(sys: Sys, c: Command): boolean {
  const { wanted } = c
  const both = tuples(c)
  if (both === null || !isKnownIcmp(c) || said(wanted) > 1)
    throw new Failure(1, 'Operation failed: invalid parameters')
  const error = ctnetlink_create_conntrack(
    sys.k,
    {
      ...both,
      timeout: c.timeout,
      zones: zonesOf(wanted),
      status: wanted.status?.value ?? 0,
      mark: wanted.mark?.value ?? 0,
      state: stateOf(c),
      vtags: [toolTag(wanted.vtags[0]), toolTag(wanted.vtags[1])],
      labels: c.addLabels,
      srcNat: natOf(wanted.srcNat),
      dstNat: natOf(wanted.dstNat),
    },
    sys.process.pid,
  )
  if (error === null) return true
  if (error === 'EEXIST' && c.letter === 'A') return false
  throw new Failure(
    1,
    error === 'EEXIST'
      ? 'Operation failed: Such conntrack exists, try -U to update'
      : `Operation failed: ${TEXTS[error]}`,
  )
}

/** The lines of a file of commands as command lines; comments and empty lines are passed over, quotes keep words together. */
export function linesOf(text: string): string[][] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const words = (line.match(/(?:"[^"]*"|[^\s"])+/g) ?? []).map((word) => word.replaceAll('"', ''))
      return words[0] === 'conntrack' ? words : ['conntrack', ...words]
    })
}
