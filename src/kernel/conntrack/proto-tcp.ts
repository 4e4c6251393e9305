/**
 * The TCP tracker: which state a segment leads to, and with which timeout.
 *
 * Linux: net/netfilter/nf_conntrack_proto_tcp.c nf_conntrack_tcp_packet, tcp_new, tcp_error
 */
import { payloadLength, TH_ACK, TH_FIN, TH_RST, TH_SYN, TH_URG } from '../../wire/packet.ts'
import { NF_ACCEPT, type Kernel } from '../kernel.ts'
import type { Skb } from '../skb.ts'
import { IPS_ASSURED, IPS_CONFIRMED, IPS_FIXED_TIMEOUT, IPS_SEEN_REPLY } from './conn.ts'
import { nf_ct_kill, nf_ct_kill_acct, nf_ct_refresh, nf_conntrack_event_cache } from './life.ts'
import { TCP_CONNTRACK_RETRANS, TCP_CONNTRACK_UNACK } from './params.ts'
import { OLD_RST, OLD_SYN, OLD_TRACKER } from '../period.ts'
import { ctExt } from './ext.ts'
import {
  LOG_BAD_CHECKSUM,
  LOG_CHALLENGE_ACK,
  LOG_FLAGS,
  LOG_IGNORED,
  LOG_LOWERED,
  LOG_NEW,
  LOG_RST,
  LOG_TRANSITION,
  LOG_TRUNCATED,
  nf_ct_l4proto_log_invalid,
} from './optional.ts'
import { IPCT_ASSURED, IPCT_PROTOINFO, type CtTable } from './table.ts'
import {
  CLOSE,
  CLOSE_WAIT,
  ESTABLISHED,
  FIN_WAIT,
  IGNORE,
  INVALID,
  LAST_ACK,
  NONE,
  PICKUP,
  REOPEN,
  SYN_RECV,
  SYN_SENT,
  SYN_SENT2,
  TCP_ACK_SET,
  TCP_FIN_SET,
  TCP_NONE_SET,
  TCP_RST_SET,
  TCP_SYN_SET,
  TCP_SYNACK_SET,
  tcpTransition,
  TIME_WAIT,
} from './tcp.ts'
import {
  before,
  FLAG_BE_LIBERAL,
  FLAG_CLOSE_INIT,
  FLAG_DATA_UNACKNOWLEDGED,
  FLAG_MAXACK_SET,
  FLAG_WINDOW_SCALE,
  segmentEnd,
  tcp_in_window,
  tcp_options,
  WINDOW_ACCEPT,
  WINDOW_IGNORE,
} from './tcp-window.ts'

/** What a tracker answers besides NF_ACCEPT. Linux: -NF_ACCEPT, -NF_REPEAT */
export const TRACK_INVALID = -1
export const TRACK_REPEAT = -4

/** In lastOpt, above the scale: which options the SYN had, and two notes of the tracker. */
const OPT_SCALE = 0x10
const OPT_EXP_CHALLENGE_ACK = 0x40
const OPT_SIMULTANEOUS_OPEN = 0x80

/** The class of a segment whose flags are valid. Linux: get_conntrack_index */
export function packetClass(flags: number): number {
  if (flags & TH_RST) return TCP_RST_SET
  if (flags & TH_SYN) return flags & TH_ACK ? TCP_SYNACK_SET : TCP_SYN_SET
  return flags & TH_FIN ? TCP_FIN_SET : TCP_ACK_SET
}

/** Combinations of flags that exist, PSH, ECE and CWR aside. Linux: tcp_valid_flags */
const VALID_FLAGS = new Uint8Array(64)
for (const flags of [
  TH_SYN,
  TH_SYN | TH_URG,
  TH_SYN | TH_ACK,
  TH_RST,
  TH_RST | TH_ACK,
  TH_FIN | TH_ACK,
  TH_FIN | TH_ACK | TH_URG,
  TH_ACK,
  TH_ACK | TH_URG,
])
  VALID_FLAGS[flags] = 1

/** Is the segment broken? Linux: tcp_error */
function tcp_error(k: Kernel, skb: Skb, checkChecksum: boolean): boolean {
  const what =
    payloadLength(skb) < 0
      ? LOG_TRUNCATED
      : checkChecksum && skb.badCsum !== 0
        ? LOG_BAD_CHECKSUM
        : VALID_FLAGS[skb.flags & (TH_SYN | TH_ACK | TH_RST | TH_FIN | TH_URG)] === 0
          ? LOG_FLAGS
          : -1
  if (what < 0) return false
  nf_ct_l4proto_log_invalid(k, skb, what)
  return true
}

