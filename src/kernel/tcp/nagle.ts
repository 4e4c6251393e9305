/**
 * Who writes little by little: what is less than a full segment waits until the one before it is acknowledged, and all that is
 * written meanwhile goes with it.
 *
 * Linux: net/ipv4/tcp_output.c tcp_nagle_check, tcp_minshall_check; tcp.c tcp_sendmsg_locked
 */
import { after } from '../conntrack/tcp-window.ts'
import type { Kernel } from '../kernel.ts'
import { parts } from '../parts.ts'

/** Must the first piece that waits go on waiting? If not, it is about to be sent. */
function held(k: Kernel, s: number): boolean {
  const t = k.net.tcp
  const bytes = t.pieces.bytes[t.sndWait[s]]
  if (bytes >= t.mss[s]) return false
  if (t.sndNxt[s] !== t.sndUna[s] && after(t.sndSmall[s], t.sndUna[s]) && !after(t.sndSmall[s], t.sndNxt[s]))
    return true
  t.sndSmall[s] = t.sndNxt[s] + bytes
  return false
}

/** Put bytes to the last piece that waits, if there is room. */
function append(k: Kernel, s: number, payload: number, bytes: number): boolean {
  const t = k.net.tcp
  const p = t.pieces
  const last = t.sndTail[s]
  if (t.sndWait[s] < 0 || p.bytes[last] + bytes > t.mss[s]) return false
  p.bytes[last] += bytes
  p.payload[last] = k.payload(k.payloadText(p.payload[last]) + k.payloadText(payload))
  return true
}

parts.nagle = { held, append }
