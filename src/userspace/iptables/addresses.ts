/** Addresses, interfaces and protocols as the command line has them. Linux: iptables, libxtables/xtables.c */
import { netmask, type Ipv4 } from '../../wire/address.ts'
import { inet_aton, numericAddress } from '../../kernel/xtables/address.ts'
import { problem } from '../../kernel/xtables/error.ts'
import type { Names } from '../../kernel/xtables/extension.ts'
import { strictNumber } from '../../kernel/xtables/number.ts'

export interface Net {
  addr: Ipv4
  mask: number
}

function parseMask(text: string | null): number {
  if (text === null) return 0xffffffff
  const dotted = numericAddress(text, true)
  if (dotted !== null) return dotted
  const bits = strictNumber(text, 0, 32) ?? problem(`invalid mask \`${text}' specified`)
  return netmask(bits)
}

/** A comma list of addresses, networks and host names. Linux: xtables_ipparse_multiple */
export function parseAddresses(list: string, names: Names): Net[] {
  return list.split(',').map((item) => {
    const text = item.replace(/^[ \t\n\v\f\r]+/, '')
    if (text.length > 255) problem('Hostname too long')
    const slash = text.lastIndexOf('/')
    const mask = parseMask(slash < 0 ? null : text.slice(slash + 1))
    const name = mask === 0 ? '0.0.0.0' : slash < 0 ? text : text.slice(0, slash)
    const addr =
      numericAddress(name, false) ??
      inet_aton(name) ??
      names.addrOf(name) ??
      problem(`host/network \`${name}' not found`)
    return { addr: (addr & mask) >>> 0, mask }
  })
}

/** Longest name of an interface. */
const IFNAMSIZ = 16

/** The name, with `+` at its end for all that begin so. */
export function parseInterface(name: string, warn: (text: string) => void): string {
  if (name.length + 1 > IFNAMSIZ)
    problem(`interface name \`${name}' must be shorter than IFNAMSIZ (${IFNAMSIZ - 1})`)
  if (/[/ ]/.test(name))
    warn(`Warning: weird character in interface \`${name}' ('/' and ' ' are not allowed by the kernel).\n`)
  return name
}
