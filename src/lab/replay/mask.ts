/** What a recording does not name because chance chose it: initial sequence numbers, ports, victims of early_drop. */
import type { Fields, Json } from './packet.ts'
import type { PacketSpec, Scenario } from './scenario.ts'

function isFields(v: Json | undefined): v is Fields {
  return typeof v === 'object' && v !== null && !Array.isArray(v)
}

/** Bits of a timestamp of SYNPROXY's that are options, not the clock. */
const STAMP_BITS = 0x3f
/** A timestamp that is so much later still belongs to the connection. */
const STAMP_RANGE = 4096
/** So large is twice a stamp of a scenario at most; the clock is more. */
const STAMP_SUM = 1 << 19
const STAMP_OPTION = '080a'

/** Where the timestamps of TCP options stand, in letters of their hexadecimal form; -1: there are none. */
function stampsAt(opts: string): number {
  for (let i = 0; i < opts.length;) {
    const kind = opts.slice(i, i + 2)
    if (opts.startsWith(STAMP_OPTION, i)) return i + STAMP_OPTION.length
    if (kind === '00') return -1
    i += kind === '01' ? 2 : 2 * Math.max(2, parseInt(opts.slice(i + 2, i + 4), 16) || 0)
  }
  return -1
}

/** The two timestamps among TCP options in hexadecimal, null: there are none. */
export function stampsOf(opts: Json | undefined): { tsval: number; tsecr: number } | null {
  const at = typeof opts === 'string' ? stampsAt(opts) : -1
  if (typeof opts !== 'string' || at < 0) return null
  return { tsval: parseInt(opts.slice(at, at + 8), 16), tsecr: parseInt(opts.slice(at + 8, at + 16), 16) }
}

/** A field of a captured packet, as `@3.seq` names it; `tsval` and `tsecr` are in its options. */
export function capturedField(packet: Fields | undefined, field: string): Json | undefined {
  const stamps = field === 'tsval' || field === 'tsecr' ? stampsOf(packet?.['opts']) : null
  return stamps ? stamps[field === 'tsval' ? 'tsval' : 'tsecr'] : packet?.[field]
}

/** The clock of a timestamp, without what SYNPROXY says in its last bits. */
export function stampClock(tsval: number): number {
  return (tsval & ~STAMP_BITS) >>> 0
}

/** TCP options with timestamps by which the clock of the host can be told named after the answer that told it first. */
function maskStamps(opts: Json | undefined, clocks: readonly number[]): Json | undefined {
  const stamps = stampsOf(opts)
  if (typeof opts !== 'string' || stamps === null) return opts
  const name = (stamp: number): string => {
    const past = clocks.map((clock) => (stamp - clock) >>> 0)
    const least = Math.min(...past)
    const number = (i: number): string => (i === 0 ? '' : String(i + 1))
    if (least < STAMP_RANGE) return `[TS${number(past.indexOf(least))}${least === 0 ? '' : `+${least}`}]`
    // The proxy's own ACK is translated, although its stamp was the server's already.
    const sums = clocks.map((clock) => (stamp + clock) >>> 0)
    const sum = Math.min(...sums)
    if (sum < STAMP_SUM) return `[${sum}-TS${number(sums.indexOf(sum))}]`
    return stamp.toString(16).padStart(8, '0')
  }
  const at = stampsAt(opts)
  return `${opts.slice(0, at)}${name(stamps.tsval)}${name(stamps.tsecr)}${opts.slice(at + 16)}`
}

/** Does SYNPROXY answer? Its timestamps say something and are told; those of a whole TCP begin anywhere. */
export function isProxied(sc: Scenario): boolean {
  return [...sc.setup, ...sc.steps.map((s) => s.cmd ?? '')].some((line) => line.includes('SYNPROXY'))
}

