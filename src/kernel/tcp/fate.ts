/**
 * What becomes of a segment that its connection does not take: why it is freed (`what`, SKB_DROP_REASON_* as dropwatch
 * prints it) and in which function. Linux: the reasons that tcp_v4_rcv, tcp_rcv_state_process and tcp_check_req end with
 */
export interface Fate {
  what: string
  where: string
}

const fate = (what: string, where = 'tcp_v4_rcv'): Fate => ({ what, where })

export const TAKEN = fate('', '')
export const BAD_CHECKSUM = fate('TCP_CSUM')
export const NO_SOCKET = fate('NO_SOCKET')
/** It has been read, and there is nothing to keep of it. */
export const READ = fate('NOT_SPECIFIED')
export const OVERFLOW = fate('TCP_LISTEN_OVERFLOW')
export const COOKIE_IN_VAIN = fate('NO_SOCKET', 'cookie_v4_check')
/** Flags that a listener has no use for, and those that a SYN is not answered with. */
export const NO_SYN = fate('TCP_FLAGS', 'tcp_v4_do_rcv')
export const NO_ANSWER = fate('TCP_FLAGS', 'tcp_rcv_state_process')
/** A reset that finds no connection to end, and one that stands elsewhere than at the next byte. */
export const VAIN_RESET = fate('TCP_RESET', 'tcp_rcv_state_process')
export const DOUBTED_RESET = fate('TCP_RESET', 'tcp_validate_incoming')
export const LATE_SYN = fate('TCP_INVALID_SYN', 'tcp_validate_incoming')
/** It acknowledges what is not a SYN of ours, or what was never sent. */
export const WRONG_ACK = fate('TCP_INVALID_ACK_SEQUENCE', 'tcp_v4_do_rcv')
export const UNSENT_ACKED = fate('TCP_ACK_UNSENT_DATA', 'tcp_v4_do_rcv')
export const UNSENT_ACKED_LATE = fate('TCP_ACK_UNSENT_DATA', 'tcp_rcv_state_process')
/** An ICMP error that ended an attempt: it goes with the socket whose owner it was kept for. */
export const ERROR_KEPT = fate('QUEUE_PURGE', 'skb_queue_purge_reason')
/** An acknowledgement behind the peer's FIN: there is nothing to queue. */
export const IDLE = fate('NOT_SPECIFIED', 'tcp_rcv_state_process')
/** Its timestamp is older than what has come, and the connection is over. */
export const STALE = fate('TCP_RFC7323_TW_PAWS')
/** Bytes that nobody will read. */
export const ABORTED = fate('TCP_ABORT_ON_DATA', 'tcp_v4_do_rcv')
/** All of it has come before. */
export const OLD = fate('TCP_OLD_SEQUENCE', 'tcp_validate_incoming')
/** It begins behind the window. */
export const BEYOND = fate('TCP_INVALID_SEQUENCE', 'tcp_validate_incoming')
/** Its timestamp is older than what has come; and where it only acknowledges, and was overtaken. */
export const STALE_NOW = fate('TCP_RFC7323_PAWS', 'tcp_validate_incoming')
export const STALE_ACK = fate('TCP_RFC7323_PAWS_ACK', 'tcp_validate_incoming')
/** It acknowledges what was acknowledged a window ago. */
export const TOO_OLD_ACK = fate('TCP_TOO_OLD_ACK', 'tcp_v4_do_rcv')
export const TOO_OLD_ACK_LATE = fate('TCP_TOO_OLD_ACK', 'tcp_rcv_state_process')
