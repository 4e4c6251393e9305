/**
 * A packet, a conversation or a load, put together in a form, as the command line that it is: whatever the host's own
 * stack would send is ping's or nc's, what it would not is hping3's, many requests are ab's.
 */

export const PROTOCOLS = ['tcp', 'udp', 'icmp'] as const
export type CraftProtocol = (typeof PROTOCOLS)[number]
export const FLAGS = ['S', 'A', 'F', 'R', 'P', 'U'] as const
export type Flag = (typeof FLAGS)[number]

export interface Craft {
  protocol: CraftProtocol
  /** Another source than the sender's own; '' its own. */
  source: string
  to: string
  /** '' for any. */
  sport: string
  dport: string
  /** None: a whole conversation. */
  flags: readonly Flag[]
  ttl: string
  payload: string
  count: number
}

export const COUNT_MAX = 10_000

export const BLANK: Craft = {
  protocol: 'tcp',
  source: '',
  to: '',
  sport: '',
  dport: '80',
  flags: [],
  ttl: '',
  payload: '',
  count: 1,
}

/** What is out of its range, by the field's name. */
export function wrong(c: Craft): (keyof Craft)[] {
  const bad: (keyof Craft)[] = []
  const number = (text: string, from: number, to: number): boolean =>
    /^\d{1,5}$/.test(text) && Number(text) >= from && Number(text) <= to
  if (!/^[\w.-]{1,64}$/.test(c.to)) bad.push('to')
  if (c.source !== '' && !/^\d{1,3}(\.\d{1,3}){3}$/.test(c.source)) bad.push('source')
  if (c.protocol !== 'icmp') {
    if (c.sport !== '' && !number(c.sport, 1, 65535)) bad.push('sport')
    if (!number(c.dport, 1, 65535)) bad.push('dport')
  }
  if (c.ttl !== '' && !number(c.ttl, 1, 255)) bad.push('ttl')
  if (!Number.isInteger(c.count) || c.count < 1 || c.count > COUNT_MAX) bad.push('count')
  if (c.payload.length > 1000) bad.push('payload')
  return bad
}

const given = (...words: (string | false)[]): string => words.filter((w) => w !== false && w !== '').join(' ')
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** With \r, \n and the like in it, it is written as it stands, else with an end of line. */
const said = (text: string): string =>
  text.includes('\\') ? `printf ${quoted(text.replaceAll('%', '%%'))}` : `echo ${quoted(text)}`

/** Does it need somebody who writes headers by hand? */
function byHand(c: Craft): boolean {
  if (c.source !== '') return true
  return c.protocol === 'icmp' ? false : c.ttl !== '' || (c.protocol === 'tcp' && c.flags.length > 0)
}

export function craftLine(c: Craft): string {
  const bytes = new TextEncoder().encode(c.payload).length
  if (byHand(c)) {
    const icmp = c.protocol === 'icmp'
    return given(
      'hping3',
      c.protocol === 'udp' && '-2',
      icmp && '-1',
      ...FLAGS.filter((f) => c.protocol === 'tcp' && c.flags.includes(f)).map((f) => `-${f}`),
      c.source !== '' && `-a ${c.source}`,
      !icmp && c.sport !== '' && `-s ${c.sport} -k`,
      !icmp && `-p ${c.dport}`,
      c.ttl !== '' && `-t ${c.ttl}`,
      bytes > 0 && `-d ${bytes}`,
      c.count > 100 && '-q -i u1000',
      `-c ${c.count}`,
      c.to,
    )
  }
  if (c.protocol === 'icmp')
    return given('ping', `-c ${c.count}`, c.ttl !== '' && `-t ${c.ttl}`, bytes > 0 && `-s ${bytes}`, c.to)
  const one = given(
    bytes > 0 ? `${said(c.payload)} |` : c.protocol === 'udp' ? 'echo |' : '',
    'nc',
    c.protocol === 'udp' && '-u',
    bytes === 0 && c.protocol === 'tcp' && '-z',
    '-w 2',
    c.sport !== '' && `-p ${c.sport}`,
    c.to,
    c.dport,
  )
  return c.count === 1 ? one : `for i in $(seq ${c.count}); do ${one}; done`
}

/** Conversations to begin with: what differs from a blank form. */
export const PRESETS = {
  hello: { protocol: 'tcp', payload: 'GET / HTTP/1.0\\r\\n\\r\\n', dport: '80' },
  ping: { protocol: 'icmp', count: 3 },
  question: { protocol: 'udp', payload: 'hello', dport: '5000' },
  syn: { protocol: 'tcp', flags: ['S'] },
  stray: { protocol: 'tcp', flags: ['A'] },
  reset: { protocol: 'tcp', flags: ['R'] },
  tree: { protocol: 'tcp', flags: ['F', 'P', 'U'] },
  forged: { protocol: 'tcp', flags: ['S'], source: '10.99.99.99' },
  short: { protocol: 'icmp', ttl: '1' },
} as const satisfies Record<string, Partial<Craft>>
export type PresetKey = keyof typeof PRESETS
export const PRESET_KEYS = Object.keys(PRESETS) as PresetKey[]

export function preset(key: PresetKey, to: string): Craft {
  return { ...BLANK, ...PRESETS[key], to }
}

export interface Load {
  kind: 'ab' | 'flood'
  to: string
  port: string
  /** Requests or packets, and how many at a time. */
  total: number
  together: number
  /** The connections are kept for further requests. */
  keep: boolean
}

export const TOTAL_MAX = 1_000_000
export const TOGETHER_MAX = 20_000

/** Ends every load that runs behind a terminal; ab then says how far it has come. */
export const END_LOADS = 'kill -INT $(jobs -p) 2>/dev/null'

/** It runs behind the terminal: sent again it is one client more, and its terminal stays free. */
export function loadLine(l: Load): string {
  const total = Math.min(TOTAL_MAX, Math.max(1, Math.trunc(l.total) || 1))
  const together = Math.min(TOGETHER_MAX, total, Math.max(1, Math.trunc(l.together) || 1))
  const port = /^\d{1,5}$/.test(l.port) ? l.port : '80'
  return l.kind === 'ab'
    ? `ab -c ${together} -n ${total}${l.keep ? ' -k' : ''} -r -s 2 http://${l.to}${port === '80' ? '' : `:${port}`}/ &`
    : `hping3 -q -S --rand-source -i u1000 -c ${total} -p ${port} ${l.to} &`
}
