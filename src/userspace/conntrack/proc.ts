/** /proc/net/nf_conntrack. Linux: net/netfilter/nf_conntrack_standalone.c ct_seq_show */
import { listEntries } from '../../kernel/conntrack/life.ts'
import { ctView } from '../../kernel/conntrack/view.ts'
import { addProcFile } from '../procfs.ts'
import { procLine } from './print.ts'

addProcFile('/proc/net/nf_conntrack', (k) =>
  listEntries(k)
    .map((slot) => `${procLine(ctView(k.machine.ct, slot, k.now))}\n`)
    .join(''),
)
