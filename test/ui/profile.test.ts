import { describe, expect, test } from 'vitest'
import type { Recorded } from '../../src/userspace/perf/data.ts'
import { flamesOf, functionsOf, idsBelow, linesOf, partOf, stepTo, without } from '../../src/ui/profile.ts'

const frames = (names: string): { fn: string; station: string }[] =>
  names.split(' ').map((name) => {
    const [fn, station = ''] = name.split('@')
    return { fn, station }
  })

const recorded: Recorded = {
  period: 'article',
  event: 'cpu-clock',
  cpus: 2,
  nsPerSample: 250_000,
  stacks: [
    {
      comm: 'nginx',
      frames: frames('ip_rcv nf_hook_slow ipv4_conntrack_in@PRE_ROUTING.conntrack'),
      samples: 40,
    },
    {
      comm: 'swapper',
      frames: frames('ip_rcv nf_hook_slow iptable_nat_ipv4_in@PRE_ROUTING.nat'),
      samples: 10,
    },
    { comm: 'swapper', frames: frames('do_idle native_safe_halt'), samples: 50 },
  ],
}

describe('a profile', () => {
  test('has each function once, with what it calls, whoever had the CPU', () => {
    const list = functionsOf(without(recorded, false))
    expect(list.map((n) => [n.fn, n.total, n.self])).toEqual([
      ['ip_rcv', 50, 0],
      ['nf_hook_slow', 50, 0],
      ['ipv4_conntrack_in', 40, 40],
      ['iptable_nat_ipv4_in', 10, 10],
    ])
    expect(list[1]?.children.map((n) => n.fn)).toEqual(['ipv4_conntrack_in', 'iptable_nat_ipv4_in'])
    expect(list[2]?.station).toBe('PRE_ROUTING.conntrack')
    expect(functionsOf(without(recorded, true)).some((n) => n.fn === 'do_idle')).toBe(true)
  })

  test('is searched by name and unfolded line by line', () => {
    const list = functionsOf(recorded)
    expect(linesOf(list, new Set(), 'HOOK').map((l) => l.id)).toEqual(['nf_hook_slow'])
    const hook = list.find((n) => n.fn === 'nf_hook_slow')
    if (!hook) throw new Error('no nf_hook_slow')
    expect(idsBelow(hook, hook.fn)).toEqual(['nf_hook_slow'])
    const lines = linesOf(list, new Set(['nf_hook_slow']), 'nf_hook_slow')
    expect(lines.map((l) => [l.id, l.depth, l.open])).toEqual([
      ['nf_hook_slow', 0, true],
      ['nf_hook_slow;ipv4_conntrack_in', 1, false],
      ['nf_hook_slow;iptable_nat_ipv4_in', 1, false],
    ])
  })

  test('as a flame graph: a box is as wide as its share, and lies below its caller', () => {
    const flames = flamesOf(recorded)
    const box = (id: string) => flames.find((f) => f.id === id)
    expect(flames.filter((f) => f.depth === 0).map((f) => [f.id, f.w])).toEqual([
      ['swapper', 0.6],
      ['nginx', 0.4],
    ])
    expect(box('nginx;ip_rcv;nf_hook_slow')).toMatchObject({ above: 'nginx;ip_rcv', w: 0.4, depth: 2 })
    expect(stepTo(flames, 'nginx;ip_rcv', 'ArrowUp')).toBe('nginx')
    expect(stepTo(flames, 'nginx', 'ArrowDown')).toBe('nginx;ip_rcv')
    expect(stepTo(flames, 'swapper', 'ArrowRight')).toBe('nginx')
    expect(stepTo(flames, 'swapper', 'ArrowLeft')).toBe('swapper')
    expect(flamesOf(recorded, 0.2).some((f) => f.w < 0.2)).toBe(false)
  })

  test.each([
    ['ipv4_conntrack_in', '', 'conntrack'],
    ['nf_nat_ipv4_out', '', 'nat'],
    ['ipt_do_table', 'FORWARD.filter', 'table'],
    ['ipt_do_table', 'PRE_ROUTING.nat', 'nat'],
    ['br_nf_pre_routing', '', 'bridge'],
    ['ip_rcv', '', 'other'],
  ])('%s (%s) is coloured as %s', (fn, station, part) => {
    expect(partOf(fn, station)).toBe(part)
  })
})
