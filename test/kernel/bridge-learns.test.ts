/** A bridge of three ports: what it learns, for how long, who hears its frames, and what becomes of those it cannot deliver. */
import { expect, test } from 'vitest'
import type { Kernel } from '../../src/kernel/kernel.ts'
import { START_RECEIVE } from '../../src/kernel/ip.ts'
import { newSkb, type Skb } from '../../src/kernel/skb.ts'
import type { TraceEvent } from '../../src/kernel/trace.ts'
import { bootLab } from '../../src/lab/lab.ts'
import type { HostSpec } from '../../src/lab/spec.ts'
import { parsePacket } from '../../src/wire/text.ts'

const [A, B, C] = [0x02000000000a, 0x02000000000b, 0x02000000000c]
const EVERYBODY = 0xffffffffffff
const SECOND = 1_000_000

const OFF = 'sysctl -qw net.bridge.bridge-nf-call-iptables=0'

interface Bridge {
  k: Kernel
  /** A frame comes in by a port; the ports by which it goes out. */
  rx: (port: string, smac: number, dmac: number, line?: string, more?: Partial<Skb>) => string[]
  sh: (line: string) => string
  /** Type a line that goes on; what it has printed when it has ended. */
  begin: (line: string) => () => string
  wait: (seconds: number) => void
  /** Events since the last look, of one type. */
  events: <T extends TraceEvent['type']>(type: T) => (TraceEvent & { type: T })[]
}

function bridge(...lines: string[]): Bridge {
  const seen: TraceEvent[] = []
  const ports = ['v0', 'v1', 'v2']
  const host = (name: string, devs: string[]): HostSpec => ({
    name,
    role: 'gateway',
    memory: 2 ** 30,
    devs: devs.map((dev) => ({ name: dev, addrs: [] })),
    routes: [],
    http: [],
  })
  const lab = bootLab(
    {
      name: 'bridge',
      hosts: [host('h', ports), ...ports.map((port) => host(`at-${port}`, ['e0']))],
      links: ports.map((port) => ({ ends: [`at-${port}:e0`, `h:${port}`], delay: 0 })),
      names: {},
    },
    1,
    { event: (e) => e.host === 'h' && seen.push(e), output: () => undefined },
  )
  const k = lab.kernel(0)
  const sh = (line: string): string => {
    const result = lab.result(0, lab.execCaptured(0, line))
    if (result === 'running' || result.status !== 0) throw new Error(line)
    return result.stdout
  }
  const look = (): TraceEvent[] => seen.splice(0)
  for (const line of [
    'ip link add br0 type bridge',
    ...ports.map((port) => `ip link set ${port} master br0`),
  ])
    sh(line)
  for (const line of ['ip link set br0 up', 'ip addr add 10.9.0.1/24 dev br0', ...lines]) sh(line)
  return {
    k,
    sh,
    rx(port, smac, dmac, line = '10.9.0.2.1 > 10.9.0.3.2: UDP, length 1', more = {}) {
      const iif = k.net.devs.find((dev) => dev.name === port)?.ifindex ?? 0
      const before = seen.length
      const packet = { ...newSkb(), ...parsePacket(line), serial: k.nextSerial(), iif, smac, dmac }
      lab.inject(0, { ...packet, ...more, station: START_RECEIVE })
      lab.runUntil(lab.state.now)
      return seen.slice(before).flatMap((e) => (e.type === 'xmit' ? [e.dev] : []))
    },
    begin(line) {
      const job = lab.execCaptured(0, line)
      return () => {
        const result = lab.result(0, job)
        return result === 'running' ? '' : result.stdout
      }
    },
    wait(seconds) {
      lab.runUntil(lab.state.now + seconds * SECOND)
    },
    events: (type) => look().filter((e): e is TraceEvent & { type: typeof type } => e.type === type),
  }
}

