/**
 * A packet as somebody types it: `tcp 192.168.0.2:40000 > 1.2.3.4:80 syn ttl 3`, or a line of tcpdump.
 *
 * What is not said has its usual value: a source port of 40000, a SYN, 64 hops.
 */
import { parseIpv4 } from '../../wire/address.ts'
import {
  emptyPacket,
  IPPROTO_ICMP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  parseFlags,
  TH_SYN,
  type Packet,
} from '../../wire/packet.ts'
import { parsePacket } from '../../wire/text.ts'

export type QuestionProblem = {
  kind: 'empty' | 'protocol' | 'address' | 'port' | 'word' | 'number'
  word: string
}

export interface Question {
  packet: Packet
  /** The device that it comes in by, `local`: the host sends it; null: as the routes have it. */
  dev: string | null
}

const USUAL_PORT = 40_000
const PROTOCOLS: Readonly<Record<string, number>> = { tcp: IPPROTO_TCP, udp: IPPROTO_UDP, icmp: IPPROTO_ICMP }
const FLAGS: Readonly<Record<string, string>> = {
  syn: 'S',
  'syn-ack': 'SA',
  ack: 'A',
  fin: 'FA',
  rst: 'R',
  'rst-ack': 'RA',
  psh: 'PA',
}
const TYPES: Readonly<Record<string, number>> = {
  request: 8,
  'echo-request': 8,
  ping: 8,
  reply: 0,
  'echo-reply': 0,
}

interface End {
  addr: number
  port: number | null
}

function endOf(word: string, names: Readonly<Record<string, number>>): End | QuestionProblem {
  const [host, port] = word.split(':')
  const addr = parseIpv4(host) ?? (Object.hasOwn(names, host) ? names[host] : null)
  if (addr === null) return { kind: 'address', word }
  if (port === undefined) return { addr, port: null }
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) return { kind: 'port', word }
  return { addr, port: Number(port) }
}

/** `names`: hosts by their names. */
export function parseQuestion(
  text: string,
  names: Readonly<Record<string, number>> = {},
): Question | QuestionProblem {
  const words = text
    .trim()
    .replace(/\s*(?:->|>|→)\s*/, ' > ')
    .split(/\s+/)
  if (words[0] === '') return { kind: 'empty', word: '' }
  if (!Object.hasOwn(PROTOCOLS, words[0].toLowerCase())) {
    const packet = parsePacket(text.trim().replace(/^.*?IP (?=\d)/, ''))
    return packet ? { packet, dev: null } : { kind: 'protocol', word: words[0] }
  }
  const p: Packet = { ...emptyPacket(), protocol: PROTOCOLS[words[0].toLowerCase()] }
  const arrow = words[2] === '>' ? 3 : 2
  const from = endOf(words[1] ?? '', names)
  if ('kind' in from) return from
  const to = endOf(words[arrow] ?? '', names)
  if ('kind' in to) return to
  p.saddr = from.addr
  p.daddr = to.addr
  const ported = p.protocol !== IPPROTO_ICMP
  if (!ported && (from.port ?? to.port) !== null)
    return { kind: 'port', word: words[from.port === null ? arrow : 1] }
  if (ported) {
    p.sport = from.port ?? USUAL_PORT
    p.dport = to.port ?? 80
  } else {
    p.type = 8
    p.icmpId = 1
    p.icmpSeq = 1
  }
  if (p.protocol === IPPROTO_TCP) {
    p.flags = TH_SYN
    p.seq = 1000
    p.win = 64240
  }
  p.thl = p.protocol === IPPROTO_TCP ? 20 : 8
  return options(p, words.slice(arrow + 1))
}

function options(p: Packet, words: readonly string[]): Question | QuestionProblem {
  let dev: string | null = null
  let length = 0
  for (let i = 0; i < words.length; i++) {
    const word = words[i].toLowerCase()
    const value = words[i + 1] ?? ''
    const number = (most: number): number | null =>
      /^\d{1,10}$/.test(value) && Number(value) <= most ? Number(value) : null
    if (p.protocol === IPPROTO_TCP && Object.hasOwn(FLAGS, word)) p.flags = parseFlags(FLAGS[word]) ?? 0
    else if (p.protocol === IPPROTO_TCP && word === 'flags') {
      const flags = parseFlags(value.toUpperCase())
      if (flags === null) return { kind: 'word', word: value }
      p.flags = flags
      i++
    } else if (p.protocol === IPPROTO_ICMP && Object.hasOwn(TYPES, word)) p.type = TYPES[word]
    else if (word === 'in' || word === 'dev') {
      dev = value
      i++
    } else if (word === 'local') dev = 'local'
    else if (word === 'df') p.frag |= 0x4000
    else {
      const limits: Readonly<Record<string, number>> = {
        ttl: 255,
        tos: 255,
        length: 65_000,
        seq: 4294967295,
        ack: 4294967295,
        id: 65535,
      }
      if (!Object.hasOwn(limits, word)) return { kind: 'word', word: words[i] }
      const n = number(limits[word])
      if (n === null) return { kind: 'number', word: `${word} ${value}`.trim() }
      if (word === 'length') length = n
      else if (word === 'ttl') p.ttl = n
      else if (word === 'tos') p.tos = n
      else if (word === 'seq') p.seq = n
      else if (word === 'ack') p.ack = n
      else if (p.protocol === IPPROTO_ICMP) p.icmpId = n
      else p.id = n
      i++
    }
  }
  if (p.flags & 0x10 && p.ack === 0) p.ack = 1000
  p.len = 20 + p.thl + length
  return { packet: p, dev }
}
