/** Whose a datagram is, and the port that it leaves by. Linux: net/ipv4/udp.c __udp4_lib_lookup, udp_lib_get_port */
import { describe, expect, test } from 'vitest'
import { freeSock, lookup, newSock, sockByIndex, type Sock } from '../../src/kernel/socket.ts'
import { udp_connect } from '../../src/kernel/udp.ts'
import { gateway } from '../kit.ts'

const HERE = 0xc0a80001
const OTHER = 0x64646464
const PEER = 0xc0a80002

describe('a datagram is for', () => {
  const { k } = gateway()
  const sock = (more: Partial<Sock>, proto: 'udp' | 'icmp' = 'udp'): Sock =>
    Object.assign(newSock(k.net, proto, 1), more)
  const any = sock({ lport: 53 })
  const connected = sock({ lport: 53, laddr: HERE, raddr: PEER, rport: 4000 })
  sock({ lport: 53 }, 'icmp')
  const there = sock({ lport: 54, laddr: OTHER })
  const whose = (laddr: number, lport: number, raddr: number, rport: number): Sock | null =>
    lookup(k.net, 'udp', laddr, lport, raddr, rport)

  test('the socket that is connected to its sender', () => {
    expect(whose(HERE, 53, PEER, 4000)).toBe(connected)
  })
  test('else for the one that has its port', () => {
    expect(whose(HERE, 53, PEER, 4001)).toBe(any)
    expect(whose(HERE, 53, PEER + 1, 4000)).toBe(any)
    expect(whose(OTHER, 53, PEER, 4000)).toBe(any)
  })
  test('nobody where the port or the address is another', () => {
    expect(whose(HERE, 55, PEER, 4000)).toBeNull()
    expect(whose(HERE, 54, PEER, 4000)).toBeNull()
    expect(whose(OTHER, 54, PEER, 4000)).toBe(there)
  })
})

test('the number of a socket that is gone is given again', () => {
  const { k } = gateway()
  const [a, b] = [newSock(k.net, 'udp', 1), newSock(k.net, 'udp', 1)]
  freeSock(k.net, a)
  expect(sockByIndex(k.net, a.index)).toBeNull()
  expect(newSock(k.net, 'udp', 2).index).toBe(a.index)
  expect(newSock(k.net, 'udp', 2).index).toBe(b.index + 1)
})

describe('the port that the kernel chooses for datagrams', () => {
  const LOW = 32768
  const HIGH = 60999

  test('is in the range of net.ipv4.ip_local_port_range, and drawn anew for each', () => {
    const { k } = gateway()
    const ports = Array.from({ length: 60 }, () => (udp_connect(k, 1, PEER, 53) as Sock).lport)
    expect(new Set(ports).size).toBe(60)
    expect(ports.every((port) => port >= LOW && port <= HIGH)).toBe(true)
    // Sixty that are drawn from 28,232 do not lie side by side.
    expect(Math.max(...ports) - Math.min(...ports)).toBeGreaterThan(10_000)
  })

  test('is one that nobody else has, whoever he speaks with, or the one that is asked for', () => {
    const { k } = gateway()
    // Of another protocol a socket has the port all the same.
    k.net.socks = Array.from({ length: HIGH - LOW + 1 }, (_, i) => ({
      index: i,
      proto: i === 5 ? ('icmp' as const) : ('udp' as const),
      pid: 1,
      laddr: 0,
      lport: LOW + i,
      raddr: 0,
      rport: 0,
      error: '' as const,
      queue: [],
    }))
    k.random = () => HIGH - LOW - 2
    expect((udp_connect(k, 1, PEER, 53) as Sock).lport).toBe(LOW + 5)
    expect(udp_connect(k, 1, PEER, 53, 0, 7)).toMatchObject({ lport: 7 })
  })
})
