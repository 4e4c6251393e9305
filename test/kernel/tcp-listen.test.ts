/** What a listener says and keeps, where a recording of packets does not show it; and segments that found no room at home. */
import { expect, test } from 'vitest'
import { tcp_close, tcp_connect, tcp_listen } from '../../src/kernel/tcp/tcp.ts'
import { RTO_INIT, setTimer, tcp_local_congestion } from '../../src/kernel/tcp/send.ts'
import { TCP_FREE, TCP_SK, TCP_SYN_RECV } from '../../src/kernel/tcp/table.ts'
import { ipv4 } from '../../src/wire/address.ts'
import { gateway } from '../kit.ts'

test('a flood of requests is told once, with the port; a cookie offers a scale only beside a timestamp', () => {
  const gw = gateway()
  gw.lab.exec(0, 'sleep 60 | nc -lk 8080')
  gw.wait(0.1)
  /** The scale that the answer offers, -1: none. */
  const offered = (port: number, ts: number, wscale: number): number[] => {
    gw.events()
    gw.rx('lan', `192.168.0.2.${port} > 192.168.0.1.8080: Flags [S], seq 1, win 64240, length 0`, {
      ts,
      wscale,
    })
    return gw.events().flatMap((e) => (e.type === 'xmit' ? e.header.wscale : []))
  }
  for (const port of [5000, 5001]) offered(port, 0, -1)
  expect([offered(5002, 1, 7), offered(5003, 1, 0), offered(5004, 1, -1), offered(5005, 0, 7)]).toEqual([
    [7],
    [7],
    [-1],
    [-1],
  ])
  expect(gw.k.machine.log.map(({ text }) => text).filter((text) => text.includes('flooding'))).toEqual([
    'TCP: request_sock_TCP: Possible SYN flooding on port 0.0.0.0:8080. Sending cookies.',
  ])
})

test('no queue is longer than net.core.somaxconn says when it begins', () => {
  const { k } = gateway('sysctl -qw net.core.somaxconn=7')
  const { backlog } = k.net.tcp
  expect(backlog[tcp_listen(k, 81, 1, '', 511) - TCP_SK]).toBe(7)
  expect(backlog[tcp_listen(k, 82, 1, '', 5) - TCP_SK]).toBe(5)
})

test('what was sent again and found no room at home is tried after half a second, its timeout as before', () => {
  const gw = gateway('iptables -A OUTPUT -p tcp --dport 9 -j DROP')
  const sk = tcp_connect(gw.k, 1, ipv4('192.168.0.2'), 9)
  if (typeof sk === 'string') throw new Error(sk)
  const s = sk - TCP_SK
  const { tcp } = gw.k.net
  // The first one has its timer.
  tcp_local_congestion(gw.k, sk)
  gw.wait(0.7)
  expect(tcp.retries[s]).toBe(0)
  // Five times each second, and then twice as long each time.
  gw.wait(5.5)
  expect([tcp.retries[s], tcp.rto[s]]).toEqual([5, 2 * RTO_INIT])
  tcp_local_congestion(gw.k, sk)
  expect(tcp.rto[s]).toBe(RTO_INIT)
  gw.wait(0.6)
  expect([tcp.retries[s], tcp.rto[s]]).toEqual([6, 2 * RTO_INIT])
})

test('a timer fires in whichever jiffy it is started', () => {
  const gw = gateway('iptables -A OUTPUT -p tcp --dport 9 -j DROP')
  const { tcp } = gw.k.net
  for (let jiffy = 0; jiffy < 64; jiffy++) {
    const sk = tcp_connect(gw.k, 1, ipv4('192.168.0.2'), 9)
    if (typeof sk === 'string') throw new Error(sk)
    setTimer(gw.k, sk - TCP_SK, 0, 100_000)
    // An odd number of jiffies: so each of the 64 has its turn.
    gw.wait(0.108)
    expect(tcp.retries[sk - TCP_SK]).toBe(1)
    tcp_close(gw.k, sk)
  }
})

test('a SYN/ACK that cannot be repeated was the last, in the first slot of a host, too', () => {
  const gw = gateway()
  const { tcp } = gw.k.net
  const gone = tcp_connect(gw.k, 1, ipv4('192.168.0.2'), 9)
  tcp_listen(gw.k, 8080, 1, '')
  if (typeof gone === 'string') throw new Error(gone)
  tcp_close(gw.k, gone)
  gw.rx('lan', '192.168.0.2.5000 > 192.168.0.1.8080: Flags [S], seq 1, win 64240, length 0')
  expect(tcp.state[gone - TCP_SK]).toBe(TCP_SYN_RECV)
  gw.sh('iptables -A OUTPUT -p tcp -j DROP')
  gw.wait(2)
  expect(tcp.state[gone - TCP_SK]).toBe(TCP_FREE)
})
