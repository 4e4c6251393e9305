/**
 * What `ip -details link` tells of a device. Of a bridge and its ports most is as it was made: a lab changes little of it.
 *
 * Linux: iproute2, ip/ipaddress.c print_linkinfo, iplink_bridge.c, iplink_bridge_slave.c
 * Left out: what timers of a bridge have left: they are 0
 */
import type { Kernel } from '../../kernel/kernel.ts'
import type { Dev } from '../../kernel/netns.ts'
import { printMac } from '../../wire/address.ts'
import { Fixed, when, type Json, type JsonObject } from './json.ts'

/** How a value is called in text and in JSON, and what it is. */
type Field = readonly [text: string, json: string, value: Json]

const TIMER = new Fixed('0.00')

/** As many of a veth as the machine has CPUs. Linux: veth_get_num_queues */
function queues(k: Kernel, dev: Dev): number {
  return dev.bridge || dev.loopback ? 1 : k.machine.cpus
}

/** Linux: br_id_printf: bytes without their zeros */
function bridgeId(dev: Dev): string {
  const bytes = printMac(dev.mac).split(':')
  return `8000.${bytes.map((b) => Number.parseInt(b, 16).toString(16)).join(':')}`
}

const same = (fields: Readonly<Record<string, Json>>): Field[] =>
  Object.entries(fields).map(([name, value]) => [name, name, value])

function ofBridge(dev: Dev): Field[] {
  const id = bridgeId(dev)
  return [
    ...same({
      forward_delay: 1500,
      hello_time: 200,
      max_age: 2000,
      ageing_time: 30000,
      stp_state: 0,
      priority: 32768,
      vlan_filtering: 0,
      bridge_id: id,
    }),
    ['designated_root', 'root_id', id],
    ...same({
      root_port: 0,
      root_path_cost: 0,
      topology_change: 0,
      topology_change_detected: 0,
      hello_timer: TIMER,
      tcn_timer: TIMER,
      topology_change_timer: TIMER,
      gc_timer: TIMER,
      group_fwd_mask: '0',
    }),
    ['group_address', 'group_addr', '01:80:c2:00:00:00'],
    ...same({
      mcast_snooping: 1,
      no_linklocal_learn: 0,
      mcast_vlan_snooping: 0,
      mcast_router: 1,
      mcast_query_use_ifaddr: 0,
      mcast_querier: 0,
      mcast_hash_elasticity: 16,
      mcast_hash_max: 4096,
    }),
    ['mcast_last_member_count', 'mcast_last_member_cnt', 2],
    ['mcast_startup_query_count', 'mcast_startup_query_cnt', 2],
    ['mcast_last_member_interval', 'mcast_last_member_intvl', 100],
    ['mcast_membership_interval', 'mcast_membership_intvl', 26000],
    ['mcast_querier_interval', 'mcast_querier_intvl', 25500],
    ['mcast_query_interval', 'mcast_query_intvl', 12500],
    ['mcast_query_response_interval', 'mcast_query_response_intvl', 1000],
    ['mcast_startup_query_interval', 'mcast_startup_query_intvl', 3124],
    ...same({
      mcast_stats_enabled: 0,
      mcast_igmp_version: 2,
      mcast_mld_version: 1,
      nf_call_iptables: dev.bridge?.callsIptables ? 1 : 0,
      nf_call_ip6tables: 0,
      nf_call_arptables: 0,
    }),
  ]
}

function ofPort({ net }: Kernel, dev: Dev): Field[] {
  const bridge = net.devs[dev.master - 1]
  const id = bridgeId(bridge)
  const number = (bridge.bridge?.ports.indexOf(dev.ifindex) ?? 0) + 1
  return [
    ...same({ state: dev.up ? 'forwarding' : 'disabled', priority: 32, cost: 2 }),
    ...same({
      hairpin: dev.hairpin,
      guard: false,
      root_block: false,
      fastleave: false,
      learning: true,
      flood: true,
    }),
    ['port_id', 'id', `0x${(0x8000 + number).toString(16)}`],
    ['port_no', 'no', `0x${number.toString(16)}`],
    ...same({ designated_port: 0x8000 + number, designated_cost: 0 }),
    ['designated_bridge', 'bridge_id', id],
    ['designated_root', 'root_id', id],
    ...same({
      hold_timer: TIMER,
      message_age_timer: TIMER,
      forward_delay_timer: TIMER,
      topology_change_ack: 0,
      config_pending: 0,
      proxy_arp: false,
      proxy_arp_wifi: false,
    }),
    ['mcast_router', 'multicast_router', 1],
    // In JSON it goes by the name that `fastleave` has already.
    ['mcast_fast_leave', '', false],
    ...same({
      mcast_flood: true,
      bcast_flood: true,
      mcast_to_unicast: false,
      neigh_suppress: false,
      group_fwd_mask: '0',
      group_fwd_mask_str: '0x0',
      vlan_tunnel: false,
      isolated: false,
      locked: false,
    }),
  ]
}

function word(value: Json): string {
  if (value instanceof Fixed) return value.text.padStart(7)
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return typeof value === 'number' ? String(value) : typeof value === 'string' ? value : ''
}

const line = (fields: readonly Field[]): string =>
  fields.map(([name, , value]) => `${name} ${word(value)} `).join('')

function object(fields: readonly Field[]): JsonObject {
  return Object.fromEntries(fields.flatMap(([, name, value]) => (name === '' ? [] : [[name, value]])))
}

/** How often a port of a bridge, or somebody who has said so, listens to all. */
function promiscuity(dev: Dev): number {
  return (dev.master === 0 ? 0 : 1) + (dev.set?.promisc ? 1 : 0)
}

const GSO: readonly Field[] = same({
  gso_max_size: 65536,
  gso_max_segs: 65535,
  tso_max_size: 524280,
  tso_max_segs: 65535,
  gro_max_size: 65536,
})

/** Behind the card's address. `link`: for `ip link`, which asks more of the kernel than `ip addr`. */
export function detailText(k: Kernel, dev: Dev, eol: string, link: boolean): string {
  const [least, most] = dev.loopback ? [0, 0] : [68, 65535]
  const kind = dev.loopback ? '' : dev.bridge ? `${eol}    bridge ${line(ofBridge(dev))}` : `${eol}    veth `
  const port = dev.master === 0 ? '' : `${eol}    bridge_slave ${line(ofPort(k, dev))}`
  const n = queues(k, dev)
  return (
    ` promiscuity ${promiscuity(dev)}  allmulti ${dev.master === 0 ? 0 : 1} minmtu ${least} maxmtu ${most} ${kind}${port}` +
    `${link ? 'addrgenmode eui64 ' : ''}numtxqueues ${n} numrxqueues ${n} ${line(GSO)}`
  )
}

export function detailObject(k: Kernel, dev: Dev, link: boolean): JsonObject {
  const [least, most] = dev.loopback ? [0, 0] : [68, 65535]
  const slave = dev.master === 0 ? {} : { info_slave_kind: 'bridge', info_slave_data: object(ofPort(k, dev)) }
  const kind = dev.bridge ? { info_kind: 'bridge', info_data: object(ofBridge(dev)) } : { info_kind: 'veth' }
  const n = queues(k, dev)
  return {
    promiscuity: promiscuity(dev),
    allmulti: dev.master === 0 ? 0 : 1,
    min_mtu: least,
    max_mtu: most,
    ...(dev.loopback ? {} : { linkinfo: { ...kind, ...slave } }),
    inet6_addr_gen_mode: when(link, 'eui64'),
    num_tx_queues: n,
    num_rx_queues: n,
    ...object(GSO),
  }
}
