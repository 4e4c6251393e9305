/** IPv4 addresses, prefixes and MAC addresses: parse and print. An address is an unsigned 32-bit number. */

/** An IPv4 address in host order: 192.168.0.2 is 0xc0a80002. Always unsigned (>>> 0). */
export type Ipv4 = number

/** A prefix. `addr` keeps its host bits (an interface address has them); `mask` is the netmask as a number. */
export interface Cidr {
  addr: Ipv4
  bits: number
}

const OCTET = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const DOTTED = new RegExp(`^${OCTET}\\.${OCTET}\\.${OCTET}\\.${OCTET}$`)

/** The address, or null where the text is not four decimal octets. */
export function parseIpv4(text: string): Ipv4 | null {
  const m = DOTTED.exec(text)
  if (!m) return null
  return ((Number(m[1]) << 24) | (Number(m[2]) << 16) | (Number(m[3]) << 8) | Number(m[4])) >>> 0
}

/** As parseIpv4, for addresses that we write ourselves. Throws on anything else. */
export function ipv4(text: string): Ipv4 {
  const a = parseIpv4(text)
  if (a === null) throw new Error(`not an IPv4 address: ${text}`)
  return a
}

export function printIpv4(a: Ipv4): string {
  return `${a >>> 24}.${(a >>> 16) & 255}.${(a >>> 8) & 255}.${a & 255}`
}

/** The netmask of a prefix length 0..32. */
export function netmask(bits: number): number {
  return bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0
}

/** The prefix length of a contiguous netmask, or null. */
export function maskBits(mask: number): number | null {
  for (let bits = 0; bits <= 32; bits++) if (netmask(bits) === mask) return bits
  return null
}

/** `192.168.0.1/24`, or an address alone (/32). Null where it is neither. */
export function parseCidr(text: string): Cidr | null {
  const [a, b, rest] = text.split('/')
  const addr = parseIpv4(a ?? '')
  if (addr === null || rest !== undefined) return null
  if (b === undefined) return { addr, bits: 32 }
  if (!/^\d{1,2}$/.test(b) || Number(b) > 32) return null
  return { addr, bits: Number(b) }
}

export function printCidr(c: Cidr): string {
  return `${printIpv4(c.addr)}/${c.bits}`
}

/** Is the address inside the prefix? */
export function contains(c: Cidr, a: Ipv4): boolean {
  return ((c.addr ^ a) & netmask(c.bits)) === 0
}

/** A MAC address as a 48-bit number. */
export type Mac = number

export function parseMac(text: string): Mac | null {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text)) return null
  return Number.parseInt(text.replaceAll(':', ''), 16)
}

export function printMac(m: Mac): string {
  return m
    .toString(16)
    .padStart(12, '0')
    .replace(/(..)(?!$)/g, '$1:')
}

export const BROADCAST_MAC: Mac = 0xffffffffffff

/** Group addresses have the lowest bit of their first byte set. */
export function isGroupMac(mac: Mac): boolean {
  return Math.floor(mac / 2 ** 40) % 2 === 1
}
