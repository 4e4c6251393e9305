/**
 * Filter expressions: parsed into a tree, and asked of frames. man 7 pcap-filter (libpcap 1.10.3)
 *
 * Left out: VLAN, MPLS, IPv6, gateway, names of hosts and networks that /etc/hosts does not have
 */
import { netmask, parseIpv4, parseMac } from '../../wire/address.ts'
import { ETH_P_ARP, ETH_P_IP, u16, u32, type Frame } from './frame.ts'

type Dir = 'any' | 'both' | 'src' | 'dst'

export type Filter =
  | { kind: 'and' | 'or'; a: Filter; b: Filter }
  | { kind: 'not'; a: Filter }
  | { kind: 'link'; type: number }
  | { kind: 'proto'; proto: number }
  | { kind: 'net'; dir: Dir; addr: number; mask: number; only: '' | 'ip' | 'arp' }
  | { kind: 'port'; dir: Dir; low: number; high: number; proto: number }
  | { kind: 'mac'; dir: Dir; mac: number }
  | { kind: 'cast'; what: 'broadcast' | 'multicast' | 'ip broadcast' | 'ip multicast' }
  | { kind: 'way'; out: boolean }
  | { kind: 'compare'; op: string; a: Sum; b: Sum }

/** An expression of numbers. */
type Sum =
  | { kind: 'number'; value: number }
  | { kind: 'length' }
  | { kind: 'bytes'; of: string; at: Sum; size: number }
  | { kind: 'op'; op: string; a: Sum; b: Sum }

const PROTOS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  gre: 47,
  esp: 50,
  ah: 51,
  pim: 103,
  sctp: 132,
}
const NUMBERS: Readonly<Record<string, number>> = {
  tcpflags: 13,
  icmptype: 0,
  icmpcode: 1,
  'tcp-fin': 1,
  'tcp-syn': 2,
  'tcp-rst': 4,
  'tcp-push': 8,
  'tcp-ack': 16,
  'tcp-urg': 32,
  'tcp-ece': 64,
  'tcp-cwr': 128,
  'icmp-echoreply': 0,
  'icmp-unreach': 3,
  'icmp-sourcequench': 4,
  'icmp-redirect': 5,
  'icmp-echo': 8,
  'icmp-routeradvert': 9,
  'icmp-routersolicit': 10,
  'icmp-timxceed': 11,
  'icmp-paramprob': 12,
  'icmp-tstamp': 13,
  'icmp-tstampreply': 14,
  'icmp-ireq': 15,
  'icmp-ireqreply': 16,
  'icmp-maskreq': 17,
  'icmp-maskreply': 18,
}
/** Services whose names are used for ports. */
const SERVICES: Readonly<Record<string, number>> = {
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  bootps: 67,
  bootpc: 68,
  tftp: 69,
  http: 80,
  pop3: 110,
  ntp: 123,
  snmp: 161,
  https: 443,
  syslog: 514,
  'http-alt': 8080,
}

const DOTTED = /^\d+\.\d+\.\d+\.\d+$/

export class FilterError extends Error {}
const syntax = (): FilterError => new FilterError("can't parse filter expression: syntax error")

const TOKEN = /\s*(&&|\|\||<=|>=|!=|==|<<|>>|[()[\]!&|<>=+*/%^:-]|\\?[A-Za-z0-9_.][A-Za-z0-9_./-]*)/y
/** Words with a colon or a hyphen in them: MAC addresses, port ranges, names of flags. */
const WORD = /\s*((?:[0-9a-fA-F]{1,2}:){5}[0-9a-fA-F]{1,2}|(?:tcp|icmp)-[a-z]+|[\w.]+-[\w.]+(?=\s|\)|$))/y

function tokens(text: string): string[] {
  const out: string[] = []
  let at = 0
  while (at < text.length && text.slice(at).trim() !== '') {
    WORD.lastIndex = TOKEN.lastIndex = at
    const m = WORD.exec(text) ?? TOKEN.exec(text)
    if (!m) throw syntax()
    out.push(m[1])
    at += m[0].length
  }
  return out
}

