/** Lines of the kernel's log that tell of a packet: those of the probes (probe.ts) and those of TRACE. */
import type { Fields } from '../../../src/lab/replay/packet.ts'

/** What a line says of the packet's header, and where the packet was. */
export interface LogLine {
  /** `new`: a packet's first line; `ct`: with the state of its connection; `hdr`: only the header; `trace`: a rule; `log`: a rule's LOG. */
  kind: 'new' | 'ct' | 'hdr' | 'trace' | 'log'
  /** Whose probe it was; null: TRACE and LOG do not say. */
  host: string | null
  /** `@PREROUTING` … of a probe. */
  at: string
  /** State and direction, of `ct`. */
  ct: string
  dir: string
  /** Table, chain and number, of `trace`. */
  table: string
  chain: string
  rule: number
  header: Fields
  id: number
  proto: string
  /** The whole line. */
  line: string
}

const FLAGS: Readonly<Record<string, string>> = {
  FIN: 'F',
  SYN: 'S',
  RST: 'R',
  PSH: 'P',
  ACK: 'A',
  URG: 'U',
  ECE: 'E',
  CWR: 'C',
}

/** Header of a packet as the kernel's log writes it: `IN=eth0 OUT= MAC=… SRC=… [SRC=… of a quoted packet]`. */
function parseHeader(text: string): { header: Fields; id: number; proto: string } {
  const quoted = /\[(SRC=.*)\]/.exec(text)
  const words = (quoted ? text.replace(quoted[0], '') : text).trim().split(/ +/)
  const values = new Map<string, string>()
  const flags: string[] = []
  for (const word of words) {
    const [key, value] = word.split('=', 2)
    if (value === undefined) {
      if (FLAGS[word]) flags.push(FLAGS[word])
    }
    // ID of the IP header comes before PROTO, that of a ping behind it.
    else if (key === 'ID' && values.has('PROTO')) values.set('icmp', value)
    else if (!values.has(key)) values.set(key, value)
  }
  const header: Fields = {}
  const text_ = (key: string, as: string): void => {
    const value = values.get(key)
    if (value) header[as] = value
  }
  const number = (key: string, as: string): void => {
    const value = values.get(key)
    if (value !== undefined) header[as] = Number(value)
  }
  text_('IN', 'in')
  text_('OUT', 'out')
  text_('PHYSIN', 'physin')
  text_('PHYSOUT', 'physout')
  text_('SRC', 'src')
  number('SPT', 'sport')
  text_('DST', 'dst')
  number('DPT', 'dport')
  number('TYPE', 'type')
  number('CODE', 'code')
  number('icmp', 'icmp_id')
  if (flags.length > 0) header['flags'] = [...'FSRPAUEC'].filter((f) => flags.includes(f)).join('')
  number('TTL', 'ttl')
  number('LEN', 'len')
  const mark = Number(values.get('MARK') ?? 0)
  if (mark) header['mark'] = mark
  const proto = (values.get('PROTO') ?? '').toLowerCase()
  if (quoted) {
    const inner = parseHeader(quoted[1])
    const told: Fields = {}
    for (const key of ['src', 'dst', 'proto', 'sport', 'dport', 'type', 'code', 'icmp_id']) {
      const value = key === 'proto' ? inner.proto : inner.header[key]
      if (value !== undefined) told[key] = value
    }
    header['inner'] = told
  }
  return { header, id: Number(values.get('ID') ?? -1), proto }
}

/** What a line tells, or null when it is not of a packet's way. */
export function parseLogLine(line: string): LogLine | null {
  const none = { at: '', ct: '', dir: '', table: '', chain: '', rule: 0, line }
  const probe = /^(nl\S*?):(new|ct|hdr):(\S+) (IN=.*)$/.exec(line)
  if (probe) {
    const [, host, kind, what, rest] = probe
    const base = { ...none, kind: kind as 'new' | 'ct' | 'hdr', host, ...parseHeader(rest) }
    if (kind !== 'ct') return { ...base, at: `@${what}` }
    const words = what.split(':')
    return {
      ...base,
      at: `@${words.slice(0, -2).join(':')}`,
      ct: words.at(-2) ?? '',
      dir: words.at(-1) ?? '',
    }
  }
  const trace = /^TRACE: (\S+?):(\S+):(?:rule|return|policy):(\d+) (IN=.*)$/.exec(line)
  const logged = /^.{0,30}?(IN=\S* OUT=.* SRC=.*)$/.exec(line)
  if (!trace && logged && !/nf_conntrack|nf_ct/.test(line))
    return { ...none, kind: 'log', host: null, ...parseHeader(logged[1]) }
  if (!trace) return null
  const [, table, chain, rule, rest] = trace
  return { ...none, kind: 'trace', host: null, table, chain, rule: Number(rule), ...parseHeader(rest) }
}
