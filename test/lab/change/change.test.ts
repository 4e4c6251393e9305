/** A lab gets a host, a link, a service more, and keeps its rules. */
import { expect, test } from 'vitest'
import { page } from '../take/page.ts'
import type { Change, ChangeProblem } from '../../../src/lab/change/change.ts'

function open(lab: string) {
  const p = page()
  p.ask({ type: 'open', lab, seed: 1 })
  const change = (c: Change): ChangeProblem | null => p.use('change', c) as ChangeProblem | null
  const says = (host: string, line: string): string => {
    const answer = p.session.answer({ id: 1, request: { type: 'check', host, line } })
    return answer.type === 'checked' ? answer.stdout : answer.type
  }
  return { ...p, change, says }
}

const HOST: Change = { kind: 'host', name: 'new', role: 'client', beside: 'gateway:eth0', address: '' }

test('a new host finds a free address and the way out, and its neighbours find it; the rules stay', () => {
  const p = open('pool')
  p.type('gateway', 'iptables -A FORWARD -s 9.9.9.9 -j DROP')
  p.type('gateway', 'sysctl -w net.netfilter.nf_conntrack_max=77')
  expect(p.change(HOST)).toBe(null)
  expect(p.now()).toMatchObject({ lab: 'own', end: 0 })
  expect(p.now().hosts.find((h) => h.name === 'new')?.devs[0].addrs).toEqual(['192.168.0.6/24'])
  expect(p.says('new', 'curl -s http://baidu.com/')).toContain('<h1>baidu</h1>')
  expect(p.says('pc1', 'curl -s http://new/')).toContain('<h1>new</h1>')
  const rules = p.says('gateway', 'iptables-save')
  expect(rules).toContain('-s 9.9.9.9/32 -j DROP')
  expect(rules.match(/SNAT/g)).toHaveLength(1)
  expect(p.says('gateway', 'sysctl -n net.netfilter.nf_conntrack_max')).toBe('77\n')
})

test('addresses and routes that were typed stay, and nobody gets an address that somebody has', () => {
  const p = open('pool')
  p.type('gateway', 'ip addr add 192.168.0.6/24 dev eth0')
  p.type('gateway', 'ip route add 10.9.0.0/16 via 192.168.0.3')
  p.type('pc2', 'ip link set eth0 down')
  p.type('gateway', 'ip route show; ip addr add 10.1.1.1/24 dev eth0')
  expect(p.change({ ...HOST, address: '192.168.0.6/24' })).toEqual({ field: 'address' })
  expect(p.change(HOST)).toBe(null)
  expect(p.now().hosts.find((h) => h.name === 'new')?.devs[0].addrs).toEqual(['192.168.0.7/24'])
  expect(p.change({ kind: 'service', host: 'pc1', port: 8888 })).toBe(null)
  expect(p.says('gateway', 'ip route')).toContain('10.9.0.0/16 via 192.168.0.3 dev eth0')
  expect(p.says('gateway', 'ip addr')).toContain('inet 192.168.0.6/24')
  expect(p.says('pc2', 'ip link show dev eth0')).toContain('state DOWN')
  expect(p.says('gateway', 'ip addr')).not.toContain('10.1.1.1')
})

test('two hosts that had no link have one', () => {
  const p = open('dmz')
  expect(p.change({ kind: 'link', a: 'pc', b: 'web', prefix: '10.5.0.0/24' })).toBe(null)
  expect(p.says('pc', 'ping -q -c 1 10.5.0.2')).toContain('1 received')
  expect(p.now().links).toHaveLength(4)
})

test('a host answers on one more port', () => {
  const p = open('dmz')
  expect(p.change({ kind: 'service', host: 'web', port: 8888 })).toBe(null)
  expect(p.says('pc', 'curl -s http://web:8888/')).toContain('<h1>web</h1>')
})

test.each<[Change, ChangeProblem['field']]>([
  [{ ...HOST, name: 'pc1' }, 'name'],
  [{ ...HOST, name: 'a b' }, 'name'],
  [{ ...HOST, beside: 'gateway:eth9' }, 'beside'],
  [{ ...HOST, address: '192.168.0.2/24' }, 'address'],
  [{ ...HOST, address: '192.168.0.77' }, 'address'],
  [{ kind: 'link', a: 'pc1', b: 'pc1', prefix: '10.5.0.0/24' }, 'host'],
  [{ kind: 'link', a: 'pc1', b: 'baidu', prefix: 'here' }, 'prefix'],
  [{ kind: 'link', a: 'pc1', b: 'baidu', prefix: '192.168.0.0/24' }, 'prefix'],
  [{ kind: 'service', host: 'pc1', port: 0 }, 'port'],
  [{ kind: 'service', host: 'nobody', port: 80 }, 'host'],
])('%j cannot be done, and the lab stays: %s', (change, field) => {
  const p = open('pool')
  expect(p.change(change)).toEqual({ field })
  expect(p.now().lab).toBe('pool')
})
