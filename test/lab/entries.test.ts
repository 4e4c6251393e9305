/** The connection table as a page reads it: sorted, chosen and a window at a time. */
import { beforeAll, describe, expect, test } from 'vitest'
import type { EntriesPage, EntriesQuery } from '../../src/lab/entries.ts'
import { Session } from '../../src/lab/session.ts'
import '../../src/lab/take/index.ts'
import '../../src/userspace/index.ts'
import '../../src/lab/labs/more.ts'
import { printIpv4 } from '../../src/wire/address.ts'

let session: Session

function exec(host: string, line: string): void {
  session.answer({ id: 1, request: { type: 'exec', host, line } })
  for (let i = 0; i < 50; i++)
    session.answer({ id: 1, request: { type: 'advance', by: { kind: 'quiet', us: 1e7 } } })
}

function ask(query: Partial<EntriesQuery> = {}): EntriesPage {
  const argument = { host: 'gateway', sort: 'id', down: false, words: '', from: 0, count: 400, ...query }
  const answer = session.answer({ id: 1, request: { type: 'use', tool: 'entries', argument } })
  if (answer.type !== 'used') throw new Error(JSON.stringify(answer))
  expect(answer.update).toBe(null)
  return answer.result as EntriesPage
}

beforeAll(() => {
  session = new Session(Infinity)
  session.answer({ id: 1, request: { type: 'open', lab: 'gateway', seed: 1 } })
  exec('gateway', 'sysctl -w net.ipv4.ip_forward=1')
  exec('gateway', 'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j SNAT --to-source 100.100.100.100')
  exec('pc1', 'for i in $(seq 5); do curl -s http://baidu.com/; done')
  exec('pc2', 'curl -s http://baidu.com/')
  exec('pc2', 'ping -c 1 123.125.115.110')
  exec('pc3', 'for p in $(seq 53 152); do echo x | nc -u -w 0 123.125.115.110 $p; done')
})

describe('a table with a hundred entries and more', () => {
  test('is told a window at a time, in an order that has no gaps', () => {
    const all = ask()
    expect(all.total).toBeGreaterThan(100)
    expect(all.matched).toBe(all.total)
    expect(all.rows.length).toBe(all.total)
    const window = ask({ from: 40, count: 10 })
    expect(window.rows).toEqual(all.rows.slice(40, 50))
    const last = ask({ from: 100_000, count: 10 })
    expect(last.from).toBe(all.total - 10)
    expect(last.rows).toEqual(all.rows.slice(-10))
  })

  test('is sorted by each column, up and down', () => {
    const all = ask().rows
    const sorted = (sort: EntriesQuery['sort'], of: (r: EntriesPage['rows'][number]) => number): void => {
      const up = ask({ sort }).rows
      expect(up.map((r) => r.id).sort((a, b) => a - b)).toEqual(all.map((r) => r.id).sort((a, b) => a - b))
      for (let i = 1; i < up.length; i++) expect(of(up[i])).toBeGreaterThanOrEqual(of(up[i - 1]))
      expect(ask({ sort, down: true }).rows).toEqual(up.toReversed())
    }
    sorted('id', (r) => r.id)
    sorted('source', (r) => r.orig.src * 65536 + r.orig.sport)
    sorted('destination', (r) => r.orig.dst * 65536 + r.orig.dport)
    sorted('left', (r) => Math.round(r.timeout / 1000))
    sorted('state', (r) => r.orig.protonum)
  })

  test('words choose: protocol, state, flags, address or its beginning, port; ! means not', () => {
    const all = ask().rows
    const fit = (words: string): EntriesPage['rows'] => {
      const page = ask({ words })
      expect(page.unknown).toEqual([])
      expect(page.matched).toBe(page.rows.length)
      return page.rows
    }
    const ids = (rows: EntriesPage['rows']): number[] => rows.map((r) => r.id)
    expect(ids(fit('tcp'))).toEqual(ids(all.filter((r) => r.orig.protonum === 6)))
    expect(ids(fit('TIME_WAIT'))).toEqual(ids(all.filter((r) => r.state === 'TIME_WAIT')))
    expect(ids(fit('udp !:53'))).toEqual(
      ids(all.filter((r) => r.orig.protonum === 17 && r.orig.dport !== 53)),
    )
    expect(ids(fit('192.168.0.2'))).toEqual(ids(all.filter((r) => printIpv4(r.orig.src) === '192.168.0.2')))
    expect(ids(fit('192.168.'))).toEqual(ids(all))
    expect(ids(fit('192.168.0.2/31'))).toEqual(
      ids(all.filter((r) => ['192.168.0.2', '192.168.0.3'].includes(printIpv4(r.orig.src)))),
    )
    expect(ids(fit('123.125.115.110:80'))).toEqual(ids(all.filter((r) => r.orig.dport === 80)))
    expect(ids(fit('[unreplied]')).length).toBeGreaterThan(50)
    expect(ids(fit('nat'))).toEqual(ids(all))
    expect(ids(fit('!nat'))).toEqual([])
  })

  test('words that say nothing are named, and the others hold', () => {
    const page = ask({ words: 'tcp purple 300.1.1.1' })
    expect(page.unknown).toEqual(['purple', '300.1.1.1'])
    expect(page.matched).toBe(ask({ words: 'tcp' }).matched)
  })

  test('at an earlier moment it is the table of that moment', () => {
    const now = ask()
    session.answer({ id: 1, request: { type: 'seek', position: 0 } })
    expect(ask().total).toBe(0)
    session.answer({ id: 1, request: { type: 'seek', position: 1e9 } })
    expect(ask()).toEqual(now)
  })
})
