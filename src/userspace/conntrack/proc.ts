/**
 * /proc/net/nf_conntrack, nf_conntrack_expect, stat/nf_conntrack and stat/synproxy.
 * Linux: net/netfilter/nf_conntrack_standalone.c ct_seq_show, ct_cpu_seq_show; nf_conntrack_expect.c exp_seq_show;
 * nf_synproxy_core.c synproxy_cpu_seq_show
 */
import { isInTable } from '../../kernel/conntrack/table.ts'
import { expireExpectations } from '../../kernel/conntrack/expect.ts'
import { listEntries } from '../../kernel/conntrack/life.ts'
import { ctView } from '../../kernel/conntrack/view.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import { synproxyStats } from '../../kernel/synproxy.ts'
import { addProcFile, addProcRows } from '../procfs.ts'
import { procExpectLine } from './expect.ts'
import { procLine } from './print.ts'

/** Ubuntu's 4.15 was built without these files (CONFIG_NF_CONNTRACK_PROCFS): there is only conntrack(8). */
const absent = (k: Kernel): boolean => k.machine.period === 'article'

addProcRows('/proc/net/nf_conntrack', {
  there: (k) => !absent(k),
  list: (k) => listEntries(k),
  row: (k, slot) => {
    const { ct } = k.machine
    // Somebody may have removed it since the list was made.
    return !isInTable(ct, slot) ? '' : `${procLine(ctView(ct, slot, k.now), k.now)}\n`
  },
})

addProcFile('/proc/net/nf_conntrack_expect', (k) => {
  if (absent(k)) return null
  expireExpectations(k)
  return k.net.expects.map((e) => `${procExpectLine(k, e)}\n`).join('')
})

const COLUMNS =
  'entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  expect_new expect_create expect_delete search_restart\n'

/** One line a processor; the hosts of a lab have one. What modern kernels do not count any more is 0. */
addProcFile('/proc/net/stat/nf_conntrack', (k) => {
  if (absent(k)) return null
  const s = k.net.ctStats
  const hex = (...values: number[]): string => values.map((v) => v.toString(16).padStart(8, '0')).join(' ')
  const counted = hex(
    ...[s.clash_resolve, s.found, 0, s.invalid, 0, 0, s.chaintoolong],
    ...[s.insert, s.insert_failed, s.drop, s.early_drop, s.error],
  )
  const expected = hex(s.expect_new, s.expect_create, s.expect_delete, s.search_restart)
  return `${COLUMNS}${hex(k.net.ctCount)}  ${counted}  ${expected}\n`
})

/** One line a processor here, too; nobody has ever counted `entries`. */
addProcFile('/proc/net/stat/synproxy', (k) => {
  const s = synproxyStats(k)
  const counted = [0, s.syn_received, s.cookie_invalid, s.cookie_valid, s.cookie_retrans, s.conn_reopened]
  const header = 'entries\t\tsyn_received\tcookie_invalid\tcookie_valid\tcookie_retrans\tconn_reopened\n'
  return `${header}${counted.map((n) => n.toString(16).padStart(8, '0')).join('\t')}\n`
})
