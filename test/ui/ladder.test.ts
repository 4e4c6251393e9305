/** The conversation between hosts, read out of what really happened in a lab. */
import { beforeAll, describe, expect, test } from 'vitest'
import {
  boardOf,
  hostsOf,
  ladderOf,
  rungAt,
  rungsOf,
  type Ladder,
  type Rung,
} from '../../src/ui/views/ladder.ts'
import { endOf, packetLabel, printEnd, printWay } from '../../src/ui/parts/packet.ts'
import { FORWARD, Page, SNAT } from './lab-page.ts'

const line = (r: Rung): string => `${r.from} ${r.to || '✕'} ${packetLabel(r.header)} ${r.dir}`

describe('two pages fetched through SNAT', () => {
  let page: Page
  let ladder: Ladder
  let first: readonly Rung[]
  beforeAll(() => {
    page = new Page(FORWARD, SNAT, ['pc1', 'curl http://baidu.com/'], ['pc2', 'curl http://baidu.com/'])
    ladder = ladderOf(page.trace)
    first = rungsOf(ladder, 1, false)
  })

  test('each frame on a wire is a rung, from the host that sent it to the one that got it', () => {
    expect(first.slice(0, 4).map(line)).toEqual([
      'pc1 gateway SYN original',
      'gateway baidu SYN original',
      'baidu gateway SYN ACK reply',
      'gateway pc1 SYN ACK reply',
    ])
    expect(first.every((r) => r.arrived !== null && r.position !== null)).toBe(true)
  })

  test('each wire shows its face of the NAT, and what is not as on the wire before', () => {
    const [inside, outside, answer, turned] = first
    expect(printWay(inside.header)).toMatch(/^192\.168\.0\.2:\d+ > 123\.125\.115\.110:80$/)
    expect(printEnd(endOf(outside.header, 'src'))).toMatch(/^100\.100\.100\.100:/)
    expect(inside.changes).toEqual([])
    expect(outside.changes).toEqual([{ field: 'src', from: '192.168.0.2', to: '100.100.100.100' }])
    expect(answer.changes).toEqual([])
    expect(turned.changes).toEqual([{ field: 'dst', from: '100.100.100.100', to: '192.168.0.2' }])
  })

  test('two conversations are told apart, and packet and answer belong to one', () => {
    const hosts = new Set(first.flatMap((r) => [r.from, r.to]))
    expect([...hosts].sort()).toEqual(['baidu', 'gateway', 'pc1'])
    const all = rungsOf(ladder, 1, true)
    expect(all.length).toBe(2 * first.length)
    const { hosts: machines, links } = page.snapshot
    expect(hostsOf(first, machines, links).map((h) => h.name)).toEqual(['pc1', 'gateway', 'baidu'])
    expect(hostsOf(all, machines, links).map((h) => h.name)).toEqual(['pc1', 'pc2', 'gateway', 'baidu'])
  })

  test('the moment shown is at the last rung that has begun', () => {
    expect(rungAt(first, 0)).toBe(-1)
    expect(rungAt(first, first[2].seq)).toBe(1)
    expect(rungAt(first, first[2].seq + 1)).toBe(2)
    expect(rungAt(first, 1e9)).toBe(first.length - 1)
  })
})

test('what dies is a rung that goes nowhere, with its reason, and the ICMP error belongs to the conversation', () => {
  const page = new Page(
    FORWARD,
    ['gateway', 'iptables -A FORWARD -p tcp --dport 80 -j REJECT'],
    ['pc1', 'curl -m 1 http://baidu.com/'],
  )
  const rungs = rungsOf(ladderOf(page.trace), 1, false)
  expect(rungs.map(line)).toEqual([
    'pc1 gateway SYN -',
    'gateway ✕ SYN -',
    expect.stringMatching(/^gateway pc1 unreachable/),
  ])
  expect(rungs[1].death).toMatchObject({ case: 'reject', reason: 'NETFILTER_DROP' })
})

test('a ping and its echo are one conversation', () => {
  const page = new Page(FORWARD, ['pc1', 'ping -c 1 192.168.0.1'], ['pc1', 'ping -c 1 192.168.0.3'])
  const ladder = ladderOf(page.trace)
  expect(rungsOf(ladder, 1, false).map(line)).toEqual([
    'pc1 gateway echo request -',
    'gateway pc1 echo reply -',
  ])
})

test('lines are as far apart as there is room, and short ones have addresses below each other', () => {
  const page = new Page(FORWARD, SNAT, ['pc1', 'curl http://baidu.com/'])
  const { hosts, links } = page.snapshot
  const three = hostsOf(ladderOf(page.trace).rungs, hosts, links)
  const wide = boardOf(three, 800)
  expect(wide.stacked).toBe(false)
  expect([...wide.x.values()]).toEqual([118, 431, 744])
  const narrow = boardOf(three, 390)
  expect(narrow.stacked).toBe(true)
  expect(Math.min(...narrow.x.values())).toBeGreaterThan(40)
  expect(Math.max(...narrow.x.values())).toBeLessThan(350)
})
