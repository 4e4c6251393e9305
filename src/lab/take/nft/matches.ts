/**
 * Matches in the words of nft, as iptables-translate 1.8.9 writes them.
 *
 * Left out on purpose, besides what it leaves out itself: rules that it writes down as something that means another
 * thing (a negation that is lost, a second option that is not said). They are named as not translated.
 */
import {
  masked,
  ne,
  only,
  option,
  quote,
  range,
  UNSIGNED,
  value,
  type Extension,
  type Option,
  type Translate,
} from './words.ts'

const all = (parts: (string | null)[]): string | null =>
  parts.includes(null) ? null : parts.filter((p) => p !== '').join(' ')

/** Each option by its own rule, in the order given here. */
function each(e: Extension, rules: Readonly<Record<string, (o: Option) => string | null>>): string | null {
  if (!only(e, ...Object.keys(rules))) return null
  return all(
    Object.entries(rules).flatMap(([name, say]) => e.options.filter((o) => o.name === name).map(say)),
  )
}

const FLAG_NAMES: Readonly<Record<string, string>> = {
  FIN: 'fin',
  SYN: 'syn',
  RST: 'rst',
  PSH: 'psh',
  ACK: 'ack',
  URG: 'urg',
}

function tcpFlags(o: Option): string | null {
  const names = (text: string): string[] => text.split(',').map((f) => FLAG_NAMES[f] ?? '')
  const mask = names(o.values[0] ?? '')
  const comp = o.values[1] === 'NONE' ? ['0x0'] : names(o.values[1] ?? '')
  if (mask.includes('') || comp.includes('')) return null
  return `tcp flags ${ne(o)}${comp.join(',')} / ${mask.join(',')}`
}

const ports =
  (protocol: string): Translate =>
  (e) => {
    // The negation of a single UDP destination port is lost.
    const lost = (o: Option): boolean => protocol === 'udp' && o.not && !o.values[0]?.includes(':')
    if (e.options.length === 0 || e.options.some((o) => o.name === '--dport' && lost(o))) return null
    return each(e, {
      '--sport': (o) => `${protocol} sport ${ne(o)}${range(o.values[0] ?? '')}`,
      '--dport': (o) => `${protocol} dport ${ne(o)}${range(o.values[0] ?? '')}`,
      '--tcp-option': (o) => `tcp option ${o.values[0]} ${o.not ? 'missing' : 'exists'}`,
      '--tcp-flags': tcpFlags,
    })
  }

const ICMP_TYPES: Readonly<Record<string, string>> = {
  0: 'echo-reply',
  3: 'destination-unreachable',
  4: 'source-quench',
  5: 'redirect',
  8: 'echo-request',
  11: 'time-exceeded',
  12: 'parameter-problem',
  13: 'timestamp-request',
  14: 'timestamp-reply',
  17: 'address-mask-request',
  18: 'address-mask-reply',
}

const icmp: Translate = (e) =>
  each(e, {
    '--icmp-type': (o) => {
      const type = o.values[0] ?? ''
      if (type === 'any') return o.not ? null : ''
      return ICMP_TYPES[type] === undefined ? null : `icmp type ${ne(o)}${ICMP_TYPES[type]}`
    },
  })

const multiport: Translate = (e, protocol) => {
  const [o] = e.options
  if (e.options.length !== 1) return null
  const list = (o.values[0] ?? '').split(',').map(range)
  const set = (items: string[]): string => (items.length > 1 ? `{ ${items.join(', ')} }` : (items[0] ?? ''))
  if (o.name === '--sports') return `${protocol} sport ${ne(o)}${set(list)}`
  if (o.name === '--dports') return `${protocol} dport ${ne(o)}${set(list)}`
  if (o.not) return null
  const both = list.flatMap((p) => [`0-65535 . ${p}`, `${p} . 0-65535`])
  return `${protocol} sport . ${protocol} dport { ${both.join(', ')} }`
}

const STATUSES: Readonly<Record<string, string>> = {
  EXPECTED: 'expected',
  SEEN_REPLY: 'seen-reply',
  ASSURED: 'assured',
  CONFIRMED: 'confirmed',
}

/** `SNAT` and `DNAT` are states to iptables and statuses to nft. */
function ctState(o: Option): string | null {
  const states = (o.values[0] ?? '').split(',')
  const nat = states.filter((s) => s === 'SNAT' || s === 'DNAT')
  if (nat.length > 0 && (nat.length < states.length || o.not)) return null
  return `ct ${nat.length > 0 ? 'status' : 'state'} ${o.not ? '! ' : ''}${states.join(',').toLowerCase()}`
}

