/** The command line of ping, as getopt(3) and ping's own readers of numbers take it. man 8 ping (iputils 20221126) */
import { parseIpv4, type Ipv4 } from '../wire/address.ts'
import { parseOptions } from './text/options.ts'

export interface PingOptions {
  /** -4, -6, or neither. */
  family: '' | '4' | '6'
  /** -c; 0: until Ctrl-C. */
  count: number
  /** -i, in ms; 0: flood. */
  interval: number
  /** -w, in seconds; 0: none. */
  deadline: number
  /** -W, in ms. */
  linger: number
  /** -s. */
  size: number
  /** -t, -1: the host's default. */
  ttl: number
  tos: number
  mark: number
  /** -e, -1: drawn. */
  ident: number
  source: Ipv4 | null
  device: string
  pmtu: '' | 'do' | 'dont' | 'want'
  pattern: string
  numeric: boolean
  quiet: boolean
  verbose: boolean
  outstanding: boolean
  audible: boolean
  broadcast: boolean
  /** -D */
  timestamps: boolean
  /** -f: a dot a probe, and the next one as soon as an answer has come. */
  flood: boolean
}

/** What ends ping before it does anything. */
export interface Stop {
  stdout: string
  stderr: string
  status: number
}

export type Parsed = { options: PingOptions; targets: string[]; warnings: string } | Stop

const SHORT = 'h?4bRT:6F:N:aABc:CdDe:fi:I:l:Lm:M:nOp:qQ:rs:S:t:UvVw:W:'
const INT_MAX = 2_147_483_647
const LONG_MAX = 9_223_372_036_854_775_807n

const VERSION = `ping from iputils 20221126
libcap: yes, IDN: yes, NLS: no, error.h: yes, getrandom(): yes, __fpending(): yes
`

export const USAGE = `
Usage
  ping [options] <destination>

Options:
  <destination>      dns name or ip address
  -a                 use audible ping
  -A                 use adaptive ping
  -B                 sticky source address
  -c <count>         stop after <count> replies
  -C                 call connect() syscall on socket creation
  -D                 print timestamps
  -d                 use SO_DEBUG socket option
  -e <identifier>    define identifier for ping session, default is random for
                     SOCK_RAW and kernel defined for SOCK_DGRAM
                     Imply using SOCK_RAW (for IPv4 only for identifier 0)
  -f                 flood ping
  -h                 print help and exit
  -I <interface>     either interface name or address
  -i <interval>      seconds between sending each packet
  -L                 suppress loopback of multicast packets
  -l <preload>       send <preload> number of packages while waiting replies
  -m <mark>          tag the packets going out
  -M <pmtud opt>     define mtu discovery, can be one of <do|dont|want>
  -n                 no dns name resolution
  -O                 report outstanding replies
  -p <pattern>       contents of padding byte
  -q                 quiet output
  -Q <tclass>        use quality of service <tclass> bits
  -s <size>          use <size> as number of data bytes to be sent
  -S <size>          use <size> as SO_SNDBUF socket option value
  -t <ttl>           define time to live
  -U                 print user-to-user latency
  -v                 verbose output
  -V                 print version and exit
  -w <deadline>      reply wait <deadline> in seconds
  -W <timeout>       time to wait for response

IPv4 options:
  -4                 use IPv4
  -b                 allow pinging broadcast
  -R                 record route
  -T <timestamp>     define timestamp, can be one of <tsonly|tsandaddr|tsprespec>

IPv6 options:
  -6                 use IPv6
  -F <flowlabel>     define flow label, default is random
  -N <nodeinfo opt>  use icmp6 node info query, try <help> as argument

For more details see ping(8).
`

/** Say what is wrong, with ping's name before it. */
export function stop(message: string, status = 2): Stop {
  return { stdout: '', stderr: `ping: ${message}\n`, status }
}

/** strtol_or_err(): a decimal number and nothing behind it. */
function integer(text: string, min: bigint, max: bigint): number | Stop {
  const m = /^\s*([+-]?)(\d+)$/.exec(text)
  if (!m) return stop(`invalid argument: '${text}'`, 1)
  // Digits that no limit has room for need not be read.
  const value = m[2].replace(/^0+/, '').length > 20 ? LONG_MAX + 1n : BigInt(m[2])
  if (value > LONG_MAX) return stop(`invalid argument: '${text}': Numerical result out of range`, 1)
  const signed = m[1] === '-' ? -value : value
  if (signed < min || signed > max)
    return stop(`invalid argument: '${text}': out of range: ${min} <= value <= ${max}`, 1)
  return Number(signed)
}

/** ping_strtod(): what follows the number is complained of, but forgiven. */
function seconds(text: string, what: string): { ms: number; warnings: string } | Stop {
  if (text === '') return stop(`${what}: `)
  const number = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?/i.exec(text)?.[0] ?? ''
  const rest = text.slice(number.length)
  const warnings =
    rest === ''
      ? ''
      : `ping: option argument contains garbage: ${rest}\nping: this will become fatal error in the future\n`
  const value = Number(number)
  if (!Number.isFinite(value)) return stop(`${what}: ${text}: Numerical result out of range`)
  if (value > INT_MAX / 1000 || (what === 'bad linger time' && value < 0)) {
    const error = stop(`${what}: ${text}`)
    return { ...error, stderr: warnings + error.stderr }
  }
  return { ms: Math.trunc(value * 1000), warnings }
}