/** Options of a connection of the host's own; the scale of a window goes by the machine's memory, too. */
function maskOwn(opts: Json | undefined, syn: boolean): Json | undefined {
  if (typeof opts !== 'string') return opts
  const at = stampsAt(opts)
  const plain = at < 0 ? opts : `${opts.slice(0, at)}[TS]${opts.slice(at + 8)}`
  return syn ? plain.replace(/0303..$/, '0303[SCALE]') : plain
}

function isnName(value: number, isns: readonly number[]): string | null {
  for (const [i, isn] of isns.entries()) {
    const d = (value - isn) >>> 0
    if (d < 65536) return `ISN${i === 0 ? '' : i + 1}${d === 0 ? '' : `+${d}`}`
  }
  return null
}

/**
 * Sequence numbers of the host's own connections become ISN, ISN+1 …; those of its second connection ISN2, ISN2+1 …
 * `isns`: the initial ones that it drew, in their order. Its clock, where timestamps tell it, becomes TS, TS2 … (`clocks`).
 */
export function maskIsn(record: Fields, isns: readonly number[], clocks: readonly number[]): Fields {
  if (isns.length === 0) return record
  const name = (value: number): string | number => isnName(value, isns) ?? value
  const mask = (w: Json | undefined): Json => {
    if (!isFields(w)) return w ?? null
    const out: Fields = { ...w }
    // An ICMP error quotes one.
    if (isFields(out['inner'])) out['inner'] = mask(out['inner'])
    if (w['proto'] !== 'tcp') return out
    for (const key of ['seq', 'ack']) {
      const value = out[key]
      if (typeof value === 'number' && value !== 0) out[key] = name(value)
    }
    const opts =
      clocks.length > 0 || typeof out['seq'] !== 'string'
        ? maskStamps(out['opts'], clocks)
        : maskOwn(out['opts'], out['flags'] === 'S')
    if (opts !== undefined) out['opts'] = opts
    return out
  }
  const out: Fields = { ...record }
  if ('packet' in out) out['packet'] = mask(out['packet'])
  if (Array.isArray(out['wire'])) out['wire'] = out['wire'].map(mask)
  return out
}

/** A line of the kernel's log without the identification that a kernel gave to its packet. */
export function maskId(line: string): string {
  return line.replace(/ ID=[1-9]\d* /, ' ID=kernel ')
}

/** A line of the kernel's log with sequence numbers of the host's own connections named as in the records. */
export function maskLogIsn(line: string, isns: readonly number[]): string {
  return line.replace(/(SEQ|ACK)=(\d+)/g, (whole, field: string, n: string) => {
    const name = n === '0' ? null : isnName(Number(n), isns)
    return name === null ? whole : `${field}=${name}`
  })
}

/** Lines of what a command printed that are kept. */
const PRINTED = 60

