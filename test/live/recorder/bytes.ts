/**
 * Packets as bytes, both ways, for the recorder alone. The simulator has its own (src/wire/frame.ts); what judges it
 * must not share its mistakes.
 *
 * RFC 791, 792, 768, 9293
 */
import type { Fields } from '../../../src/lab/replay/packet.ts'
import type { PacketSpec } from '../../../src/lab/replay/scenario.ts'

const SCTP = 132
const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  tcp: 6,
  udp: 17,
  esp: 50,
  ah: 51,
  udplite: 136,
}
/** Scenarios may use these names, too; the kernel's log has numbers. */
const ALIASES: Readonly<Record<string, number>> = { igmp: 2, gre: 47, ospf: 89, sctp: SCTP }
const CHUNKS: Readonly<Record<string, number>> = {
  DATA: 0,
  INIT: 1,
  INIT_ACK: 2,
  SACK: 3,
  HEARTBEAT: 4,
  HEARTBEAT_ACK: 5,
  ABORT: 6,
  SHUTDOWN: 7,
  SHUTDOWN_ACK: 8,
  ERROR: 9,
  COOKIE_ECHO: 10,
  COOKIE_ACK: 11,
  SHUTDOWN_COMPLETE: 14,
}
/** Flags of TCP from the lowest bit, as the scenarios write them. */
const FLAGS = 'FSRPAUEC'
const ICMP_ERRORS = [3, 4, 5, 11, 12]
const MORE = 0x2000
const DONT = 0x4000

/** Number of a protocol that a scenario names, or writes as a number. */
export function protocolNumber(name: string): number {
  const number = PROTOCOLS[name] ?? ALIASES[name] ?? Number(name)
  if (!(number >= 0 && number < 256)) throw new Error(`protocol ${name}`)
  return number
}

export function protocolText(number: number): string {
  return Object.keys(PROTOCOLS).find((name) => PROTOCOLS[name] === number) ?? String(number)
}

