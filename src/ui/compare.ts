/** Two runs side by side: what was set differently, and what ab said came of it. Pure. */
import type { RunSummary } from '../lab/protocol.ts'

/** Settings that are not alike in both, by their names. */
export function differences(
  a: RunSummary,
  b: RunSummary,
): { name: string; a: number | null; b: number | null }[] {
  const names = new Set([...Object.keys(a.sysctl), ...Object.keys(b.sysctl)])
  return [...names]
    .map((name) => ({ name, a: a.sysctl[name] ?? null, b: b.sysctl[name] ?? null }))
    .filter((row) => row.a !== row.b)
}

/** Pairs of rules that are looked at one by one; of more only those are told that the other run does not have anywhere. */
const PAIRS = 1_000_000

/** Rules that only one of them has, or has elsewhere, in the order of both. */
export function ruleDifferences(a: readonly string[], b: readonly string[]): { a: string; b: string }[] {
  let same = 0
  while (same < Math.min(a.length, b.length) && a[same] === b[same]) same++
  const [x, y] = [a.slice(same), b.slice(same)]
  if (x.length * y.length > PAIRS) {
    const [inA, inB] = [new Set(x), new Set(y)]
    return [
      ...x.filter((rule) => !inB.has(rule)).map((rule) => ({ a: rule, b: '' })),
      ...y.filter((rule) => !inA.has(rule)).map((rule) => ({ a: '', b: rule })),
    ]
  }
  // The longest part that both have in this order, by dynamic programming from the end.
  const most = Array.from({ length: x.length + 1 }, () => new Uint32Array(y.length + 1))
  for (let i = x.length - 1; i >= 0; i--)
    for (let j = y.length - 1; j >= 0; j--)
      most[i][j] = x[i] === y[j] ? most[i + 1][j + 1] + 1 : Math.max(most[i + 1][j], most[i][j + 1])
  const out: { a: string; b: string }[] = []
  for (let i = 0, j = 0; i < x.length || j < y.length;) {
    if (i < x.length && j < y.length && x[i] === y[j]) {
      i++
      j++
    } else if (j >= y.length || (i < x.length && most[i + 1][j] >= most[i][j + 1]))
      out.push({ a: x[i++], b: '' })
    else out.push({ a: '', b: y[j++] })
  }
  return out
}

/** What came of a load. `null`: ab has not said. */
export interface Load {
  complete: number | null
  failed: number | null
  perSecond: number | null
  /** The longest connect and the longest request, ms. */
  connectMax: number | null
  longest: number | null
  /** Why it ended before its time. */
  end: 'done' | 'timeout' | 'failures' | 'error' | 'running'
}

/** Read ab's words. null: the line is no load. */
export function loadOf(line: string, said: string): Load | null {
  if (!/(^|[;&|]\s*)ab\s/.test(line)) return null
  const number = (pattern: RegExp): number | null => {
    const found = pattern.exec(said)
    return found ? Number(found[1]) : null
  }
  const complete = number(/^Complete requests:\s+(\d+)/m)
  return {
    complete: complete ?? number(/^Total of (\d+) requests completed/m),
    failed: number(/^Failed requests:\s+(\d+)/m),
    perSecond: number(/^Requests per second:\s+([\d.]+)/m),
    connectMax: number(/^Connect:(?:\s+[\d.]+){4}\s+(\d+)/m),
    longest: number(/^\s*100%\s+(\d+)/m),
    end: /\(70007\)/.test(said)
      ? 'timeout'
      : /Test aborted after/.test(said)
        ? 'failures'
        : complete !== null
          ? 'done'
          : /^\S.*\(\d+\)$/m.test(said.replace(/^This is.*$/m, ''))
            ? 'error'
            : 'running',
  }
}

/** The last load of a run. One that runs behind the terminal says what it has to say among the lines typed after it. */
export function lastLoad({ typed }: Pick<RunSummary, 'typed'>): { line: string; load: Load } | null {
  for (const [i, { host, line, said }] of [...typed.entries()].toReversed()) {
    const later = typed.slice(i + 1).filter((t) => t.host === host)
    const load = loadOf(line, /&\s*$/.test(line) ? said + later.map((t) => t.said).join('') : said)
    if (load) return { line, load }
  }
  return null
}

/** A course as a line in a picture of this size; both runs have the same scales, so that one can see which is higher. */
export function coursePath(
  run: RunSummary,
  scale: { time: number; count: number },
  width: number,
  height: number,
): string {
  const points = [...run.course, { time: run.time, count: run.count }].filter((p) => p.time <= run.time)
  return points
    .map((p, i) => {
      const x = (width * p.time) / Math.max(1, scale.time)
      const y = height - (height * p.count) / Math.max(1, scale.count)
      return `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`
    })
    .join('')
}

/** The two that are looked at first: the one that is shown, and what it was forked from (else the one before it). */
export function firstPair(runs: readonly RunSummary[], shown: number): [number, number] {
  const own = runs.find((r) => r.run === shown) ?? runs[runs.length - 1]
  const other =
    runs.find((r) => r.run === own.from) ??
    runs.find((r) => r.from === own.run) ??
    runs.find((r) => r !== own)
  const pair = [own.run, other?.run ?? own.run].sort((a, b) => a - b)
  return [pair[0], pair[1]]
}