test('a new bridge knows nobody and has no address', () => {
  const { k, sh } = bridge()
  sh('ip link add br1 type bridge')
  const made = k.net.devs.find((dev) => dev.name === 'br1')
  expect([made?.addrs, made?.bridge]).toEqual([[], { fdb: [], ports: [] }])
})

test('a frame goes to the port where its card was heard last, and everywhere before', () => {
  const { rx } = bridge()
  expect(rx('v0', A, B)).toEqual(['v2', 'v1'])
  expect(rx('v1', B, A)).toEqual(['v0'])
  expect(rx('v2', C, B)).toEqual(['v1'])
  rx('v2', A, C)
  expect(rx('v1', B, A)).toEqual(['v2'])
})

test('a card is forgotten five minutes after it was heard of last', () => {
  const { rx, wait } = bridge()
  rx('v0', A, C)
  wait(200)
  rx('v0', A, C)
  wait(299)
  expect(rx('v1', B, A)).toEqual(['v0'])
  wait(2)
  expect(rx('v1', B, A)).toEqual(['v2', 'v0'])
})

test('a frame that may leave by no port dies: where its card is known, and where there is no other port', () => {
  const { rx, sh, events } = bridge()
  const drops = (): string[] => events('drop').map((e) => `${e.reason} at ${e.where}`)
  rx('v0', A, C)
  events('drop')
  expect(rx('v0', B, A)).toEqual([])
  expect(drops()).toEqual(['NOT_SPECIFIED at br_handle_frame_finish'])
  sh('ip link set v1 down')
  sh('ip link set v2 down')
  expect(rx('v0', A, C)).toEqual([])
  expect(drops()).toEqual(['NO_TX_TARGET at br_handle_frame_finish'])
})

test('who listens at a bridge sees what comes in for the host', () => {
  const { k, rx, begin, wait } = bridge(OFF)
  const card = k.net.devs.find((dev) => dev.name === 'br0')?.mac ?? 0
  const seen = begin('tcpdump -n -t -Q in -c 1 -i br0')
  wait(1)
  rx('v0', A, card, '10.9.0.2.1 > 10.9.0.1.2: UDP, length 1')
  wait(1)
  expect(seen()).toContain('IP 10.9.0.2.1 > 10.9.0.1.2: UDP, length 1\n')
})

test('a frame for the host is told as one that IP has taken from the bridge', () => {
  const { k, rx, events } = bridge(OFF)
  const card = k.net.devs.find((dev) => dev.name === 'br0')?.mac ?? 0
  rx('v0', A, card, '10.9.0.2.1 > 10.9.0.1.2: UDP, length 1')
  expect(events('rcv').map((e) => `${e.at} ${e.dev}`)).toContain('ip_rcv br0')
})

test('iptables sees the frames of the bridge that is set to it', () => {
  const { rx, sh } = bridge('iptables -A FORWARD -p udp', OFF)
  const counted = (): string => /^ +(\d+)/m.exec(sh('iptables -vnL FORWARD').split('\n')[2] ?? '')?.[1] ?? ''
  rx('v0', A, B)
  expect(counted()).toBe('0')
  sh('ip link set br0 type bridge nf_call_iptables 1')
  rx('v1', B, A)
  expect(counted()).toBe('1')
})

const TRACKED = [
  'sysctl -qw net.bridge.bridge-nf-call-iptables=1',
  'iptables -A FORWARD -m conntrack --ctstate NEW',
]

test('a flow across a bridge that nobody translates is not routed, in either direction', () => {
  const { k, rx } = bridge(...TRACKED, 'iptables -t nat -A PREROUTING -p tcp')
  expect(k.net.sysctl['net.ipv4.ip_forward']).toBe(0)
  for (const port of [1, 2, 3]) {
    rx('v0', A, B, `10.9.0.2.${port} > 10.9.0.3.9: UDP, length 1`)
    expect(rx('v1', B, A, `10.9.0.3.9 > 10.9.0.2.${port}: UDP, length 1`)).toEqual(['v0'])
  }
})

