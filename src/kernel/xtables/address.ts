/** Addresses as iptables reads them. Linux: iptables, libxtables/xtables.c __numeric_to_ipaddr */
import type { Ipv4 } from '../../wire/address.ts'
import { strictNumber } from './number.ts'

/** One to four numbers with dots between; those that are missing at the end are 0: `10` is 10.0.0.0. A mask needs all. */
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
