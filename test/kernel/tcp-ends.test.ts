/** The ends of TCP connections where no recording looks: segments that come late, timers, and sockets that are over. */
import { describe, expect, test } from 'vitest'
import '../../src/kernel/article.ts'
import { tcp_abort } from '../../src/kernel/tcp/abort.ts'
import { tcp_send_failed } from '../../src/kernel/tcp/failed.ts'
import { fail, RTO_INIT, tcp_local_congestion } from '../../src/kernel/tcp/send.ts'
import {
  TCP_CLOSE,
  TCP_CLOSING,
  TCP_FIN_WAIT2,
  TCP_FREE,
  TCP_SK,
  TCP_TIME_WAIT,
} from '../../src/kernel/tcp/table.ts'
import {
  tcp_close,
  tcp_connect,
  tcp_error,
  tcp_listen,
  tcp_read,
  tcp_recv,
  tcp_send,
  tcp_shutdown,
  tcp_state,
} from '../../src/kernel/tcp/tcp.ts'
import { isRunning } from '../../src/kernel/tcp/wheel.ts'
import * as mib from '../../src/kernel/snmp.ts'
import type { Skb } from '../../src/kernel/skb.ts'
import type { Header } from '../../src/kernel/trace.ts'
import { ipv4 } from '../../src/wire/address.ts'
import { gateway, gatewayOf, type Gateway } from '../kit.ts'
import { complain, connected, connects, hear, PEER, sent } from './tcp-kit.ts'

function over(gw: Gateway, more: Partial<Skb> = {}): number {
  const sk = connected(gw, 1, more)
  tcp_close(gw.k, sk)
  gw.wait(0)
  hear(gw, sk, '[F.], seq 5001, ack ACK, length 0', more)
  expect(tcp_state(gw.k.net, sk)).toBe(TCP_TIME_WAIT)
  // Somebody would take a new connection of the same ends.
  tcp_listen(gw.k, gw.k.net.tcp.lport[sk - TCP_SK], 1, '')
  return sk
}

describe('a segment', () => {
  test('for a connection that has failed is refused, though its owner still holds the socket', () => {
    const gw = gateway()
    const sk = connects(gw)
    hear(gw, sk, '[R.], seq 0, ack ACK, length 0')
    expect(tcp_state(gw.k.net, sk)).toBe(TCP_CLOSE)
    expect(hear(gw, sk, '[S.], seq 1, ack 7, length 0').join()).toContain('Flags [R], seq 7')
  })

  test('beyond a hole does not say which timestamp is echoed', () => {
    const gw = gateway()
    const sk = connected(gw, 1, { ts: 1, tsval: 100 })
    hear(gw, sk, '[P.], seq 5011, ack ACK, length 5', { ts: 1, tsval: 200 })
    expect(sent(gw).map((p) => p.tsecr)).toEqual([100])
  })

  test('that ends a connection and says again that the peer has closed is not answered', () => {
    const gw = gateway()
    const sk = connected(gw)
    hear(gw, sk, '[F.], seq 5001, ack ACK, length 0')
    tcp_close(gw.k, sk)
    gw.wait(0)
    expect(hear(gw, sk, '[F.], seq 5001, ack ACK, length 0')).toEqual([])
    expect(tcp_state(gw.k.net, sk)).toBe(TCP_FREE)
  })

  test('with a FIN takes its place in a window that is not scaled, also of one that has closed', () => {
    const gw = gateway()
    const sk = connected(gw)
    const acked = gw.k.net.tcp.sndNxt[sk - TCP_SK]
    tcp_close(gw.k, sk)
    gw.wait(0)
    expect(hear(gw, sk, `[F.], seq 5001, ack ${acked}, length 0`).join()).toContain('win 64239,')
    expect(tcp_state(gw.k.net, sk)).toBe(TCP_CLOSING)
  })

  test('is as large as the peer allows, without the room of timestamps where there are none', () => {
    const gw = gateway()
    tcp_listen(gw.k, 81, 1, '')
    gw.rx('lan', '192.168.0.2.1 > 192.168.0.1.81: Flags [S], seq 1, length 0', { mss: 1460 })
    gw.rx('lan', '192.168.0.2.2 > 192.168.0.1.81: Flags [S], seq 1, length 0', { mss: 1460, ts: 1 })
    expect([...gw.k.net.tcp.mss.slice(1, 3)]).toEqual([1460, 1448])
  })

  test('that offers to scale windows by 2^0 has offered it', () => {
    const gw = gateway()
    tcp_listen(gw.k, 81, 1, '')
    gw.rx('lan', '192.168.0.2.1 > 192.168.0.1.81: Flags [S], seq 1, length 0', { wscale: 0 })
    expect(sent(gw).map((p) => p.wscale)).toEqual([7])
  })

  test('that is repeated a while after another one does not put off an acknowledgement that waits', () => {
    const gw = gateway()
    const sk = connected(gw, 2)
    hear(gw, sk, '[P.], seq 5001, ack ACK, length 10')
    tcp_send(gw.k, sk, 0, 10)
    gw.wait(0)
    expect(hear(gw, sk, '[P.], seq 5011, ack ACK, length 10')).toEqual([])
    gw.wait(0.02)
    expect(hear(gw, sk, '[P.], seq 5021, ack ACK, length 10')).toEqual([])
    gw.events()
    gw.wait(0.03)
    expect(sent(gw).map((p) => p.ack)).toEqual([5031])
  })
})

