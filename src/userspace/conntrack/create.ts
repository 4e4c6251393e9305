/** conntrack -I, -A and -R: entries made by hand, one or a file of them. conntrack-tools 1.4.7, src/conntrack.c do_command_ct */
import type { Tuple } from '../../kernel/conntrack/conn.ts'
import { ctnetlink_create_conntrack } from '../../kernel/conntrack/ctnetlink.ts'
import { tcpStateNumber } from '../../kernel/conntrack/tcp.ts'
import { invertedDport, invertedSport } from '../../kernel/conntrack/tuple.ts'
import type { Sys } from '../program.ts'
import { Failure } from './options.ts'
import type { Command, Nat } from './parse.ts'

const ICMP = 1

/** Both tuples: what is not given of the answer follows from the question, and the other way round. */
function tuples({ wanted: w }: Command): { orig: Tuple; reply: Tuple } {
  const protonum = w.proto ?? 0
  const icmp = protonum === ICMP
  const src = w.src?.addr ?? w.rdst ?? 0
  const dst = w.dst?.addr ?? w.rsrc ?? 0
  const ported = w.proto !== null
  const sport = icmp ? (w.icmpId ?? 0) : ported ? (w.sport ?? w.rdport ?? 0) : 0
  const dport = icmp ? ((w.type ?? 0) << 8) | (w.code ?? 0) : ported ? (w.dport ?? w.rsport ?? 0) : 0
  const orig: Tuple = { protonum, src, dst, sport, dport }
  const reply: Tuple = {
    protonum,
    src: w.rsrc ?? dst,
    dst: w.rdst ?? src,
    sport: icmp ? sport : (w.rsport ?? invertedSport(protonum, sport, dport)),
    dport: icmp ? invertedDport(protonum, sport, dport) : (w.rdport ?? invertedDport(protonum, sport, dport)),
  }
  return { orig, reply }
}

const natOf = (nat: Nat | null): { addr: number; port: number | null } | null =>
  nat === null || nat.addr === null ? null : { addr: nat.addr, port: nat.port }

/** Make the entry. False (with -A only): it was there. */
export function createEntry(sys: Sys, c: Command): boolean {
  const { wanted } = c
  const error = ctnetlink_create_conntrack(
    sys.k,
    {
      ...tuples(c),
      timeout: c.timeout,
      zones: (wanted.origZone ?? 0) | ((wanted.replyZone ?? 0) << 16),
      status: wanted.status?.value ?? 0,
      mark: wanted.mark?.value ?? 0,
      state: wanted.state === null ? 0 : tcpStateNumber(wanted.state),
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
      : 'Operation failed: Cannot allocate memory',
  )
}

/** The lines of a file of commands as command lines; comments and empty lines are passed over. */
export function linesOf(text: string): string[][] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const words = line.split(/\s+/)
      return words[0] === 'conntrack' ? words : ['conntrack', ...words]
    })
}
