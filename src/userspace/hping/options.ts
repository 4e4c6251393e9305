/** The command line of hping3. hping3 3.a2.ds2-10, parseoptions.c */
import { TH_ACK, TH_CWR, TH_ECE, TH_FIN, TH_PUSH, TH_RST, TH_SYN, TH_URG } from '../../wire/packet.ts'
import { parseOptions, type FoundOption, type OptionSpec } from '../text/options.ts'
import { USAGE, VERSION } from './usage.ts'

export type Mode = 'tcp' | 'icmp' | 'udp' | 'raw'

export interface HpingOptions {
  mode: Mode
  target: string
  /** Packets to be sent, 0: without end. */
  count: number
  /** Microseconds. */
  interval: number
  flood: boolean
  numeric: boolean
  quiet: boolean
  verbose: boolean
  spoof: string
  randomSource: boolean
  ttl: number
  /** -1: random. */
  id: number
  relativeId: boolean
  moreFragments: boolean
  dontFragment: boolean
  tos: number
  protocol: number
  icmpType: number
  icmpCode: number
  /** -1: random. */
  basePort: number
  destPort: number
  /** +: the next port with each answer; ++: with each packet. */
  step: 0 | 1 | 2
  keep: boolean
  window: number
  /** -1: random. */
  seq: number
  ack: number
  sequenceOnly: boolean
  badChecksum: boolean
  flags: number
  mss: number
  timestamp: boolean
  data: number
  traceroute: boolean
  device: string
}

/** The program ends before it has begun: what goes where, and its status. */
export class Quit extends Error {
  readonly stdout: string
  readonly status: number
  constructor(stderr: string, status = 1, stdout = '') {
    super(stderr)
    this.stdout = stdout
    this.status = status
  }
}

const FLAGS: Readonly<Record<string, number>> = {
  F: TH_FIN,
  S: TH_SYN,
  R: TH_RST,
  P: TH_PUSH,
  A: TH_ACK,
  U: TH_URG,
  X: TH_ECE,
  Y: TH_CWR,
}

const SPEC: OptionSpec = {
  short: 'hvc:i:nqI:VDzZ012a:t:N:Wrfxyg:m:o:H:C:K:s:p:kw:O:QbM:L:FSRPAUXYd:E:e:jJBuT8:9:G',
  long: {
    help: 'h',
    version: 'v',
    count: 'c',
    interval: 'i',
    fast: 'fast',
    faster: 'faster',
    flood: 'flood',
    numeric: 'n',
    quiet: 'q',
    interface: 'I',
    verbose: 'V',
    rawip: '0',
    icmp: '1',
    udp: '2',
    scan: '8',
    listen: '9',
    spoof: 'a',
    'rand-source': 'rand-source',
    ttl: 't',
    id: 'N',
    rel: 'r',
    morefrag: 'x',
    dontfrag: 'y',
    tos: 'o',
    ipproto: 'H',
    icmptype: 'C',
    icmpcode: 'K',
    'icmp-ts': 'icmp-ts',
    'icmp-addr': 'icmp-addr',
    baseport: 's',
    destport: 'p',
    keep: 'k',
    win: 'w',
    seqnum: 'Q',
    badcksum: 'b',
    setseq: 'M',
    setack: 'L',
    fin: 'F',
    syn: 'S',
    rst: 'R',
    push: 'P',
    ack: 'A',
    urg: 'U',
    xmas: 'X',
    ymas: 'Y',
    'tcp-mss': 'tcp-mss:',
    'tcp-timestamp': 'tcp-timestamp',
    data: 'd',
    traceroute: 'T',
  },
}

/** As strtol() reads it: what is no number is 0. */
const num = (text: string): number => Math.trunc(Number(/^\s*[+-]?(0x[\da-f]+|\d+)/i.exec(text)?.[0] ?? 0))

function interval(text: string): number {
  const n = text.startsWith('u') ? num(text.slice(1)) : num(text) * 1_000_000
  return n > 0 ? n : Infinity
}

