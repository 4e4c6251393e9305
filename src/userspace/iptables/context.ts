/** What every part of the programs needs: where they write, whose tables they change, and how they end. */
import { readLabelMap } from '../conntrack/labelmap.ts'
import { EXIT_STATUS, XtError, type ExitType } from '../../kernel/xtables/error.ts'
import type { Names } from '../../kernel/xtables/extension.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import { parseIpv4 } from '../../wire/address.ts'
import type { Sys } from '../program.ts'
import { OLD_VERSION, oldError } from './old.ts'

const VERSION = '1.8.9'

export interface Ctx {
  program: 'iptables' | 'iptables-restore' | 'iptables-save'
  k: Kernel
  /** It is 1.6.1, the article's (old.ts). */
  old: boolean
  names: Names
  /** iptables-restore: the line being read, from 1; -1 elsewhere. */
  line: number
  out(text: string): void
  err(text: string): void
}

/** The program ends now with this status; thrown, and caught at the edge. */
export class Exit extends Error {
  readonly status: number

  constructor(status: number) {
    super(`exit ${status}`)
    this.status = status
  }
}

/** Names by /etc/hosts, both ways. */
function hostNames(sys: Sys): Names {
  let reverse: Map<number, string> | null = null
  return {
    addrOf: (name) => sys.resolve(name),
    labels: () => readLabelMap(sys),
    nameOf(addr) {
      if (!reverse) {
        reverse = new Map()
        const hosts = sys.files.read('/etc/hosts')
        for (const line of typeof hosts === 'string' ? hosts.split('\n') : []) {
          const [a, name] = line.replace(/#.*/, '').trim().split(/\s+/)
          const at = parseIpv4(a)
          if (at !== null && name && !reverse.has(at)) reverse.set(at, name)
        }
      }
      return reverse.get(addr) ?? null
    },
  }
}

export function newContext(sys: Sys, program: Ctx['program']): Ctx {
  return {
    program,
    k: sys.k,
    old: sys.k.machine.period === 'article',
    names: hostNames(sys),
    line: -1,
    out: (text) => void sys.out(text),
    err: (text) => sys.err(text),
  }
}

/** As its own messages have it, and as iptables-save does. */
export function versionText(ctx: Ctx): string {
  return ctx.old ? OLD_VERSION : `${VERSION} (legacy)`
}

export function plainVersion(ctx: Ctx): string {
  return ctx.old ? OLD_VERSION : VERSION
}

/** Linux: iptables, iptables/xshared.c exit_tryhelp */
export function exit_tryhelp(ctx: Ctx, status: number): never {
  if (ctx.line !== -1) ctx.err(`Error occurred at line: ${ctx.line}\n`)
  ctx.err(`Try \`${ctx.program} -h' or '${ctx.program} --help' for more information.\n`)
  throw new Exit(status)
}

/** The message of an error and what follows it. Linux: iptables, libxtables/xtables.c basic_exit_err */
function basic_exit_err(ctx: Ctx, text: string, type: ExitType): number {
  ctx.err(`${ctx.program} v${versionText(ctx)}: ${ctx.old ? oldError(text) : text}\n`)
  if (type === 'PARAMETER_PROBLEM') {
    if (ctx.line !== -1) ctx.err(`Error occurred at line: ${ctx.line}\n`)
    ctx.err(`Try \`${ctx.program} -h' or '${ctx.program} --help' for more information.\n`)
  } else if (type === 'VERSION_PROBLEM') {
    ctx.err(`Perhaps ${ctx.program} or your kernel needs to be upgraded.\n`)
  }
  return EXIT_STATUS[type]
}

/** Run a program to its end: what it returns, or how it was stopped, is its exit status. */
export function run(ctx: Ctx, main: () => number): number {
  try {
    return main()
  } catch (e) {
    if (e instanceof Exit) return e.status
    if (e instanceof XtError) return basic_exit_err(ctx, e.message, e.type)
    throw e
  }
}
