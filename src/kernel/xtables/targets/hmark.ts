import { netmask } from '../../../wire/address.ts'
import { IP_MF, IP_OFFMASK, IPPROTO_ICMP, type Packet } from '../../../wire/packet.ts'
import { jhash2, reciprocal_scale } from '../../conntrack/hash.ts'
import { hasPorts } from '../../conntrack/tuple.ts'
import type { Kernel } from '../../kernel.ts'
import type { Skb } from '../../skb.ts'
import { problem } from '../error.ts'
import { XT_CONTINUE, type OptionCall, type OptionSpec, type Refusal, type Target } from '../extension.ts'
import { hex } from '../number.ts'
import { option, plenMask, text, uint } from '../option.ts'

/** Linux: struct xt_hmark_info. A field that was not given is null. */
export interface HmarkData {
  /** Lengths of prefixes; MAX16: all of an address, as --hmark-tuple has it, which makes another rule than 32. */
  src: number | null
  dst: number | null
  /** The two ports in one number, as an SPI is: source << 16 | destination. */
  portMask: number
  portSet: number
  protoMask: number
  rnd: number
  mod: number
  offset: number
  /** The options that were given, in the words of NAMES. */
  given: string[]
}

const NAMES: readonly string[] = ['ct', 'src', 'dst', 'sport', 'dport', 'proto', 'spi']
/** Options that a word of --hmark-tuple stands for. */
const MEANS: Record<string, string> = {
  ct: 'ct',
  src: 'src-prefix',
  dst: 'dst-prefix',
  sport: 'sport-mask',
  dport: 'dport-mask',
  proto: 'proto-mask',
  spi: 'spi-mask',
}

const MAX16 = 0xffff
const MAX32 = 0xffffffff

/** Give a field of the data its value. */
function put(d: HmarkData, name: string, value: number): void {
  if (!d.given.includes(name)) d.given.push(name)
  const high = (old: number): number => ((value << 16) | (old & MAX16)) >>> 0
  const low = (old: number): number => ((old & ~MAX16) | value) >>> 0
  switch (name) {
    case 'src-prefix':
      d.src = value
      break
    case 'dst-prefix':
      d.dst = value
      break
    case 'sport-mask':
      d.portMask = high(d.portMask)
      break
    case 'dport-mask':
      d.portMask = low(d.portMask)
      break
    case 'spi-mask':
      d.portMask = value
      break
    case 'sport':
      d.portSet = high(d.portSet)
      break
    case 'dport':
      d.portSet = low(d.portSet)
      break
    case 'spi':
      d.portSet = value
      break
    case 'proto-mask':
      d.protoMask = value
      break
    case 'rnd':
      d.rnd = value
      break
    case 'mod':
      d.mod = value
      break
    case 'offset':
      d.offset = value
  }
}

/** A beginning of a name is enough; the option that it stands for has then been used. Linux: iptables, hmark_parse_type */
function tuple(d: HmarkData, { arg, used }: OptionCall): void {
  const words = arg.split(',')
  words.forEach((word, i) => {
    const rest = words.slice(i).join(',')
    const last = i === words.length - 1
    if (word === '' && last)
      problem('"--hmark-tuple" requires a list of types with no spaces, e.g. src,dst,sport,dport,proto')
    const name = word === '' ? undefined : NAMES.find((n) => n.startsWith(word.toLowerCase()))
    if (name === undefined) problem(`Bad type "${rest}"`)
    const means = MEANS[name]
    used.add(`hmark-${means}`)
    put(d, means, means === 'spi-mask' ? MAX32 : MAX16)
  })
}

function number(name: string, max: number, min = 0): OptionSpec<HmarkData> {
  return option<HmarkData, number>(`hmark-${name}`, uint(min, max), (d, v) => {
    put(d, name, v)
  })
}

function prefix(name: string): OptionSpec<HmarkData> {
  return option<HmarkData, number>(`hmark-${name}`, plenMask, (d, v) => {
    put(d, name, Math.min(v, 32))
  })
}

const PACKET = [
  'src-prefix',
  'dst-prefix',
  'spi-mask',
  'sport-mask',
  'dport-mask',
  'proto-mask',
  'sport',
  'dport',
  'spi',
]

function finalCheck(d: HmarkData): void {
  // Rules are compared by their data: the order of the options is none of it.
  d.given.sort()
  const has = (name: string): boolean => d.given.includes(name)
  if (!has('mod')) problem('--hmark-mod is mandatory')
  if (!has('rnd')) problem('--hmark-rnd is mandatory')
  if (has('spi-mask') && (has('sport-mask') || has('dport-mask')))
    problem('you cannot use --hmark-spi-mask and --hmark-?port-mask,at the same time')
  if (!has('ct') && !PACKET.some(has)) problem('you have to specify --hmark-tuple at least')
}

function checkentry(d: HmarkData): Refusal | null {
  const has = (name: string): boolean => d.given.includes(name)
  if (!has('spi') || (!has('sport') && !has('dport'))) return null
  return { errno: 'EINVAL', log: "xt_HMARK: spi-set and port-set can't be combined" }
}

