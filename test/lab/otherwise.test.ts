/** The road that a packet would have taken without NAT's new destination comes from walking it in a copy of the lab. */
import { beforeEach, describe, expect, test } from 'vitest'
import type { Request, Snapshot } from '../../src/lab/protocol.ts'
import type { Otherwise } from '../../src/lab/otherwise.ts'
import { Session } from '../../src/lab/session.ts'
import type { TraceEvent } from '../../src/kernel/trace.ts'
import '../../src/lab/take/index.ts'
import '../../src/userspace/index.ts'
import '../../src/lab/labs/more.ts'

let session: Session
let trace: TraceEvent[]

function ask(request: Request): Snapshot {
  const answer = session.answer({ id: 1, request })
  if (answer.type !== 'update') throw new Error(JSON.stringify(answer))
  trace.push(...answer.update.trace)
  return answer.update.snapshot
}

function exec(host: string, line: string): Snapshot {
  ask({ type: 'exec', host, line })
  return ask({ type: 'advance', by: { kind: 'quiet', us: 1e7 } })
}

/** Asked of the first packet that a nat table of the host has given another destination in a state of the road. */
function otherwise(host: string, station: string): Otherwise | null {
  const at = trace.find(
    (e, i) =>
      e.type === 'station' &&
      e.host === host &&
      e.station === station &&
      trace[i - 1]?.type === 'nat' &&
      trace[i - 1].skb === e.skb,
  )
  if (at === undefined) throw new Error('no packet has been rewritten')
  const argument = { host, packet: at.skb, position: at.position ?? 0 }
  const answer = session.answer({ id: 1, request: { type: 'use', tool: 'otherwise', argument } })
  if (answer.type !== 'used') throw new Error(JSON.stringify(answer))
  expect(answer.update).toBe(null)
  return answer.result as Otherwise | null
}

const hooks = (states: readonly string[] = []): string[] => [
  ...new Set(states.map((s) => s.split('.')[0]).filter((s) => /^[A-Z]/.test(s))),
]

beforeEach(() => {
  session = new Session(Infinity)
  trace = []
  ask({ type: 'open', lab: 'gateway', seed: 1 })
  exec('gateway', 'sysctl -w net.ipv4.ip_forward=1')
})

describe('without its new destination', () => {
  test('a packet to the gateway’s own address would have gone through INPUT to a program', () => {
    exec('gateway', 'iptables -t nat -A PREROUTING -d 100.100.100.100 -j DNAT --to-destination 192.168.0.2')
    const before = exec('baidu', 'ping -c 1 100.100.100.100')
    const answer = otherwise('gateway', 'PRE_ROUTING.nat')
    expect(hooks(answer?.taken.states)).toEqual(['PRE_ROUTING', 'FORWARD', 'POST_ROUTING'])
    expect(answer?.taken).toMatchObject({ dev: 'eth0', reason: '' })
    expect(hooks(answer?.untouched.states)).toEqual(['PRE_ROUTING', 'LOCAL_IN'])
    expect(answer?.untouched.states.at(-1)).toBe('delivered')
    const after = ask({ type: 'view', view: { host: 'gateway', entries: 10, bucket: -1 } })
    expect(after.kernel.conntrack.count).toBe(before.kernel.conntrack.count)
    expect([after.position, after.events, after.runs]).toEqual([before.position, before.events, before.runs])
  })

  test('the answer to a masqueraded packet would have stayed at the gateway', () => {
    exec('gateway', 'iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE')
    exec('pc1', 'ping -c 1 baidu.com')
    const answer = otherwise('gateway', 'PRE_ROUTING.nat')
    expect(hooks(answer?.untouched.states)).toEqual(['PRE_ROUTING', 'LOCAL_IN'])
    expect(hooks(answer?.taken.states)).toContain('FORWARD')
  })

  test('a packet of the gateway’s own would have left by a wire instead of coming back on lo', () => {
    exec('gateway', 'iptables -t nat -A OUTPUT -d 123.125.115.110 -p icmp -j DNAT --to-destination 127.0.0.1')
    exec('gateway', 'ping -c 1 123.125.115.110')
    const answer = otherwise('gateway', 'LOCAL_OUT.nat')
    expect(answer?.taken.states.at(-1)).toBe('looped')
    expect(answer?.untouched).toMatchObject({ dev: 'eth1' })
    expect(answer?.untouched.states.at(-1)).toBe('sent')
  })

  test('one that a filter would have stopped is said to have been dropped', () => {
    exec('gateway', 'iptables -t nat -A PREROUTING -d 100.100.100.100 -j DNAT --to-destination 192.168.0.2')
    exec('gateway', 'iptables -A INPUT -d 100.100.100.100 -j DROP')
    exec('baidu', 'ping -c 1 100.100.100.100')
    const answer = otherwise('gateway', 'PRE_ROUTING.nat')
    expect(answer?.untouched).toMatchObject({ reason: 'NETFILTER_DROP' })
    expect(answer?.untouched.states.slice(-2)).toEqual(['LOCAL_IN.filter', 'dropped'])
  })
})

test('of a packet that is not at a nat table nothing is answered', () => {
  exec('pc1', 'ping -c 1 baidu.com')
  const argument = { host: 'gateway', packet: 1, position: 3 }
  const answer = session.answer({ id: 1, request: { type: 'use', tool: 'otherwise', argument } })
  expect(answer).toMatchObject({ type: 'used', result: null })
})
