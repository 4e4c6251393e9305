/**
 * A command line of conntrack(8), read: what is to be done, with which entries, in which format.
 *
 * conntrack-tools 1.4.7, src/conntrack.c do_parse
 */
import { SCTP_STATES } from '../../kernel/conntrack/sctp-states.ts'
import type { Cidr } from '../../wire/address.ts'
import { inetAton } from '../inet-aton.ts'
import { END, getopt, MISSING, newGetopt, UNKNOWN, WORD, type Getopt } from '../iptables/getopt.ts'
import {
  checkExpected,
  checkOptions,
  checkProtocol,
  Failure,
  LONG_OPTIONS,
  optionName,
  PROTOCOL_OPTIONS,
  PROTOCOLS,
  SHORT,
  wrong,
} from './options.ts'
import type { LabelMap } from './labelmap.ts'
import { emptyWanted, type Command, type Nat, type Table } from './wanted.ts'
import { atoi, EVENTS, maskLength, readList, readStatus, strtoul } from './values.ts'

const COMMANDS = 'LIDGFEVhCSUA'
const TABLES: readonly Table[] = ['expect', 'conntrack', 'dying', 'unconfirmed']
const TCP_STATES =
  'NONE SYN_SENT SYN_RECV ESTABLISHED FIN_WAIT CLOSE_WAIT LAST_ACK TIME_WAIT CLOSE SYN_SENT2 LISTEN'
const STATES: Readonly<Record<string, readonly string[]>> = {
  tcp: TCP_STATES.split(' '),
  sctp: SCTP_STATES,
  dccp: 'NONE REQUEST RESPOND PARTOPEN OPEN CLOSEREQ CLOSING TIMEWAIT IGNORE INVALID'.split(' '),
}

const OUTPUTS = ['xml', 'extended', 'timestamp', 'id', 'ktimestamp', 'labels', 'userspace', 'save'] as const
/** Unknown to 1.4.4. */
const NEW_OUTPUTS: readonly string[] = ['userspace', 'save']

/** The option that gives the mask of an address. */
const MASKS: Readonly<Record<string, string | undefined>> = { s: '{', d: '}' }

interface Parser {
  g: Getopt
  c: Command
  given: Set<string>
  protoGiven: Set<string>
  family: 4 | 6 | null
  events: number | null
  /** --mask-src, --mask-dst: bits. They may stand before their address. */
  masks: { '{'?: number; '}'?: number }
  /** It is 1.4.4. */
  old: boolean
  labels: () => LabelMap | null
}

/** The word after an option that may have one. */
function optionalWord({ g }: Parser): string | null {
  const next = g.argv[g.optind] as string | undefined
  if (g.optarg !== null || g.rest !== '' || next === undefined || /^[-!]/.test(next)) return null
  g.optind++
  return next
}

function setFamily(p: Parser, family: 4 | 6): void {
  if (p.family !== null && p.family !== family) throw wrong('mismatched address family')
  p.family = family
}

/** An address with, for some options, a prefix length. null: IPv6. */
function address(p: Parser, letter: string, text: string): Cidr | null {
  const slash = text.indexOf('/')
  const bare = slash < 0 ? text : text.slice(0, slash)
  const v6 = /^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(bare)
  const addr = inetAton(bare)
  if (addr === null && !v6) throw wrong(`Invalid IP address \`${text}'`)
  setFamily(p, v6 ? 6 : 4)
  if (slash >= 0 && !'sd[]'.includes(letter))
    throw wrong(
      p.old && 'ngj'.includes(letter)
        ? `Invalid IP address \`${text}'`
        : `CIDR notation unavailable for \`--${optionName(letter)}'`,
    )
  const after = slash < 0 ? '' : text.slice(slash + 1)
  if (slash >= 0 && (!/^\d+$/.test(after) || Number(after) > (v6 ? 128 : 32))) throw wrong('Invalid netmask')
  p.given.add(letter)
  // A network is an address and a mask, as if the mask had been given by itself.
  const ofMask = MASKS[letter]
  if (ofMask !== undefined && slash >= 0 && Number(after) < (v6 ? 128 : 32)) p.given.add(ofMask)
  if (addr === null) {
    p.c.wanted.nothing = true
    return null
  }
  return { addr, bits: slash < 0 ? 32 : Number(after) }
}

/** `ADDRESS[:PORT]` after -n, -g, -j. */
function nat(p: Parser, letter: string): Nat {
  const word = optionalWord(p)
  if (word === null) return { addr: null, port: null }
  const colon = word.indexOf(':')
  const withPort = colon >= 0 && !word.includes(':', colon + 1)
  const port = withPort ? word.slice(colon + 1) : ''
  if (withPort && port === '') throw wrong("No port specified after `:'")
  if (withPort && !(/^\d+$/.test(port) && Number(port) <= 65535))
    throw wrong(p.old ? `Port \`${port}' not valid` : `Invalid port \`${port}'`)
  const found = address(p, letter, withPort ? word.slice(0, colon) : word)
  // With -j the address also lands in the place of --src, which counts as soon as anything else is compared.
  if (letter === 'j' && found && !p.old) p.c.wanted.src = found
  return { addr: found?.addr ?? null, port: withPort ? Number(port) : null }
}