/** What a bare id takes over from the primitive before it (`port 80 or 443`). */
interface Qualifiers {
  proto: string
  dir: Dir
  type: string
}

class Parser {
  private readonly words: string[]
  private at = 0
  private last: Qualifiers | null = null
  private readonly resolve: (name: string) => number | null

  constructor(text: string, resolve: (name: string) => number | null) {
    this.words = tokens(text)
    this.resolve = resolve
  }

  whole(): Filter {
    const f = this.or()
    if (this.at < this.words.length) throw syntax()
    return f
  }

  private peek(n = 0): string {
    return this.words[this.at + n] ?? ''
  }
  private next(): string {
    return this.words[this.at++] ?? ''
  }
  private take(...words: string[]): boolean {
    if (!words.includes(this.peek())) return false
    this.at++
    return true
  }

  /** `and` and `or` bind alike, from left to right. */
  private or(): Filter {
    let a = this.term()
    for (;;) {
      if (this.take('and', '&&')) a = { kind: 'and', a, b: this.term() }
      else if (this.take('or', '||')) a = { kind: 'or', a, b: this.term() }
      else return a
    }
  }

  private term(): Filter {
    if (this.take('not', '!')) return { kind: 'not', a: this.term() }
    const begun = this.at
    if (this.peek() === '(') {
      this.at++
      try {
        const inside = this.or()
        if (this.take(')') && !isOperator(this.peek())) return inside
      } catch (error) {
        if (!(error instanceof FilterError)) throw error
      }
      this.at = begun
      return this.comparison()
    }
    if (this.startsSum()) return this.comparison()
    return this.primitive()
  }

  private startsSum(): boolean {
    const word = this.peek()
    if (word === 'len' || word === 'length') return true
    if (/^(\d+|0x[\da-fA-F]+)$/.test(word)) return isOperator(this.peek(1))
    return this.peek(1) === '['
  }

  private comparison(): Filter {
    const a = this.sum(0)
    const op = this.next()
    if (!['<', '>', '<=', '>=', '=', '==', '!='].includes(op)) throw syntax()
    return { kind: 'compare', op: op === '==' ? '=' : op, a, b: this.sum(0) }
  }

  private sum(level: number): Sum {
    const levels = [['|', '^'], ['&'], ['<<', '>>'], ['+', '-'], ['*', '/', '%']]
    if (level === levels.length) return this.atom()
    let a = this.sum(level + 1)
    while (levels[level].includes(this.peek())) {
      const op = this.next()
      a = { kind: 'op', op, a, b: this.sum(level + 1) }
    }
    return a
  }

  private atom(): Sum {
    const word = this.next()
    if (word === '(') {
      const inside = this.sum(0)
      if (!this.take(')')) throw syntax()
      return inside
    }
    if (word === '-') return { kind: 'op', op: '-', a: { kind: 'number', value: 0 }, b: this.atom() }
    if (word === 'len' || word === 'length') return { kind: 'length' }
    if (/^(\d+|0x[\da-fA-F]+)$/.test(word)) return { kind: 'number', value: Number(word) }
    const named = NUMBERS[word] as number | undefined
    if (named !== undefined) return { kind: 'number', value: named }
    if (!this.take('[') || !['ether', 'ip', 'arp', ...Object.keys(PROTOS)].includes(word)) throw syntax()
    const at = this.sum(0)
    let size = 1
    if (this.take(':')) {
      size = Number(this.next())
      if (![1, 2, 4].includes(size)) throw new FilterError('data size must be 1, 2, or 4')
    }
    if (!this.take(']')) throw syntax()
    return { kind: 'bytes', of: word, at, size }
  }

