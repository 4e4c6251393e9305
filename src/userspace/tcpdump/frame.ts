/** A frame as tcpdump sees it: its bytes, and what the kernel says of it beside them. */
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

export function isTap(event: unknown): event is Tap {
  return typeof event === 'object' && event !== null && 'type' in event && event.type === 'tap'
}

const be16 = (b: Uint8Array, at: number): number => (b[at] << 8) | b[at + 1]
export const u16 = be16
export const u32 = (b: Uint8Array, at: number): number => (be16(b, at) * 0x10000 + be16(b, at + 2)) >>> 0

function kindOf(sys: Sys, { dev, header }: Tap): Frame['type'] {
  if (header.dmac === 0xffffffffffff) return 'broadcast'
  if (Math.floor(header.dmac / 2 ** 40) & 1) return 'multicast'
  const own = sys.k.net.devs.find((d) => d.name === dev)
  return own?.loopback || own?.mac === header.dmac ? 'host' : 'otherhost'
}

function arpBytes({ header }: Tap, arp: NonNullable<Tap['arp']>): Uint8Array {
  const b = new Uint8Array(28)
  b.set([0, 1, 8, 0, 6, 4, 0, arp.op])
  const put = (at: number, bytes: number, value: number): void => {
    for (let i = 0; i < bytes; i++) b[at + i] = Math.floor(value / 256 ** (bytes - 1 - i)) & 255
  }
  put(8, 6, header.smac)
  put(14, 4, header.saddr)
  put(18, 6, arp.op === 1 ? 0 : header.dmac)
  put(24, 4, header.daddr)
  return b
}

/** Lab time 0, as the other programs have it (iptables/ctime.ts). */
const EPOCH_US = 1_795_392_000 * 1_000_000

export function frameOf(sys: Sys, event: Tap): Frame {
  const { header } = event
  return {
    time: EPOCH_US + event.time,
    dev: event.dev,
    ifindex: sys.k.net.devs.find((d) => d.name === event.dev)?.ifindex ?? 0,
    out: event.out,
    type: kindOf(sys, event),
    smac: header.smac,
    dmac: header.dmac,
    ethertype: event.arp ? ETH_P_ARP : ETH_P_IP,
    bytes: event.arp ? arpBytes(event, event.arp) : ipBytes(header, sys.payloadText(header.payload)),
  }
}
