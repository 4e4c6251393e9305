/** Devices and addresses as `ip -json` has them. Linux: iproute2, ip/ipaddress.c print_linkinfo, print_addrinfo */
import { scopeOf } from '../../kernel/fib.ts'
import { isSecondary } from '../../kernel/netlink.ts'
import type { Dev, IfAddr } from '../../kernel/netns.ts'
import { devName } from '../../kernel/route.ts'
import { printIpv4, printMac } from '../../wire/address.ts'
import { detailObject } from './details.ts'
import type { Ip } from './ip.ts'
import { when, type JsonObject } from './json.ts'
import { broadcastMac, flagList, peerOf, queue, state } from './print.ts'
import { scopeName } from './tables.ts'

const FOREVER = 0xffffffff

export function addressObject(dev: Dev, a: IfAddr): JsonObject {
  return {
    family: 'inet',
    local: printIpv4(a.addr),
    address: a.peer === undefined ? undefined : printIpv4(a.peer),
    prefixlen: a.bits,
    metric: a.metric || undefined,
    broadcast: a.brd ? printIpv4(a.brd) : undefined,
    scope: scopeName(scopeOf(a)),
    secondary: when(isSecondary(dev, a), true),
    noprefixroute: when(a.bare === true, true),
    label: a.label ?? dev.name,
    valid_life_time: FOREVER,
    preferred_life_time: FOREVER,
  }
}

export function briefObject({ net }: Ip, dev: Dev, addresses: readonly IfAddr[] | null): JsonObject {
  const head = { link: peerOf(net, dev)?.name, ifname: dev.name, operstate: state(net, dev) }
  if (addresses === null) return { ...head, address: printMac(dev.mac), flags: flagList(net, dev) }
  return {
    ...head,
    addr_info: addresses.map((a) => ({
      local: printIpv4(a.addr),
      address: a.peer === undefined ? undefined : printIpv4(a.peer),
      prefixlen: a.bits,
      metric: a.metric || undefined,
    })),
  }
}

/** `hardware`: with its card's address. `addresses` null: for `ip link`. */
export function deviceObject(
  { k, net, options }: Ip,
  dev: Dev,
  hardware: boolean,
  addresses: readonly IfAddr[] | null,
): JsonObject {
  const { group, txqueuelen = 1000, alias } = dev.set ?? {}
  const card = {
    link_type: dev.loopback ? 'loopback' : 'ether',
    address: printMac(dev.mac),
    broadcast: printMac(broadcastMac(dev)),
    ...(options.details ? detailObject(k, dev, addresses === null) : {}),
  }
  return {
    ifindex: dev.ifindex,
    link: peerOf(net, dev)?.name,
    ifname: dev.name,
    flags: flagList(net, dev),
    mtu: dev.mtu,
    qdisc: queue(dev),
    master: devName(net, dev.master) || undefined,
    operstate: state(net, dev),
    linkmode: when(addresses === null, 'DEFAULT'),
    group: String(group || 'default'),
    txqlen: txqueuelen,
    ...(hardware ? card : {}),
    ifalias: when(addresses === null && alias !== undefined && alias !== '', alias ?? ''),
    addr_info: addresses?.map((a) => addressObject(dev, a)),
    stats64: when(options.stats > 0, statsObject(dev, options.stats > 1)),
  }
}

/** Errors do not happen here. */
function statsObject(dev: Dev, more: boolean): JsonObject {
  const none = (names: string): JsonObject => Object.fromEntries(names.split(' ').map((name) => [name, 0]))
  return {
    rx: {
      bytes: dev.rxBytes,
      packets: dev.rxPackets,
      ...none('errors dropped over_errors multicast'),
      ...(more ? none('length_errors crc_errors frame_errors fifo_errors missed_errors') : {}),
    },
    tx: {
      bytes: dev.txBytes,
      packets: dev.txPackets,
      ...none('errors dropped carrier_errors collisions'),
      ...(more ? none('aborted_errors fifo_errors window_errors heartbeat_errors carrier_changes') : {}),
    },
  }
}