describe('a connection that is over', () => {
  test('has no timestamp to judge a SYN by where none were agreed on', () => {
    const gw = gateway()
    expect(hear(gw, over(gw), '[S], seq 100, length 0', { ts: 1, tsval: 1000 }).join()).toContain('Flags [.]')
  })
  test('gives way to a SYN with a later timestamp, not with the same one', () => {
    const gw = gateway()
    const sk = over(gw, { ts: 1, tsval: 100 })
    expect(hear(gw, sk, '[S], seq 100, length 0', { ts: 1, tsval: 100 }).join()).toContain('Flags [.]')
    expect(hear(gw, sk, '[S], seq 100, length 0', { ts: 1, tsval: 101 }).join()).toContain('Flags [S.]')
  })
  test('answers another FIN', () => {
    const gw = gateway()
    expect(hear(gw, over(gw), '[F.], seq 5002, ack ACK, length 0').join()).toContain('Flags [.]')
  })
  test('is remembered for a minute more after a late segment, not after a SYN', () => {
    const gw = gateway()
    const [late, syn] = [over(gw), over(gw)]
    gw.wait(40)
    hear(gw, late, '[.], seq 4000, ack ACK, length 0')
    hear(gw, syn, '[S], seq 4000, length 0')
    gw.wait(40)
    expect([late, syn].map((sk) => tcp_state(gw.k.net, sk))).toEqual([TCP_TIME_WAIT, TCP_FREE])
  })
})

describe('an ICMP error', () => {
  test('ends the attempt of the first socket, too', () => {
    const gw = gateway()
    const sk = connects(gw)
    complain(gw, sk, 3, 3)
    expect(tcp_error(gw.k.net, sk)).toBe('ECONNREFUSED')
  })

  test('of a segment that is too long, if that was on its way, makes it into smaller ones', () => {
    const gw = gateway()
    const sk = connected(gw, 1, { mss: 1460 })
    tcp_send(gw.k, sk, 0, 1000)
    gw.wait(0)
    expect(complain(gw, sk, 3, 4, 1)).toEqual([])
    expect(complain(gw, sk, 11, 4)).toEqual([])
    expect(complain(gw, sk, 3, 4).map((line) => /length (\d+)/.exec(line)?.[1])).toEqual(['560', '440'])
  })
})

