/** One command line done to a table. Linux: iptables, iptables/iptables.c do_command4 */
import { problem, XtError } from '../../kernel/xtables/error.ts'
import type { Errno } from '../../kernel/xtables/extension.ts'
import type { Chain, Rule, RuleTarget } from '../../kernel/xtables/rule.ts'
import { appendText } from '../../kernel/xtables/text.ts'
import * as cmd from './commands.ts'
import { exit_tryhelp, type Ctx } from './context.ts'
import { mustFindTarget } from './extensions.ts'
import * as iptc from './libiptc.ts'
import { printHeader, printRule, type Format } from './list.ts'
import { do_parse } from './parse.ts'
import { oldSave } from './old.ts'
import type { Parsed } from './parser.ts'

export interface Done {
  handle: iptc.Handle
  /** Null: all went well. */
  errno: Errno | null
}

const ECHO: Format = {
  counters: false,
  via: true,
  numeric: true,
  short: false,
  numbers: false,
  columns: false,
}

/** What the rule does: a verdict, a chain, an extension. */
function ruleTarget(ctx: Ctx, p: Parsed, h: iptc.Handle): RuleTarget {
  const chain = p.jumpto !== '' && iptc.iptc_is_chain(h, p.jumpto)
  if (chain) {
    if (p.target) ctx.err(`Warning: using chain ${p.jumpto}, not extension\n`)
    return { kind: p.goto ? 'goto' : 'jump', chain: p.jumpto }
  }
  if (p.target) return { kind: 'target', use: p.target.use }
  if (p.goto) {
    if (p.jumpto === '') return { kind: 'none' }
    problem(`goto '${p.jumpto}' is not a chain`)
  }
  switch (p.jumpto) {
    case '':
      return { kind: 'none' }
    case 'ACCEPT':
    case 'DROP':
    case 'QUEUE':
    case 'RETURN':
      return { kind: 'verdict', verdict: p.jumpto }
    default:
      mustFindTarget(p.jumpto)
      return { kind: 'none' }
  }
}

/** A rule for every source and every destination. */
function rules(p: Parsed, target: RuleTarget): Rule[] {
  return p.sources.flatMap((s) =>
    p.destinations.map((d) => ({
      ip: { ...p.ip, src: s.addr, srcMask: s.mask, dst: d.addr, dstMask: d.mask },
      matches: p.matches.map((use) => ({ ...use })),
      target: target.kind === 'target' ? { kind: 'target', use: { ...target.use } } : target,
      ...p.counters,
    })),
  )
}

function ruleCommand(ctx: Ctx, p: Parsed, h: iptc.Handle): Errno | null {
  const chain = p.chain ?? ''
  let errno: Errno | null = null
  for (const rule of rules(p, ruleTarget(ctx, p, h))) {
    if (p.options.has('v')) ctx.out(`${printRule(rule, 0, ECHO, ctx.names, ctx.old)}\n`)
    const e =
      p.command === cmd.CMD_APPEND
        ? iptc.iptc_append_entry(h, chain, rule)
        : p.command === cmd.CMD_INSERT
          ? iptc.iptc_insert_entry(h, chain, rule, p.rulenum - 1)
          : p.command === cmd.CMD_REPLACE
            ? iptc.iptc_replace_entry(h, chain, rule, p.rulenum - 1)
            : iptc.iptc_delete_entry(h, chain, rule, p.command === cmd.CMD_CHECK)
    errno = e ?? errno
  }
  return errno
}

/** One chain, or all of them in turn; the last error counts. Linux: for_each_chain4 */
function forEachChain(
  ctx: Ctx,
  h: iptc.Handle,
  name: string | null,
  builtinToo: boolean,
  say: string | null,
  fn: (h: iptc.Handle, name: string) => Errno | null,
): Errno | null {
  const chains =
    name !== null ? [name] : h.chains.filter((c) => builtinToo || c.hook === null).map((c) => c.name)
  let errno: Errno | null = null
  for (const c of chains) {
    if (say !== null) ctx.out(`${say} chain \`${c}'\n`)
    errno = fn(h, c) ?? errno
  }
  return errno
}

export function flush_entries4(
  ctx: Ctx,
  h: iptc.Handle,
  name: string | null,
  verbose: boolean,
): Errno | null {
  return forEachChain(ctx, h, name, true, verbose ? 'Flushing' : null, iptc.iptc_flush_entries)
}

export function delete_chain4(ctx: Ctx, h: iptc.Handle, name: string | null, verbose: boolean): Errno | null {
  return forEachChain(ctx, h, name, false, verbose ? 'Deleting' : null, iptc.iptc_delete_chain)
}

