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
import { devByIndex, ip_dst_mtu, ip_route_segment } from '../route.ts'
import { F_EOF, F_PASSIVE, F_SCALED, F_TS, type TcpTable } from './table.ts'

/** Half of a socket's buffer (net.ipv4.tcp_rmem): the rest is what segments weigh beside their bytes. */
const SPACE = 65536
/** What is offered at most when full segments have shown how little that is, and the room there is then. As measured at 1448 bytes a segment. */
const FULL_SPACE = 77_900
const ROOM = 80_000
/** Linux: TCP_MSS_DEFAULT, TCP_MIN_MSS */
const SMALL = 536
const LEAST = 88
const GRAIN = 1 << 7
const HEADERS = 40

/** The MTU of the way to an address, with what routers have said of it. */
function mtuOf(k: Kernel, laddr: Ipv4, raddr: Ipv4): number {
  const route = ip_route_segment(k.net, { daddr: raddr, saddr: laddr, mark: 0, tos: 0 })
  const dev = 'errno' in route ? undefined : devByIndex(k.net, route.ifindex)
  if (!dev) return 1500
  return ip_dst_mtu(k, dev, { daddr: raddr, saddr: laddr, iif: 1, oif: 0, mark: 0, tos: 0 })
}

/** The largest segment that a SYN asks for, without the room of timestamps. */
export function advertised(k: Kernel, laddr: Ipv4, raddr: Ipv4): number {
  return Math.min(mtuOf(k, laddr, raddr), 65535) - HEADERS
}

/** The largest segment to send where the peer has asked for `mss`. Linux: tcp_mtu_to_mss, tcp_sync_mss */
export function sendMss(k: Kernel, laddr: Ipv4, raddr: Ipv4, mss: number, timestamps: boolean): number {
  return Math.max(LEAST, Math.min(mss, mtuOf(k, laddr, raddr) - HEADERS) - (timestamps ? 12 : 0))
}

/** Whole segments of what there is room for. */
export function initialWindow(mss: number): number {
  return Math.floor(Math.min(SPACE, 65535) / mss) * mss
}

/** The handshake is done: this was offered in it. */
export function openWindow(k: Kernel, t: TcpTable, s: number): void {
  const stamps = (t.flags[s] & F_TS) !== 0
  const mss = advertised(k, t.laddr[s], t.raddr[s])
  const win = initialWindow(stamps && (t.flags[s] & F_PASSIVE) !== 0 ? mss - 12 : mss)
  t.rcvEdge[s] = t.rcvNxt[s] + win
  // One segment is kept back. Linux: tcp_init_buffer_space
  const advmss = stamps ? mss - 12 : mss
  t.rcvMost[s] = Math.min(win, SPACE > 2 * advmss ? SPACE - advmss : SPACE)
}

/** A segment with so many bytes has come: full ones show that more fits. Linux: tcp_measure_rcv_mss, tcp_grow_window */
export function growWindow(k: Kernel, t: TcpTable, s: number, bytes: number): void {
  if (bytes <= SMALL || t.rcvMost[s] === FULL_SPACE) return
  const offered = (t.rcvEdge[s] - t.rcvNxt[s]) >>> 0
  // The first of them opens what was kept back. Linux: tcp_set_window_clamp
  const from = t.rcvMost[s] < SPACE ? Math.max(t.rcvMost[s], Math.min(offered, FULL_SPACE)) : t.rcvMost[s]
  t.rcvMost[s] = Math.max(from, Math.min(from + 2 * (advertised(k, t.laddr[s], t.raddr[s]) - 12), FULL_SPACE))
}

/** The window of the next segment, as it is written into the header. What was offered is never taken back. */
export function selectWindow(t: TcpTable, s: number): number {
  const next = t.rcvNxt[s]
  const left = after(t.rcvEdge[s], next) ? (t.rcvEdge[s] - next) >>> 0 : 0
  if ((t.flags[s] & F_SCALED) === 0) {
    const unread = t.rcvBytes[s] + (t.flags[s] & F_EOF ? 1 : 0)
    return Math.max(0, unscaled(t, s) - unread)
  }
  const full = t.rcvMost[s] > SPACE ? ROOM : SPACE
  let free = full - t.rcvBytes[s]
  if (free < full / 2) {
    free -= free % GRAIN
    if (free < full / 16 || free < t.mss[s]) free = 0
  }
  const wanted = Math.min(free, t.rcvMost[s])
  const window = Math.ceil(Math.max(wanted, left) / GRAIN) * GRAIN
  t.rcvEdge[s] = next + window
  return window >>> 7
}

/** Has what was read opened the window so far that the peer is to be told at once? Linux: tcp_cleanup_rbuf */
export function windowOpens(t: TcpTable, s: number): boolean {
  if ((t.flags[s] & F_SCALED) === 0 || (t.flags[s] & F_EOF) !== 0) return false
  const left = after(t.rcvEdge[s], t.rcvNxt[s]) ? (t.rcvEdge[s] - t.rcvNxt[s]) >>> 0 : 0
  return 2 * left <= t.rcvMost[s]
}

/** Without scaling the first offer stands. */
function unscaled(t: TcpTable, s: number): number {
  return t.flags[s] & F_PASSIVE && t.flags[s] & F_TS ? initialWindow(1448) : initialWindow(1460)
}
