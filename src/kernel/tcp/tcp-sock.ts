/** A TCP endpoint as data. Linux: struct tcp_sock, include/net/tcp_states.h */
export type TcpState =
  | 'LISTEN'
  | 'SYN_SENT'
  | 'SYN_RECV'
  | 'ESTABLISHED'
  | 'FIN_WAIT1'
  | 'FIN_WAIT2'
  | 'CLOSE_WAIT'
  | 'CLOSING'
  | 'LAST_ACK'
  | 'TIME_WAIT'
  | 'CLOSE'

/** A piece of the stream, or a SYN or FIN, that has been sent and not been acknowledged. */
export interface Segment {
  seq: number
  /** TH_*, without ACK. */
  flags: number
  bytes: number
  /** Meaning of the bytes: a number in the lab's store of payloads. */
  payload: number
}

export interface TcpSock {
  state: TcpState
  /** Sequence numbers, unsigned 32 bit. */
  sndUna: number
  sndNxt: number
  rcvNxt: number
  /** The peer's window, bytes. */
  sndWnd: number
  sndScale: number
  /** Offered in SYNs; what the peer offered comes with its SYN. */
  timestamps: boolean
  tsRecent: number
  mss: number
  /** Sent and not acknowledged, in order. */
  unacked: Segment[]
  /** Not sent yet: waits for the window or for the connection. */
  waiting: Segment[]
  /** FIN asked for by close(). */
  closing: boolean
  /** Payloads received in order, and bytes. */
  received: { payload: number; bytes: number }[]
  /** Segments beyond a hole, each once. */
  beyond: { seq: number; bytes: number; payload: number; fin: boolean }[]
  /** Our side has seen the peer's FIN. */
  eof: boolean
  /** Retransmission: the timer's time (0: off), the timeout, and how often in a row. */
  timerAt: number
  /** A FIN that is not acknowledged yet: its ACK waits for our own FIN, until this time (0: none). */
  delackAt: number
  rto: number
  retries: number
  /** LISTEN: connections that wait for accept(). */
  accepted: number[]
  backlog: number
}
