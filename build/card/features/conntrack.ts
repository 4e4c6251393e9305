/** Connection tracking: entries, protocols, what is expected, zones, timeouts, the table, what is told of it. */
import type { Scenario } from '../evidence.ts'
import type { FeatureRule, SectionRule } from '../feature.ts'
import { synproxy } from './synproxy.ts'

const core = 'kernel/conntrack/core.ts'
const life = 'kernel/conntrack/life.ts'

export const conntrack: SectionRule = {
  id: 'conntrack',
  features: [
    { id: 'ct.new', model: [core], held: (s) => s.event((e) => e.ev === 'NEW') },
    {
      id: 'ct.unconfirmed',
      model: [`${life} nf_conntrack_free`],
      held: (s) =>
        s.shot((one) => one.ct === 'NEW' && one.packets[0].verdict === 'dropped' && one.events.length === 0),
    },
    { id: 'ct.established', model: [core], held: (s) => s.shot((one) => one.ct === 'ESTABLISHED') },
    {
      id: 'ct.related',
      model: [core, 'kernel/conntrack/extend.ts'],
      held: (s) => s.packets.some((p) => p.trace.some((t) => t.ct === 'RELATED')),
    },
    { id: 'ct.invalid', model: [core], held: (s) => s.shot((one) => one.ct === 'INVALID') },
    {
      id: 'ct.untracked',
      model: ['kernel/xtables/targets/ct.ts CT'],
      held: (s) => s.packets.some((p) => p.trace.some((t) => t.ct === 'UNTRACKED')),
    },
    {
      id: 'ct.assured',
      model: ['kernel/conntrack/proto-tcp.ts'],
      held: (s) => s.event((e) => e.flags.includes('ASSURED')),
    },
    { id: 'ct.asleep', model: ['kernel/conntrack/register.ts'], held: (s) => s.file.conntrack === 'auto' },
    {
      id: 'ct.mark',
      model: [life],
      held: (s) => s.rule(/CONNMARK|-m connmark/) || s.event((e) => e.mark !== undefined),
    },
    { id: 'ct.clash', model: [`${life} nf_conntrack_confirm`], held: (s) => s.counts('insert_failed') },
    {
      id: 'ct.clash_resolve',
      model: [`${life} nf_conntrack_confirm`],
      held: (s) => s.counts('clash_resolve'),
    },
    { id: 'ct.hash', model: ['kernel/conntrack/hash.ts'], tests: ['test/kernel/hash.test.ts'] },
    {
      id: 'ct.loopback',
      model: [core],
      held: (s) => s.packets.some((p) => p.trace.some((t) => t.in === 'lo' && t.at.startsWith('@'))),
    },
    { id: 'ct.checksum', model: [core], held: (s) => s.shot((one) => one.spec.badcsum === true) },
    { id: 'ct.delete', model: [`${life} nf_ct_delete`], held: (s) => s.types(/conntrack -(D|F)\b/) },
    { id: 'ct.update', model: [life], held: (s) => s.types(/conntrack -U\b/) },
    { id: 'ct.insert', model: ['kernel/conntrack/ctnetlink.ts'], held: (s) => s.types(/conntrack -[IAR]\b/) },
  ],
}

const states = [
  'SYN_SENT',
  'SYN_RECV',
  'ESTABLISHED',
  'FIN_WAIT',
  'CLOSE_WAIT',
  'LAST_ACK',
  'TIME_WAIT',
  'CLOSE',
  'SYN_SENT2',
]
const tcpFile = 'kernel/conntrack/proto-tcp.ts'
const window = 'kernel/conntrack/tcp-window.ts'
const flags = (one: { spec: { flags?: string | undefined } }) => one.spec.flags ?? ''
const isSyn = (one: { spec: { flags?: string | undefined } }) =>
  flags(one).includes('S') && !flags(one).includes('A')

