/**
 * How large segments may be, and how much of the stream is offered room for.
 *
 * Linux: net/ipv4/tcp_output.c tcp_select_initial_window, __tcp_select_window, tcp_select_window, tcp_input.c
 * tcp_grow_window, tcp_init_buffer_space, tcp_measure_rcv_mss; route.c ipv4_default_advmss, ipv4_mtu
 * Left out: buffers that grow with what is read, by whom memory is short
 */
import type { Ipv4 } from '../../wire/address.ts'
import { after } from '../conntrack/tcp-window.ts'
import type { Kernel } from '../kernel.ts'
import { devByIndex, hasOwnMtu, ip_dst_mtu, ip_route_segment, routeAdvmss } from '../route.ts'
import { F_EOF, F_PASSIVE, F_SCALED, F_TS, TCP_TIME_WAIT, type TcpTable } from './table.ts'

/** Half of a socket's buffer (net.ipv4.tcp_rmem): the rest is what segments weigh beside their bytes. */
const SPACE = 65536
/** What is offered at most when full segments have shown how little that is, and the room there is then. As measured at 1448 bytes a segment. */
const FULL_SPACE = 77_900
const ROOM = 80_000
/** Linux: TCP_MSS_DEFAULT, TCP_MIN_MSS */
const SMALL = 536
/** What a segment weighs in memory, which is more than twice the bytes of a shorter one. */
const TRUESIZE = 2304
const WEIGHTY = TRUESIZE / 2
const LEAST = 88
const GRAIN = 1 << 7
const HEADERS = 40

/** A way that is asked for, filled in anew each time: a connection asks four times, and none shall take memory. */
const asked = { daddr: 0.5, saddr: 0.5, mark: 0, tos: 0 }

/** The MTU of the way to an address, with what routers have said of it. */
function mtuOf(k: Kernel, laddr: Ipv4, raddr: Ipv4): number {
  asked.daddr = raddr
  asked.saddr = laddr
  const route = ip_route_segment(k.net, asked)
  const dev = 'errno' in route ? undefined : devByIndex(k.net, route.ifindex)
  if (!dev) return 1500
  if (!hasOwnMtu(k.net)) return dev.mtu
  return ip_dst_mtu(k, dev, { daddr: raddr, saddr: laddr, iif: 1, oif: 0, mark: 0, tos: 0 })
}

/** The largest segment that a SYN asks for, without the room of timestamps. */
export function advertised(k: Kernel, laddr: Ipv4, raddr: Ipv4): number {
  return routeAdvmss(k.net, laddr, raddr) || Math.min(mtuOf(k, laddr, raddr), 65535) - HEADERS
}

/** The largest segment to send where the peer has asked for `mss`. Linux: tcp_mtu_to_mss, tcp_sync_mss */
export function sendMss(k: Kernel, laddr: Ipv4, raddr: Ipv4, mss: number, timestamps: boolean): number {
  return Math.max(LEAST, Math.min(mss, mtuOf(k, laddr, raddr) - HEADERS) - (timestamps ? 12 : 0))
}

/** Whole segments of what there is room for. */
export function initialWindow(mss: number): number {
  return Math.min(Math.floor(SPACE / mss) * mss, 65535)
}

/** The handshake is done: this was offered in it. */
export function openWindow(k: Kernel, t: TcpTable, s: number): void {
  const stamps = (t.flags[s] & F_TS) !== 0
  const mss = advertised(k, t.laddr[s], t.raddr[s])
  const win = initialWindow(stamps && (t.flags[s] & F_PASSIVE) !== 0 ? mss - 12 : mss)
  t.rcvEdge[s] = t.rcvNxt[s] + win
  t.rcvWnd[s] = win
  t.rcvMss[s] = SMALL
  // One segment is kept back. Linux: tcp_init_buffer_space
  const advmss = stamps ? mss - 12 : mss
  t.rcvMost[s] = Math.min(win, SPACE > 2 * advmss ? SPACE - advmss : SPACE)
}

/** A segment with so many bytes has come: full ones show that more fits. Linux: tcp_measure_rcv_mss, tcp_grow_window */
export function growWindow(k: Kernel, t: TcpTable, s: number, bytes: number): void {
  t.rcvMss[s] = Math.max(t.rcvMss[s], bytes)
  const least = t.flags[s] & F_SCALED ? SMALL + 1 : WEIGHTY
  if (bytes < least || t.rcvMost[s] === FULL_SPACE) return
  const offered = (t.rcvEdge[s] - t.rcvNxt[s]) >>> 0
  // The first of them opens what was kept back. Linux: tcp_set_window_clamp
  const from = t.rcvMost[s] < SPACE ? Math.max(t.rcvMost[s], Math.min(offered, FULL_SPACE)) : t.rcvMost[s]
  t.rcvMost[s] = Math.max(from, Math.min(from + 2 * (advertised(k, t.laddr[s], t.raddr[s]) - 12), FULL_SPACE))
}

/** The window of the next segment, as it is written into the header. What was offered is never taken back. */
export function selectWindow(t: TcpTable, s: number): number {
  const next = t.rcvNxt[s]
  const left = after(t.rcvEdge[s], next) ? (t.rcvEdge[s] - next) >>> 0 : 0
  const isScaled = (t.flags[s] & F_SCALED) !== 0
  if (!isScaled && t.state[s] === TCP_TIME_WAIT) return left
  const full = t.rcvMost[s] > SPACE ? ROOM : SPACE
  let free = full - t.rcvBytes[s]
  if (free < full / 2) {
    if (isScaled) free -= free % GRAIN
    if (free < full / 16 || free < t.mss[s]) free = 0
  }
  const wanted = Math.min(free, t.rcvMost[s])
  if (!isScaled) return unscaled(t, s, wanted, left)
  const window = Math.ceil(Math.max(wanted, left) / GRAIN) * GRAIN
  t.rcvEdge[s] = next + window
  return window >>> 7
}

/** Has what was read opened the window so far that the peer is to be told at once? Linux: tcp_cleanup_rbuf */
export function windowOpens(t: TcpTable, s: number): boolean {
  if ((t.flags[s] & F_EOF) !== 0) return false
  const left = after(t.rcvEdge[s], t.rcvNxt[s]) ? (t.rcvEdge[s] - t.rcvNxt[s]) >>> 0 : 0
  return 2 * left <= t.rcvMost[s]
}

/** Without scaling an offer stands while it is about as large as the room there is; else it is made of whole segments. */
function unscaled(t: TcpTable, s: number, free: number, left: number): number {
  const mss = t.rcvMss[s]
  // What weighs so much leaves room for less.
  if (mss > SMALL && mss < WEIGHTY) free = Math.min(free, Math.floor((2 * SPACE * mss) / TRUESIZE))
  const old = t.rcvWnd[s]
  const wanted = old <= free - mss || old > free ? free - (free % mss) : old
  const window = Math.min(Math.max(wanted, left), 65535)
  t.rcvWnd[s] = window
  t.rcvEdge[s] = t.rcvNxt[s] + window
  return window
}
