import { expect, test } from 'vitest'
import type { DropView, Snapshot } from '../../src/lab/protocol.ts'
import type { TraceEvent } from '../../src/kernel/trace.ts'
import { ipv4 } from '../../src/wire/address.ts'
import { IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP } from '../../src/wire/packet.ts'
import { explainDrop } from '../../src/ui/drops.ts'

const view = (reason: string, where: string, station: string): DropView => ({
  reason,
  where,
  station,
  count: 1,
  last: 7,
  time: 1000,
})
const snapshot = {
  kernel: {
    sysctl: { 'net.netfilter.nf_conntrack_tcp_timeout_time_wait': 120 },
    conntrack: { count: 5, max: 5 },
  },
} as unknown as Snapshot

const rule = (seq: number, chain: string, what: 'rule' | 'policy', n: number, does: string) =>
  ({ seq, skb: 7, type: 'rule', table: 'filter', chain, what, rule: n, does }) as TraceEvent
const header = {
  in: 'eth0',
  protocol: IPPROTO_TCP,
  saddr: ipv4('192.168.0.2'),
  daddr: ipv4('1.2.3.4'),
  dport: 80,
  frag: 0,
}
const drop = (seq: number, more: object = {}) =>
  ({
    seq,
    skb: 7,
    type: 'drop',
    reason: 'NETFILTER_DROP',
    header,
    ct: null,
    ...more,
  }) as unknown as TraceEvent

test('a full table: raise the limit or let closed connections go, as commands', () => {
  const d = explainDrop(view('NETFILTER_DROP', 'nf_hook_slow', 'PRE_ROUTING.conntrack'), snapshot, [])
  expect([d.case, d.hook, d.table, d.counter]).toEqual([
    'table-full',
    'PRE_ROUTING',
    'conntrack',
    'conntrack -S: drop',
  ])
  expect(d.cures.map((c) => c.line)).toEqual([
    'sysctl -w net.netfilter.nf_conntrack_max=16',
    'sysctl -w net.netfilter.nf_conntrack_tcp_timeout_time_wait=10',
  ])
})

const FORWARDED = view('NETFILTER_DROP', 'nf_hook_slow', 'FORWARD.filter')
/** Its cures, when rule 2 of FORWARD drops it. */
const curesOf = (more: object) =>
  explainDrop(FORWARDED, snapshot, [rule(1, 'FORWARD', 'rule', 2, 'DROP'), drop(2, more)]).cures.map(
    (c) => c.line,
  )

test('the rule that decided is named, and the cure is an exception for what goes there, or no such rule', () => {
  const d = explainDrop(FORWARDED, snapshot, [rule(1, 'FORWARD', 'rule', 2, 'DROP'), drop(2)])
  expect([d.case, d.rule?.rule]).toEqual(['rule', 2])
  expect(curesOf({})).toEqual([
    'iptables -t filter -I FORWARD 2 -s 192.168.0.2 -d 1.2.3.4 -p tcp --dport 80 -j ACCEPT',
    'iptables -t filter -D FORWARD 2',
  ])
})

test.each([
  [{ protocol: IPPROTO_UDP }, '-p udp --dport 80'],
  [{ protocol: IPPROTO_UDP, frag: 185 }, '-p udp'],
  [{ protocol: IPPROTO_ICMP, type: 8 }, '-p icmp --icmp-type 8'],
  [{ protocol: 47 }, '-p 47'],
])('the exception for %o says %s', (more, says) => {
  expect(curesOf({ header: { ...header, ...more } })[0]).toBe(
    `iptables -t filter -I FORWARD 2 -s 192.168.0.2 -d 1.2.3.4 ${says} -j ACCEPT`,
  )
})

