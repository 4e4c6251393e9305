/** A frame as tcpdump sees it: its bytes, and what the kernel says of it beside them. */
import { EPOCH } from '../iptables/ctime.ts'
import { ipBytes } from '../../wire/frame.ts'
import type { TraceEvent } from '../../kernel/trace.ts'
import type { Sys } from '../program.ts'

export const ETH_P_IP = 0x0800
export const ETH_P_ARP = 0x0806

export interface Frame {
  /** Microseconds since 1970. */
  time: number
  dev: string
  ifindex: number
  out: boolean
  /** It was for another host; it was for several. */
  type: 'host' | 'broadcast' | 'multicast' | 'otherhost'
  smac: number
  dmac: number
  ethertype: number
  /** From the network header on. */
  bytes: Uint8Array
}

type Tap = Extract<TraceEvent, { type: 'tap' }>
type Arp = Extract<TraceEvent, { type: 'arp' }>

const isType = (event: unknown, type: string): boolean =>
  typeof event === 'object' && event !== null && 'type' in event && event.type === type

const isTap = (event: unknown): event is Tap => isType(event, 'tap')
const isArp = (event: unknown): event is Arp => isType(event, 'arp')

const be16 = (b: Uint8Array, at: number): number => (b[at] << 8) | b[at + 1]
export const u16 = be16
export const u32 = (b: Uint8Array, at: number): number => (be16(b, at) * 0x10000 + be16(b, at + 2)) >>> 0

function kindOf(sys: Sys, { dev, header }: Tap): Frame['type'] {
  if (header.dmac === 0xffffffffffff) return 'broadcast'
  if (Math.floor(header.dmac / 2 ** 40) & 1) return 'multicast'
  const own = sys.k.net.devs.find((d) => d.name === dev)
  return own?.loopback || own?.mac === header.dmac ? 'host' : 'otherhost'
}

/** Lab time 0, as the other programs have it (iptables/ctime.ts). */
const EPOCH_US = EPOCH * 1_000_000

/** A packet that a device has shown, or a neighbour that is asked for (with the answer, where there is one). */
export function framesOf(sys: Sys, event: unknown): Frame[] {
  if (isArp(event)) return arpFrames(sys, event)
  if (!isTap(event)) return []
  const { header } = event
  return [
    {
      time: EPOCH_US + event.time,
      dev: event.dev,
      ifindex: sys.k.net.devs.find((d) => d.name === event.dev)?.ifindex ?? 0,
      out: event.out,
      type: kindOf(sys, event),
      smac: header.smac,
      dmac: header.dmac,
      ethertype: ETH_P_IP,
      bytes: ipBytes(header, sys.payloadText(header.payload)),
    },
  ]
}

function arpBytes(op: 1 | 2, from: Half, to: Half): Uint8Array {
  const b = new Uint8Array(28)
  b.set([0, 1, 8, 0, 6, 4, 0, op])
  const put = (at: number, bytes: number, value: number): void => {
    for (let i = 0; i < bytes; i++) b[at + i] = Math.floor(value / 256 ** (bytes - 1 - i)) & 255
  }
  put(8, 6, from.mac)
  put(14, 4, from.addr)
  put(18, 6, op === 1 ? 0 : to.mac)
  put(24, 4, to.addr)
  return b
}

/** One end of a question: its card, 0 while it is not known, and its address. */
interface Half {
  mac: number
  addr: number
}

const BROADCAST_MAC = 0xffffffffffff

function arpFrames(sys: Sys, event: Arp): Frame[] {
  const { devs, neigh } = sys.k.net
  const dev = devs.find((d) => d.name === event.dev)
  if (!dev) return []
  const known = neigh.find((n) => n.ifindex === dev.ifindex && n.addr === event.asks)
  const me: Half = { mac: dev.mac, addr: event.tells }
  const other: Half = { mac: known?.mac ?? 0, addr: event.asks }
  const frame = (op: 1 | 2, from: Half, to: Half): Frame => ({
    time: EPOCH_US + event.time,
    dev: dev.name,
    ifindex: dev.ifindex,
    out: op === 1,
    type: op === 1 ? 'broadcast' : 'host',
    smac: from.mac,
    dmac: op === 1 ? BROADCAST_MAC : to.mac,
    ethertype: ETH_P_ARP,
    bytes: arpBytes(op, from, to),
  })
  const asked = frame(1, me, other)
  return other.mac === 0 ? [asked] : [asked, frame(2, other, me)]
}