describe('a listener', () => {
  const ask = (gw: Gateway, port: number, from: number, more: Partial<Skb> = {}): Header[] => {
    gw.events()
    gw.rx('lan', `192.168.0.2.${from} > 192.168.0.1.${port}: Flags [S], seq 1, length 0`, more)
    return sent(gw)
  }

  test.each([
    ['modern', 3],
    ['article', 2],
  ] as const)('with room for two keeps in %s times %i requests', (period, kept) => {
    const gw = gatewayOf({ period })
    const l = tcp_listen(gw.k, 81, 1, '', 2) - TCP_SK
    for (let from = 1; from < 6; from++) ask(gw, 81, from)
    expect(gw.k.net.tcp.requests[l]).toBe(kept)
  })

  test('says nothing of a flood when ten lines have been written in five seconds', () => {
    const gw = gateway()
    for (let port = 81; port < 93; port++) {
      tcp_listen(gw.k, port, 1, '', 0)
      ask(gw, port, 1)
      ask(gw, port, 2)
    }
    expect(gw.k.machine.log.filter(({ text }) => text.includes('flooding'))).toHaveLength(10)
  })

  test('offers beside a cookie what was offered, and only where a timestamp can remember it', () => {
    const gw = gateway()
    gw.wait(1)
    tcp_listen(gw.k, 81, 1, '', 0)
    ask(gw, 81, 1)
    const offers = [{ ts: 1, tsval: 7 }, { ts: 1, sackOk: 1 }, { sackOk: 1 }]
    const answers = offers.map((more, i) => ask(gw, 81, 2 + i, more)[0])
    expect(answers.map(({ sackOk, ts }) => [sackOk, ts])).toEqual([
      [0, 1],
      [1, 1],
      [0, 0],
    ])
    expect([answers[0].tsecr, answers[2].tsval]).toEqual([7, 0])
  })

  test('scales the window of a connection that came with a cookie and a timestamp', () => {
    const gw = gateway()
    tcp_listen(gw.k, 81, 1, '', 0)
    ask(gw, 81, 1)
    const [{ seq }] = ask(gw, 81, 2, { ts: 1, wscale: 7 })
    const line = `192.168.0.2.2 > 192.168.0.1.81: Flags [P.], seq 2, ack ${seq + 1}, length 5`
    gw.rx('lan', line, { ts: 1 })
    expect(sent(gw).map((p) => p.win < 1000)).toEqual([true])
  })

  test('repeats its answers as often as net.ipv4.tcp_synack_retries says, whatever holds for data', () => {
    const gw = gateway('sysctl -qw net.ipv4.tcp_retries2=1')
    tcp_listen(gw.k, 81, 1, '')
    ask(gw, 81, 1)
    gw.wait(80)
    expect(sent(gw)).toHaveLength(5)
    const count = gw.k.net.mib
    expect([count[mib.TcpExtTcpTimeoutRehash], count[mib.TcpExtTCPAbortOnTimeout]]).toEqual([0, 0])
  })

  test('hears of a connection when it accepts it: nobody is woken because one has failed before', () => {
    const gw = gateway()
    const { k } = gw
    const l = tcp_listen(k, 81, 1, '')
    gw.rx('lan', '192.168.0.2.1 > 192.168.0.1.81: Flags [S], seq 1, length 0')
    const { sndNxt, parent } = k.net.tcp
    gw.rx('lan', `192.168.0.2.1 > 192.168.0.1.81: Flags [.], seq 2, ack ${sndNxt[1]}, length 0`)
    expect([l, parent[1]]).toEqual([TCP_SK, 0])
    const woken: number[] = []
    k.wake = (sock) => void woken.push(sock)
    fail(k, 1, 'ECONNRESET')
    expect(woken).toEqual([])
  })

  test('that is killed takes along who waits, of whom only the connected count as reset', () => {
    const gw = gateway()
    const { k } = gw
    const l = tcp_listen(k, 81, 1, '')
    for (const port of [1, 2, 3])
      gw.rx('lan', `192.168.0.2.${port} > 192.168.0.1.81: Flags [S], seq 1, length 0`)
    const ack = k.net.tcp.sndNxt[1]
    gw.rx('lan', `192.168.0.2.1 > 192.168.0.1.81: Flags [.], seq 2, ack ${ack}, length 0`)
    tcp_abort(k, l)
    expect(k.net.mib[mib.TcpEstabResets]).toBe(1)
    // Who lists them first comes to each once more.
    tcp_abort(k, 1 + TCP_SK)
    expect(tcp_state(k.net, 1 + TCP_SK)).toBe(TCP_FREE)
  })
})

