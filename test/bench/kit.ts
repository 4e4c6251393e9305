/** A gateway without a lab around it: packets are handed to its kernel, what it sends is counted and forgotten. */
import { bootMachine, addDev, newNetns } from '../../src/kernel/boot.ts'
import { nf_ct_netns_get } from '../../src/kernel/conntrack/register.ts'
import { START_RECEIVE, walk } from '../../src/kernel/ip.ts'
import type { Kernel } from '../../src/kernel/kernel.ts'
import { newSkb, type Skb } from '../../src/kernel/skb.ts'
import { writeSysctl } from '../../src/kernel/sysctl-access.ts'
import '../../src/kernel/xtables/targets/index.ts'
import { newTable, type Table } from '../../src/kernel/xtables/rule.ts'
import { anyIp } from '../../src/kernel/xtables/rule.ts'
import { ipv4 } from '../../src/wire/address.ts'
import { IP_DF, IPPROTO_TCP, TH_ACK, TH_SYN } from '../../src/wire/packet.ts'
import { nextRandom, seedRandom } from '../../src/lab/random.ts'

const CLIENT_MAC = 0x020000000001
const SERVER_MAC = 0x020000000002
const LAN_MAC = 0x020000000003
const WAN_MAC = 0x020000000004

const FIRST_CLIENT = ipv4('192.168.1.2')
const SERVER = ipv4('123.125.115.110')
const PUBLIC = ipv4('100.100.100.100')

export interface Gateway {
  k: Kernel
  sent: () => number
  clock: (us: number) => void
}

/** A gateway with the article's SNAT rule (`-s 192.168.0.0/16 -j SNAT --to-source 100.100.100.100`) and room for `max` entries. */
export function natGateway(max: number, buckets: number): Gateway {
  const words = seedRandom(1)
  const random = (): number => nextRandom(words)
  const machine = bootMachine('gw', 24 * 1024 ** 3, random, 0, buckets)
  machine.nfConntrackMax = max
  const net = newNetns('gw', 0, 0, random)
  addDev(net, 'eth0', LAN_MAC, [{ addr: ipv4('192.168.0.1'), bits: 16 }], 0)
  addDev(net, 'eth1', WAN_MAC, [{ addr: ipv4('100.100.100.100'), bits: 24 }], 1)
  net.routes.push({
    dst: { addr: 0, bits: 0 },
    via: ipv4('100.100.100.1'),
    ifindex: 3,
    src: 0,
    metric: 0,
    type: 'unicast',
    proto: 'boot',
    scope: 'global',
  })
  net.neigh.push({ addr: ipv4('100.100.100.1'), ifindex: 3, mac: SERVER_MAC })
  const clients = new Set<number>()
  let sent = 0
  let now = 0
  let serial = 1
  const k: Kernel = {
    machine,
    net,
    tracing: false,
    get now() {
      return now
    },
    random,
    emit: () => undefined,
    xmit: () => {
      sent++
    },
    output: () => undefined,
    wake: () => undefined,
    timer: () => undefined,
    countEntry: (_, by) => {
      net.ctCount += by
    },
    nextSerial: () => serial++,
  }
  writeSysctl(k, 'net.ipv4.ip_forward', '1')
  for (const name of ['raw', 'mangle', 'nat', 'filter'] as const) {
    net.tables[name] = newTable(name)
    net.tableOrder.unshift(name)
  }
  const nat: Table | undefined = net.tables.nat
  nat?.chains
    .find((c) => c.name === 'POSTROUTING')
    ?.rules.push({
      ip: { ...anyIp(), src: ipv4('192.168.0.0'), srcMask: 0xffff0000 },
      matches: [],
      target: {
        kind: 'target',
        use: {
          name: 'SNAT',
          data: {
            flags: 1,
            minAddr: ipv4('100.100.100.100'),
            maxAddr: ipv4('100.100.100.100'),
            minPort: 0,
            maxPort: 0,
            basePort: 0,
          },
        },
      },
      pkts: 0,
      bytes: 0,
    })
  nf_ct_netns_get(k)
  for (let i = 2; i < 34; i++) {
    const a = ipv4('192.168.1.0') + i
    clients.add(a)
    net.neigh.push({ addr: a, ifindex: 2, mac: CLIENT_MAC })
  }
  return {
    k,
    sent: () => sent,
    clock: (us) => {
      now = us
    },
  }
}

/** Segment `n` of a flow: its SYN, the answer, the ACK, then data both ways. */
export function segment(flow: number, step: 'SYN' | 'SYNACK' | 'ACK'): Skb {
  const skb = newSkb()
  const client = FIRST_CLIENT + (flow & 31)
  const port = 1024 + (flow % 60000)
  const server = SERVER + Math.floor(flow / 60000)
  skb.protocol = IPPROTO_TCP
  skb.frag = IP_DF
  skb.len = 40
  skb.thl = 20
  skb.win = 64240
  skb.watched = 0
  const out = step !== 'SYNACK'
  skb.iif = out ? 2 : 3
  skb.dmac = out ? LAN_MAC : WAN_MAC
  skb.saddr = out ? client : server
  skb.daddr = out ? server : PUBLIC
  skb.sport = out ? port : 80
  skb.dport = out ? 80 : port
  skb.flags = step === 'SYN' ? TH_SYN : step === 'ACK' ? TH_ACK : TH_SYN | TH_ACK
  skb.seq = step === 'SYNACK' ? 5000 : step === 'SYN' ? 1000 : 1001
  skb.ack = step === 'SYNACK' ? 1001 : step === 'ACK' ? 5001 : 0
  skb.station = START_RECEIVE
  return skb
}

/** Hand a packet to the gateway. */
export function receive(g: Gateway, skb: Skb): void {
  skb.station = START_RECEIVE
  walk(g.k, skb)
}
