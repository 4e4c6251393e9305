/** Sets as `list` and `save` print them. Linux: ipset, lib/session.c callback_list, lib/print.c */
import { expire, type Elem, type IpSet } from '../../kernel/ipset/set.ts'
import { extras, printElem } from './elem.ts'

export const REVISION = { 'hash:ip': 6, 'hash:net': 7, 'hash:ip,port': 7 }
/** Bytes of an empty set, and of an element by itself. */
const BYTES = { 'hash:ip': [216, 4], 'hash:net': [456, 8], 'hash:ip,port': [216, 8] }

/**
 * Bytes of a set as the kernel counts them: each element is taken to have a bucket to itself, which has room for two.
 * Left out: buckets that are shared, growing. Linux: ip_set_elem_len, mtype_memsize
 */
export function memoryOf(s: IpSet, list: readonly Elem[]): number {
  const [base, own] = BYTES[s.type]
  const wide = (s.counters ? 16 : 0) + (s.timeout === null ? 0 : 8) + (s.comment ? 8 : 0)
  const size = (wide > 0 ? 8 : own) + wide + (s.skbinfo ? 16 : 0)
  const texts = list.filter((e) => e.comment !== '').map((e) => e.comment.length + 17)
  return texts.reduce((sum, n) => sum + n, base + (32 + 2 * size) * list.length)
}

function header(s: IpSet): string {
  let out = `family inet hashsize ${s.hashsize} maxelem ${s.maxelem}`
  if (s.netmask !== 32) out += ` netmask ${s.netmask}`
  if (s.timeout !== null) out += ` timeout ${s.timeout}`
  if (s.counters) out += ' counters'
  if (s.comment) out += ' comment'
  if (s.skbinfo) out += ' skbinfo'
  return `${out} bucketsize ${s.bucketsize} initval 0x${s.initval.toString(16).padStart(8, '0')}`
}

export function members(s: IpSet, now: number, sorted: boolean): Elem[] {
  expire(s, now)
  const list = [...s.elems.values()]
  if (sorted) list.sort((a, b) => a.ip - b.ip || a.cidr - b.cidr || order(a) - order(b) || a.port - b.port)
  return list
}

/** Protocols sort by their names. */
function order(e: Elem): number {
  return [47, 6, 17, 1].indexOf(e.proto)
}

export interface Shown {
  format: 'plain' | 'save' | 'xml'
  sorted: boolean
  terse: boolean
}

export function showSet(s: IpSet, now: number, o: Shown): string {
  const list = members(s, now, o.sorted)
  if (o.format === 'save') {
    const lines = list.map((e) => `add ${s.name} ${printElem(s, e)}${extras(s, e, now)}\n`)
    return `create ${s.name} ${s.type} ${header(s)}\n${lines.join('')}`
  }
  let out =
    `Name: ${s.name}\nType: ${s.type}\nRevision: ${REVISION[s.type]}\nHeader: ${header(s)}\n` +
    `Size in memory: ${memoryOf(s, list)}\nReferences: ${s.refs}\nNumber of entries: ${list.length}\n`
  if (o.terse) return out
  out += 'Members:\n'
  for (const e of list) out += `${printElem(s, e)}${extras(s, e, now)}\n`
  return out
}
