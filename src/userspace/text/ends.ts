/**
 * What head and tail share.
 */

/** `==> name <==`, before each input when there are several. */
export function banner(name: string, first: boolean): string {
  return `${first ? '' : '\n'}==> ${name === '-' ? 'standard input' : name} <==\n`
}

/** `-5` as the first argument is `-n 5`; for tail, `+5` is `-n +5`. */
export function modernise(argv: readonly string[], plus = false): string[] {
  const [name, first, ...rest] = argv
  const from = plus ? /^\+\d+$/.exec(first ?? '') : null
  if (from) return [name, '-n', from[0], ...rest]
  const count = /^-(\d+)([qvf]*)$/.exec(first ?? '')
  if (!count) return [...argv]
  return [name, '-n', count[1], ...(count[2] === '' ? [] : [`-${count[2]}`]), ...rest]
}

/** Where the last `count` lines or characters of a text begin. */
export function lastPart(text: string, count: number, unit: 'lines' | 'bytes'): number {
  if (unit === 'bytes') return Math.max(text.length - count, 0)
  if (count === 0) return text.length
  let at = text.endsWith('\n') ? text.length - 1 : text.length
  for (let i = 0; i < count; i++) {
    at = at <= 0 ? -1 : text.lastIndexOf('\n', at - 1)
    if (at < 0) return 0
  }
  return at + 1
}