export const tcp: SectionRule = {
  id: 'tcp',
  features: [
    ...states.map((state): FeatureRule => ({
      id: `tcp.${state}`,
      code: state,
      model: ['kernel/conntrack/tcp.machine.ts'],
      held: (s) => s.event((e) => e.state === state),
    })),
    {
      id: 'tcp.syn_again',
      model: [tcpFile],
      held: (s) => s.shot((one) => isSyn(one) && one.before === 'SYN_SENT' && one.events.length === 0),
    },
    {
      id: 'tcp.synack_again',
      model: [tcpFile],
      held: (s) => s.shot((one) => flags(one) === 'SA' && one.before === 'SYN_RECV'),
    },
    {
      id: 'tcp.reopen',
      model: [tcpFile],
      held: (s) =>
        s.shot(
          (one) =>
            isSyn(one) && /TIME_WAIT|CLOSE$/.test(one.before) && one.events.some((e) => e.ev === 'NEW'),
        ),
    },
    {
      id: 'tcp.syn_ignored',
      model: [tcpFile],
      held: (s) =>
        s.shot((one) => isSyn(one) && /ESTABLISHED|_WAIT|LAST_ACK/.test(one.before) && one.ct !== 'NEW'),
    },
    { id: 'tcp.challenge', model: [tcpFile], held: (s) => challenge(s) },
    { id: 'tcp.simultaneous', model: [tcpFile], held: (s) => s.event((e) => e.state === 'SYN_SENT2') },
    {
      id: 'tcp.rst_of_syn',
      model: [tcpFile],
      held: (s) => s.shot((one) => flags(one).includes('R') && one.before === 'SYN_SENT'),
    },
    {
      id: 'tcp.rst_closes',
      model: [tcpFile],
      held: (s) => s.shot((one) => flags(one).includes('R') && one.events.some((e) => e.state === 'CLOSE')),
    },
    {
      id: 'tcp.rst_refused',
      model: [tcpFile],
      held: (s) =>
        s.shot((one) => flags(one).includes('R') && one.before === 'ESTABLISHED' && one.ct === 'INVALID'),
    },
    {
      id: 'tcp.rst_elsewhere',
      model: [tcpFile],
      held: (s) =>
        s.shot(
          (one) =>
            flags(one).includes('R') &&
            one.before === 'ESTABLISHED' &&
            one.ct === 'ESTABLISHED' &&
            !one.events.some((e) => e.state === 'CLOSE'),
        ),
    },
    {
      id: 'tcp.not_first',
      model: [tcpFile],
      held: (s) =>
        s.shot((one) => one.spec.proto === 'tcp' && !isSyn(one) && one.before === '' && one.ct === 'INVALID'),
    },
    {
      id: 'tcp.pickup',
      model: [tcpFile],
      held: (s) =>
        s.shot(
          (one) =>
            one.spec.proto === 'tcp' &&
            flags(one).includes('A') &&
            !flags(one).includes('S') &&
            one.ct === 'NEW',
        ),
    },
    {
      id: 'tcp.not_loose',
      code: 'nf_conntrack_tcp_loose=0',
      model: [tcpFile],
      held: (s) => s.types(/tcp_loose=0/),
    },
    {
      id: 'tcp.window',
      model: [window],
      held: (s) =>
        s.shot(
          (one) =>
            one.spec.proto === 'tcp' &&
            one.before === 'ESTABLISHED' &&
            one.ct === 'INVALID' &&
            !flags(one).includes('R'),
        ),
    },
    {
      id: 'tcp.scale',
      model: [window],
      held: (s) => s.shot((one) => one.spec.opts?.some((o) => o.startsWith('wscale')) === true),
    },
    {
      id: 'tcp.window_zero',
      model: [window],
      held: (s) =>
        s.shot((one) => one.spec.win === 0 && one.before === 'ESTABLISHED' && !flags(one).includes('R')),
    },
    {
      id: 'tcp.liberal',
      code: 'nf_conntrack_tcp_be_liberal',
      model: [window],
      held: (s) => s.types(/be_liberal=1/),
    },
    {
      id: 'tcp.max_retrans',
      code: 'nf_conntrack_tcp_max_retrans',
      model: [tcpFile],
      held: (s) => sameSegment(s) >= 3,
    },
    {
      id: 'tcp.unacknowledged',
      code: 'nf_conntrack_tcp_timeout_unacknowledged',
      model: [tcpFile],
      held: (s) =>
        s.shot(
          (one) =>
            (one.spec.len ?? one.spec.data?.length ?? 0) > 0 &&
            one.before === 'ESTABLISHED' &&
            one.ct === 'ESTABLISHED',
        ),
    },
    {
      id: 'tcp.ignore_invalid_rst',
      code: 'nf_conntrack_tcp_ignore_invalid_rst',
      model: [tcpFile],
      held: (s) => s.types(/ignore_invalid_rst=1/),
    },
    {
      id: 'tcp.flags',
      model: [tcpFile],
      held: (s) =>
        s.shot(
          (one) =>
            one.spec.proto === 'tcp' &&
            one.spec.flags !== undefined &&
            one.ct === 'INVALID' &&
            /^(|SF.*|.*SR.*|.*FR.*|FPU|F|P|U|[FSRPAU]{5,})$/.test(one.spec.flags),
        ),
    },
    ...synproxy,
  ],
}

