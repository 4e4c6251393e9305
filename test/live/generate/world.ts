/** The networks around the host that is looked at, and what of them rules and packets may name. */
import type { Scenario } from '../../../src/lab/replay/scenario.ts'
import type { Dice } from './dice.ts'
import { makeGround, type Ground } from './ground.ts'

/** A wire end with the addresses that are behind it. */
export interface End {
  /** `host:card` */
  name: string
  /** The host's device that its packets come in by. */
  dev: string
  addrs: string[]
}

export interface World {
  hosts: Scenario['hosts']
  links: Scenario['links']
  ends: End[]
  /** Devices with an address, of the host that is looked at. */
  devs: { name: string; addr: string; net: string }[]
  services: string[]
  setup: string[]
  /** Sets, policies, and what is changed of the machine. */
  ground: Ground
  ports: { clients: number[]; servers: number[] }
}

export const DUT = 'gw'

const NETS = [
  { dev: 'lan', host: 'client', prefix: '192.168.7', last: [2, 3] },
  { dev: 'wan', host: 'server', prefix: '203.0.113', last: [9, 10] },
  { dev: 'dmz', host: 'web', prefix: '10.0.5', last: [20, 21] },
] as const
/** Behind the server, by the default route. */
const FAR = ['198.51.100.7', '198.51.100.8']

/** Two or three networks, one of them sometimes a bridge with two ports. */
export function makeWorld(dice: Dice): World {
  const hosts: Scenario['hosts'] = { [DUT]: { ifaces: {}, bridges: {} } }
  const links: Scenario['links'] = []
  const ends: End[] = []
  const devs: World['devs'] = []
  const bridged = dice.chance(15)
  const nets = NETS.slice(0, dice.chance(40) ? 3 : 2)
  for (const { dev, host, prefix, last } of nets) {
    const addr = `${prefix}.1/24`
    devs.push({ name: dev, addr: `${prefix}.1`, net: `${prefix}.0/24` })
    const addrs = last.map((n) => `${prefix}.${n}`)
    const device = (list: string[]) => ({ addr: list.map((a) => `${a}/24`) })
    if (dev === 'lan' && bridged) {
      hosts[DUT].bridges[dev] = { addr: [addr], ports: ['port0', 'port1'] }
      addrs.forEach((a, i) => {
        hosts[DUT].ifaces[`port${i}`] = { addr: [] }
        hosts[`${host}${i}`] = { ifaces: { eth0: device([a]) }, bridges: {} }
        links.push([`${host}${i}:eth0`, `${DUT}:port${i}`])
        ends.push({ name: `${host}${i}:eth0`, dev, addrs: [a] })
      })
      continue
    }
    hosts[DUT].ifaces[dev] = { addr: [addr] }
    hosts[host] = { ifaces: { eth0: device(addrs) }, bridges: {} }
    links.push([`${host}:eth0`, `${DUT}:${dev}`])
    ends.push({ name: `${host}:eth0`, dev, addrs: dev === 'wan' ? [...addrs, ...FAR] : addrs })
  }
  const services = dice.some(['udp 53', 'udp 5000', 'udp 8080'], dice.int(0, 2))
  if (dice.chance(20)) services.push(dice.pick(['tcp 80', 'tcp 8080']))
  const ports = {
    clients: [dice.int(1024, 60999), dice.int(1024, 60999), dice.int(100, 1023)],
    servers: [53, 80, 8080, 5000, 21, dice.int(1, 65535)],
  }
  const ground = makeGround(dice, {
    addrs: [...ends.flatMap((e) => e.addrs), ...devs.map((d) => d.addr)],
    devs,
    hops: ends.map((e) => ({ via: e.addrs[0], dev: e.dev })),
    ports: ports.servers,
  })
  return {
    hosts,
    links,
    ends,
    devs,
    services,
    setup: [...setup(dice, bridged, services), ...ground.lines],
    ground,
    ports,
  }
}

function setup(dice: Dice, bridged: boolean, services: string[]): string[] {
  const lines = ['ip route add default via 203.0.113.9']
  const set = (name: string, value: number): void => {
    lines.push(`sysctl -w net.${name}=${value}`)
  }
  if (dice.chance(95)) set('ipv4.ip_forward', 1)
  if (bridged) set('bridge.bridge-nf-call-iptables', dice.int(0, 1))
  for (const [percent, name, values] of SYSCTLS) if (dice.chance(percent)) set(name, dice.pick(values))
  // The window that a listener offers follows the MTU and the machine's memory.
  if (!services.some((s) => s.startsWith('tcp')) && dice.chance(8))
    lines.push(`ip link set ${dice.pick(['lan', 'wan'])} mtu ${dice.pick([576, 1280, 1400])}`)
  return lines
}

/** How often in a hundred, which, and values to choose from. */
export const SYSCTLS: readonly [number, string, readonly number[]][] = [
  [6, 'ipv4.conf.all.rp_filter', [1, 2]],
  [5, 'ipv4.conf.wan.rp_filter', [1, 2]],
  [8, 'netfilter.nf_conntrack_tcp_loose', [0]],
  [8, 'netfilter.nf_conntrack_tcp_be_liberal', [1]],
  [5, 'netfilter.nf_conntrack_tcp_ignore_invalid_rst', [1]],
  [5, 'netfilter.nf_conntrack_tcp_max_retrans', [1, 2]],
  [5, 'netfilter.nf_conntrack_checksum', [0]],
  [8, 'netfilter.nf_conntrack_udp_timeout', [2, 3]],
  [8, 'netfilter.nf_conntrack_udp_timeout_stream', [2, 4]],
  [6, 'netfilter.nf_conntrack_tcp_timeout_established', [3, 600]],
  [6, 'netfilter.nf_conntrack_tcp_timeout_syn_sent', [2]],
  [6, 'netfilter.nf_conntrack_tcp_timeout_close', [2]],
  [6, 'netfilter.nf_conntrack_tcp_timeout_time_wait', [2]],
  [6, 'netfilter.nf_conntrack_icmp_timeout', [2]],
  [5, 'netfilter.nf_conntrack_acct', [1]],
  [3, 'ipv4.ip_default_ttl', [32, 1]],
  [3, 'ipv4.icmp_echo_ignore_all', [1]],
  [3, 'ipv4.icmp_errors_use_inbound_ifaddr', [1]],
]