/** What chance or the day has decided of what programs print. */
const UNSTEADY: readonly [RegExp, string][] = [
  [/^(# (?:Generated|Completed).* on) .*/gm, '$1 DATE'],
  [/(?<=<id>)\d+/g, 'ID'],
  [/(?<=initval )0x[0-9a-f]+/g, 'KEY'],
]

/**
 * What a command printed, line by line. Entries of connection tracking come in the order of a hash whose key is drawn:
 * they are sorted, and of those that -U has changed only the first is printed, which is any.
 */
export function printedLines(command: string, stdout: string): string[] {
  if (stdout === '') return []
  const steady = UNSTEADY.reduce((text, [what, name]) => text.replace(what, name), stdout)
  if (command.startsWith('conntrack -U')) return ['an entry']
  const lines = steady.replace(/\n$/, '').split('\n')
  return (/^conntrack|nf_conntrack/.test(command) ? lines.sort() : lines).slice(0, PRINTED)
}

/** In a line of the kernel's log, the IP id of a packet that the host itself has numbered becomes N. */
export function maskIds(line: string, sc: Scenario): string {
  const ofSocket = (p: PacketSpec | undefined): boolean =>
    p?.proto === 'udp' && p.socket !== false && sc.services.includes(`udp ${p.sport}`)
  const written = sc.steps.flatMap((s, i) =>
    ofSocket(s.local) ? [] : [s.inject?.id ?? s.local?.id ?? 0x1000 + i],
  )
  const known = new Set([0, 0x7777, ...written])
  return line.replace(/(TTL=\d+ ID=)(\d+)/g, (all, head: string, id: string) =>
    known.has(Number(id)) ? all : `${head}N`,
  )
}

/** Keep verdicts only. */
export function loosen(step: Fields): Fields {
  const keep: Fields = {}
  for (const key of ['n', 't_ms', 'kind', 'note', 'from', 'cmd', 'rc', 'name']) {
    const value = step[key]
    if (value !== undefined) keep[key] = value
  }
  const packets = step['packets']
  if (Array.isArray(packets))
    keep['packets'] = packets.map((p) =>
      isFields(p) ? { origin: p['origin'] ?? null, verdict: p['verdict'] ?? null } : null,
    )
  const stats = step['stats']
  if (isFields(stats)) {
    keep['drop'] = stats['drop'] ?? 0
    keep['early_drop_happened'] = Number(stats['early_drop'] ?? 0) > 0
  }
  return keep
}

const CLASSES = [
  [1, 511],
  [512, 599],
  [600, 1023],
  [1024, 65535],
] as const

/** Numbers that a text names, but for those of addresses, which are no ports. */
export function numbersIn(text: string): number[] {
  const rest = text.replace(/\b\d+(?:\.\d+){3}(?:\/\d+)?|\b\d+(?:,\d+){5}/g, ' ')
  return (rest.match(/\d+/g) ?? []).map(Number)
}

/** Ports that the kernel drew become P1, P2 … in order of appearance, in place; the answer is the range of each. */
export function maskPorts(steps: Fields[], sc: Scenario): Record<string, string> {
  const written = JSON.stringify([sc.setup, sc.steps.map((s) => ({ ...s, note: undefined }))])
  const known = new Set(numbersIn(written).filter((n) => n < 65536))
  const names = new Map<number, [string, string]>()
  const name = (port: number, icmp = false): number | string => {
    if (known.has(port)) return port
    const [lo, hi] = icmp ? [0, 65535] : (CLASSES.find(([a, b]) => port >= a && port <= b) ?? [0, 65535])
    let entry = names.get(port)
    if (!entry) {
      entry = [`P${names.size + 1}`, `${lo}-${hi}`]
      names.set(port, entry)
    }
    return entry[0]
  }
  const text = (v: string): string =>
    v.replace(
      /(?<=\d):(\d+)(?=>|$)|(?<=id=)(\d+)|(?<=[sd]port=|[SD]PT=)(\d+)|(?<=CODE=\d+ ID=)(\d+)/g,
      (_, port?: string, id?: string, named?: string, ping?: string) => {
        if (port !== undefined) return `:${name(Number(port))}`
        return named !== undefined ? `${name(Number(named))}` : `${name(Number(id ?? ping), true)}`
      },
    )
  const field = (key: string, v: Json): Json => {
    if (typeof v === 'number' && (key === 'sport' || key === 'dport' || key === 'icmp_id'))
      return name(v, key === 'icmp_id')
    if (typeof v === 'string' && ['orig', 'reply', 'from', 'accepted_from'].includes(key)) return text(v)
    return walk(v)
  }
  const walk = (v: Json): Json => {
    if (Array.isArray(v)) return v.map(walk)
    return isFields(v) ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, field(k, x)])) : v
  }
  const lines = (v: Json | undefined): Json => (v as string[]).map(text)
  for (const s of steps) {
    for (const key of ['packets', 'unmatched_captures', 'socket_received', 'ct_events', 'conntrack']) {
      const value = s[key]
      if (value !== undefined) s[key] = walk(value)
    }
    for (const key of ['log', 'stdout']) if (s[key] !== undefined) s[key] = lines(s[key])
  }
  return Object.fromEntries(names.values())
}
