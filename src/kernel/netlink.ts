/**
 * Changes to devices, addresses and neighbours, as a program asks for them by rtnetlink, and what follows from them:
 * connected routes come and go, masqueraded connections are forgotten. (Routes: netlink-route.ts.)
 *
 * Linux: net/ipv4/devinet.c inet_rtm_newaddr, inet_rtm_deladdr; net/ipv4/fib_frontend.c fib_add_ifaddr, fib_del_ifaddr,
 * fib_disable_ip; net/core/rtnetlink.c do_setlink; net/core/neighbour.c
 * Left out: lifetimes of addresses, neighbours that age (links know their ends)
 */
import { netmask, type Ipv4, type Mac } from '../wire/address.ts'
import { addConnectedRoute } from './boot.ts'
import { isInSubnet, rt_cache_flush, scopeOf } from './fib.ts'
import type { Kernel } from './kernel.ts'
import { masq_device_event, masq_inet_event } from './nat/masquerade.ts'
import { comesUp, goesDown } from './netlink-route.ts'
import { keptConf } from './route.ts'
import { neigh_ifdown, neigh_update, newNeigh } from './neigh.ts'
import type { Dev, IfAddr, Neigh, Netns } from './netns.ts'

/** Why a request was refused: the errno, and the kernel's own words (extended acknowledgement) where it has some. */
export interface NetlinkError {
  errno: NetlinkErrno
  message?: string
}

export type NetlinkErrno =
  | 'EADDRNOTAVAIL'
  | 'EEXIST'
  | 'EOPNOTSUPP'
  | 'EINVAL'
  | 'ENETDOWN'
  | 'ENETUNREACH'
  | 'ENODEV'
  | 'ENOENT'
  | 'ESRCH'

function sameSubnet(a: IfAddr, b: IfAddr): boolean {
  return a.bits === b.bits && isInSubnet(a, b.peer ?? b.addr)
}

/** Has an address before it the same subnet? Linux: IFA_F_SECONDARY */
export function isSecondary(dev: Dev, address: IfAddr): boolean {
  const first = dev.addrs.find((other) => sameSubnet(other, address))
  return first !== undefined && first !== address
}

/** Secondary addresses come behind the primary ones. Linux: __inet_insert_ifa, __inet_del_ifa */
function order(dev: Dev): void {
  const secondary = dev.addrs.filter((address) => isSecondary(dev, address))
  dev.addrs = [...dev.addrs.filter((address) => !secondary.includes(address)), ...secondary]
}

/** Linux: inet_rtm_newaddr, __inet_insert_ifa */
export function addAddress(net: Netns, dev: Dev, address: IfAddr): NetlinkError | null {
  const relatives = dev.addrs.filter((other) => sameSubnet(other, address))
  if (relatives.some((other) => other.addr === address.addr))
    return { errno: 'EEXIST', message: 'ipv4: Address already assigned' }
  if (relatives.some((other) => scopeOf(other) !== scopeOf(address)))
    return { errno: 'EINVAL', message: 'ipv4: Invalid scope value' }
  if (relatives.length > 0) {
    dev.addrs.push(address)
    rt_cache_flush(net)
    return null
  }
  // Behind the last primary address that is not known further: the rest are secondary ones.
  const before = dev.addrs.findLastIndex(
    (other) => !isSecondary(dev, other) && scopeOf(other) >= scopeOf(address),
  )
  dev.addrs.splice(before + 1, 0, address)
  if (dev.up) comesUp(net, dev.ifindex)
  rt_cache_flush(net)
  if (dev.up) connect(net, dev, address)
  return null
}

/** The route of the subnet of a primary address. Linux: fib_add_ifaddr */
function connect(net: Netns, dev: Dev, address: IfAddr): void {
  if (dev.loopback || address.bare || (address.bits === 32 && address.peer === undefined)) return
  addConnectedRoute(net, dev, address)
}

/**
 * Take an address from a device; `bits` null: whatever its prefix length. With the primary address of a subnet its
 * secondary ones go too, unless the next of them takes its place (promote_secondaries); with the last address all routes of the device.
 *
 * Linux: inet_rtm_deladdr, __inet_del_ifa, fib_del_ifaddr, fib_sync_down_addr
 */
