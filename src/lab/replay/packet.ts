/** The scenario's packets as ours, and ours as the recordings write them. */
import { ipv4, parseIpv4, printIpv4 } from '../../wire/address.ts'
import {
  emptyPacket,
  IP_DF,
  IP_MF,
  IP_OFFMASK,
  IPPROTO_GRE,
  IPPROTO_ICMP,
  IPPROTO_SCTP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPPROTO_UDPLITE,
  parseFlags,
  printFlags,
  protocolName,
  type Packet,
} from '../../wire/packet.ts'
import { SCTP_FLAG_T, SCTP_HEADER, setSctpChunks } from '../../wire/sctp.ts'
import { CHUNK_BYTES } from '../../wire/sctp-bytes.ts'
import { isIcmpError } from '../../kernel/conntrack/core.ts'
import type { PacketSpec } from './scenario.ts'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type Fields = Record<string, Json>

const PROTOS: Record<string, number> = {
  tcp: IPPROTO_TCP,
  udp: IPPROTO_UDP,
  icmp: IPPROTO_ICMP,
  igmp: 2,
  gre: IPPROTO_GRE,
  ospf: 89,
  sctp: IPPROTO_SCTP,
  udplite: IPPROTO_UDPLITE,
}
/** Chunks of SCTP as the scenarios name them. */
const CHUNKS: Readonly<Record<string, number>> = {
  DATA: 0,
  INIT: 1,
  INIT_ACK: 2,
  SACK: 3,
  HEARTBEAT: 4,
  HEARTBEAT_ACK: 5,
  ABORT: 6,
  SHUTDOWN: 7,
  SHUTDOWN_ACK: 8,
  ERROR: 9,
  COOKIE_ECHO: 10,
  COOKIE_ACK: 11,
  SHUTDOWN_COMPLETE: 14,
}

const NAMES: Readonly<Record<number, string>> = { 50: 'esp', 51: 'ah', [IPPROTO_UDPLITE]: 'udplite' }

/** A protocol as the recordings call it: as the kernel's log does. */
export function protocolText(protocol: number): string {
  return NAMES[protocol] ?? protocolName(protocol)
}

/** Bytes of a scenario's TCP options, padded with no-operations. */
export function optionBytes(opts: readonly string[]): number[] {
  const out: number[] = []
  const be = (value: number, bytes: number): void => {
    for (let i = bytes - 1; i >= 0; i--) out.push(Math.floor(value / 256 ** i) & 255)
  }
  for (const o of opts) {
    const [name, value = ''] = o.split('=')
    if (name === 'mss') {
      out.push(2, 4)
      be(Number(value), 2)
    } else if (name === 'wscale') out.push(3, 3, Number(value))
    else if (name === 'sackok') out.push(4, 2)
    else if (name === 'nop') out.push(1)
    else if (name === 'ts') {
      const [a = '0', b = '0'] = value.split('/')
      out.push(8, 10)
      be(Number(a), 4)
      be(Number(b), 4)
    } else throw new Error(`unknown TCP option ${o}`)
  }
  while (out.length % 4 !== 0) out.push(1)
  return out
}

const quad = (n: number): number[] => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]

/** TCP options as they were written, with what a rule has changed in them since: other values, or padding. */
export function optionsNow(hex: string, p: Packet): string {
  const bytes = hex.match(/../g)?.map((two) => parseInt(two, 16)) ?? []
  let mss = false
  for (let i = 0; i < bytes.length; i += bytes[i] <= 1 ? 1 : bytes[i + 1]) {
    const [kind, length] = [bytes[i], bytes[i + 1]]
    mss ||= kind === 2
    if (kind === 2 && p.mss !== 0) bytes.splice(i + 2, 2, p.mss >> 8, p.mss & 255)
    if (kind === 8 && p.ts) bytes.splice(i + 2, 8, ...quad(p.tsval), ...quad(p.tsecr))
    const gone = (kind === 2 && p.mss === 0) || (kind === 3 && p.wscale < 0) || (kind === 4 && !p.sackOk)
    if (gone || (kind === 8 && !p.ts)) bytes.fill(1, i, i + length)
  }
  return hexOf(!mss && p.mss !== 0 ? [2, 4, p.mss >> 8, p.mss & 255, ...bytes] : bytes)
}

