/** The sockets of this host as ss tells of them. Linux: net/ipv4/inet_diag.c, tcp_diag.c, udp_diag.c */
import type { Ipv4 } from '../../wire/address.ts'
import { TH_FIN, TH_SYN } from '../../wire/packet.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import {
  F_REST,
  SERVICES,
  TCP_CLOSE,
  TCP_CLOSE_WAIT,
  TCP_FREE,
  TCP_LISTEN,
  TCP_SYN_RECV,
  TCP_TIME_WAIT,
  type TcpTable,
} from '../../kernel/tcp/table.ts'

/** By number, as ss shows them. Linux: include/net/tcp_states.h */
export const SHOWN: readonly string[] = [
  'UNKNOWN',
  'ESTAB',
  'SYN-SENT',
  'SYN-RECV',
  'FIN-WAIT-1',
  'FIN-WAIT-2',
  'TIME-WAIT',
  'UNCONN',
  'CLOSE-WAIT',
  'LAST-ACK',
  'LISTEN',
  'CLOSING',
  // TCP_BOTH_OPEN
  'SYN-RECV',
]

export type NetId = 'raw' | 'udp' | 'tcp'

/** A socket, with its queues in bytes (of a listener: connections that wait, and how many may). */
export interface SocketView {
  netid: NetId
  /** Its slot among its kind. */
  slot: number
  /** TCP_*; a socket without connections is TCP_CLOSE, or TCP_ESTABLISHED where it has one peer only. */
  state: number
  recvq: number
  sendq: number
  laddr: Ipv4
  lport: number
  raddr: Ipv4
  rport: number
  pid: number
  /** Who serves it where no process owns it. */
  service: string
  /** Its timer: name, lab time at which it runs out, how often in a row. */
  timer: { name: string; at: number; retries: number } | null
}

/** Bytes that were sent and not acknowledged, a SYN and a FIN for one each, and those that wait. */
function unacked(t: TcpTable, s: number): number {
  let waiting = 0
  for (let i = t.sndWait[s]; i >= 0; i = t.pieces.next[i])
    waiting += t.pieces.bytes[i] + (t.pieces.flags[i] & (TH_SYN | TH_FIN) ? 1 : 0)
  return ((t.sndNxt[s] - t.sndUna[s]) >>> 0) + waiting
}

/** A FIN is one to be read, too: a connection that nobody has accepted has nobody who reads it. */
function unreadFin(t: TcpTable, s: number): number {
  return t.state[s] === TCP_CLOSE_WAIT && t.parent[s] >= 0 ? 1 : 0
}

/** Linux: icsk_pending, and what of a connection is left */
function timerName(t: TcpTable, s: number): string {
  if (t.state[s] === TCP_TIME_WAIT || t.flags[s] & F_REST) return 'timewait'
  if (t.sndHead[s] < 0) return 'keepalive'
  return t.sndHead[s] >= 0 && t.sndHead[s] === t.sndWait[s] ? 'persist' : 'on'
}

/** Of one that only waits Linux tells how often it has asked, of what persists how often in a row. */
function timerOf(t: TcpTable, s: number): SocketView['timer'] {
  const name = timerName(t, s)
  const retries = name === 'persist' || name === 'keepalive' ? t.probes[s] : t.retries[s]
  return { name, at: t.wheel.at[s * 2], retries }
}

function tcpView(t: TcpTable, s: number): SocketView {
  const state = t.state[s]
  const listens = state === TCP_LISTEN
  // What a closed connection has not read is gone with it; requests and timewait sockets have no queues.
  const done = state === TCP_TIME_WAIT || state === TCP_CLOSE || state === TCP_SYN_RECV
  const running = t.wheel.slice[s * 2] >= 0
  return {
    netid: 'tcp',
    slot: s,
    state,
    recvq: listens ? t.acceptLen[s] : done ? 0 : t.rcvBytes[s] + unreadFin(t, s),
    sendq: listens ? t.backlog[s] : done ? 0 : unacked(t, s),
    laddr: t.laddr[s],
    lport: t.lport[s],
    raddr: t.raddr[s],
    rport: t.rport[s],
    pid: t.pid[s],
    service: SERVICES[t.service[s]],
    timer: running ? timerOf(t, s) : null,
  }
}

function tcpSockets(t: TcpTable): SocketView[] {
  const found: SocketView[] = []
  // One that is over, and whose owner has not looked yet, is nowhere to be found.
  for (let s = 0; s < t.used; s++)
    if (t.state[s] !== TCP_FREE && t.state[s] !== TCP_CLOSE) found.push(tcpView(t, s))
  const rank = (v: SocketView): number => (v.state === TCP_LISTEN ? 0 : v.state === TCP_SYN_RECV ? 1 : 2)
  return found.sort((a, b) => rank(a) - rank(b))
}

/** All of a kind: listeners first, then those that are not complete, then the others, the oldest first. */
export function socketsOf({ net }: Kernel, netid: NetId): SocketView[] {
  if (netid === 'tcp') return tcpSockets(net.tcp)
  return net.socks.flatMap((sock): SocketView[] => {
    // A program that pings has a raw socket; what others send raw, they only send.
    if (!sock || sock.proto === 'raw' || (sock.proto === 'udp' ? 'udp' : 'raw') !== netid) return []
    const { index: slot, laddr, lport, raddr, rport, pid } = sock
    const recvq = sock.queue.reduce((sum, d) => sum + d.bytes, 0)
    const state = raddr !== 0 ? 1 : TCP_CLOSE
    return [
      { netid, slot, state, recvq, sendq: 0, laddr, lport, raddr, rport, pid, service: '', timer: null },
    ]
  })
}
