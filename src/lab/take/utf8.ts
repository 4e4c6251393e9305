/** Text as UTF-8 bytes and back. The engine's library has no TextEncoder. */

export function toUtf8(text: string): number[] {
  const out: number[] = []
  for (const c of text) {
    const code = c.codePointAt(0) ?? 0
    if (code < 0x80) out.push(code)
    else if (code < 0x800) out.push(0xc0 | (code >> 6), 0x80 | (code & 63))
    else if (code < 0x10000) out.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
    else
      out.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
  }
  return out
}

/** null: the bytes are no UTF-8. */
export function fromUtf8(bytes: ArrayLike<number>): string | null {
  let out = ''
  for (let i = 0; i < bytes.length;) {
    const first = bytes[i++]
    const more = first < 0x80 ? 0 : first >> 5 === 6 ? 1 : first >> 4 === 14 ? 2 : first >> 3 === 30 ? 3 : -1
    if (more < 0 || i + more > bytes.length) return null
    let code = more === 0 ? first : first & (0x3f >> more)
    for (let n = 0; n < more; n++) {
      if (bytes[i] >> 6 !== 2) return null
      code = (code << 6) | (bytes[i++] & 63)
    }
    if (code > 0x10ffff) return null
    out += String.fromCodePoint(code)
  }
  return out
}
