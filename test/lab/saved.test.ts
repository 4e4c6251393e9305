/** What would have saved a dropped packet is tried on a copy of the lab as it was before the packet came; the lab does not notice. */
import { beforeEach, describe, expect, test } from 'vitest'
import type { Request, Snapshot } from '../../src/lab/protocol.ts'
import type { Chain } from '../../src/lab/chain.ts'
import type { Saved } from '../../src/lab/saved.ts'
import { Session } from '../../src/lab/session.ts'
import '../../src/lab/take/index.ts'
import '../../src/userspace/index.ts'
import '../../src/lab/labs/more.ts'

let session: Session

function ask(request: Request): Snapshot {
  const answer = session.answer({ id: 1, request })
  if (answer.type !== 'update') throw new Error(JSON.stringify(answer))
  return answer.update.snapshot
}

function exec(host: string, line: string): Snapshot {
  ask({ type: 'exec', host, line })
  return ask({ type: 'advance', by: { kind: 'quiet', us: 1e7 } })
}

function use(tool: string, argument: unknown): unknown {
  const answer = session.answer({ id: 1, request: { type: 'use', tool, argument } })
  if (answer.type !== 'used') throw new Error(JSON.stringify(answer))
  expect(answer.update).toBe(null)
  return answer.result
}

/** Tried on the last packet that the gateway has dropped. */
function tried(line: string, host = 'gateway'): Saved {
  const { drops } = ask({ type: 'view', view: { host, entries: 10, bucket: -1 } }).kernel
  const packet = drops.toSorted((a, b) => b.time - a.time)[0].last
  return use('saved', { host, packet, line }) as Saved
}

const UDP = 'echo x | nc -u -w 0 123.125.115.110'

beforeEach(() => {
  session = new Session(Infinity)
  ask({ type: 'open', lab: 'gateway', seed: 1 })
  exec('gateway', 'sysctl -w net.ipv4.ip_forward=1')
  exec('gateway', 'iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE')
})

describe('a cure', () => {
  test('of a rule: an exception before it lets the packet pass; another chain’s does not', () => {
    exec('gateway', 'iptables -A FORWARD -p udp -j DROP')
    const before = exec('pc1', `${UDP} 1000`)
    expect(tried('iptables -I FORWARD 1 -j ACCEPT')).toEqual({ end: 'passed', reason: '' })
    expect(tried('iptables -I INPUT 1 -j ACCEPT')).toEqual({ end: 'dropped', reason: 'NETFILTER_DROP' })
    const after = ask({ type: 'view', view: { host: 'gateway', entries: 10, bucket: -1 } })
    expect(after.kernel.tables).toEqual(before.kernel.tables)
    expect([after.position, after.events, after.runs]).toEqual([before.position, before.events, before.runs])
  })

  test('of forwarding that is off', () => {
    exec('gateway', 'sysctl -w net.ipv4.ip_forward=0')
    exec('pc1', `${UDP} 1000`)
    expect(tried('sysctl -w net.ipv4.ip_forward=1').end).toBe('passed')
  })

  test('of a full table: room saves the packet, a shorter timeout of what is there already does not', () => {
    exec('gateway', 'sysctl -w net.netfilter.nf_conntrack_max=2 net.netfilter.nf_conntrack_udp_timeout=600')
    exec('pc1', 'for p in 1 2 3 4 5; do echo x | nc -u -w 0 123.125.115.110 $p; done')
    const { drops } = ask({ type: 'view', view: { host: 'gateway', entries: 10, bucket: -1 } }).kernel
    expect(drops.map((d) => d.station)).toEqual(['PRE_ROUTING.conntrack'])
    expect(tried('sysctl -w net.netfilter.nf_conntrack_max=16').end).toBe('passed')
    expect(tried('sysctl -w net.netfilter.nf_conntrack_udp_timeout=1').end).toBe('dropped')
  })

  test('that is refused is told as such, with what the program says', () => {
    exec('gateway', 'iptables -A FORWARD -p udp -j DROP')
    exec('pc1', `${UDP} 1000`)
    const refused = tried('iptables -I NOWHERE 1 -j ACCEPT')
    expect(refused.end).toBe('refused')
    expect(refused.reason).toContain('iptables:')
  })

  test('of a packet that nobody has seen is unknown', () => {
    expect(use('saved', { host: 'gateway', packet: 4711, line: 'true' })).toEqual({
      end: 'unknown',
      reason: '',
    })
  })

  test('may be tried at any later moment, and in the past only of what has died by then', () => {
    exec('gateway', 'iptables -A FORWARD -p udp -j DROP')
    exec('pc1', `${UDP} 1000`)
    const { drops } = exec('pc1', 'ping -c 1 123.125.115.110').kernel
    const query = { host: 'gateway', packet: drops[0].last, line: 'iptables -P FORWARD ACCEPT; iptables -F' }
    expect(use('saved', query)).toMatchObject({ end: 'passed' })
    ask({ type: 'seek', position: 0 })
    expect(use('saved', query)).toMatchObject({ end: 'unknown' })
  })
})

test('a bucket tells its nodes, with the tuple that each of them is', () => {
  const { entries } = exec('pc1', `${UDP} 1000`).kernel.conntrack
  const [entry] = entries
  for (const dir of [0, 1] as const) {
    const bucket = entry.buckets[dir]
    const chain = use('chain', { host: 'gateway', bucket }) as Chain
    expect(chain).toMatchObject({ bucket, length: 1, nodes: [{ dir, entry: { id: entry.id } }] })
  }
  const none = { bucket: 1e9, length: 0, nodes: [] }
  expect(use('chain', { host: 'gateway', bucket: 1e9 })).toEqual(none)
})

describe('in a load, whose packets nobody follows', () => {
  beforeEach(() => {
    ask({ type: 'open', lab: 'docker', seed: 1 })
    exec('vm1', 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat')
    exec('vm1', 'sysctl -w net.netfilter.nf_conntrack_max=200')
    ask({ type: 'exec', host: 'vm2', line: 'ab -c 100 -n 100000 -r -s 2 -q http://192.168.0.30:8080/' })
    for (let i = 0; i < 5; i++) ask({ type: 'advance', by: { kind: 'time', us: 100_000 } })
  })

  test('a cure is tried all the same, of the last one that died', () => {
    const before = ask({ type: 'view', view: { host: 'vm1', entries: 0, bucket: -1 } })
    expect(before.load).toBe(true)
    expect(before.kernel.drops.find((d) => d.station === 'PRE_ROUTING.conntrack')?.count).toBeGreaterThan(10)
    expect(tried('sysctl -w net.netfilter.nf_conntrack_max=16384', 'vm1').end).toBe('passed')
    expect(tried('sysctl -w net.netfilter.nf_conntrack_tcp_timeout_close=1', 'vm1')).toEqual({
      end: 'dropped',
      reason: 'NETFILTER_DROP',
    })
    const after = ask({ type: 'view', view: { host: 'vm1', entries: 0, bucket: -1 } })
    expect(after.kernel.drops).toEqual(before.kernel.drops)
    expect([after.position, after.events, after.time]).toEqual([before.position, before.events, before.time])
  })
})
