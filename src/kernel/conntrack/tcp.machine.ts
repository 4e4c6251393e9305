/**
 * The states of a tracked TCP connection, as an XState machine. The tracker (proto-tcp.ts) runs on its compiled form.
 *
 * An event is a packet class in a direction. No transition: the packet is invalid. Action `ignore`: the packet passes
 * and changes nothing. `reopen`: a SYN meets a finished connection, the tracker decides whether it begins a new one.
 * `pickup`: a connection met in mid-stream, allowed by nf_conntrack_tcp_loose.
 *
 * Linux: net/netfilter/nf_conntrack_proto_tcp.c tcp_conntracks[2][6][TCP_CONNTRACK_MAX]
 */
import { setup } from 'xstate'

export type TcpEvent = `${'ORIGINAL' | 'REPLY'}_${'SYN' | 'SYNACK' | 'FIN' | 'ACK' | 'RST'}`

const IGNORE = { actions: 'ignore' } as const
const REOPEN = { target: 'SYN_SENT', actions: 'reopen' } as const

export const tcpTracker = setup({
  types: { events: {} as { type: TcpEvent } },
  actions: { ignore: () => undefined, reopen: () => undefined, pickup: () => undefined },
}).createMachine({
  id: 'tcp',
  initial: 'NONE',
  states: {
    NONE: { on: { ORIGINAL_SYN: 'SYN_SENT', ORIGINAL_ACK: { target: 'ESTABLISHED', actions: 'pickup' } } },
    SYN_SENT: {
      on: {
        ORIGINAL_SYN: 'SYN_SENT',
        ORIGINAL_RST: 'CLOSE',
        REPLY_SYN: 'SYN_SENT2',
        REPLY_SYNACK: 'SYN_RECV',
        REPLY_ACK: IGNORE,
        REPLY_RST: 'CLOSE',
      },
    },
    SYN_RECV: {
      on: {
        ORIGINAL_SYN: IGNORE,
        ORIGINAL_SYNACK: 'SYN_RECV',
        ORIGINAL_FIN: 'FIN_WAIT',
        ORIGINAL_ACK: 'ESTABLISHED',
        ORIGINAL_RST: 'CLOSE',
        REPLY_SYNACK: IGNORE,
        REPLY_FIN: 'FIN_WAIT',
        REPLY_ACK: 'SYN_RECV',
        REPLY_RST: 'CLOSE',
      },
    },
    ESTABLISHED: {
      on: {
        ORIGINAL_SYN: IGNORE,
        ORIGINAL_FIN: 'FIN_WAIT',
        ORIGINAL_ACK: 'ESTABLISHED',
        ORIGINAL_RST: 'CLOSE',
        REPLY_SYNACK: IGNORE,
        REPLY_FIN: 'FIN_WAIT',
        REPLY_ACK: 'ESTABLISHED',
        REPLY_RST: 'CLOSE',
      },
    },
    FIN_WAIT: {
      on: {
        ORIGINAL_SYN: IGNORE,
        ORIGINAL_FIN: 'LAST_ACK',
        ORIGINAL_ACK: 'CLOSE_WAIT',
        ORIGINAL_RST: 'CLOSE',
        REPLY_SYNACK: IGNORE,
        REPLY_FIN: 'LAST_ACK',
        REPLY_ACK: 'CLOSE_WAIT',
        REPLY_RST: 'CLOSE',
      },
    },
    CLOSE_WAIT: {
      on: {
        ORIGINAL_SYN: IGNORE,
        ORIGINAL_FIN: 'LAST_ACK',
        ORIGINAL_ACK: 'CLOSE_WAIT',
        ORIGINAL_RST: 'CLOSE',
        REPLY_SYNACK: IGNORE,
        REPLY_FIN: 'LAST_ACK',
        REPLY_ACK: 'CLOSE_WAIT',
        REPLY_RST: 'CLOSE',
      },
    },
    LAST_ACK: {
      on: {
        ORIGINAL_SYN: IGNORE,
        ORIGINAL_FIN: 'LAST_ACK',
        ORIGINAL_ACK: 'TIME_WAIT',
        ORIGINAL_RST: 'CLOSE',
        REPLY_SYNACK: IGNORE,
        REPLY_FIN: 'LAST_ACK',
        REPLY_ACK: 'TIME_WAIT',
        REPLY_RST: 'CLOSE',
      },
    },
    TIME_WAIT: {
      on: {
        ORIGINAL_SYN: REOPEN,
        ORIGINAL_FIN: 'TIME_WAIT',
        ORIGINAL_ACK: 'TIME_WAIT',
        ORIGINAL_RST: 'CLOSE',
        REPLY_SYN: REOPEN,
        REPLY_SYNACK: IGNORE,
        REPLY_FIN: 'TIME_WAIT',
        REPLY_ACK: 'TIME_WAIT',
        REPLY_RST: 'CLOSE',
      },
    },
    CLOSE: {
      on: {
        ORIGINAL_SYN: REOPEN,
        ORIGINAL_FIN: 'CLOSE',
        ORIGINAL_ACK: 'CLOSE',
        ORIGINAL_RST: 'CLOSE',
        REPLY_SYNACK: IGNORE,
        REPLY_FIN: 'CLOSE',
        REPLY_ACK: 'CLOSE',
        REPLY_RST: 'CLOSE',
      },
    },
    SYN_SENT2: {
      on: {
        ORIGINAL_SYN: 'SYN_SENT2',
        ORIGINAL_SYNACK: 'SYN_RECV',
        ORIGINAL_RST: 'CLOSE',
        REPLY_SYN: 'SYN_SENT2',
        REPLY_SYNACK: 'SYN_RECV',
        REPLY_ACK: IGNORE,
        REPLY_RST: 'CLOSE',
      },
    },
  },
})
