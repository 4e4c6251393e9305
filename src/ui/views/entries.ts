/** Which rows of a long list are drawn: pure. A list may be longer than a browser lets anything be high. */

/** Pixels that a row is high, and that anything may be. Firefox draws nothing beyond 17.8 million. */
export const ROW = 46
export const TALLEST = 15_000_000
/** Rows that are drawn beyond what is seen, above and below. */
const SPARE = 12

export interface Rows {
  /** Height of the whole list. */
  height: number
  /** Index of the first row that is drawn, and how many. */
  from: number
  count: number
  /** Where the first of them lies, pixels from the top of the list. */
  top: number
}

export function rowsOf(total: number, scrolled: number, seen: number): Rows {
  const height = Math.min(total * ROW, TALLEST)
  const visible = Math.ceil(seen / ROW)
  const whole = total * ROW <= TALLEST
  const first = whole
    ? Math.floor(scrolled / ROW)
    : Math.round((scrolled / Math.max(1, height - seen)) * Math.max(0, total - visible))
  const from = Math.max(0, Math.min(first, total - 1) - SPARE)
  const count = Math.max(0, Math.min(total - from, visible + 2 * SPARE + 1))
  return { height, from, count, top: whole ? from * ROW : scrolled - (first - from) * ROW }
}

/** How far to scroll so that a row is seen; null: it is already. */
export function scrollFor(index: number, total: number, scrolled: number, seen: number): number | null {
  if (total * ROW > TALLEST) {
    const visible = Math.ceil(seen / ROW)
    const first = Math.round((scrolled / (TALLEST - seen)) * Math.max(0, total - visible))
    if (index >= first && index < first + visible - 1) return null
    const wanted = index < first ? index : index - visible + 2
    return Math.max(0, (wanted / Math.max(1, total - visible)) * (TALLEST - seen))
  }
  const y = index * ROW
  if (y < scrolled) return y
  return y + ROW > scrolled + seen ? y + ROW - seen : null
}

/** Which row a key leads to; null: it is no key of the list. */
export function rowAfter(key: string, at: number, total: number, seen: number): number | null {
  const page = Math.max(1, Math.floor(seen / ROW) - 1)
  const to: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: total - 1,
  }
  if (!Object.hasOwn(to, key) || total === 0) return null
  return Math.min(total - 1, Math.max(0, to[key]))
}
