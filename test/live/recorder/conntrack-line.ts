/** Lines that `conntrack` prints, as the recordings write them. */
import { textOf } from '../text.ts'
import { possibleTimeouts, settleTimeout } from '../../../src/lab/replay/timeouts.ts'
import type { Fields } from '../../../src/lab/replay/packet.ts'

/** An entry as `conntrack -L` and `-E` print it (`-o extended`): protocol, timeout, state, two tuples, flags, mark. */
export function parseEntry(text: string): Fields {
  let words = text.trim().split(/\s+/)
  if (words[0] === 'ipv4' || words[0] === 'ipv6') words = words.slice(2)
  const d: Fields = { proto: words[0] }
  words = words.slice(2)
  if (/^\d+$/.test(words[0] ?? '')) d['timeout'] = Number(words.shift())
  const tuples: Record<string, string>[] = []
  const flags: string[] = []
  for (const word of words) {
    const [key, value] = word.split('=', 2)
    const tuple = tuples.at(-1)
    if (word.startsWith('[')) flags.push(word.slice(1, -1))
    else if (value === undefined) d['state'] = word
    else if (key === 'src') tuples.push({ src: value })
    else if (key === 'mark' || key === 'zone') d[key] = Number(value)
    // A ping's id comes behind its type; the last `id` is that of the entry.
    else if (
      tuple &&
      !(key in tuple) &&
      ['dst', 'sport', 'dport', 'type', 'code', 'id'].includes(key) &&
      (key !== 'id' || 'type' in tuple)
    )
      tuple[key] = value
  }
  const [orig, reply] = tuples.map(tupleText)
  return { ...d, orig: orig ?? null, reply: reply ?? null, flags: flags.sort() }
}

function tupleText(t: Record<string, string>): string {
  if ('sport' in t) return `${t['src']}:${t['sport']}>${t['dst']}:${t['dport']}`
  if ('type' in t) return `${t['src']}>${t['dst']} type=${t['type']} code=${t['code']} id=${t['id']}`
  return `${t['src']}>${t['dst']}`
}

/** A line of `conntrack -E`; null when it is none. */
export function parseEvent(line: string): Fields | null {
  const m = /^\s*(?:\[[\d.]+\s*\])?\s*\[(NEW|UPDATE|DESTROY)\]\s+(.*)$/.exec(line)
  return m ? { ev: m[1], ...parseEntry(m[2]) } : null
}

/** When `conntrack -E -o timestamp` heard of it, milliseconds by the clock on the wall; null: it does not say. */
export function heardAt(line: string): number | null {
  // Its microseconds have no zeros before them.
  const m = /^\s*\[(\d+)\.(\d+)\s*\]/.exec(line)
  return m ? Number(m[1]) * 1000 + Number(m[2]) / 1000 : null
}

/**
 * An event's timeout as it was set. `seconds`: the sysctls; `more`: other timeouts that somebody wrote. Of what is
 * destroyed only a rest is told: left out.
 */
export function settle(
  event: Fields,
  seconds: ReadonlyMap<string, number>,
  more: ReadonlySet<number>,
): Fields {
  const { timeout, ...rest } = event
  if (event['ev'] === 'DESTROY' || typeof timeout !== 'number') return rest
  const state = typeof event['state'] === 'string' ? event['state'] : undefined
  const possible = possibleTimeouts(textOf(event['proto']), state, seconds)
  for (const n of more) possible.add(n)
  return { ...event, timeout: settleTimeout(timeout, possible) }
}

/** Sort key of entries and of events that no packet ordered: protocol, then the original tuple. */
export function byTuple(a: Fields, b: Fields): number {
  const key = (f: Fields): string => JSON.stringify([f['proto'], f['orig']])
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0
}
