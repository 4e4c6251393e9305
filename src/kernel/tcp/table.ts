/**
 * The TCP endpoints of a namespace, one slot each, in typed arrays: a load has tens of thousands of them, and a checkpoint
 * copies them all. A socket is named by a number everywhere else: its slot plus TCP_SK, which tells it from the sockets
 * of the other protocols.
 *
 * Linux: struct tcp_sock, struct request_sock, struct inet_timewait_sock (one kind of slot here); struct inet_hashinfo
 */
import type { Ipv4 } from '../../wire/address.ts'
import { newPieces, releaseAll, type Pieces } from './pieces.ts'
import { forget, growWheel, newWheel, type Wheel } from './wheel.ts'

/** From here on numbers of sockets are TCP's. */
export const TCP_SK = 0x40000000

/** Linux: include/net/tcp_states.h. 0: the slot is free. */
export const TCP_FREE = 0
export const TCP_ESTABLISHED = 1
export const TCP_SYN_SENT = 2
export const TCP_SYN_RECV = 3
export const TCP_FIN_WAIT1 = 4
export const TCP_FIN_WAIT2 = 5
export const TCP_TIME_WAIT = 6
export const TCP_CLOSE = 7
export const TCP_CLOSE_WAIT = 8
export const TCP_LAST_ACK = 9
export const TCP_LISTEN = 10
export const TCP_CLOSING = 11
/** What Linux calls TCP_SYN_RECV, too, where TCP_SYN_RECV here is its TCP_NEW_SYN_RECV: both ends have begun at once. */
export const TCP_BOTH_OPEN = 12

/** Bits of `flags`. Timestamps were agreed on. */
export const F_TS = 1
/** close() was called: the FIN goes when all else is sent. */
export const F_CLOSING = 2
/** The peer's FIN has come. */
export const F_EOF = 4
/** Data went out soon after data had come in, so that acknowledgements wait for more. Linux: icsk_ack.pingpong */
export const F_PINGPONG = 8
/** Its packets are recorded step by step. */
export const F_WATCHED = 16
/** The last timeout doubled the next one. */
export const F_DOUBLED = 32
/** LISTEN: it has said that it sends cookies. Linux: synflood_warned */
export const F_WARNED = 64
/** Its owner has been told and has not looked yet. */
export const F_READY = 128
/** Windows are scaled. */
export const F_SCALED = 256
/** The peer has said that it knows selective acknowledgements. */
export const F_SACK = 512
/** The peer has begun. */
export const F_PASSIVE = 1024

/** The timer that runs is that of a loss probe; one has gone out and is not answered; a timeout is not made up for. */
export const F_PROBING = 2048
export const F_PROBED = 4096
export const F_LOSS = 8192
/** A segment that is not full waits for the one before to be acknowledged (no TCP_NODELAY). */
export const F_NAGLE = 16384
/** A request: its SYN/ACK was sent again, the last time by its timer and not because the peer has asked again. */
export const F_AGAIN = 32768
export const F_TIMED = F_WARNED
/** Its owner wants to know whether the peer is still there. Linux: SO_KEEPALIVE */
export const F_KEEPALIVE = 1 << 19
/** FIN_WAIT2 that nobody owns: only what must be is left of the socket. Linux: tw_substate */
export const F_REST = 1 << 16
/** The owner has asked for its port, not the kernel. Linux: SOCK_BINDPORT_LOCK */
export const F_BOUND = 1 << 17
/** What comes next as expected is quickly done with. Linux: pred_flags */
export const F_PREDICTED = 1 << 18

/** Who serves a socket that no process owns. */
export const SERVICES = ['', 'http', 'replay', 'nginx', 'docker-proxy'] as const
export type Service = (typeof SERVICES)[number]

