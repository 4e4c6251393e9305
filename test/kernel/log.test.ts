/** The kernel's log, and how many lines of the network it takes. Linux: lib/ratelimit.c ___ratelimit */
import { describe, expect, test } from 'vitest'
import type { Kernel } from '../../src/kernel/kernel.ts'
import { net_ratelimit, net_warn_ratelimited, printk } from '../../src/kernel/log.ts'
import { gateway } from '../kit.ts'

const lines = (k: Kernel): string[] => k.machine.log.map((l) => l.text)
/** How many of so many lines at once get in. */
const taken = (k: Kernel, tries: number): number =>
  Array.from({ length: tries }, () => net_ratelimit(k)).filter(Boolean).length

describe('lines of the network', () => {
  test('are ten in five seconds, counted from the first; the next window tells how many were left out', () => {
    const gw = gateway()
    gw.wait(7)
    for (let i = 0; i < 13; i++) net_warn_ratelimited(gw.k, `line ${i}`)
    expect(lines(gw.k).slice(-2)).toEqual(['line 8', 'line 9'])
    gw.wait(5)
    net_warn_ratelimited(gw.k, 'at five seconds it is the same window')
    expect(lines(gw.k).at(-1)).toBe('line 9')
    gw.wait(0.000001)
    net_warn_ratelimited(gw.k, 'beyond')
    expect(lines(gw.k).slice(-2)).toEqual(['net_ratelimit: 4 callbacks suppressed', 'beyond'])
    expect(taken(gw.k, 20)).toBe(9)
  })

  test('where none was left out nothing is told of it', () => {
    const gw = gateway()
    net_warn_ratelimited(gw.k, 'one')
    gw.wait(9)
    net_warn_ratelimited(gw.k, 'two')
    expect(lines(gw.k).slice(-2)).toEqual(['one', 'two'])
  })

  test('are as many as net.core.message_burst says in as long as net.core.message_cost says', () => {
    const gw = gateway('sysctl -w net.core.message_burst=3', 'sysctl -w net.core.message_cost=2')
    expect(taken(gw.k, 10)).toBe(3)
    gw.wait(2.1)
    expect(taken(gw.k, 10)).toBe(3)
  })

  test('are not counted with net.core.message_cost=0', () => {
    expect(taken(gateway('sysctl -w net.core.message_cost=0').k, 100)).toBe(100)
  })
})

test('the log keeps its last lines', () => {
  const { k } = gateway()
  for (let i = 0; i < 2001; i++) printk(k, `line ${i}`)
  expect(lines(k)).toHaveLength(2000)
  expect(lines(k)[0]).toBe('line 1')
})

/** As 6.18 has written it; a recording has no room for a line that names no protocol. */
test('of a later fragment of AH a line does not even say that it is AH', () => {
  const gw = gateway('iptables -t raw -A PREROUTING -j LOG')
  gw.rx('lan', '192.168.0.2.1 > 8.8.8.8.1: UDP, length 8', { protocol: 51, frag: 2, id: 81 })
  expect(lines(gw.k).at(-1)).toMatch(/DST=8\.8\.8\.8 LEN=36 TOS=0x00 PREC=0x00 TTL=64 ID=81 FRAG:2 $/)
})
