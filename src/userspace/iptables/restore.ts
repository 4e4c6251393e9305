import { problem, XtError } from '../../kernel/xtables/error.ts'
import type { Program, Sys } from '../program.ts'
import { Exit, newContext, run, versionText, type Ctx } from './context.ts'
import { delete_chain4, do_command4, flush_entries4 } from './do-command.ts'
import { END, getopt, hasArg, newGetopt, WORD, type LongOption } from './getopt.ts'
import * as iptc from './libiptc.ts'
import { splitLine, takeCounters } from './restore-line.ts'

const LONG: readonly LongOption[] = [
  { name: 'counters', arg: 0, val: 'c' },
  { name: 'verbose', arg: 0, val: 'v' },
  { name: 'version', arg: 0, val: 'V' },
  { name: 'test', arg: 0, val: 't' },
  { name: 'help', arg: 0, val: 'h' },
  { name: 'noflush', arg: 0, val: 'n' },
  { name: 'modprobe', arg: 1, val: 'M' },
  { name: 'table', arg: 1, val: 'T' },
  { name: 'wait', arg: 2, val: 'w' },
  { name: 'wait-interval', arg: 2, val: 'W' },
]

interface Options {
  counters: boolean
  verbose: number
  testing: boolean
  noflush: boolean
  /** Only this table. */
  table: string | null
  /** Read this file instead of stdin. */
  file: string | null
}

const NAME = 'iptables-restore'

function unknownOption(ctx: Ctx, word: string): void {
  const what = word.startsWith('--')
    ? `unrecognized option '${word}'`
    : `invalid option -- '${word.slice(1, 2)}'`
  ctx.err(`${NAME}: ${what}\n`)
  // 1.6.1 goes on as if nothing had been said.
  if (ctx.old) return
  ctx.err(`Try \`${NAME} -h' for more information.\n`)
  throw new Exit(1)
}

function readOptions(ctx: Ctx, argv: string[], again: boolean): Options {
  const o: Options = { counters: false, verbose: 0, testing: false, noflush: false, table: null, file: null }
  const g = newGetopt([...argv])
  const words: string[] = []
  let [wait, interval] = [false, false]
  // Complaints of its options are about line 0.
  if (!ctx.old) ctx.line = 0
  for (;;) {
    const c = ctx.old
      ? getopt(
          g,
          'bcvthnM:T:',
          LONG.filter(({ name }) => !['version', 'wait', 'wait-interval'].includes(name)),
        )
      : getopt(g, 'bcvVthnwWM:T:', LONG)
    if (c === END) break
    if (c === WORD) words.push(g.optarg ?? '')
    else if (c === 'b') ctx.err('-b/--binary option is not implemented\n')
    else if (c === 'c') o.counters = true
    else if (c === 'v') o.verbose++
    else if (c === 't') o.testing = true
    else if (c === 'n') o.noflush = true
    else if (c === 'T') o.table = g.optarg
    else if (c === 'M') continue
    else if (c === 'w' || c === 'W') {
      const given = g.optarg ?? (hasArg(g) ? g.argv[g.optind++] : null)
      if (given === null && c === 'W' && !ctx.old) problem('wait interval value required')
      const word = given ?? '0'
      if (!/^\s*[+-]?\d/.test(word))
        problem(c === 'w' ? 'wait seconds not numeric' : 'wait interval not numeric')
      wait ||= c === 'w'
      interval ||= c === 'W'
      if (c === 'W') ctx.err('Ignoring deprecated --wait-interval option.\n')
    } else if (c === 'V') {
      ctx.out(`${NAME} v${versionText(ctx)}\n`)
      throw new Exit(0)
    } else if (c === 'h') {
      ctx.err(
        `Usage: ${NAME} [-c] [-v] [-V] [-t] [-h] [-n] [-w secs] [-W usecs] [-T table] [-M command] [file]\n`,
      )
      throw new Exit(0)
    } else if (!again) unknownOption(ctx, g.argv[g.optind - 1])
  }
  if (interval && !wait) {
    ctx.err('Option --wait-interval requires option --wait\n')
    throw new Exit(1)
  }
  words.push(...g.argv.slice(g.optind))
  if (words.length > 1) {
    ctx.err('Unknown arguments found on commandline\n')
    throw new Exit(1)
  }
  o.file = words[0] ?? null
  return o
}

