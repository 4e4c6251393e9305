/**
 * What entries have beside the table: zones, counters, the time of their birth, timeout policies, event masks; and the
 * expectation that a new connection fulfils.
 *
 * Linux: net/netfilter/nf_conntrack_core.c init_conntrack, nf_conntrack_acct.c, nf_conntrack_timestamp.c,
 * nf_conntrack_timeout.c, nf_conntrack_ecache.c; nf_conntrack_expect.c nf_ct_find_expectation
 */
import { IPPROTO_SCTP, IPPROTO_TCP } from '../../wire/packet.ts'
import { NF_ACCEPT, NF_DROP, type Kernel } from '../kernel.ts'
import { printk } from '../log.ts'
import { OLD_HELPERS } from '../period.ts'
import { IP_CT_ESTABLISHED_REPLY, IP_CT_RELATED, IP_CT_RELATED_REPLY, type Skb } from '../skb.ts'
import { IPS_EXPECTED } from './conn.ts'
import { nf_ct_expect_find, removeExpectations } from './expect.ts'
import type { Expectation } from './expectation.ts'
import { ctExt, ctExtAdd, UNBORN } from './ext.ts'
import { helpers } from './helpers.ts'
import { labelsUsed } from './labels.ts'
import { nf_ct_seq_adjust, nf_is_loopback_packet } from './seqadj.ts'
import { ctOptional } from './optional.ts'
import { tupleView } from './view.ts'

const SECOND = 1_000_000

function init(k: Kernel, skb: Skb, zones: number): void {
  const { ct } = k.machine
  const slot = skb.nfct
  const { tmpl } = skb
  const { params } = k.net
  if (zones !== 0) ctExtAdd(ct, slot).zones = zones
  // A mark of 0 is a zone, too, if only to be told.
  else if (tmpl && (tmpl.zoneMark === 1 || tmpl.zoneMark === 2)) ctExtAdd(ct, slot).zeroZone = tmpl.zoneMark
  if (params.acct) ctExtAdd(ct, slot).acct = [0, 0, 0, 0]
  if (params.timestamp) ctExtAdd(ct, slot).start = UNBORN
  if (labelsUsed(k) > 0) ctExtAdd(ct, slot).labels = []
  if (tmpl) setTimeouts(k, slot, tmpl.timeout)
  // Linux: nf_ct_add_synproxy
  if (tmpl?.synproxy) ctExtAdd(ct, slot).synproxy = { isn: 0, its: 0, tsoff: 0 }
  if (tmpl && (tmpl.ctmask !== 0 || tmpl.expmask !== 0)) {
    ctExtAdd(ct, slot).ctmask = tmpl.ctmask
  }
  const expected = nf_ct_find_expectation(k, slot, zones)
  if (expected) {
    const ext = ctExtAdd(ct, slot)
    ct.status[slot] |= IPS_EXPECTED
    ext.masterHelper = expected.helper
    ext.master = expected.slot
    ct.use[expected.slot]++
    ct.mark[slot] = ct.mark[expected.slot]
    skb.ctinfo = IP_CT_RELATED
    k.net.ctStats.expect_new++
    helpers.get(expected.helper)?.expected(k, skb, expected)
  } else if (tmpl && tmpl.helper !== '') ctExtAdd(ct, slot).helper = tmpl.helper
  else if (k.machine.differs & OLD_HELPERS) assignHelper(k, slot)
}

/**
 * The helper of the port that the flow goes to, where nf_conntrack_helper allows it; where not, that is said once.
 * Linux: nf_ct_lookup_helper, up to 5.19
 */
function assignHelper(k: Kernel, slot: number): void {
  const { ct } = k.machine
  const found = [...helpers.values()].find(
    (h) => h.protonum === ct.protonum[slot] && h.port === ct.dport[slot * 2],
  )
  if (!found) return
  if (k.net.sysctl['net.netfilter.nf_conntrack_helper']) {
    ctExtAdd(ct, slot).helper = found.name
    return
  }
  if (k.net.xt['helper-warned']) return
  k.net.xt['helper-warned'] = true
  printk(
    k,
    'nf_conntrack: default automatic helper assignment has been turned off for security reasons and CT-based  firewall rule not found. Use the iptables CT target to attach helpers instead.',
  )
}

/** The timeouts of the policy, where there is one of this name, as the protocol's tracker keeps its own. */
function setTimeouts(k: Kernel, slot: number, name: string): void {
  const policy = k.net.timeoutPolicies.find((p) => p.name === name)
  if (!policy) return
  const micros = policy.seconds.map((s) => s * SECOND)
  // The arrays of TCP and SCTP begin with the state NONE.
  const states = policy.l4proto === IPPROTO_TCP || policy.l4proto === IPPROTO_SCTP
  ctExtAdd(k.machine.ct, slot).timeouts = states ? [0, ...micros] : micros
}

/** The expectation that the new entry fulfils; it is used up. Those of connections that are gone went with them. */
function nf_ct_find_expectation(k: Kernel, slot: number, zones: number): Expectation | null {
  const { ct } = k.machine
  const found = nf_ct_expect_find(k, tupleView(ct, slot * 2), zones)
  removeExpectations(k, (e) => e === found)
  return found
}

function acct(k: Kernel, slot: number, skb: Skb): void {
  const counters = ctExt(k.machine.ct, slot)?.acct
  if (!counters) return
  const dir = skb.ctinfo === IP_CT_ESTABLISHED_REPLY ? 2 : 0
  counters[dir]++
  counters[dir + 1] += skb.len
}

/** What the last hook does for a connection with a helper, or one whose sequence numbers are shifted. Linux: nf_confirm */
function confirm(k: Kernel, skb: Skb): number {
  const { ct } = k.machine
  const slot = skb.nfct
  const ext = ctExt(ct, slot)
  if (!ext) return NF_ACCEPT
  if (ext.synproxy) {
    const verdict = ctOptional.synproxy?.(k, skb, ext.synproxy) ?? NF_ACCEPT
    if (verdict !== NF_ACCEPT) return verdict
  }
  if (skb.ctinfo === IP_CT_RELATED_REPLY) return NF_ACCEPT
  const verdict = helpers.get(ext.helper)?.help(k, skb) ?? NF_ACCEPT
  if (verdict !== NF_ACCEPT) return verdict
  if (nf_is_loopback_packet(k, skb) || nf_ct_seq_adjust(ct, skb)) return NF_ACCEPT
  k.net.ctStats.drop++
  return NF_DROP
}

ctOptional.init = init
ctOptional.acct = acct
ctOptional.confirm = confirm
ctOptional.destroy = (k, slot) => {
  const id = k.machine.ct.id[slot]
  removeExpectations(k, (e) => e.master === id)
}
