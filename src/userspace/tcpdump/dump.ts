/** The bytes of a frame, as -x, -X and -A show them. tcpdump 4.99.3, print-ascii.c */
import type { Frame } from './frame.ts'

export interface Dump {
  /** '' none, `x` hex, `X` hex and text, `A` text. */
  how: '' | 'x' | 'X' | 'A'
  /** With the link's header (-xx, -XX, -AA). */
  link: boolean
}

function withLink(f: Frame): Uint8Array {
  const b = new Uint8Array(14 + f.bytes.length)
  for (let i = 0; i < 6; i++) {
    b[i] = Math.floor(f.dmac / 256 ** (5 - i)) & 255
    b[6 + i] = Math.floor(f.smac / 256 ** (5 - i)) & 255
  }
  b[12] = f.ethertype >> 8
  b[13] = f.ethertype & 255
  b.set(f.bytes, 14)
  return b
}

const graphic = (c: number): boolean => c > 32 && c < 127

function hexRows(b: Uint8Array, text: boolean): string {
  let out = ''
  for (let at = 0; at < b.length; at += 16) {
    const row = [...b.subarray(at, at + 16)]
    let hex = ''
    row.forEach((c, i) => (hex += `${i % 2 === 0 ? ' ' : ''}${c.toString(16).padStart(2, '0')}`))
    out += `\n\t0x${at.toString(16).padStart(4, '0')}: `
    out += text
      ? `${hex.padEnd(40)}  ${row.map((c) => (graphic(c) ? String.fromCharCode(c) : '.')).join('')}`
      : hex
  }
  return out
}

function ascii(b: Uint8Array): string {
  let out = '\n'
  b.forEach((c, i) => {
    if (c === 13) out += b[i + 1] === 10 || i + 1 === b.length ? '' : '.'
    else out += graphic(c) || c === 9 || c === 10 || c === 32 ? String.fromCharCode(c) : '.'
  })
  return out
}

export function dump(f: Frame, { how, link }: Dump, snaplen: number): string {
  if (how === '') return ''
  const all = link ? withLink(f) : f.bytes
  const b = all.subarray(0, link ? snaplen : Math.max(0, snaplen - 14))
  return how === 'A' ? ascii(b) : hexRows(b, how === 'X')
}
