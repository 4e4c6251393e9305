/** What devices count, as `ip -s link` told it on a Linux 6.18: a ping of ten bytes, 38 bytes with its headers. */
import { expect, test } from 'vitest'
import { bootLab, type Lab } from '../../src/lab/lab.ts'

function host(): { lab: Lab; sh: (name: string, line: string) => string } {
  const lab = bootLab(
    {
      name: 'counts',
      hosts: [
        {
          name: 'h',
          role: 'gateway',
          memory: 2 ** 30,
          devs: [{ name: 'v0', addrs: [] }],
          routes: [],
          http: [],
          init: [
            'ip link add br0 type bridge',
            'ip link set v0 master br0',
            'ip link set br0 up',
            'ip addr add 172.17.0.1/16 dev br0',
          ],
        },
        {
          name: 'a',
          role: 'client',
          memory: 2 ** 30,
          devs: [{ name: 'e0', addrs: ['172.17.0.2/16'] }],
          routes: [],
          http: [],
        },
      ],
      links: [{ ends: ['a:e0', 'h:v0'], delay: 50 }],
      names: {},
    },
    1,
    { event: () => undefined, output: () => undefined },
  )
  const sh = (name: string, line: string): string => {
    const at = lab.hostIndex(name)
    const job = lab.execCaptured(at, line)
    lab.runUntil(lab.state.now + 2_000_000)
    const result = lab.result(at, job)
    if (result === 'running') throw new Error(line)
    return result.stdout
  }
  return { lab, sh }
}

/** Bytes and packets in, bytes and packets out. */
function counts(listing: string): number[] {
  const rows = [...listing.matchAll(/[RT]X:.*\n\s+(\d+)\s+(\d+)/g)]
  return rows.flatMap(([, bytes, packets]) => [Number(bytes), Number(packets)])
}

test('a card counts the frame, a bridge without its header what it gets and with it what it sends', () => {
  const { sh } = host()
  sh('a', 'ping -c 1 -W 1 -s 10 172.17.0.1')
  expect(counts(sh('a', 'ip -s link show e0'))).toEqual([52, 1, 52, 1])
  expect(counts(sh('h', 'ip -s link show v0'))).toEqual([52, 1, 52, 1])
  expect(counts(sh('h', 'ip -s link show br0'))).toEqual([38, 1, 52, 1])
})

test('lo counts what goes out and what comes back, without a header', () => {
  const { sh } = host()
  sh('h', 'ping -c 1 -W 1 -s 10 127.0.0.1')
  expect(counts(sh('h', 'ip -s link show lo'))).toEqual([76, 2, 76, 2])
})

test('a bridge whose card gets another address, as of a new port, forgets whom it knew', () => {
  const { sh } = host()
  sh('h', 'ip neigh add 172.17.0.9 lladdr 02:99:00:00:00:09 dev br0')
  sh('h', 'ip link add br1 type bridge; ip link set v0 type bridge_slave hairpin on')
  expect(sh('h', 'ip neigh show dev br0')).toContain('172.17.0.9')
  sh('h', 'ip link set v0 address 02:00:00:00:00:05')
  expect(sh('h', 'ip link show br0')).toContain('link/ether 02:00:00:00:00:05')
  expect(sh('h', 'ip neigh show dev br0')).toBe('')
  sh('h', 'ip neigh add 172.17.0.9 lladdr 02:99:00:00:00:09 dev br0')
  sh('h', 'ip link set br0 address 02:00:00:00:00:07; ip link set v0 address 02:00:00:00:00:03')
  expect(sh('h', 'ip link show br0')).toContain('link/ether 02:00:00:00:00:07')
  sh('h', 'ip link set v0 nomaster')
  expect(sh('h', 'ip link show br0')).toContain('link/ether 02:00:00:00:00:07')
})
