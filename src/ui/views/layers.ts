/**
 * A packet's header in layers, field by field, before and after something was done to it: what the packet view shows. A
 * value is as tcpdump and `ip` write it. Fields that the model has not (IP options, the checksum over a payload that
 * nobody knows) are not shown.
 */
import type { Header } from '../../kernel/trace.ts'
import { printIpv4, printMac } from '../../wire/address.ts'
import {
  IP_DF,
  IP_MF,
  IP_OFFMASK,
  IPPROTO_GRE,
  IPPROTO_ICMP,
  IPPROTO_SCTP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPPROTO_UDPLITE,
} from '../../wire/packet.ts'
import { packetLabel, type Face } from '../parts/packet.ts'

/** Names a sentence of the texts. */
export type LayerId = 'eth' | 'ip' | 'tcp' | 'udp' | 'icmp' | 'sctp' | 'other' | 'skb'

export interface FieldRow {
  /** Names a word of the texts. */
  id: FieldId
  /** What it was; null: the layer was not there, or nothing is compared. */
  before: string | null
  after: string
  changed: boolean
}

export interface Layer {
  id: LayerId
  /** The layer belongs to the packet that an ICMP error quotes. */
  inner: boolean
  rows: FieldRow[]
}

export type FieldId =
  | 'smac'
  | 'dmac'
  | 'tos'
  | 'len'
  | 'ipid'
  | 'flags'
  | 'offset'
  | 'ttl'
  | 'protocol'
  | 'checksum'
  | 'src'
  | 'dst'
  | 'sport'
  | 'dport'
  | 'seq'
  | 'ack'
  | 'tcpFlags'
  | 'win'
  | 'options'
  | 'payload'
  | 'type'
  | 'code'
  | 'echoId'
  | 'echoSeq'
  | 'mtu'
  | 'gateway'
  | 'l4csum'
  | 'mark'
  | 'in'
  | 'out'
  | 'physin'
  | 'physout'

type Values = Partial<Record<FieldId, string>>

/** The layers as they are afterwards; of each field what it was. `before` null: nothing is compared. */
export function layersOf(before: Header | null, after: Header): Layer[] {
  const was = before === null ? null : partsOf(before)
  return partsOf(after).map(({ id, inner, values }) => {
    const old = was?.find((p) => p.id === id && p.inner === inner)?.values ?? null
    const rows = Object.entries(values).map(([field, value]): FieldRow => {
      const then = old?.[field as FieldId] ?? null
      return { id: field as FieldId, before: then, after: value, changed: was !== null && then !== value }
    })
    return { id, inner, rows }
  })
}

interface Part {
  id: LayerId
  inner: boolean
  values: Values
}

function partsOf(h: Header): Part[] {
  const parts: Part[] = []
  // On lo, and in a packet that has not left yet, there is no frame.
  if (h.smac !== 0 || h.dmac !== 0)
    parts.push({ id: 'eth', inner: false, values: { dmac: printMac(h.dmac), smac: printMac(h.smac) } })
  parts.push(...ipParts(h, false))
  if (h.inner !== null) parts.push(...ipParts(h.inner, true))
  parts.push({ id: 'skb', inner: false, values: notesOf(h) })
  return parts
}

