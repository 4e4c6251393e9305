/** The command line of iptables, read into what it asks for. Linux: iptables, iptables/xshared.c do_parse */
import { problem } from '../../kernel/xtables/error.ts'
import type { Match, OptionCall, OptionSpec, Target } from '../../kernel/xtables/extension.ts'
import { protocolNumber, protocolText } from '../../kernel/xtables/names.ts'
import { strictNumber } from '../../kernel/xtables/number.ts'
import { checkOptions } from '../../kernel/xtables/option.ts'
import { anyIp, type IpSpec, type Use } from '../../kernel/xtables/rule.ts'
import { parseAddresses, parseInterface, type Net } from './addresses.ts'
import * as cmd from './commands.ts'
import { Exit, exit_tryhelp, VERSION, type Ctx } from './context.ts'
import { findMatch, findTarget, isStandard, mustFindMatch } from './extensions.ts'
import {
  END,
  getopt,
  hasArg,
  MISSING,
  newGetopt,
  UNKNOWN,
  WORD,
  type Getopt,
  type LongOption,
} from './getopt.ts'
import { helpText } from './help.ts'

const SHORT = '-:A:C:D:E:F::I:L::M:N:P:VX::Z::c:d:i:j:o:p:s:t:R:S::W::46bfg:h::m:nvw::x'

const LONG: readonly LongOption[] = (
  'append:A delete:D check:C insert:I replace:R list::L list-rules::S flush::F zero::Z new-chain:N delete-chain::X ' +
  'rename-chain:E policy:P source:s destination:d src:s dst:d protocol:p in-interface:i jump:j table:t match:m ' +
  'numeric=n out-interface:o verbose=v wait::w wait-interval::W exact=x fragments=f version=V help::h line-numbers=0 ' +
  'modprobe:M set-counters:c goto:g ipv4=4 ipv6=6'
)
  .split(' ')
  .map((s) => {
    const [, name, kind, val] = /^([a-z-0-9]+)(::|:|=)(.)$/.exec(s) ?? []
    return { name, arg: kind === '::' ? 2 : kind === ':' ? 1 : 0, val }
  })

/** One use of a match or a target while its options come in. */
interface Building {
  ext: Match | Target
  data: unknown
  used: Set<string>
}

export interface Parsed {
  command: number
  table: string
  chain: string | null
  newname: string
  policy: string
  rulenum: number
  verbose: number
  /** Letters of the options given: v n x 0 .. */
  options: Set<string>
  ip: IpSpec
  sources: Net[]
  destinations: Net[]
  matches: Use[]
  /** The word after -j or -g, '' for none. */
  jumpto: string
  goto: boolean
  /** The extension that jumpto names, with its options. */
  target: { name: string; use: Use } | null
  counters: { pkts: number; bytes: number }
}

/** The state of one run of the parser. */
interface Parser {
  ctx: Ctx
  g: Getopt
  p: Parsed
  matches: Building[]
  target: Building | null
  /** Long options that may be used now. */
  opts: LongOption[]
  protocol: string | null
  protoUsed: boolean
  source: string | null
  destination: string | null
}

function longOptions(kind: 'm' | 't', ext: Match | Target): LongOption[] {
  return ext.options.flatMap((o) =>
    o.names.map((name) => ({
      name,
      arg: o.takesArg ? (1 as const) : (0 as const),
      val: `${kind}:${ext.name}:${o.names[0]}`,
    })),
  )
}

/** New options stand before those of earlier extensions, after the program's own. */
function addOptions(s: Parser, kind: 'm' | 't', ext: Match | Target): void {
  s.opts = [...LONG, ...longOptions(kind, ext), ...s.opts.slice(LONG.length)]
}

function addMatch(s: Parser, ext: Match): void {
  const known = s.matches.some((b) => b.ext === ext)
  s.matches.push({ ext, data: ext.init(), used: new Set() })
  if (!known) addOptions(s, 'm', ext)
}

function checkTargetName(name: string): string {
  if (name.length < 1) problem('Invalid target name (too short)')
  if (name.length >= 29) problem(`Invalid target name \`${name}' (28 chars max)`)
  if (/\s/.test(name)) problem(`Invalid target name \`${name}'`)
  return name
}

function jump(s: Parser, name: string): void {
  s.p.jumpto = checkTargetName(name)
  const ext = findTarget(name)
  if (!ext) return
  s.target = { ext, data: ext.init(), used: new Set() }
  addOptions(s, 't', ext)
}

/** Linux: set_option */
function setOption(s: Parser, letter: string, invert: boolean, field: keyof IpSpec['not'] | null): void {
  if (s.p.options.has(letter)) problem(`multiple -${letter} flags not allowed`)
  s.p.options.add(letter)
  if (!invert) return
  if (!field) problem(`cannot have ! before -${letter}`)
  s.p.ip.not[field] = true
}

