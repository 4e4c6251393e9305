import { describe, expect, test } from 'vitest'
import { parseScenario, type Scenario, type ScenarioStep } from '../../src/lab/replay/scenario.ts'
import { setCollectedAside } from './collector.ts'
import { differences, printDifference } from './compare.ts'
import { isDrawn } from './drawn.ts'
import { makeScenario, packetsOf, PACKETS } from './generate/scenario.ts'
import { keepSteps, shrink } from './shrink.ts'
import { simulate } from './simulator.ts'

const ping = (id: number | string): ScenarioStep => ({
  inject: { proto: 'icmp', from: 'client', src: '192.168.0.2', dst: '192.168.0.1', type: 8, icmp_id: id },
})

function scenario(steps: ScenarioStep[], setup: string[] = []): Scenario {
  const json = {
    name: 'small',
    dut: 'gw',
    hosts: {
      gw: { ifaces: { eth0: { addr: ['192.168.0.1/24'] } } },
      client: { ifaces: { eth0: { addr: ['192.168.0.2/24'] } } },
    },
    links: [['client:eth0', 'gw:eth0']],
    setup,
    steps,
  }
  return parseScenario(JSON.stringify(json))
}

describe('random scenarios', () => {
  test('a seed and a number name one scenario', () => {
    expect(makeScenario(7, 3)).toEqual(makeScenario(7, 3))
    expect(makeScenario(7, 3)).not.toEqual(makeScenario(7, 4))
    expect(makeScenario(8, 3)).not.toEqual(makeScenario(7, 3))
  })

  test('each sends its packets, and a file can hold it', { timeout: 60_000 }, () => {
    for (let n = 0; n < 5; n++) {
      const sc = makeScenario(1, n)
      expect(packetsOf(sc)).toBeGreaterThanOrEqual(PACKETS)
      const read = parseScenario(JSON.stringify(sc))
      expect(simulate(read).recording).toEqual(simulate(sc).recording)
    }
  })
})

describe('a number that differs is drawn', () => {
  const recording = (ack: number | string) => ({ steps: [{ packets: [{ wire: [{ ack, ttl: 63 }] }] }] })
  const [ack] = differences(recording(7), recording(8))
  const [ttl] = differences(recording(7), { steps: [{ packets: [{ wire: [{ ack: 7, ttl: 62 }] }] }] })

  test('where another draw has another one in its place', () => {
    expect(isDrawn(ack, [recording(8), recording(9)])).toBe(true)
    expect(isDrawn(ack, [recording(8)])).toBe(false)
    expect(isDrawn(ack, [recording('ISN+1')])).toBe(false)
    expect(isDrawn(ack, [{ steps: [] }])).toBe(false)
  })

  test('and is a sequence number on both sides', () => {
    expect(isDrawn(ttl, [{ steps: [{ packets: [{ wire: [{ ack: 7, ttl: 61 }] }] }] }])).toBe(false)
    const [gone] = differences(recording(7), { steps: [{ packets: [{ wire: [] }] }] })
    expect(isDrawn(gone, [recording(9)])).toBe(false)
  })
})

describe('what differs', () => {
  test('nothing between equals, whatever the order of keys', () => {
    expect(differences({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 })).toEqual([])
  })

  test('it is told with its path and its step', () => {
    const kernel = { steps: [{ n: 1 }, { n: 2, verdict: 'dropped' }] }
    const simulator = { steps: [{ n: 1 }, { n: 2, verdict: 'forwarded' }] }
    const [found] = differences(kernel, simulator)
    expect(found).toEqual({
      step: 2,
      path: 'steps.1.verdict',
      kernel: 'dropped',
      simulator: 'forwarded',
    })
    expect(printDifference(found)).toContain('kernel:    "dropped"')
  })

  test('of lists of different lengths the first entry that differs is told, not all behind it', () => {
    expect(differences([1, 2, 3], [2, 3]).map((d) => d.path)).toEqual(['0'])
    expect(differences([1, 2], [1, 2, 3])).toEqual([{ step: 0, path: '2', kernel: undefined, simulator: 3 }])
  })
})

describe('the collector', () => {
  const gone = { ev: 'DESTROY', proto: 'udp', orig: 'a', reply: 'b', flags: [] }

  test('removes a dead entry when it comes by, which no scenario decides', () => {
    const kernel = { steps: [{ n: 1, ct_events: [gone] }, { n: 2 }] }
    const simulator = { steps: [{ n: 1 }, { n: 2, ct_events: [gone] }] }
    const dead = [['a'], ['a']]
    const set = setCollectedAside(kernel, simulator, dead)
    expect(set.aside).toBe(2)
    expect(differences(set.kernel, set.simulator)).toEqual([])
  })

  test('but not one that lives', () => {
    const kernel = { steps: [{ n: 1, ct_events: [gone] }] }
    const simulator = { steps: [{ n: 1 }] }
    const set = setCollectedAside(kernel, simulator, [[]])
    expect(set.aside).toBe(0)
    expect(differences(set.kernel, set.simulator)).toHaveLength(1)
  })
})

describe('shrinking', () => {
  test('steps that refer to a step that goes, go too; others are numbered anew', () => {
    const sc = scenario([ping(1), ping(2), ping('@2.icmp_id'), ping('@1.icmp_id')])
    const kept = keepSteps(sc, (i) => i !== 0)
    expect(kept.steps.map((s) => s.inject?.icmp_id)).toEqual([2, '@1.icmp_id'])
  })

  test('what is left is what shows it', async () => {
    const noise = Array.from({ length: 9 }, (_, i) => ping(i))
    const sc = scenario([...noise, ping(77), ...noise], ['sysctl -w a=1', 'sysctl -w b=1', 'sysctl -w c=1'])
    const shows = (c: Scenario): Promise<boolean> =>
      Promise.resolve(c.setup.includes('sysctl -w b=1') && c.steps.some((s) => s.inject?.icmp_id === 77))
    const small = await shrink(sc, shows, 4, 400)
    expect(small.setup).toEqual(['sysctl -w b=1'])
    expect(small.steps).toEqual([ping(77)])
  })

  test('conditions of rules that do not matter go', async () => {
    const rule = 'iptables -A INPUT -p icmp -m length --length 84 -s 192.168.0.2 -j DROP'
    const shows = (c: Scenario): Promise<boolean> =>
      Promise.resolve(c.setup.some((l) => l.includes('-m length') && l.endsWith('-j DROP')))
    expect((await shrink(scenario([ping(1)], [rule]), shows)).setup).toEqual([
      'iptables -A INPUT -m length --length 84 -j DROP',
    ])
  })
})
