import type { Program } from '../program.ts'
import { newContext, run } from './context.ts'
import { do_command4 } from './do-command.ts'
import { iptc_commit, iptc_strerror } from './libiptc.ts'

/** Change and list the tables. Linux: iptables, iptables/iptables-standalone.c iptables_main */
export const iptables: Program = {
  name: 'iptables',
  usage: 'iptables [-t table] {-A|-C|-D} chain rule-specification',
  start(sys) {
    // Every change is a copy and a check of the whole table.
    let rules = 0
    for (const table of Object.values(sys.k.net.tables))
      for (const c of table?.chains ?? []) rules += c.rules.length
    sys.spend?.(rules)
    const ctx = newContext(sys, 'iptables')
    const status = run(ctx, () => {
      const { handle, errno } = do_command4(ctx, sys.process.argv, null, 'filter')
      const failed = errno ?? iptc_commit(ctx.k, handle)
      if (!failed) return 0
      const hint = failed === 'EINVAL' ? " Run `dmesg' for more information." : ''
      ctx.err(`iptables: ${iptc_strerror(handle.fn, failed)}.${hint}\n`)
      return 1
    })
    sys.exit(status)
  },
}