export function delAddress(
  k: Kernel,
  dev: Dev,
  addr: Ipv4,
  bits: number | null,
  peer: Ipv4 = addr,
): NetlinkError | null {
  const victim = dev.addrs.find(
    (a) => a.addr === addr && (bits === null || (a.bits === bits && isInSubnet(a, peer))),
  )
  if (!victim) return { errno: 'EADDRNOTAVAIL', message: 'ipv4: Address not found' }
  const promotes = keptConf(k.net, dev, 'promote_secondaries', 0) !== 0
  const only = promotes || isSecondary(dev, victim)
  const gone = only ? [victim] : dev.addrs.filter((a) => sameSubnet(a, victim))
  const wasPrimary = !isSecondary(dev, victim)
  const { net } = k
  dev.addrs = dev.addrs.filter((a) => !gone.includes(a))
  order(dev)
  rt_cache_flush(net)
  for (const address of gone) {
    const mask = netmask(address.bits)
    const left = dev.addrs.some((other) => sameSubnet(other, address))
    net.routes = net.routes.filter(
      (r) =>
        left ||
        r.proto !== 'kernel' ||
        r.ifindex !== dev.ifindex ||
        r.dst.bits !== address.bits ||
        r.dst.addr !== ((address.peer ?? address.addr) & mask) >>> 0,
    )
    const held = net.devs.some((d) => d.addrs.some((a) => a.addr === address.addr))
    if (!held) net.routes = net.routes.filter((r) => r.src !== address.addr)
    rt_cache_flush(net)
    masq_inet_event(k, dev.ifindex, address.peer ?? address.addr)
  }
  const next = dev.addrs.find((a) => sameSubnet(a, victim))
  if (wasPrimary && next && dev.up) connect(net, dev, next)
  if (dev.addrs.length === 0) dropRoutes(k, dev)
  return null
}

/** Its neighbours go too, permanent ones as well. Linux: fib_disable_ip, arp_ifdown */
function dropRoutes(k: Kernel, dev: Dev): void {
  const { net } = k
  net.routes = net.routes.filter((r) => r.type !== 'unicast' || !goesDown(r, dev.ifindex))
  rt_cache_flush(net)
  neigh_ifdown(k, dev.ifindex)
}

/** `ip link set X up`: the routes of its subnets come back, others do not. Linux: fib_netdev_event NETDEV_UP */
export function setLinkUp(net: Netns, dev: Dev): void {
  if (dev.up) return
  dev.up = true
  delete dev.fresh
  comesUp(net, dev.ifindex)
  rt_cache_flush(net)
  for (const address of dev.addrs) connect(net, dev, address)
}

/** `ip link set X down`: all its routes go, its addresses stay. Linux: fib_netdev_event NETDEV_DOWN */
export function setLinkDown(k: Kernel, dev: Dev): void {
  if (!dev.up) return
  dev.up = false
  dropRoutes(k, dev)
  masq_device_event(k, dev.ifindex)
}

export function findNeigh(net: Netns, dev: Dev, addr: Ipv4): Neigh | undefined {
  return net.neigh.find((n) => n.addr === addr && n.ifindex === dev.ifindex)
}

/** `add` refuses what is there, `change` what is not. Linux: neigh_add */
export function setNeigh(
  k: Kernel,
  dev: Dev,
  addr: Ipv4,
  mac: Mac,
  mode: 'add' | 'change' | 'replace',
): NetlinkError | null {
  const { net } = k
  const known = findNeigh(net, dev, addr)
  if (known && mode === 'add') return { errno: 'EEXIST' }
  if (!known && mode === 'change') return { errno: 'ENOENT' }
  if (known) neigh_update(k, known, mac, 'PERMANENT')
  else net.neigh.push(newNeigh(addr, dev.ifindex, mac))
  return null
}

/** Linux: neigh_delete */
export function delNeigh(net: Netns, dev: Dev, addr: Ipv4): NetlinkError | null {
  const known = findNeigh(net, dev, addr)
  if (!known) return { errno: 'ENOENT' }
  net.neigh = net.neigh.filter((n) => n !== known)
  return null
}
