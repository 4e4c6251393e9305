/** The command line of iptables, read into what it asks for. Linux: iptables, iptables/xshared.c do_parse */
import { problem } from '../../kernel/xtables/error.ts'
import { protocolNumber } from '../../kernel/xtables/names.ts'
import { strictNumber } from '../../kernel/xtables/number.ts'
import { checkOptions } from '../../kernel/xtables/option.ts'
import type { IpSpec } from '../../kernel/xtables/rule.ts'
import { parseAddresses, parseInterface } from './addresses.ts'
import * as cmd from './commands.ts'
import { refuseAbsent } from './absent.ts'
import { Exit, exit_tryhelp, versionText, type Ctx } from './context.ts'
import { mustFindMatch } from './extensions.ts'
import { END, getopt, hasArg, newGetopt, WORD } from './getopt.ts'
import { helpText } from './help.ts'
import { readCommand } from './parse-command.ts'
import { addMatch, checkTargetName, extensionOption, jump } from './parse-extension.ts'
import { LONG, newParsed, SHORT, type Parsed, type Parser } from './parser.ts'

/** Linux: set_option */
function setOption(s: Parser, letter: string, invert: boolean, field: keyof IpSpec['not'] | null): void {
  if (s.p.options.has(letter)) problem(`multiple -${letter} flags not allowed`)
  s.p.options.add(letter)
  if (!invert) return
  if (!field) problem(`cannot have ! before -${letter}`)
  s.p.ip.not[field] = true
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
  const word = s.g.optarg ?? (hasArg(s.g) ? s.g.argv[s.g.optind++] : null)
  if (word === null && !s.ctx.old) problem('wait interval value required')
  const m = /^\s*\+?(\d+)/.exec(word ?? '0') ?? problem('wait interval not numeric')
  if (Number(m[1]) > 999999) problem(`too long usec wait ${m[1]} > 999999 usec`)
  s.interval = true
  if (!s.ctx.old) s.ctx.err('Ignoring deprecated --wait-interval option.\n')
}

/** The word of an option. 1.8.9 takes the last word of the line so far, whether or not it was joined to the option. */
function argument(s: Parser): string {
  return s.ctx.old ? (s.g.optarg ?? '') : s.g.argv[s.g.optind - 1]
}

/** Lower case, and by name or number. */
function parseProtocol(s: Parser, invert: boolean): void {
  setOption(s, 'p', invert, 'protocol')
  s.protocol = argument(s).toLowerCase()
  if (!s.ctx.old) s.g.argv[s.g.optind - 1] = s.protocol
  s.p.ip.protocol =
    strictNumber(s.protocol, 0, 255) ??
    protocolNumber(s.protocol) ??
    problem(`unknown protocol "${s.protocol}" specified`)
  if (s.p.ip.protocol === 0 && s.p.ip.not.protocol) problem('rule would never match protocol')
}

function parseIface(s: Parser, letter: 'i' | 'o', field: 'iniface' | 'outiface', invert: boolean): void {
  if (s.g.optarg === '') problem('Empty interface is likely to be undesired')
  setOption(s, letter, invert, field)
  s.p.ip[field] = parseInterface(argument(s), (text) => s.ctx.err(text))
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
      s.source = argument(s)
      return true
    case 'd':
      setOption(s, 'd', invert, 'dst')
      s.destination = argument(s)
      return true
    case 'g':
      setOption(s, 'j', invert, null)
      p.goto = true
      p.jumpto = checkTargetName(g.optarg ?? '')
      return true
    case 'j':
      setOption(s, 'j', invert, null)
      jump(s, argument(s))
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
      refuseAbsent(s.ctx, 'match', g.optarg ?? '')
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
      if (restore && tables > 0) {
        const where = s.ctx.old ? ` (seen in line ${s.ctx.line})` : ''
        problem(`The -t option${where} cannot be used in ${s.ctx.program}.\n`)
      }
      p.table = g.optarg ?? ''
      return true
    case 'V':
      s.ctx.out(invert ? `Not ${versionText(s.ctx)} ;-)\n` : `${s.ctx.program} v${versionText(s.ctx)}\n`)
      throw new Exit(0)
    case 'h':
      s.ctx.out(helpText(s.ctx.program, versionText(s.ctx), s.ctx.old))
      throw new Exit(0)
    case 'w':
    case 'W':
      if (restore) problem(`You cannot use \`-${c}' from iptables-restore`)
      if (c === 'w') {
        s.wait = true
        parseWait(s)
      } else parseWaitInterval(s)
      return true
    case 'M':
    case '4':
      return true
    case '6':
      if (restore) return 'skip'
      if (s.ctx.old) s.ctx.err(`This is the IPv4 version of ${s.ctx.program}.\n`)
      return exit_tryhelp(s.ctx, 2)
    default:
      return false
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
    wait: false,
    interval: false,
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

  if (s.interval && !s.wait) problem(`--wait-interval only makes sense with --wait${s.ctx.old ? '' : '\n'}`)

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
  if (!s.ctx.old && p.chain !== null && p.chain.length >= 29)
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
