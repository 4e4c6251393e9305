/** Connections whose program has gone: what their segments meet, and what is told about them when it goes. */
import { describe, expect, test } from 'vitest'
import { tcp_port_taken } from '../../src/kernel/tcp/bind.ts'
import { orphaned } from '../../src/kernel/tcp/over.ts'
import {
  newSlot,
  TCP_CLOSING,
  TCP_FIN_WAIT2,
  TCP_FREE,
  TCP_LAST_ACK,
  TCP_SK,
  TCP_SYN_RECV,
  TCP_TIME_WAIT,
} from '../../src/kernel/tcp/table.ts'
import { tcp_close, tcp_exit, tcp_listen, tcp_shutdown, tcp_state } from '../../src/kernel/tcp/tcp.ts'
import * as mib from '../../src/kernel/snmp.ts'
import type { Skb } from '../../src/kernel/skb.ts'
import { printFlags } from '../../src/wire/packet.ts'
import { gateway, type Gateway } from '../kit.ts'
import { complain, connected, hear, sent } from './tcp-kit.ts'

/** Its program has closed, and the peer has heard that and goes on. */
function left(gw: Gateway, more: Partial<Skb> = {}): number {
  const sk = connected(gw, 1, more)
  tcp_close(gw.k, sk)
  gw.wait(0)
  hear(gw, sk, '[.], seq 5001, ack ACK, length 0', more)
  expect(tcp_state(gw.k.net, sk)).toBe(TCP_FIN_WAIT2)
  gw.events()
  return sk
}

/** Its program has said that it sends no more, and still reads. */
function shut(gw: Gateway): number {
  const sk = connected(gw)
  tcp_shutdown(gw.k, sk)
  gw.wait(0)
  return sk
}

const flags = (gw: Gateway): string[] => sent(gw).map((p) => printFlags(p.flags))

/** A listener at port 81, its slot, and somebody who waits there. */
function waited(gw: Gateway): { l: number; c: number; hear: (what: string) => void } {
  const l = tcp_listen(gw.k, 81, 1, '')
  const hear = (what: string): void => {
    gw.rx('lan', `192.168.0.2.1 > 192.168.0.1.81: Flags ${what}, length 0`)
  }
  hear('[S], seq 1')
  const c = l - TCP_SK + 1
  hear(`[.], seq 2, ack ${gw.k.net.tcp.sndNxt[c]}`)
  return { l, c, hear }
}

describe('for a connection that nobody owns, when the peer has acknowledged its FIN,', () => {
  test.each<[string, string, Partial<Skb>, string[], number]>([
    ['nothing new is nothing', '[.], seq 5001, ack ACK, length 0', {}, [], TCP_FIN_WAIT2],
    ['a FIN is the end', '[F.], seq 5001, ack ACK, length 0', {}, ['A'], TCP_TIME_WAIT],
    ['one whose stamp nobody reads, too', '[F.], seq 5001, ack ACK, length 0', { ts: 1, tsval: 2 ** 32 - 1 }, ['A'], TCP_TIME_WAIT], // prettier-ignore
    ['data of which some is new is refused', '[P.], seq 4996, ack ACK, length 10', {}, ['R'], TCP_FREE],
    ['so is one byte', '[P.], seq 5001, ack ACK, length 1', {}, ['R'], TCP_FREE],
    ['so is data with a FIN', '[FP.], seq 5001, ack ACK, length 10', {}, ['R'], TCP_FREE],
    ['so is a SYN', '[S], seq 5001, length 0', {}, ['RA'], TCP_FREE],
    ['a reset ends it', '[R], seq 5001, length 0', {}, [], TCP_FREE],
    ['so does one that acknowledges', '[R.], seq 5001, ack ACK, length 0', {}, [], TCP_FREE],
  ])('%s', (_, what, more, answers, state) => {
    const gw = gateway()
    const sk = left(gw)
    hear(gw, sk, what, more)
    expect([flags(gw), tcp_state(gw.k.net, sk)]).toEqual([answers, state])
  })

  test.each([
    [1, 200],
    [0, 100],
  ] as const)(
    'the answer to a FIN echoes its stamp, if it has one, offers as much as before, and is no socket’s: stamps %i',
    (ts, echoed) => {
      const gw = gateway()
      const sk = left(gw, { ts: 1, tsval: 100 })
      hear(gw, sk, '[F.], seq 5001, ack ACK, length 0', { ts, tsval: ts && 200 })
      expect(sent(gw).map((p) => [p.tsecr, p.win, p.id])).toEqual([[echoed, 64240, 0]])
    },
  )

  test('three and a half timeouts are waited, if they are more than net.ipv4.tcp_fin_timeout', () => {
    const gw = gateway('sysctl -qw net.ipv4.tcp_fin_timeout=5')
    const s = left(gw) - TCP_SK
    const { rto, wheel } = gw.k.net.tcp
    const waits = [1, 4].map((seconds) => {
      rto[s] = seconds * 1_000_000
      orphaned(gw.k, s)
      return (wheel.at[s * 2] - gw.k.now) / 1_000_000
    })
    expect(waits).toEqual([5, 14])
  })
})