/** The first segment of a flow. False: it cannot begin one. Linux: tcp_new */
function tcp_new(k: Kernel, ct: CtTable, slot: number, skb: Skb): boolean {
  const result = tcpTransition(0, packetClass(skb.flags), NONE)
  if (result === INVALID) return false
  const orig = slot * 2
  if (result & PICKUP) {
    if (!k.net.params.tcpLoose) return false
    ct.tdEnd[orig] = segmentEnd(skb)
    ct.tdMaxwin[orig] = skb.win || 1
    ct.tdMaxend[orig] = ct.tdEnd[orig] + ct.tdMaxwin[orig]
    // Window scaling was agreed on before we looked: do not judge windows.
    ct.tdFlags[orig] = ct.tdFlags[orig + 1] = FLAG_BE_LIBERAL
  } else {
    ct.tdEnd[orig] = segmentEnd(skb)
    ct.tdMaxwin[orig] = skb.win || 1
    ct.tdMaxend[orig] = ct.tdEnd[orig]
    tcp_options(ct, orig, skb)
  }
  ct.last[slot] = TCP_NONE_SET
  return true
}

/** Microseconds of a jiffy. */
const JIFFY = 4000

/** Class, direction and state in one number, for the log. */
function logged(index: number, dir: number, state: number): number {
  return index | (dir << 3) | (state << 4)
}

/** Can a connection in this state be given up when the table is full? Linux: tcp_can_early_drop */
export function tcp_can_early_drop(state: number): boolean {
  return (
    state === FIN_WAIT || state === LAST_ACK || state === TIME_WAIT || state === CLOSE || state === CLOSE_WAIT
  )
}

function established(ct: CtTable, slot: number): boolean {
  return ct.state[slot] === ESTABLISHED && (ct.status[slot] & IPS_ASSURED) !== 0
}

/**
 * Track one segment of direction `dir`. NF_ACCEPT, TRACK_INVALID, or TRACK_REPEAT when the connection was
 * removed so that the segment begins a new one.
 */
export function nf_conntrack_tcp_packet(
  k: Kernel,
  slot: number,
  skb: Skb,
  dir: number,
  checkChecksum: boolean,
): number {
  const ct = k.machine.ct
  if (tcp_error(k, skb, checkChecksum)) return TRACK_INVALID
  if ((ct.status[slot] & IPS_CONFIRMED) === 0 && !tcp_new(k, ct, slot, skb)) {
    nf_ct_l4proto_log_invalid(k, skb, LOG_NEW)
    return TRACK_INVALID
  }

  const sender = slot * 2 + dir
  const receiver = slot * 2 + (1 - dir)
  const index = packetClass(skb.flags)
  const lastIndex = ct.last[slot] & 7
  const lastDir = ct.last[slot] >> 3
  let old = ct.state[slot]
  const result = tcpTransition(dir, index, old)
  if (result === INVALID) {
    // SYNPROXY: the SYN to the server was lost, and the client asks whether anybody is there.
    const keepalive =
      old === SYN_SENT &&
      index === TCP_ACK_SET &&
      dir === 0 &&
      lastDir === 0 &&
      (ct.tdEnd[slot * 2] - 1) >>> 0 === skb.seq &&
      ctExt(ct, slot)?.synproxy
    if (keepalive) return NF_ACCEPT
    nf_ct_l4proto_log_invalid(k, skb, LOG_TRANSITION, logged(index, dir, old))
    return TRACK_INVALID
  }
  // Of IGNORE it is none, and is not used.
  let state = result & 15
  let inWindow = false

  if (result === IGNORE || result & REOPEN) {
    if (result !== IGNORE) {
      const closing = (ct.tdFlags[sender] | ct.tdFlags[receiver]) & FLAG_CLOSE_INIT
      if (closing || (lastDir === dir && lastIndex === TCP_RST_SET)) {
        nf_ct_kill(k, slot)
        return TRACK_REPEAT
      }
    }
    const answersIgnoredSyn =
      index === TCP_SYNACK_SET && lastIndex === TCP_SYN_SET && lastDir !== dir && skb.ack === ct.lastEnd[slot]
    if (!answersIgnoredSyn) {
      rememberIgnored(ct, slot, skb, dir, index, old)
      nf_ct_l4proto_log_invalid(k, skb, LOG_IGNORED, logged(index, dir, old))
      return NF_ACCEPT
    }
    old = SYN_SENT
    state = SYN_RECV
    adoptIgnoredSyn(ct, slot, lastDir, sender)
  } else if (state === TIME_WAIT) {
    const challenge =
      old === LAST_ACK &&
      index === TCP_ACK_SET &&
      lastDir !== dir &&
      lastIndex === TCP_SYN_SET &&
      ct.lastOpt[slot] & OPT_EXP_CHALLENGE_ACK
    if (challenge) {
      ct.lastOpt[slot] &= ~OPT_EXP_CHALLENGE_ACK
      nf_ct_l4proto_log_invalid(k, skb, LOG_CHALLENGE_ACK)
      return NF_ACCEPT
    }
  } else if (state === SYN_SENT2) {
    if ((k.machine.differs & OLD_TRACKER) === 0) ct.lastOpt[slot] |= OPT_SIMULTANEOUS_OPEN
  } else if (state === SYN_RECV) {
    if (dir === 1 && index === TCP_ACK_SET && ct.lastOpt[slot] & OPT_SIMULTANEOUS_OPEN) state = ESTABLISHED
  } else if (index === TCP_RST_SET) {
    const reset = judgeReset(k, ct, slot, skb, dir, old, lastIndex, lastDir)
    if (reset === RST_INVALID) {
      nf_ct_l4proto_log_invalid(k, skb, LOG_RST)
      return TRACK_INVALID
    }
    if (reset & RST_KEEP) state = old
    inWindow = (reset & RST_IN_WINDOW) !== 0
  }

  if (!inWindow) {
    const window = tcp_in_window(k, slot, dir, index, skb)
    if (window === WINDOW_IGNORE) return NF_ACCEPT
    if (window !== WINDOW_ACCEPT) {
      lowerTimeout(k, slot, skb, dir, index)
      return TRACK_INVALID
    }
  }
  ct.last[slot] = index | (dir << 3)
  ct.state[slot] = state
  if (state === FIN_WAIT) ct.tdFlags[sender] |= FLAG_CLOSE_INIT
  if (old !== state) nf_conntrack_event_cache(ct, slot, IPCT_PROTOINFO)
  return refresh(k, ct, slot, skb, index, old, state)
}