  private primitive(): Filter {
    const q: Qualifiers = { proto: '', dir: 'any', type: '' }
    if (['ether', 'ip', 'arp', 'rarp', 'ip6', ...Object.keys(PROTOS)].includes(this.peek()))
      q.proto = this.next()
    const special = this.special(q)
    if (special) return special
    q.dir = this.direction()
    if (['host', 'net', 'port', 'portrange', 'proto'].includes(this.peek())) q.type = this.next()
    const bare = q.proto === '' && q.dir === 'any' && q.type === ''
    const used = bare && this.last ? this.last : q
    const end = this.peek()
    if (end === '' || end === ')' || ['and', 'or', '&&', '||'].includes(end)) {
      if (q.proto !== '' && q.dir === 'any' && q.type === '') return protocolOf(q.proto)
      throw syntax()
    }
    if (bare && !this.last) throw syntax()
    this.last = used
    return this.id(used)
  }

  /** Primitives of a word or two. */
  private special(q: Qualifiers): Filter | null {
    const word = this.peek()
    if (word === 'less' || word === 'greater') {
      this.at++
      if (!/^\d+$/.test(this.peek())) throw syntax()
      const b: Sum = { kind: 'number', value: Number(this.next()) }
      return { kind: 'compare', op: word === 'less' ? '<=' : '>=', a: { kind: 'length' }, b }
    }
    if (word === 'inbound' || word === 'outbound') {
      this.at++
      return { kind: 'way', out: word === 'outbound' }
    }
    if (word === 'vlan') {
      this.at++
      if (/^\d+$/.test(this.peek())) this.at++
      // No frame of a lab has a tag.
      return { kind: 'compare', op: '<', a: { kind: 'length' }, b: { kind: 'number', value: 0 } }
    }
    if (word === 'broadcast' || word === 'multicast') {
      this.at++
      return { kind: 'cast', what: q.proto === 'ip' ? `ip ${word}` : word }
    }
    return null
  }

  private direction(): Dir {
    if (!['src', 'dst'].includes(this.peek())) return 'any'
    const first = this.next() as 'src' | 'dst'
    const other = first === 'src' ? 'dst' : 'src'
    if (this.peek(1) !== other || !['or', 'and', '||', '&&'].includes(this.peek())) return first
    const both = this.take('and', '&&')
    if (!both) this.at++
    this.at++
    return both ? 'both' : 'any'
  }

  private id(q: Qualifiers): Filter {
    if (this.take('(')) {
      // `host (a or b)`: the ids share what stands before the parenthesis.
      let a = this.id(q)
      while (this.take('or', '||')) a = { kind: 'or', a, b: this.id(q) }
      if (!this.take(')')) throw syntax()
      return a
    }
    const word = this.next()
    if (word === '') throw syntax()
    if (q.type === 'proto') return this.protocol(q, word)
    if (q.type === 'port' || q.type === 'portrange') return port(q, word)
    if (q.proto === 'ether') {
      const mac = parseMac(word)
      if (mac === null) throw new FilterError(`ethernet address used in non-ether expression`)
      return { kind: 'mac', dir: q.dir, mac }
    }
    if (q.type === 'net') return this.net(q, word)
    // An address that is not all there stands for its net. libpcap, gencode.c gen_ncode
    if (/^\d+(\.\d+){0,2}$/.test(word)) return this.net(q, word)
    const addr = parseIpv4(word) ?? this.resolve(word)
    if (addr === null && DOTTED.test(word)) throw new FilterError(`invalid IPv4 address '${word}'`)
    if (addr === null) throw new FilterError(`unknown host '${word}'`)
    return network(q, addr, 0xffffffff)
  }

  private protocol(q: Qualifiers, word: string): Filter {
    const name = word.replace(/^\\/, '')
    const number = /^\d+$/.test(name) ? Number(name) : (PROTOS[name] as number | undefined)
    if (number === undefined && q.proto === 'ether' && (name === 'ip' || name === 'arp'))
      return protocolOf(name)
    if (number === undefined) throw syntax()
    return q.proto === 'ether' ? { kind: 'link', type: number } : { kind: 'proto', proto: number }
  }

