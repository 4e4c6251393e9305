/** A period is data of a lab: asked for when it is opened, kept by its checkpoints, shown by its snapshots. */
import { expect, test } from 'vitest'
import { differences } from '../../src/kernel/period-table.ts'
import * as period from '../../src/kernel/period.ts'
import { bootLab, Lab } from '../../src/lab/lab.ts'
import { gateway } from '../../src/lab/labs/gateway.ts'
import type { Answer, Request, Update } from '../../src/lab/protocol.ts'
import { Session } from '../../src/lab/session.ts'
import { periodWords } from '../../src/ui/text/periods.ts'

function ask(session: Session, request: Request): Answer {
  return session.answer({ id: 1, request })
}

function update(session: Session, request: Request): Update {
  const answer = ask(session, request)
  if (answer.type !== 'update') throw new Error(JSON.stringify(answer))
  return answer.update
}

const said = (u: Update): string =>
  u.output
    .filter(({ stream }) => stream === 'stdout')
    .map(({ text }) => text)
    .join('')

test('a lab is opened in a period, and says in which', () => {
  const session = new Session()
  const open = { type: 'open', lab: 'gateway', seed: 1 } as const
  expect(update(session, open).snapshot.period).toBe('modern')
  const { snapshot } = update(session, { ...open, period: 'article' })
  expect(snapshot.period).toBe('article')
  expect(snapshot.kernel.defaults['net.netfilter.nf_conntrack_udp_timeout_stream']).toBe(180)
  expect(said(update(session, { type: 'exec', host: 'gateway', line: 'uname -r' }))).toBe(
    '4.15.0-20-generic\n',
  )
  const lost = { ...open, period: 'tomorrow' } as unknown as Request
  expect(ask(session, lost)).toMatchObject({ type: 'failed', code: 'bad-request' })
})

test('going back, and going on in a copy, stays in the period', () => {
  const session = new Session()
  update(session, { type: 'open', lab: 'gateway', seed: 1, period: 'article' })
  update(session, { type: 'exec', host: 'gateway', line: 'iptables -t nat -A POSTROUTING -j MASQUERADE' })
  update(session, { type: 'advance', by: { kind: 'time', us: 10_000_000 } })
  update(session, { type: 'seek', position: 0 })
  const u = update(session, { type: 'exec', host: 'gateway', line: 'iptables -V' })
  expect(said(u)).toContain('iptables v1.6.1\n')
  expect(u.snapshot.runs).toHaveLength(2)
  expect(u.snapshot.period).toBe('article')
})

test('a copy of an old lab goes on as the original does', () => {
  const old = bootLab({ ...gateway, period: 'article' }, 3)
  const at = old.hostIndex('gateway')
  for (const line of [
    'sysctl -w net.ipv4.ip_forward=1',
    'iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE',
  ])
    old.exec(at, line)
  for (const pc of ['pc1', 'pc2']) old.exec(old.hostIndex(pc), 'curl -s http://baidu.com/')
  old.runUntil(20_000)
  const copy = new Lab(structuredClone(old.state))
  for (const lab of [old, copy]) {
    lab.exec(lab.hostIndex('pc3'), 'curl -s http://baidu.com/')
    lab.runUntil(200_000_000)
  }
  expect(copy.state).toEqual(old.state)
})

test('hosts of one lab may be of different periods', () => {
  const hosts = gateway.hosts.map((h) => (h.name === 'gateway' ? { ...h, period: 'article' as const } : h))
  const lab = bootLab({ ...gateway, hosts }, 1)
  const release = (name: string): string => {
    const host = lab.hostIndex(name)
    const result = lab.result(host, lab.execCaptured(host, 'uname -r'))
    return result === 'running' ? '' : result.stdout
  }
  expect([release('gateway'), release('pc1')]).toEqual(['4.15.0-20-generic\n', '6.18.44\n'])
})

test('every switch is in the table with its source, and the table has words in both languages', () => {
  const bits = Object.entries(period).flatMap(([name, bit]) =>
    name.startsWith('OLD_') && name !== 'OLD_ALL' && typeof bit === 'number' ? bit : [],
  )
  expect(bits.reduce((all, bit) => all | bit, 0)).toBe(period.OLD_ALL)
  for (const bit of bits)
    expect(
      differences.some((one) => one.bit === bit),
      `bit ${bit}`,
    ).toBe(true)
  for (const { topic, article, modern } of differences) {
    expect(`${article} ${modern}`, topic).toMatch(/\.c|\.h|iptables|conntrack-tools|procps|uname|CONFIG/)
    for (const words of [periodWords.en[topic], periodWords.zh[topic]])
      expect([words.topic, words.article, words.modern].every((text) => text !== '')).toBe(true)
    expect(periodWords.en[topic].article, topic).not.toBe(periodWords.en[topic].modern)
  }
  expect(new Set(differences.map(({ topic }) => topic)).size).toBe(differences.length)
})

test('what the log says of a refused rule is worded as each kernel words it', () => {
  const rules = [
    'mangle -A PREROUTING -p udp -m ecn --ecn-tcp-cwr',
    'nat -A PREROUTING -m rpfilter',
    'filter -A FORWARD -j CONNSECMARK --save',
    'mangle -A PREROUTING -j TPROXY --on-port 80',
    'raw -A PREROUTING -j CT --helper ftp',
    'raw -A PREROUTING -p tcp -j CT --timeout none',
  ]
  const log = (name: period.PeriodName): string[] => {
    const lab = bootLab({ ...gateway, period: name }, 1)
    const host = lab.hostIndex('gateway')
    for (const rule of rules) lab.exec(host, `iptables -t ${rule}`)
    const result = lab.result(host, lab.execCaptured(host, 'dmesg'))
    if (result === 'running') return []
    return result.stdout.split('\n').flatMap((line) => /(?:xt|ipt)_\w+: .*/.exec(line)?.[0] ?? [])
  }
  expect(log('article')).toEqual([
    'xt_ecn: cannot match TCP bits in rule for non-tcp packets',
    "ipt_rpfilter: match only valid in the 'raw' or 'mangle' tables, not 'nat'.",
    "xt_CONNSECMARK: target only valid in the 'mangle' or 'security' tables, not 'filter'.",
    'xt_TPROXY: Can be used only in combination with either -p tcp or -p udp',
    'xt_CT: You must specify a L4 protocol, and not use inversions on it.',
    'xt_CT: No such timeout policy "none"',
  ])
  expect(log('modern')).toEqual([
    'xt_ecn: cannot match TCP bits for non-tcp packets',
    "ipt_rpfilter: only valid in 'raw' or 'mangle' table, not 'nat'",
    "xt_CONNSECMARK: only valid in 'mangle' or 'security' table, not 'filter'",
    'xt_TPROXY: Can be used only with -p tcp or -p udp',
    'xt_CT: You must specify a L4 protocol and not use inversions on it',
  ])
})
