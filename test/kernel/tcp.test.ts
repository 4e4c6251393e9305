import { describe, expect, test } from 'vitest'
import type { TraceEvent } from '../../src/kernel/trace.ts'
import { bootLab, type Lab } from '../../src/lab/lab.ts'
import { labs } from '../../src/lab/labs/index.ts'
import { printFlags } from '../../src/wire/packet.ts'

/** The article's network, with forwarding and MASQUERADE, and everything that crosses pc1's wire. */
function network(...lines: string[]): {
  lab: Lab
  events: TraceEvent[]
  on: (host: string, line: string) => void
} {
  const events: TraceEvent[] = []
  const spec = labs['gateway']
  if (!spec) throw new Error('no gateway lab')
  const lab = bootLab(spec, 1, { event: (e) => events.push(e), output: () => undefined })
  const on = (host: string, line: string): void => {
    const job = lab.execCaptured(lab.hostIndex(host), line)
    if (lab.result(lab.hostIndex(host), job) === 'running') throw new Error(line)
  }
  on('gateway', 'sysctl -w net.ipv4.ip_forward=1')
  on('gateway', 'iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE')
  for (const line of lines) on('gateway', line)
  return { lab, events, on }
}

const seconds = (e: TraceEvent): number => Math.floor(e.time / 1_000_000)

/** A timer comes late by up to an eighth of its time, as the slices of the kernel's wheel are long: the recorder saw 68 for 67. */
function expectAbout(sent: number[], due: number[]): void {
  expect(sent).toHaveLength(due.length)
  sent.forEach((at, i) => {
    expect(at).toBeGreaterThanOrEqual(due[i])
    expect(at).toBeLessThanOrEqual(due[i] * 1.05)
  })
}

/** What pc1 sends and gets: direction and flags. */
function conversation(events: TraceEvent[]): string[] {
  return events.flatMap((e) => {
    if (e.host !== 'pc1' || (e.type !== 'xmit' && e.type !== 'rcv')) return []
    const bytes = e.header.len - 20 - e.header.thl
    return `${e.type === 'xmit' ? '>' : '<'} ${printFlags(e.header.flags)}${bytes > 0 ? ' data' : ''}`
  })
}

describe('a TCP endpoint', () => {
  test('curl is a whole conversation: handshake, request, page, and a close by the client', () => {
    const { lab, events } = network()
    lab.exec(lab.hostIndex('pc1'), 'curl -s http://baidu.com/')
    lab.runUntil(2_000_000)
    expect(conversation(events)).toEqual([
      '> S',
      '< SA',
      '> A',
      '> PA data',
      '< A',
      '< PA data',
      '> A',
      '> FA',
      '< FA',
      '> A',
    ])
  })

  test('a SYN that nobody answers is repeated after 1 1 1 1 1 2 4 8 16 32 seconds, as since Linux 6.5', () => {
    const { lab, events } = network('iptables -A FORWARD -j DROP')
    lab.exec(lab.hostIndex('pc1'), 'curl -s --connect-timeout 200 http://baidu.com/')
    lab.runUntil(200_000_000)
    const sent = events.filter((e) => e.host === 'pc1' && e.type === 'xmit').map(seconds)
    expectAbout(sent, [0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67])
    expect(lab.quiet).toBe(true)
  })

  test('and after 1 2 4 8 16 32 with tcp_syn_linear_timeouts=0, as before', () => {
    const { lab, events, on } = network('iptables -A FORWARD -j DROP')
    on('pc1', 'sysctl -w net.ipv4.tcp_syn_linear_timeouts=0')
    lab.exec(lab.hostIndex('pc1'), 'curl -s --connect-timeout 200 http://baidu.com/')
    lab.runUntil(200_000_000)
    const sent = events.filter((e) => e.host === 'pc1' && e.type === 'xmit').map(seconds)
    expectAbout(sent, [0, 1, 3, 7, 15, 31, 63])
  })

  test('who closes first knows of it for a minute', () => {
    const { lab } = network()
    const pc1 = lab.hostIndex('pc1')
    const said = (line: string): string => {
      const result = lab.result(pc1, lab.execCaptured(pc1, line))
      return result === 'running' ? '' : result.stdout
    }
    lab.exec(pc1, 'curl -s http://baidu.com/')
    lab.runUntil(59_000_000)
    expect(said('ss -tanH state time-wait')).toContain(':80')
    expect(said('nstat -az TcpExtTCPOrigDataSent TcpExtTW').match(/\d+(?= +0\.0)/g)).toEqual(['1', '2'])
    lab.runUntil(70_000_000)
    expect(said('ss -tanH state time-wait')).toBe('')
  })

  test('a closed port answers with RST, ACK', () => {
    const { lab, events } = network()
    lab.exec(lab.hostIndex('pc1'), 'curl -s http://baidu.com:81/')
    lab.runUntil(2_000_000)
    expect(conversation(events)).toEqual(['> S', '< RA'])
  })

  test('data that is lost once is sent again after 200 ms and a round trip, and the page arrives', () => {
    const { lab, events, on } = network()
    lab.exec(lab.hostIndex('pc1'), 'curl -s http://baidu.com/')
    const answered = (): boolean => events.some((e) => e.type === 'rcv' && e.host === 'pc1')
    while (!answered()) lab.step()
    on('gateway', 'iptables -A FORWARD -m length --length 100: -j DROP')
    lab.runUntil(lab.state.now + 100_000)
    on('gateway', 'iptables -F FORWARD')
    lab.runUntil(lab.state.now + 5_000_000)
    const data = events.filter((e) => e.type === 'xmit' && e.host === 'pc1' && e.header.len > 100)
    expect(data).toHaveLength(2)
    // A jiffy of 4 ms has begun, and the timer fires when one has ended.
    expect(data[1].time - data[0].time).toBeGreaterThanOrEqual(200_000)
    expect(data[1].time - data[0].time).toBeLessThanOrEqual(240_000)
    expect(lab.quiet).toBe(true)
  })
})

describe('ephemeral ports', () => {
  test('are even, from 32768 on, as connect() hands them out', () => {
    const { lab, events } = network()
    for (let i = 0; i < 20; i++) {
      lab.exec(lab.hostIndex('pc1'), 'curl -s http://baidu.com/')
      lab.runUntil(lab.state.now + 1_000_000)
    }
    const ports = events.flatMap((e) =>
      e.type === 'xmit' && e.host === 'pc1' && e.header.flags === 2 ? e.header.sport : [],
    )
    expect(new Set(ports).size).toBe(20)
    expect(ports.every((p) => p % 2 === 0 && p >= 32768 && p <= 60999)).toBe(true)
  })
})
