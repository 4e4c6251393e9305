/** Network address translation. */
import type { Scenario } from '../evidence.ts'
import type { SectionRule } from '../feature.ts'

const core = 'kernel/nat/core.ts'
const manip = 'kernel/nat/manip.ts'
const masq = 'kernel/nat/masquerade.ts'

const to = (target: string, how: RegExp) => (s: Scenario) =>
  s.rules.some((r) => r.target === target && how.test(r.text))

export const nat: SectionRule = {
  id: 'nat',
  features: [
    { id: 'nat.snat', code: 'SNAT', model: [core], held: to('SNAT', /./) },
    { id: 'nat.dnat', code: 'DNAT', model: [core], held: to('DNAT', /./) },
    { id: 'nat.masquerade', code: 'MASQUERADE', model: [masq], held: to('MASQUERADE', /./) },
    { id: 'nat.redirect', code: 'REDIRECT', model: ['kernel/nat/redirect.ts'], held: to('REDIRECT', /./) },
    {
      id: 'nat.netmap',
      code: 'NETMAP',
      model: ['kernel/xtables/targets/netmap.ts NETMAP'],
      held: to('NETMAP', /./),
    },
    { id: 'nat.both', model: [core], held: (s) => s.event((e) => both(e.orig, e.reply)) },
    {
      id: 'nat.reply',
      model: [manip],
      held: (s) =>
        s.packets.some(
          (p) =>
            p.origin !== 'dut' &&
            p.trace.some((t) => t.dir === 'reply') &&
            p.wire?.some((f) => f.src !== p.packet?.src || f.dst !== p.packet.dst) === true,
        ),
    },
    {
      id: 'nat.null',
      model: [core],
      held: (s) =>
        s.rules.some((r) => r.table === 'nat') && s.event((e) => e.ev === 'NEW' && straight(e.orig, e.reply)),
    },
    {
      id: 'nat.local_in',
      model: [core],
      held: (s) => s.rules.some((r) => r.chain === 'INPUT' && r.target === 'SNAT'),
    },
    {
      id: 'nat.local_out',
      model: [core],
      held: (s) =>
        s.rules.some((r) => r.chain === 'OUTPUT' && ['DNAT', 'REDIRECT', 'NETMAP'].includes(r.target)),
    },
    {
      id: 'nat.hairpin',
      model: [core],
      held: (s) =>
        s.rule(/-j DNAT/) &&
        s.rule(/-j (SNAT|MASQUERADE)/) &&
        s.packets.some(
          (p) =>
            p.origin !== 'dut' &&
            p.wire?.some(
              (f) =>
                f.at.split(':')[1] === p.origin.split(':')[1] &&
                p.trace.some((t) => t.at === '@passed:FORWARD' && t.in === t.out),
            ) === true,
        ),
    },
    {
      id: 'nat.port_kept',
      model: [core],
      held: (s) =>
        s.rule(/-j (SNAT|MASQUERADE)/) &&
        s.event(
          (e) =>
            e.ev === 'NEW' &&
            ported(e.orig) &&
            !straight(e.orig, e.reply) &&
            port(e.orig, 'source') === port(e.reply, 'dest'),
        ),
    },
    {
      id: 'nat.port_changed',
      model: [core],
      held: (s) =>
        s.event((e) => e.ev === 'NEW' && ported(e.orig) && port(e.orig, 'source') !== port(e.reply, 'dest')),
    },
    {
      id: 'nat.port_class',
      model: [core],
      held: (s) =>
        s.event(
          (e) =>
            e.ev === 'NEW' &&
            ported(e.orig) &&
            Number(port(e.orig, 'source')) < 1024 &&
            port(e.orig, 'source') !== port(e.reply, 'dest'),
        ),
    },
    {
      id: 'nat.port_range',
      model: [core],
      held: (s) => s.rule(/--to-(source|destination) \S*:\d+(-\d+)?|--to-ports? \d+/),
    },
    {
      id: 'nat.port_base',
      code: '--to-destination A:B-C/D',
      model: [core],
      held: (s) => s.rule(/--to-destination \S+:\d+-\d+\/\d+/),
      line: /--to-destination \S+:\d+-\d+\/\d+/,
    },
    {
      id: 'nat.pool',
      model: [core],
      held: (s) => s.rule(/--to-(source|destination) [\d.]+-[\d.]+/),
      tests: ['test/kernel/hash.test.ts'],
    },
    {
      id: 'nat.persistent',
      code: '--persistent',
      model: [core],
      held: (s) => s.rule(/--persistent/),
      line: /--persistent/,
      tests: ['test/kernel/hash.test.ts'],
    },
    {
      id: 'nat.random',
      code: '--random',
      model: [core],
      held: (s) => s.rule(/--random( |$)/),
      line: /--random( |;|$)/,
    },
    {
      id: 'nat.random_fully',
      code: '--random-fully',
      model: [core],
      held: (s) => s.rule(/--random-fully/),
      line: /--random-fully/,
    },
    {
      id: 'nat.exhausted',
      model: [core, 'kernel/conntrack/life.ts'],
      held: (s) => s.counts('insert_failed') && s.rules.some((r) => r.table === 'nat'),
    },
    { id: 'nat.sticky', model: ['kernel/nat/bysource.ts'], held: (s) => sticky(s) },
    {
      id: 'nat.masq_flush',
      model: [`${masq} masq_device_event`, `${masq} masq_inet_event`],
      held: (s) => s.rule(/-j MASQUERADE/) && s.types(/ip link set \S+ down|ip addr del/),
    },
    {
      id: 'nat.local_port',
      model: [core],
      held: (s) =>
        s.rules.some((r) => r.table === 'nat') &&
        s.shot(
          (one) =>
            one.local &&
            one.events.some(
              (e) => e.ev === 'NEW' && ported(e.orig) && port(e.orig, 'source') !== port(e.reply, 'dest'),
            ),
        ),
    },
    {
      id: 'nat.icmp_id',
      model: [core],
      held: (s) =>
        s.rules.some((r) => r.table === 'nat') &&
        s.event((e) => e.proto === 'icmp' && !straight(e.orig, e.reply)),
    },
    {
      id: 'nat.icmp_error',
      model: [manip],
      held: (s) =>
        s.rules.some((r) => r.table === 'nat') &&
        s.shot((one) => one.spec.inner !== undefined && one.ct === 'RELATED'),
    },
    {
      id: 'nat.redirect_dropped',
      model: [manip],
      held: (s) =>
        s.rules.some((r) => r.table === 'nat') &&
        s.shot((one) => one.spec.inner !== undefined && one.spec.type === 5),
    },
    {
      id: 'nat.untranslated',
      model: [core],
      held: (s) =>
        s.rules.some((r) => r.table === 'nat') &&
        s.shot((one) => one.ct === 'INVALID' && one.packets[0].verdict === 'forwarded'),
    },
    {
      id: 'nat.later_rule',
      model: [core],
      held: (s) => s.steps.some((step) => /iptables -t nat/.test(step.cmd ?? '')),
    },
    {
      id: 'nat.stateless',
      code: 'tc … action nat',
      model: ['kernel/tc/act-nat.ts', 'kernel/tc/classify.ts'],
      tests: ['test/kernel/stateless.test.ts', 'test/userspace/tc.test.ts'],
    },
    {
      id: 'nat.tuple_reuse',
      model: [core],
      held: (s) =>
        s.rules.some((r) => r.table === 'nat') &&
        s.shot((one) => one.events.some((e) => e.ev === 'DESTROY') && one.events.some((e) => e.ev === 'NEW')),
    },
  ],
}

