/** What a script's variables hold. SystemTap 4.8: runtime/map.c, stat.c, vsprintf.c */

export type Value = number | string

/** An aggregate: what `<<<` has added up. */
export interface Stat {
  count: number
  sum: number
  min: number
  max: number
}

/** A global variable: a value, an aggregate, or an array of either by its keys. */
export interface Variable {
  value: Value | Stat | null
  entries: Map<string, { keys: Value[]; value: Value | Stat }>
}

export const newVariable = (): Variable => ({ value: null, entries: new Map() })
export const newStat = (): Stat => ({ count: 0, sum: 0, min: Infinity, max: -Infinity })

export function addTo(stat: Stat, value: number, times: number): void {
  stat.count += times
  stat.sum += value * times
  stat.min = Math.min(stat.min, value)
  stat.max = Math.max(stat.max, value)
}

export const isStat = (v: unknown): v is Stat => typeof v === 'object' && v !== null && 'count' in v

/** How a value is put in order: an aggregate by how many it has. */
export function rank(v: Value | Stat): Value {
  return isStat(v) ? v.count : v
}

export function compare(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0
}

const DIRECTIVE = /%([-+ 0#]*)(\d+)?(?:\.(\d+))?(?:ll|l|h)?([dixXuscpob%])/g

/** How many arguments a format takes. */
export function wants(format: string): number {
  return [...format.matchAll(DIRECTIVE)].filter((m) => m[4] !== '%').length
}

function converted(type: string, value: Value, digits: string | undefined): string {
  const n = typeof value === 'number' ? value : 0
  switch (type) {
    case 's':
      return String(value).slice(0, digits === undefined ? undefined : Number(digits))
    case 'c':
      return String.fromCharCode(n)
    case 'x':
      return n.toString(16)
    case 'X':
      return n.toString(16).toUpperCase()
    case 'o':
      return n.toString(8)
    case 'b':
      return n.toString(2)
    case 'p':
      return `0x${n.toString(16)}`
    default:
      return String(Math.trunc(n))
  }
}

export function format(text: string, args: readonly Value[]): string {
  let at = 0
  return text.replace(DIRECTIVE, (_, flags: string, width: string | undefined, digits, type: string) => {
    if (type === '%') return '%'
    let shown = converted(type, args[at++] ?? 0, digits as string | undefined)
    const signed = 'di'.includes(type)
    if (signed && !shown.startsWith('-')) shown = (flags.includes('+') ? '+' : '') + shown
    if (flags.includes('#') && type === 'x') shown = `0x${shown}`
    const room = Number(width ?? 0)
    if (flags.includes('-')) return shown.padEnd(room)
    return flags.includes('0') && type !== 's' ? shown.padStart(room, '0') : shown.padStart(room)
  })
}