/** parsetos() */
function tosOf(text: string): number | Stop {
  const hex = /^0x/i.test(text)
  if (!(hex ? /^0x[\da-f]*$/i : /^[+-]?\d*$/).test(text)) return stop(`bad TOS value: ${text}`)
  const tos = hex ? Number.parseInt(text.slice(2) || '0', 16) : Number(text)
  return tos > 255 ? stop(`the decimal value of TOS bits must be in range 0-255: ${tos}`) : tos & 255
}

/** Options that are read by a number of limits: letter -> what they set. */
const NUMBERS: Record<string, [keyof PingOptions | '', bigint, bigint]> = {
  c: ['count', 1n, LONG_MAX],
  e: ['ident', 0n, 0xffffn],
  l: ['', 1n, 65536n],
  m: ['mark', 0n, 0xffff_ffffn],
  s: ['size', 0n, BigInt(INT_MAX)],
  S: ['', 1n, BigInt(INT_MAX)],
  t: ['ttl', 0n, 255n],
  w: ['deadline', 0n, BigInt(INT_MAX)],
}

const FLAGS: Partial<Record<string, keyof PingOptions>> = {
  a: 'audible',
  b: 'broadcast',
  D: 'timestamps',
  n: 'numeric',
  O: 'outstanding',
  q: 'quiet',
  v: 'verbose',
}

/** Accepted: they change nothing that this lab has. */
const WITHOUT_EFFECT = 'BCdLrU'

export function readCommandLine(argv: readonly string[]): Parsed {
  const parsed = parseOptions(argv, { short: SHORT, long: {} })
  if ('error' in parsed) return refusal(parsed.error)
  const options: PingOptions = {
    family: '',
    count: 0,
    interval: 1000,
    deadline: 0,
    linger: 10_000,
    size: 56,
    ttl: -1,
    tos: 0,
    mark: 0,
    ident: -1,
    source: null,
    device: '',
    pmtu: '',
    pattern: '',
    numeric: false,
    quiet: false,
    verbose: false,
    outstanding: false,
    audible: false,
    broadcast: false,
    timestamps: false,
    flood: false,
  }
  let warnings = ''
  for (const { name, value } of parsed.found) {
    const problem = apply(options, name, value)
    if (typeof problem === 'string') warnings += problem
    else return { ...problem, stderr: warnings + problem.stderr }
  }
  if (parsed.operands.length === 0) return stop('usage error: Destination address required', 1)
  return { options, targets: parsed.operands, warnings }
}

/** ping has no long options: getopt(3) takes `--help` for the letter `-`. */
function refusal(error: string): Stop {
  const long = error.startsWith('unrecognized option') || error.includes('ambiguous')
  return { stdout: '', stderr: `ping: ${long ? "invalid option -- '-'" : error}\n${USAGE}`, status: 2 }
}

/** Take one option in. Returns what there is to be said on stderr, or why ping ends. */
function apply(o: PingOptions, name: string, value: string): string | Stop {
  const set = (key: keyof PingOptions, to: unknown): void => {
    Object.assign(o, { [key]: to })
  }
  const flag = FLAGS[name]
  if (flag) {
    set(flag, true)
    return ''
  }
  if (WITHOUT_EFFECT.includes(name)) return ''
  if (Object.hasOwn(NUMBERS, name)) {
    const [key, min, max] = NUMBERS[name]
    const n = integer(value, min, max)
    if (typeof n !== 'number') return n
    if (name === 'l' && n > 1) return stop('-l: preload is not modelled in this lab')
    if (key !== '') set(key, n)
    return ''
  }
  switch (name) {
    case '4':
    case '6':
      if (o.family !== '' && o.family !== name) return stop('only one -4 or -6 option may be specified')
      o.family = name
      return ''
    case 'i':
    case 'W': {
      const time = seconds(value, name === 'i' ? 'bad timing interval' : 'bad linger time')
      if ('status' in time) return time
      if (name === 'i') o.interval = Math.max(0, time.ms)
      else o.linger = time.ms
      return time.warnings
    }
    case 'I': {
      const address = parseIpv4(value)
      if (value.includes(':')) return stop(`invalid source address: ${value}`)
      if (address === null) o.device = value
      else o.source = address
      return ''
    }
    case 'M':
      if (value !== 'do' && value !== 'dont' && value !== 'want') return stop(`invalid -M argument: ${value}`)
      o.pmtu = value
      return ''
    case 'p': {
      const bad = /[^\da-f].*/i.exec(value)
      if (bad) return stop(`patterns must be specified as hex digits: ${bad[0]}`)
      o.pattern = value.slice(0, 32)
      return ''
    }
    case 'Q': {
      const tos = tosOf(value)
      if (typeof tos !== 'number') return tos
      o.tos = tos
      return ''
    }
    case 'f':
      o.flood = true
      o.interval = 0
      return ''
    case 'V':
      return { stdout: VERSION, stderr: '', status: 0 }
    case 'h':
    case '?':
      return { stdout: '', stderr: USAGE, status: 2 }
    default:
      return stop(`-${name}: not modelled in this lab`)
  }
}