/** The ends of a tuple: `A:1>B:2`, or `A>B type=.. id=..`. */
function ends(tuple: string): [string, string] {
  const [src, dst] = tuple.split(' ')[0].split('>')
  return [src, dst]
}

function address(end: string): string {
  return end.split(':')[0]
}

function ported(tuple: string): boolean {
  return ends(tuple)[0].includes(':')
}

function port(tuple: string, which: 'source' | 'dest'): string {
  return ends(tuple)[which === 'source' ? 0 : 1].split(':')[1]
}

/** The reply is the original turned round: nothing is translated. */
function straight(orig: string, reply: string): boolean {
  const [src, dst] = ends(orig)
  const [rsrc, rdst] = ends(reply)
  return address(src) === address(rdst) && address(dst) === address(rsrc)
}

function both(orig: string, reply: string): boolean {
  const [src, dst] = ends(orig)
  const [rsrc, rdst] = ends(reply)
  return src !== rdst && dst !== rsrc && address(src) !== address(rdst) && address(dst) !== address(rsrc)
}

/** One source towards two destinations, translated alike to a port that is not its own. */
function sticky(s: Scenario): boolean {
  const news = s.events.filter(
    (e) => e.ev === 'NEW' && ported(e.orig) && port(e.orig, 'source') !== port(e.reply, 'dest'),
  )
  return news.some((a) =>
    news.some(
      (b) =>
        ends(a.orig)[0] === ends(b.orig)[0] &&
        ends(a.orig)[1] !== ends(b.orig)[1] &&
        ends(a.reply)[1] === ends(b.reply)[1],
    ),
  )
}
