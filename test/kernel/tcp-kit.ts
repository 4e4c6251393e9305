/** A gateway's own sockets that connect to a peer, 192.168.0.2, whose part a test plays. */
import { TCP_SK } from '../../src/kernel/tcp/table.ts'
import { tcp_connect } from '../../src/kernel/tcp/tcp.ts'
import type { Skb } from '../../src/kernel/skb.ts'
import type { Header } from '../../src/kernel/trace.ts'
import { ipv4 } from '../../src/wire/address.ts'
import { emptyPacket, IPPROTO_TCP } from '../../src/wire/packet.ts'
import type { Gateway } from '../kit.ts'

const HERE = ipv4('192.168.0.1')
export const PEER = ipv4('192.168.0.2')

/** Attempts of a process of the gateway to reach port 9, 10 ... of 192.168.0.2; the last one of them. */
export function connects(gw: Gateway, number = 1): number {
  let sk: number | string = -1
  for (let i = 0; i < number; i++) sk = tcp_connect(gw.k, 1, PEER, 9 + i)
  if (typeof sk === 'string') throw new Error(sk)
  gw.wait(0)
  return sk
}

/** What the peer of a socket says; `what`: flags and all that follows, with ACK for "ack of all that was sent". */
export function hear(gw: Gateway, sk: number, what: string, more: Partial<Skb> = {}): string[] {
  const t = gw.k.net.tcp
  const s = sk - TCP_SK
  const line = what.replace('ACK', String(t.sndNxt[s]))
  return gw.rx('lan', `192.168.0.2.${t.rport[s]} > 192.168.0.1.${t.lport[s]}: Flags ${line}`, more)
}

/** The same, for a connection that is there. What the peer says next begins at 5001. */
export function connected(gw: Gateway, number = 1, more: Partial<Skb> = {}, win = 64240): number {
  const sk = connects(gw, number)
  hear(gw, sk, `[S.], seq 5000, ack ACK, win ${win}, length 0`, more)
  gw.events()
  return sk
}

export const sent = (gw: Gateway): Header[] => gw.events().flatMap((e) => (e.type === 'xmit' ? e.header : []))

/** A router or the peer complains of a segment of the socket. */
export function complain(gw: Gateway, sk: number, type: number, code: number, back = 0): string[] {
  const t = gw.k.net.tcp
  const s = sk - TCP_SK
  const ends = { saddr: HERE, daddr: PEER, sport: t.lport[s], dport: t.rport[s] }
  const seq = (t.sndUna[s] - back) >>> 0
  const inner = { ...emptyPacket(), ...ends, protocol: IPPROTO_TCP, len: 1040, thl: 20, seq }
  const line = '192.168.0.2 > 192.168.0.1: ICMP echo reply, length 36'
  return gw.rx('lan', line, { type, code, icmpInfo: code === 4 ? 600 : 0, inner })
}
