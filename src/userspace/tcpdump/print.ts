/**
 * A frame as tcpdump's line: the link, ARP, IPv4. What follows IP is in tcp.ts and icmp.ts.
 *
 * tcpdump 4.99.3, print-ether.c, print-sll.c, print-arp.c, print-ip.c, print-udp.c
 * Left out: IP options, VLANs, IPv6, and the many protocols above UDP but DNS
 */
import { onesSum, pseudoSum } from '../../wire/frame.ts'
import { printIpv4, printMac } from '../../wire/address.ts'
import { domain } from './domain.ts'
import { ETH_P_ARP, ETH_P_IP, u16, u32, type Frame } from './frame.ts'
import { icmpText } from './icmp.ts'
import { tcpText, type Conversations } from './tcp.ts'

/** What the command line asks of the printer. */
export interface Style {
  verbose: number
  quiet: boolean
  link: boolean
  /** -S */
  absolute: boolean
  /** -K */
  unchecked: boolean
  /** -i any: which device, and which way. */
  cooked: boolean
}

const PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'ICMP',
  2: 'IGMP',
  4: 'IPIP',
  6: 'TCP',
  17: 'UDP',
  41: 'IPv6',
  47: 'GRE',
  50: 'ESP',
  51: 'AH',
  89: 'OSPF',
  132: 'SCTP',
}

function linkText(f: Frame, style: Style): string {
  const name = f.ethertype === ETH_P_ARP ? 'ARP' : 'IPv4'
  const hex = f.ethertype.toString(16).padStart(4, '0')
  if (style.cooked) {
    const way = f.out ? 'Out' : { host: 'In', broadcast: 'B', multicast: 'M', otherhost: 'P' }[f.type]
    const head = `${f.dev.padEnd(5)} ${way.padEnd(3)} `
    if (!style.link) return head
    const type = style.quiet ? `${name}, ` : `ethertype ${name} (0x${hex}), `
    return `${head}ifindex ${f.ifindex} ${printMac(f.smac)} ${type}length ${f.bytes.length + 20}: `
  }
  if (!style.link) return ''
  const type = style.quiet ? `${name}, ` : `ethertype ${name} (0x${hex}), `
  return `${printMac(f.smac)} > ${printMac(f.dmac)}, ${type}length ${f.bytes.length + 14}: `
}

const mac = (b: Uint8Array, at: number): string => printMac(u16(b, at) * 2 ** 32 + u32(b, at + 2))

function arpText(b: Uint8Array, style: Style): string {
  const head = style.verbose > 0 ? 'Ethernet (len 6), IPv4 (len 4), ' : ''
  const [sender, target] = [printIpv4(u32(b, 14)), printIpv4(u32(b, 24))]
  const asked = mac(b, 18)
  const known = asked === '00:00:00:00:00:00' || asked === 'ff:ff:ff:ff:ff:ff' ? '' : ` (${asked})`
  const what =
    u16(b, 6) === 1
      ? `${sender === target ? 'Announcement' : 'Request who-has'} ${target}${
          sender === target ? '' : `${known} tell ${sender}`
        }`
      : `Reply ${sender} is-at ${mac(b, 8)}`
  return `${head}${what}, length ${b.length}`
}

/** `(tos 0x0, ttl 64, ...)`, with -v. */
function ipHeader(b: Uint8Array, unchecked: boolean): string {
  const tos = b[1]
  const ecn = ['', ',ECT(1)', ',ECT(0)', ',CE'][tos & 3]
  const frag = u16(b, 6)
  const flags = [frag & 0x2000 ? '+' : '', frag & 0x4000 ? 'DF' : '', frag & 0x8000 ? 'rsvd' : ''].filter(
    (f) => f !== '',
  )
  const ttl = b[8] > 0 ? `, ttl ${b[8]}` : ''
  const sum = onesSum(b, 0, 20)
  const wrong = u16(b, 10)
  const right = ~onesSum(b, 12, 20, onesSum(b, 0, 10)) & 0xffff
  const bad =
    unchecked || sum === 0xffff ? '' : `, bad cksum ${wrong.toString(16)} (->${right.toString(16)})!`
  return (
    `(tos 0x${tos.toString(16)}${ecn}${ttl}, id ${u16(b, 4)}, offset ${(frag & 0x1fff) * 8}, ` +
    `flags [${flags.length > 0 ? flags.join(', ') : 'none'}], proto ${PROTOCOLS[b[9]] ?? 'unknown'} (${b[9]}), ` +
    `length ${u16(b, 2)}${bad})`
  )
}

/** Is it a fragment, but the first? Only that one has ports. */
const later = (b: Uint8Array): boolean => (u16(b, 6) & 0x1fff) !== 0

function udpText(b: Uint8Array, ip: Uint8Array, style: Style): string {
  const [from, to] = [printIpv4(u32(ip, 12)), printIpv4(u32(ip, 16))]
  if (b.length < 8) {
    if (b.length < 4) return `${from} > ${to}:  [|udp]`
    return `${from}.${u16(b, 0)} > ${to}.${u16(b, 2)}:  [|udp]`
  }
  const head = `${from}.${u16(b, 0)} > ${to}.${u16(b, 2)}: `
  const said = u16(b, 4)
  const there = u16(ip, 2) - 20 - 8
  const bytes = said - 8
  let sum = ''
  const fragmented = (u16(ip, 6) & 0x3fff) !== 0
  if (style.verbose > 1 && !style.unchecked && !style.quiet && !fragmented) {
    const was = u16(b, 6)
    if (was === 0) sum = '[no cksum] '
    else if (said <= b.length) {
      const begin = pseudoSum(ip, said)
      const right = ~onesSum(b, 8, said, onesSum(b, 0, 6, begin)) & 0xffff
      const fine = onesSum(b, 0, said, begin) === 0xffff
      const hex = (n: number): string => `0x${n.toString(16).padStart(4, '0')}`
      sum = fine ? '[udp sum ok] ' : `[bad udp cksum ${hex(was)} -> ${hex(right)}!] `
    }
  }
  const dns = u16(b, 0) === 53 || u16(b, 2) === 53
  if (dns && !fragmented && !style.quiet) return `${head}${sum}${domain(b.subarray(8), bytes)}`
  if (bytes > there && !fragmented) return `${head}${sum}UDP, bad length ${bytes} > ${there}`
  return `${head}${sum}UDP, length ${bytes}`
}

/** What follows `IP `. */
export function ipText(b: Uint8Array, style: Style, known: Conversations): string {
  if (b.length < 20) return ' [|ip]'
  const header = style.verbose > 0 ? `${ipHeader(b, style.unchecked)}\n    ` : ''
  const ends = `${printIpv4(u32(b, 12))} > ${printIpv4(u32(b, 16))}: `
  if (later(b)) return `${header}${ends}ip-proto-${b[9]}`
  const rest = b.subarray(20)
  switch (b[9]) {
    case 1:
      return `${header}${ends}${icmpText(rest, b, style, known)}`
    case 6:
      return header + tcpText(rest, b, style, known)
    case 17:
      return header + udpText(rest, b, style)
    default:
      return `${header}${ends} ip-proto-${b[9]} ${u16(b, 2) - 20}`
  }
}

/** The line after its time. */
export function frameText(f: Frame, style: Style, known: Conversations): string {
  const head = linkText(f, style)
  if (f.ethertype === ETH_P_ARP) return `${head}${style.link ? '' : 'ARP, '}${arpText(f.bytes, style)}`
  if (f.ethertype !== ETH_P_IP) return head
  return `${head}${style.link ? '' : 'IP '}${ipText(f.bytes, style, known)}`
}