/** The checksum of the IP header, as it would be on the wire now: RFC 1071 over its ten words, its own taken as 0. */
function checksumOf(h: Face): string {
  const words = [0x4500 | h.tos, h.len, h.id, h.frag, (h.ttl << 8) | h.protocol]
  for (const address of [h.saddr, h.daddr]) words.push(address >>> 16, address & 0xffff)
  let sum = words.reduce((n, word) => n + word, 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return hex(~sum & 0xffff, 4)
}

function ipParts(h: Face, inner: boolean): Part[] {
  const flags = [h.frag & IP_DF ? 'DF' : '', h.frag & IP_MF ? 'MF' : ''].filter(Boolean).join(' ')
  const offset = (h.frag & IP_OFFMASK) * 8
  const ip: Values = {
    tos: hex(h.tos, 2),
    len: String(h.len),
    ipid: String(h.id),
    flags: flags || 'none',
    offset: String(offset),
    ttl: String(h.ttl),
    protocol: `${protocolOf(h.protocol)} (${h.protocol})`,
    checksum: checksumOf(h),
    src: printIpv4(h.saddr),
    dst: printIpv4(h.daddr),
  }
  // What is in a later fragment has no transport header.
  return [{ id: 'ip', inner, values: ip }, ...(offset > 0 ? [] : [transportOf(h, inner)])]
}

function protocolOf(protocol: number): string {
  const known: Readonly<Record<number, string | undefined>> = {
    [IPPROTO_TCP]: 'TCP',
    [IPPROTO_UDP]: 'UDP',
    [IPPROTO_ICMP]: 'ICMP',
    [IPPROTO_SCTP]: 'SCTP',
    [IPPROTO_GRE]: 'GRE',
    [IPPROTO_UDPLITE]: 'UDP-Lite',
  }
  return known[protocol] ?? '?'
}

function transportOf(h: Face, inner: boolean): Part {
  const ports = { sport: String(h.sport), dport: String(h.dport) }
  const rest = {
    payload: String(Math.max(0, h.len - 20 - h.thl)),
    l4csum: h.badCsum ? 'wrong' : 'right',
  }
  // Of what an error quotes only the beginning is there.
  const end = inner ? {} : rest
  switch (h.protocol) {
    case IPPROTO_TCP: {
      const options = optionsOf(h)
      return {
        id: 'tcp',
        inner,
        values: {
          ...ports,
          seq: String(h.seq),
          ack: String(h.ack),
          tcpFlags: packetLabel(h),
          win: String(h.win),
          ...(options !== '' && { options }),
          ...end,
        },
      }
    }
    case IPPROTO_UDP:
    case IPPROTO_UDPLITE:
      return { id: 'udp', inner, values: { ...ports, ...end } }
    case IPPROTO_SCTP:
      return { id: 'sctp', inner, values: { ...ports, ...end } }
    case IPPROTO_ICMP:
      return { id: 'icmp', inner, values: { ...icmpOf(h), ...end } }
    default:
      return { id: 'other', inner, values: end }
  }
}

function icmpOf(h: Face): Values {
  const common = { type: `${h.type} (${packetLabel(h)})`, code: String(h.code) }
  switch (h.type) {
    case 0:
    case 8:
    case 13:
    case 14:
      return { ...common, echoId: String(h.icmpId), echoSeq: String(h.icmpSeq) }
    case 3:
      return h.code === 4 ? { ...common, mtu: String(h.icmpInfo) } : common
    case 5:
      return { ...common, gateway: printIpv4(h.icmpInfo) }
    default:
      return common
  }
}

/** As tcpdump writes them: `mss 1460,sackOK,TS val 1 ecr 0,wscale 7`. */
function optionsOf(h: Face): string {
  return [
    h.mss ? `mss ${h.mss}` : '',
    h.sackOk ? 'sackOK' : '',
    h.ts ? `TS val ${h.tsval} ecr ${h.tsecr}` : '',
    h.wscale >= 0 ? `wscale ${h.wscale}` : '',
  ]
    .filter(Boolean)
    .join(', ')
}

/** What the kernel notes beside the packet; nobody else sees it. */
function notesOf(h: Header): Values {
  return {
    in: h.in || '–',
    out: h.out || '–',
    mark: h.mark === 0 ? '0' : hex(h.mark),
    ...((h.physin || h.physout) && { physin: h.physin || '–', physout: h.physout || '–' }),
  }
}

function hex(value: number, digits = 1): string {
  return `0x${(value >>> 0).toString(16).padStart(digits, '0')}`
}
