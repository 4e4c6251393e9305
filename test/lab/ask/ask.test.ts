import { describe, expect, test, vi } from 'vitest'
import type { AskAnswer, AskProblem } from '../../../src/lab/ask/ask.ts'
import { PATIENCE } from '../../properties/runs.ts'
import { page } from '../take/page.ts'

vi.setConfig({ testTimeout: PATIENCE })

function firewall(...lines: string[]) {
  const p = page()
  p.ask({ type: 'open', lab: 'gateway', seed: 7 })
  for (const line of ['sysctl -w net.ipv4.ip_forward=1', ...lines]) p.type('gateway', line)
  return {
    ...p,
    would: (text: string, host = 'gateway') => {
      const a = p.use('ask', { host, text }) as AskAnswer | AskProblem
      if ('kind' in a) throw new Error(`${a.kind} ${a.word}`)
      return a
    },
  }
}

const RULES = [
  'iptables -P FORWARD DROP',
  'iptables -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT',
  'iptables -A FORWARD -p tcp --dport 80 -j ACCEPT',
  'iptables -A FORWARD -p tcp --dport 25 -j REJECT',
  'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j MASQUERADE',
  'iptables -A INPUT -p icmp -j DROP',
]

const brief = (a: AskAnswer) => {
  const { chain, what, rule } = a.decided ?? { chain: '', what: 'policy', rule: 0 }
  return [a.end, `${chain} ${what}${what === 'rule' ? ` ${rule}` : ''}`]
}

describe('would this packet pass, and which rule decides?', () => {
  const { would } = firewall(...RULES)

  test.each([
    ['tcp 192.168.0.2:40000 > 123.125.115.110:80', ['forwarded', 'FORWARD rule 2']],
    ['tcp 192.168.0.2 > 123.125.115.110:25', ['dropped', 'FORWARD rule 3']],
    ['udp 192.168.0.2:53 > 123.125.115.110:53', ['dropped', 'FORWARD policy']],
    ['icmp pc1 > gateway', ['dropped', 'INPUT rule 1']],
    ['tcp pc1 > gateway:22', ['delivered', 'INPUT policy']],
    ['tcp 100.100.100.100 > baidu.com:443', ['sent', 'OUTPUT policy']],
    [
      '192.168.0.2.40000 > 123.125.115.110.80: Flags [S], seq 1000, win 64240, length 0',
      ['forwarded', 'FORWARD rule 2'],
    ],
  ])('%s', (text, answer) => {
    expect(brief(would(text))).toEqual(answer)
  })

  test('it says how the packet leaves, and the trace has the translation', () => {
    const a = would('tcp 192.168.0.2:40000 > 123.125.115.110:80')
    expect(a.dev).toBe('eth0')
    expect(a.out).toBe('eth1')
    expect(a.asked).toMatch(/^192\.168\.0\.2\.40000 > 123\.125\.115\.110\.80: Flags \[S\]/)
    expect(a.left).toMatch(/^100\.100\.100\.100\.40000 > 123\.125\.115\.110\.80/)
    expect(a.trace.filter((e) => e.type === 'nat').length).toBe(1)
  })

  test('where no rule decides, the kernel says why', () => {
    const a = would('tcp 192.168.0.2 > 123.125.115.110:80 ttl 1')
    expect([a.end, a.decided]).toEqual(['dropped', null])
    expect(a.drop?.where).toContain('ip_forward')
    expect(would('tcp 192.168.0.2 > 123.125.115.110:80 in eth1').dev).toBe('eth1')
  })

  test('a packet of a connection that there is, is one of it', () => {
    const p = firewall(...RULES)
    p.type('pc1', 'curl -s http://baidu.com/')
    const entry = p.now().kernel.conntrack.entries[0]
    const port = entry.orig.sport
    const a = p.would(`tcp 192.168.0.2:${port} > 123.125.115.110:80 ack`)
    expect(a.trace.some((e) => e.type === 'station' && e.ct?.id === entry.id)).toBe(true)
  })

  test('nothing in the lab notices: no counter, no entry, no event, not in the middle of a way either', () => {
    const p = firewall(...RULES)
    p.ask({ type: 'exec', host: 'pc1', line: 'curl -s http://baidu.com/' })
    for (let n = 0; n < 8; n++) {
      p.ask({ type: 'advance', by: { kind: 'hook' } })
      const before = structuredClone(p.session.run().lab.state)
      const told = p.trace().length
      p.would('tcp pc2:1234 > baidu.com:80')
      expect(p.session.run().lab.state).toEqual(before)
      expect(p.trace().length).toBe(told)
    }
  })
})

test.each([
  ['', { kind: 'empty', word: '' }],
  ['gre 1.2.3.4 > 5.6.7.8', { kind: 'protocol', word: 'gre' }],
  ['constructor 1.2.3.4 > 5.6.7.8', { kind: 'protocol', word: 'constructor' }],
  ['tcp 1.2.3 > 5.6.7.8', { kind: 'address', word: '1.2.3' }],
  ['tcp toString > 5.6.7.8', { kind: 'address', word: 'toString' }],
  ['tcp 1.2.3.4', { kind: 'address', word: '' }],
  ['tcp 1.2.3.4:70000 > 5.6.7.8', { kind: 'port', word: '1.2.3.4:70000' }],
  ['icmp 1.2.3.4:7 > 5.6.7.8', { kind: 'port', word: '1.2.3.4:7' }],
  ['tcp 1.2.3.4 > 5.6.7.8 fast', { kind: 'word', word: 'fast' }],
  ['tcp 1.2.3.4 > 5.6.7.8 ttl 300', { kind: 'number', word: 'ttl 300' }],
  ['tcp 1.2.3.4 > 5.6.7.8 in eth9', { kind: 'device', word: 'eth9' }],
])('a question that makes no sense is told what is wrong with it: %s', (text, problem) => {
  const p = page()
  p.ask({ type: 'open', lab: 'gateway', seed: 7 })
  expect(p.use('ask', { host: 'gateway', text })).toEqual(problem)
})
