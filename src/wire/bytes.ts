/** A packet as the bytes of its headers and payload, for what looks at raw bytes: string, u32 and bpf rules. */
import { IP_OFFMASK, IPPROTO_ICMP, IPPROTO_SCTP, IPPROTO_TCP, IPPROTO_UDP, type Packet } from './packet.ts'
import { sctpBytes } from './sctp-bytes.ts'

/** TCP options in the order in which Linux writes them, padded with no-operations. Linux: tcp_options_write */
export function tcpOptionBytes(p: Packet): number[] {
  const out: number[] = []
  const u32 = (n: number): number[] => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]
  if (p.mss) out.push(2, 4, p.mss >> 8, p.mss & 255)
  if (p.ts) out.push(...(p.sackOk ? [4, 2] : [1, 1]), 8, 10, ...u32(p.tsval), ...u32(p.tsecr))
  else if (p.sackOk) out.push(1, 1, 4, 2)
  if (p.wscale >= 0) out.push(1, 3, 3, p.wscale)
  while (out.length < p.thl - 20) out.push(1)
  return out
}

/** RFC 1071 over the bytes from `at` to `end`, with `sum` added. */
function checksum(b: Uint8Array, at: number, end: number, sum = 0): number {
  for (let i = at; i < end; i += 2) sum += (b[i] << 8) | (i + 1 < end ? b[i + 1] : 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 65536)
  return ~sum & 0xffff
}

/** `text`: what the payload means. Bytes without meaning are the letter x; a quoted packet is 28 bytes long. */
export function packetBytes(p: Packet, text: string): Uint8Array {
  const b = new Uint8Array(Math.max(p.len, 20 + p.thl))
  const put = (at: number, value: number, bytes: number): void => {
    for (let i = 0; i < bytes; i++) b[at + i] = Math.floor(value / 256 ** (bytes - 1 - i)) & 255
  }
  put(0, 0x45, 1)
  put(1, p.tos, 1)
  put(2, p.len, 2)
  put(4, p.id, 2)
  put(6, p.frag, 2)
  put(8, p.ttl, 1)
  put(9, p.protocol, 1)
  put(12, p.saddr, 4)
  put(16, p.daddr, 4)
  put(10, checksum(b, 0, 20), 2)
  // A later piece begins with payload.
  if (p.frag & IP_OFFMASK) return b.fill(0x78, 20)
  const data = 20 + p.thl
  b.fill(0x78, data)
  if (p.inner) b.set(packetBytes(p.inner, '').slice(0, Math.max(0, p.len - data)), data)
  else for (let i = 0; i < text.length && data + i < b.length; i++) b[data + i] = text.charCodeAt(i) & 255
  const pseudo =
    (p.saddr >>> 16) + (p.saddr & 0xffff) + (p.daddr >>> 16) + (p.daddr & 0xffff) + p.protocol + p.len - 20
  let sum = -1
  if (p.protocol === IPPROTO_TCP) {
    put(20, p.sport, 2)
    put(22, p.dport, 2)
    put(24, p.seq, 4)
    put(28, p.ack, 4)
    put(32, p.thl << 2, 1)
    put(33, p.flags, 1)
    put(34, p.win, 2)
    b.set(tcpOptionBytes(p), 40)
    put((sum = 36), checksum(b, 20, b.length, pseudo), 2)
  } else if (p.protocol === IPPROTO_UDP) {
    put(20, p.sport, 2)
    put(22, p.dport, 2)
    put(24, p.win || p.len - 20, 2)
    put((sum = 26), checksum(b, 20, b.length, pseudo) || 0xffff, 2)
  } else if (p.protocol === IPPROTO_ICMP) {
    put(20, p.type, 1)
    put(21, p.code, 1)
    if (p.inner) put(24, p.icmpInfo, 4)
    else {
      put(24, p.icmpId, 2)
      put(26, p.icmpSeq, 2)
    }
    put((sum = 22), checksum(b, 20, b.length), 2)
  } else if (p.protocol === IPPROTO_SCTP) b.set(sctpBytes(p).slice(0, b.length - 20), 20)
  if (sum >= 0 && p.badCsum) {
    b[sum] ^= 0x55
    b[sum + 1] ^= 0x55
  }
  return b
}