/** The fields in the order in which the program prints them; `digits`: how many a number has at least. */
function fields(d: HmarkData, show: (name: string, value: number, digits: number) => string): string {
  const of = (name: string, value: number, digits: number): string =>
    d.given.includes(name) ? show(name, value, digits) : ''
  return (
    of('sport-mask', d.portMask >>> 16, 4) +
    of('dport-mask', d.portMask & MAX16, 4) +
    of('spi-mask', d.portMask, 8) +
    of('sport', d.portSet >>> 16, 4) +
    of('dport', d.portSet & MAX16, 4) +
    of('spi', d.portSet, 8) +
    of('proto-mask', d.protoMask, 2) +
    of('rnd', d.rnd, 8)
  )
}

function save(d: HmarkData): string {
  let out = d.src === null ? '' : ` --hmark-src-prefix ${Math.min(d.src, 32)}`
  if (d.dst !== null) out += ` --hmark-dst-prefix ${Math.min(d.dst, 32)}`
  out += fields(d, (name, v, digits) => ` --hmark-${name} 0x${v.toString(16).padStart(digits, '0')}`)
  out += ` --hmark-mod ${d.mod}`
  if (d.given.includes('offset')) out += ` --hmark-offset ${d.offset}`
  return d.given.includes('ct') ? `${out} --hmark-tuple ct` : out
}

function print(d: HmarkData): string {
  let out = ` HMARK mod ${d.mod} `
  if (d.given.includes('offset')) out += `+ ${hex(d.offset)} `
  if (d.given.includes('ct')) out += 'ct, '
  if (d.src !== null) out += `src-prefix ${Math.min(d.src, 32)} `
  if (d.dst !== null) out += `dst-prefix ${Math.min(d.dst, 32)} `
  return out + fields(d, (name, v) => `${name} ${hex(v)} `)
}

/** What is hashed. Linux: struct hmark_tuple */
interface Hashed {
  src: number
  dst: number
  ports: number
  proto: number
}

/** The larger port comes first, so that both directions have one hash. Linux: hmark_swap_ports */
function portsOf(d: HmarkData, sport: number, dport: number): number {
  const both = ((((sport << 16) | dport) & d.portMask) | d.portSet) >>> 0
  const ports = [both >>> 16, both & MAX16]
  return ((Math.max(...ports) << 16) | Math.min(...ports)) >>> 0
}

const masked = (addr: number, bits: number | null): number => (addr & netmask(Math.min(bits ?? 0, 32))) >>> 0

/** Linux: hmark_ct_set_htuple */
function ofConnection(k: Kernel, skb: Skb, d: HmarkData): Hashed | null {
  const { ct } = k.machine
  const slot = skb.nfct
  if (slot < 0) return null
  const proto = ct.protonum[slot]
  return {
    src: masked(ct.src[slot * 2], d.src),
    dst: masked(ct.src[slot * 2 + 1], d.dst),
    ports: proto === IPPROTO_ICMP ? 0 : portsOf(d, ct.sport[slot * 2], ct.sport[slot * 2 + 1]),
    proto,
  }
}

/** The packet's own header, or the one that an ICMP error quotes. Linux: hmark_pkt_set_htuple_ipv4 */
function ofPacket(skb: Skb, d: HmarkData): Hashed {
  const p: Packet = skb.inner ?? skb
  const whole = (p.frag & (IP_MF | IP_OFFMASK)) === 0
  return {
    src: masked(p.saddr, d.src),
    dst: masked(p.daddr, d.dst),
    ports: hasPorts(p.protocol) && whole ? portsOf(d, p.sport, p.dport) : 0,
    proto: p.protocol,
  }
}

/**
 * Mark a packet with a hash of its addresses and ports: the same one for all packets of a flow.
 * Linux: net/netfilter/xt_HMARK.c hmark_tg_v4; iptables: extensions/libxt_HMARK.c. Left out: the SPI of IPsec's headers
 */
export const HMARK: Target<HmarkData> = {
  name: 'HMARK',
  init: () => ({
    src: null,
    dst: null,
    portMask: 0,
    portSet: 0,
    protoMask: 0,
    rnd: 0,
    mod: 0,
    offset: 0,
    given: [],
  }),
  options: [
    option<HmarkData, string>('hmark-tuple', text, (d, _v, call) => {
      tuple(d, call)
    }),
    prefix('src-prefix'),
    prefix('dst-prefix'),
    number('sport-mask', MAX16),
    number('dport-mask', MAX16),
    number('spi-mask', MAX32),
    number('sport', MAX16),
    number('dport', MAX16),
    number('spi', MAX32),
    number('proto-mask', MAX16),
    number('rnd', MAX32),
    number('mod', MAX32, 1),
    number('offset', MAX32),
  ],
  finalCheck,
  checkentry,
  save,
  print,
  target(k, skb, d) {
    const t = d.given.includes('ct') ? ofConnection(k, skb, d) : ofPacket(skb, d)
    if (!t) return XT_CONTINUE
    const ends = [Math.min(t.src, t.dst), Math.max(t.src, t.dst), t.ports]
    const hash = (jhash2(ends, d.rnd) ^ (t.proto & d.protoMask)) >>> 0
    skb.mark = (reciprocal_scale(hash, d.mod) + d.offset) >>> 0
    return XT_CONTINUE
  },
}