function ruleNumber(text: string): number {
  return strictNumber(text, 1, 0x7fffffff) ?? problem(`Invalid rule number \`${text}'`)
}

function checkChainName(name: string): void {
  if (name.length >= 29) problem(`chain name \`${name}' too long (must be under 29 chars)`)
  if (name.startsWith('-') || name.startsWith('!'))
    problem(`chain name not allowed to start with \`${name[0]}'`)
  if (findTarget(name) || isStandard(name)) problem('chain name may not clash with target name')
  if (/\s/.test(name)) problem(`Invalid chain name \`${name}'`)
}

function parseCounter(text: string, what: string): number {
  const m = /^\s*\+?(\d+)/.exec(text)
  return m ? Number(m[1]) : problem(`-c ${what} counter not numeric`)
}

function parseCounters(s: Parser): void {
  const pkts = s.g.optarg ?? ''
  const comma = pkts.indexOf(',', 1)
  const bytes = comma >= 0 ? pkts.slice(comma + 1) : hasArg(s.g) ? s.g.argv[s.g.optind++] : null
  if (bytes === null) problem('-c requires packet and byte counter')
  s.p.counters = { pkts: parseCounter(pkts, 'packet'), bytes: parseCounter(bytes, 'byte') }
}

function parseWait(s: Parser): void {
  const word = s.g.optarg ?? (hasArg(s.g) ? s.g.argv[s.g.optind++] : null)
  if (word !== null && !/^\s*[+-]?\d/.test(word)) problem('wait seconds not numeric')
}

function parseWaitInterval(s: Parser): void {
  const word = s.g.optarg ?? (hasArg(s.g) ? s.g.argv[s.g.optind++] : problem('wait interval value required'))
  const m = /^\s*\+?(\d+)/.exec(word) ?? problem('wait interval not numeric')
  if (Number(m[1]) > 999999) problem(`too long usec wait ${m[1]} > 999999 usec`)
  s.ctx.err('Ignoring deprecated --wait-interval option.\n')
}

/** An optional word: joined to the option, or the next one. */
function word(s: Parser): string | null {
  return s.g.optarg ?? (hasArg(s.g) ? s.g.argv[s.g.optind++] : null)
}

/** The match that `-p` names, where it is a number by its name. */
function protocolMatch(s: Parser): Match | null {
  if (s.protocol === null) return null
  const n = strictNumber(s.protocol, 0, 255)
  const name = n === null ? s.protocol : protocolText(n, s.p.options.has('n'))
  return name === null ? null : findMatch(name)
}

/** An option that is not the program's own. True: it is to be looked at again. Linux: command_default */
function extensionOption(s: Parser, c: string, invert: boolean): boolean {
  const [kind, extName, name] = c.split(':')
  if (kind === 't' && s.target?.ext.name === extName) {
    readOption(s, s.target, name, invert)
    return false
  }
  if (kind === 'm') {
    const b = s.matches.findLast((m) => m.ext.name === extName)
    if (b) {
      readOption(s, b, name, invert)
      return false
    }
  }
  const ext = s.protoUsed ? null : protocolMatch(s)
  if (ext) {
    s.protoUsed = true
    addMatch(s, ext)
    s.g.optind--
    return true
  }
  if (c === MISSING) problem(`option "${s.g.argv[s.g.optind - 1]}" requires an argument`)
  if (c === UNKNOWN) problem(`unknown option "${s.g.argv[s.g.optind - 1]}"`)
  return problem(`Unknown arg "${s.g.optarg ?? '(null)'}"`)
}

function readOption(s: Parser, b: Building, name: string, invert: boolean): void {
  const spec: OptionSpec<unknown> | undefined = b.ext.options.find((o) => o.names[0] === name)
  const call: OptionCall = {
    ext: b.ext.name,
    option: name,
    arg: s.g.optarg ?? '',
    invert,
    ip: s.p.ip,
    names: s.ctx.names,
    used: b.used,
    next: () => (hasArg(s.g) ? s.g.argv[s.g.optind++] : null),
    warn: (text) => s.ctx.err(text),
  }
  spec?.read(b.data, call)
}

/** Lower case, and by name or number. */
function parseProtocol(s: Parser, invert: boolean): void {
  setOption(s, 'p', invert, 'protocol')
  const at = s.g.optind - 1
  s.g.argv[at] = s.g.argv[at].toLowerCase()
  s.protocol = s.g.argv[at]
  s.p.ip.protocol =
    strictNumber(s.protocol, 0, 255) ??
    protocolNumber(s.protocol) ??
    problem(`unknown protocol "${s.protocol}" specified`)
  if (s.p.ip.protocol === 0 && s.p.ip.not.protocol) problem('rule would never match protocol')
}

