/**
 * A packet as the bytes that are on the wire. Payloads that mean nothing are zeros, those of echo requests count up as
 * ping's do.
 *
 * RFC 791, 792, 768, 9293; TCP options as Linux lays them out (net/ipv4/tcp_output.c tcp_options_write)
 */
import { IP_MF, IP_OFFMASK, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP, type Packet } from './packet.ts'

/** What of a packet becomes bytes; the quoted one has no other inside. */
export type Bytes = Omit<Packet, 'inner'> & { inner: Omit<Packet, 'inner'> | null }

/** The sum of RFC 1071, not inverted, over `bytes` from an offset. */
export function onesSum(bytes: Uint8Array, from: number, to: number, begin = 0): number {
  let sum = begin
  for (let i = from; i < to; i += 2) sum += (bytes[i] << 8) | (i + 1 < to ? bytes[i + 1] : 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000)
  return sum
}

/** The sum of TCP's and UDP's pseudo header. */
export function pseudoSum(ip: Uint8Array, length: number): number {
  return onesSum(ip, 12, 20, ip[9] + length)
}

const put16 = (b: Uint8Array, at: number, value: number): void => {
  b[at] = value >>> 8
  b[at + 1] = value
}
const put32 = (b: Uint8Array, at: number, value: number): void => {
  put16(b, at, value >>> 16)
  put16(b, at + 2, value)
}

function tcpOptions(p: Bytes, room: number): number[] {
  const out: number[] = []
  const be = (value: number, bytes: number): void => {
    for (let i = bytes - 1; i >= 0; i--) out.push(Math.floor(value / 256 ** i) & 255)
  }
  if (p.mss) {
    out.push(2, 4)
    be(p.mss, 2)
  }
  if (p.ts) {
    out.push(...(p.sackOk ? [4, 2] : [1, 1]), 8, 10)
    be(p.tsval, 4)
    be(p.tsecr, 4)
  } else if (p.sackOk) out.push(1, 1, 4, 2)
  if (p.wscale >= 0) out.push(1, 3, 3, p.wscale)
  while (out.length < room) out.push(1)
  return out.slice(0, Math.max(0, room))
}

function transport(p: Bytes, b: Uint8Array): void {
  put16(b, 20, p.sport)
  put16(b, 22, p.dport)
  if (p.protocol === IPPROTO_UDP) {
    // The first fragment says how long the whole datagram is.
    put16(b, 24, p.frag & IP_MF && p.win ? p.win : p.len - 20)
    return
  }
  put32(b, 24, p.seq)
  put32(b, 28, p.ack)
  b[32] = (p.thl >> 2) << 4
  b[33] = p.flags
  put16(b, 34, p.win)
  b.set(tcpOptions(p, p.thl - 20), 40)
}

function icmp(p: Bytes, b: Uint8Array): void {
  b[20] = p.type
  b[21] = p.code
  if (p.inner) {
    put32(b, 24, p.icmpInfo)
    b.set(ipBytes({ ...p.inner, inner: null }, '').subarray(0, p.len - 28), 28)
    return
  }
  put16(b, 24, p.icmpId)
  put16(b, 26, p.icmpSeq)
}

function payload(p: Bytes, text: string, b: Uint8Array): void {
  const at = 20 + p.thl
  const room = p.len - at
  if (text !== '') {
    // What is sent in several segments is told with the last one.
    const from = Math.max(0, text.length - room)
    for (let i = 0; i < room && from + i < text.length; i++) b[at + i] = text.charCodeAt(from + i)
  } else if (p.protocol === IPPROTO_ICMP && !p.inner) for (let i = 0; i < room; i++) b[at + i] = i
}

/** The bytes of a packet, from its IP header on. `text`: what its payload says. */
export function ipBytes(p: Bytes, text: string): Uint8Array {
  const b = new Uint8Array(p.len)
  b[0] = 0x45
  b[1] = p.tos
  put16(b, 2, p.len)
  put16(b, 4, p.id)
  put16(b, 6, p.frag)
  b[8] = p.ttl
  b[9] = p.protocol
  put32(b, 12, p.saddr)
  put32(b, 16, p.daddr)
  put16(b, 10, ~onesSum(b, 0, 20) & 0xffff)
  if (p.frag & IP_OFFMASK) return b
  const whole = new Uint8Array(Math.max(p.len, 20 + p.thl))
  whole.set(b)
  if (p.protocol === IPPROTO_TCP || p.protocol === IPPROTO_UDP) transport(p, whole)
  else if (p.protocol === IPPROTO_ICMP) icmp(p, whole)
  payload(p, text, whole)
  checksum(p, whole)
  return whole.subarray(0, p.len)
}

function checksum(p: Bytes, b: Uint8Array): void {
  const at = { [IPPROTO_TCP]: 36, [IPPROTO_UDP]: 26, [IPPROTO_ICMP]: 22 }[p.protocol]
  if (at === undefined) return
  const begin = p.protocol === IPPROTO_ICMP ? 0 : pseudoSum(b, b.length - 20)
  const right = ~onesSum(b, 20, b.length, begin) & 0xffff
  const sum = right === 0 && p.protocol === IPPROTO_UDP ? 0xffff : right
  put16(b, at, p.badCsum ? sum ^ 0x5555 : sum)
}