/** Written out, as what is made of a list of names has another shape each time: the code of all packets would be for many. */
function columns(size: number) {
  return {
    state: new Uint8Array(size),
    flags: new Uint32Array(size),
    service: new Uint8Array(size),
    /** Index into ERRNOS, 0: none. */
    error: new Uint8Array(size),
    retries: new Uint8Array(size),
    /** Questions whether the peer is there, or has room, that it has not answered. Linux: icsk_probes_out */
    probes: new Uint8Array(size),
    sndScale: new Uint8Array(size),
    lport: new Uint16Array(size),
    rport: new Uint16Array(size),
    mss: new Uint16Array(size),
    pid: new Int32Array(size),
    laddr: new Uint32Array(size),
    raddr: new Uint32Array(size),
    /** Sequence numbers. */
    sndUna: new Uint32Array(size),
    /** The number that acknowledgements of this connection begin with. */
    sndFirst: new Uint32Array(size),
    sndNxt: new Uint32Array(size),
    rcvNxt: new Uint32Array(size),
    tsRecent: new Uint32Array(size),
    /** Where the window that was offered ends, how large it was then; the largest segment that has come. Linux: rcv_wup + rcv_wnd */
    rcvEdge: new Uint32Array(size),
    rcvWnd: new Int32Array(size),
    rcvMss: new Uint16Array(size),
    /** The peer's window, bytes. */
    sndWnd: new Int32Array(size),
    /** How much may be offered: more when segments have come that are full. Linux: rcv_ssthresh */
    rcvMost: new Int32Array(size),
    /** Microseconds: the wait for an acknowledgement, and what it follows from; srtt times eight, the others times four. */
    rto: new Int32Array(size),
    srtt: new Int32Array(size),
    mdev: new Int32Array(size),
    mdevMax: new Int32Array(size),
    rttvar: new Int32Array(size),
    /** Sequence numbers: when mdevMax begins anew; what had been sent at a probe or a timeout; what has been sent again since that. */
    rttSeq: new Uint32Array(size),
    probed: new Uint32Array(size),
    resent: new Uint32Array(size),
    /** Where the last segment ended that was not a full one. Linux: snd_sml */
    sndSmall: new Uint32Array(size),
    /** Lab times: when data came in last; when something was sent again first; when it last answered what does not fit. */
    rcvTime: new Float64Array(size),
    retrans: new Float64Array(size),
    doubted: new Float64Array(size),
    /** Pieces (pieces.ts) sent and not acknowledged, then those not sent: first, last, first not sent; -1: none. */
    sndHead: new Int32Array(size),
    sndTail: new Int32Array(size),
    sndWait: new Int32Array(size),
    /** Pieces received in order and not read, their bytes; and those beyond a hole. */
    rcvHead: new Int32Array(size),
    rcvTail: new Int32Array(size),
    rcvBytes: new Int32Array(size),
    beyond: new Int32Array(size),
    /** The listener that a connection waits at until it is accepted, -1: none; and the next one there. */
    parent: new Int32Array(size),
    acceptNext: new Int32Array(size),
    /** LISTEN: connections that wait for accept(), how many; requests; how many there may be of either. */
    acceptHead: new Int32Array(size),
    acceptTail: new Int32Array(size),
    acceptLen: new Int32Array(size),
    requests: new Int32Array(size),
    backlog: new Int32Array(size),
    /** The next one of the same hash; of a free slot, the next free one. */
    hashNext: new Int32Array(size),
  }
}

type Columns = ReturnType<typeof columns>
const NAMES = Object.keys(columns(0)) as (keyof Columns)[]
const FIRST_SIZE = 16

/** A connection that is asked whether its peer is there: seconds of silence before, and between two questions (0: the host's). */
export interface Keeper {
  slot: number
  time: number
  interval: number
  /** Lab times: when the peer was heard last, and when to look again. */
  heard: number
  at: number
}

export interface TcpTable extends Columns {
  used: number
  /** First free slot, -1: none. */
  free: number
  heads: Int32Array
  /** Slots that listen. */
  listeners: number[]
  /** Slots with a port that their owner has asked for, and those with F_KEEPALIVE: few. */
  bound: number[]
  keepers: Keeper[]
  pieces: Pieces
  wheel: Wheel
}

export function newTcpTable(): TcpTable {
  const t = columns(FIRST_SIZE) as TcpTable
  t.used = 0
  t.free = -1
  t.heads = new Int32Array(FIRST_SIZE).fill(-1)
  t.listeners = []
  t.bound = []
  t.keepers = []
  t.pieces = newPieces()
  t.wheel = newWheel(FIRST_SIZE * 2)
  return t
}

/** Twice the slots, and buckets. */
function grow(t: TcpTable): void {
  const bigger = columns(t.state.length * 2)
  for (const name of NAMES) bigger[name].set(t[name])
  Object.assign(t, bigger)
  growWheel(t.wheel, t.state.length * 2)
  const old = t.heads
  t.heads = new Int32Array(old.length * 2).fill(-1)
  for (const first of old)
    for (let s = first; s >= 0;) {
      const next = t.hashNext[s]
      hashIn(t, s)
      s = next
    }
}

/** A slot with nothing in it but a state. */
export function newSlot(t: TcpTable, state: number): number {
  let s = t.free
  if (s >= 0) t.free = t.hashNext[s]
  else {
    if (t.used === t.state.length) grow(t)
    s = t.used++
  }
  t.state[s] = state
  t.flags[s] = t.service[s] = t.error[s] = t.retries[s] = t.probes[s] = t.sndScale[s] = 0
  t.pid[s] = t.sndWnd[s] = t.tsRecent[s] = t.rcvBytes[s] = t.rcvEdge[s] = t.rcvWnd[s] = t.rcvMost[s] = 0
  t.sndFirst[s] =
    t.sndUna[s] =
    t.sndNxt[s] =
    t.rcvNxt[s] =
    t.sndSmall[s] =
    t.rttSeq[s] =
    t.probed[s] =
    t.resent[s] =
      0
  t.rto[s] = t.srtt[s] = t.mdev[s] = t.mdevMax[s] = t.rttvar[s] = t.mss[s] = t.rcvMss[s] = t.backlog[s] = 0
  t.laddr[s] = t.raddr[s] = t.rport[s] = t.lport[s] = t.retrans[s] = 0
  t.doubted[s] = -Infinity
  t.rcvTime[s] = -Infinity
  t.sndHead[s] = t.sndTail[s] = t.sndWait[s] = -1
  t.rcvHead[s] = t.rcvTail[s] = t.beyond[s] = -1
  t.parent[s] = t.acceptNext[s] = t.acceptHead[s] = t.acceptTail[s] = -1
  t.acceptLen[s] = t.requests[s] = 0
  return s
}