function parseIface(s: Parser, letter: 'i' | 'o', field: 'iniface' | 'outiface', invert: boolean): void {
  if (s.g.optarg === '') problem('Empty interface is likely to be undesired')
  setOption(s, letter, invert, field)
  s.p.ip[field] = parseInterface(s.g.argv[s.g.optind - 1], (text) => s.ctx.err(text))
}

function readCommand(s: Parser, c: string, invert: boolean): boolean {
  const { p, g } = s
  const add = (more: number, others = 0): void => {
    p.command = cmd.add_command(p.command, more, others, invert)
  }
  switch (c) {
    case 'A':
    case 'C':
      add(c === 'A' ? cmd.CMD_APPEND : cmd.CMD_CHECK)
      p.chain = g.optarg
      return true
    case 'D':
      add(cmd.CMD_DELETE)
      p.chain = g.optarg
      if (hasArg(g)) {
        p.rulenum = ruleNumber(g.argv[g.optind++])
        p.command = cmd.CMD_DELETE_NUM
      }
      return true
    case 'R':
      add(cmd.CMD_REPLACE)
      p.chain = g.optarg
      if (!hasArg(g)) problem('-R requires a rule number')
      p.rulenum = ruleNumber(g.argv[g.optind++])
      return true
    case 'I':
      add(cmd.CMD_INSERT)
      p.chain = g.optarg
      p.rulenum = hasArg(g) ? ruleNumber(g.argv[g.optind++]) : 1
      return true
    case 'L':
    case 'S':
      add(c === 'L' ? cmd.CMD_LIST : cmd.CMD_LIST_RULES, cmd.CMD_ZERO | cmd.CMD_ZERO_NUM)
      p.chain = word(s) ?? p.chain
      if (hasArg(g)) p.rulenum = ruleNumber(g.argv[g.optind++])
      return true
    case 'Z':
      add(cmd.CMD_ZERO, cmd.CMD_LIST | cmd.CMD_LIST_RULES)
      p.chain = word(s) ?? p.chain
      if (hasArg(g)) {
        p.rulenum = ruleNumber(g.argv[g.optind++])
        p.command = cmd.CMD_ZERO_NUM
      }
      return true
    case 'F':
    case 'X':
      add(c === 'F' ? cmd.CMD_FLUSH : cmd.CMD_DELETE_CHAIN)
      p.chain = word(s) ?? p.chain
      return true
    case 'N':
      checkChainName(g.optarg ?? '')
      add(cmd.CMD_NEW_CHAIN)
      p.chain = g.optarg
      return true
    case 'E':
      add(cmd.CMD_RENAME_CHAIN)
      p.chain = g.optarg
      if (!hasArg(g)) problem('-E requires old-chain-name and new-chain-name')
      p.newname = g.argv[g.optind++]
      return true
    case 'P':
      add(cmd.CMD_SET_POLICY)
      p.chain = g.optarg
      if (!hasArg(g)) problem('-P requires a chain and a policy')
      p.policy = g.argv[g.optind++]
      return true
    default:
      return false
  }
}

/** True: the line is for another family and is skipped (iptables-restore). */
function readOwnOption(
  s: Parser,
  c: string,
  invert: boolean,
  restore: boolean,
  tables: number,
): boolean | 'skip' {
  const { p, g } = s
  switch (c) {
    case 'p':
      parseProtocol(s, invert)
      return true
    case 's':
      setOption(s, 's', invert, 'src')
      s.source = g.argv[g.optind - 1]
      return true
    case 'd':
      setOption(s, 'd', invert, 'dst')
      s.destination = g.argv[g.optind - 1]
      return true
    case 'g':
      setOption(s, 'j', invert, null)
      p.goto = true
      p.jumpto = checkTargetName(g.optarg ?? '')
      return true
    case 'j':
      setOption(s, 'j', invert, null)
      jump(s, g.argv[g.optind - 1])
      return true
    case 'i':
      parseIface(s, 'i', 'iniface', invert)
      return true
    case 'o':
      parseIface(s, 'o', 'outiface', invert)
      return true
    case 'f':
      setOption(s, 'f', invert, 'fragment')
      p.ip.fragment = true
      return true
    case 'v':
      if (p.verbose === 0) setOption(s, 'v', invert, null)
      p.verbose++
      return true
    case 'm':
      if (invert) problem('unexpected ! flag before --match')
      addMatch(s, mustFindMatch(g.optarg ?? ''))
      return true
    case 'n':
    case 'x':
    case '0':
      setOption(s, c, invert, null)
      return true
    case 'c':
      setOption(s, 'c', invert, null)
      parseCounters(s)
      return true
    case 't':
      if (invert) problem('unexpected ! flag before --table')
      if (restore && tables > 0) problem(`The -t option cannot be used in ${s.ctx.program}.\n`)
      p.table = g.optarg ?? ''
      return true
    case 'V':
      s.ctx.out(invert ? `Not ${VERSION} ;-)\n` : `${s.ctx.program} v${VERSION}\n`)
      throw new Exit(0)
    case 'h':
      s.ctx.out(helpText(s.ctx.program))
      throw new Exit(0)
    case 'w':
    case 'W':
      if (restore) problem(`You cannot use \`-${c}' from iptables-restore`)
      if (c === 'w') parseWait(s)
      else parseWaitInterval(s)
      return true
    case 'M':
    case '4':
      return true
    case '6':
      if (restore) return 'skip'
      return exit_tryhelp(s.ctx, 2)
    default:
      return false
  }
}