function zero_entries(ctx: Ctx, h: iptc.Handle, name: string | null, verbose: boolean): Errno | null {
  return forEachChain(ctx, h, name, true, verbose ? 'Zeroing' : null, iptc.iptc_zero_entries)
}

function chosen(h: iptc.Handle, p: Parsed): Chain[] {
  h.fn = 'TC_NEXT_CHAIN'
  return h.chains.filter((c) => p.chain === null || c.name === p.chain)
}

function list_entries(ctx: Ctx, h: iptc.Handle, p: Parsed): Errno | null {
  const verbose = p.options.has('v')
  const format: Format = {
    counters: verbose,
    via: verbose,
    numeric: p.options.has('n'),
    short: !p.options.has('x'),
    numbers: p.options.has('0'),
    columns: true,
  }
  const chains = chosen(h, p)
  const references = iptc.allReferences(h)
  chains.forEach((chain, i) => {
    if (i > 0) ctx.out('\n')
    if (p.rulenum === 0) ctx.out(printHeader(chain, references.get(chain.name) ?? 0, format))
    chain.rules.forEach((rule, at) => {
      if (p.rulenum === 0 || p.rulenum === at + 1)
        ctx.out(`${printRule(rule, at + 1, format, ctx.names, ctx.old)}\n`)
    })
  })
  return chains.length > 0 ? null : 'ENOENT'
}

function list_rules(ctx: Ctx, h: iptc.Handle, p: Parsed): Errno | null {
  const counters = p.options.has('v')
  const chains = chosen(h, p)
  if (p.rulenum === 0)
    for (const c of chains) {
      if (c.policy === null) ctx.out(`-N ${c.name}\n`)
      else ctx.out(`-P ${c.name} ${c.policy}${counters ? ` -c ${c.pkts} ${c.bytes}` : ''}\n`)
    }
  for (const c of chains)
    c.rules.forEach((rule, at) => {
      if (p.rulenum === 0 || p.rulenum === at + 1)
        ctx.out(`${appendText(c, rule, counters, ctx.old ? oldSave : undefined)}\n`)
    })
  return chains.length > 0 ? null : 'ENOENT'
}

function execute(ctx: Ctx, p: Parsed, h: iptc.Handle): Errno | null {
  const verbose = p.options.has('v')
  const chain = p.chain ?? ''
  if (p.command & cmd.RULE_COMMANDS) return ruleCommand(ctx, p, h)
  if (p.command & (cmd.CMD_LIST | cmd.CMD_LIST_RULES)) {
    const errno = p.command & cmd.CMD_LIST ? list_entries(ctx, h, p) : list_rules(ctx, h, p)
    if (errno) return errno
    if (p.command & cmd.CMD_ZERO) return zero_entries(ctx, h, p.chain, verbose)
    if (p.command & cmd.CMD_ZERO_NUM) return iptc.iptc_zero_counter(h, chain, p.rulenum)
    return null
  }
  switch (p.command) {
    case cmd.CMD_DELETE_NUM:
      return iptc.iptc_delete_num_entry(h, chain, p.rulenum - 1)
    case cmd.CMD_FLUSH:
      return flush_entries4(ctx, h, p.chain, verbose)
    case cmd.CMD_ZERO:
      return zero_entries(ctx, h, p.chain, verbose)
    case cmd.CMD_ZERO_NUM:
      return iptc.iptc_zero_counter(h, chain, p.rulenum)
    case cmd.CMD_NEW_CHAIN:
      return iptc.iptc_create_chain(h, chain)
    case cmd.CMD_DELETE_CHAIN:
      return delete_chain4(ctx, h, p.chain, verbose)
    case cmd.CMD_RENAME_CHAIN:
      return iptc.iptc_rename_chain(h, chain, p.newname)
    case cmd.CMD_SET_POLICY:
      return iptc.iptc_set_policy(h, chain, p.policy, p.options.has('c') ? p.counters : null)
    case cmd.CMD_NONE:
      return null
    default:
      return exit_tryhelp(ctx, 2)
  }
}

/** Read a command line and do it to the table's copy, which is made where there is none yet. Nothing is committed. */
export function do_command4(ctx: Ctx, argv: string[], handle: iptc.Handle | null, table: string): Done {
  const p = do_parse(ctx, argv, table, handle !== null)
  const h = handle ?? iptc.iptc_init(ctx.k, p.table)
  if (!h)
    throw new XtError(
      `can't initialize iptables table \`${p.table}': Table does not exist (do you need to insmod?)`,
      'VERSION_PROBLEM',
    )
  return { handle: h, errno: execute(ctx, p, h) }
}
