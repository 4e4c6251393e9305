/**
 * Frames as a capture file that Wireshark reads: an interface for each device that is asked for, and a comment for each
 * packet that says what the host did with it.
 *
 * draft-ietf-opsawg-pcapng: Section Header, Interface Description, Enhanced Packet Block
 * Left out: ARP
 */
import { onesSum, pseudoSum } from '../../wire/frame.ts'
import { IP_MF, IP_OFFMASK, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP } from '../../wire/packet.ts'
import { toUtf8 } from './utf8.ts'

export interface Interface {
  name: string
  description: string
}

export interface CapturedFrame {
  /** Index of the interface. */
  at: number
  /** Microseconds since 1970. */
  time: number
  out: boolean
  smac: number
  dmac: number
  /** From the IP header on. */
  ip: Uint8Array
  comment: string
}

const LINKTYPE_ETHERNET = 1
const OPT_COMMENT = 1

class Bytes {
  private readonly parts: Uint8Array[] = []
  length = 0

  raw(part: Uint8Array): this {
    this.parts.push(part)
    this.length += part.length
    return this
  }
  /** A number of so many bytes, the lowest first. */
  number(value: number, size: number): this {
    return this.raw(Uint8Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** i) & 255))
  }
  padded(part: Uint8Array): this {
    return this.raw(part).raw(new Uint8Array((4 - (part.length % 4)) % 4))
  }
  option(code: number, value: Uint8Array): this {
    return this.number(code, 2).number(value.length, 2).padded(value)
  }
  text(code: number, value: string): this {
    return this.option(code, Uint8Array.from(toUtf8(value)))
  }
  end(): this {
    return this.number(0, 4)
  }
  all(): Uint8Array {
    const out = new Uint8Array(this.length)
    let at = 0
    for (const part of this.parts) {
      out.set(part, at)
      at += part.length
    }
    return out
  }
}

function block(type: number, body: Bytes): Uint8Array {
  const length = body.length + 12
  return new Bytes().number(type, 4).number(length, 4).raw(body.all()).number(length, 4).all()
}

function section(): Uint8Array {
  // Magic, version 1.0, a section of unknown length.
  const body = new Bytes().number(0x1a2b3c4d, 4).number(1, 2).number(0, 2).raw(new Uint8Array(8).fill(255))
  return block(0x0a0d0d0a, body.text(4, 'Netfilter Lab').end())
}

function description({ name, description: said }: Interface): Uint8Array {
  const body = new Bytes().number(LINKTYPE_ETHERNET, 2).number(0, 2).number(0, 4)
  // Times in units of 10^-6 s.
  return block(1, body.text(2, name).text(3, said).option(9, Uint8Array.of(6)).end())
}

function mac(value: number): Uint8Array {
  return Uint8Array.from({ length: 6 }, (_, i) => Math.floor(value / 256 ** (5 - i)) & 255)
}

function packet(f: CapturedFrame): Uint8Array {
  const frame = new Bytes().raw(mac(f.dmac)).raw(mac(f.smac)).raw(Uint8Array.of(8, 0)).raw(f.ip).all()
  const body = new Bytes()
    .number(f.at, 4)
    .number(Math.floor(f.time / 2 ** 32), 4)
    .number(f.time % 2 ** 32, 4)
    .number(frame.length, 4)
    .number(frame.length, 4)
    .padded(frame)
  if (f.comment !== '') body.text(OPT_COMMENT, f.comment)
  return block(6, body.option(2, Uint8Array.of(f.out ? 2 : 1, 0, 0, 0)).end())
}

const SUM_AT: Readonly<Record<number, number>> = { [IPPROTO_TCP]: 36, [IPPROTO_UDP]: 26, [IPPROTO_ICMP]: 22 }

/**
 * The checksum of a datagram in pieces is that of the whole. Where all of them are here, it is made right in the first
 * one; whoever puts them together looks at it.
 */
function sumPieces(frames: readonly CapturedFrame[]): void {
  const datagrams = new Map<string, CapturedFrame[]>()
  for (const f of frames) {
    const frag = (f.ip[6] << 8) | f.ip[7]
    if ((frag & (IP_MF | IP_OFFMASK)) === 0) continue
    const key = [f.at, f.out, f.ip[9], ...f.ip.subarray(4, 6), ...f.ip.subarray(12, 20)].join()
    datagrams.set(key, [...(datagrams.get(key) ?? []), f])
  }
  for (const pieces of datagrams.values()) {
    const offset = ({ ip }: CapturedFrame): number => (((ip[6] << 8) | ip[7]) & IP_OFFMASK) * 8
    pieces.sort((a, b) => offset(a) - offset(b))
    const [first] = pieces
    const last = pieces[pieces.length - 1]
    const size = offset(last) + last.ip.length - 20
    const whole = new Uint8Array(20 + size)
    let next = 0
    for (const f of pieces) {
      if (offset(f) !== next) break
      whole.set(f.ip.subarray(20), 20 + next)
      next += f.ip.length - 20
    }
    const at = SUM_AT[first.ip[9]]
    if (next !== size || (last.ip[6] & 0x20) !== 0 || at === undefined || first.ip.length < at + 2) continue
    whole.set(first.ip.subarray(0, 20))
    whole[at] = whole[at + 1] = 0
    const begin = first.ip[9] === IPPROTO_ICMP ? 0 : pseudoSum(whole, size)
    const right = ~onesSum(whole, 20, whole.length, begin) & 0xffff
    const sum = right === 0 && first.ip[9] === IPPROTO_UDP ? 0xffff : right
    first.ip[at] = sum >> 8
    first.ip[at + 1] = sum & 255
  }
}

/** The file. Frames in the order in which they are given. */
export function pcapng(interfaces: readonly Interface[], frames: readonly CapturedFrame[]): Uint8Array {
  sumPieces(frames)
  const out = new Bytes().raw(section())
  for (const one of interfaces) out.raw(description(one))
  for (const f of frames) out.raw(packet(f))
  return out.all()
}
