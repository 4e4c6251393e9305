/**
 * Conversations: each flow has two ends that answer what really came out of the host, translated or not, so that a
 * conversation goes on as far as the rules let it.
 */
import { textOf } from '../text.ts'
import type { Fields } from '../../../src/lab/replay/packet.ts'
import type { PacketSpec } from '../../../src/lab/replay/scenario.ts'
import type { Dice } from './dice.ts'
import { DUT, type End, type World } from './world.ts'

type Proto = 'tcp' | 'udp' | 'icmp' | 'sctp' | 'gre' | '253'
/** As the recordings call them, where that is not the same. */
const NAMES: Readonly<Record<string, string>> = { sctp: '132', gre: '47' }
const nameOf = (proto: Proto): string => NAMES[proto] ?? proto
type Value = number | string

/** One side of a flow: where it sends from, and whom it believes to talk to. */
interface Side {
  /** Wire end; the host itself where it is DUT. */
  from: string
  src: string
  dst: string
  sport: Value
  dport: Value
  /** Next sequence number; a text refers to a captured one. */
  seq: Value
  /** What it acknowledges. */
  ack: Value
}

export interface Flow {
  proto: Proto
  a: Side
  /** Known once a packet of a's has come out somewhere. */
  b: Side | null
  /** What each side sent last, to be sent again. */
  last: { side: 'a' | 'b'; packet: PacketSpec } | null
  /** Last frame that came out, for errors about it, and the step it came out in. */
  seen: { frame: Fields; step: number; at: string } | null
  packets: number
  /** It has said that it says no more. */
  over: boolean
  /** It may reach a listener of the host's. */
  local: boolean
  /** SYNPROXY has opened the other half: each side counts as its own half does. */
  proxied: boolean
  /** It is for many: the address of the frames, where somebody else sends them. */
  many: string | null
}

function plus(v: Value, n: number): Value {
  if (typeof v === 'number') return (v + n) >>> 0
  const [ref, old = '0'] = v.split('+')
  return `${ref}+${Number(old) + n}`
}

export function newFlow(dice: Dice, world: World): Flow {
  const proto = dice.weighted([
    [6, 'tcp'],
    [4, 'udp'],
    [3, 'icmp'],
    [dice.chance(45) ? 1 : 0, dice.pick(['sctp', 'sctp', 'gre', '253'] as const)],
  ] as const)
  const end = dice.pick(world.ends)
  const own = world.devs.map((d) => d.addr)
  const others = world.ends.filter((e) => e !== end).flatMap((e) => e.addrs)
  const local = dice.chance(12)
  const dst = dice.weighted([
    [8, () => dice.pick(others)],
    [local ? 0 : 4, () => dice.pick(own)],
    [1, () => dice.pick(end.addrs)],
  ])()
  const group = (proto === 'udp' || proto === 'icmp') && dice.chance(6) ? someGroup(dice, world, end) : null
  const src = local ? dice.pick([...own, '0.0.0.0']) : dice.pick(dice.chance(4) ? others : end.addrs)
  return {
    proto,
    a: {
      from: local ? DUT : end.name,
      src,
      dst: group?.addr ?? dst,
      sport: dice.pick(world.ports.clients),
      dport: proto === 'icmp' ? 0 : dice.pick(world.ports.servers),
      seq: dice.int(0, 0xffffff) * 251,
      ack: 0,
    },
    b: null,
    last: null,
    seen: null,
    packets: 0,
    over: false,
    local: world.services.some((s) => s.startsWith('tcp')),
    proxied: false,
    many: group?.mac ?? null,
  }
}

/** A group, or everybody in the network behind a wire end, and the card address that stands for them. */
function someGroup(dice: Dice, world: World, end: End): { addr: string; mac: string } {
  const all = `${end.addrs[0].replace(/\d+$/, '')}255`
  return dice.pick([
    { addr: '224.0.0.1', mac: '01:00:5e:00:00:01' },
    { addr: '224.0.0.5', mac: '01:00:5e:00:00:05' },
    { addr: all, mac: 'ff:ff:ff:ff:ff:ff' },
    { addr: '255.255.255.255', mac: 'ff:ff:ff:ff:ff:ff' },
    { addr: dice.pick(world.devs).addr, mac: 'ff:ff:ff:ff:ff:ff' },
  ])
}

/** Numbers that both kernels know; others are referred to, because chance may have drawn them. */
export function refer(frame: Fields, field: string, step: number, known: (n: number) => boolean): Value {
  const value = frame[field]
  return typeof value === 'number' && known(value) ? value : `@${step}.${field}`
}

/** Tell a flow that the host itself answered with this frame. */
export function gotAnswer(flow: Flow, frame: Fields, step: number): void {
  if (frame['proto'] !== 'tcp' || frame['flags'] !== 'SA' || flow.proto !== 'tcp') return
  flow.a.ack = `@${step}.seq+1`
}