function output(p: Parser, text: string): void {
  const { c, old } = p
  const bits = readList(
    text,
    OUTPUTS.filter((name) => !old || !NEW_OUTPUTS.includes(name)).map((name) => [
      name,
      1 << OUTPUTS.indexOf(name),
    ]),
  )
  const has = (name: (typeof OUTPUTS)[number]): boolean => (bits & (1 << OUTPUTS.indexOf(name))) !== 0
  if (has('labels')) labelMap(p)
  c.extended ||= has('extended')
  c.showId ||= has('id')
  c.timestamp ||= has('timestamp')
  c.ktimestamp ||= has('ktimestamp')
  c.xml ||= has('xml')
  c.save ||= has('save')
  if (c.save && (c.xml || c.extended || c.timestamp || c.showId || c.ktimestamp || has('labels')))
    throw new Failure(1, 'cannot combine save output with any other output type, use -o save only')
}

function protocol(p: Parser, text: string): void {
  const known = Object.keys(PROTOCOLS).find((name) => name === text.toLowerCase())
  const number = /^(0[xX][0-9a-fA-F]+|\d+)$/.test(text) ? strtoul(text) : 256
  if (known === undefined && number > 255) throw wrong(`\`${text}' unsupported protocol`)
  p.c.wanted.proto = known === undefined ? number : PROTOCOLS[known]
  p.c.protocol = known ?? Object.keys(PROTOCOLS).find((name) => PROTOCOLS[name] === number) ?? ''
  p.given.add('p')
}

function protocolOption(p: Parser, name: string, text: string): void {
  const w = p.c.wanted
  p.protoGiven.add(name)
  const port = atoi(text) & 0xffff
  if (name === 'type' || name === 'code' || name === 'id')
    w.icmpOfReply ||= w.rsrc !== null || w.rdst !== null
  switch (name) {
    case 'sport':
    case 'dport':
    case 'rsport':
    case 'rdport':
      w[name] = port
      break
    case 'state':
      if (!STATES[p.c.protocol]?.includes(text))
        throw wrong(`unknown ${p.c.protocol.toUpperCase()} state \`${text}'`)
      w.state = text === 'LISTEN' ? 'SYN_SENT2' : text
      break
    case 'type':
    case 'code':
      w[name] = atoi(text) & 255
      break
    case 'id':
      w.icmpId = port
      break
    case 'ovtag':
    case 'rvtag':
      w.vtags[name === 'ovtag' ? 0 : 1] = strtoul(text)
      break
    case 'role':
      if (text !== 'client' && text !== 'server') throw wrong(`unknown DCCP role \`${text}'`)
      break
    default:
      // Ports of an expectation: the program forgets them (expect.ts).
      break
  }
}

function command(p: Parser, letter: string): void {
  const word = optionalWord(p)
  const name = word === null ? 'conntrack' : TABLES.find((t) => t.startsWith(word))
  if (name === undefined) throw wrong(`unknown type \`${word ?? ''}'`)
  if (letter !== 'L' && (name === 'dying' || name === 'unconfirmed'))
    throw wrong("Can't do that command with tables `dying' and `unconfirmed'")
  if (name === 'expect' && 'UA'.includes(letter))
    throw wrong(p.old ? "Can't update expectations" : `Can't do --${optionName(letter)} on expectations`)
  if (p.c.letter !== '') throw wrong('Invalid commands combination')
  p.c.letter = letter
  p.c.table = name
}

/** The names of labels; that there are none is said. */
function labelMap(p: Parser): LabelMap {
  p.c.labelMap ??= p.labels()
  if (p.c.labelMap === null) p.c.warnings += 'nfct_labelmap_new: No such file or directory\n'
  return p.c.labelMap ?? new Map<string, number>()
}

/** Bits of a list of labels. */
function labelBits(p: Parser, text: string): number[] {
  const map = labelMap(p)
  return text.split(',').map((name) => {
    const bit = map.get(name)
    if (bit === undefined) throw wrong(`unknown label '${name}'`)
    return bit
  })
}

