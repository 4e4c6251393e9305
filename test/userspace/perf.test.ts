import { describe, expect, test } from 'vitest'
import type { PeriodName } from '../../src/kernel/period.ts'
import { keyOf, spotOf } from '../../src/kernel/profile.ts'
import { road, stationMeta } from '../../src/kernel/road.ts'
import { WORKS } from '../../src/kernel/work.ts'
import { bootLab } from '../../src/lab/lab.ts'
import { labs } from '../../src/lab/labs/index.ts'
import { readData, writeData, type Recorded } from '../../src/userspace/perf/data.ts'
import { reportText } from '../../src/userspace/perf/report.ts'
import { stackOf } from '../../src/userspace/perf/stacks.ts'
import { rowsOf, samplesOf, treeOf } from '../../src/userspace/perf/tree.ts'

/** A thousand requests through NAT, recorded on VM1; and how a line is typed there. */
function recorded(period: PeriodName): { type: (line: string) => string; data: Recorded; busy: number } {
  const spec = labs['docker']
  if (!spec) throw new Error('no docker lab')
  let said = ''
  const lab = bootLab({ ...spec, period }, 1, {
    event: () => undefined,
    output: (_host, _n, stream, text) => {
      if (stream !== 'prompt') said += text
    },
  })
  const [vm1, vm2] = [lab.hostIndex('vm1'), lab.hostIndex('vm2')]
  const type = (line: string): string => {
    said = ''
    lab.exec(vm1, line)
    lab.runUntil(lab.state.now)
    return said
  }
  type('docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat')
  type('sysctl -w net.netfilter.nf_conntrack_max=131072')
  const before = lab.state.cpus.filter((c) => c.pool === 1).reduce((n, c) => n + c.busy, 0)
  type('perf record -a -g -- sleep 2')
  lab.exec(vm2, 'ab -c 50 -n 1000 -q http://192.168.0.30:8080/')
  said = ''
  lab.runUntil(lab.state.now + 3e6)
  expect(said).toMatch(
    /^\[ perf record: Woken up \d+ times to write data \]\n\[ perf record: Captured and wrote \d+\.\d{3} MB perf\.data \(1[56]\d{3} samples\) \]$/m,
  )
  const busy = lab.state.cpus.filter((c) => c.pool === 1).reduce((n, c) => n + c.busy, 0) - before
  const data = readData(type('cat perf.data'))
  if (data === null) throw new Error('no data')
  return { type, data, busy }
}

const below = (data: Recorded, fn: string): string[] => {
  const names = new Set<string>()
  for (const { frames } of data.stacks)
    frames.forEach((f, i) => {
      if (f.fn === fn && i + 1 < frames.length) names.add(frames[i + 1].fn)
    })
  return [...names].sort()
}

