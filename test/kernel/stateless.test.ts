/**
 * Stateless NAT: what a Linux with act_nat did in the same three namespaces (test/recorded/tc.txt says which), with one
 * filter for each direction at the gateway's eth0.
 */
import { expect, test } from 'vitest'
import { bootLab, type Lab } from '../../src/lab/lab.ts'
import type { LabSpec } from '../../src/lab/spec.ts'
import type { TraceEvent } from '../../src/kernel/trace.ts'
import { printIpv4 } from '../../src/wire/address.ts'

const SPEC: LabSpec = {
  name: 'stateless',
  hosts: [
    {
      name: 'c',
      role: 'client',
      memory: 2 ** 30,
      devs: [{ name: 'e0', addrs: ['192.168.0.2/24'] }],
      routes: [{ dst: 'default', via: '192.168.0.30', dev: 'e0' }],
      http: [],
    },
    {
      name: 'g',
      role: 'gateway',
      memory: 2 ** 30,
      devs: [
        { name: 'eth0', addrs: ['192.168.0.30/24'] },
        { name: 'veth1', addrs: ['172.17.0.1/16'] },
      ],
      routes: [],
      http: [],
      init: ['sysctl -q -w net.ipv4.ip_forward=1', 'tc qdisc add dev eth0 clsact'],
    },
    {
      name: 's',
      role: 'server',
      memory: 2 ** 30,
      devs: [{ name: 'e0', addrs: ['172.17.0.2/16'] }],
      routes: [{ dst: 'default', via: '172.17.0.1', dev: 'e0' }],
      http: [80],
    },
  ],
  links: [
    { ends: ['c:e0', 'g:eth0'], delay: 50 },
    { ends: ['s:e0', 'g:veth1'], delay: 50 },
  ],
  names: {},
}

const IN =
  'tc filter add dev eth0 ingress protocol ip u32 match ip dst 192.168.0.30/32 action nat ingress 192.168.0.30/32 172.17.0.2'
const OUT =
  'tc filter add dev eth0 egress protocol ip u32 match ip src 172.17.0.2/32 action nat egress 172.17.0.2/32 192.168.0.30'
/** Something needs conntrack. */
const TRACKED = 'iptables -A FORWARD -m conntrack --ctstate NEW'

function gateway(...lines: string[]): {
  lab: Lab
  events: TraceEvent[]
  type: (host: string, line: string, seconds?: number) => string
} {
  const events: TraceEvent[] = []
  const lab = bootLab(SPEC, 1, { event: (e) => void events.push(e), output: () => undefined })
  const type = (name: string, line: string, seconds = 5): string => {
    const host = lab.hostIndex(name)
    const job = lab.execCaptured(host, line)
    lab.runUntil(lab.state.now + seconds * 1e6)
    const result = lab.result(host, job)
    return result === 'running' ? 'running' : result.stdout + result.stderr
  }
  for (const line of lines) expect(type('g', line, 0)).toBe('')
  return { lab, events, type }
}

test('a connection goes through, though nothing is remembered of it', () => {
  const { lab, type } = gateway(IN, OUT)
  expect(type('c', 'curl -s http://192.168.0.30/')).toContain('<html>')
  expect(type('g', 'conntrack -L')).toContain(' 0 flow entries')
  expect(lab.kernel(lab.hostIndex('g')).net.ctCount).toBe(0)
})

test('what comes in is rewritten before PREROUTING, so conntrack and the rules know the new address only', () => {
  const { events, type } = gateway(IN, OUT, TRACKED, 'iptables -t raw -A PREROUTING -d 172.17.0.2')
  type('c', 'ping -c 1 192.168.0.30')
  expect(type('g', 'conntrack -L')).toMatch(
    /^icmp +1 \d+ src=192\.168\.0\.2 dst=172\.17\.0\.2 type=8 code=0 id=(\d+) src=172\.17\.0\.2 dst=192\.168\.0\.2 type=0 code=0 id=\1 mark=0 use=1\n/,
  )
  expect(type('g', 'iptables -t raw -nvxL PREROUTING')).toMatch(/^ +1 +84 /m)
  const tcs = events.flatMap((e) => (e.type === 'tc' ? [e] : []))
  expect(tcs.map((e) => [e.dev, e.egress, e.does])).toEqual([
    ['eth0', false, 'nat ingress 192.168.0.30/32 172.17.0.2'],
    ['eth0', true, 'nat egress 172.17.0.2/32 192.168.0.30'],
  ])
  // After POSTROUTING: until then the answer still came from inside.
  const confirm = events.find(
    (e) => e.type === 'station' && e.skb === tcs[1].skb && e.station === 'POST_ROUTING.confirm',
  )
  expect(confirm?.type === 'station' && printIpv4(confirm.header.saddr)).toBe('172.17.0.2')
})

test('NOTRACK does it no harm, as nothing of it depends on an entry', () => {
  const { type } = gateway(IN, OUT, TRACKED, 'iptables -t raw -A PREROUTING -j NOTRACK')
  expect(type('c', 'ping -c 1 192.168.0.30')).toContain(' 1 received, 0% packet loss')
  expect(type('g', 'conntrack -L')).toContain(' 0 flow entries')
})

