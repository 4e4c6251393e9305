/** The host's own ends of conversations, and sets of addresses. */
import type { SectionRule } from '../feature.ts'

const tcp = 'kernel/tcp/tcp.ts'
const unit = ['test/kernel/tcp.test.ts']

export const endpoints: SectionRule = {
  id: 'endpoints',
  features: [
    {
      id: 'end.tcp_listen',
      model: [tcp],
      held: (s) =>
        (s.file.services ?? []).some((one) => one.startsWith('tcp')) &&
        s.sends((f, p) => p.origin === 'dut' && f.flags === 'SA'),
    },
    {
      id: 'end.tcp_closed',
      model: ['kernel/tcp/output.ts'],
      held: (s) => s.sends((f, p) => p.origin === 'dut' && (f.flags ?? '').includes('R')),
    },
    {
      id: 'end.tcp_killed',
      code: 'ss -K',
      model: ['kernel/tcp/abort.ts tcp_abort'],
      command: /ss (?:-\w+ )?-\w*K/,
      tests: ['test/userspace/ss.test.ts'],
    },
    {
      id: 'end.tcp_challenge',
      model: [tcp],
      held: (s) =>
        (s.file.services ?? []).some((one) => one.startsWith('tcp')) &&
        s.shot(
          (one) =>
            one.before === 'ESTABLISHED' &&
            one.packets.some((p) => p.origin === 'dut' && p.wire?.some((f) => f.flags === 'A') === true),
        ),
    },
    { id: 'end.tcp_connect', model: [tcp], tests: unit },
    { id: 'end.tcp_retransmit', model: [tcp], tests: unit },
    { id: 'end.ports', model: ['kernel/socket.ts ephemeralPort'], tests: unit },
    {
      id: 'end.udp',
      model: ['kernel/icmp.ts'],
      held: (s) =>
        (s.file.services ?? []).some((one) => one.startsWith('udp')) && s.shot((one) => one.received),
    },
    {
      id: 'end.udp_closed',
      model: ['kernel/icmp.ts'],
      held: (s) => s.packets.some((p) => p.stack?.some((d) => d.where === '__udp4_lib_rcv') === true),
    },
    {
      id: 'end.echo',
      model: ['kernel/icmp.ts'],
      held: (s) => s.sends((f, p) => p.origin === 'dut' && f.proto === 'icmp' && f.type === 0),
    },
    { id: 'end.echo_ignore', model: ['kernel/icmp.ts'], held: (s) => s.types(/icmp_echo_ignore/) },
    {
      id: 'end.protocol',
      model: ['kernel/icmp.ts'],
      held: (s) => s.sends((f, p) => p.origin === 'dut' && f.type === 3 && f.code === 2),
    },
  ],
}

const set = 'kernel/ipset/set.ts'

export const ipset: SectionRule = {
  id: 'ipset',
  features: [
    ...['hash:ip', 'hash:net', 'hash:ip,port'].map((type) => ({
      id: `ipset.${type}`,
      code: type,
      model: [set],
      held: (s: { types(re: RegExp): boolean }) => s.types(new RegExp(`ipset create \\S+ ${type}( |$)`)),
      line: new RegExp(`%ipset create \\S+ ${type}( |$)`),
      command: new RegExp(`ipset .*${type}( |$)`),
    })),
    {
      id: 'ipset.kadt',
      model: ['kernel/ipset/kadt.ts'],
      held: (s) => s.rule(/-m set |-j SET/),
      line: /-m set |-j SET/,
    },
  ],
}
