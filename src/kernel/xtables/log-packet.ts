/** A packet as a line of the kernel log: what LOG and TRACE write. */
import { printIpv4, printMac } from '../../wire/address.ts'
import {
  IP_DF,
  IP_MF,
  IP_OFFMASK,
  IPPROTO_ICMP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPPROTO_UDPLITE,
  type Packet,
} from '../../wire/packet.ts'
import { ifname } from '../header.ts'
import { tcp_v4_early_demux, udp_v4_early_demux } from '../early-demux.ts'
import { isOrphan, TCP_SK, TCP_SYN_RECV, TCP_TIME_WAIT } from '../tcp/table.ts'
import type { Kernel } from '../kernel.ts'
import { printk } from '../log.ts'
import { OLD_POSTROUTING } from '../period.ts'
import { OWN_HEARD, type Skb } from '../skb.ts'
import { hex } from './number.ts'
import type { Hook } from './rule.ts'

/** Linux: include/uapi/linux/netfilter/nf_log.h */
export const NF_LOG_TCPSEQ = 1
export const NF_LOG_TCPOPT = 2
export const NF_LOG_IPOPT = 4
export const NF_LOG_UID = 8
export const NF_LOG_MACDECODE = 32
const IPPROTO_ESP = 50
const IPPROTO_AH = 51
/** What TRACE asks for. */
export const NF_LOG_DEFAULT_MASK = 15

const FLAG_NAMES: readonly [number, string][] = [
  [0x80, 'CWR'],
  [0x40, 'ECE'],
  [0x20, 'URG'],
  [0x10, 'ACK'],
  [0x08, 'PSH'],
  [0x04, 'RST'],
  [0x02, 'SYN'],
  [0x01, 'FIN'],
]

function bytes(n: number, count: number): string {
  return (n >>> 0)
    .toString(16)
    .toUpperCase()
    .padStart(count * 2, '0')
}

/** The TCP options as Linux lays them out. Linux: net/ipv4/tcp_output.c tcp_options_write */
function tcpOptions(p: Packet): string {
  let out = p.mss ? `0204${bytes(p.mss, 2)}` : ''
  if (p.ts) out += `${p.sackOk ? '0402' : '0101'}080A${bytes(p.tsval, 4)}${bytes(p.tsecr, 4)}`
  else if (p.sackOk) out += '01010402'
  if (p.wscale >= 0) out += `010303${bytes(p.wscale, 1)}`
  return out.padEnd((p.thl - 20) * 2, '01')
}

function dump_tcp_header(p: Packet, flags: number, there: number): string {
  if (there < 20) return `INCOMPLETE [${there} bytes] `
  let out = `SPT=${p.sport} DPT=${p.dport} `
  if (flags & NF_LOG_TCPSEQ) out += `SEQ=${p.seq} ACK=${p.ack} `
  out += `WINDOW=${p.win} RES=0x00 `
  for (const [bit, name] of FLAG_NAMES) if (p.flags & bit) out += `${name} `
  out += 'URGP=0 '
  if (flags & NF_LOG_TCPOPT && p.thl > 20) out += `OPT (${tcpOptions(p)}) `
  return out
}

/** Bytes of ICMP that some types have at least: errors their quoted IP header, questions what they ask. */
const ICMP_LENGTHS: Readonly<Record<number, number>> = {
  3: 28,
  4: 28,
  5: 28,
  11: 28,
  12: 28,
  13: 20,
  14: 20,
  17: 12,
  18: 12,
}

function dump_icmp_header(p: Packet, flags: number, there: number): string {
  if (there < 8) return `INCOMPLETE [${there} bytes] `
  let out = `TYPE=${p.type} CODE=${p.code} `
  if (there < (ICMP_LENGTHS[p.type] ?? 0)) return `${out}INCOMPLETE [${there} bytes] `
  switch (p.type) {
    case 0:
    case 8:
      out += `ID=${p.icmpId} SEQ=${p.icmpSeq} `
      break
    case 12:
      out += `PARAMETER=${p.icmpInfo >>> 24} `
      break
    case 5:
    case 3:
    case 4:
    case 11:
      if (p.type === 5) out += `GATEWAY=${printIpv4(p.icmpInfo)} `
      if (p.inner) out += `[${dump_ipv4_packet(p.inner, flags, p.len - 48)}] `
      if (p.type === 3 && p.code === 4) out += `MTU=${p.icmpInfo & 0xffff} `
  }
  return out
}

/** Of an IPsec header of so many bytes at least. */
function spi(there: number, least: number): string {
  return there < least ? `INCOMPLETE [${there} bytes] ` : 'SPI=0x0 '
}

