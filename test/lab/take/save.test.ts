import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { toLink, fromLink, LINK_MAX } from '../../../src/lab/take/link.ts'
import { pack, unpack, fromBase64, toBase64 } from '../../../src/lab/take/pack.ts'
import type { Saved } from '../../../src/lab/take/index.ts'
import { checkSaved, parseSaved, type Problem } from '../../../src/lab/take/schema.ts'
import { PATIENCE } from '../../properties/runs.ts'
import { page } from './page.ts'

vi.setConfig({ testTimeout: PATIENCE })

function played() {
  const p = page()
  p.ask({ type: 'open', lab: 'gateway', seed: 7 })
  p.type('gateway', 'sysctl -w net.ipv4.ip_forward=1')
  p.type('gateway', 'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j MASQUERADE')
  p.ask({ type: 'advance', by: { kind: 'time', us: 1_234_567 } })
  p.type('pc1', 'curl -s http://baidu.com/')
  p.ask({ type: 'exec', host: 'pc2', line: 'ping -c 5 baidu.com' })
  p.ask({ type: 'advance', by: { kind: 'time', us: 2_000_000 } })
  p.ask({ type: 'interrupt', host: 'pc2' })
  p.ask({ type: 'advance', by: { kind: 'quiet', us: 1_000_000 } })
  return p
}

describe('a lab that is taken away and opened elsewhere', () => {
  for (const form of ['json', 'link'] as const)
    test(`as ${form === 'json' ? 'a file' : 'a link'} is the same, event by event`, () => {
      const here = played()
      const saved = here.use('save', 'history') as Saved
      const there = page()
      expect(there.use('load', saved[form])).toEqual([])
      expect(there.now()).toEqual({ ...here.now() })
      expect(there.trace()).toEqual(here.trace())
      expect(there.use('save', 'history')).toEqual(saved)
    })

  test('shows the moment that was looked at, and the rest of its history is there', () => {
    const here = played()
    here.ask({ type: 'seek', position: 100 })
    const there = page()
    there.use('load', (here.use('save', 'history') as Saved).link)
    expect(there.now().position).toBe(100)
    expect(there.now().time).toBe(here.now().time)
    expect(there.now().end).toBe(here.now().end)
  })

  test('remembers what was run before its first position, and its period', () => {
    const here = page()
    const commands = [{ on: 'gateway', line: 'iptables -P FORWARD DROP' }]
    here.ask({ type: 'open', lab: 'gateway', seed: 3, commands, period: 'article' })
    here.type('pc1', 'ping -c 1 baidu.com')
    const there = page()
    there.use('load', (here.use('save', 'history') as Saved).json)
    expect(there.now()).toEqual(here.now())
  })

  test('as it stands: the same rules and settings, and no history', () => {
    const here = played()
    here.type('gateway', 'sysctl -w net.netfilter.nf_conntrack_max=5')
    here.type('gateway', 'iptables -A FORWARD -p tcp --dport 23 -j REJECT')
    here.type('gateway', 'ipset create bad hash:ip comment; ipset add bad 9.9.9.9 comment "x y"')
    here.type('gateway', 'iptables -A FORWARD -m set --match-set bad src -j DROP')
    const there = page()
    expect(there.use('load', (here.use('save', 'state') as Saved).link)).toEqual([])
    const bare = (p: ReturnType<typeof page>) =>
      p.now().kernel.tables.map((t) => t.chains.map((c) => c.rules.map((r) => r.text)))
    expect(bare(there).flat(2).sort()).toEqual(bare(here).flat(2).sort())
    const settings = (p: ReturnType<typeof page>) => ({
      ...p.now().kernel.sysctl,
      'net.netfilter.nf_conntrack_count': 0,
    })
    expect(settings(there)).toEqual(settings(here))
    expect(there.use('sets', 'gateway')).toBe(here.use('sets', 'gateway'))
    expect(there.use('sets', 'gateway')).toContain('add bad 9.9.9.9 comment "x y"\n')
    expect(there.use('sets', 'pc1')).toBe('')
    expect(there.now().position).toBe(0)
  })

  test('the container of the article is as it was, with a load on its way', () => {
    const here = page()
    here.ask({ type: 'open', lab: 'docker', seed: 1 })
    here.type('vm1', 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat')
    here.type('vm2', 'ab -c 5 -n 50 http://192.168.0.30:8080/')
    const there = page()
    expect(there.use('load', (here.use('save', 'history') as Saved).link)).toEqual([])
    expect(there.now()).toEqual(here.now())
  })
})

describe('a link', () => {
  test('of a lab with thirty rules has at most 2,000 letters, with a good deal of history too', () => {
    const p = page()
    p.ask({ type: 'open', lab: 'gateway', seed: 4294967295 })
    p.type('gateway', 'sysctl -w net.ipv4.ip_forward=1')
    for (let i = 0; i < 30; i++) {
      const from = `10.${(i * 57) % 256}.${(i * 131) % 256}.0/24`
      const target = ['ACCEPT', 'DROP', 'REJECT --reject-with tcp-reset', `LOG --log-prefix "r${i * 17} "`][
        i % 4
      ]
      p.ask({ type: 'advance', by: { kind: 'time', us: 777_777 + i * 91_331 } })
      p.type(
        'gateway',
        `iptables -A FORWARD -s ${from} -p tcp --dport ${1000 + ((i * 7919) % 60000)} -m comment --comment "rule ${i}" -j ${target}`,
      )
    }
    for (let i = 0; i < 20; i++) p.type(`pc${1 + (i % 3)}`, `curl -s http://baidu.com/${i * 31}`)
    const { link } = p.use('save', 'history') as Saved
    expect(link.length).toBeLessThan(LINK_MAX)
    expect((p.use('save', 'state') as Saved).link.length).toBeLessThan(LINK_MAX)
  })

  test('holds any text, and gives it back', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }).map((s) => s.replaceAll('\0', '')),
        (s) => {
          expect(unpack(fromBase64(toBase64(pack(s))) ?? [])).toBe(s)
        },
      ),
      { numRuns: 15 },
    )
  })

  test('of today can be read for ever: the primer and the guesser stay as they are', () => {
    expect(fromLink(KEPT).saved).toEqual(KEPT_LAB)
    expect(toLink(KEPT_LAB)).toBe(KEPT)
  })

  test.each(['', 'AAAA', 'x'.repeat(9000), '%%%', 'constructor', KEPT.slice(0, 20), `${KEPT.slice(5)}`])(
    'that is not ours is refused: %s',
    (text) => {
      const { saved, problems } = fromLink(text)
      expect(saved).toBeNull()
      expect(problems.length).toBeGreaterThan(0)
    },
  )
})