function checksum(...parts: Buffer[]): number {
  let sum = 0
  for (const part of parts)
    for (let i = 0; i < part.length; i += 2) sum += (part[i] << 8) | (i + 1 < part.length ? part[i + 1] : 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

function be(...fields: [value: number, bytes: number][]): Buffer {
  const out = Buffer.alloc(fields.reduce((n, [, bytes]) => n + bytes, 0))
  let at = 0
  for (const [value, bytes] of fields) at = out.writeUIntBE(value, at, bytes)
  return out
}

export function addressBytes(text: string): Buffer {
  return Buffer.from(text.split('.').map(Number))
}

function addressText(b: Buffer): string {
  return b.join('.')
}

function options(list: readonly string[]): Buffer {
  const parts = list.map((o) => {
    const [name, value = ''] = o.split('=')
    const [a = 0, b = 0] = value.split('/').map(Number)
    switch (name) {
      case 'mss':
        return be([2, 1], [4, 1], [a, 2])
      case 'wscale':
        return be([3, 1], [3, 1], [a, 1])
      case 'sackok':
        return be([4, 1], [2, 1])
      case 'ts':
        return be([8, 1], [10, 1], [a, 4], [b, 4])
      case 'nop':
        return be([1, 1])
      default:
        throw new Error(`TCP option ${o}`)
    }
  })
  const whole = Buffer.concat(parts)
  return Buffer.concat([whole, Buffer.alloc((4 - (whole.length % 4)) % 4, 1)])
}

/** Bytes of a chunk behind its head: the smallest that it can have, a tag first where it brings one. */
function chunkBody(type: number, tag: number): Buffer {
  if (type === 1 || type === 2) return be([tag, 4], [0xffff, 4], [10, 2], [10, 2], [1, 4])
  const length: Readonly<Record<number, number>> = { 0: 16, 3: 12, 4: 8, 5: 8, 7: 4, 10: 4 }
  return Buffer.alloc(length[type] ?? 0, 1)
}

/** A chunk that a scenario writes as `NAME[:T][=TAG]`. RFC 9260 */
function chunk(text: string): Buffer {
  const [, name = '', flag, tag = '0'] = /^(\w+)(:T)?(?:=(\d+))?$/.exec(text) ?? []
  const type = CHUNKS[name]
  if (type === undefined) throw new Error(`SCTP chunk ${text}`)
  const body = chunkBody(type, Number(tag))
  return Buffer.concat([be([type, 1], [flag === undefined ? 0 : 1, 1], [4 + body.length, 2]), body])
}

/** CRC-32C as it stands in a header of SCTP. RFC 9260, appendix A */
function crc32c(b: Buffer): number {
  let crc = 0xffffffff
  for (const byte of b) {
    crc ^= byte
    for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0)
  }
  return Buffer.from(be([~crc >>> 0, 4])).readUInt32LE(0)
}

function sctp(p: PacketSpec): Buffer {
  const l4 = Buffer.concat([
    be([Number(p.sport ?? 0), 2], [Number(p.dport ?? 0), 2], [p.vtag ?? 0, 4], [0, 4]),
    ...(p.chunks ?? []).map(chunk),
  ])
  l4.writeUInt32BE((crc32c(l4) ^ (p.badcsum === true ? 0x5555 : 0)) >>> 0, 8)
  return l4
}

/** Write a checksum at an offset, spoilt if asked; in UDP a sum of 0 is written as its other form. */
function seal(l4: Buffer, at: number, pseudo: Buffer, bad: boolean, never0: boolean): Buffer {
  const sum = checksum(pseudo, l4)
  l4.writeUInt16BE((never0 && sum === 0 ? 0xffff : sum) ^ (bad ? 0x5555 : 0), at)
  return l4
}

function transport(p: PacketSpec, payload: Buffer, pseudo: (length: number) => Buffer): Buffer {
  const bad = p.badcsum === true
  const num = (x: number | string | undefined): number => Number(x ?? 0)
  if (p.proto === 'tcp') {
    const opts = options(p.opts ?? [])
    const flags = [...(p.flags ?? '')].reduce((bits, f) => bits | (1 << FLAGS.indexOf(f)), 0)
    const header = be(
      [num(p.sport), 2],
      [num(p.dport), 2],
      [num(p.seq) >>> 0, 4],
      [num(p.ack) >>> 0, 4],
      [(20 + opts.length) << 2, 1],
      [flags, 1],
      [p.win ?? 64240, 2],
      [0, 4],
    )
    const l4 = Buffer.concat([header, opts, payload])
    return seal(l4, 16, pseudo(l4.length), bad, false)
  }
  if (protocolNumber(p.proto) === SCTP) return sctp(p)
  if (p.proto === 'udp' || p.proto === 'udplite') {
    const l4 = Buffer.concat([
      be([num(p.sport), 2], [num(p.dport), 2], [8 + payload.length, 2], [0, 2]),
      payload,
    ])
    return seal(l4, 6, pseudo(l4.length), bad, true)
  }
  if (p.proto !== 'icmp') return payload
  const type = p.type ?? 0
  let rest = be([num(p.icmp_id), 2], [p.icmp_seq ?? 0, 2])
  let body = payload
  if (p.inner) {
    rest = type === 3 ? be([p.mtu ?? 0, 4]) : addressBytes(p.gw ?? '0.0.0.0')
    body = buildIp({ id: 0x7777, ...p.inner }).subarray(0, 20 + (p.inner_bytes ?? 8))
  }
  const l4 = Buffer.concat([be([type, 1], [p.code ?? 0, 1], [0, 2]), rest, body])
  return seal(l4, 2, Buffer.alloc(0), bad, false)
}

/** The bytes of a scenario's packet, from its IP header on. References (`@3.sport`) must have been replaced. */
export function buildIp(p: PacketSpec): Buffer {
  const protocol = protocolNumber(p.proto)
  const ends = Buffer.concat([addressBytes(p.src), addressBytes(p.dst)])
  const payload = p.data === undefined ? Buffer.alloc(p.len ?? 0, 'x') : Buffer.from(p.data, 'ascii')
  let l4 = transport(p, payload, (length) => Buffer.concat([ends, be([0, 1], [protocol, 1], [length, 2])]))
  let frag = (p.df ?? true) && !p.frag ? DONT : 0
  if (p.frag) {
    const { off, size = l4.length, mf = false, df = false } = p.frag
    l4 = l4.subarray(off, off + size)
    frag = (df ? DONT : 0) | (mf ? MORE : 0) | (off / 8)
  }
  const header = be(
    [0x45, 1],
    [p.tos ?? 0, 1],
    [20 + l4.length, 2],
    [p.id ?? 0, 2],
    [frag, 2],
    [p.ttl ?? 64, 1],
    [protocol, 1],
    [0, 2],
  )
  const ip = Buffer.concat([header, ends])
  return Buffer.concat([seal(ip, 10, Buffer.alloc(0), false, false), l4])
}

/** What a packet says, in the scenarios' words, and whether its checksums are right (`ip_csum_ok`, `csum_ok`). */
export function parseIp(b: Buffer, nested = false): Fields {
  if (b.length < 20 || b[0] >>> 4 !== 4) return { raw: b.subarray(0, 20).toString('hex') }
  const headerLength = (b[0] & 15) * 4
  const length = b.readUInt16BE(2)
  const frag = b.readUInt16BE(6)
  const off = (frag & 0x1fff) * 8
  const whole = (frag & 0x3fff) === 0 && !nested
  const d: Fields = {
    proto: protocolText(b[9]),
    src: addressText(b.subarray(12, 16)),
    dst: addressText(b.subarray(16, 20)),
  }
  const tail: Fields = {
    ttl: b[8],
    tos: b[1],
    id: b.readUInt16BE(4),
    df: (frag & DONT) !== 0,
    ip_len: length,
  }
  if (!whole && (frag & 0x3fff) !== 0) tail['frag'] = { off, mf: (frag & MORE) !== 0 }
  tail['ip_csum_ok'] = checksum(b.subarray(0, headerLength)) === 0
  const l4 = b.subarray(headerLength, length)
  if (off > 0 || l4.length < 8) return { ...d, ...tail }
  const pseudo = Buffer.concat([b.subarray(12, 20), be([0, 1], [b[9], 1], [l4.length, 2])])
  if (b[9] === 6) parseTcp(d, l4)
  else if (b[9] === 17)
    Object.assign(d, { sport: l4.readUInt16BE(0), dport: l4.readUInt16BE(2), len: l4.readUInt16BE(4) - 8 })
  else if (b[9] === 1) parseIcmp(d, l4)
  else if (b[9] === 136 || b[9] === SCTP)
    Object.assign(d, { sport: l4.readUInt16BE(0), dport: l4.readUInt16BE(2) })
  else return { ...d, ...tail }
  if (whole && (b[9] !== 6 || l4.length >= 20)) {
    const absent = b[9] === 17 && l4.readUInt16BE(6) === 0
    if (b[9] === SCTP) d['csum_ok'] = l4.length >= 12 && sctpIsRight(l4)
    else d['csum_ok'] = absent || (b[9] === 1 ? checksum(l4) : checksum(pseudo, l4)) === 0
  }
  return { ...d, ...tail }
}

function sctpIsRight(l4: Buffer): boolean {
  const blank = Buffer.from(l4)
  blank.writeUInt32BE(0, 8)
  return crc32c(blank) === l4.readUInt32BE(8)
}

function parseTcp(d: Fields, l4: Buffer): void {
  Object.assign(d, { sport: l4.readUInt16BE(0), dport: l4.readUInt16BE(2), seq: l4.readUInt32BE(4) })
  if (l4.length < 20) return
  const headerLength = (l4[12] >>> 4) * 4
  d['ack'] = l4.readUInt32BE(8)
  d['flags'] = [...FLAGS].filter((_, i) => l4[13] & (1 << i)).join('')
  d['win'] = l4.readUInt16BE(14)
  d['len'] = l4.length - headerLength
  if (headerLength > 20) d['opts'] = l4.subarray(20, headerLength).toString('hex')
}

function parseIcmp(d: Fields, l4: Buffer): void {
  const [type, code] = l4
  Object.assign(d, { type, code })
  if (!ICMP_ERRORS.includes(type)) {
    Object.assign(d, { icmp_id: l4.readUInt16BE(4), icmp_seq: l4.readUInt16BE(6), len: l4.length - 8 })
    return
  }
  if (type === 3 && code === 4) d['mtu'] = l4.readUInt16BE(6)
  if (type === 5) d['gw'] = addressText(l4.subarray(4, 8))
  d['inner'] = parseIp(l4.subarray(8), true)
}