/** A SYN that is ignored, and then an ACK of the other side about it. */
function challenge(s: Scenario): boolean {
  return s.shots.some(
    (one, i) =>
      isSyn(one) &&
      /ESTABLISHED|LAST_ACK|_WAIT/.test(one.before) &&
      s.shots.slice(i + 1, i + 2).some((next) => flags(next) === 'A' && next.spec.src === one.spec.dst),
  )
}

/** How often the same segment with data comes in a row. */
function sameSegment(s: Scenario): number {
  const counts = new Map<string, number>()
  for (const { spec } of s.shots) {
    if (spec.proto !== 'tcp' || (spec.len ?? spec.data?.length ?? 0) === 0) continue
    const key = JSON.stringify([spec.src, spec.sport, spec.dport, spec.seq, spec.ack, spec.len, spec.data])
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return Math.max(0, ...counts.values())
}

const more = 'kernel/conntrack/proto-more.ts'
const udpStates = (e: { proto: string; flags: string[] }) => e.proto === 'udp'

export const protocols: SectionRule = {
  id: 'protocols',
  features: [
    {
      id: 'udp.unreplied',
      model: [core],
      held: (s) => s.event((e) => udpStates(e) && e.flags.includes('UNREPLIED')),
    },
    {
      id: 'udp.replied',
      model: [core],
      held: (s) => s.event((e) => udpStates(e) && e.ev === 'UPDATE' && !e.flags.includes('UNREPLIED')),
    },
    {
      id: 'udp.stream',
      model: [core],
      held: (s) => s.event((e) => udpStates(e) && e.flags.includes('ASSURED')),
    },
    { id: 'icmp.query', model: [core], held: (s) => s.event((e) => e.proto === 'icmp') },
    {
      id: 'icmp.other_types',
      model: [core],
      held: (s) =>
        s.shot(
          (one) =>
            one.spec.proto === 'icmp' &&
            one.spec.inner === undefined &&
            ![undefined, 0, 8].includes(one.spec.type),
        ),
    },
    {
      id: 'icmp.reply_first',
      model: [core],
      held: (s) => s.shot((one) => one.spec.proto === 'icmp' && one.spec.type === 0 && one.ct === 'INVALID'),
    },
    {
      id: 'icmp.error',
      model: [core],
      held: (s) => s.shot((one) => one.spec.inner !== undefined && one.ct === 'RELATED'),
    },
    {
      id: 'icmp.error_unknown',
      model: [core],
      held: (s) => s.shot((one) => one.spec.inner !== undefined && one.ct === 'INVALID'),
    },
    { id: 'generic', model: [more], held: (s) => s.event((e) => e.proto === 'unknown') },
    { id: 'gre', code: 'GRE', model: [more], held: (s) => s.event((e) => e.proto === 'gre') },
    { id: 'udplite', code: 'UDP-Lite', model: [more], held: (s) => s.event((e) => e.proto === 'udplite') },
    {
      id: 'sctp.states',
      code: 'SCTP',
      model: ['kernel/conntrack/proto-sctp.ts', 'kernel/conntrack/sctp-states.ts'],
      held: (s) => s.event((e) => e.proto === 'sctp'),
    },
    {
      id: 'sctp.tags',
      model: ['kernel/conntrack/proto-sctp.ts', 'wire/sctp.ts'],
      held: (s) => s.shot((one) => one.spec.chunks !== undefined && one.ct === 'INVALID'),
    },
    {
      id: 'sctp.nat',
      model: ['kernel/nat/core.ts'],
      held: (s) => s.rule(/-j (SNAT|DNAT|MASQUERADE)/, 'nat') && s.event((e) => e.proto === 'sctp'),
    },
  ],
}

const ftp = 'kernel/conntrack/ftp.ts'
const ftpData = (re: RegExp) => (s: Scenario) =>
  s.types(/--helper ftp/) && s.shot((one) => re.test(one.spec.data ?? ''))

export const expectations: SectionRule = {
  id: 'expectations',
  features: [
    {
      id: 'helper.assigned',
      model: ['kernel/xtables/targets/ct.ts CT', 'kernel/conntrack/helpers.ts'],
      held: (s) => s.types(/--helper/),
    },
    { id: 'ftp.port', code: 'PORT', model: [ftp], held: ftpData(/^PORT/i) },
    { id: 'ftp.eprt', code: 'EPRT', model: [ftp], held: ftpData(/^EPRT/i) },
    { id: 'ftp.pasv', code: '227', model: [ftp], held: ftpData(/^227/) },
    { id: 'ftp.epsv', code: '229', model: [ftp], held: ftpData(/^229/) },
    { id: 'ftp.partial', model: [ftp], held: (s) => s.logs(/nf_ct_ftp: dropping packet/) },
    {
      id: 'expect.related',
      model: ['kernel/conntrack/expect.ts', 'kernel/conntrack/extend.ts'],
      held: (s) =>
        s.types(/--helper ftp/) && s.shot((one) => one.ct === 'RELATED' && one.spec.inner === undefined),
    },
    {
      id: 'expect.flush',
      model: ['kernel/conntrack/expect.ts'],
      held: (s) => s.types(/conntrack -F expect|conntrack -D .*--dport 21/),
    },
    {
      id: 'expect.by_hand',
      code: 'conntrack -I, -G, -D expect',
      model: ['kernel/conntrack/expect.ts ctnetlink_new_expect', 'userspace/conntrack/expect.ts'],
      held: (s) => s.types(/conntrack -[IGD] expect/),
    },
    {
      id: 'ftp.nat',
      model: [ftp],
      held: (s) =>
        s.types(/--helper ftp/) &&
        s.rule(/-j (SNAT|DNAT|MASQUERADE)/, 'nat') &&
        s.shot((one) => /^(PORT|EPRT|227|229)/i.test(one.spec.data ?? '')),
    },
    {
      id: 'ftp.sequence',
      model: ['kernel/conntrack/seqadj.ts'],
      held: (s) => s.types(/--helper ftp/) && shifts(s),
    },
    {
      id: 'helper.match',
      model: ['kernel/xtables/matches/helper.ts helper'],
      held: (s) => s.rule(/-m helper/),
    },
    { id: 'helper.wrong', model: ['kernel/xtables/targets/ct.ts CT'], held: (s) => s.refuses(/--helper/) },
  ],
}

/** Does a frame leave with another sequence number than it came with? */
function shifts(s: Scenario): boolean {
  return s.packets.some((p) => {
    const came = p.packet as { seq?: unknown; ack?: unknown } | undefined
    return (
      p.origin !== 'dut' &&
      came !== undefined &&
      p.wire?.some((f) => {
        const left = f as { seq?: unknown; ack?: unknown }
        return left.seq !== came.seq || left.ack !== came.ack
      }) === true
    )
  })
}

export const zones: SectionRule = {
  id: 'zones',
  features: [
    {
      id: 'zone.both',
      code: '--zone',
      model: ['kernel/xtables/targets/ct.ts CT', 'kernel/conntrack/extend.ts'],
      held: (s) => s.rule(/--zone \d/),
    },
    {
      id: 'zone.orig',
      code: '--zone-orig',
      model: ['kernel/xtables/targets/ct.ts CT'],
      held: (s) => s.rule(/--zone-orig/),
    },
    {
      id: 'zone.reply',
      code: '--zone-reply',
      model: ['kernel/xtables/targets/ct.ts CT'],
      held: (s) => s.rule(/--zone-reply/),
    },
    {
      id: 'zone.mark',
      code: 'mark',
      model: ['kernel/xtables/targets/ct.ts CT'],
      held: (s) => s.rule(/--zone(-orig|-reply)? mark/),
    },
    {
      id: 'zone.nat',
      model: ['kernel/nat/core.ts'],
      held: (s) => s.rule(/--zone/) && s.rule(/-j (SNAT|MASQUERADE|DNAT)/, 'nat'),
    },
    { id: 'zone.delete', model: ['kernel/conntrack/life.ts'], held: (s) => s.types(/conntrack -D .*-w/) },
  ],
}

export const timeouts: SectionRule = {
  id: 'timeouts',
  features: [
    {
      id: 'timeout.sysctl',
      model: ['kernel/conntrack/params.ts'],
      held: (s) => s.types(/nf_conntrack_\w+_timeout/),
    },
    {
      id: 'timeout.live',
      model: ['kernel/conntrack/params.ts'],
      held: (s) => s.steps.some((step) => /sysctl .*timeout/.test(step.cmd ?? '')),
    },
    {
      id: 'timeout.expiry',
      model: [`${life} nf_ct_gc_expired`],
      held: (s) =>
        s.steps.some(
          (step) => step.kind === 'sleep' && step.ct_events?.some((e) => e.ev === 'DESTROY') === true,
        ),
    },
    {
      id: 'timeout.policy',
      code: 'CT --timeout',
      model: ['kernel/xtables/targets/ct.ts CT', 'kernel/conntrack/extend.ts'],
      held: (s) => s.types(/--timeout \w/) && s.types(/nfct/),
    },
    {
      id: 'timeout.policy_used',
      model: ['userspace/conntrack/nfct.ts'],
      held: (s) => s.refuses(/nfct|--timeout/),
    },
    { id: 'timeout.set', code: 'conntrack -U -t', model: [life], held: (s) => s.types(/conntrack -U .*-t /) },
  ],
}

/** A chain is too long somewhere: of a random table only that can be said. */
const tooLong = (s: Scenario): boolean => s.counts('chaintoolong') || s.types(/chaintoolong=1/)
/** What a recording says of a counter whose value chance decides. */
const LOOSELY: Readonly<Record<string, (s: Scenario) => boolean>> = {
  chaintoolong: tooLong,
  early_drop: (s) => s.steps.some((step) => step.early_drop_happened === true),
}

export const tableSize: SectionRule = {
  id: 'table_size',
  features: [
    {
      id: 'size.max',
      code: 'nf_conntrack_max',
      model: [`${life} nf_conntrack_alloc`],
      held: (s) => s.logs(/table full/),
    },
    {
      id: 'size.full_local',
      model: [`${life} nf_conntrack_alloc`],
      held: (s) => s.logs(/table full/) && s.shot((one) => one.local && one.errno !== ''),
    },
    {
      id: 'size.max_zero',
      model: [life],
      held: (s) => s.file.global?.['nf_conntrack_max'] === 0 || s.types(/nf_conntrack_max=0/),
    },
    {
      id: 'size.early_drop',
      model: [`${life} early_drop`],
      held: (s) => s.counts('early_drop') || s.steps.some((step) => step.early_drop_happened === true),
      tests: ['test/kernel/conntrack.test.ts'],
    },
    {
      id: 'size.buckets',
      code: 'nf_conntrack_buckets',
      model: ['kernel/conntrack/table.ts'],
      held: (s) => s.file.global?.['nf_conntrack_buckets'] !== undefined,
      tests: ['test/kernel/conntrack.test.ts'],
    },
    { id: 'size.gc', model: ['kernel/conntrack/gc.ts'], tests: ['test/kernel/conntrack.test.ts'] },
    { id: 'size.chain', model: [life], held: tooLong },
  ],
}

const stat = (name: string, tests: string[] = []): FeatureRule => ({
  id: `stat.${name}`,
  code: name,
  model: ['kernel/conntrack/table.ts'],
  held: (s) => s.counts(name) || LOOSELY[name]?.(s) === true,
  tests,
})

export const counters: SectionRule = {
  id: 'counters',
  features: [
    ...[
      'found',
      'invalid',
      'insert_failed',
      'drop',
      'early_drop',
      'error',
      'clash_resolve',
      'chaintoolong',
    ].map((name) => stat(name)),
    {
      id: 'stat.count',
      code: 'nf_conntrack_count',
      model: ['kernel/conntrack/table.ts'],
      held: (s) => s.steps.some((step) => step.stats !== undefined),
    },
    {
      id: 'acct.bytes',
      code: 'nf_conntrack_acct',
      model: ['kernel/conntrack/extend.ts'],
      held: (s) => s.types(/nf_conntrack_acct=1/),
    },
    {
      id: 'acct.timestamp',
      code: 'nf_conntrack_timestamp',
      model: ['kernel/conntrack/extend.ts'],
      held: (s) => s.types(/nf_conntrack_timestamp=1/),
    },
    {
      id: 'snmp',
      code: '/proc/net/snmp, /proc/net/netstat',
      model: ['kernel/snmp.ts'],
      held: (s) => s.types(/\/proc\/net\/snmp/),
    },
  ],
}

export const events: SectionRule = {
  id: 'events',
  features: [
    ...(['NEW', 'UPDATE', 'DESTROY'] as const).map((ev): FeatureRule => ({
      id: `event.${ev}`,
      code: ev,
      model: [life],
      held: (s) => s.event((e) => e.ev === ev),
      tests: ['test/userspace/conntrack.test.ts'],
    })),
    {
      id: 'event.mask',
      code: 'CT --ctevents',
      model: ['kernel/conntrack/extend.ts'],
      held: (s) => s.rule(/--ctevents/),
    },
    {
      id: 'event.userspace',
      model: ['kernel/conntrack/life.ts'],
      held: (s) => s.event((e) => e.flags.includes('USERSPACE')),
    },
  ],
}