/** SYNPROXY knocks at the server, which answers from now on. */
export function openedFor(flow: Flow, frame: Fields, step: number, known: (n: number) => boolean): void {
  flow.proxied = true
  flow.b = {
    from: textOf(frame['at']),
    src: textOf(frame['dst']),
    dst: textOf(frame['src']),
    sport: refer(frame, 'dport', step, known),
    dport: refer(frame, 'sport', step, known),
    seq: flow.packets * 7919 + 1000,
    ack: `@${step}.seq+1`,
  }
}

/** Tell a flow where its packet came out: the other side answers from there. */
export function cameOut(
  flow: Flow,
  from: 'a' | 'b',
  frame: Fields,
  step: number,
  known: (n: number) => boolean,
): void {
  flow.seen = { frame, step, at: textOf(frame['at']) }
  if (from === 'b' || frame['proto'] !== nameOf(flow.proto) || 'inner' in frame) return
  if (flow.proxied || flow.many !== null) return
  const icmp = flow.proto === 'icmp'
  const ported = 'sport' in frame
  flow.b = {
    from: textOf(frame['at']),
    src: textOf(frame['dst']),
    dst: textOf(frame['src']),
    sport: icmp ? refer(frame, 'icmp_id', step, known) : ported ? refer(frame, 'dport', step, known) : 0,
    dport: ported ? refer(frame, 'sport', step, known) : 0,
    seq: flow.b?.seq ?? flow.packets * 7919 + 1000,
    ack: flow.b?.ack ?? 0,
  }
}

function spread(dice: Dice): Partial<PacketSpec> {
  const more: Partial<PacketSpec> = {}
  if (dice.chance(8)) more.ttl = dice.pick([1, 2, 3, 255, 10])
  if (dice.chance(6)) more.tos = dice.pick([0x10, 0x08, 0x28, 0x03, 0xb8])
  if (dice.chance(10)) more.df = false
  if (dice.chance(2)) more.badcsum = true
  return more
}

/** Options in the order in which Linux writes them, which is how it quotes them. */
const OFFERS = [
  ['mss=1460'],
  ['mss=1460', 'nop', 'nop', 'sackok', 'nop', 'wscale=7'],
  ['mss=536', 'sackok', 'ts=100/0', 'nop', 'wscale=2'],
]
/** What the host's own listener answers to more depends on how much memory the machine has. */
const PLAIN = [['mss=1460']]

type Kind = 'S' | 'SA' | 'A' | 'FA' | 'R' | 'RA' | 'data' | 'odd' | 'window'

const BEGINNINGS: readonly (readonly [number, Kind])[] = [
  [20, 'S'],
  [1, 'A'],
  [1, 'SA'],
  [1, 'R'],
  [1, 'FA'],
  [1, 'odd'],
]
const LATER: readonly (readonly [number, Kind])[] = [
  [6, 'data'],
  [4, 'A'],
  [4, 'FA'],
  [2, 'R'],
  [1, 'S'],
  [1, 'SA'],
  [1, 'odd'],
  [2, 'window'],
  [1, 'RA'],
]
/** The host's own listener hears what an honest peer says: its TCP is not what is compared. */
const HONEST: readonly (readonly [number, Kind])[] = [
  [3, 'A'],
  [2, 'FA'],
  [1, 'R'],
]

function kindOf(dice: Dice, flow: Flow, isA: boolean): Kind {
  if (flow.local) return flow.packets === 0 ? 'S' : flow.packets === 1 ? 'A' : dice.weighted(HONEST)
  if (isA && flow.packets === 0) return dice.weighted(BEGINNINGS)
  if (flow.packets < 3 && dice.chance(85)) return isA ? 'A' : 'SA'
  return dice.weighted(LATER)
}

const ODD = ['', 'SF', 'SR', 'FPU', 'SFRPA', 'F', 'P']

/** A TCP packet of a side, which uses up some of its sequence numbers. */
function tcpPacket(dice: Dice, flow: Flow, me: Side, other: Side | null): PacketSpec {
  const kind = kindOf(dice, flow, me === flow.a)
  if (kind === 'FA' || kind === 'R') flow.over = true
  const packet: PacketSpec = { proto: 'tcp', src: me.src, dst: me.dst, sport: me.sport, dport: me.dport }
  const data = kind === 'data' ? dice.pick([1, 10, 100, 500]) : 0
  const flags = { data: 'PA', window: 'A', odd: dice.pick(ODD) }[kind as string] ?? kind
  packet.flags = flags
  packet.seq = kind === 'window' ? plus(me.seq, dice.pick([70000, 1000000, 0x7fffffff])) : me.seq
  if (flags.includes('A')) packet.ack = me.ack
  if (data) packet.len = data
  if (flags.includes('S') && dice.chance(40)) packet.opts = dice.pick(flow.local ? PLAIN : OFFERS)
  if (dice.chance(5)) packet.win = dice.pick([0, 1, 100, 1000, 65535])
  const used = data + (flags.includes('S') ? 1 : 0) + (flags.includes('F') ? 1 : 0)
  if (kind !== 'window' && kind !== 'odd') {
    me.seq = plus(me.seq, used)
    if (other && used > 0 && !flow.proxied) other.ack = me.seq
    // What it has been promised is not what the other side counts from.
    else if (other && used > 0 && !flags.includes('S')) other.ack = plus(other.ack, used)
  }
  return packet
}

