/**
 * Both ends have begun at once: the SYN of one meets that of the other on the way, and each answers what it hears.
 * Linux: net/ipv4/tcp_input.c tcp_rcv_synsent_state_process, tcp_rcv_state_process; tcp_output.c tcp_send_synack
 */
import { TH_ACK, TH_RST, TH_SYN } from '../../wire/packet.ts'
import type { Kernel } from '../kernel.ts'
import { parts } from '../parts.ts'
import type { Skb } from '../skb.ts'
import * as mib from '../snmp.ts'
import { READ, TAKEN, UNSENT_ACKED, type Fate } from './fate.ts'
import { acknowledge, readSyn, stateRcv } from './input.ts'
import { sendReset, sendSegment } from './output.ts'
import { beginWait } from './rtt.ts'
import { sendAck } from './send.ts'
import { F_PREDICTED, F_SCALED, TCP_BOTH_OPEN, TCP_ESTABLISHED, TCP_SK } from './table.ts'

/** The own SYN becomes a SYN/ACK; it does not count as sent again. */
function synRcv(k: Kernel, s: number, skb: Skb): Fate {
  const t = k.net.tcp
  readSyn(k, s, skb)
  // What the peer's SYN does not offer is offered all the same, and the own windows stay scaled.
  t.flags[s] |= F_SCALED
  t.state[s] = TCP_BOTH_OPEN
  const syn = t.sndHead[s]
  t.pieces.sent[syn] = k.now
  k.net.mib[mib.TcpOutSegs]--
  sendSegment(k, s, t.pieces.seq[syn], TH_SYN, 0, 0)
  return TAKEN
}

/** The peer has heard the own SYN: the connection stands. All else is judged as that of any. */
function answerRcv(k: Kernel, s: number, skb: Skb): Fate {
  const t = k.net.tcp
  const { flags } = skb
  const fits = (skb.seq + (flags & TH_SYN ? 1 : 0)) >>> 0 === t.rcvNxt[s]
  const acked = (flags & TH_ACK) !== 0 && skb.ack === t.sndNxt[s]
  if (flags & TH_RST || (flags & TH_SYN && !(fits && acked))) return stateRcv(k, s, skb)
  if ((flags & TH_ACK) === 0) return READ
  if (!acked) {
    sendReset(k, skb)
    return UNSENT_ACKED
  }
  t.state[s] = TCP_ESTABLISHED
  let fate = TAKEN
  if (flags & TH_SYN) {
    acknowledge(k, s, skb)
    sendAck(k, s)
  } else fate = stateRcv(k, s, skb)
  if (t.state[s] === TCP_ESTABLISHED) t.flags[s] |= F_PREDICTED
  beginWait(k, s)
  k.wake(s + TCP_SK)
  return fate
}

parts.bothOpen = { synRcv, answerRcv }
