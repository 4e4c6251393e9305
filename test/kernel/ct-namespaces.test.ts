/** Two namespaces of one machine share the table, and see nothing of each other. */
import { describe, expect, test } from 'vitest'
import { gc_worker } from '../../src/kernel/conntrack/gc.ts'
import type { Kernel } from '../../src/kernel/kernel.ts'
import type { TraceEvent } from '../../src/kernel/trace.ts'
import { bootLab } from '../../src/lab/lab.ts'
import type { HostSpec } from '../../src/lab/spec.ts'

const TRACK = 'iptables -A INPUT -m conntrack --ctstate NEW'

interface Pair {
  kernels: [Kernel, Kernel]
  /** Type a line in a namespace; what it prints. */
  sh(ns: number, line: string): string
  /** `host: event` of conntrack, since the last look. */
  told(): string[]
}

function pair(buckets = 64): Pair {
  let events: TraceEvent[] = []
  const host = (name: string, more: Partial<HostSpec>): HostSpec => ({
    name,
    role: 'server',
    memory: 1024 ** 3,
    buckets,
    devs: [{ name: 'eth0', addrs: ['192.168.0.1/24'] }],
    routes: [{ dst: 'default', via: '192.168.0.9', dev: 'eth0' }],
    http: [],
    init: [TRACK],
    ...more,
  })
  const spec = {
    name: 'pair',
    hosts: [host('one', {}), host('two', { on: 'one', inum: 4026532300 })],
    links: [{ ends: ['one:eth0', 'two:eth0'], delay: 0 }],
    names: {},
  }
  const lab = bootLab(spec, 1, { event: (e) => events.push(e), output: () => undefined })
  return {
    kernels: [lab.kernel(0), lab.kernel(1)],
    sh(ns, line) {
      const result = lab.result(ns, lab.execCaptured(ns, line))
      if (result === 'running') throw new Error(`${line}: does not end`)
      if (result.status !== 0) throw new Error(`${line}: ${result.stderr}`)
      return result.stdout
    },
    told() {
      const seen = events
      events = []
      return seen.flatMap((e) => (e.type === 'ct' ? `${e.host}: ${e.event}` : []))
    },
  }
}

const flow = (port: number, what = '-p udp'): string =>
  `conntrack -I ${what} -s 10.0.0.1 -d 10.9.0.1 --sport ${port} --dport 53 -t 600`
const ports = (p: Pair, ns: number): string[] =>
  p.sh(ns, 'conntrack -L 2>/dev/null | sort').match(/(?<=10.9.0.1 sport=)\d+/g) ?? []

test.each([64, 1])(
  'the same tuple is an entry of its own in each, listed by nobody else: %i buckets',
  (buckets) => {
    const p = pair(buckets)
    p.sh(0, flow(1))
    p.sh(1, flow(1))
    p.sh(1, flow(2))
    expect([ports(p, 0), ports(p, 1)]).toEqual([['1'], ['1', '2']])
    expect(p.kernels.map((k) => k.net.ctCount)).toEqual([1, 2])
  },
)

test('an entry that lies behind the very first one of the table is taken out of its chain', () => {
  const p = pair(1)
  p.sh(0, flow(1))
  p.sh(0, flow(2))
  p.sh(0, 'conntrack -D -p udp --orig-port-src 1')
  // It gets the place of the one that has gone, and lies before the second.
  p.sh(0, flow(3))
  p.sh(0, 'conntrack -D -p udp --orig-port-src 2')
  expect(() => p.sh(0, 'conntrack -G -p udp -s 10.0.0.1 -d 10.9.0.1 --sport 2 --dport 53')).toThrow()
  expect(ports(p, 0)).toEqual(['3'])
})

test('a flush empties one of them', () => {
  const p = pair()
  for (const ns of [0, 1]) for (const port of [1, 2, 3]) p.sh(ns, flow(port))
  p.told()
  p.sh(0, 'conntrack -F')
  expect(p.told()).toEqual(['one: DESTROY', 'one: DESTROY', 'one: DESTROY'])
  expect([ports(p, 0), ports(p, 1)]).toEqual([[], ['1', '2', '3']])
})

test('who needs room takes it from itself: the other one keeps what nobody has answered', () => {
  const p = pair(8)
  for (let port = 1; port <= 5; port++) p.sh(1, flow(port))
  p.sh(0, 'echo 2 > /proc/sys/net/netfilter/nf_conntrack_max')
  p.sh(0, flow(1, '-p udp -u ASSURED,SEEN_REPLY'))
  p.sh(0, flow(2, '-p udp -u ASSURED,SEEN_REPLY'))
  expect(() => p.sh(0, flow(3))).toThrow()
  expect([ports(p, 0), ports(p, 1)]).toEqual([
    ['1', '2'],
    ['1', '2', '3', '4', '5'],
  ])
})

describe('the collector', () => {
  test('goes through all of them, and the owner is told', () => {
    const p = pair()
    p.sh(0, flow(1))
    p.sh(1, flow(2))
    p.kernels[0].machine.ct.timeout.fill(0)
    p.told()
    gc_worker(p.kernels[0], (ns) => p.kernels[ns])
    expect(p.told()).toEqual(['one: DESTROY', 'two: DESTROY'])
    expect(p.kernels.map((k) => k.net.ctCount)).toEqual([0, 0])
  })

  test('gives up only what belongs to one who has too much', () => {
    const p = pair()
    p.sh(0, 'echo 100 > /proc/sys/net/netfilter/nf_conntrack_max')
    for (let port = 1; port <= 94; port++) p.sh(0, flow(port))
    for (let port = 1; port <= 96; port++) p.sh(1, flow(port))
    p.kernels[0].machine.gcEarlyDrop = true
    gc_worker(p.kernels[0], (ns) => p.kernels[ns])
    expect(p.kernels.map((k) => k.net.ctCount)).toEqual([94, 94])
  })
})

test('one that begins to track forgets the windows of its own connections, not those of the other', () => {
  const p = pair()
  for (const ns of [0, 1]) p.sh(ns, flow(80, '-p tcp --state ESTABLISHED -u SEEN_REPLY'))
  const { ct } = p.kernels[0].machine
  ct.tdMaxwin.fill(1000)
  p.sh(0, 'iptables -F INPUT')
  expect([...ct.tdMaxwin.slice(0, 4)]).toEqual([1000, 1000, 1000, 1000])
  p.sh(0, TRACK)
  expect([...ct.tdMaxwin.slice(0, 4)]).toEqual([0, 0, 1000, 1000])
})
