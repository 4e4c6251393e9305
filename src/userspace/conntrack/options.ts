/**
 * The options of conntrack(8), which of them each command takes, and how they are said to be wrong.
 *
 * conntrack-tools 1.4.7, src/conntrack.c original_opts, commands_v_options; extensions/libct_proto_*.c
 */
import type { LongOption } from '../iptables/getopt.ts'

/** The command cannot be done: text for stderr, exit status (2: the command line is wrong). */
export class Failure extends Error {
  readonly status: number
  constructor(status: number, text: string) {
    super(text)
    this.status = status
  }
}

export const wrong = (text: string): Failure => new Failure(2, text)

/** Something that the real conntrack can do and this lab cannot. */
export const leftOut = (what: string): Failure => new Failure(1, `${what} is not part of this lab`)

export const SHORT =
  ':L::I::U::D::G::E::F::A::hVs:d:r:q:p:t:u:e:a:z[:]:{:}:m:i:f:o:n::g::c:b:C::Sj::w:l:<:>::(:):'

const LONG = `
  dump?L create?I add?A delete?D update?U get?G flush?F event?E counter?C stats-S version-V help-h
  orig-src=s src=s orig-dst=d dst=d reply-src=r reply-dst=q protonum=p timeout=t status=u zero-z event-mask=e
  tuple-src=[ tuple-dst=] mask-src={ mask-dst=} nat-range=a mark=m secmark=c id?i family=f src-nat?n dst-nat?g
  output=o buffer-size=b any-nat?j zone=w label=l label-add=< label-del?> orig-zone=( reply-zone=)`

const ARGUMENT = { '-': 0, '=': 1, '?': 2 } as const

function table(text: string): LongOption[] {
  return text
    .trim()
    .split(/\s+/)
    .map((word) => {
      const [, name, kind, val] = /^(.*)([-=?])(.+)$/.exec(word) ?? ['', '', '-', '']
      return { name, arg: ARGUMENT[kind as keyof typeof ARGUMENT], val }
    })
}

export const LONG_OPTIONS: readonly LongOption[] = table(LONG)

/** Options that a protocol brings with it. */
const PORTS =
  'orig-port-src=sport sport=sport orig-port-dst=dport dport=dport reply-port-src=rsport reply-port-dst=rdport ' +
  'mask-port-src=msport mask-port-dst=mdport tuple-port-src=tsport tuple-port-dst=tdport'

const KEYS =
  'srckey=sport orig-key-src=sport dstkey=dport orig-key-dst=dport reply-key-src=rsport reply-key-dst=rdport ' +
  'mask-key-src=msport mask-key-dst=mdport tuple-key-src=tsport tuple-key-dst=tdport'

export const PROTOCOL_OPTIONS: Readonly<Record<string, readonly LongOption[]>> = {
  tcp: table(`${PORTS} state=state`),
  udp: table(PORTS),
  udplite: table(PORTS),
  sctp: table(`${PORTS} state=state orig-vtag=ovtag reply-vtag=rvtag`),
  dccp: table(`${PORTS} state=state role=role`),
  gre: table(KEYS),
  icmp: table('icmp-type=type icmp-code=code icmp-id=id'),
  icmpv6: table('icmpv6-type=type icmpv6-code=code icmpv6-id=id'),
}

/** Protocols by name: those that conntrack knows, then those of /etc/protocols. */
export const PROTOCOLS: Readonly<Record<string, number>> = {
  tcp: 6,
  udp: 17,
  udplite: 136,
  sctp: 132,
  dccp: 33,
  icmp: 1,
  icmpv6: 58,
  gre: 47,
  ip: 0,
  igmp: 2,
  ipencap: 4,
  egp: 8,
  igp: 9,
  esp: 50,
  ah: 51,
  ospf: 89,
  ipip: 94,
  pim: 103,
  ipcomp: 108,
  vrrp: 112,
  l2tp: 115,
}

/** Options in the order of the table below. */
const ORDER = 'sdrqptuze[]{}amifngocbjwl<>()'

const NAMES: Readonly<Record<string, string>> = {
  s: 'src',
  d: 'dst',
  r: 'reply-src',
  q: 'reply-dst',
  p: 'protonum',
  t: 'timeout',
  u: 'status',
  z: 'zero',
  e: 'event-mask',
  '[': 'tuple-src',
  ']': 'tuple-dst',
  '{': 'mask-src',
  '}': 'mask-dst',
  a: 'nat-range',
  m: 'mark',
  i: 'id',
  f: 'family',
  n: 'src-nat',
  g: 'dst-nat',
  o: 'output',
  c: 'secmark',
  b: 'buffer-size',
  j: 'any-nat',
  w: 'zone',
  l: 'label',
  '<': 'label-add',
  '>': 'label-del',
  '(': 'orig-zone',
  ')': 'reply-zone',
}

/** The long name of an option, for messages. */
export const optionName = (letter: string): string =>
  LONG_OPTIONS.find((o) => o.val === letter)?.name ?? 'unknown'

/**
 * 0: not with this command, 1: must be, 2: may be, 3: together with another. The keys are the letter of a command, and
 * `x` before it for the table of expectations.
 */
