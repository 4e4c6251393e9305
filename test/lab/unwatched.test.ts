import { expect, test } from 'vitest'
import { F_WATCHED, TCP_SK } from '../../src/kernel/tcp/table.ts'
import { tcp_close, tcp_connect, tcp_send } from '../../src/kernel/tcp/tcp.ts'
import { REHASH, SEARCH, SWEEP } from '../../src/kernel/conntrack/acts.ts'
import { IPCT_UNWATCHED } from '../../src/kernel/conntrack/table.ts'
import type { TraceEvent } from '../../src/kernel/trace.ts'
import { bootLab, type Lab } from '../../src/lab/lab.ts'
import type { LabSpec } from '../../src/lab/spec.ts'
import { ipv4 } from '../../src/wire/address.ts'

const SPEC: LabSpec = {
  name: 'unwatched',
  hosts: [
    {
      name: 'client',
      role: 'client',
      memory: 8 * 1024 ** 3,
      buckets: 512,
      devs: [{ name: 'eth0', addrs: ['192.168.0.2/24'] }],
      routes: [{ dst: 'default', via: '192.168.0.30', dev: 'eth0' }],
      http: [],
    },
    {
      name: 'gw',
      role: 'gateway',
      memory: 8 * 1024 ** 3,
      buckets: 512,
      devs: [
        { name: 'eth0', addrs: ['192.168.0.30/24'] },
        { name: 'eth1', addrs: ['172.17.0.1/16'] },
      ],
      routes: [],
      http: [],
    },
    {
      name: 'server',
      role: 'server',
      memory: 8 * 1024 ** 3,
      buckets: 512,
      devs: [{ name: 'eth0', addrs: ['172.17.0.2/16'] }],
      routes: [{ dst: 'default', via: '172.17.0.1', dev: 'eth0' }],
      http: [80],
    },
  ],
  links: [
    { ends: ['client:eth0', 'gw:eth0'], delay: 100 },
    { ends: ['gw:eth1', 'server:eth0'], delay: 100 },
  ],
  names: {},
}

const RULES = [
  'sysctl -qw net.ipv4.ip_forward=1',
  'iptables -t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80',
  'iptables -t raw -A PREROUTING -s 192.168.0.0/24 -j CT --zone 3',
  'iptables -A FORWARD -p tcp --dport 80 -m conntrack --ctstate NEW -j ACCEPT',
  'iptables -A FORWARD -p tcp --dport 81 -j REJECT --reject-with tcp-reset',
]

/** A conversation, one that the server refuses and one that the gateway refuses; what is left of it, and what was told. */
function converse(watched: boolean): { left: unknown; told: TraceEvent[]; positions: number } {
  const told: TraceEvent[] = []
  const lab: Lab = bootLab(SPEC, 5, { event: (e) => told.push(e), output: () => undefined })
  for (const line of RULES) {
    const result = lab.result(1, lab.execCaptured(1, line))
    expect(result).toMatchObject({ status: 0 })
  }
  told.length = 0
  const k = lab.kernel(0)
  const to = (addr: string, port: number): number => {
    const sk = tcp_connect(k, 0, ipv4(addr), port, watched)
    lab.runUntil(lab.state.now + 300_000)
    return Number(sk)
  }
  const sk = to('192.168.0.30', 8080)
  expect(sk).toBeGreaterThanOrEqual(TCP_SK)
  tcp_send(k, sk, k.payload('GET / HTTP/1.0\r\n\r\n'), 18)
  lab.runUntil(lab.state.now + 300_000)
  tcp_close(k, sk)
  lab.runUntil(lab.state.now + 70_000_000)
  to('192.168.0.30', 22)
  to('172.17.0.2', 81)
  lab.runUntil(lab.state.now + 2_000_000)
  const hosts = structuredClone(lab.state.hosts)
  for (const { net, machine } of hosts) {
    for (let i = 0; i < net.tcp.used; i++) net.tcp.flags[i] &= ~F_WATCHED
    for (let i = 0; i < machine.ct.used; i++) machine.ct.events[i] &= ~IPCT_UNWATCHED
    // Steps have other numbers.
    for (const act of [SEARCH, SWEEP, REHASH]) machine.ct.acts[act + 1] = 0
  }
  return { left: hosts, told, positions: lab.state.position }
}

test('packets that nobody watches leave behind what watched ones do, and tell nothing', () => {
  const watched = converse(true)
  const unwatched = converse(false)
  expect(unwatched.left).toEqual(watched.left)
  expect(watched.told.some((e) => e.type === 'ct')).toBe(true)
  expect(watched.told.some((e) => e.type === 'drop')).toBe(true)
  expect(unwatched.told).toEqual([])
  // One step each, not one for every station.
  expect(unwatched.positions * 5).toBeLessThan(watched.positions)
})