const conntrack: Translate = (e) => {
  const dir = value(e, '--ctdir')?.toLowerCase()
  const side = dir ?? 'original'
  return each(e, {
    '--ctdir': () => `ct direction ${dir}`,
    '--ctproto': (o) => `ct ${side} protocol ${ne(o)}${o.values[0]}`,
    '--ctstate': ctState,
    '--ctstatus': (o) => {
      const names = (o.values[0] ?? '').split(',').map((s) => STATUSES[s] ?? '')
      return names.includes('') ? null : `ct status ${o.not ? '! ' : ''}${names.join(',')}`
    },
    '--ctexpire': (o) => `ct expiration ${ne(o)}${range(o.values[0] ?? '')}`,
    '--ctorigsrc': (o) => `ct original saddr ${ne(o)}${o.values[0]}`,
    '--ctorigdst': (o) => `ct original daddr ${ne(o)}${o.values[0]}`,
    '--ctreplsrc': (o) => `ct reply saddr ${ne(o)}${o.values[0]}`,
    '--ctrepldst': (o) => `ct reply daddr ${ne(o)}${o.values[0]}`,
    '--ctorigsrcport': (o) => `ct original proto-src ${ne(o)}${range(o.values[0] ?? '')}`,
    '--ctorigdstport': (o) => `ct original proto-dst ${ne(o)}${range(o.values[0] ?? '')}`,
    '--ctreplsrcport': (o) => `ct reply proto-src ${ne(o)}${range(o.values[0] ?? '')}`,
    '--ctrepldstport': (o) => `ct reply proto-dst ${ne(o)}${range(o.values[0] ?? '')}`,
  })
}

const markOf =
  (what: string): Translate =>
  (e) =>
    each(e, {
      '--mark': (o) => {
        const { value: v, mask } = masked(o.values[0] ?? '')
        const number = `0x${v.toString(16)}`
        if (mask === UNSIGNED) return `${what} ${ne(o)}${number}`
        return `${what} and 0x${mask.toString(16)} ${o.not ? '!=' : '=='} ${number}`
      },
    })

const UNITS: Readonly<Record<string, string>> = { sec: 'second', min: 'minute', hour: 'hour', day: 'day' }

/** `5/sec` */
function rate(text: string): string | null {
  const [n = '', unit = ''] = text.split('/')
  return UNITS[unit] === undefined ? null : `${n}/${UNITS[unit]}`
}

const limit: Translate = (e) => {
  const per = rate(value(e, '--limit') ?? '')
  if (per === null || !only(e, '--limit', '--limit-burst')) return null
  return `limit rate ${per} burst ${value(e, '--limit-burst') ?? '5'} packets`
}

/** Seconds that an entry lives where nothing is said. */
const UNIT_SECONDS: Readonly<Record<string, number>> = { min: 60, hour: 3600, day: 86400 }

const dotted = (bits: number): string =>
  [24, 16, 8, 0].map((shift) => ((UNSIGNED << (32 - bits)) >>> shift) & 255).join('.')

const hashlimit: Translate = (e, protocol) => {
  const above = value(e, '--hashlimit-above')
  const text = above ?? value(e, '--hashlimit-upto') ?? ''
  const per = rate(text)
  const mode = value(e, '--hashlimit-mode')?.split(',') ?? []
  // Ports are written as TCP's, whatever the rule is about.
  if (per === null || (mode.some((m) => m.endsWith('port')) && protocol !== 'tcp')) return null
  const address = (said: string, option: string): string => {
    const bits = Number(value(e, option) ?? 32)
    return `ip ${said}${bits === 32 ? '' : ` and ${dotted(bits)}`}`
  }
  const parts = [
    ...(mode.includes('dstip') ? [address('daddr', '--hashlimit-dstmask')] : []),
    ...(mode.includes('dstport') ? ['tcp dport'] : []),
    ...(mode.includes('srcip') ? [address('saddr', '--hashlimit-srcmask')] : []),
    ...(mode.includes('srcport') ? ['tcp sport'] : []),
  ]
  if (parts.length === 0) return null
  const expire = value(e, '--hashlimit-htable-expire')
  const seconds = expire === undefined ? UNIT_SECONDS[text.split('/')[1] ?? ''] : Number(expire) / 1000
  const timeout = seconds === undefined ? '' : ` timeout ${seconds}s`
  const over = above === undefined ? '' : 'over '
  const burst = value(e, '--hashlimit-burst') ?? '5'
  const most = burst === '5' ? '' : ` burst ${burst} packets`
  return `meter ${value(e, '--hashlimit-name')} { ${parts.join(' . ')}${timeout} limit rate ${over}${per}${most} }`
}

const ONE_TYPE = /^(UNICAST|LOCAL|BROADCAST|ANYCAST|MULTICAST|BLACKHOLE|UNREACHABLE|PROHIBIT)$/

const addrtype: Translate = (e) => {
  const types = e.options.filter((o) => o.name === '--src-type' || o.name === '--dst-type')
  // Only one of the two is said, and one type of it.
  if (types.length !== 1 || !ONE_TYPE.test(types[0].values[0] ?? '')) return null
  if (!only(e, '--src-type', '--dst-type', '--limit-iface-in', '--limit-iface-out')) return null
  const [o] = types
  const iface = option(e, '--limit-iface-in') ? ' . iif' : option(e, '--limit-iface-out') ? ' . oif' : ''
  const addr = o.name === '--src-type' ? 'saddr' : 'daddr'
  return `fib ${addr}${iface} type ${ne(o)}${(o.values[0] ?? '').toLowerCase()}`
}