/** `there`: bytes after the IP header that are in the packet, which is less than its length says for a quoted one. */
export function dump_ipv4_packet(p: Packet, flags: number, there: number): string {
  let out = `SRC=${printIpv4(p.saddr)} DST=${printIpv4(p.daddr)} LEN=${p.len} `
  out += `TOS=0x${bytes(p.tos & 0x1e, 1)} PREC=0x${bytes(p.tos & 0xe0, 1)} TTL=${p.ttl} ID=${p.id} `
  if (p.frag & 0x8000) out += 'CE '
  if (p.frag & IP_DF) out += 'DF '
  if (p.frag & IP_MF) out += 'MF '
  const offset = p.frag & IP_OFFMASK
  if (offset !== 0) out += `FRAG:${offset} `
  switch (p.protocol) {
    case IPPROTO_TCP:
      return `${out}PROTO=TCP ${offset === 0 ? dump_tcp_header(p, flags, there) : ''}`
    case IPPROTO_UDP:
    case IPPROTO_UDPLITE:
      out += p.protocol === IPPROTO_UDP ? 'PROTO=UDP ' : 'PROTO=UDPLITE '
      if (offset !== 0) return out
      if (there < 8) return `${out}INCOMPLETE [${there} bytes] `
      return `${out}SPT=${p.sport} DPT=${p.dport} LEN=${p.win || p.len - 20} `
    case IPPROTO_ICMP:
      return `${out}PROTO=ICMP ${offset === 0 ? dump_icmp_header(p, flags, there) : ''}`
    case IPPROTO_AH:
      // A later fragment has not even a name.
      return offset === 0 ? `${out}PROTO=AH ${spi(there, 12)}` : out
    case IPPROTO_ESP:
      return `${out}PROTO=ESP ${offset === 0 ? spi(there, 8) : ''}`
    default:
      return `${out}PROTO=${p.protocol} `
  }
}

function dump_mac_header(skb: Skb, loopback: boolean, flags: number): string {
  if (flags & NF_LOG_MACDECODE && !loopback)
    return `MACSRC=${printMac(skb.smac)} MACDST=${printMac(skb.dmac)} MACPROTO=0800 `
  // What the host hears of its own group is told without one. Linux: dev_loopback_xmit
  return skb.redirect === OWN_HEARD ? 'MAC= ' : `MAC=${printMac(skb.dmac)}:${printMac(skb.smac)}:08:00 `
}

/**
 * Is it of a socket that a program holds: sent by it, or for it? One that is being accepted, and one that waits for its
 * last segments to die, is nobody's. Linux: nf_log_dump_sk_uid_gid
 */
function isOfProgram(k: Kernel, skb: Skb, hook: Hook | null): boolean {
  // What speaks for a connection that is accepted or over gives its packets no identification.
  if (hook !== 'LOCAL_IN') return skb.sk >= 0 && (skb.sk < TCP_SK || skb.id !== 0)
  const { tcp } = k.net
  const found = tcp_v4_early_demux(k, skb)
  if (found < 0) return udp_v4_early_demux(k, skb)
  const waits = tcp.state[found] === TCP_SYN_RECV || tcp.state[found] === TCP_TIME_WAIT
  return !waits && !isOrphan(tcp, found)
}

/**
 * Write the packet into the kernel log, after a prefix that nothing separates from it.
 * A namespace that is not the first one stays silent unless net.netfilter.nf_log_all_netns is 1. `hook`: null where no
 * devices are told.
 *
 * Linux: net/netfilter/nf_log_syslog.c nf_log_ip_packet, dump_ipv4_packet
 * Left out: levels, IP options, other users than root, VLAN tags, the SPI of IPsec's headers (it counts as 0)
 */
export function nf_log_packet(k: Kernel, skb: Skb, hook: Hook | null, prefix: string, flags: number): void {
  if (k.net.inum !== 0 && k.net.sysctl['net.netfilter.nf_log_all_netns'] !== 1) return
  const unsaid =
    hook === null || hook === 'LOCAL_OUT' || (hook === 'POST_ROUTING' && k.machine.differs & OLD_POSTROUTING)
  const indev = unsaid ? '' : ifname(k.net, skb.iif)
  const outdev = hook === null ? '' : ifname(k.net, skb.oif)
  let text = `${prefix}IN=${indev} OUT=${outdev} `
  if (skb.physIn !== 0) text += `PHYSIN=${ifname(k.net, skb.physIn)} `
  if (skb.physOut !== 0) text += `PHYSOUT=${ifname(k.net, skb.physOut)} `
  if (indev !== '') text += dump_mac_header(skb, indev === 'lo', flags)
  text += dump_ipv4_packet(skb, flags, skb.len - 20)
  if (flags & NF_LOG_UID && isOfProgram(k, skb, hook)) text += 'UID=0 GID=0 '
  if (skb.mark !== 0) text += `MARK=${hex(skb.mark)} `
  printk(k, text, skb.serial, 'nf_log_ip_packet')
}
