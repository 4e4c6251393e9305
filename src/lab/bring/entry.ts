/** A line of `conntrack -L` as the options that make the entry again. */
import { parseIpv4 } from '../../wire/address.ts'

export interface EntryCommand {
  /** Options of `conntrack -I`. */
  args: string[]
  /** Words of the line that cannot be set. */
  left: string[]
}

/** A field of one direction, by the name that the line gives it. */
type Direction = Map<string, string>

const ENDS = new Set(['src', 'dst', 'sport', 'dport', 'type', 'code', 'id', 'srckey', 'dstkey'])

/** null: it is no line of an entry. */
export function entryCommand(text: string): EntryCommand | null {
  const words = text.trim().split(/\s+/)
  if (words[0] === 'ipv4') words.splice(0, 2)
  const [name, number, seconds] = words
  if (!/^\d+$/.test(number ?? '') || !/^\d+$/.test(seconds ?? '')) return null
  const directions: [Direction, Direction] = [new Map<string, string>(), new Map<string, string>()]
  const after = new Map<string, string>()
  const left: string[] = []
  let state = ''
  let at = -1
  let replied = true
  let assured = false
  for (const word of words.slice(3)) {
    const [key, value] = word.split('=')
    if (key === 'src') at++
    if (at > 1) return null
    if (value !== undefined && at >= 0 && ENDS.has(key)) directions[at].set(key, value)
    else if (value !== undefined && at === 1 && ['mark', 'zone'].includes(key)) after.set(key, value)
    else if (value !== undefined && key === 'use') continue
    // A new entry has counted nothing yet.
    else if (word === 'packets=0' || word === 'bytes=0') continue
    else if (word === '[UNREPLIED]') replied = false
    else if (word === '[ASSURED]') assured = true
    else if (at < 0 && /^[A-Z][A-Z_0-9]*$/.test(word)) state = word
    else left.push(word)
  }
  const [orig, reply] = directions
  for (const d of directions)
    if (parseIpv4(d.get('src') ?? '') === null || parseIpv4(d.get('dst') ?? '') === null) return null
  const status = [...(replied ? ['SEEN_REPLY'] : []), ...(assured ? ['ASSURED'] : [])].join(',') || 'UNSET'
  const args = ['-t', seconds, '-u', status]
  const mark = after.get('mark')
  if (mark !== undefined && mark !== '0') args.push('-m', mark)
  const zone = after.get('zone')
  if (zone !== undefined) args.push('-w', zone)
  args.push('-s', orig.get('src') ?? '', '-d', orig.get('dst') ?? '')
  args.push('-p', name === 'unknown' ? number : name)
  if (name === 'icmp') {
    args.push('--icmp-type', orig.get('type') ?? '', '--icmp-code', orig.get('code') ?? '')
    args.push('--icmp-id', orig.get('id') ?? '')
  } else if (orig.has('sport'))
    args.push('--sport', orig.get('sport') ?? '', '--dport', orig.get('dport') ?? '')
  if (state !== '') args.push('--state', state)
  args.push(...nat(orig, reply))
  return { args, left }
}

/** The half of the answer that is not the mirror of the question has been translated. */
function nat(orig: Direction, reply: Direction): string[] {
  const out: string[] = []
  const end = (d: Direction, addr: string, port: string): string =>
    d.has(port) ? `${d.get(addr)}:${d.get(port)}` : `${d.get(addr)}`
  if (end(reply, 'src', 'sport') !== end(orig, 'dst', 'dport'))
    out.push('--dst-nat', end(reply, 'src', 'sport'))
  if (end(reply, 'dst', 'dport') !== end(orig, 'src', 'sport'))
    out.push('--src-nat', end(reply, 'dst', 'dport'))
  return out
}