describe('what waits for room or for an answer', () => {
  test('is not put off by more that waits', () => {
    const gw = gateway()
    const sk = connected(gw, 2, {}, 10)
    for (const seconds of [0.1, 0.13]) {
      tcp_send(gw.k, sk, 0, 10)
      gw.wait(seconds)
    }
    expect(sent(gw).map((p) => p.seq - gw.k.net.tcp.sndUna[sk - TCP_SK])).toEqual([0, 0])
  })

  test('is not put off by more that is sent', () => {
    const gw = gateway()
    const sk = connected(gw, 2)
    for (const seconds of [0.1, 0.13]) {
      tcp_send(gw.k, sk, 0, 10)
      gw.wait(seconds)
    }
    expect(sent(gw).map((p) => p.seq - gw.k.net.tcp.sndUna[sk - TCP_SK])).toEqual([0, 10, 0])
  })

  test.each([1, 2])('asks for room after 200 ms, however much comes to it: connection %i', (number) => {
    const gw = gateway()
    const sk = connected(gw, number, {}, 0)
    for (const seconds of [0.1, 0.13]) {
      tcp_send(gw.k, sk, 0, 10)
      gw.wait(seconds)
    }
    expect(gw.k.net.mib[mib.TcpExtTCPWinProbe]).toBe(1)
  })

  test('is sent again 200 ms after it found room, not when the next question was due', () => {
    const gw = gateway()
    const sk = connected(gw, 2, {}, 0)
    tcp_send(gw.k, sk, 0, 10)
    gw.wait(1.5)
    const before = gw.k.net.mib[mib.TcpRetransSegs]
    hear(gw, sk, '[.], seq 5001, ack ACK, win 1000, length 0')
    gw.events()
    gw.wait(0.25)
    expect(
      sent(gw)
        .filter((p) => p.dport === 10)
        .map((p) => p.len),
    ).toEqual([50])
    expect(gw.k.net.tcp.retries[sk - TCP_SK]).toBe(1)
    expect(gw.k.net.mib[mib.TcpRetransSegs]).toBeGreaterThan(before)
  })

  test('is given up after as long as net.ipv4.tcp_retries2 repetitions take, and one more fits in', () => {
    const gw = gateway('sysctl -qw net.ipv4.tcp_retries2=3')
    const sk = connected(gw)
    tcp_send(gw.k, sk, 0, 10)
    gw.wait(10)
    expect(sent(gw)).toHaveLength(5)
    expect(tcp_error(gw.k.net, sk)).toBe('ETIMEDOUT')
    expect(gw.k.net.mib[mib.TcpExtTCPSynRetrans]).toBe(0)
  })

  test('and finds no room at home keeps a timeout that was not doubled; a socket that is gone has none', () => {
    const gw = gateway()
    const sk = connects(gw)
    const { tcp } = gw.k.net
    const s = sk - TCP_SK
    gw.wait(2.5)
    tcp_local_congestion(gw.k, sk)
    expect([tcp.retries[s], tcp.rto[s]]).toEqual([2, RTO_INIT])
    tcp_close(gw.k, sk)
    tcp_local_congestion(gw.k, sk)
    expect(isRunning(tcp.wheel, s * 2)).toBe(false)
  })
})

describe('a reset', () => {
  test('is the end, though a segment that was sent before finds no room at home', () => {
    const gw = gateway()
    const sk = connects(gw)
    gw.wait(2.5)
    hear(gw, sk, '[R.], seq 0, ack ACK, length 0')
    gw.events()
    tcp_local_congestion(gw.k, sk)
    gw.wait(1)
    expect(sent(gw)).toEqual([])
    expect(tcp_state(gw.k.net, sk)).toBe(TCP_CLOSE)
  })

  test('frees a connection that its owner has closed', () => {
    const gw = gateway()
    const sk = connected(gw)
    tcp_close(gw.k, sk)
    gw.wait(0)
    hear(gw, sk, '[R], seq 5001, length 0')
    expect(tcp_state(gw.k.net, sk)).toBe(TCP_FREE)
  })

  test('stops the timers of its own connection and of no other', () => {
    const gw = gateway()
    const sk = connects(gw, 5)
    hear(gw, sk, '[R.], seq 0, ack ACK, length 0')
    gw.wait(1.2)
    expect([...gw.k.net.tcp.retries.slice(0, 5)]).toEqual([1, 1, 1, 1, 0])
  })

  test('ends an acknowledgement that was to be sent later', () => {
    const gw = gateway()
    const sk = connected(gw, 2)
    hear(gw, sk, '[P.], seq 5001, ack ACK, length 10')
    tcp_send(gw.k, sk, 0, 10)
    gw.wait(0)
    expect(hear(gw, sk, '[P.], seq 5011, ack ACK, length 10')).toEqual([])
    hear(gw, sk, '[R], seq 5021, length 0')
    gw.events()
    gw.wait(0.1)
    expect(sent(gw)).toEqual([])
  })
})

