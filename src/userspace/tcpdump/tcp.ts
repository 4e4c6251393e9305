/**
 * A TCP segment as tcpdump prints it, with sequence numbers counted from the beginning of the conversation as far as
 * it has seen one.
 *
 * tcpdump 4.99.3, print-tcp.c, signature and MPTCP options left out; print-http.c, parsenfsfh.c txtproto_print
 */
import { printIpv4 } from '../../wire/address.ts'
import { onesSum, pseudoSum } from '../../wire/frame.ts'
import { u16, u32 } from './frame.ts'
import type { Style } from './print.ts'
import { textProtocol } from './text.ts'

/** First sequence numbers by both ends, of the one whose port is lower and of the other. */
export type Conversations = Record<string, { seq: number; ack: number }>

const LETTERS: readonly (readonly [number, string])[] = [
  [0x01, 'F'],
  [0x02, 'S'],
  [0x04, 'R'],
  [0x08, 'P'],
  [0x10, '.'],
  [0x20, 'U'],
  [0x40, 'E'],
  [0x80, 'W'],
]

interface Relative {
  seq: number
  ack: number
  /** What the edges of SACK blocks are counted from. */
  base: number
}

function relative(b: Uint8Array, ip: Uint8Array, style: Style, known: Conversations): Relative {
  const seq = u32(b, 4)
  const ack = u32(b, 8)
  const flags = b[13]
  if (style.absolute || (flags & 0x10) === 0) return { seq, ack, base: 0 }
  const [src, dst, sport, dport] = [u32(ip, 12), u32(ip, 16), u16(b, 0), u16(b, 2)]
  const turned = sport > dport || (sport === dport && src > dst)
  const key = turned ? `${dst}.${dport} ${src}.${sport}` : `${src}.${sport} ${dst}.${dport}`
  const old = known[key]
  const before = (ack - 1) >>> 0
  if (old === undefined || flags & 0x02) {
    const first = turned ? { seq: before, ack: seq } : { seq, ack: before }
    known[key] = first
    return { seq, ack, base: turned ? first.seq : first.ack }
  }
  const [mine, theirs] = turned ? [old.ack, old.seq] : [old.seq, old.ack]
  return { seq: (seq - mine) >>> 0, ack: (ack - theirs) >>> 0, base: theirs }
}

function option(b: Uint8Array, at: number, size: number, base: number): string {
  const edge = (i: number): number => (u32(b, at + 2 + i) - base) >>> 0
  switch (b[at]) {
    case 2:
      return `mss ${u16(b, at + 2)}`
    case 3:
      return `wscale ${b[at + 2]}`
    case 4:
      return 'sackOK'
    case 5: {
      const blocks = Array.from({ length: (size - 2) / 8 }, (_, i) => `{${edge(i * 8)}:${edge(i * 8 + 4)}}`)
      return `sack ${blocks.length} ${blocks.join('')}`
    }
    case 8:
      return `TS val ${u32(b, at + 2)} ecr ${u32(b, at + 6)}`
    default:
      return `unknown-${b[at]} 0x${[...b.subarray(at + 2, at + size)].map((x) => x.toString(16).padStart(2, '0')).join('')}`
  }
}

function optionsText(b: Uint8Array, hlen: number, base: number): string {
  const out: string[] = []
  for (let at = 20; at < hlen;) {
    const kind = b[at]
    if (kind === 0) {
      out.push('eol')
      break
    }
    if (kind === 1) {
      out.push('nop')
      at++
      continue
    }
    const size = b[at + 1]
    if (size < 2 || at + size > hlen) {
      out.push('[bad opt]')
      break
    }
    out.push(option(b, at, size, base))
    at += size
  }
  return `, options [${out.join(',')}]`
}

function checksumText(b: Uint8Array, ip: Uint8Array): string {
  const begin = pseudoSum(ip, b.length)
  const was = `0x${u16(b, 16).toString(16).padStart(4, '0')}`
  if (onesSum(b, 0, b.length, begin) === 0xffff) return `, cksum ${was} (correct)`
  const right = ~onesSum(b, 18, b.length, onesSum(b, 0, 16, begin)) & 0xffff
  return `, cksum ${was} (incorrect -> 0x${right.toString(16).padStart(4, '0')})`
}

export function tcpText(b: Uint8Array, ip: Uint8Array, style: Style, known: Conversations): string {
  const [from, to] = [printIpv4(u32(ip, 12)), printIpv4(u32(ip, 16))]
  if (b.length < 4) return `${from} > ${to}:  [|tcp]`
  const head = `${from}.${u16(b, 0)} > ${to}.${u16(b, 2)}: `
  if (b.length < 14) return `${head} [|tcp]`
  const hlen = (b[12] >> 4) * 4
  const bytes = u16(ip, 2) - 20 - hlen
  // A header that is not all there (a fragment, an ICMP error's quotation).
  const whole = b.length >= 20
  if (!whole) return `${head} [|tcp]`
  if (style.quiet) return `${head}tcp ${bytes}`
  const flags = b[13]
  const letters = LETTERS.filter(([bit]) => flags & bit).map(([, letter]) => letter)
  const r = relative(b, ip, style, known)
  let text = `${head}Flags [${letters.join('') || 'none'}]`
  const fragmented = (u16(ip, 6) & 0x3fff) !== 0
  if (style.verbose > 0 && !style.unchecked && !fragmented && b.length >= u16(ip, 2) - 20)
    text += checksumText(b, ip)
  if (style.verbose > 1 || bytes > 0 || flags & 0x07)
    text += `, seq ${r.seq}${bytes > 0 ? `:${(r.seq + bytes) >>> 0}` : ''}`
  if (flags & 0x10) text += `, ack ${r.ack}`
  text += `, win ${u16(b, 14)}`
  if (flags & 0x20) text += `, urg ${u16(b, 18)}`
  if (hlen > 20) text += optionsText(b, Math.min(hlen, b.length), r.base)
  text += `, length ${bytes}`
  if (bytes <= 0) return text
  return text + textProtocol(b.subarray(hlen), u16(b, 0), u16(b, 2), style.verbose > 0, (flags & 0x04) !== 0)
}