describe('behind the FIN of a peer', () => {
  /** Both have closed, and the peer has not acknowledged our FIN. */
  function both(peerFirst: boolean): { gw: Gateway; sk: number; una: number } {
    const gw = gateway()
    const sk = connected(gw)
    const una = gw.k.net.tcp.sndNxt[sk - TCP_SK]
    const steps = [() => hear(gw, sk, `[F.], seq 5001, ack ${una}, length 0`), () => tcp_close(gw.k, sk)]
    for (const step of peerFirst ? steps : steps.toReversed()) step()
    gw.wait(0)
    expect(tcp_state(gw.k.net, sk)).toBe(peerFirst ? TCP_LAST_ACK : TCP_CLOSING)
    gw.events()
    return { gw, sk, una }
  }

  test.each([true, false])('bytes are not even refused: the peer closed first: %s', (peerFirst) => {
    const { gw, sk, una } = both(peerFirst)
    expect(hear(gw, sk, `[P.], seq 5002, ack ${una}, length 10`)).toEqual([])
    expect(tcp_state(gw.k.net, sk)).toBe(peerFirst ? TCP_LAST_ACK : TCP_CLOSING)
  })

  test.each([true, false])(
    'an acknowledgement of what was known is thrown away: the peer closed first: %s',
    (peerFirst) => {
      const { gw, sk, una } = both(peerFirst)
      hear(gw, sk, `[.], seq 5002, ack ${una}, length 0`)
      const { discards } = gw.k.net
      expect(discards).toEqual([{ reason: 'NOT_SPECIFIED', where: 'tcp_rcv_state_process', count: 1 }])
    },
  )
})

describe('an ICMP error', () => {
  test('about a connection that is over is not even too old', () => {
    const gw = gateway()
    const sk = left(gw)
    hear(gw, sk, '[F.], seq 5001, ack ACK, length 0')
    expect(tcp_state(gw.k.net, sk)).toBe(TCP_TIME_WAIT)
    complain(gw, sk, 3, 1, 1)
    expect(gw.k.net.mib[mib.TcpExtOutOfWindowIcmps]).toBe(0)
  })

  test.each([
    [3, 0, TCP_FREE],
    [3, 1, TCP_FREE],
    [3, 2, TCP_SYN_RECV],
    [4, 0, TCP_SYN_RECV],
    [11, 0, TCP_FREE],
    [12, 0, TCP_FREE],
    [12, 2, TCP_FREE],
  ])('of type %i and code %i about the answer to a request leaves that in state %i', (type, code, state) => {
    const gw = gateway()
    tcp_listen(gw.k, 81, 1, '')
    gw.rx('lan', '192.168.0.2.1 > 192.168.0.1.81: Flags [S], seq 1, length 0')
    complain(gw, 1 + TCP_SK, type, code)
    expect(gw.k.net.tcp.state[1]).toBe(state)
  })
})

describe('a program that goes', () => {
  test('closes its connections before its listeners, whose peers hear a reset', () => {
    const gw = gateway()
    connected(gw)
    waited(gw)
    gw.events()
    tcp_exit(gw.k, 1)
    gw.wait(0)
    expect(flags(gw)).toEqual(['FA', 'RA'])
  })

  test('resets one that nobody has accepted and whose peer has closed, and that counts', () => {
    const gw = gateway()
    const { l, hear } = waited(gw)
    hear(`[F.], seq 2, ack ${gw.k.net.tcp.sndNxt[1]}`)
    gw.wait(0.1)
    tcp_close(gw.k, l)
    expect(gw.k.net.mib[mib.TcpEstabResets]).toBe(1)
  })

  test('and had said that it sends no more resets what came since, which does not count as open', () => {
    const gw = gateway()
    const sk = shut(gw)
    hear(gw, sk, '[P.], seq 5001, ack ACK, length 10')
    tcp_close(gw.k, sk)
    const count = gw.k.net.mib
    expect([count[mib.TcpExtTCPAbortOnClose], count[mib.TcpEstabResets]]).toEqual([1, 0])
  })

  test('and has not read what came before the end of a connection lets that be over in peace', () => {
    const gw = gateway()
    const sk = shut(gw)
    hear(gw, sk, '[P.], seq 5001, ack ACK, length 10')
    hear(gw, sk, '[F.], seq 5011, ack ACK, length 0')
    expect(tcp_state(gw.k.net, sk)).toBe(TCP_TIME_WAIT)
    tcp_close(gw.k, sk)
    expect(tcp_state(gw.k.net, sk)).toBe(TCP_TIME_WAIT)
    expect(gw.k.net.mib[mib.TcpExtTCPAbortOnClose]).toBe(0)
  })
})

test('a request takes nobody’s port; a service of the lab takes it even from who would share', () => {
  const { k } = gateway()
  k.net.tcp.lport[newSlot(k.net.tcp, TCP_SYN_RECV)] = 81
  expect(tcp_port_taken(k.net, 0, 81)).toBe(false)
  tcp_listen(k, 82, 1, '')
  tcp_listen(k, 83, 0, 'http')
  expect([82, 83].map((port) => tcp_port_taken(k.net, 0, port, true))).toEqual([false, true])
})

test('an answer to a SYN that is repeated counts among what was sent', () => {
  const gw = gateway()
  tcp_listen(gw.k, 81, 1, '')
  gw.rx('lan', '192.168.0.2.1 > 192.168.0.1.81: Flags [S], seq 1, length 0')
  gw.wait(1.5)
  const count = gw.k.net.mib
  expect([count[mib.TcpOutSegs], count[mib.TcpRetransSegs]]).toEqual([2, 1])
})
