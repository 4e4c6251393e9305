/**
 * Parts of the road that few labs need, or none before its first rule: bridges, fragments, traffic control, tables, NAT. They
 * register themselves when they are loaded, which is with the programs without which nobody could ask for them (ip, ping,
 * iptables and the like), as Linux loads bridge.ko.
 */
import type { Kernel } from './kernel.ts'
import type { Candidate, Manip } from './nat/core.ts'
import type { NatRange } from './nat/range.ts'
import type { Flow } from './fib.ts'
import type { Dev, FragQueue, Netns, Route } from './netns.ts'
import type { Skb } from './skb.ts'
import type { Fate } from './tcp/fate.ts'
import type { Hook, Table } from './xtables/rule.ts'

/** What a bridge does with a frame; the numbers are verdicts of path.machine.ts. */
interface BridgePart {
  /** A frame has come in at a port. */
  handle(k: Kernel, skb: Skb, port: Dev): number
  /** PREROUTING is over: out by another port, or up to the host (ACCEPT)? */
  route(k: Kernel, skb: Skb): number
  /** A frame between ports leaves. */
  push(k: Kernel, skb: Skb): number
  /** REJECT's answer to a frame, with its cards turned round. */
  answer(k: Kernel, skb: Skb, old: Skb): void
  /** The host itself sends by the bridge. */
  send(k: Kernel, skb: Skb, bridge: Dev): void
}

interface FragPart {
  defrag(k: Kernel, skb: Skb, user: FragQueue['user']): 'whole' | 'held' | 'dropped'
  cut(skb: Skb, mtu: number): Skb[]
  timer(k: Kernel, id: number): void
}

/** How an old kernel looks for a port. */
interface OldPortsPart {
  /** One of `size` ports from `min` on: the first that nobody has, or the last that was looked at. */
  search(
    k: Kernel,
    t: Candidate,
    range: NatRange,
    manip: Manip,
    room: { min: number; size: number },
    used: (port: number) => boolean,
  ): number
}

/** How an old kernel collects what has expired. */
interface OldGcPart {
  /** Microseconds until the next time. */
  run(k: Kernel, kernelOf: (ns: number) => Kernel): number
}

/** Filters of traffic control at a device, for what comes in and what goes out. False: the packet dies there. */
type TcPart = (k: Kernel, skb: Skb, dev: Dev, egress: boolean) => boolean

/** A queue that lets packets wait or loses them. False: this one is lost. */
type NetemPart = (k: Kernel, skb: Skb, dev: Dev) => boolean

/** What this host sends to many and hears itself. */
interface HeardPart {
  /** The packet is about to leave: let its copy come in first. */
  hear(k: Kernel, skb: Skb): void
  /** The copy is about to leave: it comes back. */
  comeBack(k: Kernel, skb: Skb): number
}

/** The route with the next hop that a flow goes by, null: none of them is there. */
type MultipathPart = (net: Netns, route: Route, f: Flow) => Route | null

/** TCP hears that segments of a connection do not fit through a link with this MTU. */
type MtuReducedPart = (k: Kernel, s: number, told: number) => void

/** TCP that writes little by little: must the piece that is next wait; put bytes to the last piece that waits, if there is room. */
interface NaglePart {
  held(k: Kernel, s: number): boolean
  append(k: Kernel, s: number, payload: number, bytes: number): boolean
}

/** A connection has something to send, and its peer has no room. */
type ZeroWindowPart = (k: Kernel, s: number) => void

/** TCP that asks whether a silent peer is still there. */
interface KeepalivePart {
  begin(k: Kernel, s: number): void
  heard(k: Kernel, s: number): void
  idle(k: Kernel, s: number): void
  timer(k: Kernel, s: number): void
}

/** A SYN that meets ours on the way, and what comes then. */
interface BothOpenPart {
  synRcv(k: Kernel, s: number, skb: Skb): Fate
  answerRcv(k: Kernel, s: number, skb: Skb): Fate
}

/** Segments of a connection that are not the next one. */
interface OutOfOrderPart {
  keep(k: Kernel, s: number, skb: Skb): void
  /** `take`: put a piece, which is the next one now, behind what can be read. */
  takeNext(k: Kernel, s: number, take: (k: Kernel, s: number, piece: number) => void): void
}

/** What becomes of a packet in a table at a hook; NAT: in whatever connection it is. Answers NF_*. */
type TablesPart = (k: Kernel, skb: Skb, table: Table, hook: Hook) => number
type NatPart = (k: Kernel, skb: Skb, hook: Hook) => number

interface Parts {
  tables: TablesPart
  nat: NatPart
  netem: NetemPart
  tc: TcPart
  oldPorts: OldPortsPart
  oldGc: OldGcPart
  bridge: BridgePart
  frag: FragPart
  heard: HeardPart
  multipath: MultipathPart
  outOfOrder: OutOfOrderPart
  mtuReduced: MtuReducedPart
  zeroWindow: ZeroWindowPart
  nagle: NaglePart
  keepalive: KeepalivePart
  bothOpen: BothOpenPart
}

export const parts: { [K in keyof Parts]: Parts[K] | null } = {
  tables: null,
  nat: null,
  tc: null,
  netem: null,
  bridge: null,
  frag: null,
  heard: null,
  multipath: null,
  outOfOrder: null,
  mtuReduced: null,
  zeroWindow: null,
  nagle: null,
  keepalive: null,
  bothOpen: null,
  oldPorts: null,
  oldGc: null,
}

export function part<K extends keyof Parts>(name: K): Parts[K] {
  const found = parts[name]
  if (found === null) throw new Error(`kernel/${name}.ts has not been loaded`)
  return found
}