export function hexOf(bytes: readonly number[]): string {
  return bytes.map((b) => b.toString(16).padStart(2, '0')).join('')
}

function readOptions(p: Packet, opts: readonly string[]): void {
  for (const o of opts) {
    const [name, value = ''] = o.split('=')
    if (name === 'mss') p.mss = Number(value)
    else if (name === 'wscale') p.wscale = Number(value)
    else if (name === 'sackok') p.sackOk = 1
    else if (name === 'ts') {
      p.ts = 1
      p.tsval = Number(value.split('/')[0])
      p.tsecr = Number(value.split('/')[1])
    }
  }
}

/** Our packet of a scenario's. References (`@3.sport`) must have been replaced. */
export function buildPacket(s: PacketSpec): Packet {
  const p = emptyPacket()
  const protocol = PROTOS[s.proto] ?? Number(s.proto)
  if (!(protocol >= 0 && protocol < 256)) throw new Error(`protocol ${s.proto}`)
  const num = (x: number | string | undefined): number => Number(x ?? 0)
  p.protocol = protocol
  p.saddr = ipv4(s.src)
  p.daddr = ipv4(s.dst)
  p.ttl = s.ttl ?? 64
  p.tos = s.tos ?? 0
  p.id = s.id ?? 0
  p.frag = (s.df ?? true) && !s.frag ? IP_DF : 0
  p.badCsum = s.badcsum ? 1 : 0
  let bytes = s.data?.length ?? s.len ?? 0
  if (protocol === IPPROTO_TCP) {
    const opts = s.opts ?? []
    p.sport = num(s.sport)
    p.dport = num(s.dport)
    p.seq = num(s.seq) >>> 0
    p.ack = num(s.ack) >>> 0
    p.flags = parseFlags(s.flags ?? '') ?? 0
    p.win = s.win ?? 64240
    p.thl = 20 + optionBytes(opts).length
    readOptions(p, opts)
  } else if (protocol === IPPROTO_UDP || protocol === IPPROTO_UDPLITE) {
    p.sport = num(s.sport)
    p.dport = num(s.dport)
    p.thl = 8
  } else if (protocol === IPPROTO_SCTP) bytes = buildSctp(p, s)
  else if (protocol === IPPROTO_ICMP) {
    p.thl = 8
    p.type = s.type ?? 0
    p.code = s.code ?? 0
    if (s.inner) {
      p.inner = buildPacket({ id: 0x7777, ...s.inner })
      p.icmpInfo = p.type === 3 ? (s.mtu ?? 0) : (parseIpv4(s.gw ?? '') ?? 0)
      bytes = Math.min(p.inner.len, 20 + (s.inner_bytes ?? 8))
    } else {
      p.icmpId = num(s.icmp_id)
      p.icmpSeq = s.icmp_seq ?? 0
      if (isIcmpError(p.type)) p.icmpInfo = p.type === 5 ? p.icmpId * 65536 + p.icmpSeq : p.icmpSeq
    }
  }
  p.len = 20 + p.thl + bytes
  if (s.frag) {
    const whole = p.len - 20
    if (protocol === IPPROTO_UDP && s.frag.off === 0) p.win = whole
    p.frag |= (s.frag.df ? IP_DF : 0) | (s.frag.mf ? IP_MF : 0) | (s.frag.off / 8)
    p.len = 20 + Math.min(s.frag.size ?? whole, Math.max(0, whole - s.frag.off))
  }
  return p
}

/** The header and the chunks of SCTP; the answer is how many bytes these have. */
function buildSctp(p: Packet, s: PacketSpec): number {
  const chunks = (s.chunks ?? []).map((text) => {
    const [, name = '', flag, tag] = /^(\w+)(:T)?(?:=(\d+))?$/.exec(text) ?? []
    const type = CHUNKS[name]
    if (type === undefined) throw new Error(`SCTP chunk ${text}`)
    return { type, bytes: CHUNK_BYTES[type] ?? 4, flag: flag !== undefined, tag: Number(tag ?? 0) }
  })
  p.sport = Number(s.sport ?? 0)
  p.dport = Number(s.dport ?? 0)
  p.thl = SCTP_HEADER
  p.seq = s.vtag ?? 0
  p.ack = chunks.find((c) => c.tag !== 0)?.tag ?? 0
  p.flags = chunks[0]?.flag ? SCTP_FLAG_T : 0
  setSctpChunks(
    p,
    chunks.map((c) => c.type),
  )
  return chunks.reduce((sum, c) => sum + c.bytes, 0)
}

