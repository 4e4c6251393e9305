/**
 * A connection on which nobody says anything: is the peer still there? It is asked with a byte that it has had, and whoever does not
 * answer so many times is taken for gone.
 *
 * Linux: net/ipv4/tcp_timer.c tcp_keepalive_timer, tcp.c tcp_set_keepalive
 */
import type { Kernel } from '../kernel.ts'
import { parts } from '../parts.ts'
import * as mib from '../snmp.ts'
import { sendSegment } from './output.ts'
import { sendActiveReset } from './reset.ts'
import { giveUp, setTimer } from './send.ts'
import { F_KEEPALIVE, TCP_SK, TCP_SYN_SENT, type Keeper } from './table.ts'

const SECOND = 1_000_000

const sysctl = (k: Kernel, name: string, otherwise: number): number =>
  k.net.sysctl[`net.ipv4.tcp_keepalive_${name}`] ?? otherwise

const timeOf = (k: Kernel, keeper: Keeper): number => (keeper.time || sysctl(k, 'time', 7200)) * SECOND
const intervalOf = (k: Kernel, keeper: Keeper): number => (keeper.interval || sysctl(k, 'intvl', 75)) * SECOND

/** Ask from now on; after so many seconds, and again after so many: 0: as the host does. SO_KEEPALIVE, TCP_KEEPIDLE, TCP_KEEPINTVL */
export function tcp_set_keepalive(k: Kernel, sk: number, time = 0, interval = 0): void {
  const t = k.net.tcp
  const slot = sk - TCP_SK
  const keeper = { slot, time, interval, heard: k.now, at: k.now }
  t.flags[slot] |= F_KEEPALIVE
  t.keepers.push(keeper)
  if (t.state[slot] !== TCP_SYN_SENT) later(k, keeper, timeOf(k, keeper))
}

function keeperOf(k: Kernel, s: number): Keeper {
  const keeper = k.net.tcp.keepers.find(({ slot }) => slot === s)
  if (!keeper) throw new Error(`no keepalive for slot ${s}`)
  return keeper
}

function later(k: Kernel, keeper: Keeper, delay: number): void {
  keeper.at = k.now + delay
  setTimer(k, keeper.slot, 0, delay)
}

/** The handshake is done. Linux: tcp_finish_connect */
function begin(k: Kernel, s: number): void {
  const keeper = keeperOf(k, s)
  keeper.at = k.now + timeOf(k, keeper)
}

/** Something of the peer's has come in. */
function heard(k: Kernel, s: number): void {
  keeperOf(k, s).heard = k.now
}

/** Nothing is on its way any more: what is waited for now is the time to ask. While something was, that was put off. */
function idle(k: Kernel, s: number): void {
  const keeper = keeperOf(k, s)
  while (keeper.at <= k.now) keeper.at += timeOf(k, keeper)
  setTimer(k, s, 0, keeper.at - k.now)
}

/** Is it time to ask, or to give up? */
function timer(k: Kernel, s: number): void {
  const t = k.net.tcp
  const keeper = keeperOf(k, s)
  const silent = k.now - keeper.heard
  const time = timeOf(k, keeper)
  if (silent < time) {
    later(k, keeper, time - silent)
    return
  }
  if (t.probes[s] >= sysctl(k, 'probes', 9)) {
    sendActiveReset(k, s)
    giveUp(k, s)
    return
  }
  t.probes[s]++
  k.net.mib[mib.TcpExtTCPKeepAlive]++
  sendSegment(k, s, (t.sndUna[s] - 1) >>> 0, 0, 0, 0)
  later(k, keeper, intervalOf(k, keeper))
}

parts.keepalive = { begin, heard, idle, timer }
