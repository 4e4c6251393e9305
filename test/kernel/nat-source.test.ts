/** NAT's index by source: who shares a chain shares nothing else, and who leaves it takes nobody along. */
import { describe, expect, test } from 'vitest'
import { listEntries } from '../../src/kernel/conntrack/life.ts'
import { sourceBucket } from '../../src/kernel/nat/bysource.ts'
import { IPPROTO_UDP } from '../../src/wire/packet.ts'
import { gatewayWith, type Gateway } from '../kit.ts'

const WINDOW = 'iptables -t nat -A POSTROUTING -p udp -j SNAT --to-source 100.100.100.100:600-699'

/** A gateway whose index has 64 chains; `first`: which port of the window chance names next. */
function windowed(): { gw: Gateway; first: (port: number) => void } {
  const gw = gatewayWith(64, WINDOW)
  return { gw, first: (port) => void Object.assign(gw.k, { random: () => port - 600 }) }
}

interface Source {
  proto: number
  host: number
  port: number
}

const chainOf = (gw: Gateway, { proto, host, port }: Source): number =>
  sourceBucket(gw.k.machine.ct, 0, proto, 0xc0a80000 + host, port)

function leaves(gw: Gateway, { host, port }: Source, server: string): number {
  const [line] = gw.rx('lan', `192.168.0.${host}.${port} > ${server}.53: UDP, length 1`)
  return Number(/100\.100\.100\.100\.(\d+) >/.exec(line)?.[1])
}

const A: Source = { proto: IPPROTO_UDP, host: 2, port: 5000 }

describe('a source in the same chain gets a mapping of its own', () => {
  /** The first source of a kind that shares the chain of A. */
  function neighbour(gw: Gateway, kind: (i: number) => Source): Source {
    for (let i = 0; ; i++) {
      const s = kind(i)
      if (chainOf(gw, s) === chainOf(gw, A)) return s
    }
  }
  test.each<[string, (i: number) => Source]>([
    ['of another address', (i) => ({ ...A, host: 3 + i })],
    ['of another port', (i) => ({ ...A, port: 5001 + i })],
    ['of another address and port', (i) => ({ ...A, host: 3, port: 5001 + i })],
  ])('%s', (_, kind) => {
    const { gw, first } = windowed()
    first(650)
    expect(leaves(gw, A, '8.8.8.8')).toBe(650)
    first(620)
    expect(leaves(gw, neighbour(gw, kind), '8.8.4.4')).toBe(620)
    expect(leaves(gw, A, '8.8.4.4')).toBe(650)
  })

  test('of another protocol', () => {
    const POOL = 'iptables -t nat -A POSTROUTING -o wan -j SNAT --to-source 100.100.100.10-100.100.100.99'
    // Of the protocols without ports, this one leads into the chain of UDP's port 0.
    const other = { protocol: 250, thl: 0, len: 60, sport: 0, dport: 0 }
    const of = (gw: Gateway): string | undefined =>
      gw.rx('lan', '192.168.0.2.0 > 8.8.4.4.53: UDP, length 1')[0]?.split(' ')[1]
    const alone = of(gatewayWith(64, POOL))
    for (let i = 1; i < 20; i++) {
      const gw = gatewayWith(64, POOL)
      expect(chainOf(gw, { proto: 250, host: 2, port: 0 })).toBe(chainOf(gw, { ...A, port: 0 }))
      gw.rx('lan', `192.168.0.2.0 > 8.8.8.${i}.0: UDP, length 0`, other)
      expect(of(gw)).toBe(alone)
    }
  })

  test('of another namespace', () => {
    const { gw, first } = windowed()
    const { ct } = gw.k.machine
    first(650)
    leaves(gw, A, '8.8.8.8')
    // As if somebody else on this machine had it, whose chain is the same.
    for (let ns = 1; ; ns++) {
      if (sourceBucket(ct, ns, A.proto, 0xc0a80002, A.port) !== chainOf(gw, A)) continue
      ct.ns[listEntries(gw.k)[0]] = ns
      break
    }
    first(620)
    expect(leaves(gw, A, '8.8.4.4')).toBe(620)
  })
})

describe('a chain from which one goes', () => {
  /** Five sources that share a chain, each with its mapping. */
  function five(): { gw: Gateway; first: (port: number) => void; sources: Source[] } {
    const w = windowed()
    const sources: Source[] = [A]
    for (let port = 5001; sources.length < 5; port++)
      if (chainOf(w.gw, { ...A, port }) === chainOf(w.gw, A)) sources.push({ ...A, port })
    sources.forEach((s, i) => {
      w.first(610 + i)
      expect(leaves(w.gw, s, '8.8.8.8')).toBe(610 + i)
    })
    return { ...w, sources }
  }

  test.each([0, 1, 2, 3, 4])('number %i: the others are still found, and it is not', (gone) => {
    const { gw, first, sources } = five()
    gw.sh(`conntrack -D -p udp --orig-port-src ${sources[gone].port}`)
    first(690)
    sources.forEach((s, i) => {
      if (i !== gone) expect(leaves(gw, s, '8.8.4.4')).toBe(610 + i)
    })
    expect(leaves(gw, sources[gone], '8.8.4.4')).toBe(690)
  })

  test('one after the other: nothing is left in the index', () => {
    const { gw, sources } = five()
    for (const i of [2, 4, 0, 1, 3]) gw.sh(`conntrack -D -p udp --orig-port-src ${sources[i].port}`)
    expect(new Set(gw.k.machine.ct.natHeads)).toEqual(new Set([-1]))
  })
})
