/** What the end of a TCP connection offers, keeps beyond a hole, asks of a peer without room, and cuts for a smaller link. */
import { describe, expect, test } from 'vitest'
import { TCP_SK } from '../../src/kernel/tcp/table.ts'
import { tcp_accept, tcp_close, tcp_listen, tcp_recv, tcp_send } from '../../src/kernel/tcp/tcp.ts'
import * as mib from '../../src/kernel/snmp.ts'
import type { Skb } from '../../src/kernel/skb.ts'
import { emptyPacket, IPPROTO_ICMP, IPPROTO_TCP } from '../../src/wire/packet.ts'
import { ipv4 } from '../../src/wire/address.ts'
import { gateway, type Gateway } from '../kit.ts'

interface Peer {
  gw: Gateway
  sk: number
  /** What the end's first byte has for its number. */
  iss: number
  /** What has been sent since the last look: numbers from the first byte on, bytes. */
  sent: () => [seq: number, bytes: number][]
  /** A segment with bytes from that one on, which acknowledges so many; what the answers acknowledge and offer. */
  data: (seq: number, bytes: number, more?: Partial<Skb>, flags?: string) => { ack: number; win: number }[]
  /** Nothing but an acknowledgement of so many bytes. */
  ack: (bytes: number, win: number) => void
  /** A router says that no more fits. */
  tooLong: (mtu: number, seq?: number) => void
}

/** A connection from 192.168.0.2 to a socket that nobody reads. Its windows are scaled by 1, its own by 128. */
function peer(win = 64240, syn: Partial<Skb> = {}, ...lines: string[]): Peer {
  const gw = gateway(...lines)
  const listener = tcp_listen(gw.k, 8080, 4242, '')
  const to = '192.168.0.2.5000 > 192.168.0.1.8080:'
  const sentHeaders = () => gw.events().flatMap((e) => (e.type === 'xmit' ? [e.header] : []))
  gw.rx('lan', `${to} Flags [S], seq 1000`, { mss: 1460, wscale: 0, ...syn })
  const [{ seq }] = sentHeaders()
  const iss = seq + 1
  const stamps = syn.ts ? { ts: 1, thl: 32, len: 52 } : {}
  gw.rx('lan', `${to} Flags [.], seq 1001, ack ${iss}, win ${win}`, stamps)
  const sk = tcp_accept(gw.k, listener)
  gw.events()
  return {
    gw,
    sk,
    iss,
    sent() {
      gw.wait(0)
      return sentHeaders().map((h) => [h.seq - iss, h.len - 20 - h.thl])
    },
    data(from, bytes, more = {}, flags = 'P.') {
      gw.events()
      gw.rx('lan', `${to} Flags [${flags}], seq ${1001 + from}, ack ${iss}, length ${bytes}`, more)
      return sentHeaders().map((h) => ({ ack: h.ack - 1001, win: h.win * 128 }))
    },
    ack(bytes, room) {
      gw.rx('lan', `${to} Flags [.], seq 1001, ack ${iss + bytes}, win ${room}`)
    },
    tooLong(mtu, from = 0) {
      const [saddr, daddr] = [ipv4('192.168.0.1'), ipv4('192.168.0.2')]
      const inner = { ...emptyPacket(), protocol: IPPROTO_TCP, saddr, daddr, sport: 8080, dport: 5000 }
      gw.rx('lan', '192.168.0.2 > 192.168.0.1: ICMP echo reply, length 36', {
        protocol: IPPROTO_ICMP,
        type: 3,
        code: 4,
        icmpInfo: mtu,
        inner: { ...inner, thl: 20, len: 1500, seq: iss + from },
      })
    },
  }
}

/** Sizes of what is kept until it is acknowledged. */
function kept({ gw, sk }: Peer): number[] {
  const { sndHead, pieces } = gw.k.net.tcp
  const sizes: number[] = []
  for (let i = sndHead[sk - TCP_SK]; i >= 0; i = pieces.next[i]) sizes.push(pieces.bytes[i])
  return sizes
}

describe('what has come before what it follows', () => {
  test('is read in order when the hole is filled, from whatever memory', () => {
    const p = peer()
    p.data(0, 100)
    p.data(200, 100, { payload: 3 })
    tcp_recv(p.gw.k, p.sk)
    // The memory of what was read is used again.
    p.data(300, 100, { payload: 4 })
    expect(p.data(100, 100, { payload: 2 }).map((a) => a.ack)).toEqual([400])
    p.data(400, 50, { payload: 5 })
    const read: [number, number][] = []
    tcp_recv(p.gw.k, p.sk, (payload, bytes) => read.push([payload, bytes]))
    expect(read).toEqual([
      [2, 100],
      [3, 100],
      [4, 100],
      [5, 50],
    ])
  })

  test('is read once, though the memory of the first that was missed is the first to be used again', () => {
    const p = peer()
    p.data(100, 100, { payload: 3 })
    p.data(0, 100, { payload: 2 })
    p.data(200, 50, { payload: 4 })
    const read: number[] = []
    tcp_recv(p.gw.k, p.sk, (payload) => read.push(payload))
    expect(read).toEqual([2, 3, 4])
  })

  test('is thrown away when a longer segment has brought it too', () => {
    const p = peer()
    p.data(100, 100)
    expect(p.data(0, 200).map((a) => a.ack)).toEqual([200])
    expect(p.data(200, 10).map((a) => a.ack)).toEqual([210])
  })
})

