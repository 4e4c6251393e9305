/**
 * The table `local`: a host's own addresses and the broadcast addresses of its subnets, as Linux derives them from the
 * addresses of its devices.
 *
 * Linux: net/ipv4/fib_frontend.c fib_add_ifaddr
 */
import { isInSubnet, lastOf, subnetsOfLo } from '../../kernel/fib.ts'
import { isSecondary } from '../../kernel/netlink.ts'
import type { Dev, IfAddr, Netns } from '../../kernel/netns.ts'
import type { Cidr, Ipv4 } from '../../wire/address.ts'

export interface LocalRoute {
  type: 'local' | 'broadcast'
  dst: Cidr
  ifindex: number
  src: Ipv4
}

function ofAddress(dev: Dev, a: IfAddr): LocalRoute[] {
  const end = a.peer ?? a.addr
  const primary = dev.addrs.find((other) => other.bits === a.bits && isInSubnet(other, end)) ?? a
  const base = { ifindex: dev.ifindex, src: primary.addr }
  const found: LocalRoute[] = [{ ...base, type: 'local', dst: { addr: a.addr, bits: 32 } }]
  if (isSecondary(dev, a) || a.bits === 32) return found
  const own = a.bits < 31 ? [lastOf(a)] : []
  const given = a.brd && a.brd !== 0xffffffff && !own.includes(a.brd) ? [a.brd] : []
  if (dev.up)
    for (const addr of [...own, ...given]) found.push({ ...base, type: 'broadcast', dst: { addr, bits: 32 } })
  return found
}

export function localRoutes(net: Netns): LocalRoute[] {
  return (
    net.devs
      .flatMap((dev) => dev.addrs.flatMap((a) => ofAddress(dev, a)))
      .concat(subnetsOfLo(net))
      .sort((a, b) => a.dst.addr - b.dst.addr || b.dst.bits - a.dst.bits)
      // An address with two other ends is one's own only once.
      .filter((r, i, all) => JSON.stringify(r) !== JSON.stringify(all[i - 1]))
  )
}
