/** The network around a machine that was described: somebody behind each of its devices, so that packets can come and go. */
import {
  contains,
  netmask,
  parseCidr,
  parseIpv4,
  printCidr,
  printIpv4,
  type Cidr,
} from '../../wire/address.ts'
import type { HostSpec, LabSpec } from '../spec.ts'
import type { Assumed } from './report.ts'
import type { DeviceLines, Pasted } from './read.ts'

const MIB = 1024 * 1024
/** What stands for the world behind a default route. RFC 5737 */
export const WORLD = '203.0.113.10'

export interface Device {
  name: string
  mac: string | null
  master: string | null
  bridge: boolean
  addrs: Cidr[]
  up: boolean
}

/** `ip addr` does not say what is a bridge: whoever has ports is one, and what programs call so. */
const BRIDGE_NAME = /^(docker|br|virbr|lxcbr|cni)[\w-]*\d|^br-/

/** Devices as they were pasted; where none were, those that the rules speak of, with addresses that go with the rules. */
export function devicesOf(pasted: Pasted): { devices: Device[]; assumed: Assumed[] } {
  const given = pasted.devices.filter((d) => !d.loopback && d.name !== 'lo')
  if (given.length === 0) return guess(pasted)
  const masters = new Set(given.map((d) => d.master))
  const devices = given.map((d: DeviceLines) => ({
    name: d.name,
    mac: d.mac,
    master: given.some((other) => other.name === d.master) ? d.master : null,
    bridge: masters.has(d.name) || (d.master === null && BRIDGE_NAME.test(d.name)),
    addrs: d.inet.flatMap((line) => parseCidr(line.text.trim().split(/\s+/)[1] ?? '') ?? []),
    up: d.up,
  }))
  return { devices, assumed: [] }
}

/** Every occurrence of an option's value in the rules. */
function values(pasted: Pasted, option: RegExp, where: RegExp = /./): string[] {
  return [...pasted.rules, ...pasted.commands].flatMap(({ text }) => {
    const m = where.test(text) ? option.exec(text) : null
    return m ? [m[1]] : []
  })
}

function guess(pasted: Pasted): { devices: Device[]; assumed: Assumed[] } {
  const names = [
    ...new Set([...values(pasted, /-i (\S+)/), ...values(pasted, /-o (\S+)/), ...routeDevices(pasted)]),
  ].filter((name) => name !== 'lo' && !name.includes('+'))
  const outer =
    values(pasted, /-o (\S+)/, /-j (MASQUERADE|SNAT)/).find((name) => names.includes(name)) ??
    values(pasted, /-i (\S+)/, /-j DNAT/).find((name) => names.includes(name)) ??
    /^default .*dev (\S+)/.exec(pasted.routes.find((r) => r.text.startsWith('default'))?.text ?? '')?.[1]
  for (const usual of ['eth0', 'eth1']) if (names.length < 2 && !names.includes(usual)) names.push(usual)
  const outside = outer !== undefined && names.includes(outer) ? outer : names[names.length - 1]
  const publics = [
    ...values(pasted, /--to-source (\d+\.\d+\.\d+\.\d+)/),
    ...values(pasted, /-d (\d+\.\d+\.\d+\.\d+)/, /-j DNAT/),
  ]
  const inner = [
    ...values(pasted, /--to-destination (\d+\.\d+\.\d+\.\d+)/),
    ...values(pasted, /-s (\d+\.\d+\.\d+\.\d+)/, /-j (MASQUERADE|SNAT)/),
  ].map((a) => parseIpv4(a) ?? 0)
  const used = new Set<number>()
  const devices = names.map((name, i): Device => {
    const free = (i + 1) * 256 + 0x0a000001
    const wanted =
      name === outside
        ? (parseIpv4(publics[0] ?? '') ?? 0xc6336402)
        : (inner.map((a) => ((a & 0xffffff00) | 1) >>> 0).find((a) => !used.has(a)) ?? free)
    used.add(wanted)
    const addrs = [{ addr: wanted, bits: 24 }]
    return { name, mac: null, master: null, bridge: BRIDGE_NAME.test(name), addrs, up: true }
  })
  return {
    devices,
    assumed: devices.map((d) => ({ dev: d.name, addr: printCidr(d.addrs[0]) })),
  }
}

const routeDevices = (pasted: Pasted): string[] =>
  pasted.routes.flatMap((r) => /\bdev (\S+)/.exec(r.text)?.[1] ?? [])

interface Peer {
  name: string
  role: HostSpec['role']
  dev: string
  addrs: string[]
  via: string | null
  http: number[]
}

/** An address of the subnet that nobody has yet; null: there is none. */
function freeIn(subnet: Cidr, used: Set<number>): number | null {
  const first = ((subnet.addr & netmask(subnet.bits)) >>> 0) + 1
  for (let a = first; a < first + 250 && contains(subnet, a); a++) {
    if (used.has(a)) continue
    used.add(a)
    return a
  }
  return null
}

