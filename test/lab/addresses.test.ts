/** What the other hosts of a link notice when addresses come, go and move. */
import { expect, test } from 'vitest'
import { bootLab } from '../../src/lab/boot.ts'
import { labs } from '../../src/lab/labs/index.ts'
import '../../src/userspace/index.ts'

function lab() {
  const spec = labs['gateway']
  if (!spec) throw new Error('no gateway lab')
  const bench = bootLab(spec, 1)
  const type = (host: string, line: string): number => {
    const job = bench.execCaptured(bench.hostIndex(host), line)
    for (let n = 0; n < 10_000; n++) {
      const result = bench.result(bench.hostIndex(host), job)
      if (result !== 'running') return result.status
      bench.step()
    }
    throw new Error(`${line} does not end`)
  }
  return { type, reaches: (host: string, address: string) => type(host, `ping -c 1 -W 1 ${address}`) === 0 }
}

test('a new address is found by every host of the link', () => {
  const { type, reaches } = lab()
  expect(reaches('gateway', '192.168.0.50')).toBe(false)
  expect(type('pc1', 'ip addr add 192.168.0.50/24 dev eth0')).toBe(0)
  for (const host of ['gateway', 'pc2', 'pc3']) expect(reaches(host, '192.168.0.50'), host).toBe(true)
})

test('an address that moves to another host is found there by those who knew it at the first one', () => {
  const { type, reaches } = lab()
  type('pc1', 'ip addr add 192.168.0.50/24 dev eth0')
  for (const host of ['gateway', 'pc3']) expect(reaches(host, '192.168.0.50'), host).toBe(true)
  type('pc1', 'ip addr del 192.168.0.50/24 dev eth0')
  for (const host of ['gateway', 'pc3']) expect(reaches(host, '192.168.0.50'), host).toBe(false)
  type('pc2', 'ip addr add 192.168.0.50/24 dev eth0')
  for (const host of ['gateway', 'pc3', 'pc1']) expect(reaches(host, '192.168.0.50'), host).toBe(true)
})

test('an address whose host goes down is taken over by one that has it too', () => {
  const { type, reaches } = lab()
  expect(reaches('gateway', '192.168.0.2')).toBe(true)
  type('pc1', 'ip link set eth0 down')
  expect(reaches('gateway', '192.168.0.2')).toBe(false)
  type('pc2', 'ip addr add 192.168.0.2/24 dev eth0')
  expect(reaches('gateway', '192.168.0.2')).toBe(true)
})

test('an entry for a card that is not on the link is left as it was written', () => {
  const { type, reaches } = lab()
  type('gateway', 'ip neigh add 192.168.0.60 lladdr 02:00:00:00:00:77 dev eth0 nud permanent')
  type('pc2', 'ip addr add 192.168.0.61/24 dev eth0')
  expect(reaches('gateway', '192.168.0.60')).toBe(false)
  expect(reaches('gateway', '192.168.0.61')).toBe(true)
})
