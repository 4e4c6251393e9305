/**
 * Segments for a socket that listens: requests, the queue of connections that wait for accept(), and cookies when there are
 * too many requests. Linux: net/ipv4/tcp_input.c tcp_conn_request, tcp_minisocks.c tcp_check_req, syncookies.c
 * Left out: TCP Fast Open, deferred accept, fewer repetitions while half of the queue is full
 */
import { printIpv4 } from '../../wire/address.ts'
import { TH_ACK, TH_RST, TH_SYN } from '../../wire/packet.ts'
import { hashTuple } from '../conntrack/hash.ts'
import type { Kernel } from '../kernel.ts'
import { net_ratelimit, printk } from '../log.ts'
import * as mib from '../snmp.ts'
import type { Skb } from '../skb.ts'
import { WORK_TCP_CHILD, WORK_TCP_REQUEST } from '../work.ts'
import { COOKIE_IN_VAIN, NO_SYN, OVERFLOW, TAKEN, VAIN_RESET, type Fate } from './fate.ts'
import { readSyn, stateRcv } from './input.ts'
import { inet_csk_route_req, sendCookie, sendReset } from './output.ts'
import { enqueue, RTO_INIT, transmit } from './send.ts'
import {
  F_PASSIVE,
  F_SCALED,
  F_WARNED,
  F_WATCHED,
  freeSlot,
  hashIn,
  leaveListener,
  newSlot,
  TCP_ESTABLISHED,
  TCP_SK,
  TCP_SYN_RECV,
} from './table.ts'

/** Linux: sk_acceptq_is_full */
function isFull(k: Kernel, l: number): boolean {
  const t = k.net.tcp
  return t.acceptLen[l] > t.backlog[l]
}

/** Are there more requests than it wants to keep? 4.15 keeps one fewer. Linux: inet_csk_reqsk_queue_is_full */
function isFlooded(k: Kernel, l: number): boolean {
  const t = k.net.tcp
  return t.requests[l] + (k.machine.period === 'article' ? 1 : 0) > t.backlog[l]
}

function overflow(k: Kernel, fate: Fate): Fate {
  k.net.mib[mib.TcpExtListenOverflows]++
  k.net.mib[mib.TcpExtListenDrops]++
  return fate
}

/** A segment that belongs to no connection. */
export function listenRcv(k: Kernel, l: number, skb: Skb): Fate {
  const t = k.net.tcp
  if (skb.flags & TH_RST) return VAIN_RESET
  if (skb.flags & TH_ACK || (skb.flags & TH_SYN) === 0) {
    // Only where cookies have been sent is somebody taken to have one.
    if (skb.flags & TH_ACK && t.flags[l] & F_WARNED) {
      if (skb.ack === (cookieOf(k, skb) + 1) >>> 0) return cookieRcv(k, l, skb)
      k.net.mib[mib.TcpExtSyncookiesFailed]++
    }
    sendReset(k, skb)
    return NO_SYN
  }
  k.spend(WORK_TCP_REQUEST)
  const cookies = isFlooded(k, l)
  if (cookies) floodAction(k, l)
  if (isFull(k, l)) return overflow(k, TAKEN)
  // Nobody keeps a request that cannot be answered. Linux: tcp_v4_route_req
  if (!inet_csk_route_req(k, skb.daddr, skb.dport, skb.saddr, skb.sport)) {
    k.net.mib[mib.TcpExtListenDrops]++
    return TAKEN
  }
  if (cookies) {
    k.net.mib[mib.TcpExtSyncookiesSent]++
    sendCookie(k, skb, cookieOf(k, skb))
    return TAKEN
  }
  const s = child(k, l, skb)
  t.state[s] = TCP_SYN_RECV
  t.parent[s] = l
  t.requests[l]++
  t.sndUna[s] = t.sndNxt[s] = t.sndSmall[s] = k.random()
  readSyn(k, s, skb)
  enqueue(k, s, TH_SYN, 0, 0)
  transmit(k, s)
  return TAKEN
}

