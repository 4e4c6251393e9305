/** Elements as ipset writes and reads them. Linux: ipset, lib/parse.c, lib/print.c */
import { netmask, printIpv4, type Ipv4 } from '../../wire/address.ts'
import { numericAddress } from '../../kernel/xtables/address.ts'
import { inetAton } from '../inet-aton.ts'
import { protocolNumber, protocolText, servicePort } from '../../kernel/xtables/names.ts'
import type { Elem, IpSet, SkbInfo } from '../../kernel/ipset/set.ts'

/** The line is wrong: what the program says, and its exit status. */
export class IpsetError extends Error {
  readonly status: number
  /** The usage hint follows. */
  readonly hint: boolean

  constructor(text: string, status = 1, hint = false) {
    super(text)
    this.status = status
    this.hint = hint
  }
}

export function syntax(text: string): never {
  throw new IpsetError(`Syntax error: ${text}`)
}

export function number(text: string, max: number): number {
  if (!/^(0[xX][0-9a-fA-F]+|\d+)$/.test(text)) syntax(`'${text}' is invalid as number`)
  const n = /^0\d/.test(text) ? Number.parseInt(text, 8) : Number(text)
  if (n > max) syntax(`'${text}' is out of range 0-${max}`)
  return n
}

export interface Place {
  ip: Ipv4
  cidr: number
  proto: number
  port: number
}

export type Resolve = (name: string) => Ipv4 | null

function address(text: string, resolve: Resolve): Ipv4 {
  const dotted = /^\d+\.\d+\.\d+\.\d+$/.test(text) ? numericAddress(text, false) : null
  // The resolver takes numbers as inet_aton does: 10.1 is 10.0.0.1.
  return (
    dotted ??
    resolve(text) ??
    inetAton(text) ??
    syntax(`cannot parse ${text}: resolving to IPv4 address failed`)
  )
}

/** First and last address of `a`, `a/bits` or `a-b`. */
function range(text: string, resolve: Resolve): { from: Ipv4; to: Ipv4; cidr: number | null } {
  const slash = text.indexOf('/')
  if (slash >= 0) {
    const cidr = number(text.slice(slash + 1), 32)
    const ip = address(text.slice(0, slash), resolve)
    const from = (ip & netmask(cidr)) >>> 0
    return { from, to: (from | ~netmask(cidr)) >>> 0, cidr }
  }
  const dash = text.indexOf('-')
  if (dash > 0) {
    const a = address(text.slice(0, dash), resolve)
    const b = address(text.slice(dash + 1), resolve)
    return { from: Math.min(a, b), to: Math.max(a, b), cidr: null }
  }
  const ip = address(text, resolve)
  return { from: ip, to: ip, cidr: 32 }
}

/** The networks that make up a range of addresses. Linux: ip_set_range_to_cidr */
function networks(from: Ipv4, to: Ipv4): Place[] {
  const out: Place[] = []
  for (let at = from; at <= to;) {
    let bits = 32
    while (bits > 0 && at % 2 ** (33 - bits) === 0 && at + 2 ** (33 - bits) - 1 <= to) bits--
    out.push({ ip: at, cidr: bits, proto: 0, port: 0 })
    at += 2 ** (32 - bits)
  }
  return out
}

/** Names of ICMP types and codes; of two names the first is printed. ipset 7.17: lib/icmp.c */
const ICMP: readonly [string, number, number][] = [
  ['echo-reply', 0, 0],
  ['pong', 0, 0],
  ['network-unreachable', 3, 0],
  ['host-unreachable', 3, 1],
  ['protocol-unreachable', 3, 2],
  ['port-unreachable', 3, 3],
  ['fragmentation-needed', 3, 4],
  ['source-route-failed', 3, 5],
  ['network-unknown', 3, 6],
  ['host-unknown', 3, 7],
  ['network-prohibited', 3, 9],
  ['host-prohibited', 3, 10],
  ['TOS-network-unreachable', 3, 11],
  ['TOS-host-unreachable', 3, 12],
  ['communication-prohibited', 3, 13],
  ['host-precedence-violation', 3, 14],
  ['precedence-cutoff', 3, 15],
  ['source-quench', 4, 0],
  ['network-redirect', 5, 0],
  ['host-redirect', 5, 1],
  ['TOS-network-redirect', 5, 2],
  ['TOS-host-redirect', 5, 3],
  ['echo-request', 8, 0],
  ['ping', 8, 0],
  ['router-advertisement', 9, 0],
  ['router-solicitation', 10, 0],
  ['ttl-zero-during-transit', 11, 0],
  ['ttl-zero-during-reassembly', 11, 1],
  ['ip-header-bad', 12, 0],
  ['required-option-missing', 12, 1],
  ['timestamp-request', 13, 0],
  ['timestamp-reply', 14, 0],
  ['address-mask-request', 17, 0],
  ['address-mask-reply', 18, 0],
]

function icmp(text: string): number {
  const known = ICMP.find(([name]) => name === text)
  if (known) return (known[1] << 8) | known[2]
  const m = /^(\d+)\/(\d+)$/.exec(text)
  if (!m) throw new IpsetError(`Cannot parse ${text} as an ICMP type/code.`)
  return (number(m[1], 255) << 8) | number(m[2], 255)
}

function portNumber(text: string, proto: string): number {
  const service = servicePort(text, proto)
  if (service !== null) return service
  const why = /^\d+$/.test(text) ? `'${text}' is out of range 0-65535` : `'${text}' is invalid as number`
  if (!/^\d+$/.test(text) || Number(text) > 65535)
    throw new IpsetError(
      `Syntax error: ${why}\nSyntax error: '${proto}' is invalid as number\ncannot parse '${text}' as a ${proto} port`,
    )
  return Number(text)
}