/** Those behind the routes, those that rules send packets to, and a host in every subnet that has nobody else. */
function peersOf(devices: readonly Device[], pasted: Pasted): Peer[] {
  const used = new Set(devices.flatMap((d) => d.addrs.map((a) => a.addr)))
  const subnets = devices.flatMap((d) =>
    d.master === null && d.up ? d.addrs.filter((a) => a.bits < 31).map((a) => ({ dev: d.name, own: a })) : [],
  )
  const subnetOf = (addr: number) => subnets.find((s) => contains(s.own, addr) && s.own.addr !== addr)
  const peers: Peer[] = []
  const known = (addr: number): Peer | undefined =>
    peers.find((p) => p.addrs.some((a) => parseCidr(a)?.addr === addr))
  const gateways = pasted.routes.map(({ text }) => /^(\S+) via (\S+)/.exec(text))
  for (const m of gateways) {
    const via = parseIpv4(m?.[2] ?? '')
    const subnet = via === null ? undefined : subnetOf(via)
    if (m === null || via === null || subnet === undefined) continue
    used.add(via)
    const world = m[1] === 'default'
    const behind = world ? null : parseCidr(m[1])
    const far = world
      ? WORLD
      : behind === null
        ? null
        : printIpv4(((behind.addr & netmask(behind.bits)) >>> 0) + (behind.bits < 31 ? 10 : 0))
    const peer = known(via) ?? {
      name: world ? 'internet' : `router${peers.filter((p) => p.name.startsWith('router')).length + 1}`,
      role: 'server' as const,
      dev: subnet.dev,
      addrs: [`${printIpv4(via)}/${subnet.own.bits}`],
      via: printIpv4(subnet.own.addr),
      http: [80, 443],
    }
    if (far !== null && !peer.addrs.includes(`${far}/32`)) peer.addrs.push(`${far}/32`)
    if (!peers.includes(peer) && !peers.some((p) => p.name === peer.name)) peers.push(peer)
  }
  const targets = [...pasted.rules, ...pasted.commands].flatMap(
    ({ text }) => /--to-destination (\d+\.\d+\.\d+\.\d+)(?::(\d+))?/.exec(text) ?? [],
  )
  for (let i = 0; i < targets.length && peers.length < 10; i += 3) {
    const addr = parseIpv4(targets[i + 1]) ?? 0
    const subnet = subnetOf(addr)
    const port = Number(targets[i + 2] ?? 80)
    const there = known(addr)
    if (there && !there.http.includes(port) && there.http.length < 16) there.http.push(port)
    if (there || subnet === undefined) continue
    used.add(addr)
    peers.push({
      name: `server${peers.filter((p) => p.name.startsWith('server')).length + 1}`,
      role: 'server',
      dev: subnet.dev,
      addrs: [`${printIpv4(addr)}/${subnet.own.bits}`],
      via: printIpv4(subnet.own.addr),
      http: [port],
    })
  }
  for (const { dev, own } of subnets) {
    if (peers.length >= 14 || peers.some((p) => p.addrs.some((a) => contains(own, parseCidr(a)?.addr ?? 0))))
      continue
    const addr = freeIn(own, used)
    if (addr === null) continue
    peers.push({
      name: `host${peers.filter((p) => p.name.startsWith('host')).length + 1}`,
      role: 'client',
      dev,
      addrs: [`${printIpv4(addr)}/${own.bits}`],
      via: printIpv4(own.addr),
      http: [80],
    })
  }
  return peers
}

/** Whoever is behind the default route is outside; the others are the machine's own people. */
function sides(peers: readonly Peer[], pasted: Pasted): Peer[] {
  const route = pasted.routes.find((r) => r.text.startsWith('default '))
  const outside =
    /\bdev (\S+)/.exec(route?.text ?? '')?.[1] ??
    values(pasted, /-o (\S+)/, /-j (MASQUERADE|SNAT)/)[0] ??
    peers[peers.length - 1]?.dev
  return peers.map((p) => ({ ...p, role: p.dev === outside ? 'server' : 'client' }))
}

/** The lab: the machine with its devices, still without addresses, and the others with theirs. */
export function labAround(name: string, devices: readonly Device[], pasted: Pasted): LabSpec {
  const peers = sides(peersOf(devices, pasted), pasted)
  const cards = devices.filter((d) => !d.bridge)
  const bridges = devices.filter((d) => d.bridge)
  /** A bridge without ports gets one where somebody is behind it. */
  const ports = new Map(
    bridges.map((b) => [b.name, cards.filter((c) => c.master === b.name).map((c) => c.name)]),
  )
  const extra: string[] = []
  for (const [bridge, own] of ports)
    if (own.length === 0 && peers.some((p) => p.dev === bridge)) {
      own.push(`veth${extra.length}`)
      extra.push(`veth${extra.length}`)
    }
  const mac = (d: Device) => (d.mac === null ? {} : { mac: d.mac })
  const links = new Map<string, string[]>()
  for (const p of peers) {
    const end = ports.get(p.dev)?.[0] ?? p.dev
    links.set(end, [...(links.get(end) ?? []), `${p.name}:eth0`])
  }
  const names: Record<string, string> = {}
  for (const p of peers) names[p.name] = p.addrs[p.addrs.length - 1].split('/')[0]
  return {
    name: 'own',
    hosts: [
      {
        name,
        role: 'gateway',
        memory: 8192 * MIB,
        devs: [
          ...cards.map((d) => ({ name: d.name, addrs: [], ...mac(d) })),
          ...extra.map((n) => ({ name: n, addrs: [] })),
        ],
        ...(bridges.length > 0 && {
          bridges: bridges.map((b) => ({
            name: b.name,
            addrs: [],
            ports: ports.get(b.name) ?? [],
            ...mac(b),
          })),
        }),
        routes: [],
        http: [],
      },
      ...peers.map((p): HostSpec => ({
        name: p.name,
        role: p.role,
        memory: 512 * MIB,
        devs: [{ name: 'eth0', addrs: p.addrs }],
        routes: p.via === null ? [] : [{ dst: 'default', via: p.via, dev: 'eth0' }],
        http: p.http,
      })),
    ],
    links: [...links].map(([dev, ends]) => ({ ends: [...ends, `${name}:${dev}`], delay: 500 })),
    names,
  }
}
