/**
 * A packet as one line, in tcpdump's notation, both ways: parse(print(p)) has the same addresses, ports, flags and sizes.
 *
 * man 1 tcpdump; `tcpdump -n` of IPv4 TCP, UDP and ICMP echo
 */
import { parseIpv4, printIpv4 } from './address.ts'
import {
  emptyPacket,
  IPPROTO_ICMP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  payloadLength,
  TH_ACK,
  TH_FIN,
  TH_PUSH,
  TH_RST,
  TH_SYN,
  TH_URG,
  type Packet,
} from './packet.ts'

const FLAGS: readonly (readonly [string, number])[] = [
  ['S', TH_SYN],
  ['F', TH_FIN],
  ['P', TH_PUSH],
  ['R', TH_RST],
  ['U', TH_URG],
  ['.', TH_ACK],
]

/** `192.168.0.2.40000 > 1.2.3.4.80: Flags [S], seq 1000, win 64240, length 0` */
export function printPacket(p: Packet): string {
  const bytes = payloadLength(p)
  const [src, dst] = [printIpv4(p.saddr), printIpv4(p.daddr)]
  if (p.protocol === IPPROTO_ICMP) {
    const what = p.type === 8 ? 'echo request' : p.type === 0 ? 'echo reply' : `type-#${p.type}`
    const echo = p.type === 8 || p.type === 0
    return `${src} > ${dst}: ICMP ${what}${echo ? `, id ${p.icmpId}, seq ${p.icmpSeq}` : ''}, length ${bytes + 8}`
  }
  const ends = `${src}.${p.sport} > ${dst}.${p.dport}:`
  if (p.protocol === IPPROTO_UDP) return `${ends} UDP, length ${bytes}`
  const flags = FLAGS.filter(([, bit]) => p.flags & bit).map(([letter]) => letter)
  const seq =
    bytes > 0 || p.flags & (TH_SYN | TH_FIN | TH_RST)
      ? `, seq ${p.seq}${bytes > 0 ? `:${(p.seq + bytes) >>> 0}` : ''}`
      : ''
  const ack = p.flags & TH_ACK ? `, ack ${p.ack}` : ''
  return `${ends} Flags [${flags.join('') || 'none'}]${seq}${ack}, win ${p.win}, length ${bytes}`
}

const END = /^(\d+\.\d+\.\d+\.\d+)(?:\.(\d+))?$/

/** The packet of a line, null where it is none. What the line leaves out has its usual value. */
export function parsePacket(line: string): Packet | null {
  const m = /^(\S+) > (\S+): (.*)$/.exec(line.trim())
  const from = END.exec(m?.[1] ?? '')
  const to = END.exec(m?.[2] ?? '')
  if (!m || !from || !to) return null
  const saddr = parseIpv4(from[1])
  const daddr = parseIpv4(to[1])
  if (saddr === null || daddr === null) return null
  const p: Packet = { ...emptyPacket(), saddr, daddr, sport: Number(from[2] ?? 0), dport: Number(to[2] ?? 0) }
  const rest = m[3]
  const number = (name: string): number => Number(new RegExp(`\\b${name} (\\d+)`).exec(rest)?.[1] ?? 0)
  const length = number('length')
  if (rest.startsWith('Flags [')) {
    const letters = /^Flags \[([^\]]*)\]/.exec(rest)?.[1] ?? ''
    p.protocol = IPPROTO_TCP
    p.flags = FLAGS.reduce((bits, [letter, bit]) => (letters.includes(letter) ? bits | bit : bits), 0)
    p.seq = number('seq')
    p.ack = number('ack')
    p.win = rest.includes('win ') ? number('win') : 64240
    p.thl = 20
  } else if (rest.startsWith('UDP')) {
    p.protocol = IPPROTO_UDP
    p.thl = 8
  } else if (rest.startsWith('ICMP echo')) {
    p.protocol = IPPROTO_ICMP
    p.type = rest.startsWith('ICMP echo request') ? 8 : 0
    p.icmpId = number('id')
    p.icmpSeq = number('seq')
    p.sport = p.dport = 0
    p.thl = 8
  } else return null
  p.len = 20 + p.thl + (p.protocol === IPPROTO_ICMP ? Math.max(0, length - 8) : length)
  return p
}
