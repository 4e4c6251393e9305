/** Numbers as C reads them. Linux: iptables, libxtables/xtables.c xtables_strtoul, xtables_strtoui */

/** What strtoul makes of the beginning of a text, and the rest. */
export interface Strtoul {
  value: number
  rest: string
  /** strtoul itself found no digits, a minus sign or too many: the value means nothing. */
  ok: boolean
}

/**
 * Base 0: 0x.. is hexadecimal, 0.. octal. Blanks before and one plus sign are allowed.
 * Left out: exactness above 2^53.
 */
export function strtoul(text: string): Strtoul {
  const m = /^[ \t-\r]*\+?(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)/.exec(text)
  if (!m) return { value: 0, rest: text, ok: false }
  const digits = m[1]
  const value = /^0[xX]/.test(digits)
    ? Number.parseInt(digits.slice(2), 16)
    : digits.startsWith('0')
      ? digits === '0'
        ? 0
        : Number.parseInt(digits, 8)
      : Number(digits)
  return { value, rest: text.slice(m[0].length), ok: value < 2 ** 64 }
}

/** A whole text as a number between the bounds, else null. */
export function strictNumber(text: string, min: number, max: number): number | null {
  const n = strtoul(text)
  return n.ok && n.rest === '' && n.value >= min && n.value <= max ? n.value : null
}

/** A number at the beginning of a text and between the bounds, with what follows it; else null. */
export function leadingNumber(
  text: string,
  min: number,
  max: number,
): { value: number; rest: string } | null {
  const n = strtoul(text)
  return n.ok && n.value >= min && n.value <= max ? n : null
}

/** As printf's %x with 0x before it. */
export function hex(n: number): string {
  return `0x${(n >>> 0).toString(16)}`
}
