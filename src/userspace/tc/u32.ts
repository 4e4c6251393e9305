/**
 * The selectors of u32, read as iproute2 reads them. Linux: iproute2, tc/f_u32.c
 * Left out: ip6, mark, link, ht, hashkey, sample, divisor, offset, police, skip_hw
 */
import type { U32Wish } from '../../kernel/tc/control.ts'
import type { U32Key, U32Node } from '../../kernel/tc/qdisc.ts'
import { netmask } from '../../wire/address.ts'
import { complain, matches, peek, prefixOf, Quit, take, type Args } from '../ip/args.ts'
import { takeActions } from './action.ts'
import { leftOut } from './left-out.ts'
import { U32_USAGE } from './usage.ts'

class Illegal extends Error {}

/** A number of up to `bits` bits; masks are hexadecimal. */
function number(args: Args, bits: number, base: 0 | 16): number {
  const word = args.words[args.at++]
  if (word === undefined) throw new Illegal()
  const hex = /^0x/i.test(word) || base === 16
  const value = hex
    ? /^(0x)?[0-9a-f]+$/i.test(word)
      ? Number.parseInt(word, 16)
      : NaN
    : /^\d+$/.test(word)
      ? Number.parseInt(word, word.startsWith('0') ? 8 : 10)
      : NaN
  if (!(value < 2 ** bits)) throw new Illegal()
  return value
}

/** Into the word of four bytes that it is part of, with what has been said of that word. */
function pack(
  keys: U32Key[],
  bits: number,
  value: number,
  mask: number,
  offset: number,
  next: boolean,
): void {
  if (bits === 16 && offset % 2 !== 0) throw new Illegal()
  if (bits === 32 && offset % 4 !== 0) throw new Illegal()
  const inWord = ((offset % 4) + 4) % 4
  const factor = 2 ** (32 - bits - inWord * 8)
  const at = offset - inWord
  const wide = (mask * factor) >>> 0
  const wanted = ((value * factor) & wide) >>> 0
  const known = keys.find((key) => key.at === at && key.next === next)
  if (!known) {
    keys.push({ value: wanted, mask: wide, at, next, hits: 0 })
    return
  }
  if (((known.value ^ wanted) & known.mask & wide) !== 0) throw new Illegal()
  known.value = (known.value | wanted) >>> 0
  known.mask = (known.mask | wide) >>> 0
}

/** `at 8`, `at nexthdr+2`, or the place given. */
function place(args: Args, offset: number, next: boolean): { offset: number; next: boolean } {
  if (peek(args) !== 'at') return { offset, next }
  args.at++
  const word = args.words[args.at++] ?? ''
  const m = /^(nexthdr\+)?(-?(?:0x[0-9a-f]+|\d+))$/i.exec(word)
  if (!m) throw new Illegal()
  return { offset: Number(m[2]), next: m[1] !== undefined }
}

function field(args: Args, keys: U32Key[], bits: number, offset: number, next = false): void {
  const value = number(args, bits, 0)
  const mask = number(args, bits, 16)
  const at = place(args, offset, next)
  pack(keys, bits, value, mask, at.offset, at.next)
}

function address(args: Args, keys: U32Key[], offset: number): void {
  const prefix = prefixOf(args.words[args.at++] ?? '')
  if (!prefix) throw new Illegal()
  const at = place(args, offset, false)
  pack(keys, 32, prefix.addr, netmask(prefix.bits), at.offset, at.next)
}

/** Fields of the IP header: bits and place. */
const IP_FIELDS: Readonly<Record<string, [bits: number, offset: number]>> = {
  ihl: [8, 0],
  tos: [8, 1],
  dsfield: [8, 1],
  precedence: [8, 1],
  protocol: [8, 9],
  sport: [16, 20],
  dport: [16, 22],
  icmp_type: [8, 20],
  icmp_code: [8, 21],
}
/** What `match ip` says of the fragment field without a number. */
const FRAG: Readonly<Record<string, [value: number, mask: number]>> = {
  nofrag: [0, 0x3fff],
  firstfrag: [0, 0x1fff],
  df: [0x4000, 0x4000],
  mf: [0x2000, 0x2000],
}
const NEXT_FIELDS: Readonly<Record<string, Readonly<Record<string, [bits: number, offset: number]>>>> = {
  tcp: { src: [16, 0], dst: [16, 2] },
  udp: { src: [16, 0], dst: [16, 2] },
  icmp: { type: [8, 0], code: [8, 1] },
}