test('what is for everybody has its entry before the host looks at it, but for what is not tracked', () => {
  const line = '10.9.0.2.1 > 10.9.0.255.2: UDP, length 1'
  const dropped = bridge(...TRACKED, 'iptables -A INPUT -j DROP', 'iptables -A FORWARD -j DROP')
  dropped.rx('v0', A, EVERYBODY, line)
  expect(dropped.k.net.ctCount).toBe(1)
  const untracked = bridge(...TRACKED, 'iptables -t raw -A PREROUTING -j CT --notrack')
  expect(untracked.rx('v0', A, EVERYBODY, line)).toHaveLength(2)
  expect(untracked.events('deliver')).toHaveLength(1)
  expect(untracked.k.machine.ct.heads.every((head) => head >= -1)).toBe(true)
})

test('a frame whose new destination cannot be dies in the bridge', () => {
  const { rx, events } = bridge(
    ...TRACKED,
    'iptables -t nat -A PREROUTING -p udp -j DNAT --to-destination 127.0.0.1',
  )
  rx('v0', A, B)
  expect(events('drop').map((e) => `${e.reason} at ${e.where}`)).toEqual([
    'IP_LOCALNET at br_nf_pre_routing_finish',
  ])
})

test('a frame that dies behind the last rules is none that this host has sent', () => {
  const { rx, sh } = bridge('iptables -t mangle -A POSTROUTING -j DROP')
  expect(rx('v0', A, B)).toEqual([])
  expect(sh('nstat -azs IpOutDiscards')).toMatch(/IpOutDiscards +0 /)
})

test('a frame for a new destination that nobody has waits for it as all do, and dies where it would have left', () => {
  const { rx, wait, events } = bridge(
    'sysctl -w net.ipv4.ip_forward=1',
    'iptables -t nat -A PREROUTING -p udp --dport 2 -j DNAT --to-destination 10.9.0.7',
  )
  expect(rx('v0', A, B)).toEqual([])
  wait(4)
  expect(events('drop').map((e) => [e.reason, e.station])).toEqual([['NEIGH_FAILED', 'transmit']])
})

test('a port takes four bytes more than fits it, and no fifth', () => {
  const { rx, sh, events } = bridge(OFF)
  sh('ip link set v1 mtu 1000')
  sh('ip link set br0 mtu 1500')
  rx('v1', B, A)
  expect(rx('v0', A, B, undefined, { len: 1004 })).toEqual(['v1'])
  expect(rx('v0', A, B, undefined, { len: 1005 })).toEqual([])
  expect(events('drop').map((e) => e.where)).toEqual(['br_dev_queue_push_xmit'])
})

test('a piece that fits the bridge but not its port dies where it would have left', () => {
  const { rx, sh, events } = bridge('sysctl -qw net.bridge.bridge-nf-call-iptables=1')
  sh('ip link set v1 mtu 1000')
  sh('ip link set br0 mtu 1500')
  rx('v1', B, A)
  expect(rx('v0', A, B, undefined, { len: 1400, frag: 0 })).toEqual([])
  expect(events('drop').map((e) => [e.where, e.station])).toEqual([['br_dev_queue_push_xmit', 'transmit']])
})

test('what is for everybody does not go up where another connection has its answers', () => {
  const { rx, events } = bridge(
    ...TRACKED,
    'conntrack -I -p udp -t 60 -s 10.9.0.4 -d 10.9.0.255 --sport 7 --dport 2 ' +
      '--reply-src 10.9.0.255 --reply-dst 10.9.0.2 --reply-port-src 2 --reply-port-dst 1',
  )
  expect(rx('v0', A, EVERYBODY, '10.9.0.2.1 > 10.9.0.255.2: UDP, length 1')).toEqual([])
  expect(events('drop').map((e) => [e.reason, e.where, e.station])).toContainEqual([
    'NETFILTER_DROP',
    'nf_hook_slow',
    'route_in',
  ])
})