const GREETINGS = [['INIT=100'], ['INIT_ACK=200'], ['COOKIE_ECHO'], ['COOKIE_ACK']]
const TALK = [
  'DATA',
  'SACK',
  'HEARTBEAT',
  'HEARTBEAT_ACK',
  'SHUTDOWN',
  'SHUTDOWN_ACK',
  'SHUTDOWN_COMPLETE',
  'ABORT',
  'INIT=300',
]

/** A packet of SCTP: four greetings, then anything. Its tag is the one that the other side has asked for. */
function sctpPacket(dice: Dice, flow: Flow, me: Side, side: 'a' | 'b'): PacketSpec {
  const chunks =
    flow.packets < 4 && dice.chance(90) ? GREETINGS[flow.packets] : dice.some(TALK, dice.int(1, 2))
  const asked = side === 'a' ? 200 : 100
  const vtag = chunks[0].startsWith('INIT=') ? 0 : dice.chance(6) ? 7 : asked
  const { src, dst, sport, dport } = me
  return { proto: 'sctp', src, dst, sport, dport, chunks, vtag }
}

/** The next packet of a flow, from one of its sides. */
export function nextPacket(dice: Dice, flow: Flow): { side: 'a' | 'b'; packet: PacketSpec } {
  if (flow.last && dice.chance(6) && !(flow.local && flow.proto === 'tcp')) return flow.last
  const turn = flow.last?.side === 'a' ? 'b' : 'a'
  const side =
    flow.b === null ? 'a' : flow.packets < 3 || dice.chance(70) ? turn : dice.pick(['a', 'b'] as const)
  const me = side === 'b' && flow.b ? flow.b : flow.a
  const other = side === 'a' ? flow.b : flow.a
  const base = { src: me.src, dst: me.dst }
  let packet: PacketSpec
  if (flow.proto === 'tcp') packet = tcpPacket(dice, flow, me, other)
  else if (flow.proto === 'sctp') packet = sctpPacket(dice, flow, me, side)
  else if (flow.proto !== 'icmp')
    packet = {
      proto: flow.proto,
      ...base,
      ...(flow.proto === 'udp' ? { sport: me.sport, dport: me.dport } : {}),
      // GRE has at least eight bytes to be translated.
      len: dice.pick(flow.proto === 'gre' ? [32, 200, 1200] : [0, 4, 32, 200, 1200]),
    }
  else {
    const type =
      side === 'a'
        ? dice.weighted([
            [12, 8],
            [1, 13],
            [1, 0],
            [1, 17],
          ] as const)
        : 0
    packet = {
      proto: 'icmp',
      ...base,
      type,
      icmp_id: me.sport,
      icmp_seq: flow.packets + 1,
      len: dice.pick([8, 56]),
    }
  }
  Object.assign(packet, spread(dice))
  if (!['tcp', 'udp', 'icmp'].includes(packet.proto)) delete packet.badcsum
  if (flow.many !== null && me.from !== DUT) packet.dmac = flow.many
  flow.packets++
  flow.last = { side, packet }
  return { side, packet }
}

/** An ICMP error about what last came out of a flow, from where it came out or from a router behind. */
export function errorAbout(
  dice: Dice,
  flow: Flow,
  world: World,
  known: (n: number) => boolean,
): PacketSpec | null {
  if (!flow.seen) return null
  const { frame, step, at } = flow.seen
  const end: End | undefined = world.ends.find((e) => e.name === at)
  if (!end || 'inner' in frame || 'frag' in frame) return null
  const proto = textOf(frame['proto'])
  const inner: PacketSpec = { proto, src: textOf(frame['src']), dst: textOf(frame['dst']), ttl: 1 }
  if (proto === 'icmp')
    Object.assign(inner, {
      type: frame['type'],
      code: frame['code'],
      icmp_id: refer(frame, 'icmp_id', step, known),
    })
  else if ('sport' in frame)
    Object.assign(inner, {
      sport: refer(frame, 'sport', step, known),
      dport: refer(frame, 'dport', step, known),
    })
  if (dice.chance(10)) inner.dst = dice.pick(end.addrs)
  const [type, code] = dice.pick([
    [3, 0],
    [3, 1],
    [3, 3],
    [3, 4],
    [3, 13],
    [11, 0],
    [11, 1],
    [12, 0],
    [4, 0],
    [5, 1],
  ])
  const packet: PacketSpec = {
    proto: 'icmp',
    from: at,
    src: dice.chance(60) ? textOf(frame['dst']) : dice.pick(end.addrs),
    dst: textOf(frame['src']),
    type,
    code,
    inner,
  }
  if (type === 3 && code === 4) packet.mtu = dice.pick([576, 1400])
  if (type === 5) packet.gw = dice.pick(end.addrs)
  if (dice.chance(20)) packet.inner_bytes = dice.pick([20, 28, 4])
  if (dice.chance(3)) packet.badcsum = true
  return packet
}