test.each([
  { state: 'ESTABLISHED', dir: 'reply' },
  { state: 'RELATED', dir: 'reply' },
  { state: 'RELATED', dir: 'original' },
])('an answer ($state, $dir) passes with all answers', (ct) => {
  expect(curesOf({ ct: { ...ct, id: 1 } })[0]).toBe(
    'iptables -t filter -I FORWARD 2 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  )
})

test('when its end is no longer kept nothing is known of the rule', () => {
  const trace = [rule(1, 'FORWARD', 'rule', 2, 'DROP')]
  expect(explainDrop(FORWARDED, snapshot, trace).cures).toEqual([])
})

test('the station that dropped it stands between the rule and the drop, as in a lab; another one does not', () => {
  const station = (name: string) => ({ seq: 2, skb: 7, type: 'station', station: name }) as TraceEvent
  const dead = view('NETFILTER_DROP', 'nf_hook_slow', 'FORWARD.filter')
  const after = (name: string) => [rule(1, 'FORWARD', 'rule', 2, '-p udp -j DROP'), station(name), drop(3)]
  expect(explainDrop(dead, snapshot, after('FORWARD.filter')).rule?.rule).toBe(2)
  expect(explainDrop(dead, snapshot, after('FORWARD.security')).rule).toBe(null)
})

test('a policy is told from a rule', () => {
  const trace = [rule(1, 'FORWARD', 'policy', 0, 'DROP'), drop(2)]
  const d = explainDrop(view('NETFILTER_DROP', 'nf_hook_slow', 'FORWARD.filter'), snapshot, trace)
  expect([d.case, ...d.cures.map((c) => c.line)]).toEqual([
    'policy',
    'iptables -t filter -A FORWARD -s 192.168.0.2 -d 1.2.3.4 -p tcp --dport 80 -j ACCEPT',
    'iptables -t filter -P FORWARD ACCEPT',
  ])
})

test.each([
  ['IP_INADDRERRORS', 'ip_error', 'route_in', 'not-forwarding'],
  ['IP_INNOROUTES', 'ip_error', 'route_in', 'no-route'],
  ['IP_INHDR', 'ip_forward', 'forward', 'ttl'],
  ['NO_SOCKET', 'tcp_v4_rcv', 'deliver', 'no-socket'],
  ['NETFILTER_DROP', 'nf_hook_slow', 'POST_ROUTING.confirm', 'clash'],
  ['SOMETHING_NEW', 'somewhere', 'x', 'other'],
])('%s at %s is explained', (reason, where, station, expected) => {
  expect(explainDrop(view(reason, where, station), snapshot, []).case).toBe(expected)
})

test('a packet without hops left: the rule that took them away is deleted, else it gets one more behind all rules', () => {
  const at = view('IP_INHDR', 'ip_forward', 'forward')
  const more = 'iptables -t mangle -A PREROUTING -j TTL --ttl-inc 1'
  const took = { ...rule(1, 'PREROUTING', 'rule', 2, '-i eth0 -j TTL --ttl-set 1'), table: 'mangle' }
  const came = { seq: 0, skb: 7, type: 'rcv' } as unknown as TraceEvent
  const died = drop(2, { reason: 'IP_INHDR' })
  const cures = (...trace: TraceEvent[]): string[] =>
    explainDrop(at, snapshot, trace).cures.map((c) => c.line)
  expect(cures(came, took as TraceEvent, died)).toEqual(['iptables -t mangle -D PREROUTING 2', more])
  // Elsewhere, before it came here.
  expect(cures(took as TraceEvent, came, died)).toEqual([more])
  expect(cures()).toEqual([more])
})

test('what reverse path filtering stops is let in by the device that it came by', () => {
  const trace = [drop(1, { reason: 'IP_RPFILTER' })]
  const d = explainDrop(view('IP_RPFILTER', 'ip_rcv_finish_core', 'route_in'), snapshot, trace)
  expect(d.cures.map((c) => c.line)).toEqual(['sysctl -w net.ipv4.conf.eth0.rp_filter=2'])
})

test.each([
  ['IP_LOCALNET', 'sysctl -w net.ipv4.conf.eth0.route_localnet=1'],
  ['IP_LOCAL_SOURCE', 'sysctl -w net.ipv4.conf.eth0.accept_local=1'],
])('a martian of the kind %s is let in by its device: %s', (reason, line) => {
  const d = explainDrop(view(reason, 'ip_rcv_finish_core', 'route_in'), snapshot, [drop(1, { reason })])
  expect([d.case, ...d.cures.map((c) => c.line)]).toEqual(['martian', line])
})

test('drops are counted by second, each at its place', () => {
  const at = (time: number, station = 'FORWARD.filter', host = 'gw') =>
    drop(1, { time, station, host, where: 'nf_hook_slow' })
  const trace = [
    at(100),
    at(900_000),
    at(2_100_000),
    at(2_200_000, 'INPUT.filter'),
    at(2_300_000, undefined, 'pc'),
  ]
  const here = { ...snapshot, kernel: { ...snapshot.kernel, host: 'gw' } }
  const d = explainDrop(view('NETFILTER_DROP', 'nf_hook_slow', 'FORWARD.filter'), here, trace)
  expect(d.seconds).toEqual([
    { second: 2, count: 1 },
    { second: 0, count: 2 },
  ])
})