const statistic: Translate = (e) => {
  const every = option(e, '--every')
  if (value(e, '--mode') !== 'nth' || every === undefined) return null
  return `numgen inc mod ${every.values[0]} ${ne(every)}${value(e, '--packet') ?? '0'}`
}

const connlimit: Translate = (e) => {
  const mask = value(e, '--connlimit-mask') ?? '32'
  const addr = option(e, '--connlimit-daddr') ? 'daddr' : 'saddr'
  const over = value(e, '--connlimit-above')
  if (mask === '0') return null
  const bits = Number(mask)
  const part = bits === 32 ? '' : ` and ${dotted(bits)}`
  return `add @connlimit0 { ip ${addr}${part} ct count ${over === undefined ? (value(e, '--connlimit-upto') ?? '') : `over ${over}`} }`
}

const owner: Translate = (e) =>
  each(e, {
    '--uid-owner': (o) => `skuid ${ne(o)}${o.values[0]}`,
    '--gid-owner': (o) => `skgid ${ne(o)}${o.values[0]}`,
  })

const connbytes: Translate = (e) => {
  const o = option(e, '--connbytes')
  const dir = value(e, '--connbytes-dir')
  const mode = value(e, '--connbytes-mode')
  if (o === undefined || mode === undefined) return null
  const what = `ct ${dir === 'both' ? '' : `${dir} `}${mode}`
  const text = o.values[0] ?? ''
  if (text.includes(':')) return `${what} ${ne(o)}${range(text)}`
  return o.not ? null : `${what} ge ${text}`
}

const rpfilter: Translate = (e) => {
  if (!only(e, '--loose', '--invert')) return null
  return `fib saddr ${option(e, '--loose') ? '' : '. iif '}oif ${option(e, '--invert') ? '' : '!= '}0`
}

/** One option, said in one way. */
const plain =
  (rules: Readonly<Record<string, string>>, form: (text: string) => string = range): Translate =>
  (e) =>
    each(
      e,
      Object.fromEntries(
        Object.entries(rules).map(([name, said]) => [
          name,
          (o: Option) => `${said} ${ne(o)}${form(o.values[0] ?? '')}`,
        ]),
      ),
    )

const PACKET_TYPES = ['unicast', 'broadcast', 'multicast']
const ECT: Readonly<Record<string, string>> = { 0: 'not-ect', 1: 'ect1', 2: 'ect0', 3: 'ce' }

export const MATCHES: Readonly<Record<string, Translate>> = {
  tcp: ports('tcp'),
  udp: ports('udp'),
  sctp: (e) => (only(e, '--sport', '--dport') ? ports('sctp')(e, '') : null),
  icmp,
  multiport,
  conntrack,
  state: (e) => each(e, { '--state': ctState }),
  mark: markOf('mark'),
  connmark: markOf('ct mark'),
  limit,
  addrtype,
  statistic,
  connlimit,
  owner,
  connbytes,
  rpfilter,
  iprange: plain({ '--src-range': 'ip saddr', '--dst-range': 'ip daddr' }, (t) => t),
  length: plain({ '--length': 'meta length' }),
  mac: plain({ '--mac-source': 'ether saddr' }, (t) => t),
  dscp: plain({ '--dscp': 'ip dscp' }),
  esp: plain({ '--espspi': 'esp spi' }),
  tcpmss: plain({ '--mss': 'tcp option maxseg size' }),
  helper: plain({ '--helper': 'ct helper' }, quote),
  ttl: (e) =>
    each(e, {
      '--ttl-eq': (o) => `ip ttl ${ne(o)}${o.values[0]}`,
      '--ttl-lt': (o) => `ip ttl lt ${o.values[0]}`,
      '--ttl-gt': (o) => `ip ttl gt ${o.values[0]}`,
    }),
  pkttype: (e) =>
    each(e, {
      '--pkt-type': (o) =>
        PACKET_TYPES.includes(o.values[0] ?? '') ? `pkttype ${ne(o)}${o.values[0]}` : null,
    }),
  ecn: (e) => each(e, { '--ecn-ip-ect': (o) => `ip ecn ${ne(o)}${ECT[o.values[0] ?? '']}` }),
  quota: (e) => each(e, { '--quota': (o) => `quota ${o.not ? 'over ' : ''}${o.values[0]} bytes` }),
  realm: plain({ '--realm': 'rtclassid' }),
  // With a mask it is compared bit by bit; of two groups both are denied where one is.
  devgroup: (e) =>
    e.options.some((o) => (o.not && e.options.length > 1) || o.values[0]?.includes('/'))
      ? null
      : plain({ '--src-group': 'iifgroup', '--dst-group': 'oifgroup' })(e, ''),
  hashlimit,
  policy: (e) => {
    const pol = value(e, '--pol')
    if (value(e, '--dir') !== 'in' || !only(e, '--dir', '--pol') || pol === undefined) return null
    return `meta secpath ${pol === 'none' ? 'missing' : 'exists'}`
  },
  connlabel: (e) =>
    each(e, {
      '--label': ({ not, values: [label] }) =>
        not ? `ct label and ${label} != ${label}` : `ct label ${label}`,
    }),
}
