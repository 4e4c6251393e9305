/** Conditions of rules that a recording has no room for. */
import { describe, expect, test } from 'vitest'
import { bootLab, type Lab } from '../../src/lab/lab.ts'
import { gateway, type Gateway } from '../kit.ts'

/** Packets of each rule of a chain, and of its policy last. */
function counted(listing: string): number[] {
  const policy = /policy \w+ (\d+) packets/.exec(listing)
  const rules = listing.split('\n').slice(2, -1)
  return [...rules.map((line) => Number(line.trim().split(/\s+/)[0])), Number(policy?.[1] ?? -1)]
}

const list = (gw: Gateway, chain: string): number[] => counted(gw.sh(`iptables -nvxL ${chain}`))

test('a rule that asks for two states of a connection wants both', () => {
  const gw = gateway(
    'iptables -A FORWARD -m conntrack --ctstate NEW -m conntrack --ctstate ESTABLISHED',
    'iptables -A FORWARD -m conntrack --ctstate NEW,ESTABLISHED -m state --state NEW',
    'iptables -A FORWARD -m conntrack ! --ctstate NEW -m state --state ESTABLISHED',
  )
  gw.rx('lan', '192.168.0.2.40000 > 100.100.100.1.53: UDP, length 1')
  gw.rx('wan', '100.100.100.1.53 > 192.168.0.2.40000: UDP, length 1')
  gw.rx('lan', '192.168.0.2.40000 > 100.100.100.1.53: UDP, length 1')
  expect(list(gw, 'FORWARD')).toEqual([0, 1, 2, 3])
})

test('a rule may name a device that comes later', () => {
  const gw = gateway(
    'iptables -A OUTPUT -o late',
    'iptables -A OUTPUT ! -o late',
    'iptables -A OUTPUT -o la+',
  )
  gw.lab.exec(0, 'ping -c 1 -W 1 192.168.0.2')
  gw.wait(2)
  expect(list(gw, 'OUTPUT').slice(0, 3)).toEqual([0, 1, 1])
  gw.sh('ip link add late type bridge; ip addr add 10.5.0.1/24 dev late; ip link set late up')
  gw.lab.exec(0, 'ping -c 1 -W 1 10.5.0.2')
  gw.wait(2)
  expect(list(gw, 'OUTPUT').slice(0, 3)).toEqual([1, 1, 2])
})

describe('a host with forty devices', () => {
  const many = (...lines: string[]): Lab => {
    const devs = Array.from({ length: 40 }, (_, i) => ({ name: `d${i}`, addrs: [`10.0.${i}.1/24`] }))
    const peer = (i: number) => ({
      name: `p${i}`,
      role: 'client' as const,
      memory: 1,
      devs: [{ name: 'e0', addrs: [`10.0.${i}.2/24`] }],
      routes: [{ dst: 'default', via: `10.0.${i}.1`, dev: 'e0' }],
      http: [],
    })
    const gw = {
      name: 'gw',
      role: 'gateway' as const,
      memory: 2 ** 30,
      devs,
      routes: [],
      http: [],
      init: lines,
    }
    return bootLab(
      {
        name: 'many',
        hosts: [gw, peer(2), peer(37), peer(38)],
        links: [2, 37, 38].map((i) => ({ ends: [`p${i}:e0`, `gw:d${i}`] as [string, string], delay: 0 })),
        names: {},
      },
      1,
      { event: () => undefined, output: () => undefined },
    )
  }

  test('has rules for each of them, by its name and by its beginning', () => {
    const asked = [
      '-i d37',
      '-i d3+',
      '! -i d37',
      '-i d3',
      '-o d38',
      '! -o d38',
      '-o d2',
      '-i d+ -o d3+',
      '-i e+',
    ]
    const lab = many('sysctl -q -w net.ipv4.ip_forward=1', ...asked.map((c) => `iptables -A FORWARD ${c}`))
    const sh = (line: string): string => {
      const result = lab.result(0, lab.execCaptured(0, line))
      return result === 'running' ? '' : result.stdout
    }
    const send = (from: string, to: string): number[] => {
      sh('iptables -Z')
      lab.exec(lab.hostIndex(from), `ping -c 1 -W 1 ${to}`)
      lab.runUntil(lab.state.now + 3_000_000)
      return counted(sh('iptables -nvxL FORWARD'))
    }
    // The request and its answer.
    expect(send('p37', '10.0.38.2')).toEqual([1, 2, 1, 0, 1, 1, 0, 2, 0, 2])
    expect(send('p2', '10.0.38.2')).toEqual([0, 1, 2, 0, 1, 1, 1, 1, 0, 2])
    expect(send('p2', '10.0.37.2')).toEqual([1, 1, 1, 0, 0, 2, 1, 1, 0, 2])
  })
})