const LEGAL: Readonly<Record<string, string>> = {
  L: '22222022000220202222202220022',
  I: '33331120000002200220000202022',
  U: '22222220000220222222000022200',
  D: '22222220000220222222000220022',
  G: '33331000000000020002000020000',
  F: '00000000000000002000000000000',
  E: '22222000200220202222222220022',
  V: '00000000000000000000000000000',
  h: '00002000000000000000000000000',
  C: '00000000000000000000000000000',
  S: '00000000000000000000000000000',
  A: '33331120000002200220000202022',
  xL: '00000000000000002002000000000',
  xI: '11221120011110000000000000000',
  xD: '11221000000000000000000000000',
  xG: '11221000000000000000000000000',
  xF: '00000000000000000000000000000',
  xE: '00000000000000000002000000000',
  xC: '00000000000000000000000000000',
  xS: '00000000000000000000000000000',
}

/** No command at all is judged as the help is not: only its own line of zeros is missing, so nothing is legal. */
const NOTHING = '0'.repeat(ORDER.length)

/** Complain of an option that a command does not take, or lacks. Linux: generic_opt_check */
export function checkOptions(command: string, given: ReadonlySet<string>): void {
  const legal = LEGAL[command] ?? NOTHING
  let together = false
  ;[...ORDER].forEach((letter, i) => {
    if (!given.has(letter)) {
      if (legal[i] === '1')
        throw wrong(`You need to supply the \`--${NAMES[letter]}' option for this command`)
    } else if (legal[i] === '0') throw wrong(`Illegal option \`--${NAMES[letter]}' with this command`)
    if (legal[i] === '3') together = true
  })
  if (!together) return
  if (['sd', 'rq'].some((pair) => [...pair].every((letter) => given.has(letter)))) return
  const reply = !given.has('s') && !given.has('d') && (given.has('r') || given.has('q'))
  throw wrong(`you have to specify ${reply ? "`--reply-src' and `--reply-dst'" : "`--src' and `--dst'"}`)
}

/** What a new entry of a protocol must say besides its ports. */
const NEEDED: Readonly<Record<string, readonly [string, string][]>> = {
  tcp: [['state', 'state']],
  sctp: [
    ['state', 'state'],
    ['ovtag', 'orig-vtag'],
    ['rvtag', 'reply-vtag'],
  ],
  dccp: [
    ['state', 'state'],
    ['role', 'role'],
  ],
}

/** Options of a protocol that only new entries take. */
const OF_NEW: Readonly<Record<string, string>> = { ovtag: 'orig-vtag', rvtag: 'reply-vtag', role: 'role' }

/** The same for the options of a protocol: a command that names one entry needs its ports. */
export function checkProtocol(command: string, protocol: string, given: ReadonlySet<string>): void {
  if (!'IAU'.includes(command))
    for (const [name, long] of Object.entries(OF_NEW))
      if (given.has(name)) throw wrong(`Illegal option \`--${long}' with this command`)
  if (!'GIA'.includes(command)) return
  if (protocol === 'icmp') {
    for (const name of ['type', 'code'])
      if (!given.has(name)) throw wrong(`You need to supply the \`--icmp-${name}' option for this command`)
    return
  }
  if (!(protocol in PROTOCOL_OPTIONS)) return
  const has = (a: string, b: string): boolean => given.has(a) && given.has(b)
  if (has('sport', 'dport') || has('rsport', 'rdport')) {
    for (const [name, long] of command === 'G' ? [] : (NEEDED[protocol] ?? []))
      if (!given.has(name)) throw wrong(`You need to supply the \`--${long}' option for this command`)
    return
  }
  const [src, dst] = protocol === 'gre' ? ['srckey', 'dstkey'] : ['sport', 'dport']
  const reply = !given.has('sport') && !given.has('dport') && (given.has('rsport') || given.has('rdport'))
  throw wrong(
    `you have to specify ${reply ? "`--reply-src-port' and `--reply-dst-port'" : `\`--${src}' and \`--${dst}'`}`,
  )
}

/** Options about ports in the order in which they are judged; GRE calls them keys. */
const PORT_ORDER = 'sport dport rsport rdport msport mdport state tsport tdport'.split(' ')
const MORE_ORDER: Readonly<Record<string, readonly string[]>> = { sctp: ['ovtag', 'rvtag'], dccp: ['role'] }

/** The same of an expectation. 0: not with this command, 1: must be, as above. */
export function checkExpected(command: string, protocol: string, given: ReadonlySet<string>): void {
  if (!'IDG'.includes(command) || !(protocol in PROTOCOL_OPTIONS)) return
  const made = command === 'I'
  const icmp = protocol.startsWith('icmp')
  const order = icmp ? ['type', 'code', 'id'] : [...PORT_ORDER, ...(MORE_ORDER[protocol] ?? [])]
  const legal = icmp ? '000' : !made ? '11110000000' : protocol === 'gre' ? '111111011' : '11001101111'
  order.forEach((option, i) => {
    const { name } = PROTOCOL_OPTIONS[protocol].findLast((o) => o.val === option) ?? { name: option }
    const long = SHOWN[name] ?? name
    if (legal[i] === '1' && !given.has(option))
      throw wrong(`You need to supply the \`--${long}' option for this command`)
    if (legal[i] === '0' && given.has(option)) throw wrong(`Illegal option \`--${long}' with this command`)
  })
}

/** Names under which an option is known when it is missing or too much. */
const SHOWN: Readonly<Record<string, string>> = { 'orig-key-src': 'srckey', 'orig-key-dst': 'dstkey' }
