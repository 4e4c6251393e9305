/**
 * Devices that come, go and get other names, as a program asks for it by rtnetlink; and whether one hears anybody.
 *
 * Linux: net/core/rtnetlink.c rtnl_newlink, rtnl_dellink; net/core/dev.c dev_change_name, dev_alloc_name,
 * unregister_netdevice_many; drivers/net/veth.c veth_newlink, veth_dellink; net/bridge/br_if.c br_dev_delete;
 * net/ipv4/devinet.c inetdev_changename, inetdev_destroy
 * Left out: cards of a lab's wires cannot be taken away; moving a device to another namespace
 */
import { addDev } from './boot.ts'
import { rt_cache_flush } from './fib.ts'
import type { Kernel } from './kernel.ts'
import { neigh_ifdown } from './neigh.ts'
import { freeName, randomMac, setMaster, type NewLink } from './netlink-bridge.ts'
import { goesDown } from './netlink-route.ts'
import { delAddress, setLinkDown, type NetlinkError } from './netlink.ts'
import type { Dev, Netns } from './netns.ts'
import { devByName } from './route.ts'

function newEnd(k: Kernel, { name, mac }: NewLink): Dev | NetlinkError {
  const { net } = k
  const wanted = name ?? freeName(net, 'veth')
  if (devByName(net, wanted)) return { errno: 'EEXIST' }
  const dev = addDev(net, wanted, mac ?? randomMac(k), [], -1)
  dev.up = false
  dev.fresh = true
  return dev
}

/** Two ends of one wire within the host. The other end comes into being first. Linux: veth_newlink */
export function addVeth(k: Kernel, own: NewLink, peer: NewLink): { dev: Dev; other: Dev } | NetlinkError {
  const { net } = k
  if (own.name !== null && devByName(net, own.name)) return { errno: 'EEXIST' }
  const other = newEnd(k, peer)
  if ('errno' in other) return other
  const dev = newEnd(k, own)
  if ('errno' in dev) {
    vanish(k, other)
    return dev
  }
  dev.peer = other.ifindex
  other.peer = dev.ifindex
  rt_cache_flush(net)
  return { dev, other }
}

/** Its number is never given again. */
function vanish(k: Kernel, dev: Dev): void {
  const { net } = k
  setLinkDown(k, dev)
  for (const a of [...dev.addrs]) delAddress(k, dev, a.addr, a.bits, a.peer)
  net.routes = net.routes.filter((r) => !goesDown(r, dev.ifindex))
  neigh_ifdown(k, dev.ifindex)
  for (const name of keptOf(net, dev.name)) Reflect.deleteProperty(net.sysctl, name)
  const { tc: _tc, netem: _netem, peer: _peer, set: _set, ...rest } = dev
  net.devs[dev.ifindex - 1] = { ...rest, name: '', gone: true, bridge: null, addrs: [] }
  namesChanged(net)
}

/** Sysctls of a device that are kept by their names. */
function keptOf(net: Netns, dev: string): string[] {
  return Object.keys(net.sysctl).filter((name) => name.startsWith(`net.ipv4.conf.${dev}.`))
}

/** Rules name devices: who has worked out from the names what they mean does so again. */
function namesChanged(net: Netns): void {
  for (const name of net.tableOrder) {
    const table = net.tables[name]
    if (table) table.generation++
  }
  rt_cache_flush(net)
}

/** Take a device away that a program has made, a veth with its other end. */
export function delLink(k: Kernel, dev: Dev): NetlinkError | null {
  const { net } = k
  if (dev.bridge === null && dev.peer === undefined) return { errno: 'EOPNOTSUPP' }
  for (const port of [...(dev.bridge?.ports ?? [])]) setMaster(k, net.devs[port - 1], '')
  const ends = dev.peer === undefined ? [dev] : [dev, net.devs[dev.peer - 1]]
  for (const end of ends) {
    if (end.master !== 0) setMaster(k, end, '')
    vanish(k, end)
  }
  return null
}

/** Rules go on naming what they named; labels of addresses follow. */
export function renameLink(net: Netns, dev: Dev, name: string): NetlinkError | null {
  if (name === dev.name) return null
  if (devByName(net, name)) return { errno: 'EEXIST' }
  const old = dev.name
  for (const key of keptOf(net, old)) {
    net.sysctl[`net.ipv4.conf.${name}${key.slice(`net.ipv4.conf.${old}`.length)}`] = net.sysctl[key]
    Reflect.deleteProperty(net.sysctl, key)
  }
  dev.name = name
  dev.addrs = dev.addrs.map((a) => {
    const colon = a.label?.indexOf(':') ?? -1
    const { label, ...rest } = a
    return label === undefined || colon < 0 ? rest : { ...rest, label: name + label.slice(colon) }
  })
  namesChanged(net)
  return null
}

/** Is somebody at the other end? A bridge has a carrier where a port has. Linux: IFF_LOWER_UP; br_stp_if.c, veth.c */
export function hasCarrier(net: Netns, dev: Dev): boolean {
  if (!dev.up) return false
  if (dev.bridge) return dev.bridge.ports.some((p) => hasCarrier(net, net.devs[p - 1]))
  return dev.peer === undefined || net.devs[dev.peer - 1].up
}
