/** An ICMP message as tcpdump prints it. tcpdump 4.99.3, print-icmp.c; router discovery and MPLS left out */
import { printIpv4 } from '../../wire/address.ts'
import { onesSum } from '../../wire/frame.ts'
import { u16, u32 } from './frame.ts'
import { ipText, type Style } from './print.ts'
import type { Conversations } from './tcp.ts'

/** Destination unreachable, by code; %s is the destination that was not reached. */
const UNREACHABLE: readonly string[] = [
  'net %s unreachable',
  'host %s unreachable',
  '',
  '',
  '',
  '%s unreachable - source route failed',
  'net %s unreachable - unknown',
  'host %s unreachable - unknown',
  '%s unreachable - source host isolated',
  'net %s unreachable - admin prohibited',
  'host %s unreachable - admin prohibited',
  'net %s unreachable - tos prohibited',
  'host %s unreachable - tos prohibited',
  'host %s unreachable - admin prohibited filter',
  'host %s unreachable - host precedence violation',
  'host %s unreachable - precedence cutoff',
]

function unreachable(b: Uint8Array): string {
  const code = b[1]
  const inner = b.subarray(8)
  const to = printIpv4(u32(inner, 16))
  if (code === 2) return `${to} protocol ${inner[9]} unreachable`
  if (code === 3) {
    const port = u16(inner, (inner[0] & 15) * 4 + 2)
    if (inner[9] === 6 || inner[9] === 17)
      return `${to} ${inner[9] === 6 ? 'tcp' : 'udp'} port ${port} unreachable`
    return `${to} protocol ${inner[9]} port ${port} unreachable`
  }
  if (code === 4) {
    const mtu = u16(b, 6)
    return `${to} unreachable - need to frag${mtu ? ` (mtu ${mtu})` : ''}`
  }
  return UNREACHABLE[code]?.replace('%s', to) ?? `${to} unreachable - #${code}`
}

const REDIRECT: readonly (readonly [how: string, to: string])[] = [
  ['redirect', 'to net '],
  ['redirect', 'to host '],
  ['redirect-tos', 'to net '],
  ['redirect-tos', 'to host '],
]

/** Milliseconds since midnight. */
function clock(ms: number): string {
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0')
  return `${two(ms / 3600000)}:${two((ms / 60000) % 60)}:${two((ms / 1000) % 60)}.${String(ms % 1000).padStart(3, '0')}`
}

function message(b: Uint8Array): string {
  const ids = `id ${u16(b, 4)}, seq ${u16(b, 6)}`
  switch (b[0]) {
    case 0:
      return `echo reply, ${ids}`
    case 3:
      return unreachable(b)
    case 4:
      return 'source quench'
    case 5: {
      const [how, to] = REDIRECT[b[1]] ?? [`redirect-#${b[1]}`, 'to ']
      return `${how} ${printIpv4(u32(b, 24))} ${to}${printIpv4(u32(b, 4))}`
    }
    case 8:
      return `echo request, ${ids}`
    case 10:
      return 'router solicitation'
    case 11:
      return b[1] === 0
        ? 'time exceeded in-transit'
        : b[1] === 1
          ? 'ip reassembly time exceeded'
          : `time exceeded-#${b[1]}`
    case 12:
      return b[1] === 0 ? `parameter problem - octet ${b[4]}` : `parameter problem - code ${b[1]}`
    case 13:
      return `time stamp query id ${u16(b, 4)} seq ${u16(b, 6)}`
    case 14:
      return (
        `time stamp reply id ${u16(b, 4)} seq ${u16(b, 6)}: org ${clock(u32(b, 8))}, ` +
        `recv ${clock(u32(b, 12))}, xmit ${clock(u32(b, 16))}`
      )
    case 17:
      return 'address mask request'
    case 18:
      return `address mask is 0x${u32(b, 8).toString(16).padStart(8, '0')}`
    default:
      return `type-#${b[0]}`
  }
}

const quotes = (type: number): boolean => type === 3 || type === 4 || type === 5 || type === 11 || type === 12

export function icmpText(b: Uint8Array, ip: Uint8Array, style: Style, known: Conversations): string {
  if (b.length < 8) return 'ICMP [|icmp]'
  let text = `ICMP ${message(b)}, length ${u16(ip, 2) - 20}`
  if (style.verbose === 0) return text
  const fragmented = (u16(ip, 6) & 0x3fff) !== 0
  const whole = b.length >= u16(ip, 2) - 20
  if (whole && !fragmented && onesSum(b, 0, b.length) !== 0xffff) {
    const right = ~onesSum(b, 4, b.length, onesSum(b, 0, 2)) & 0xffff
    text += ` (wrong icmp cksum ${u16(b, 2).toString(16)} (->${right.toString(16)})!)`
  }
  if (quotes(b[0]) && b.length > 8)
    text += `\n\t${style.link ? '' : 'IP '}${ipText(b.subarray(8), style, known)}`
  return text
}