/** `80`, `tcp:80-90`, `icmp:echo-request`, `gre:0`: the protocol, the first port and the last. */
function port(text: string): { proto: number; from: number; to: number } {
  const colon = text.indexOf(':')
  const name = colon < 0 ? 'tcp' : text.slice(0, colon)
  const rest = colon < 0 ? text : text.slice(colon + 1)
  const proto =
    protocolNumber(name) ??
    (/^\d+$/.test(name) && Number(name) < 256 ? Number(name) : syntax(`cannot parse '${name}' as a protocol`))
  if (proto === 1) {
    const value = icmp(rest)
    return { proto, from: value, to: value }
  }
  if (![6, 17, 132, 136].includes(proto)) {
    const value = number(rest, 0)
    return { proto, from: value, to: value }
  }
  const known = protocolText(proto, false) ?? 'tcp'
  const dash = rest.indexOf('-', 1)
  const from = portNumber(dash > 0 && servicePort(rest, known) === null ? rest.slice(0, dash) : rest, known)
  const to = dash > 0 && servicePort(rest, known) === null ? portNumber(rest.slice(dash + 1), known) : from
  return { proto, from: Math.min(from, to), to: Math.max(from, to) }
}

/** Everything that the text stands for. */
export function* places(set: IpSet, text: string, resolve: Resolve): Generator<Place> {
  const comma = text.indexOf(',')
  if (set.type === 'hash:ip,port') {
    if (comma < 0) syntax(`Second element is missing from ${text}.`)
    const r = range(text.slice(0, comma), resolve)
    const p = port(text.slice(comma + 1))
    for (let ip = r.from; ip <= r.to; ip++)
      for (let n = p.from; n <= p.to; n++) yield { ip, cidr: 32, proto: p.proto, port: n }
    return
  }
  if (comma >= 0) syntax(`Elem separator in ${text}, but settype ${set.type} supports none.`)
  const r = range(text, resolve)
  if (set.type === 'hash:net') {
    if (r.cidr !== null) yield { ip: r.from, cidr: r.cidr, proto: 0, port: 0 }
    else yield* networks(r.from, r.to)
    return
  }
  const step = 2 ** (32 - set.netmask)
  for (let ip = (r.from & netmask(set.netmask)) >>> 0; ip <= r.to; ip += step)
    yield { ip, cidr: 32, proto: 0, port: 0 }
}

export function printElem(set: IpSet, e: Elem): string {
  const ip = printIpv4(e.ip)
  if (set.type === 'hash:ip') return ip
  if (set.type === 'hash:net') return e.cidr === 32 ? ip : `${ip}/${e.cidr}`
  const proto = protocolText(e.proto, false) ?? String(e.proto)
  if (e.proto !== 1) return `${ip},${proto}:${e.port}`
  const name = ICMP.find(([, type, code]) => ((type << 8) | code) === e.port)?.[0]
  return `${ip},${proto}:${name ?? `${e.port >> 8}/${e.port & 255}`}`
}

/** What stands behind the element. */
export function extras(set: IpSet, e: Elem, now: number): string {
  let out = ''
  if (set.timeout !== null)
    out += ` timeout ${e.expires === 0 ? 0 : Math.max(1, Math.floor((e.expires - now) / 1_000_000))}`
  if (e.nomatch) out += ' nomatch'
  if (set.counters) out += ` packets ${e.packets} bytes ${e.bytes}`
  if (set.comment && e.comment !== '') out += ` comment "${e.comment}"`
  for (const [name, value] of skbInfoOf(e)) out += ` ${name} ${value}`
  return out
}

/** The words of an element about packets, as they are printed. */
export function skbInfoOf({ skbinfo: i }: Elem): [name: string, value: string][] {
  if (!i) return []
  const hex = (n: number): string => (n >>> 0).toString(16)
  const found: [string, string][] = []
  if (i.mark !== 0 || i.mask !== 0)
    found.push(['skbmark', `0x${hex(i.mark)}${i.mask === 0xffffffff ? '' : `/0x${hex(i.mask)}`}`])
  if (i.prio !== 0) found.push(['skbprio', `${hex(i.prio >>> 16)}:${hex(i.prio & 0xffff)}`])
  if (i.queue !== 0) found.push(['skbqueue', String(i.queue)])
  return found
}

/** `skbmark MARK[/MASK]`, `skbprio MAJOR:MINOR`, `skbqueue N`. Linux: ipset, lib/parse.c ipset_parse_skbmark, _skbprio */
export function readSkbInfo(info: SkbInfo, word: string, text: string): void {
  const hex = (s: string): number => Number.parseInt(s, 16)
  if (word === 'skbmark') {
    const m = /^(0x[0-9a-fA-F]+|\d+)(?:\/(0x[0-9a-fA-F]+|\d+))?$/.exec(text)
    if (!m) syntax('Invalid skbmark format, it should be:  MARK/MASK or MARK (see manpage)')
    info.mark = Number(m[1])
    info.mask = m[2] === undefined ? 0xffffffff : Number(m[2])
  } else if (word === 'skbprio') {
    const m = /^([0-9a-fA-F]{1,4}):([0-9a-fA-F]{1,4})$/.exec(text)
    if (!m) syntax('Invalid skbprio format, it should be:MAJOR:MINOR (see manpage)')
    info.prio = ((hex(m[1]) << 16) | hex(m[2])) >>> 0
  } else info.queue = number(text, 0xffff)
}
