/** conntrack -U: entries that get another mark, timeout, status, state, or other labels. */
import { IPS_ASSURED, IPS_CONFIRMED, IPS_FIXED_TIMEOUT, IPS_SEEN_REPLY } from '../../kernel/conntrack/conn.ts'
import { MOST_SECONDS, setTcpFlags } from '../../kernel/conntrack/ctnetlink.ts'
import { ctExt } from '../../kernel/conntrack/ext.ts'
import { IPCT_LISTENED, IPCT_MARK, IPCT_PROTOINFO, isExpired } from '../../kernel/conntrack/table.ts'
import { tcpStateNumber } from '../../kernel/conntrack/tcp.ts'
import { ctView } from '../../kernel/conntrack/view.ts'
import { IPPROTO_TCP } from '../../wire/packet.ts'
import type { Sys } from '../program.ts'
import { entries, line, summary, versionOf } from './entries.ts'
import { Failure } from './options.ts'
import type { Command } from './wanted.ts'

/** -U: mark (-m), timeout (-t), status (-u). Only the first changed entry is printed, as the real one does. */
export function updateEntries(sys: Sys, c: Command, quiet: boolean): number {
  const { k } = sys
  const { ct } = k.machine
  const { mark, status } = c.wanted
  const found = { ...c, wanted: { ...c.wanted, mark: null, status: null, state: null } }
  const { state } = c.wanted
  let updated = 0
  for (const conn of entries(sys, found)) {
    const slot = conn.slot
    const newMark = mark ? (((conn.mark & ~mark.mask) >>> 0) ^ mark.value) >>> 0 : conn.mark
    // Bits that can be set, never taken back. Linux: __ctnetlink_change_status
    const bits = conn.status | ((status?.value ?? 0) & (IPS_ASSURED | IPS_SEEN_REPLY | IPS_FIXED_TIMEOUT))
    const same = newMark === conn.mark && bits === conn.status && (state === null || state === conn.state)
    const had = conn.ext?.labels ?? []
    const gone = c.delLabels ?? had
    const labels = [...new Set([...had.filter((bit) => !gone.includes(bit)), ...c.addLabels])]
    const relabelled = labels.length !== had.length || labels.some((bit) => !had.includes(bit))
    if (same && !relabelled && !c.given.includes('t')) continue
    if (!c.family && versionOf(sys) === '1.4.7') {
      sys.err('Operation failed: Operation not supported\n')
      throw new Failure(1, 'Operation failed: Operation not supported')
    }
    if (relabelled) {
      const ext = ctExt(ct, slot)
      // Only an entry that was made while a rule used labels has room for them. Linux: nf_connlabels_replace
      if (!ext?.labels) throw new Failure(1, 'Operation failed: No space left on device')
      ext.labels = labels
    }
    ct.mark[slot] = newMark
    ct.status[slot] = bits
    if (c.given.includes('t') && ct.status[slot] & IPS_CONFIRMED)
      ct.timeout[slot] = k.now + Math.min(c.timeout, MOST_SECONDS) * 1_000_000
    if (state !== null && conn.orig.protonum === IPPROTO_TCP) ct.state[slot] = tcpStateNumber(state)
    // The tool asks for a change of SCTP's state without its tags, which the kernel wants.
    else if (state !== null) sys.err('Operation failed: invalid parameters\n')
    // With -p tcp the tool says of every entry that its windows are not to be judged.
    if (c.wanted.proto === IPPROTO_TCP) setTcpFlags(ct, slot, tcpStateNumber(state ?? ''))
    tell(sys, slot)
    // It looks the entry up again to show it; one whose time was over is not there.
    if (isExpired(ct, slot, k.now)) continue
    if (updated++ === 0) sys.out(line({ ...ctView(ct, slot, k.now), use: ct.use[slot] + 1 }, c, k.now))
  }
  if (!quiet) summary(sys, `${updated} flow entries have been updated.`)
  return updated === 0 ? 1 : 0
}

/** A change by a program is an event at once. Linux: ctnetlink_new_conntrack, nf_conntrack_eventmask_report */
function tell(sys: Sys, slot: number): void {
  const { k } = sys
  const { ct } = k.machine
  k.emit(0, 'nf_conntrack_eventmask_report', {
    type: 'ct',
    event: 'UPDATE',
    conn: ctView(ct, slot, k.now),
    events: IPCT_PROTOINFO | IPCT_MARK,
    listened: (ct.events[slot] & IPCT_LISTENED) !== 0,
    portid: sys.process.pid,
  })
}
