/** Targets in the words of nft, as iptables-translate 1.8.9 writes them. */
import { hex, masked, only, option, quote, UNSIGNED, value, type Extension, type Translate } from './words.ts'

/** ` random,persistent` */
function natFlags(e: Extension): string {
  const flags = [
    ...(option(e, '--random') ? ['random'] : []),
    ...(option(e, '--random-fully') ? ['fully-random'] : []),
    ...(option(e, '--persistent') ? ['persistent'] : []),
  ]
  return flags.length > 0 ? ` ${flags.join(',')}` : ''
}

const toAddress =
  (name: string, said: string): Translate =>
  (e) => {
    const to = e.options.filter((o) => o.name === name)
    if (to.length !== 1 || !only(e, name, '--random', '--random-fully', '--persistent')) return null
    // Ports that are shifted have no words.
    if (to[0].values[0]?.includes('/')) return null
    return `${said} to ${to[0].values[0]}${natFlags(e)}`
  }

const toPorts =
  (said: string): Translate =>
  (e) => {
    const to = value(e, '--to-ports')
    return `${said}${to === undefined ? '' : ` to :${to}`}${natFlags(e)}`
  }

/** What becomes of a mark: `and`, `xor`. */
function setMark(what: string, text: string): string {
  const { value: v, mask } = masked(text)
  const [n, m] = [hex(v), hex(~mask)]
  if (mask === UNSIGNED) return n
  if (v === 0) return `${what} and ${m}`
  if (v === mask) return `${what} or ${n}`
  if (mask === 0) return `${what} xor ${n}`
  return `${what} and ${m} xor ${n}`
}

const connmark: Translate = (e) => {
  const set = value(e, '--set-xmark')
  if (set !== undefined) {
    const said = setMark('ct mark', set)
    // Of a value with a mask it writes the two steps in the other order.
    const two = /^ct mark and (\S+) xor (\S+)$/.exec(said)
    return `ct mark set ${two ? `ct mark xor ${two[2]} and ${two[1]}` : said}`
  }
  const nf = Number(value(e, '--nfmask') ?? UNSIGNED)
  const ct = Number(value(e, '--ctmask') ?? UNSIGNED)
  if (option(e, '--save-mark')) {
    if (nf === UNSIGNED && ct === UNSIGNED) return 'ct mark set mark'
    return null
  }
  return option(e, '--restore-mark') && nf === UNSIGNED && ct === UNSIGNED ? 'meta mark set ct mark' : null
}

const ICMP_REASONS: Readonly<Record<string, string>> = {
  'icmp-net-unreachable': ' with icmp type net-unreachable',
  'icmp-host-unreachable': ' with icmp type host-unreachable',
  'icmp-proto-unreachable': ' with icmp type prot-unreachable',
  'icmp-port-unreachable': '',
  'icmp-net-prohibited': ' with icmp type net-prohibited',
  'icmp-host-prohibited': ' with icmp type host-prohibited',
  'icmp-admin-prohibited': ' with icmp type admin-prohibited',
  'tcp-reset': ' with tcp reset',
}

const reject: Translate = (e) => {
  const why = ICMP_REASONS[value(e, '--reject-with') ?? 'icmp-port-unreachable']
  return why === undefined ? null : `reject${why}`
}

const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug']

const log: Translate = (e) => {
  const prefix = value(e, '--log-prefix')
  const level = Number(value(e, '--log-level') ?? 4)
  const tcp = [
    ...(option(e, '--log-tcp-sequence') ? ['sequence'] : []),
    ...(option(e, '--log-tcp-options') ? ['options'] : []),
  ]
  if (option(e, '--log-macdecode')) return null
  return [
    'log',
    ...(prefix === undefined ? [] : ['prefix', quote(prefix)]),
    ...(level === 4 ? [] : ['level', LEVELS[level]]),
    ...(tcp.length > 0 ? [`flags tcp ${tcp.join(',')}`] : []),
    ...(option(e, '--log-ip-options') ? ['flags ip options'] : []),
    ...(option(e, '--log-uid') ? ['flags skuid'] : []),
  ].join(' ')
}

const nflog: Translate = (e) => {
  const prefix = value(e, '--nflog-prefix')
  if (!only(e, '--nflog-prefix', '--nflog-group')) return null
  return `log${prefix === undefined ? '' : ` prefix ${quote(prefix)}`} group ${value(e, '--nflog-group') ?? '0'}`
}

const nfqueue: Translate = (e) => {
  const balance = value(e, '--queue-balance')?.replace(':', '-')
  const bypass = option(e, '--queue-bypass') ? ' bypass' : ''
  if (!only(e, '--queue-num', '--queue-balance', '--queue-bypass')) return null
  return `queue num ${balance ?? value(e, '--queue-num') ?? '0'}${bypass}`
}

const tcpmss: Translate = (e) =>
  `tcp option maxseg size set ${option(e, '--clamp-mss-to-pmtu') ? 'rt mtu' : (value(e, '--set-mss') ?? '')}`

const classify: Translate = (e) => {
  const [major = '', minor = ''] = (value(e, '--set-class') ?? '').split(':')
  const short = (h: string): string => Number.parseInt(h, 16).toString(16)
  return `meta priority set ${short(major)}:${short(minor)}`
}

const tee: Translate = (e) => {
  const oif = value(e, '--oif')
  return `dup to ${value(e, '--gateway') ?? ''}${oif === undefined ? '' : ` device ${oif}`}`
}

/** Its options in its own order, which is that of iptables-save. */
const synproxy: Translate = (e) =>
  ['synproxy', ...e.options.map((o) => [o.name.slice(2), ...o.values].join(' '))].join(' ')

export const TARGETS: Readonly<Record<string, Translate>> = {
  ACCEPT: () => 'accept',
  DROP: () => 'drop',
  RETURN: () => 'return',
  SNAT: toAddress('--to-source', 'snat'),
  DNAT: toAddress('--to-destination', 'dnat'),
  MASQUERADE: toPorts('masquerade'),
  REDIRECT: toPorts('redirect'),
  NOTRACK: () => 'notrack',
  CT: (e) => (e.options.length === 1 && option(e, '--notrack') ? 'notrack' : null),
  MARK: (e) => {
    const set = value(e, '--set-xmark')
    return set === undefined ? null : `meta mark set ${setMark('mark', set)}`
  },
  CONNMARK: connmark,
  REJECT: reject,
  LOG: log,
  NFLOG: nflog,
  NFQUEUE: nfqueue,
  TCPMSS: tcpmss,
  CLASSIFY: classify,
  SYNPROXY: synproxy,
  TEE: tee,
  AUDIT: () => 'log level audit',
  DSCP: (e) => (option(e, '--set-dscp') ? `ip dscp set ${value(e, '--set-dscp')}` : null),
}
