/** Whose a packet is that has come in, as a LOG target with --log-uid asks. */
import { describe, expect, test } from 'vitest'
import { tcp_v4_early_demux, udp_v4_early_demux } from '../../src/kernel/early-demux.ts'
import { newSock, type Sock } from '../../src/kernel/socket.ts'
import { IP_CT_ESTABLISHED_REPLY, IP_CT_NEW, newSkb, type Skb } from '../../src/kernel/skb.ts'
import { tcp_connect } from '../../src/kernel/tcp/tcp.ts'
import { BROADCAST_MAC, ipv4 } from '../../src/wire/address.ts'
import { IP_MF, IPPROTO_TCP, IPPROTO_UDP } from '../../src/wire/packet.ts'
import { gateway } from '../kit.ts'

const HERE = ipv4('192.168.0.1')
const PEER = ipv4('192.168.0.2')
const GROUP = ipv4('224.0.0.1')
const GROUP_MAC = 0x01005e000001

/** Is a datagram from 192.168.0.2:6000 to port 5000 somebody's, where these sockets have the port? */
function isKnown(socks: Partial<Sock>[], more: Partial<Skb> = {}): boolean {
  const { k } = gateway()
  for (const sock of socks) Object.assign(newSock(k.net, 'udp', 1), { lport: 5000, ...sock })
  const ends = { saddr: PEER, daddr: HERE, sport: 6000, dport: 5000 }
  return udp_v4_early_demux(k, Object.assign(newSkb(), { protocol: IPPROTO_UDP, ...ends, ...more }))
}

const connected = { laddr: HERE, raddr: PEER, rport: 6000 }
const toGroup = { daddr: GROUP, dmac: GROUP_MAC }

describe('a datagram is known to be', () => {
  test('of the socket that is connected to its sender, by all four ends', () => {
    expect(isKnown([connected])).toBe(true)
    expect(isKnown([{ ...connected, laddr: HERE + 1 }])).toBe(false)
    expect(isKnown([{ ...connected, raddr: PEER + 1 }])).toBe(false)
    expect(isKnown([{ ...connected, rport: 6001 }])).toBe(false)
    expect(isKnown([{ ...connected, laddr: 0 }])).toBe(false)
    expect(isKnown([{}])).toBe(false)
  })

  test('of nobody where it is a fragment, of another protocol, or for everybody on the link', () => {
    expect(isKnown([connected], { frag: IP_MF })).toBe(false)
    expect(isKnown([connected], { protocol: IPPROTO_TCP })).toBe(false)
    expect(isKnown([connected], { dmac: BROADCAST_MAC })).toBe(false)
  })

  test('of the only socket that hears a group', () => {
    expect(isKnown([{}], toGroup)).toBe(true)
    expect(isKnown([{ laddr: GROUP }], toGroup)).toBe(true)
    expect(isKnown([{ laddr: GROUP, raddr: PEER, rport: 6000 }], toGroup)).toBe(true)
    expect(isKnown([], toGroup)).toBe(false)
    expect(isKnown([{}, { laddr: GROUP }], toGroup)).toBe(false)
    expect(isKnown([{ laddr: HERE }], toGroup)).toBe(false)
    expect(isKnown([{ raddr: PEER + 1, rport: 6000 }], toGroup)).toBe(false)
    expect(isKnown([{ raddr: PEER, rport: 6001 }], toGroup)).toBe(false)
    // Nobody has joined that one, and this is for one host, whatever its frame says.
    expect(isKnown([{}], { ...toGroup, daddr: ipv4('224.1.1.1') })).toBe(false)
    expect(isKnown([connected], { dmac: GROUP_MAC })).toBe(false)
  })
})

test('a segment that came over a bridge is of its connection, unless it was for somebody else there', () => {
  const { k } = gateway()
  tcp_connect(k, 1, PEER, 9, true, 0, 4000)
  const { ct } = k.machine
  ct.dst = new Uint32Array(20)
  const ends = { saddr: PEER, daddr: HERE, sport: 9, dport: 4000 }
  const slot = (nfct: number, ctinfo: number, inTuple: number[]): number => {
    inTuple.forEach((addr, dir) => (ct.dst[10 + dir] = addr))
    const skb = Object.assign(newSkb(), { protocol: IPPROTO_TCP, ...ends, physIn: 7, nfct, ctinfo })
    return tcp_v4_early_demux(k, skb)
  }
  expect(slot(-1, IP_CT_NEW, [0, 0])).toBe(0)
  expect(slot(5, IP_CT_NEW, [HERE, PEER])).toBe(0)
  expect(slot(5, IP_CT_NEW, [PEER + 1, PEER])).toBe(-1)
  expect(slot(5, IP_CT_ESTABLISHED_REPLY, [PEER, HERE])).toBe(0)
  expect(slot(5, IP_CT_ESTABLISHED_REPLY, [HERE, PEER + 1])).toBe(-1)
})

describe('a segment is of its connection where no bridge had it', () => {
  test.each([
    [
      'and NAT has sent it here',
      'iptables -t nat -A PREROUTING -p tcp --dport 80 -j DNAT --to 100.100.100.100:8080',
      80,
    ],
    ['and nobody tracks it', 'iptables -t raw -A PREROUTING -j NOTRACK', 8080],
  ])('%s', (_, rule, port) => {
    const gw = gateway('iptables -A INPUT -p tcp --tcp-flags FIN FIN -j LOG --log-uid', rule)
    gw.lab.exec(0, 'sleep 60 | nc -lk 8080')
    gw.wait(0.1)
    const say = (what: string): string[] =>
      gw.rx('lan', `192.168.0.2.5000 > 192.168.0.1.${port}: Flags ${what}`)
    gw.events()
    say('[S], seq 1, length 0')
    const [{ seq }] = gw.events().flatMap((e) => (e.type === 'xmit' ? e.header : []))
    say(`[.], seq 2, ack ${seq + 1}, length 0`)
    gw.wait(0.1)
    say(`[F.], seq 2, ack ${seq + 1}, length 0`)
    expect(gw.k.machine.log.flatMap(({ text }) => /UID=\d+/.exec(text) ?? [])).toEqual(['UID=0'])
  })
})