/** The timeout of the new state, ASSURED, and what an unanswered flow does not get. */
function refresh(
  k: Kernel,
  ct: CtTable,
  slot: number,
  skb: Skb,
  index: number,
  old: number,
  state: number,
): number {
  const timeouts = ctExt(ct, slot)?.timeouts ?? k.net.params.tcpTimeout
  const retrans = timeouts[TCP_CONNTRACK_RETRANS]
  const unack = timeouts[TCP_CONNTRACK_UNACK]
  let timeout = timeouts[state]
  if (ct.retrans[slot] >= k.net.params.tcpMaxRetrans && timeout > retrans) timeout = retrans
  // In 4.15 it is that of the state, which is the same then.
  else if (index === TCP_RST_SET) timeout = timeouts[CLOSE]
  else if ((ct.tdFlags[slot * 2] | ct.tdFlags[slot * 2 + 1]) & FLAG_DATA_UNACKNOWLEDGED && timeout > unack)
    timeout = unack
  else if (ct.lastWin[slot] === 0 && timeout > retrans) timeout = retrans

  if ((ct.status[slot] & IPS_SEEN_REPLY) === 0) {
    if (skb.flags & TH_RST) {
      nf_ct_kill_acct(k, slot, skb)
      return NF_ACCEPT
    }
    if (index === TCP_SYN_SET && old === SYN_SENT && (k.machine.differs & OLD_SYN) === 0) return NF_ACCEPT
    if (state === ESTABLISHED && timeout > unack) timeout = unack
  } else if (
    (ct.status[slot] & IPS_ASSURED) === 0 &&
    (old === SYN_RECV || old === ESTABLISHED) &&
    state === ESTABLISHED
  ) {
    ct.status[slot] |= IPS_ASSURED
    nf_conntrack_event_cache(ct, slot, IPCT_ASSURED)
  }
  nf_ct_refresh(k, slot, timeout, skb)
  return NF_ACCEPT
}

/** Keep what an ignored segment said: a later one may show that it was right and we were wrong. */
function rememberIgnored(ct: CtTable, slot: number, skb: Skb, dir: number, index: number, old: number): void {
  ct.last[slot] = index | (dir << 3)
  ct.lastSeq[slot] = skb.seq
  ct.lastEnd[slot] = segmentEnd(skb)
  ct.lastWin[slot] = skb.win
  if (index === TCP_SYN_SET && dir === 0) {
    ct.lastOpt[slot] =
      (skb.wscale >= 0 ? OPT_SCALE | Math.min(skb.wscale, 14) : 0) |
      (old === LAST_ACK ? OPT_EXP_CHALLENGE_ACK : 0)
  }
  // In SYN_SENT nothing is ignored but an ACK of the other side.
  if (old === SYN_SENT) ct.lastAck[slot] = skb.ack
}

