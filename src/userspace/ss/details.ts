/**
 * What ss tells of a socket besides its ends: -e and -i, as far as the model has it.
 *
 * iproute2 6.1, misc/ss.c sock_details_print, tcp_stats_print
 * Left out: cgroups, marks; of TCP all that hangs on congestion control, round-trip times, rates and counts
 */
import type { Kernel } from '../../kernel/kernel.ts'
import {
  F_CLOSING,
  F_EOF,
  F_TS,
  TCP_CLOSE,
  TCP_LISTEN,
  TCP_SYN_RECV,
  TCP_SYN_SENT,
  TCP_TIME_WAIT,
} from '../../kernel/tcp/table.ts'
import { WINDOW_SCALE } from '../../kernel/tcp/output.ts'
import { inode } from '../proc-sockets.ts'
import type { SocketView } from './sockets.ts'

/** Requests and what is left of a connection are no whole sockets. */
const isSmall = ({ netid, state }: SocketView): boolean =>
  netid === 'tcp' && (state === TCP_TIME_WAIT || state === TCP_SYN_RECV)

/** Which directions are open still: `<->`. */
function arrow({ net }: Kernel, v: SocketView): string {
  const flags = v.netid === 'tcp' ? net.tcp.flags[v.slot] : 0
  const closed = (flags & F_CLOSING) !== 0
  // Who has closed it does not read any more, either.
  const deaf = (flags & F_EOF) !== 0 || (closed && v.pid === 0 && v.service === '')
  return ` ${deaf ? '-' : '<'}-${closed ? '-' : '>'}`
}

/** -e. Numbers of inodes and sockets are the lab's own. */
export function details(k: Kernel, v: SocketView): string {
  const cookie = ` sk:${(v.slot + 1).toString(16)}`
  return isSmall(v) ? ` ino:0${cookie}` : ` ino:${inode(v)}${cookie}${arrow(k, v)}`
}

/** Segments that were sent and not acknowledged. */
function unacked({ net: { tcp: t } }: Kernel, s: number): number {
  let n = 0
  for (let i = t.sndHead[s]; i >= 0 && i !== t.sndWait[s]; i = t.pieces.next[i]) n++
  return n
}

/** -i: nothing of what is no connection. `options`: -o or -e was given, too. */
export function tcpInfo(k: Kernel, v: SocketView, options: boolean): string {
  const { state, slot: s } = v
  if (v.netid !== 'tcp' || isSmall(v) || state === TCP_LISTEN || state === TCP_CLOSE) return ''
  const t = k.net.tcp
  const stamps = (t.flags[s] & F_TS) !== 0
  const silence = Math.floor((k.now - t.rcvTime[s]) / 1000)
  const field = (name: string, n: number): string => (n > 0 ? ` ${name}:${n}` : '')
  return [
    stamps && options ? ' ts sack' : '',
    stamps ? ` wscale:${t.sndScale[s]},${WINDOW_SCALE}` : '',
    ` rto:${t.rto[s] / 1000}`,
    field('backoff', t.retries[s]),
    state === TCP_SYN_SENT ? '' : field('mss', t.mss[s]),
    Number.isFinite(silence) ? field('lastrcv', silence) : '',
    field('unacked', unacked(k, s)),
    field('snd_wnd', t.sndWnd[s]),
  ].join('')
}
