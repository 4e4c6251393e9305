/** Where hosts and links of the topology strip lie: a function from the snapshot and a width. */
import type { FlyingView, HostView, LinkView } from '../../lab/protocol.ts'
import { netmask, parseCidr, printIpv4 } from '../../wire/address.ts'
import type { Point, Rect } from './ways.ts'

export interface Port {
  dev: string
  addr: string
  up: boolean
  side: 'left' | 'right'
  /** Where its link ends. */
  at: Point
}

export interface Node extends Rect {
  host: HostView
  column: number
  /** Name and address on one line. */
  flat: boolean
  /** Interfaces that have a link; only a host with more than one lists them. */
  ports: Port[]
  /** All its addresses, without those of lo. */
  addrs: string[]
}

export interface Wire {
  link: number
  from: string
  to: string
  a: Point
  b: Point
  up: boolean
  /** The prefix that both ends share, '' where it is said by another wire already. */
  net: string
}

export interface Network {
  w: number
  h: number
  narrow: boolean
  nodes: Node[]
  wires: Wire[]
}

const PAD = 9
/** Room that a link wants, so that a frame can be read on it. */
const LINK = 64

/** Clients on the left, servers on the right, what lies between by its distance from the clients. */
export function columnsOf(hosts: readonly HostView[], links: readonly LinkView[]): Map<string, number> {
  const near = new Map<string, string[]>()
  for (const l of links) {
    near.set(l.a.host, [...(near.get(l.a.host) ?? []), l.b.host])
    near.set(l.b.host, [...(near.get(l.b.host) ?? []), l.a.host])
  }
  const column = new Map<string, number>()
  const clients = hosts.filter((h) => h.role === 'client').map((h) => h.name)
  let edge = clients.length > 0 ? clients : hosts.slice(0, 1).map((h) => h.name)
  for (let c = 0; edge.length > 0; c++) {
    for (const name of edge) column.set(name, c)
    edge = [...new Set(edge.flatMap((n) => near.get(n) ?? []))].filter((n) => !column.has(n))
  }
  for (const h of hosts) if (!column.has(h.name)) column.set(h.name, h.role === 'server' ? 2 : 0)
  const last = Math.max(0, ...hosts.filter((h) => h.role === 'server').map((h) => column.get(h.name) ?? 0))
  for (const h of hosts) if (h.role === 'server') column.set(h.name, last)
  return column
}

/** Addresses that a host with one card shows, below each other. */
const ADDRS = 3

export function networkOf(hosts: readonly HostView[], links: readonly LinkView[], width: number): Network {
  const column = columnsOf(hosts, links)
  const n = Math.max(0, ...column.values()) + 1
  const inColumn = (c: number): HostView[] => hosts.filter((h) => column.get(h.name) === c)
  const many = (c: number): boolean => inColumn(c).length > 2
  const ported = (h: HostView): boolean =>
    new Set(links.flatMap((l) => [l.a, l.b].filter((e) => e.host === h.name).map((e) => e.dev))).size > 1

  const full = Array.from({ length: n }, (_, c) => (inColumn(c).some(ported) ? 224 : many(c) ? 168 : 140))
  const sum = (widths: readonly number[]): number => widths.reduce((a, b) => a + b, 0)
  /** Only what fits is shown: name and address below each other, interfaces too. */
  const narrow = sum(full) + (n - 1) * LINK + 2 * PAD > width
  const flatColumn = (c: number): boolean => !narrow && many(c)
  const slim = Math.min(112, Math.max(60, (width - 2 * PAD - (n - 1) * 30) / n))
  const widths = narrow ? full.map(() => slim) : full
  const used = sum(widths)
  const gap = n > 1 ? Math.max(10, (width - 2 * PAD - used) / (n - 1)) : 0
  /** Interfaces with links to the left and to the right of it. */
  const sidesOf = (h: HostView): [left: number, right: number] => {
    const sides = [new Set<string>(), new Set<string>()] as const
    for (const { a, b } of links) {
      const [from, to] = leftToRight(column, a, b)
      if (from.host === h.name) sides[1].add(from.dev)
      if (to.host === h.name) sides[0].add(to.dev)
    }
    return [sides[0].size, sides[1].size]
  }
  const addrsOf = (h: HostView): string[] => devsOf(h).flatMap((d) => d.addrs.map(bare))
  /** Name and address on one line. */
  const flat = (h: HostView): boolean => flatColumn(column.get(h.name) ?? 0) && addrsOf(h).length < 2
  const heightOf = (h: HostView): number => {
    if (!ported(h))
      return flat(h) ? 30 : 46 + Math.max(0, Math.min(ADDRS, addrsOf(h).length) - 1) * (narrow ? 13 : 18)
    const [left, right] = sidesOf(h)
    return 32 + Math.max(1, narrow ? left + right : Math.max(left, right)) * (narrow ? 32 : 36)
  }
  const step = narrow ? 6 : 5
  const columnHeight = (c: number): number =>
    inColumn(c).reduce((sum, h) => sum + heightOf(h) + step, 0) - step
  const h = Math.max(...Array.from({ length: n }, (_, c) => columnHeight(c))) + 2 * PAD

  const nodes: Node[] = []
  let x = PAD
  for (let c = 0; c < n; c++) {
    let y = (h - columnHeight(c)) / 2
    for (const host of inColumn(c)) {
      const box = { x, y, w: widths[c], h: heightOf(host) }
      nodes.push({
        ...box,
        host,
        column: c,
        flat: flat(host),
        ports: [],
        addrs: addrsOf(host).length > ADDRS ? [...addrsOf(host).slice(0, ADDRS - 1), '…'] : addrsOf(host),
      })
      y += box.h + step
    }
    x += widths[c] + gap
  }

  const node = (name: string): Node | undefined => nodes.find((x) => x.host.name === name)
  const nets = new Set<string>()
  const wires: Wire[] = links.flatMap((l, link) => {
    const [from, to] = leftToRight(column, l.a, l.b)
    const left = node(from.host)
    const right = node(to.host)
    if (left === undefined || right === undefined) return []
    const a = portOf(left, from.dev, 'right', ported(left.host), narrow)
    const b = portOf(right, to.dev, 'left', ported(right.host), narrow)
    const net = prefixOf(left.host, from.dev)
    const first = net !== '' && !nets.has(net)
    nets.add(net)
    return [{ link, from: from.host, to: to.host, a: a.at, b: b.at, up: a.up && b.up, net: first ? net : '' }]
  })
  return { w: width, h, narrow, nodes, wires }
}