function policy(ctx: Ctx, o: Options, h: iptc.Handle, chain: string, words: string[]): void {
  const name = words[1] ?? problem(`${NAME}: line ${ctx.line} policy invalid`)
  if (name === '-') return
  let counters = { pkts: 0, bytes: 0 }
  if (o.counters) {
    const m =
      /^\[\s*(\d+):\s*(\d+)/.exec(words[2] ?? '') ?? problem(`invalid policy counters for chain '${chain}'`)
    counters = { pkts: Number(m[1]), bytes: Number(m[2]) }
  }
  const errno = iptc.iptc_set_policy(h, chain, name, counters)
  if (errno)
    throw new XtError(
      `Can't set policy \`${name}' on \`${chain}' line ${ctx.line}: ${iptc.iptc_strerror(h.fn, errno)}`,
      'OTHER_PROBLEM',
    )
}

/** `:CHAIN POLICY [packets:bytes]` */
function newChain(ctx: Ctx, o: Options, h: iptc.Handle, line: string): void {
  const words = line
    .slice(1)
    .split(/[ \t\n]+/)
    .filter((w) => w !== '')
  const chain = words[0] ?? problem(`${NAME}: line ${ctx.line} chain name invalid`)
  if (chain.length >= 29) problem(`Invalid chain name \`${chain}' (28 chars max)`)
  if (!iptc.iptc_builtin(h, chain)) {
    if (o.noflush && iptc.iptc_is_chain(h, chain)) iptc.iptc_flush_entries(h, chain)
    else {
      const errno = iptc.iptc_create_chain(h, chain)
      if (errno) problem(`error creating chain '${chain}':${iptc.strerror(errno)}`)
    }
  }
  policy(ctx, o, h, chain, words)
}

/** One command line inside a table. */
function command(ctx: Ctx, o: Options, h: iptc.Handle, table: string, line: string): boolean {
  const argv = [NAME, '-t', table]
  for (let i = 0; !ctx.old && !o.noflush && i < o.verbose; i++) argv.push('-v')
  const counted = takeCounters(line, ctx.line)
  if (o.counters && counted.counters) argv.push('--set-counters', ...counted.counters)
  argv.push(...splitLine(counted.rest))
  return do_command4(ctx, argv, h, table).errno === null
}

function restore(ctx: Ctx, o: Options, text: string): number {
  let h: iptc.Handle | null = null
  let curtable = ''
  ctx.line = 0
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    ctx.line++
    let ok = false
    if (line === '\n') continue
    if (line.startsWith('#')) {
      if (o.verbose > 0) ctx.out(line)
      continue
    }
    if (line === 'COMMIT\n' && h) {
      ok = o.testing || iptc.iptc_commit(ctx.k, h) === null
      h = null
    } else if (line.startsWith('*') && !h) {
      curtable =
        /[^ \t\n]+/.exec(line.slice(1))?.[0] ?? problem(`${NAME}: line ${ctx.line} table name invalid`)
      if (o.table !== null && o.table !== curtable) continue
      h = iptc.iptc_init(ctx.k, curtable) ?? problem(`${NAME}: unable to initialize table '${curtable}'`)
      if (!o.noflush) {
        flush_entries4(ctx, h, null, o.verbose > 0)
        delete_chain4(ctx, h, null, o.verbose > 0)
      }
      ok = true
    } else if (line.startsWith(':') && h) {
      newChain(ctx, o, h, line)
      ok = true
    } else if (h) ok = command(ctx, o, h, curtable, line)
    if (o.table !== null && o.table !== curtable) continue
    if (!ok) {
      ctx.err(`${NAME}: line ${ctx.line} failed\n`)
      return 1
    }
  }
  if (h) {
    ctx.err(`${NAME}: COMMIT expected at line ${ctx.line + 1}\n`)
    return 1
  }
  return 0
}

function finish(sys: Sys, stdin: string | null): void {
  const ctx = newContext(sys, 'iptables-restore')
  let wait = false
  const status = run(ctx, () => {
    const o = readOptions(ctx, sys.process.argv, stdin !== null)
    if (o.file !== null) {
      const text = sys.files.read(o.file)
      if (typeof text === 'string') return restore(ctx, o, text)
      const why = text.errno === 'EACCES' ? 'Permission denied' : 'No such file or directory'
      ctx.err(`Can't open ${o.file}: ${why}\n`)
      return 1
    }
    if (stdin === null) {
      wait = true
      return 0
    }
    return restore(ctx, o, stdin)
  })
  if (!wait) sys.exit(status)
}

/**
 * Read tables as iptables-save writes them; each is put in place as a whole at its COMMIT.
 * Linux: iptables, iptables/iptables-restore.c
 */
export const iptablesRestore: Program = {
  name: 'iptables-restore',
  usage: 'iptables-restore [-c] [-n] [-t] [-T table] [file]',
  start(sys) {
    sys.process.data = ''
    finish(sys, null)
  },
  input(sys, text) {
    sys.process.data = `${typeof sys.process.data === 'string' ? sys.process.data : ''}${text}`
  },
  eof(sys) {
    if (typeof sys.process.data === 'string') sys.spend?.(sys.process.data.length)
    finish(sys, typeof sys.process.data === 'string' ? sys.process.data : '')
  },
}