describe('the window', () => {
  test('of what is free when more than half is taken, whole grains are offered', () => {
    const p = peer()
    for (let i = 0; i < 80; i++) p.data(i * 500, 500)
    // A full segment shows that more fits.
    expect(p.data(40_000, 1460).map((a) => a.win)).toEqual([Math.floor((80_000 - 41_460) / 128) * 128])
  })

  test('who reads says so at once when what is left is no more than half, and not one byte before', () => {
    const p = peer(64240, {}, 'ip link set lan mtu 1320')
    for (let i = 0; i < 65; i++) p.data(i * 512, 512)
    expect(p.data(65 * 512, 128).map((a) => a.win)).toEqual([32128])
    tcp_recv(p.gw.k, p.sk)
    expect(p.sent()).toEqual([[0, 0]])
    const q = peer(64240, {}, 'ip link set lan mtu 1320')
    for (let i = 0; i < 65; i++) q.data(i * 512, 512)
    tcp_recv(q.gw.k, q.sk)
    expect(q.sent()).toEqual([])
  })

  test('is nobody’s any more when the peer has closed', () => {
    const p = peer()
    for (let i = 0; i < 80; i++) p.data(i * 500, 500)
    p.data(40_000, 500, {}, 'FP.')
    tcp_recv(p.gw.k, p.sk)
    expect(p.sent()).toEqual([])
  })
})

describe('a peer without room', () => {
  test('is asked with a byte that it has had, each time after twice as long', () => {
    const p = peer(0)
    tcp_send(p.gw.k, p.sk, 0, 500)
    expect(p.sent()).toEqual([])
    const asked = [0.3, 0.5, 0.9, 1.9].map((seconds) => {
      p.gw.wait(seconds)
      return p.sent()
    })
    expect(asked).toEqual([[[-1, 0]], [[-1, 0]], [[-1, 0]], [[-1, 0]]])
    expect(p.gw.k.net.mib[mib.TcpExtTCPWinProbe]).toBe(4)
    p.ack(0, 1000)
    expect(p.sent()).toEqual([[0, 500]])
  })

  test('gets as much as it has room for, and the rest when it has more', () => {
    const p = peer(100)
    tcp_send(p.gw.k, p.sk, 0, 500)
    p.gw.wait(0.3)
    expect(p.sent()).toEqual([[0, 100]])
    expect(p.gw.k.net.mib[mib.TcpExtTCPWinProbe]).toBe(0)
    p.ack(100, 1000)
    expect(p.sent()).toEqual([[100, 400]])
  })
})

describe('segments that are too long for a link on the way', () => {
  test('are cut, and sent again at once; what waits for room is cut and waits', () => {
    const p = peer(4380)
    tcp_send(p.gw.k, p.sk, 0, 3 * 1460)
    tcp_send(p.gw.k, p.sk, 0, 1460)
    expect(p.sent().map(([, bytes]) => bytes)).toEqual([1460, 1460, 1460])
    const { mib: count } = p.gw.k.net
    const [out, again] = [count[mib.TcpOutSegs], count[mib.TcpRetransSegs]]
    p.tooLong(770)
    expect(p.sent()).toEqual([0, 730, 1460, 2190, 2920, 3650].map((seq) => [seq, 730]))
    expect([count[mib.TcpOutSegs] - out, count[mib.TcpRetransSegs] - again]).toEqual([0, 6])
    expect(kept(p)).toEqual(Array(8).fill(730))
    p.ack(4380, 10_000)
    expect(p.sent()).toEqual([
      [4380, 730],
      [5110, 730],
    ])
  })

  test('what is sent after them follows the last of them, whether that was cut or not', () => {
    for (const [bytes, sizes] of [
      [1460, [730, 730, 0]],
      [1960, [730, 730, 500, 0]],
    ] as const) {
      const p = peer()
      tcp_send(p.gw.k, p.sk, 0, bytes)
      p.tooLong(770)
      tcp_close(p.gw.k, p.sk)
      expect(kept(p)).toEqual(sizes)
    }
  })

  test('one that was short enough is not sent again', () => {
    const p = peer()
    // What nobody reads has the first piece of memory.
    p.data(0, 100)
    tcp_send(p.gw.k, p.sk, 0, 10)
    tcp_send(p.gw.k, p.sk, 0, 1460)
    p.sent()
    p.tooLong(770)
    expect(p.sent()).toEqual([
      [10, 730],
      [740, 730],
    ])
  })

  test('timestamps take room in each', () => {
    const p = peer(64240, { ts: 1, tsval: 5, thl: 36, len: 56 })
    tcp_send(p.gw.k, p.sk, 0, 1448)
    p.sent()
    p.tooLong(1490)
    expect(p.sent()).toEqual([
      [0, 1438],
      [1438, 10],
    ])
  })

  test('who is told what was known before, or is to believe nobody, sends nothing again', () => {
    const p = peer()
    tcp_send(p.gw.k, p.sk, 0, 1460)
    p.sent()
    p.tooLong(1500)
    p.gw.sh('sysctl -w net.ipv4.ip_no_pmtu_disc=2')
    p.tooLong(770)
    expect(p.sent()).toEqual([])
    p.gw.sh('sysctl -w net.ipv4.ip_no_pmtu_disc=0')
    p.tooLong(770)
    expect(p.sent()).toHaveLength(2)
  })
})
