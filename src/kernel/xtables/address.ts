/** Addresses as iptables reads them, in its two ways. */
import type { Ipv4 } from '../../wire/address.ts'
import { strictNumber } from './number.ts'

/**
 * One to four numbers with dots between; those that are missing at the end are 0: `10` is 10.0.0.0. A mask needs all.
 * Linux: iptables, libxtables/xtables.c __numeric_to_ipaddr
 */
export function numericAddress(text: string, isMask: boolean): Ipv4 | null {
  const parts = text.slice(0, 19).split('.')
  if (parts.length > 4 || (isMask && parts.length !== 4)) return null
  let addr = 0
  for (let i = 0; i < 4; i++) {
    const n = i < parts.length ? strictNumber(parts[i], 0, 255) : 0
    if (n === null) return null
    addr = addr * 256 + n
  }
  return addr
}

/**
 * The C library's way: the last number fills all the bytes that are left, so that `10.1` is 10.0.0.1.
 * Linux: inet_aton(3), as getaddrinfo(3) uses it
 */
export function inet_aton(text: string): Ipv4 | null {
  const parts = text.split('.')
  if (parts.length > 4 || !parts.every((p) => /^[0-9]/.test(p))) return null
  let addr = 0
  for (let i = 0; i < parts.length; i++) {
    const last = i === parts.length - 1
    const n = strictNumber(parts[i], 0, last ? 256 ** (5 - parts.length) - 1 : 255)
    if (n === null) return null
    addr += last ? n : n * 256 ** (3 - i)
  }
  return addr
}
