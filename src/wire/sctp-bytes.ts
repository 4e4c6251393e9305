/** An SCTP packet as bytes, from its own header on. RFC 9260 */
import type { Packet } from './packet.ts'
import { SCTP_DATA, SCTP_HEADER, SCTP_INIT, SCTP_INIT_ACK, sctpChunks } from './sctp.ts'

/** Bytes of a chunk with its head, as small as it can be: 4 where it is none of these. */
export const CHUNK_BYTES: Readonly<Record<number, number>> = {
  [SCTP_DATA]: 20,
  [SCTP_INIT]: 20,
  [SCTP_INIT_ACK]: 20,
  3: 16,
  4: 12,
  5: 12,
  7: 8,
  10: 8,
}

const be = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** (bytes - 1 - i)) & 255)

/** CRC-32C as it stands in the header. Appendix A */
function crc32c(b: readonly number[]): number {
  let crc = 0xffffffff
  for (const byte of b) {
    crc ^= byte
    for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0)
  }
  const [a, c, d, e] = be(~crc >>> 0, 4)
  return ((e << 24) | (d << 16) | (c << 8) | a) >>> 0
}

/** What a chunk carries: an INIT the least that makes sense, others bytes of 1. */
function body(type: number, tag: number): number[] {
  if (type === SCTP_INIT || type === SCTP_INIT_ACK)
    return [...be(tag, 4), ...be(0xffff, 4), ...be(10, 2), ...be(10, 2), ...be(1, 4)]
  return Array.from({ length: (CHUNK_BYTES[type] ?? 4) - 4 }, () => 1)
}

/** Its header and chunks. */
export function sctpBytes(p: Packet): number[] {
  const chunks = sctpChunks(p).flatMap((type, i) => {
    const content = body(type, p.ack)
    return [type, i === 0 ? p.flags : 0, ...be(4 + content.length, 2), ...content]
  })
  const ends = [...be(p.sport, 2), ...be(p.dport, 2), ...be(p.seq, 4)]
  const sum = crc32c([...ends, 0, 0, 0, 0, ...chunks]) ^ (p.badCsum ? 0x5555 : 0)
  return [...ends, ...be(sum >>> 0, SCTP_HEADER - ends.length), ...chunks]
}
