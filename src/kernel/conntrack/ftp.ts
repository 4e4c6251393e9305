/**
 * The FTP helper: reads PORT, EPRT, 227 and 229 of a control connection, expects the data connection that they
 * announce, and, where the control connection is translated, writes the translated address in their place.
 *
 * Linux: net/netfilter/nf_conntrack_ftp.c, nf_nat_ftp.c; RFC 959, RFC 1123 4.1.2.6, RFC 2428
 * Left out: IPv6, the module option `loose`
 */
import { printIpv4 } from '../../wire/address.ts'
import { IPPROTO_TCP, payloadLength } from '../../wire/packet.ts'
import { NF_ACCEPT, type Kernel } from '../kernel.ts'
import { dirOf, IP_CT_ESTABLISHED, IP_CT_ESTABLISHED_REPLY, type Skb } from '../skb.ts'
import { IPS_NAT_MASK } from './conn.ts'
import { nf_ct_expect_related } from './expect.ts'
import type { Expectation } from './expectation.ts'
import { ctExt, nf_ct_zones } from './ext.ts'
import { nf_conntrack_helper_register } from './helpers.ts'
import {
  nf_ct_helper_log,
  nf_nat_exp_find_port,
  nf_nat_follow_master,
  nf_nat_mangle_tcp_packet,
  type Place,
} from './helper-nat.ts'
import { before } from './tcp-window.ts'

/** Ends of lines that are remembered for each direction. Linux: NUM_SEQ_TO_REMEMBER */
const REMEMBERED = 2

/** Where the numbers are. */
interface Found extends Place {
  /** null: the message names none, it is the sender's own. */
  addr: number | null
  port: number
}

interface Pattern {
  word: string
  /** The numbers follow this character; '' : the word. */
  skip: string
  read(text: string): { offset: number; length: number; addr: number | null; port: number } | null
  write(addr: number, port: number): string
}

/** Numbers between separators, and what ends the last one ('': anything). Linux: try_number */
function numbers(text: string, count: number, separator: string, end: string): [number[], number] | null {
  const values: number[] = [0]
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i)
    if (c >= '0' && c <= '9') values[values.length - 1] = values[values.length - 1] * 10 + Number(c)
    else if (c === separator) values.push(0)
    else return values.length === count && (end === '' || c === end) ? [values, i] : null
  }
  return null
}

function address(v: readonly number[]): number {
  return ((v[0] << 24) | (v[1] << 16) | (v[2] << 8) | v[3]) >>> 0
}

/** `192,168,0,2,4,1`. Linux: try_rfc959 */
function rfc959(text: string, end: string): ReturnType<Pattern['read']> {
  const found = numbers(text, 6, ',', end)
  if (!found) return null
  const [v, length] = found
  return { offset: 0, length, addr: address(v), port: ((v[4] << 8) | v[5]) & 0xffff }
}

/** `50000|`; null where there is no such port. Linux: get_port */
function portUntil(text: string, from: number, delimiter: string): { length: number; port: number } | null {
  const m = /^\d+/.exec(text.slice(from))
  if (!m || text.charAt(from + m[0].length) !== delimiter || Number(m[0]) === 0) return null
  return { length: from + m[0].length + 1, port: Number(m[0]) & 0xffff }
}

const delimits = (c: string): boolean => /[!-/:-~]/.test(c)

/** `|1|192.168.0.2|1025|`. Linux: try_eprt */
function eprt(text: string): ReturnType<Pattern['read']> {
  const d = text.charAt(0)
  if (!delimits(d) || text.charAt(1) !== '1' || text.charAt(2) !== d) return null
  const quad = numbers(text.slice(3), 4, '.', d)
  if (!quad) return null
  const port = portUntil(text, 3 + quad[1] + 1, d)
  return port && { offset: 0, addr: address(quad[0]), ...port }
}

/** `|||50000|`. Linux: try_epsv_response */
function epsv(text: string): ReturnType<Pattern['read']> {
  const d = text.charAt(0)
  if (!delimits(d) || text.charAt(1) !== d || text.charAt(2) !== d) return null
  const port = portUntil(text, 3, d)
  return port && { offset: 0, addr: null, ...port }
}

const commas = (addr: number, port: number): string =>
  `${printIpv4(addr).replaceAll('.', ',')},${port >> 8},${port & 255}`

