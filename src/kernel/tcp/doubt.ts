/**
 * Segments that cannot be right are answered, so that a peer who has lost its way learns where the connection stands; but not
 * each of them, or two who doubt each other would never end.
 *
 * Linux: net/ipv4/tcp_input.c tcp_oow_rate_limited, tcp_send_challenge_ack
 */
import { payloadLength, TH_FIN, TH_SYN } from '../../wire/packet.ts'
import type { Kernel } from '../kernel.ts'
import * as mib from '../snmp.ts'
import type { Skb } from '../skb.ts'
import { sendAck } from './send.ts'

/** May the connection answer once more? `skipped`: the counter of the answers that were not given. */
function isSoon(k: Kernel, s: number, skipped: number): boolean {
  const t = k.net.tcp
  const limit = (k.net.sysctl['net.ipv4.tcp_invalid_ratelimit'] ?? 500) * 1000
  if (k.now - t.doubted[s] < limit) {
    k.net.mib[skipped]++
    return true
  }
  t.doubted[s] = k.now
  return false
}

/** May a segment that does not fit be answered? One with data always. */
export function mayDoubt(k: Kernel, s: number, skb: Skb, skipped: number): boolean {
  if ((skb.flags & TH_SYN) === 0 && (payloadLength(skb) > 0 || skb.flags & TH_FIN)) return true
  return !isSoon(k, s, skipped)
}

/** Somebody may be guessing: say where the connection stands. */
export function challenge(k: Kernel, s: number): void {
  if (isSoon(k, s, mib.TcpExtTCPACKSkippedChallenge)) return
  k.net.mib[mib.TcpExtTCPChallengeACK]++
  sendAck(k, s)
}