/** The SYN that was ignored was right: take over what it said, and forget the other side's window. */
function adoptIgnoredSyn(ct: CtTable, slot: number, lastDir: number, sender: number): void {
  const syn = slot * 2 + lastDir
  const opt = ct.lastOpt[slot]
  ct.tdEnd[syn] = ct.tdMaxend[syn] = ct.lastEnd[slot]
  ct.tdMaxwin[syn] = ct.lastWin[slot] || 1
  ct.tdScale[syn] = opt & OPT_SCALE ? opt & 15 : 0
  ct.tdFlags[syn] = opt & OPT_SCALE ? FLAG_WINDOW_SCALE : 0
  ct.lastOpt[slot] &= ~OPT_EXP_CHALLENGE_ACK
  ct.tdEnd[sender] = ct.tdMaxend[sender] = ct.tdMaxack[sender] = ct.tdMaxwin[sender] = 0
  // Linux: nf_ct_tcp_state_reset keeps BE_LIBERAL.
  ct.tdFlags[sender] &= FLAG_BE_LIBERAL
}

/** What is to be done with a reset: its window is checked, unless it is IN_WINDOW; KEEP: the state stays. */
const RST_CHECK = 0
const RST_KEEP = 1
const RST_IN_WINDOW = 2
const RST_INVALID = 4

/** Which resets are believed. Linux: case TCP_CONNTRACK_CLOSE of nf_conntrack_tcp_packet */
function judgeReset(
  k: Kernel,
  ct: CtTable,
  slot: number,
  skb: Skb,
  dir: number,
  old: number,
  lastIndex: number,
  lastDir: number,
): number {
  const outdated = (k.machine.differs & OLD_RST) !== 0
  if (!outdated && tcp_can_early_drop(old)) return RST_IN_WINDOW
  const other = slot * 2 + (1 - dir)
  let keep = RST_CHECK
  // Not where a SYN was let through: what was acknowledged before it may be out of date.
  if (ct.tdFlags[other] & FLAG_MAXACK_SET && (outdated || lastIndex !== TCP_SYN_SET)) {
    const maxack = ct.tdMaxack[other]
    if (outdated) {
      if (before(skb.seq, maxack)) return RST_INVALID
    } else {
      if (skb.seq === 0 && !established(ct, slot)) return RST_CHECK
      if (before(skb.seq, maxack) && !k.net.params.tcpIgnoreInvalidRst) return RST_INVALID
      if (!established(ct, slot) || skb.seq === maxack) return RST_CHECK
      if (lastIndex === TCP_ACK_SET && lastDir === dir && skb.seq === ct.lastEnd[slot]) return RST_CHECK
      keep = RST_KEEP
    }
  }
  const seenReply = (ct.status[slot] & IPS_SEEN_REPLY) !== 0
  const assured = (ct.status[slot] & IPS_ASSURED) !== 0
  const letThrough =
    ((seenReply && lastIndex === TCP_SYN_SET) || (!assured && lastIndex === TCP_ACK_SET)) &&
    // It answers what the other side sent.
    lastDir !== dir &&
    skb.ack === ct.lastEnd[slot]
  const answersChallenge =
    (k.machine.differs & OLD_TRACKER) === 0 &&
    old === SYN_SENT &&
    // An ACK that was ignored: the other side has sent nothing else.
    lastDir === 1 &&
    skb.seq === ct.lastAck[slot]
  return letThrough || answersChallenge ? keep | RST_IN_WINDOW : keep
}

/**
 * FIN or RST outside of the window, first of one side, then of the other: the connection is over, and we are out of
 * step with it. Linux: nf_tcp_handle_invalid
 */
function lowerTimeout(k: Kernel, slot: number, skb: Skb, dir: number, index: number): void {
  const { ct, differs } = k.machine
  if (differs & OLD_TRACKER) return
  if ((ct.status[slot] & (IPS_ASSURED | IPS_FIXED_TIMEOUT)) !== IPS_ASSURED) return
  if (index !== TCP_RST_SET && index !== TCP_FIN_SET) return
  const lastIndex = ct.last[slot] & 7
  if (ct.last[slot] >> 3 === dir || (lastIndex !== TCP_RST_SET && lastIndex !== TCP_FIN_SET)) {
    ct.last[slot] = index | (dir << 3)
    return
  }
  const left = ct.timeout[slot] - k.now
  const unack = (ctExt(ct, slot)?.timeouts ?? k.net.params.tcpTimeout)[TCP_CONNTRACK_UNACK]
  if (left < 120_000_000 || left <= unack) return
  const said = index | (dir << 3) | (lastIndex << 4)
  nf_ct_l4proto_log_invalid(k, skb, LOG_LOWERED, said + (unack / JIFFY) * 128)
  ct.timeout[slot] = k.now + unack
}
