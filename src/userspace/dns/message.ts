/**
 * Messages of DNS as they lie in a datagram, each byte a character of a payload's text.
 *
 * RFC 1035 section 4, RFC 6891 (EDNS), RFC 7873 (cookies), RFC 8914 (extended errors)
 * Left out: sections other than question, answer and EDNS, records other than A
 */
import type { Ipv4 } from '../../wire/address.ts'

export const TYPES: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  ANY: 255,
}

export const NOERROR = 0
export const REFUSED = 5

const QR = 0x8000
const AA = 0x0400
const RD = 0x0100
const RA = 0x0080
const AD = 0x0020

const EDE = 15
const NOT_READY = 14
/** Bytes of the client's half of a cookie. */
const COOKIE = 10

export interface Query {
  id: number
  /** Without the dot at the end. */
  name: string
  type: number
  edns: boolean
}

export interface Answer extends Query {
  rcode: number
  authoritative: boolean
  /** Addresses: records of other types are not read. */
  records: Ipv4[]
  bytes: number
}

const u8 = (n: number): string => String.fromCharCode(n & 255)
const u16 = (n: number): string => u8(n >> 8) + u8(n)
const u32 = (n: number): string => u16(n >>> 16) + u16(n)
const at16 = (text: string, i: number): number => text.charCodeAt(i) * 256 + text.charCodeAt(i + 1)

function labels(name: string): string {
  const parts = name === '' ? [] : name.split('.')
  return `${parts.map((part) => u8(part.length) + part).join('')}\0`
}

const question = ({ name, type }: Query): string => labels(name) + u16(type) + u16(1)

/** The pseudo-record of EDNS: it offers 1232 bytes, as everybody does. */
const opt = (data: string): string => `\0${u16(41)}${u16(1232)}${u32(0)}${u16(data.length)}${data}`

/** `flags` beside RD. A cookie goes with EDNS, as dig sends it. */
export function queryText(q: Query, ad = false): string {
  const head = u16(q.id) + u16(RD | (ad ? AD : 0)) + u16(1) + u16(0) + u16(0) + u16(q.edns ? 1 : 0)
  return head + question(q) + (q.edns ? opt(u16(COOKIE) + u16(8) + 'netfiltr') : '')
}

/** What a server that knows a few names answers: the records, or that it will not say. */
export function answerText(q: Query, records: readonly Ipv4[]): string {
  const known = records.length > 0
  const flags = QR | RD | RA | (known ? AA : REFUSED)
  const head = u16(q.id) + u16(flags) + u16(1) + u16(records.length) + u16(0) + u16(q.edns ? 1 : 0)
  // The name of a record points to the question's.
  const body = records.map((addr) => u16(0xc00c) + u16(TYPES['A']) + u16(1) + u32(0) + u16(4) + u32(addr))
  const more = known ? '' : u16(EDE) + u16(2) + u16(NOT_READY)
  return head + question(q) + body.join('') + (q.edns ? opt(more) : '')
}

function nameAt(text: string, at: number): { name: string; next: number } | null {
  const parts: string[] = []
  for (let i = at; i < text.length;) {
    const size = text.charCodeAt(i)
    if (size === 0) return { name: parts.join('.'), next: i + 1 }
    if (size > 63) return null
    parts.push(text.slice(i + 1, i + 1 + size))
    i += 1 + size
  }
  return null
}

/** Null: it is no query. */
export function parseQuery(text: string): Query | null {
  if (text.length < 17 || (at16(text, 2) & QR) !== 0) return null
  const asked = nameAt(text, 12)
  if (asked === null || asked.next + 4 > text.length) return null
  return { id: at16(text, 0), name: asked.name, type: at16(text, asked.next), edns: at16(text, 10) > 0 }
}

/** Null: it is no answer. */
export function parseAnswer(text: string): Answer | null {
  if (text.length < 17 || (at16(text, 2) & QR) === 0) return null
  const asked = nameAt(text, 12)
  if (asked === null) return null
  const flags = at16(text, 2)
  const records: Ipv4[] = []
  let at = asked.next + 4
  for (let n = at16(text, 6); n > 0; n--) {
    const type = at16(text, at + 2)
    const from = at + 12
    if (type === TYPES['A']) records.push(at16(text, from) * 65536 + at16(text, from + 2))
    at = from + at16(text, at + 10)
  }
  return {
    id: at16(text, 0),
    name: asked.name,
    type: at16(text, asked.next),
    edns: at16(text, 10) > 0,
    rcode: flags & 15,
    authoritative: (flags & AA) !== 0,
    records,
    bytes: text.length,
  }
}

/** The name of a type, `TYPE65` where it has none here. */
export function typeName(type: number): string {
  return Object.keys(TYPES).find((name) => TYPES[name] === type) ?? `TYPE${type}`
}
