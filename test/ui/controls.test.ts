import { expect, test } from 'vitest'
import { fromPosition, knobsOf, setting, STEPS, toPosition, typedNumber } from '../../src/ui/controls.ts'
import { trafficLine, webServer } from '../../src/ui/traffic.ts'

test('a slider goes from end to end, and never backwards', () => {
  for (const [min, max] of [
    [1, 1_048_576],
    [512, 262_144],
    [1, 432_000],
  ]) {
    expect([fromPosition(0, min, max), fromPosition(STEPS, min, max)]).toEqual([min, max])
    let last = 0
    for (let p = 0; p <= STEPS; p++) {
      const value = fromPosition(p, min, max)
      expect(value).toBeGreaterThanOrEqual(last)
      expect(Number.isInteger(value)).toBe(true)
      last = value
    }
  }
})

test('where a value stands on the slider is where it came from', () => {
  for (const value of [1, 5, 120, 1000, 65_000, 1_048_576]) {
    const back = fromPosition(toPosition(value, 1, 1_048_576), 1, 1_048_576)
    expect(Math.abs(back - value) / value).toBeLessThan(0.06)
  }
  expect(toPosition(9e9, 1, 1000)).toBe(STEPS)
  expect(toPosition(0, 1, 1000)).toBe(0)
})

test('the knobs are what the kernel has, the three important ones first', () => {
  const sysctl = {
    'net.ipv4.ip_forward': 0,
    'net.netfilter.nf_conntrack_udp_timeout': 30,
    'net.netfilter.nf_conntrack_tcp_timeout_time_wait': 120,
    'net.netfilter.nf_conntrack_buckets': 4096,
    'net.netfilter.nf_conntrack_max': 4096,
    'net.netfilter.nf_conntrack_tcp_loose': 1,
  }
  const { first, rest } = knobsOf(sysctl)
  expect(first.map((k) => k.label)).toEqual([
    'nf_conntrack_max',
    'nf_conntrack_buckets',
    'nf_conntrack_tcp_timeout_time_wait',
  ])
  expect(rest.map((k) => `${k.label} ${k.unit}`)).toEqual(['nf_conntrack_udp_timeout s'])
})

test('a knob is a command', () => {
  expect(setting('net.netfilter.nf_conntrack_max', 5)).toBe('sysctl -w net.netfilter.nf_conntrack_max=5')
})

test('only a number goes from a field into a command', () => {
  expect(['5', ' 12 ', '-1', '5; rm', '$(x)', '', '1e9'].map(typedNumber)).toEqual([
    '5',
    '12',
    '-1',
    null,
    null,
    null,
    null,
  ])
})

test('traffic is a line that could be typed', () => {
  expect(trafficLine('curl', 'baidu.com', 1)).toBe('curl http://baidu.com/')
  expect(trafficLine('curl', 'baidu.com', 10)).toBe(
    'for i in $(seq 10); do curl -s http://baidu.com/ >/dev/null; done',
  )
  expect(trafficLine('ping', 'vm1:8080', 2)).toBe('ping -c 2 vm1')
  expect(trafficLine('ping', 'baidu.com', 999)).toBe('ping -c 50 baidu.com')
  expect(trafficLine('ping', 'baidu.com', Number.NaN)).toBe('ping -c 1 baidu.com')
})

test('pages are asked for where the lab has them: the container’s at the port of its host', () => {
  const host = (name: string, role: 'client' | 'gateway' | 'server', names: string[] = []) => ({
    name,
    role,
    names,
    devs: [],
    busy: false,
    output: 0,
    ctCount: 0,
  })
  const docker = [host('vm2', 'client'), host('vm1', 'gateway'), host('container', 'server')]
  expect(webServer('docker', docker)).toEqual({ host: '192.168.0.30', port: '8080' })
  expect(
    webServer('gateway', [host('pc1', 'client'), host('baidu', 'server', ['www', 'baidu.com'])]),
  ).toEqual({
    host: 'baidu.com',
    port: '80',
  })
  expect(webServer('mine', [host('a', 'client'), host('b', 'server')])).toEqual({ host: 'b', port: '80' })
  expect(webServer('none', [])).toEqual({ host: '', port: '80' })
})