describe('perf', () => {
  test("of nf_hook_slow's callees the article's kernel shows the three that the article names", () => {
    const { data, type, busy } = recorded('article')
    for (const fn of ['br_nf_pre_routing', 'ipv4_conntrack_in', 'iptable_nat_ipv4_in'])
      expect(below(data, 'nf_hook_slow')).toContain(fn)
    const graph = type('perf report --stdio -g graph,0 -S nf_hook_slow')
    expect(graph).toMatch(/^# Children {6}Self {2}Command {2}Shared Object/m)
    expect(graph).toMatch(/^ {15}\|--\d\.\d\d%--ipv4_conntrack_in\n {15}\| {10}nf_conntrack_in$/m)
    // What is not idle is what the CPUs were busy with.
    const idle = data.stacks.find((s) => s.frames.some((f) => f.fn === 'do_idle'))?.samples ?? 0
    expect((samplesOf(data) - idle) * data.nsPerSample).toBeGreaterThan(busy * 0.97)
    expect((samplesOf(data) - idle) * data.nsPerSample).toBeLessThan(busy * 1.03)
  })

  test("today's names are in today's kernel, and a station stands behind each of them", () => {
    const { data, type } = recorded('modern')
    const names = below(data, 'nf_hook_slow')
    for (const fn of ['nf_conntrack_in', 'nf_nat_ipv4_pre_routing', 'nf_confirm', 'ipt_do_table'])
      expect(names).toContain(fn)
    expect(names).not.toContain('iptable_nat_ipv4_in')
    expect(below(data, 'br_handle_frame')).toContain('br_nf_pre_routing')
    const frames = data.stacks.flatMap((s) => s.frames)
    expect(frames.find((f) => f.fn === '__nf_conntrack_confirm')?.station).toBe('POST_ROUTING.confirm')
    const screen = type('perf report -g graph,0')
    expect(screen).toMatch(
      /^Samples: 1[56]K of event 'cpu-clock:ppp', Event count \(approx\.\): \d+\n {2}Children {6}Self {2}Command/,
    )
    expect(type('perf report --stdio -g none --no-children | grep -c "%"')).toBe(
      `${rowsOf(data, false).filter((r) => r.self > 0).length}\n`,
    )
  })

  test('a spot is one number, and each piece of work has a stack at each station in both periods', () => {
    for (let work = 0; work < WORKS; work++)
      for (const [station, meta] of [...stationMeta.entries(), [-1, null] as const]) {
        if (meta?.kind === 'end' || (station >= 0 && road.states[station] === 'start')) continue
        for (const flags of [0, 1, 2, 4])
          for (const entry of [1, 2, 3, 4 + 16, 4 + 23]) {
            const spot = { comm: 2, entry, station, flags, work }
            expect(spotOf(keyOf(spot))).toEqual(spot)
            const frames = stackOf(spot, work % 2 === 0 ? 'modern' : 'article')
            if (station !== road.state['route_in'] && station !== road.state['route_out'])
              expect(frames.length).toBeGreaterThan(1)
          }
      }
  })

  test('what is written is read again', () => {
    const { data } = recorded('article')
    expect(readData(writeData(data))).toEqual(data)
    expect(treeOf(data).reduce((n, t) => n + t.total, 0)).toBe(samplesOf(data))
  })

  test('a graph is drawn as perf draws it', () => {
    const frames = (names: string) => names.split(' ').map((fn) => ({ fn, station: '' }))
    const data: Recorded = {
      period: 'modern',
      event: 'cpu-clock:ppp',
      cpus: 1,
      nsPerSample: 250000,
      stacks: [
        { comm: 'ab', frames: frames('a b c'), samples: 50 },
        { comm: 'ab', frames: frames('a b d e'), samples: 30 },
        { comm: 'ab', frames: frames('a b'), samples: 20 },
      ],
    }
    const text = reportText(data, {
      children: true,
      graph: true,
      minimum: 0,
      symbols: ['b'],
      comms: null,
      sort: ['comm', 'dso', 'sym'],
    })
    expect(
      text
        .split('\n')
        .slice(11, 28)
        .map((l) => l.trimEnd()),
    ).toEqual([
      '   100.00%    20.00%  ab       [kernel.kallsyms]  [k] b',
      '            |',
      '            |--80.00%--b',
      '            |          |',
      '            |          |--50.00%--c',
      '            |          |',
      '            |           --30.00%--d',
      '            |                     e',
      '            |',
      '             --20.00%--a',
      '                       b',
      '',
      '',
      '',
      '',
    ])
  })

  test.each([
    ['perf foo', "perf: 'foo' is not a perf-command. See 'perf --help'.\n"],
    ['perf report', "failed to open perf.data: No such file or directory  (try 'perf record' first)\n"],
    ['perf report --foo', "  Error: unknown option `foo'\n\n Usage: perf report [<options>]\n"],
    ['echo x > perf.data; perf report', 'incompatible file format (rerun with -v to learn more)\n'],
  ])('%s says what perf says', (line, shown) => {
    const spec = labs['docker']
    if (!spec) throw new Error('no docker lab')
    const lab = bootLab(spec, 1)
    const host = lab.hostIndex('vm1')
    const result = lab.result(host, lab.execCaptured(host, line))
    expect(result === 'running' ? '' : result.stderr + result.stdout).toBe(shown)
  })
})
