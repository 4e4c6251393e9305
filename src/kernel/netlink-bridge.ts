/**
 * Bridges, as a program makes them by rtnetlink.
 *
 * Linux: net/bridge/br_if.c br_add_if, br_del_if; br_stp_if.c br_stp_recalculate_bridge_id; br_netlink.c,
 * br_device.c, br.c; net/core/dev.c
 */
import { isGroupMac, type Mac } from '../wire/address.ts'
import { addDev } from './boot.ts'
import { rt_cache_flush } from './fib.ts'
import type { Kernel } from './kernel.ts'
import { neigh_ifdown } from './neigh.ts'
import type { NetlinkError } from './netlink.ts'
import type { Dev, Netns } from './netns.ts'
import { devByName } from './route.ts'

/** What a device is to be like; null: as the kernel chooses. */
export interface NewLink {
  name: string | null
  mac: Mac | null
}

/** A random local address: the second lowest bit of the first byte set, the lowest not. Linux: eth_random_addr */
export function randomMac(k: Kernel): Mac {
  return 0x020000000000 + (k.random() >>> 0) * 256 + (k.random() & 0xff)
}

/** `veth0`, `veth1` …: the first that is free. Linux: dev_alloc_name */
export function freeName(net: Netns, kind: string): string {
  let n = 0
  while (devByName(net, kind + n)) n++
  return kind + n
}

/** A new bridge, down and without ports; without a name: bridge0, bridge1 ... */
export function addBridge(k: Kernel, wanted: NewLink): Dev | NetlinkError {
  const { net } = k
  const name = wanted.name ?? freeName(net, 'bridge')
  if (devByName(net, name)) return { errno: 'EEXIST' }
  const dev = addDev(net, name, wanted.mac ?? randomMac(k), [], -1)
  dev.bridge = { fdb: [], ports: [], ...(wanted.mac === null ? {} : { ownMac: true }) }
  dev.up = false
  dev.fresh = true
  rt_cache_flush(net)
  return dev
}

/** Make a device a port of a bridge, '' of none. The bridge takes the lowest address of its ports' cards. */
export function setMaster(k: Kernel, dev: Dev, name: string): NetlinkError | null {
  const { net } = k
  const bridge = devByName(net, name)
  if (bridge && !bridge.bridge) return { errno: 'EOPNOTSUPP' }
  if (bridge && dev.bridge) return { errno: 'EINVAL', message: 'Can not enslave a bridge to a bridge' }
  if (bridge && dev.loopback) return { errno: 'EINVAL' }
  const before = net.devs[dev.master - 1] as Dev | undefined
  if (before === bridge) return null
  dev.hairpin = false
  dev.master = bridge?.ifindex ?? 0
  for (const changed of [before, bridge]) {
    if (!changed?.bridge) continue
    const others = changed.bridge.ports.filter((p) => p !== dev.ifindex)
    const ports = changed === bridge ? [...others, dev.ifindex] : others
    changed.bridge.ports = ports
    changed.bridge.fdb = changed.bridge.fdb.filter((e) => others.includes(e.port))
    if (!changed.bridge.ownMac) {
      const mac = ports.length === 0 ? 0 : Math.min(...ports.map((p) => net.devs[p - 1].mac))
      becomes(k, changed, mac)
    }
    br_mtu_auto_adjust(net, changed)
  }
  return null
}

/** With its card's address a bridge forgets whom it knew. Linux: br_stp_change_bridge_id, NETDEV_CHANGEADDR */
function becomes(k: Kernel, bridge: Dev, mac: Mac): void {
  if (bridge.mac === mac) return
  bridge.mac = mac
  neigh_ifdown(k, bridge.ifindex)
}

/**
 * Give a device another card address: whom it knew it has to ask for again. A bridge keeps what it was given.
 * Linux: dev_set_mac_address, br_set_mac_address, neigh_changeaddr
 */
export function setCard(k: Kernel, dev: Dev, mac: Mac): NetlinkError | null {
  const { net } = k
  if (isGroupMac(mac) || mac === 0) return { errno: 'EADDRNOTAVAIL' }
  dev.mac = mac
  if (dev.bridge) dev.bridge.ownMac = true
  const master = net.devs[dev.master - 1] as Dev | undefined
  if (master?.bridge && !master.bridge.ownMac)
    becomes(k, master, Math.min(...master.bridge.ports.map((p) => net.devs[p - 1].mac)))
  neigh_ifdown(k, dev.ifindex)
  return null
}

/** Unless it was given one, a bridge has the smallest MTU of its ports. Linux: br_mtu_auto_adjust, br_mtu_min */
function br_mtu_auto_adjust(net: Netns, dev: Dev): void {
  const { bridge } = dev
  if (bridge === null || bridge.ownMtu) return
  dev.mtu = bridge.ports.length === 0 ? 1500 : Math.min(...bridge.ports.map((p) => net.devs[p - 1].mtu))
}

/** Linux: dev_set_mtu, dev_validate_mtu, br_change_mtu, br_device_event. A veth takes 68 to 65535 bytes, lo anything. */
export function setMtu(net: Netns, dev: Dev, mtu: number): NetlinkError | null {
  if (!dev.loopback && mtu < 68) return { errno: 'EINVAL', message: 'mtu less than device minimum' }
  if (!dev.loopback && mtu > 65535) return { errno: 'EINVAL', message: 'mtu greater than device maximum' }
  // What it is already has not been set by anybody.
  if (dev.mtu === mtu) return null
  dev.mtu = mtu
  if (dev.bridge) dev.bridge.ownMtu = true
  const master = net.devs[dev.master - 1] as Dev | undefined
  if (master) br_mtu_auto_adjust(net, master)
  return null
}

/** Linux: br_set_port_flag, BR_HAIRPIN_MODE */
export function setHairpin(dev: Dev, on: boolean): NetlinkError | null {
  if (dev.master === 0) return { errno: 'EOPNOTSUPP' }
  dev.hairpin = on
  return null
}
