/** Each fault breaks something, and its way back mends it. */
import { expect, test, vi } from 'vitest'
import { page } from '../lab/take/page.ts'
import {
  excludes,
  faultsOf,
  FAULTS,
  readState,
  setRoutes,
  standsAlready,
  STATE_OF,
  type Fault,
} from '../../src/ui/faults.ts'
import { PATIENCE } from '../properties/runs.ts'

vi.setConfig({ testTimeout: PATIENCE })

function open(lab: string) {
  const p = page()
  p.ask({ type: 'open', lab, seed: 1 })
  const check = (host: string, line: string) =>
    p.session.answer({ id: 1, request: { type: 'check', host, line } }) as { status: number; stdout: string }
  const faults = (host: string): Fault[] => faultsOf(host, p.now(), check(host, 'ip route').stdout)
  const all = (lines: readonly string[], host: string): void => {
    for (const line of lines) p.type(host, line)
  }
  const state = (host: string): string =>
    check(host, 'ip route; sysctl net.ipv4.ip_forward; tc qdisc show; ip -br link').stdout
  return { ...p, check, faults, all, state }
}

test('every fault of every host says itself as commands that are understood, and its way back leaves no trace', () => {
  for (const lab of ['hairpin', 'uplinks', 'half', 'dmz']) {
    const hosts = open(lab)
      .now()
      .hosts.map((h) => h.name)
    for (const host of hosts)
      for (const { kind, what } of open(lab).faults(host)) {
        const p = open(lab)
        const fault = p.faults(host).find((f) => f.kind === kind && f.what === what)
        if (!fault) throw new Error(what)
        const before = p.state(host)
        p.all(fault.does, host)
        expect(p.state(host), `${lab} ${host} ${kind} ${what}`).not.toBe(before)
        p.all(fault.undoes, host)
        const sorted = (s: string): string[] => s.split('\n').sort()
        expect(sorted(p.state(host)), `${lab} ${host} ${kind} ${what}`).toEqual(sorted(before))
        expect(p.output().filter((c) => c.stream === 'stderr')).toEqual([])
      }
  }
})

test('a gateway can have every kind of fault', () => {
  const p = open('uplinks')
  expect(new Set(p.faults('gateway').map((f) => f.kind))).toEqual(new Set(FAULTS))
})

test('a link that is down, a lost route and forwarding off stop a page; mended, it comes', () => {
  const url = 'curl -s -m 4 http://baidu.com/'
  for (const kind of ['link', 'route', 'forward'] as const) {
    const p = open('hairpin')
    expect(p.check('pc', url).status).toBe(0)
    const fault = p.faults('gateway').find((f) => f.kind === kind)
    if (!fault) throw new Error(kind)
    p.all(fault.does, 'gateway')
    expect(p.check('pc', url).status, kind).not.toBe(0)
    p.all(fault.undoes, 'gateway')
    expect(p.check('pc', url).status, kind).toBe(0)
  }
})

test('the way out is another one, and the answer that came by it is missing', () => {
  const p = open('half')
  const detour = p.faults('server').find((f) => f.kind === 'detour')
  expect(detour?.does[0]).toMatch(/^ip route replace 192\.168\.0\.0\/24 via 10\.0\.1\.1 dev eth0$/)
})

test('routes that come with an address are not named', () => {
  expect(
    setRoutes('default via 10.0.0.1 dev eth0 \n10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.2 \n'),
  ).toEqual(['default via 10.0.0.1 dev eth0'])
})

test('a card has one queue: slow and lossy are in each other’s way', () => {
  const f = (kind: Fault['kind'], what = 'eth0'): Fault => ({ kind, host: 'a', what, does: [], undoes: [] })
  expect(excludes(f('slow'), f('loss'))).toBe(true)
  expect(excludes(f('slow'), f('loss', 'eth1'))).toBe(false)
  expect(excludes(f('link'), f('loss'))).toBe(false)
})

test('what is so already is not broken once more, whoever did it', () => {
  const p = open('gateway')
  const stands = (kind: Fault['kind'], what: string): boolean => {
    const state = readState(p.check('gateway', STATE_OF).stdout)
    const fault = faultsOf('gateway', p.now(), state.routes).find((f) => f.kind === kind && f.what === what)
    if (!fault) throw new Error(`${kind} ${what}`)
    return standsAlready(fault, p.now().hosts, state)
  }
  expect(stands('forward', 'net.ipv4.ip_forward')).toBe(true)
  p.type('gateway', 'sysctl -w net.ipv4.ip_forward=1')
  expect(stands('forward', 'net.ipv4.ip_forward')).toBe(false)
  expect(stands('link', 'eth0')).toBe(false)
  p.type('gateway', 'ip link set eth0 down')
  expect([stands('link', 'eth0'), stands('link', 'eth1')]).toEqual([true, false])
  p.type('gateway', 'tc qdisc add dev eth1 root netem delay 5ms')
  expect([stands('slow', 'eth1'), stands('loss', 'eth1'), stands('slow', 'eth0')]).toEqual([
    true,
    true,
    false,
  ])
})