describe('a program', () => {
  test('is told by the rules of routing that its protocol or the port may not be spoken with', () => {
    expect(tcp_connect(gateway('ip rule add dport 9 prohibit').k, 1, PEER, 9)).toBe('EACCES')
    expect(tcp_connect(gateway('ip rule add ipproto tcp prohibit').k, 1, PEER, 9)).toBe('EACCES')
  })

  test('cannot connect to many', () => {
    expect(tcp_connect(gateway().k, 1, ipv4('192.168.0.255'), 9)).toBe('ENETUNREACH')
  })

  test('that sends much says what it means with the last segment', () => {
    const gw = gateway()
    const sk = connected(gw, 1, { mss: 1460 })
    tcp_send(gw.k, sk, 5, 3000)
    gw.wait(0)
    expect(sent(gw).map((p) => p.payload)).toEqual([0, 0, 5])
  })

  test('reads the last meaning there is, though bytes without one follow', () => {
    const gw = gateway()
    const sk = connected(gw)
    hear(gw, sk, '[P.], seq 5001, ack ACK, length 10', { payload: 5 })
    hear(gw, sk, '[.], seq 5011, ack ACK, length 10')
    expect(tcp_read(gw.k, sk, true)).toBe(5)
  })

  test('that has read what filled the window lets the peer know at once', () => {
    const gw = gateway()
    const sk = connected(gw, 1, { wscale: 7, mss: 1460 })
    for (let i = 0; i < 40; i++) hear(gw, sk, `[.], seq ${5001 + i * 1460}, ack ACK, length 1460`)
    gw.events()
    expect(tcp_recv(gw.k, sk)).toBe(40 * 1460)
    gw.wait(0)
    expect(sent(gw)).toHaveLength(1)
    tcp_recv(gw.k, sk)
    gw.wait(0)
    expect(sent(gw)).toEqual([])
  })

  test('that has said it sends no more and then goes leaves a connection that waits for a minute', () => {
    const gw = gateway()
    const sk = connected(gw)
    tcp_shutdown(gw.k, sk)
    gw.wait(0)
    hear(gw, sk, '[.], seq 5001, ack ACK, length 0')
    gw.wait(80)
    expect(tcp_state(gw.k.net, sk)).toBe(TCP_FIN_WAIT2)
    tcp_close(gw.k, sk)
    gw.wait(80)
    expect(tcp_state(gw.k.net, sk)).toBe(TCP_FREE)
  })

  test.each([
    [4, mib.TcpExtTWKilled],
    [5, mib.TcpExtTW],
  ])('that has gone leaves one that waits %i seconds, and is counted by that', (seconds, counter) => {
    const gw = gateway(`sysctl -qw net.ipv4.tcp_fin_timeout=${seconds}`)
    const sk = connected(gw)
    tcp_close(gw.k, sk)
    gw.wait(0)
    hear(gw, sk, '[.], seq 5001, ack ACK, length 0')
    expect(gw.k.net.mib[counter]).toBe(1)
  })

  test('hears nothing of a segment whose socket it has closed', () => {
    const gw = gateway()
    const sk = connects(gw)
    tcp_close(gw.k, sk)
    const woken: number[] = []
    gw.k.wake = (sock) => void woken.push(sock)
    tcp_send_failed(gw.k, sk)
    expect(woken).toEqual([])
  })

  test('holds nothing of a connection that was over when somebody killed it', () => {
    const gw = gateway()
    const sk = connected(gw)
    tcp_shutdown(gw.k, sk)
    gw.wait(0)
    hear(gw, sk, '[F.], seq 5001, ack ACK, length 0')
    expect(tcp_state(gw.k.net, sk)).toBe(TCP_TIME_WAIT)
    tcp_abort(gw.k, sk)
    expect(tcp_state(gw.k.net, sk)).toBe(TCP_FREE)
  })
})

describe('who closes and has not read all that came', () => {
  const closes = (flags: string): [string[], number, number] => {
    const gw = gateway()
    const sk = connected(gw)
    hear(gw, sk, `[${flags}], seq 5001, ack ACK, length 10`)
    gw.wait(1)
    gw.events()
    tcp_close(gw.k, sk)
    gw.wait(0)
    const sent = gw
      .events()
      .flatMap((e) => (e.type === 'xmit' ? [e.header.flags & 4 ? 'reset' : 'other'] : []))
    return [sent, gw.k.net.mib[mib.TcpExtTCPAbortOnClose], gw.k.net.mib[mib.TcpEstabResets]]
  }
  test('tells the peer that it was for nothing, whether that has said all or not', () => {
    expect([closes('P.'), closes('FP.')]).toEqual([
      [['reset'], 1, 1],
      [['reset'], 1, 1],
    ])
  })
})
