/** The proxy for handshakes: what it asks, what it translates, what it counts. */
import type { Scenario, Shot } from '../evidence.ts'
import type { FeatureRule } from '../feature.ts'

const core = 'kernel/synproxy.ts'
const PROXY = /-j SYNPROXY/

/** A packet of a scenario with a proxy that made the host send one with these flags to this wire end. */
const makes =
  (is: (one: Shot) => boolean, flags: string, to: RegExp) =>
  (s: Scenario): boolean =>
    s.rule(PROXY) &&
    s.shot(
      (one) =>
        is(one) &&
        one.packets.slice(1).some((p) => p.wire?.some((f) => f.flags === flags && to.test(f.at)) ?? false),
    )

const flags = (one: Shot): string => one.spec.flags ?? ''
const stamped = (one: Shot): boolean => one.spec.opts?.some((o) => o.startsWith('ts=')) === true

export const synproxy: FeatureRule[] = [
  {
    id: 'synproxy.cookie',
    model: [`${core} synproxy_tg4`, 'kernel/syncookie.ts __cookie_v4_init_sequence'],
    held: makes((one) => flags(one) === 'S', 'SA', /client/),
  },
  {
    id: 'synproxy.wrong',
    model: ['kernel/syncookie.ts __cookie_v4_check'],
    held: (s) =>
      s.rule(PROXY) &&
      s.shot(
        (one) =>
          flags(one) === 'A' &&
          one.packets[0].drop !== undefined &&
          one.ct === 'INVALID' &&
          one.before === '',
      ),
  },
  {
    id: 'synproxy.server',
    model: [core],
    held: makes((one) => /^P?A$/.test(flags(one)), 'S', /server/),
  },
  { id: 'synproxy.join', model: [core], held: makes((one) => flags(one) === 'SA', 'A', /server/) },
  {
    id: 'synproxy.sequence',
    model: [core, 'kernel/conntrack/seqadj.ts nf_ct_seqadj_init'],
    held: (s) =>
      s.rule(PROXY) &&
      s.packets.some(
        (p) =>
          p.origin.startsWith('server') &&
          (p.wire?.some((f) => typeof f.seq === 'string' && f.seq.startsWith('ISN')) ?? false),
      ),
  },
  {
    id: 'synproxy.stamps',
    model: [core],
    held: (s) =>
      s.rule(PROXY) && s.shot((one) => stamped(one) && flags(one) === 'PA' && one.before === 'ESTABLISHED'),
  },
  {
    id: 'synproxy.keepalive',
    model: [core, 'kernel/conntrack/proto-tcp.ts'],
    held: (s) =>
      s.rule(PROXY) && s.shot((one) => flags(one) === 'A' && one.before === 'SYN_SENT' && one.ct === 'NEW'),
  },
  {
    id: 'synproxy.input',
    model: [core],
    held: (s) => s.rules.some((r) => PROXY.test(r.text) && / INPUT /.test(r.text)),
  },
  {
    id: 'synproxy.counters',
    code: '/proc/net/stat/synproxy',
    model: ['userspace/conntrack/proc.ts'],
    held: (s) => s.types(/stat\/synproxy/),
  },
]