const KEPT_LAB = {
  netfilterLab: 1 as const,
  lab: 'gateway',
  seed: 1,
  inputs: [{ on: 'pc1', line: 'ping -c 1 baidu.com', steps: 3 }],
  end: { steps: 120, wait: 31_000 },
}
const KEPT = 'Q9RSqlEMHk3oR-2buJuW71mvQg4'

describe('what is wrong with a file is named', () => {
  const good = { netfilterLab: 1, lab: 'gateway', seed: 1, inputs: [], end: {} }
  const host = {
    name: 'a',
    role: 'client',
    memory: 1,
    devs: [{ name: 'eth0', addrs: [] }],
    routes: [],
    http: [],
  }
  const own = { name: 'own', hosts: [host], links: [], names: {} }
  const cases: [string, unknown, Problem][] = [
    ['no object', 5, { kind: 'not-ours', field: '' }],
    ['an object of others', { hello: 1 }, { kind: 'not-ours', field: '' }],
    ['a later version', { ...good, netfilterLab: 2 }, { kind: 'version', field: '2' }],
    ['an unknown field', { ...good, sneed: 1 }, { kind: 'unknown-field', field: 'sneed' }],
    ['one within', { ...good, end: { x: 1 } }, { kind: 'unknown-field', field: 'end.x' }],
    ['a missing one', { ...good, seed: undefined }, { kind: 'bad-value', field: 'seed' }],
    [
      'no inputs',
      { netfilterLab: 1, lab: 'gateway', seed: 1, end: {} },
      { kind: 'missing', field: 'inputs' },
    ],
    ['a seed that is none', { ...good, seed: -1 }, { kind: 'bad-value', field: 'seed' }],
    [
      'a line that is a number',
      { ...good, inputs: [{ on: 'pc1', line: 5 }] },
      { kind: 'bad-value', field: 'inputs.0.line' },
    ],
    [
      'a host of a lab with an unknown field',
      { ...good, lab: { ...own, hosts: [{ ...host, evil: true }] } },
      { kind: 'unknown-field', field: 'lab.hosts.0.evil' },
    ],
    [
      'a link to nowhere',
      { ...good, lab: { ...own, links: [{ ends: ['a:eth0', 'b:eth0'], delay: 0 }] } },
      { kind: 'bad-name', field: 'lab: b:eth0' },
    ],
    [
      'an address that is none',
      { ...good, lab: { ...own, hosts: [{ ...host, devs: [{ name: 'eth0', addrs: ['1.2.3.4.5'] }] }] } },
      { kind: 'bad-value', field: 'lab.hosts.0.devs.0.addrs.0' },
    ],
  ]
  test.each(cases)('%s', (_, value, problem) => {
    expect(checkSaved(value).problems).toContainEqual(problem)
  })

  test('a text that is no JSON', () => {
    expect(parseSaved('{"netfilterLab":1,').problems).toEqual([{ kind: 'not-ours', field: '' }])
  })

  test.each([
    ['a lab that there is not', { ...good, lab: 'nowhere' }, 'lab: nowhere'],
    ['one of the prototype', { ...good, lab: 'constructor' }, 'lab: constructor'],
    ['a host that there is not', { ...good, inputs: [{ on: 'nobody', line: 'ls' }] }, 'nobody'],
  ])('%s', (_, value, field) => {
    const p = page()
    expect(p.use('load', JSON.stringify(value))).toEqual([{ kind: 'bad-name', field }])
  })
})