/** An option of conntrack itself. */
function option(p: Parser, letter: string, text: string): void {
  const { c, given } = p
  const w = c.wanted
  switch (letter) {
    case 's':
      w.src = address(p, letter, text)
      break
    case 'd':
      w.dst = address(p, letter, text)
      break
    case 'r':
      w.rsrc = address(p, letter, text)?.addr ?? null
      break
    case 'q':
      w.rdst = address(p, letter, text)?.addr ?? null
      break
    case '{':
    case '}': {
      const mask = address(p, letter, text)
      if (letter === '{') w.maskSrc = mask?.addr ?? 0
      if (mask) p.masks[letter] = maskLength(mask.addr)
      break
    }
    case '[':
      w.tupleSrc = address(p, letter, text)?.addr ?? 0
      break
    case ']':
      w.tupleDst = address(p, letter, text)?.addr ?? 0
      break
    case 'p':
      protocol(p, text)
      break
    case 'f':
      given.add('f')
      if (!/^ipv[46]/.test(text)) throw wrong(`\`${text}' unsupported protocol`)
      setFamily(p, text.startsWith('ipv4') ? 4 : 6)
      if (p.family === 6) w.nothing = true
      break
    case 't':
      given.add('t')
      c.timeout = atoi(text) >>> 0
      break
    case 'u':
      given.add('u')
      w.status = readStatus(text, p.old)
      break
    case 'e':
      given.add('e')
      p.events = (p.events ?? 0) | readList(text, EVENTS)
      break
    case 'o':
      given.add('o')
      output(p, text)
      break
    case 'm': {
      given.add('m')
      const slash = text.indexOf('/')
      w.mark = { value: strtoul(text), mask: slash < 0 ? 0xffffffff : strtoul(text.slice(slash + 1)) }
      break
    }
    case 'n':
      given.add('n')
      w.srcNat = nat(p, letter)
      break
    case 'g':
      given.add('g')
      w.dstNat = nat(p, letter)
      break
    case 'j':
      given.add('j')
      w.anyNat = nat(p, letter)
      break
    case 'i':
      given.add('i')
      w.id = strtoul(text)
      break
    case 'w':
    case '(':
    case ')':
      given.add(letter)
      w[letter === 'w' ? 'zone' : letter === '(' ? 'origZone' : 'replyZone'] = strtoul(text) & 0xffff
      break
    // Nothing here has a security mark, and then it is not compared.
    case 'c':
      given.add('c')
      break
    case 'l':
      given.add(letter)
      w.labels = labelBits(p, text)
      break
    case '<':
      given.add(letter)
      c.addLabels = labelBits(p, text)
      break
    case '>': {
      given.add(letter)
      const word = optionalWord(p)
      c.delLabels = word === null ? null : labelBits(p, word)
      break
    }
    case 'a':
      c.warnings += 'WARNING: ignoring -a, deprecated option.\n'
      break
    default:
      given.add(letter)
  }
}

/** Read a command line. Throws Failure; what was noted before is in `noted`. */
export function parse(
  argv: readonly string[],
  noted: { warnings: string },
  old = false,
  labels: () => LabelMap | null = () => null,
): Command {
  const g = newGetopt([...argv])
  const c: Command = {
    letter: '',
    table: 'conntrack',
    given: [],
    wanted: emptyWanted(),
    timeout: 0,
    events: { NEW: true, UPDATE: true, DESTROY: true },
    extended: false,
    showId: false,
    timestamp: false,
    ktimestamp: false,
    xml: false,
    save: false,
    labelMap: null,
    addLabels: [],
    delLabels: [],
    protocol: '',
    family: false,
    warnings: '',
  }
  const p: Parser = {
    g,
    c,
    given: new Set(),
    protoGiven: new Set(),
    family: null,
    events: null,
    masks: {},
    old,
    labels,
  }
  try {
    let known = old ? LONG_OPTIONS.filter(({ name }) => name !== 'add') : LONG_OPTIONS
    for (;;) {
      const found = getopt(g, SHORT, known)
      if (found === END) break
      const word = g.argv[g.optind - 1] ?? ''
      if (found === WORD) continue
      if (found === MISSING) throw wrong(`option \`${word}' requires an argument`)
      if (found === UNKNOWN || (old && found === 'A')) throw wrong(`unknown option \`${word}'`)
      if (found.length > 1) protocolOption(p, found, g.optarg ?? '')
      else if (COMMANDS.includes(found)) command(p, found)
      else option(p, found, g.optarg ?? '')
      if (found === 'p') known = [...known, ...(PROTOCOL_OPTIONS[c.protocol] ?? [])]
    }
  } finally {
    noted.warnings = c.warnings
  }
  if (p.given.has('j') && (p.given.has('n') || p.given.has('g')))
    throw wrong("cannot specify `--src-nat' or `--dst-nat' with `--any-nat'")
  checkOptions((c.table === 'expect' ? 'x' : '') + c.letter, p.given)
  if (c.table === 'expect') checkExpected(c.letter, c.protocol, p.protoGiven)
  else if (c.letter !== 'h') checkProtocol(c.letter, c.protocol, p.protoGiven)
  for (const [mask, end, name] of ['{s src', '}d dst'].map((t) => [t[0], t[1], t.slice(3)]))
    if (p.given.has(mask) && !p.given.has(end)) throw wrong(`Can't use --mask-${name} without --${name}`)
  if (c.wanted.src && p.masks['{'] !== undefined) c.wanted.src.bits = p.masks['{']
  if (c.wanted.dst && p.masks['}'] !== undefined) c.wanted.dst.bits = p.masks['}']
  if (p.events !== null)
    c.events = {
      NEW: (p.events & 1) !== 0,
      UPDATE: (p.events & 2) !== 0,
      DESTROY: (p.events & 4) !== 0,
    }
  c.family = p.family !== null
  c.given = [...p.given, ...p.protoGiven]
  return c
}
