/**
 * Bridges: a frame that comes in at a port goes up to the host, or out by another port, and with br_netfilter through
 * the IPv4 hooks on its way.
 *
 * Linux: net/bridge/br_input.c br_handle_frame, br_handle_frame_finish; br_forward.c; br_fdb.c; br_device.c br_dev_xmit;
 * br_netfilter_hooks.c
 * Left out: spanning tree, VLANs, multicast snooping, ebtables, frames other than IPv4
 */
import type { Mac } from '../wire/address.ts'
import type { Kernel } from './kernel.ts'
import type { Bridge, Dev, Netns } from './netns.ts'
import type { Skb } from './skb.ts'

/** An entry that has not been seen for so long is forgotten. */
const AGEING_US = 300_000_000
export const BROADCAST_MAC: Mac = 0xffffffffffff

/** Group addresses have the lowest bit of their first byte set. */
export function isGroup(mac: Mac): boolean {
  return Math.floor(mac / 2 ** 40) % 2 === 1
}

/** The newest first, as frames are flooded. */
export function portsOf(net: Netns, bridge: Dev): Dev[] {
  return net.devs.filter((d) => d.master === bridge.ifindex).reverse()
}

/** Note behind which port a card is. Linux: br_fdb_update */
export function br_fdb_update(k: Kernel, bridge: Bridge, mac: Mac, port: number): void {
  const known = bridge.fdb.find((e) => e.mac === mac)
  if (known) {
    known.port = port
    known.time = k.now
  } else bridge.fdb.push({ mac, port, time: k.now })
}

/** The port behind which a card was seen last; 0: unknown. Linux: br_fdb_find_rcu */
export function br_fdb_find(k: Kernel, bridge: Bridge, mac: Mac): number {
  const e = bridge.fdb.find((entry) => entry.mac === mac)
  return e !== undefined && k.now - e.time < AGEING_US ? e.port : 0
}

/** May the frame leave by this port? Linux: should_deliver */
function shouldDeliver(port: Dev, from: number): boolean {
  return port.up && (port.ifindex !== from || port.hairpin)
}

/** The ports that a frame leaves by: the one that its address is behind, or all others. Linux: br_forward, br_flood */
export function outPorts(k: Kernel, bridge: Dev, skb: Skb, from: number): Dev[] {
  const { net } = k
  const known = bridge.bridge && !isGroup(skb.dmac) ? br_fdb_find(k, bridge.bridge, skb.dmac) : 0
  const candidates = known === 0 ? portsOf(net, bridge) : [net.devs[known - 1]]
  return candidates.filter((port) => shouldDeliver(port, from))
}

/** Do bridged frames go through iptables? Linux: brnf_call_iptables */
export function callsIptables(net: Netns): boolean {
  return net.sysctl['net.bridge.bridge-nf-call-iptables'] !== 0
}