/** Says it once. Linux: tcp_syn_flood_action */
function floodAction(k: Kernel, l: number): void {
  const t = k.net.tcp
  k.net.mib[mib.TcpExtTCPReqQFullDoCookies]++
  if (t.flags[l] & F_WARNED) return
  t.flags[l] |= F_WARNED
  const port = `${printIpv4(t.laddr[l])}:${t.lport[l]}`
  if (net_ratelimit(k))
    printk(k, `TCP: request_sock_TCP: Possible SYN flooding on port ${port}. Sending cookies.`)
}

/** A sequence number that nobody but this host can know. Linux: secure_tcp_syn_cookie (without its clock) */
function cookieOf(k: Kernel, skb: Skb): number {
  return hashTuple(k.machine.ct.key, 1, 0, skb.saddr, skb.daddr, skb.sport, skb.dport, skb.protocol) >>> 0
}

/** A socket of the listener's owner for the peer that a segment comes from. */
function child(k: Kernel, l: number, skb: Skb): number {
  const t = k.net.tcp
  const s = newSlot(t, TCP_SYN_RECV)
  t.pid[s] = t.pid[l]
  t.service[s] = t.service[l]
  t.laddr[s] = skb.daddr
  t.lport[s] = skb.dport
  t.raddr[s] = skb.saddr
  t.rport[s] = skb.sport
  t.rto[s] = RTO_INIT
  t.flags[s] |= skb.watched ? F_PASSIVE | F_WATCHED : F_PASSIVE
  hashIn(t, s)
  return s
}

/** The ACK of a SYN/ACK whose sequence number was a cookie. Linux: cookie_v4_check */
function cookieRcv(k: Kernel, l: number, skb: Skb): Fate {
  k.net.mib[mib.TcpExtSyncookiesRecv]++
  if (isFull(k, l)) return overflow(k, COOKIE_IN_VAIN)
  const t = k.net.tcp
  const s = child(k, l, skb)
  readSyn(k, s, skb)
  t.rcvNxt[s] = skb.seq
  t.rcvEdge[s]--
  t.sndScale[s] = skb.ts ? 7 : 0
  if (skb.ts) t.flags[s] |= F_SCALED
  t.mss[s] = skb.ts ? 1448 : 1460
  t.sndFirst[s] = t.sndUna[s] = t.sndNxt[s] = t.sndSmall[s] = skb.ack
  established(k, s, l)
  // What the segment brings is taken as that of any other. Linux: tcp_child_process
  return stateRcv(k, s, skb)
}

/** The last ACK of a handshake, taken if there is room for the connection. Linux: tcp_v4_syn_recv_sock, tcp_check_req */
export function requestAcked(k: Kernel, s: number, skb: Skb): Fate {
  const t = k.net.tcp
  const l = t.parent[s]
  if (l >= 0 && isFull(k, l)) {
    // Ignored: the request stays, and its SYN/ACK is sent again. Or the peer is told.
    if (k.net.sysctl['net.ipv4.tcp_abort_on_overflow'] ?? 0) {
      sendReset(k, skb)
      k.net.mib[mib.TcpExtEmbryonicRsts]++
      freeSlot(t, s)
    }
    return overflow(k, OVERFLOW)
  }
  if (l >= 0) leaveListener(t, s)
  // Its own SYN was not sent by this socket yet: it does not count as delivered.
  k.net.mib[mib.TcpExtTCPDelivered]--
  t.sndFirst[s] = skb.ack
  established(k, s, l)
  return TAKEN
}

/** A connection is complete: its listener can accept it. Linux: inet_csk_reqsk_queue_add */
function established(k: Kernel, s: number, l: number): void {
  const t = k.net.tcp
  k.spend(WORK_TCP_CHILD)
  t.state[s] = TCP_ESTABLISHED
  // What its request has answered is not its own.
  t.doubted[s] = -Infinity
  k.net.mib[mib.TcpPassiveOpens]++
  if (l < 0) return
  t.parent[s] = l
  if (t.acceptHead[l] < 0) t.acceptHead[l] = s
  else t.acceptNext[t.acceptTail[l]] = s
  t.acceptTail[l] = s
  t.acceptLen[l]++
  k.wake(l + TCP_SK)
}
