/** Addresses as inet_aton(3) reads them. */
import type { Ipv4 } from '../wire/address.ts'

/** One to four numbers, in decimal, octal or hex; the last one fills what is left: 10.1 is 10.0.0.1. */
export function inetAton(text: string): Ipv4 | null {
  const parts = text.split('.')
  if (parts.length > 4 || !parts.every((part) => /^(0[xX][0-9a-fA-F]+|\d+)$/.test(part))) return null
  if (parts.some((part) => /^0\d*[89]/.test(part))) return null
  const values = parts.map((part) => (/^0\d/.test(part) ? Number.parseInt(part, 8) : Number(part)))
  const last = values.pop() ?? 0
  if (values.some((value) => value > 255) || !(last < 256 ** (4 - values.length))) return null
  return values.reduce((sum, value, i) => sum + value * 256 ** (3 - i), last)
}