function newParsed(table: string): Parsed {
  return {
    command: cmd.CMD_NONE,
    table,
    chain: null,
    newname: '',
    policy: '',
    rulenum: 0,
    verbose: 0,
    options: new Set(),
    ip: anyIp(),
    sources: [],
    destinations: [],
    matches: [],
    jumpto: '',
    goto: false,
    target: null,
    counters: { pkts: 0, bytes: 0 },
  }
}

/** Read a command line. Throws XtError and Exit. `restore`: a line of iptables-restore. */
export function do_parse(ctx: Ctx, argv: string[], table: string, restore: boolean): Parsed {
  const p = newParsed(table)
  const s: Parser = {
    ctx,
    g: newGetopt([...argv]),
    p,
    matches: [],
    target: null,
    opts: [...LONG],
    protocol: null,
    protoUsed: false,
    source: null,
    destination: null,
  }
  let invert = false
  let tables = 0
  for (;;) {
    const c = getopt(s.g, SHORT, s.opts)
    if (c === END) break
    if (c === WORD) {
      if (s.g.optarg === '!') {
        if (invert) problem('multiple consecutive ! not allowed')
        invert = true
        s.g.argv[s.g.optind - 1] = ''
        continue
      }
      ctx.err(`Bad argument \`${s.g.optarg}'\n`)
      exit_tryhelp(ctx, 2)
    }
    const own = readCommand(s, c, invert) || readOwnOption(s, c, invert, restore, tables)
    if (own === 'skip') return newParsed(table)
    if (c === 't') tables++
    if (!own && extensionOption(s, c, invert)) continue
    invert = false
  }
  finish(s, invert)
  return p
}

/** What can only be said when all has been read. */
function finish(s: Parser, invert: boolean): void {
  const { p } = s
  if (p.table === 'nat' && (p.policy === 'DROP' || p.jumpto === 'DROP'))
    problem('\nThe "nat" table is not intended for filtering, the use of DROP is therefore inhibited.\n\n')
  for (const b of [...s.matches, ...(s.target ? [s.target] : [])]) {
    b.ext.finalCheck?.(b.data, b.used)
    checkOptions(b.ext.name, b.used, b.ext.options)
  }
  if (s.g.optind < s.g.argv.length) problem('unknown arguments found on commandline')
  if (p.command === cmd.CMD_NONE) problem('no command specified')
  if (invert) problem('nothing appropriate following !')

  if (p.command & cmd.RULE_COMMANDS) {
    s.source ??= '0.0.0.0/0'
    s.destination ??= '0.0.0.0/0'
  }
  if (s.source !== null) p.sources = parseAddresses(s.source, s.ctx.names)
  if (s.destination !== null) p.destinations = parseAddresses(s.destination, s.ctx.names)
  if ((p.sources.length > 1 || p.destinations.length > 1) && (p.ip.not.src || p.ip.not.dst))
    problem('! not allowed with multiple source or destination IP addresses')
  if (p.command === cmd.CMD_REPLACE && (p.sources.length !== 1 || p.destinations.length !== 1))
    problem('Replacement rule does not specify a unique address')
  cmd.generic_opt_check(p.command, p.options)
  if (p.chain !== null && p.chain.length >= 29)
    problem(`chain name \`${p.chain}' too long (must be under 29 chars)`)
  checkDirection(p)

  p.matches = s.matches.map((b) => ({ name: b.ext.realName ?? b.ext.name, data: b.data }))
  if (s.target) {
    const { ext, data } = s.target
    p.target = { name: ext.name, use: { name: ext.realName ?? ext.name, data } }
  }
}

/** A packet that comes in has no interface to leave by yet, and the other way round. */
function checkDirection(p: Parsed): void {
  if (p.command !== cmd.CMD_DELETE_NUM && (p.command & cmd.RULE_COMMANDS) !== p.command) return
  if (p.options.has('o') && (p.chain === 'PREROUTING' || p.chain === 'INPUT'))
    problem(`Can't use -o with ${p.chain}\n`)
  if (p.options.has('i') && (p.chain === 'POSTROUTING' || p.chain === 'OUTPUT'))
    problem(`Can't use -i with ${p.chain}\n`)
}
