/** Extensions that iptables 1.8.9 has and this kernel has not: the program says so, and the kernel refuses the rule. */
import { Exit, type Ctx } from './context.ts'

/** Why each is left out: what it works on is not there. */
export const ABSENT_MATCHES: Readonly<Record<string, string>> = {
  ipvs: 'connections of the load balancer IPVS',
}

export const ABSENT_TARGETS: Readonly<Record<string, string>> = {
  CLUSTERIP: 'one address shared by several hosts; gone from Linux in 6.x',
  LED: 'lamps of the machine',
  ULOG: 'gone from Linux in 3.17, NFLOG came in its place',
}

/**
 * End where a rule names one of them. Left out: that its options are read first, so that a mistake there comes before.
 * Linux: iptables, libxtables/xtables.c xtables_fully_register_pending_target; the kernel's ENOENT
 */
export function refuseAbsent(ctx: Ctx, kind: 'match' | 'target', name: string): void {
  const absent = kind === 'match' ? ABSENT_MATCHES : ABSENT_TARGETS
  if (!Object.hasOwn(absent, name)) return
  ctx.err(`Warning: Extension ${name} revision 0 not supported, missing kernel module?\n`)
  ctx.err(
    ctx.line === -1
      ? `${ctx.program}: No chain/target/match by that name.\n`
      : `${ctx.program}: line ${ctx.line} failed\n`,
  )
  throw new Exit(1)
}