  private net(q: Qualifiers, word: string): Filter {
    const [text, bits] = word.split('/')
    const octets = text.split('.')
    if (/^[\d.]+$/.test(text) && octets.some((o) => Number(o) > 255))
      throw new FilterError(`invalid IPv4 address '${text}'`)
    if (!octets.every((o) => /^\d+$/.test(o)) || octets.length > 4)
      throw new FilterError(`unknown network '${word}'`)
    const addr = parseIpv4([...octets, '0', '0', '0'].slice(0, 4).join('.')) ?? 0
    let mask = netmask(bits === undefined ? octets.length * 8 : Math.min(32, Number(bits)))
    if (bits !== undefined && Number(bits) > 32) throw new FilterError('mask length must be <= 32')
    if (this.take('mask')) mask = parseIpv4(this.next()) ?? 0
    if ((addr & ~mask) >>> 0 !== 0)
      throw new FilterError(
        bits === undefined
          ? `non-network bits set in "${text} mask ${[24, 16, 8, 0].map((s) => (mask >>> s) & 255).join('.')}"`
          : `non-network bits set in "${[24, 16, 8, 0].map((s) => (addr >>> s) & 255).join('.')}/${bits}"`,
      )
    return network(q, addr, mask)
  }
}

const isOperator = (word: string): boolean =>
  ['<', '>', '<=', '>=', '=', '==', '!=', '&', '|', '^', '+', '-', '*', '/', '%', '<<', '>>'].includes(word)

function network(q: Qualifiers, addr: number, mask: number): Filter {
  const only = q.proto === 'ip' || q.proto === 'arp' ? q.proto : ''
  const net: Filter = { kind: 'net', dir: q.dir, addr, mask, only }
  const proto = PROTOS[q.proto] as number | undefined
  return proto === undefined ? net : { kind: 'and', a: { kind: 'proto', proto }, b: { ...net, only: 'ip' } }
}

function protocolOf(name: string): Filter {
  const proto = PROTOS[name] as number | undefined
  if (proto !== undefined) return { kind: 'proto', proto }
  return { kind: 'link', type: name === 'ip' ? ETH_P_IP : name === 'arp' ? ETH_P_ARP : 0x86dd }
}

function port(q: Qualifiers, word: string): Filter {
  const [low, high = low] = q.type === 'portrange' ? word.split('-') : [word]
  const number = (text: string): number => {
    const n = /^\d+$/.test(text) ? Number(text) : (SERVICES[text] as number | undefined)
    if (n === undefined) throw new FilterError(`unknown port '${text}'`)
    if (n > 65535) throw new FilterError(`illegal port number ${n} > 65535`)
    return n
  }
  return { kind: 'port', dir: q.dir, low: number(low), high: number(high), proto: PROTOS[q.proto] ?? 0 }
}

/** The tree of an expression. Throws FilterError. */
export function parseFilter(text: string, resolve: (name: string) => number | null): Filter {
  return new Parser(text, resolve).whole()
}

const isIp = (f: Frame): boolean => f.ethertype === ETH_P_IP

function inDir(dir: Dir, src: boolean, dst: boolean): boolean {
  return dir === 'src' ? src : dir === 'dst' ? dst : dir === 'both' ? src && dst : src || dst
}

function matchNet(x: Filter & { kind: 'net' }, f: Frame): boolean {
  if (x.only !== '' && x.only !== (isIp(f) ? 'ip' : 'arp')) return false
  const [at, to] = isIp(f) ? [12, 16] : [14, 24]
  const hit = (i: number): boolean => ((u32(f.bytes, i) ^ x.addr) & x.mask) === 0
  return inDir(x.dir, hit(at), hit(to))
}

function matchPort(x: Filter & { kind: 'port' }, f: Frame): boolean {
  const b = f.bytes
  if (!isIp(f) || (u16(b, 6) & 0x1fff) !== 0) return false
  if (x.proto !== 0 ? b[9] !== x.proto : b[9] !== 6 && b[9] !== 17 && b[9] !== 132) return false
  const at = (b[0] & 15) * 4
  const hit = (i: number): boolean => i + 2 <= b.length && u16(b, i) >= x.low && u16(b, i) <= x.high
  return inDir(x.dir, hit(at), hit(at + 2))
}