function selector(args: Args, keys: U32Key[]): void {
  const family = take(args)
  const sized = /^u(8|16|32)$/.exec(family)
  if (sized) {
    field(args, keys, Number(sized[1]), 0)
    return
  }
  if (family === 'ip6' || family === 'mark') throw leftOut(`match ${family}`)
  const next = Object.hasOwn(NEXT_FIELDS, family) ? NEXT_FIELDS[family] : undefined
  if (next === undefined && family !== 'ip') throw new Illegal()
  const name = take(args)
  if (next === undefined && (name === 'src' || name === 'dst')) address(args, keys, name === 'src' ? 12 : 16)
  else if (next === undefined && Object.hasOwn(FRAG, name)) pack(keys, 16, ...FRAG[name], 6, false)
  else {
    const fields = next ?? IP_FIELDS
    if (!Object.hasOwn(fields, name)) throw new Illegal()
    field(args, keys, ...fields[name], next !== undefined)
  }
}

function classid(args: Args): number {
  const word = take(args)
  const m = /^([0-9a-f]{0,4}):([0-9a-f]{0,4})$/i.exec(word)
  if (!m) throw new Quit(1, 'Illegal "classid"\n')
  return Number.parseInt(m[1] || '0', 16) * 65536 + Number.parseInt(m[2] || '0', 16)
}

const NOT_HERE = ['link', 'ht', 'hashkey', 'sample', 'divisor', 'offset', 'police', 'indev', 'order']

/** What follows the word `u32`. Null: nothing. */
export function takeU32(args: Args): U32Wish | null {
  if (peek(args) === undefined) return null
  const wish: U32Wish = { keys: [], classid: 0, actions: [] }
  for (let word = peek(args); word !== undefined; word = peek(args)) {
    args.at++
    if (matches(word, 'match')) {
      try {
        selector(args, wish.keys)
      } catch (error) {
        throw error instanceof Illegal ? new Quit(1, 'Illegal "match"\n') : error
      }
    } else if (matches(word, 'classid') || word === 'flowid') wish.classid = classid(args)
    else if (matches(word, 'action')) wish.actions.push(...takeActions(args))
    else if (NOT_HERE.includes(word) || word.startsWith('skip_')) throw leftOut(word)
    else if (word === 'help') throw complain(U32_USAGE.trimEnd())
    else throw new Quit(1, `What is "${word}"?\n${U32_USAGE}`)
  }
  return wish
}

const hex = (n: number, digits = 0): string => n.toString(16).padStart(digits, '0')

/** `800::801` */
export function printHandle(handle: number): string {
  return `${hex(handle >>> 20)}::${hex(handle & 0xfff)}`
}

/** `800::801` or `800:0:801` as a handle; null: it is none. */
export function parseHandle(text: string): number | null {
  const m = /^([0-9a-f]{1,3}):([0-9a-f]{0,2}):([0-9a-f]{1,3})$/i.exec(text)
  if (!m) return null
  const part = (n: number): number => Number.parseInt(m[n] || '0', 16)
  return (part(1) * 0x100000 + part(2) * 0x1000 + part(3)) >>> 0
}

/** A filter's own lines, without its actions. */
export function printNode(n: U32Node, stats: boolean): string {
  const table = hex(n.handle >>> 20)
  const flow =
    n.classid === 0 ? 'terminal flowid' : `*flowid ${hex(n.classid >>> 16)}:${hex(n.classid & 0xffff)}`
  const head = `fh ${printHandle(n.handle)} order ${n.handle & 0xfff} key ht ${table} bkt 0 ${flow} not_in_hw `
  const lines = n.keys.map(
    (key) =>
      `  match ${hex(key.value, 8)}/${hex(key.mask, 8)} at ${key.next ? 'nexthdr+' : ''}${key.at}${stats ? ` (success ${key.hits} ) ` : ''}`,
  )
  return [`${head}${stats ? `(rule hit ${n.tried} success ${n.hits})` : ''}`, ...lines, ''].join('\n')
}