/** TCP options of a packet that a kernel here made, in the order in which Linux writes them. */
function ownOptions(p: Packet): string[] {
  const opts: string[] = []
  if (p.mss) opts.push(`mss=${p.mss}`)
  if (p.ts) opts.push(...(p.sackOk ? ['sackok'] : ['nop', 'nop']), `ts=${p.tsval}/${p.tsecr}`)
  else if (p.sackOk) opts.push('nop', 'nop', 'sackok')
  if (p.wscale >= 0) opts.push('nop', `wscale=${p.wscale}`)
  return opts
}

/**
 * A packet as the recordings write it. `opts` overrides how its TCP options look as bytes; `quoted` says how many bytes behind
 * its IP header an ICMP error has of it, -1: it is no quoted packet. `written`: how the options of a packet that an error
 * quotes looked when it was sent, null where nobody knows.
 */
export function packetFields(
  p: Packet,
  opts: string | null,
  quoted = -1,
  written: (inner: Packet) => string | null = () => null,
): Fields {
  const nested = quoted >= 0
  const bytes = nested ? quoted : p.len - 20
  const d: Fields = { proto: protocolText(p.protocol), src: printIpv4(p.saddr), dst: printIpv4(p.daddr) }
  const off = (p.frag & IP_OFFMASK) * 8
  // A quoted header of which less than eight bytes came says nothing.
  if (off === 0 && (!nested || quoted >= 8)) {
    if (p.protocol === IPPROTO_TCP) {
      d['sport'] = p.sport
      d['dport'] = p.dport
      d['seq'] = p.seq
      // A header that is cut off shows no more than this.
      if (bytes >= 20) {
        d['ack'] = p.ack
        d['flags'] = printFlags(p.flags)
        d['win'] = p.win
        d['len'] = (nested ? Math.min(p.len - 20, quoted) : p.len - 20) - p.thl
        if (p.thl > 20) {
          const hex = opts === null ? hexOf(optionBytes(ownOptions(p))) : optionsNow(opts, p)
          // As far as they are quoted.
          d['opts'] = nested ? hex.slice(0, (quoted - 20) * 2) : hex
        }
      }
    } else if (p.protocol === IPPROTO_UDP) {
      d['sport'] = p.sport
      d['dport'] = p.dport
      d['len'] = (p.win || p.len - 20) - 8
    } else if (p.protocol === IPPROTO_SCTP || p.protocol === IPPROTO_UDPLITE) {
      d['sport'] = p.sport
      d['dport'] = p.dport
    } else if (p.protocol === IPPROTO_ICMP) {
      d['type'] = p.type
      d['code'] = p.code
      if (isIcmpError(p.type)) {
        if (p.type === 3 && p.code === 4) d['mtu'] = p.icmpInfo
        if (p.type === 5) d['gw'] = printIpv4(p.icmpInfo)
        if (p.inner && bytes >= 28) d['inner'] = packetFields(p.inner, written(p.inner), bytes - 28, written)
        // What is no packet is told as it is.
        else d['inner'] = { raw: '78'.repeat(Math.max(0, Math.min(bytes - 8, 20))) }
      } else {
        d['icmp_id'] = p.icmpId
        d['icmp_seq'] = p.icmpSeq
        d['len'] = (nested ? Math.min(p.len - 20, quoted) : p.len - 20) - 8
      }
    }
  }
  d['ttl'] = p.ttl
  d['tos'] = p.tos
  d['id'] = p.id
  d['df'] = (p.frag & IP_DF) !== 0
  d['ip_len'] = p.len
  if (p.frag & (IP_MF | IP_OFFMASK)) d['frag'] = { off, mf: (p.frag & IP_MF) !== 0 }
  if (nested) d['ip_csum_ok'] = true
  return d
}