test('tcpdump sees what is on the cable: the old address at eth0, the new one behind', () => {
  const { type } = gateway(IN, OUT)
  type(
    'g',
    'tcpdump -c 2 -l -n -i eth0 icmp >/tmp/a 2>/dev/null & tcpdump -c 2 -l -n -i veth1 icmp >/tmp/b 2>/dev/null &',
  )
  type('c', 'ping -c 1 192.168.0.30')
  expect(type('g', 'cat /tmp/a')).toMatch(
    /IP 192\.168\.0\.2 > 192\.168\.0\.30: ICMP echo request.*\n.*IP 192\.168\.0\.30 > 192\.168\.0\.2: ICMP echo reply/,
  )
  expect(type('g', 'cat /tmp/b')).toMatch(
    /IP 192\.168\.0\.2 > 172\.17\.0\.2: ICMP echo request.*\n.*IP 172\.17\.0\.2 > 192\.168\.0\.2: ICMP echo reply/,
  )
})

test('an ICMP error is rewritten with the packet that it quotes, in both directions', () => {
  const { events, type } = gateway(IN, OUT)
  type('c', 'echo x | nc -u -w 1 192.168.0.30 9999')
  type('s', 'echo x | nc -u -w 1 192.168.0.2 7777')
  const errors = events.flatMap((e) =>
    e.type === 'rcv' && e.header.inner && e.host !== 'g'
      ? [
          [
            e.host,
            ...[e.header.saddr, e.header.daddr, e.header.inner.saddr, e.header.inner.daddr].map(printIpv4),
          ],
        ]
      : [],
  )
  expect(errors).toEqual([
    ['c', '192.168.0.30', '192.168.0.2', '192.168.0.2', '192.168.0.30'],
    ['s', '192.168.0.2', '172.17.0.2', '172.17.0.2', '192.168.0.2'],
  ])
})

test('fragments are rewritten one by one', () => {
  const { type } = gateway(IN, OUT, TRACKED)
  expect(type('c', 'ping -c 1 -s 3000 192.168.0.30')).toContain(' 1 received, 0% packet loss')
  const said = type('g', 'tc -s filter show dev eth0 ingress')
  expect(said).toMatch(/Sent 3068 bytes 3 pkt/)
  expect(said).toMatch(/Sent 3110 bytes 3 pkt/)
})

test('the gateway itself is not reached any more: all that is for its address goes on', () => {
  const { type } = gateway(IN, OUT)
  expect(type('g', 'ping -c 1 -W 1 192.168.0.2')).toContain(' 0 received, 100% packet loss')
})

test('a whole network is exchanged for another, host by host', () => {
  const { type } = gateway(
    'tc filter add dev eth0 ingress protocol ip u32 match ip dst 192.168.5.0/24 action nat ingress 192.168.5.0/24 172.17.0.0',
    'tc filter add dev eth0 egress protocol ip u32 match ip src 172.17.0.0/24 action nat egress 172.17.0.0/24 192.168.5.0',
  )
  expect(type('c', 'ping -c 1 192.168.5.2')).toContain('64 bytes from 192.168.5.2: icmp_seq=1 ttl=63 ')
})

test('with one direction only, the answer comes from an address that nobody has asked', () => {
  const { type } = gateway(IN)
  expect(type('c', 'curl -s -m 2 http://192.168.0.30/; echo $?')).toBe('28\n')
})

test('an action may drop: what comes in at __netif_receive_skb_core, what leaves at __dev_queue_xmit', () => {
  const { lab, type } = gateway(
    'tc filter add dev eth0 ingress protocol ip u32 match ip src 192.168.0.2/32 match icmp type 8 0xff at 20 action drop',
    'tc filter add dev eth0 egress protocol ip u32 match ip protocol 17 0xff action drop',
  )
  expect(type('c', 'ping -c 2 -i 0.2 -W 1 192.168.0.30')).toContain(' 0 received')
  type('g', 'echo x | nc -u -w 1 192.168.0.2 53')
  const drops = lab.kernel(lab.hostIndex('g')).net.drops.map((d) => [d.reason, d.where, d.count])
  expect(drops).toEqual([
    ['TC_INGRESS', '__netif_receive_skb_core', 2],
    ['TC_EGRESS', '__dev_queue_xmit', 1],
  ])
  expect(type('g', 'tc -s filter show dev eth0 ingress')).toMatch(/Sent 168 bytes 2 pkt \(dropped 2,/)
})

test('a packet that is sent back to the first filter again and again is dropped at last', () => {
  const { type } = gateway('tc filter add dev eth0 ingress protocol ip u32 match u32 0 0 action reclassify')
  expect(type('c', 'ping -c 1 -W 1 192.168.0.30')).toContain(' 0 received')
})

test('`continue` asks the next filter, `pipe` the next action, `pass` ends it', () => {
  const { type } = gateway(
    'tc filter add dev eth0 ingress protocol ip prio 1 u32 match u32 0 0 action continue',
    'tc filter add dev eth0 ingress protocol ip prio 2 u32 match ip protocol 1 0xff action nat ingress 192.168.0.30/32 9.9.9.9 pipe action nat ingress 9.9.9.9/32 172.17.0.2',
    'tc filter add dev eth0 ingress protocol ip prio 3 u32 match u32 0 0 action drop',
    OUT,
  )
  expect(type('c', 'ping -c 1 192.168.0.30')).toContain(' 1 received')
})
