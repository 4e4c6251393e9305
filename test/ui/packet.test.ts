import { expect, test } from 'vitest'
import type { HostView, LinkView } from '../../src/lab/protocol.ts'
import type { Header } from '../../src/kernel/trace.ts'
import {
  changesOf,
  endOf,
  isRewrite,
  packetLabel,
  printEnd,
  printWay,
  protocolLabel,
} from '../../src/ui/parts/packet.ts'
import { alongWire, columnsOf, flightOf, networkOf } from '../../src/ui/views/network.ts'
import { ipv4 } from '../../src/wire/address.ts'
import {
  emptyPacket,
  IPPROTO_ICMP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  TH_ACK,
  TH_FIN,
  TH_PUSH,
  TH_SYN,
} from '../../src/wire/packet.ts'

const header = (more: Partial<Header>): Header => ({
  ...emptyPacket(),
  inner: null,
  mark: 0,
  in: '',
  out: '',
  physin: '',
  physout: '',
  smac: 0,
  dmac: 0,
  saddr: ipv4('192.168.0.2'),
  daddr: ipv4('123.125.115.110'),
  ...more,
})

test('a packet is called what people call it', () => {
  const tcp = (flags: number): string => packetLabel(header({ protocol: IPPROTO_TCP, flags }))
  expect([TH_SYN, TH_SYN | TH_ACK, TH_ACK, TH_PUSH | TH_ACK, TH_FIN | TH_ACK, 0].map(tcp)).toEqual([
    'SYN',
    'SYN ACK',
    'ACK',
    'PSH ACK',
    'FIN ACK',
    'no flags',
  ])
  expect(packetLabel(header({ protocol: IPPROTO_ICMP, type: 8 }))).toBe('echo request')
  expect(packetLabel(header({ protocol: IPPROTO_UDP }))).toBe('UDP')
  expect(protocolLabel(header({ protocol: 47 }))).toBe('47')
})

test('an end has a port where its protocol has ports', () => {
  expect(printWay(header({ protocol: IPPROTO_TCP, sport: 40000, dport: 80 }))).toBe(
    '192.168.0.2:40000 > 123.125.115.110:80',
  )
  expect(printEnd(endOf(header({ protocol: IPPROTO_ICMP }), 'dst'))).toBe('123.125.115.110')
})

test('changes of a header: addresses, ports and ids are NAT’s, the ttl is not', () => {
  const before = header({ protocol: IPPROTO_TCP, sport: 1, ttl: 64 })
  const ttl = changesOf(before, { ...before, ttl: 63 })
  expect(ttl).toEqual([{ field: 'ttl', from: '64', to: '63' }])
  expect(isRewrite(ttl)).toBe(false)
  const nat = changesOf(before, { ...before, saddr: ipv4('100.100.100.100'), sport: 2 })
  expect(nat.map((c) => c.field)).toEqual(['src', 'sport'])
  expect(isRewrite(nat)).toBe(true)
  expect(changesOf(null, before)).toEqual([])
})

const host = (name: string, role: HostView['role'], ...addrs: string[]): HostView => ({
  name,
  role,
  names: [],
  devs: addrs.map((a, i) => ({ name: `eth${i}`, addrs: [a], mac: '', up: true })),
  busy: false,
  output: 0,
  ctCount: 0,
})
const link = (a: string, b: string): LinkView => {
  const [ah, ad] = a.split(':')
  const [bh, bd] = b.split(':')
  return { a: { host: ah, dev: ad }, b: { host: bh, dev: bd }, delay: 500 }
}
const hosts = [
  host('pc1', 'client', '192.168.0.2/24'),
  host('pc2', 'client', '192.168.0.3/24'),
  host('pc3', 'client', '192.168.0.4/24'),
  host('gateway', 'gateway', '192.168.0.1/24', '100.100.100.100/24'),
  host('baidu', 'server', '123.125.115.110/32'),
]
const links = [
  link('pc1:eth0', 'gateway:eth0'),
  link('pc2:eth0', 'gateway:eth0'),
  link('pc3:eth0', 'gateway:eth0'),
  link('baidu:eth0', 'gateway:eth1'),
]

test('clients stand on the left, the gateway between, the server on the right, with a second gateway too', () => {
  expect([...columnsOf(hosts, links).values()]).toEqual([0, 0, 0, 1, 2])
  const twice = columnsOf(
    [hosts[0], hosts[3], host('isp', 'gateway', '100.100.100.1/24', '9.9.9.1/24'), hosts[4]],
    [link('pc1:eth0', 'gateway:eth0'), link('gateway:eth1', 'isp:eth0'), link('isp:eth1', 'baidu:eth0')],
  )
  expect(Object.fromEntries(twice)).toEqual({ pc1: 0, gateway: 1, isp: 2, baidu: 3 })
})

test.each([300, 358, 560, 640, 707, 778, 1200])(
  'hosts do not cover each other and stay inside, %i px wide',
  (width) => {
    const { nodes, wires, w, h } = networkOf(hosts, links, width)
    for (const [i, a] of nodes.entries()) {
      expect(a.x >= 0 && a.y >= 0 && a.x + a.w <= w && a.y + a.h <= h).toBe(true)
      for (const b of nodes.slice(i + 1))
        expect(a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h).toBe(false)
    }
    expect(wires).toHaveLength(4)
    // Several LAN hosts share one interface of the gateway: their wires end at one point.
    expect(new Set(wires.slice(0, 3).map((x) => `${x.b.x} ${x.b.y}`)).size).toBe(1)
    expect(wires.map((x) => x.net)).toEqual(['192.168.0.0/24', '', '', '100.100.100.0/24'])
  },
)

test('a host whose card has several addresses is as high as they need, and says that there are more than three', () => {
  const addrs = (n: number): string[] => Array.from({ length: n }, (_, i) => `203.0.113.${i + 1}/24`)
  const heights = [1, 2, 3, 9].map((n) => {
    const world = host('baidu', 'server', '123.125.115.110/32')
    world.devs[0].addrs = addrs(n)
    return networkOf([...hosts.slice(0, 4), world], links, 780).nodes.find((x) => x.host.name === 'baidu')
  })
  const [one, two, three, many] = heights.map((x) => x?.h ?? 0)
  expect([two - one, three - two, many - three]).toEqual([18, 18, 0])
  expect(heights[3]?.addrs).toEqual(['203.0.113.1', '203.0.113.2', '…'])
})

test('an interface that is down cuts its wire', () => {
  const cut = hosts.map((x) =>
    x.name === 'pc2' ? { ...x, devs: x.devs.map((d) => ({ ...d, up: false })) } : x,
  )
  expect(networkOf(cut, links, 780).wires.map((x) => x.up)).toEqual([true, false, true, true])
})

test('a frame on a link is as far as its time', () => {
  const f = { sentAt: 1000, arrivesAt: 1500 }
  expect([900, 1000, 1250, 1500, 2000].map((t) => flightOf(f, t))).toEqual([0, 0, 0.5, 1, 1])
  const a = { x: 0, y: 0 }
  const b = { x: 100, y: 40 }
  expect(alongWire(a, b, 0)).toEqual(a)
  expect(alongWire(a, b, 1)).toEqual(b)
  expect(alongWire(a, b, 0.5)).toEqual({ x: 50, y: 20 })
})