/** Connections of one pair of hosts lie side by side by their ports, which is how they come: so their heads are near. */
function bucket(t: TcpTable, laddr: Ipv4, lport: number, raddr: Ipv4, rport: number): number {
  const h = Math.imul(laddr ^ Math.imul(raddr, 0x9e3779b1), 0x85ebca6b)
  return ((h ^ (h >>> 15)) + lport + rport) & (t.heads.length - 1)
}

/** Has its owner closed it? */
export function isOrphan(t: TcpTable, s: number): boolean {
  return t.pid[s] === 0 && t.service[s] === 0
}

/** Make a connection findable by its addresses and ports. Linux: inet_ehash_insert */
export function hashIn(t: TcpTable, s: number): void {
  const b = bucket(t, t.laddr[s], t.lport[s], t.raddr[s], t.rport[s])
  t.hashNext[s] = t.heads[b]
  t.heads[b] = s
}

function hashOut(t: TcpTable, s: number): void {
  const b = bucket(t, t.laddr[s], t.lport[s], t.raddr[s], t.rport[s])
  if (t.heads[b] === s) {
    t.heads[b] = t.hashNext[s]
    return
  }
  for (let p = t.heads[b]; p >= 0; p = t.hashNext[p])
    if (t.hashNext[p] === s) {
      t.hashNext[p] = t.hashNext[s]
      return
    }
}

/** The connection with these ends, -1: none. Linux: __inet_lookup_established */
export function lookupEstablished(
  t: TcpTable,
  laddr: Ipv4,
  lport: number,
  raddr: Ipv4,
  rport: number,
): number {
  for (let s = t.heads[bucket(t, laddr, lport, raddr, rport)]; s >= 0; s = t.hashNext[s])
    if (t.rport[s] === rport && t.lport[s] === lport && t.raddr[s] === raddr && t.laddr[s] === laddr) return s
  return -1
}

/** Who listens at this port, -1: nobody. Linux: __inet_lookup_listener */
export function lookupListener(t: TcpTable, laddr: Ipv4, lport: number): number {
  for (const s of t.listeners)
    if (t.lport[s] === lport && (t.laddr[s] === 0 || t.laddr[s] === laddr)) return s
  return -1
}

/** The socket is gone, with all that it holds. Linux: tcp_done, inet_csk_destroy_sock, reqsk_put */
export function freeSlot(t: TcpTable, s: number): void {
  if (t.state[s] === TCP_FREE) return
  forget(t.wheel, s * 2)
  forget(t.wheel, s * 2 + 1)
  releaseAll(t.pieces, t.sndHead[s])
  releaseAll(t.pieces, t.rcvHead[s])
  releaseAll(t.pieces, t.beyond[s])
  const { listeners } = t
  if (listeners.includes(s)) {
    listeners.splice(listeners.indexOf(s), 1)
    // What waited for accept() waits for nobody now.
    for (let c = 0; c < t.used; c++) if (t.parent[c] === s) t.parent[c] = -1
  } else hashOut(t, s)
  if (t.parent[s] >= 0) leaveListener(t, s)
  if (t.flags[s] & F_BOUND) t.bound.splice(t.bound.indexOf(s), 1)
  if (t.flags[s] & F_KEEPALIVE) t.keepers = t.keepers.filter(({ slot }) => slot !== s)
  t.state[s] = TCP_FREE
  t.hashNext[s] = t.free
  t.free = s
}

/** A request, or a connection that nobody has accepted, waits at its listener no more. */
export function leaveListener(t: TcpTable, s: number): void {
  const l = t.parent[s]
  t.parent[s] = -1
  if (t.state[s] === TCP_SYN_RECV) {
    t.requests[l]--
    return
  }
  let before = -1
  for (let c = t.acceptHead[l]; c >= 0; before = c, c = t.acceptNext[c]) {
    if (c !== s) continue
    if (before < 0) t.acceptHead[l] = t.acceptNext[c]
    else t.acceptNext[before] = t.acceptNext[c]
    if (t.acceptTail[l] === c) t.acceptTail[l] = before
    t.acceptLen[l]--
    return
  }
}
