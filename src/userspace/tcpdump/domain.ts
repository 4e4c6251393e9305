/**
 * A DNS message as far as tcpdump's line of one goes here: the id, the flags and the first question.
 *
 * tcpdump 4.99.3, print-domain.c
 * Left out: the records of answers
 */
import { u16 } from './frame.ts'

const TYPES: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  255: 'ANY',
}
const OPCODES = ['', ' inv_q', ' stat', ' op3', ' notify', ' update']
const RCODES = ['', ' FormErr', ' ServFail', ' NXDomain', ' NotImp', ' Refused']

function name(b: Uint8Array, at: number): { text: string; next: number } | null {
  let text = ''
  for (let i = at; i < b.length;) {
    const size = b[i]
    if (size === 0) return { text: text || '.', next: i + 1 }
    if (size > 63) return null
    for (const c of b.subarray(i + 1, i + 1 + size)) text += String.fromCharCode(c)
    text += '.'
    i += 1 + size
  }
  return null
}

export function domain(b: Uint8Array, length: number): string {
  if (length < 12) return `domain [length ${length} < 12] (invalid)`
  if (b.length < 12) return ' [|domain]'
  const flags = u16(b, 2)
  const answer = (flags & 0x8000) !== 0
  const [questions, answers, authority, additional] = [4, 6, 8, 10].map((at) => u16(b, at))
  const opcode = OPCODES[(flags >> 11) & 15] ?? ` op${(flags >> 11) & 15}`
  let text = `${u16(b, 0)}${opcode}`
  if (answer) {
    text += RCODES[flags & 15] ?? ` Resp${flags & 15}`
    text += `${flags & 0x400 ? '*' : ''}${flags & 0x80 ? '' : '-'}${flags & 0x200 ? '|' : ''}${flags & 0x20 ? '$' : ''}`
    if (questions !== 1) text += ` [${questions}q]`
    return `${text} ${answers}/${authority}/${additional} (${length})`
  }
  text += `${flags & 0x100 ? '+' : ''}${flags & 0x10 ? '%' : ''}`
  if (answers) text += ` [${answers}a]`
  if (authority) text += ` [${authority}n]`
  if (additional) text += ` [${additional}au]`
  if (questions !== 1) text += ` [${questions}q]`
  const asked = questions > 0 ? name(b, 12) : null
  if (asked && asked.next + 4 <= b.length) {
    const type = u16(b, asked.next)
    text += ` ${TYPES[type] ?? `Type${type}`}? ${asked.text}`
  }
  return `${text} (${length})`
}