/** Does the frame fit? `link`: bytes of the link header that `len` counts. */
export function matchFilter(x: Filter, f: Frame, link: number): boolean {
  switch (x.kind) {
    case 'and':
      return matchFilter(x.a, f, link) && matchFilter(x.b, f, link)
    case 'or':
      return matchFilter(x.a, f, link) || matchFilter(x.b, f, link)
    case 'not':
      return !matchFilter(x.a, f, link)
    case 'link':
      return f.ethertype === x.type
    case 'proto':
      return isIp(f) && f.bytes[9] === x.proto
    case 'net':
      return matchNet(x, f)
    case 'port':
      return matchPort(x, f)
    case 'mac':
      return inDir(x.dir, f.smac === x.mac, f.dmac === x.mac)
    case 'cast':
      return matchCast(x.what, f)
    case 'way':
      return f.out === x.out
    case 'compare': {
      const a = value(x.a, f, link)
      const b = value(x.b, f, link)
      return a !== null && b !== null && compare(x.op, a, b)
    }
  }
}

function matchCast(what: string, f: Frame): boolean {
  const to = isIp(f) ? u32(f.bytes, 16) : 0
  if (what === 'broadcast') return f.dmac === 0xffffffffffff
  if (what === 'multicast') return (Math.floor(f.dmac / 2 ** 40) & 1) === 1
  if (what === 'ip multicast') return isIp(f) && to >>> 24 >= 224
  return isIp(f) && (to === 0xffffffff || (to & 255) === 255)
}

function compare(op: string, a: number, b: number): boolean {
  switch (op) {
    case '<':
      return a < b
    case '>':
      return a > b
    case '<=':
      return a <= b
    case '>=':
      return a >= b
    case '!=':
      return a !== b
    default:
      return a === b
  }
}

/** A number, null where the frame has no such protocol or is too short. */
function value(x: Sum, f: Frame, link: number): number | null {
  switch (x.kind) {
    case 'number':
      return x.value >>> 0
    case 'length':
      return f.bytes.length + link
    case 'op': {
      const a = value(x.a, f, link)
      const b = value(x.b, f, link)
      return a === null || b === null ? null : arithmetic(x.op, a, b)
    }
    case 'bytes': {
      const at = value(x.at, f, link)
      return at === null ? null : load(x.of, at, x.size, f)
    }
  }
}

function arithmetic(op: string, a: number, b: number): number | null {
  switch (op) {
    case '&':
      return (a & b) >>> 0
    case '|':
      return (a | b) >>> 0
    case '^':
      return (a ^ b) >>> 0
    case '<<':
      return b > 31 ? 0 : (a << b) >>> 0
    case '>>':
      return b > 31 ? 0 : a >>> b
    case '+':
      return (a + b) >>> 0
    case '-':
      return (a - b) >>> 0
    case '*':
      return Math.imul(a, b) >>> 0
    case '/':
      return b === 0 ? null : Math.floor(a / b)
    default:
      return b === 0 ? null : a % b
  }
}

function load(of: string, at: number, size: number, f: Frame): number | null {
  const b = f.bytes
  let from = at
  if (of === 'ether') from = at - 14
  else if (of === 'ip' || of === 'arp') {
    if (isIp(f) !== (of === 'ip')) return null
  } else {
    if (!isIp(f) || b[9] !== PROTOS[of] || (u16(b, 6) & 0x1fff) !== 0) return null
    from = at + (b[0] & 15) * 4
  }
  let n = 0
  for (let i = from; i < from + size; i++) {
    const byte = i >= 0 ? b[i] : (linkByte(f, i + 14) as number | undefined)
    if (byte === undefined || i >= b.length) return null
    n = n * 256 + byte
  }
  return n
}

function linkByte(f: Frame, at: number): number {
  const mac = at < 6 ? f.dmac : f.smac
  if (at < 12) return Math.floor(mac / 256 ** (5 - (at % 6))) & 255
  return at === 12 ? f.ethertype >> 8 : f.ethertype & 255
}