function read(o: HpingOptions, { name, value }: FoundOption): void {
  if (name in FLAGS) {
    o.flags |= FLAGS[name]
    return
  }
  switch (name) {
    case 'c':
      o.count = num(value)
      if (o.count <= 0) throw new Quit('', 1, 'Option error: count must > 0\n')
      break
    case 'i':
      o.interval = interval(value)
      break
    case 'fast':
      o.interval = 100_000
      break
    case 'faster':
      o.interval = 1
      break
    case 'flood':
      o.flood = true
      break
    case 'n':
      o.numeric = true
      break
    case 'q':
      o.quiet = true
      break
    case 'V':
      o.verbose = true
      break
    case 'I':
      o.device = value
      break
    case '0':
      o.mode = 'raw'
      break
    case '1':
      o.mode = 'icmp'
      break
    case '2':
      o.mode = 'udp'
      break
    case 'a':
      o.spoof = value
      break
    case 'rand-source':
      o.randomSource = true
      break
    case 't':
      o.ttl = num(value) & 255
      break
    case 'N':
      o.id = num(value) & 0xffff
      break
    case 'r':
      o.relativeId = true
      break
    case 'x':
      o.moreFragments = true
      break
    case 'y':
      o.dontFragment = true
      break
    case 'o':
      o.tos = Number.parseInt(value, 16) & 255
      break
    case 'H':
      o.protocol = num(value) & 255
      break
    case 'C':
      o.mode = 'icmp'
      o.icmpType = num(value)
      break
    case 'K':
      o.mode = 'icmp'
      o.icmpCode = num(value) & 255
      break
    case 'icmp-ts':
      o.mode = 'icmp'
      o.icmpType = 13
      break
    case 'icmp-addr':
      o.mode = 'icmp'
      o.icmpType = 17
      break
    case 's':
      o.basePort = num(value) & 0xffff
      break
    case 'p':
      o.step = value.startsWith('++') ? 2 : value.startsWith('+') ? 1 : 0
      o.destPort = num(value.replace(/^\++/, '')) & 0xffff
      break
    case 'k':
      o.keep = true
      break
    case 'w':
      o.window = num(value) & 0xffff
      break
    case 'Q':
      o.sequenceOnly = true
      break
    case 'b':
      o.badChecksum = true
      break
    case 'M':
      o.seq = num(value) >>> 0
      break
    case 'L':
      o.ack = num(value) >>> 0
      break
    case 'tcp-mss':
      o.mss = num(value) & 0xffff
      break
    case 'tcp-timestamp':
      o.timestamp = true
      break
    case 'd':
      o.data = num(value) & 0xffff
      break
    case 'T':
      o.traceroute = true
      o.ttl = 1
      break
    // Keys of the terminal, names of its debugger: nothing to do.
    case 'z':
    case 'Z':
    case 'D':
    case 'W':
      break
    default:
      throw new Quit(`hping3: -${name}: not modelled in this lab\n`)
  }
}

/** Read the command line. Throws Quit. Without any word it is a shell of its own language, which says nothing. */
export function readOptions(argv: readonly string[]): HpingOptions {
  if (argv.length < 2) throw new Quit('', 0)
  const options = parseOptions(argv, SPEC)
  if ('error' in options) {
    const text = options.error
      .replace(/^(invalid option|option requires an argument) -- '(.)'$/, '$1 -- $2')
      .replace(/^unrecognized option '(.*)'$/, "unrecognized option `$1'")
    throw new Quit(`hping3: ${text}\nTry hping3 --help\n`)
  }
  const { found, operands } = options
  if (found.some(({ name }) => name === 'h')) throw new Quit('', 0, USAGE)
  if (found.some(({ name }) => name === 'v')) throw new Quit('', 0, VERSION)
  const o: HpingOptions = {
    mode: 'tcp',
    target: operands[0] ?? '',
    count: 0,
    interval: 1_000_000,
    flood: false,
    numeric: false,
    quiet: false,
    verbose: false,
    spoof: '',
    randomSource: false,
    ttl: 64,
    id: -1,
    relativeId: false,
    moreFragments: false,
    dontFragment: false,
    tos: 0,
    protocol: 6,
    icmpType: 8,
    icmpCode: 0,
    basePort: -1,
    destPort: 0,
    step: 0,
    keep: false,
    window: 64,
    seq: -1,
    ack: -1,
    sequenceOnly: false,
    badChecksum: false,
    flags: 0,
    mss: 0,
    timestamp: false,
    data: 0,
    traceroute: false,
    device: '',
  }
  for (const option of found) read(o, option)
  if (o.target === '')
    throw new Quit("hping3: missing host argument\nTry `hping3 --help' for more information.\n")
  return o
}