/** The ends of a link as they are drawn. */
function leftToRight(
  column: ReadonlyMap<string, number>,
  a: LinkView['a'],
  b: LinkView['b'],
): [from: LinkView['a'], to: LinkView['b']] {
  return (column.get(a.host) ?? 0) <= (column.get(b.host) ?? 0) ? [a, b] : [b, a]
}

/** Its interfaces without lo. */
function devsOf(h: HostView): HostView['devs'] {
  return h.devs.filter((d) => d.name !== 'lo')
}

function bare(addr: string): string {
  return addr.split('/')[0]
}

function prefixOf(h: HostView, dev: string): string {
  const cidr = parseCidr(h.devs.find((d) => d.name === dev)?.addrs[0] ?? '')
  return cidr === null || cidr.bits === 32
    ? ''
    : `${printIpv4((cidr.addr & netmask(cidr.bits)) >>> 0)}/${cidr.bits}`
}

/** The interface's place on the edge of its host; several links may end at one interface. */
function portOf(node: Node, name: string, side: Port['side'], listed: boolean, narrow: boolean): Port {
  const old = node.ports.find((p) => p.dev === name)
  if (old !== undefined) return old
  const dev = node.host.devs.find((d) => d.name === name)
  // Below each other where there is no room for two columns.
  const above = narrow ? node.ports.length : node.ports.filter((p) => p.side === side).length
  const y = listed ? node.y + 46 + above * (narrow ? 32 : 36) : node.y + node.h / 2
  const port: Port = {
    dev: name,
    addr: bare(dev?.addrs[0] ?? ''),
    up: dev?.up ?? true,
    side,
    at: { x: side === 'left' ? node.x : node.x + node.w, y: Math.min(y, node.y + node.h - 12) },
  }
  node.ports.push(port)
  return port
}

/** A point of a wire, which is an S between two points: `t` from a to b. */
export function alongWire(a: Point, b: Point, t: number): Point {
  const m = (a.x + b.x) / 2
  const u = 1 - t
  const c = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t]
  return {
    x: c[0] * a.x + c[1] * m + c[2] * m + c[3] * b.x,
    y: c[0] * a.y + c[1] * a.y + c[2] * b.y + c[3] * b.y,
  }
}

/** The same curve as an SVG path: it leaves and arrives level. */
export function wirePath(a: Point, b: Point): string {
  const m = (a.x + b.x) / 2
  return `M${a.x},${a.y}C${m},${a.y},${m},${b.y},${b.x},${b.y}`
}

/** How far a frame has come, 0..1. */
export function flightOf(f: Pick<FlyingView, 'sentAt' | 'arrivesAt'>, time: number): number {
  const span = f.arrivesAt - f.sentAt
  return span <= 0 ? 1 : Math.min(1, Math.max(0, (time - f.sentAt) / span))
}

/** Above this many frames a frame is a dot, and above the second number dots stand for several. */
export const CHIPS_SHOWN = 24
export const DOTS_SHOWN = 240
