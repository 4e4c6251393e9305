/** Tables, chains and the ways through them; REJECT; the kernel log's lines about packets. */
import type { FeatureRule, SectionRule } from '../feature.ts'

const table = 'kernel/xtables/table.ts ipt_do_table'
const ruleset = 'kernel/xtables/ruleset.ts do_replace'

const builtin = (name: string): FeatureRule => ({
  id: `table.${name}`,
  code: name,
  model: [table],
  held: (s) => s.meets(new RegExp(`^${name}:`)) || (name === 'security' && s.types(/iptables -t security/)),
  tests: name === 'security' ? ['test/xtables/table.test.ts'] : [],
})

export const tables: SectionRule = {
  id: 'tables',
  features: [
    ...['raw', 'mangle', 'nat', 'filter', 'security'].map(builtin),
    { id: 'chain.policy', model: [table], held: (s) => s.types(/iptables .*-P \w+ DROP/) },
    {
      id: 'chain.jump',
      model: [table],
      held: (s) => s.types(/iptables .*-N /) && s.rules.some((r) => chains(s.lines).has(r.target)),
    },
    { id: 'chain.goto', model: [table], held: (s) => s.rule(/-g \w/) },
    { id: 'chain.return', model: [table], held: (s) => s.rule(/-j RETURN/) || s.meets(/:return:/) },
    { id: 'chain.loop', model: [ruleset], tests: ['test/userspace/iptables.test.ts'] },
    { id: 'rule.counters', model: [table], held: (s) => s.steps.some((step) => step.iptables !== undefined) },
    { id: 'rule.no_target', model: [table], held: (s) => s.rules.some((r) => r.target === '') },
    { id: 'rule.interface', model: [table], held: (s) => s.rule(/-[io] \w/), line: /-[io] / },
    { id: 'rule.interface_prefix', model: [table], held: (s) => s.rule(/-[io] \w+\+/), line: /-[io] \w*\+/ },
    { id: 'rule.address', model: [table], held: (s) => s.rule(/-[sd] \d/), line: /-[sd] / },
    { id: 'rule.not', model: [table], held: (s) => s.rule(/! -/), line: /! -[sdiopf]/ },
    { id: 'rule.fragment', model: [table], held: (s) => s.rule(/(^| )-f( |$)/), line: /(^| )-f( |$)/ },
    {
      id: 'rule.changed',
      model: [ruleset],
      held: (s) => s.steps.some((step) => step.kind === 'cmd' && /iptables/.test(step.cmd ?? '')),
    },
    {
      id: 'rule.legal',
      model: [ruleset],
      held: (s) => s.refuses(/iptables/),
      line: /;FAIL$/,
      tests: ['test/xtables/extensions.test.ts'],
    },
    {
      id: 'nat.first_packet',
      model: [table, 'kernel/nat/core.ts'],
      held: (s) => s.shot((one) => one.ct === 'ESTABLISHED') && s.rules.some((r) => r.table === 'nat'),
    },
    { id: 'rule.invalid', model: [table], held: (s) => s.shot((one) => one.ct === 'INVALID') },
  ],
}

function chains(lines: readonly string[]): Set<string> {
  return new Set(lines.flatMap((line) => [...line.matchAll(/-N (\S+)/g)].map(([, name]) => name)))
}

const rejects = [
  'icmp-net-unreachable',
  'icmp-host-unreachable',
  'icmp-proto-unreachable',
  'icmp-net-prohibited',
  'icmp-host-prohibited',
  'icmp-admin-prohibited',
  'tcp-reset',
]
const reject = 'kernel/reject.ts'

export const rejecting: SectionRule = {
  id: 'reject',
  features: [
    {
      id: 'reject.icmp-port-unreachable',
      code: 'icmp-port-unreachable',
      model: [reject],
      held: (s) => s.rules.some((r) => r.target === 'REJECT' && /port-unreachable|-j REJECT$/.test(r.text)),
      line: /REJECT( --reject-with icmp-port|;|$)/,
    },
    ...rejects.map((how): FeatureRule => ({
      id: `reject.${how}`,
      code: how,
      model: [reject],
      held: (s) =>
        s.rule(new RegExp(`REJECT .*${how}`)) ||
        (s.types(/REJECT --reject-with \$/) && s.types(new RegExp(how))),
      line: new RegExp(`REJECT .*${how}`),
    })),
    {
      id: 'reject.related',
      model: [reject],
      held: (s) =>
        s.rule(/-j REJECT/) &&
        s.packets.some((p) => p.origin === 'dut' && p.trace.some((t) => t.ct === 'RELATED')),
    },
    {
      id: 'reject.silent',
      model: [reject],
      held: (s) =>
        s.shot(
          (one) => one.packets.length === 1 && (one.packets[0].trace.at(-1)?.does ?? '').includes('REJECT'),
        ),
    },
    {
      id: 'reject.closes',
      model: [reject],
      held: (s) =>
        s.shot(
          (one) =>
            one.before !== '' &&
            one.packets.some((p) => p.trace.some((t) => (t.does ?? '').includes('tcp-reset'))),
        ),
    },
  ],
}

export const logging: SectionRule = {
  id: 'log',
  features: [
    {
      id: 'log.line',
      model: ['kernel/xtables/log-packet.ts nf_log_packet'],
      tests: ['test/userspace/dmesg.test.ts'],
    },
    {
      id: 'log.trace',
      model: ['kernel/xtables/trace-packet.ts trace_packet'],
      tests: ['test/lab/recordings.test.ts'],
    },
    { id: 'log.rule_trace', model: [table], held: (s) => s.meets(/^\w+:\w+:rule:/) },
    { id: 'log.invalid', model: ['kernel/conntrack/log-invalid.ts'], held: (s) => s.logs(/nf_ct_proto_/) },
    { id: 'log.full', model: ['kernel/conntrack/life.ts'], held: (s) => s.logs(/table full/) },
    { id: 'log.ratelimit', model: ['kernel/log.ts'], tests: ['test/kernel/conntrack.test.ts'] },
    { id: 'log.martian', model: ['kernel/martian.ts'], held: (s) => s.types(/log_martians=1/) },
    { id: 'log.drops', model: ['kernel/kfree.ts'], held: (s) => s.dies(/./) },
  ],
}
