/** Matches and targets on the command line. Linux: iptables, iptables/xshared.c command_match, command_jump, command_default */
import { problem } from '../../kernel/xtables/error.ts'
import type { Match, OptionCall, OptionSpec, Target } from '../../kernel/xtables/extension.ts'
import { protocolText } from '../../kernel/xtables/names.ts'
import { strictNumber } from '../../kernel/xtables/number.ts'
import { refuseAbsent } from './absent.ts'
import { findMatch, findTarget } from './extensions.ts'
import { hasArg, MISSING, UNKNOWN, type LongOption } from './getopt.ts'
import { isMissing, oldArgument } from './old.ts'
import { LONG, type Building, type Parser } from './parser.ts'

function longOptions(kind: 'm' | 't', ext: Match | Target, old: boolean): LongOption[] {
  return ext.options.flatMap((o) =>
    (old ? o.names.filter((name) => !isMissing(ext.name, name)) : o.names).map((name) => ({
      name,
      arg: o.takesArg ? (1 as const) : (0 as const),
      val: `${kind}:${ext.name}:${o.names[0]}`,
    })),
  )
}

/** New options stand before those of earlier extensions, after the program's own. */
function addOptions(s: Parser, kind: 'm' | 't', ext: Match | Target): void {
  s.opts = [...LONG, ...longOptions(kind, ext, s.ctx.old), ...s.opts.slice(LONG.length)]
}

export function addMatch(s: Parser, ext: Match): void {
  const known = s.matches.some((b) => b.ext === ext)
  s.matches.push({ ext, data: ext.init(), used: new Set() })
  if (!known) addOptions(s, 'm', ext)
}

export function checkTargetName(name: string): string {
  if (name.length < 1) problem('Invalid target name (too short)')
  if (name.length >= 29) problem(`Invalid target name \`${name}' (28 chars max)`)
  if (/\s/.test(name)) problem(`Invalid target name \`${name}'`)
  return name
}

export function jump(s: Parser, name: string): void {
  s.p.jumpto = checkTargetName(name)
  refuseAbsent(s.ctx, 'target', name)
  const ext = findTarget(name)
  if (!ext) return
  s.target = { ext, data: ext.init(), used: new Set() }
  addOptions(s, 't', ext)
}

/** The match that `-p` names, where it is a number by its name. */
function protocolMatch(s: Parser): Match | null {
  if (s.protocol === null) return null
  const n = strictNumber(s.protocol, 0, 255)
  const name = n === null ? s.protocol : protocolText(n, s.p.options.has('n'))
  return name === null ? null : findMatch(name)
}

/** An option that is not the program's own. True: it is to be looked at again. Linux: command_default */
export function extensionOption(s: Parser, c: string, invert: boolean): boolean {
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
    arg: s.ctx.old ? oldArgument(b.ext.name, name, s.g.optarg ?? '') : (s.g.optarg ?? ''),
    invert,
    ip: s.p.ip,
    names: s.ctx.names,
    k: s.ctx.k,
    used: b.used,
    next: () => (hasArg(s.g) ? s.g.argv[s.g.optind++] : null),
    warn: (text) => s.ctx.err(text),
  }
  spec?.read(b.data, call)
}