/** What each direction may say. */
const PATTERNS: readonly (readonly Pattern[])[] = [
  [
    { word: 'PORT', skip: ' ', read: (text) => rfc959(text, '\r'), write: commas },
    { word: 'EPRT', skip: ' ', read: eprt, write: (addr, port) => `|1|${printIpv4(addr)}|${port}|` },
  ],
  [
    {
      word: '227 ',
      skip: '',
      read(text) {
        const offset = text.search(/\d/)
        const found = rfc959(text.slice(offset), '')
        return found && { ...found, offset }
      },
      write: commas,
    },
    { word: '229 ', skip: '(', read: epsv, write: (_addr, port) => `|||${port}|` },
  ],
]

/** null: it is something else; 'partial': it begins like it and does not end. Linux: find_pattern */
function find(text: string, p: Pattern): Found | null | 'partial' {
  const same = (n: number): boolean => text.slice(0, n).toUpperCase() === p.word.slice(0, n).toUpperCase()
  if (text.length <= p.word.length) return same(text.length) ? 'partial' : null
  if (!same(p.word.length)) return null
  const at = p.skip === '' ? p.word.length : text.indexOf(p.skip, p.word.length) + 1
  const found = p.read(text.slice(at))
  return found ? { ...found, from: at + found.offset } : 'partial'
}

/** The end of a line: the next one may be a command. Linux: update_nl_seq */
function update_nl_seq(ends: number[], seq: number): void {
  if (ends.includes(seq)) return
  if (ends.length < REMEMBERED) ends.push(seq)
  else ends[before(ends[0], ends[1]) ? 0 : 1] = seq
}

function help(k: Kernel, skb: Skb): number {
  if (skb.ctinfo !== IP_CT_ESTABLISHED && skb.ctinfo !== IP_CT_ESTABLISHED_REPLY) return NF_ACCEPT
  const { ct } = k.machine
  const slot = skb.nfct
  const text = k.payloadText(skb.payload)
  const ext = ctExt(ct, slot)
  if (text === '' || !ext) return NF_ACCEPT
  const dir = dirOf(skb.ctinfo)
  const ends = ext.lineEnds[dir]
  const behind = (skb.seq + payloadLength(skb)) >>> 0
  const verdict = ends.includes(skb.seq) ? readLine(k, skb, text, dir) : NF_ACCEPT
  if (verdict === NF_ACCEPT && text.endsWith('\n')) update_nl_seq(ends, behind)
  return verdict
}

function readLine(k: Kernel, skb: Skb, text: string, dir: number): number {
  for (const pattern of PATTERNS[dir]) {
    const found = find(text, pattern)
    if (found === null) continue
    if (found === 'partial') {
      // No packet filtering, but what is not understood in full could not be followed either.
      return nf_ct_helper_log(k, skb, 'ftp', `partial matching of \`${pattern.word}'`)
    }
    return announce(k, skb, text, dir, pattern, found)
  }
  return NF_ACCEPT
}

function announce(k: Kernel, skb: Skb, text: string, dir: number, pattern: Pattern, found: Found): number {
  const { ct } = k.machine
  const slot = skb.nfct
  const self = slot * 2 + dir
  const other = slot * 2 + (1 - dir)
  // Somebody else's address opens no door.
  if (found.addr !== null && found.addr !== ct.src[self]) return NF_ACCEPT
  const expectation: Expectation = {
    timeout: 0,
    tuple: { protonum: IPPROTO_TCP, src: ct.src[other], dst: ct.dst[other], sport: 0, dport: found.port },
    master: ct.id[slot],
    slot,
    helper: 'ftp',
    zones: nf_ct_zones(ct, slot),
    dir: 1 - dir,
    savedPort: 0,
  }
  if ((ct.status[slot] & IPS_NAT_MASK) === 0)
    return nf_ct_expect_related(k, expectation)
      ? NF_ACCEPT
      : nf_ct_helper_log(k, skb, 'ftp', 'cannot add expectation')
  const port = nf_nat_exp_find_port(k, expectation, found.port)
  if (port === null) return nf_ct_helper_log(k, skb, 'ftp', 'all ports in use')
  nf_nat_mangle_tcp_packet(k, skb, text, found, pattern.write(ct.dst[other], port))
  return NF_ACCEPT
}

nf_conntrack_helper_register({
  name: 'ftp',
  protonum: IPPROTO_TCP,
  port: 21,
  most: 1,
  help,
  expected: nf_nat_follow_master,
})
