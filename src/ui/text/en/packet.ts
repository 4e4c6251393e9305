import type { FieldId, LayerId } from '../../views/layers.ts'
import { format } from './format.ts'

const n = format.number

const layers: Record<LayerId, string> = {
  eth: 'Ethernet',
  ip: 'IP',
  tcp: 'TCP',
  udp: 'UDP',
  icmp: 'ICMP',
  sctp: 'SCTP',
  other: 'Payload',
  skb: 'Alongside the header',
}

const fields: Record<FieldId, string> = {
  smac: 'source MAC',
  dmac: 'destination MAC',
  tos: 'tos',
  len: 'total length',
  ipid: 'identification',
  flags: 'flags',
  offset: 'fragment offset',
  ttl: 'ttl',
  protocol: 'protocol',
  checksum: 'header checksum',
  src: 'source',
  dst: 'destination',
  sport: 'source port',
  dport: 'destination port',
  seq: 'sequence number',
  ack: 'acknowledgement',
  tcpFlags: 'flags',
  win: 'window',
  options: 'options',
  payload: 'payload, bytes',
  type: 'type',
  code: 'code',
  echoId: 'identifier',
  echoSeq: 'sequence number',
  mtu: 'MTU of the next link',
  gateway: 'gateway',
  l4csum: 'checksum',
  mark: 'mark',
  in: 'in through',
  out: 'out through',
  physin: 'in through port',
  physout: 'out through port',
}

/** SKB_DROP_REASON_*, and the stack's own words for what it did not want. */
const reasons: Record<string, string> = {
  NETFILTER_DROP: 'A function at a netfilter hook said NF_DROP.',
  NOT_SPECIFIED: 'The kernel frees it here without giving a reason.',
  OTHERHOST: 'The frame is for another machine’s interface.',
  IP_INHDR: 'Its ttl was 1, and forwarding takes one: nothing is left.',
  IP_INADDRERRORS: 'It is not for this host, and this host does not forward.',
  IP_INNOROUTES: 'No route leads to its destination.',
  IP_OUTNOROUTES: 'No route leads from here to its destination.',
  IP_RPFILTER:
    'A reply to its source would leave through another interface than it came in by, and rp_filter is strict.',
  IP_INVALID_SOURCE: 'Its source is an address that no packet may come from.',
  IP_INVALID_DEST: 'Its destination is an address that nobody can have.',
  IP_LOCALNET: 'An address of 127.0.0.0/8 has come in from outside.',
  IP_LOCAL_SOURCE: 'It claims to come from this host itself, but it came from outside.',
  PKT_TOO_BIG: 'It is longer than the next link allows, and DF forbids fragmenting it.',
  DEV_READY: 'The interface it should leave through is down.',
  DUP_FRAG: 'This part of the datagram has arrived before.',
  FRAG_REASM_TIMEOUT: 'The rest of the datagram did not arrive in time.',
  NEIGH_FAILED: 'Nobody on the link answers for the next hop’s address.',
  NEIGH_QUEUEFULL: 'Too many packets wait for the same neighbour: the oldest one goes.',
  QUEUE_PURGE:
    'It was waiting in a queue that was emptied: for a neighbour when the interface went down, or (an ICMP error) for the program whose connect() it ended.',
  CPU_BACKLOG: 'The queue of the CPU that should handle it is full.',
  QDISC_DROP: 'The interface’s queue (netem) has lost it.',
  TC_INGRESS: 'An action of a tc filter dropped it on its way in.',
  TC_EGRESS: 'An action of a tc filter dropped it on its way out.',
  BRIDGE_INGRESS_STP_STATE: 'The bridge of this port accepts nothing: it is down.',
  NO_SOCKET: 'No program listens on its port.',
  IP_NOPROTO: 'Nobody here speaks its protocol.',
  TCP_CSUM: 'Its TCP checksum is wrong.',
  UDP_CSUM: 'Its UDP checksum is wrong.',
  ICMP_CSUM: 'Its ICMP checksum is wrong.',
  UNHANDLED_PROTO: 'There is no such ICMP type.',
  INVALID_PROTO: 'Such a broadcast message is not answered.',
  PKT_TOO_SMALL: 'It is shorter than its header.',
  TCP_RESET: 'A reset: it ends the connection, or it is out of place.',
  TCP_INVALID_SYN: 'A SYN in the middle of a connection.',
  TCP_INVALID_ACK_SEQUENCE: 'It acknowledges something other than the SYN that was sent.',
  TCP_ABORT_ON_DATA: 'It brings bytes for a connection that nobody owns any more.',
  TCP_ACK_UNSENT_DATA: 'It acknowledges bytes that were never sent.',
  TCP_RFC7323_TW_PAWS: 'Its timestamp is older than the last one of a connection that is over.',
  TCP_OLD_SEQUENCE: 'All of its bytes have arrived before.',
  TCP_INVALID_SEQUENCE: 'It begins behind the window that was offered.',
  TCP_RFC7323_PAWS: 'Its timestamp is older than the last one of this connection.',
  TCP_RFC7323_PAWS_ACK: 'It only acknowledges, and a later segment overtook it: its timestamp is older.',
  TCP_TOO_OLD_ACK: 'It acknowledges what was acknowledged more than a window ago.',
  TCP_FLAGS: 'Flags that mean nothing here.',
  TCP_LISTEN_OVERFLOW: 'The queue of the listening program is full.',
}

export const packet = {
  title: (p: { packet: string }) => `The header of ${p.packet}`,
  nobody: 'A packet, layer by layer',
  none: 'No packet has been sent yet. Type a command into the terminal, or press its “Send” button.',
  at: (p: { host: string; place: string }) => `At ${p.host}, ${p.place}:`,
  against: 'Compared with',
  versus: {
    station: 'the station before',
    start: 'the start of its path',
  },
  layers,
  quoted: (p: { layer: string }) => `${p.layer} of the packet it quotes`,
  fields,
  columns: { field: 'Field', before: 'Before', after: 'After' },
  changed: 'changed',
  same: 'Nothing has changed here.',
  differs: (p: { n: number }) =>
    format.plural(p.n, { one: '# field has changed.', other: '# fields have changed.' }),
  /** Values that are words. */
  values: { none: 'none', right: 'right', wrong: 'wrong' } as Record<string, string>,
  journey: 'Its journey',

  why: {
    ask: 'Why?',
    askOf: (p: { step: string }) => `Why? ${p.step}`,
    loading: 'Looking it up …',
    rule: (p: { n: number; chain: string; table: string }) =>
      `Rule ${n(p.n)} of the chain ${p.chain} in the ${p.table} table decided. iptables -t ${p.table} -S prints it as`,
    policy: (p: { chain: string; table: string }) =>
      `No rule of ${p.chain} in the ${p.table} table had the last word, so the policy of the chain decided. iptables -t ${p.table} -S prints it as`,
    end: (p: { chain: string }) =>
      `The chain ${p.chain} was read to its end, and the one that called it goes on.`,
    entry:
      'No rule was consulted: only the first packet of a connection goes through the nat table. For this one the entry of its connection decides.',
    filter: (p: { prio: number; dev: string }) =>
      `The tc filter of preference ${p.prio} at ${p.dev} decided. Its actions:`,
    sysctls: 'Settings that had a say, at the moment shown:',
    at: (p: { host: string }) => `on ${p.host}`,
    unset: 'not there',
    reason: (p: { reason: string }) => `Reason ${p.reason}:`,
    fn: 'Done by the kernel function',
    model: 'What the model says about it',
    linux: 'In Linux:',
    leftOut: 'Left out:',
    from: (p: { file: string }) => `from ${p.file}`,
    nothing: 'The source of the model says nothing about it.',
  },
  reasons,

  cost: {
    title: 'What it cost',
    parts: {
      frame: 'frames and routing',
      tables: 'tables and rules',
      conntrack: 'conntrack',
      nat: 'NAT',
      tcp: 'TCP',
      programs: 'programs',
    },
    rules: (p: { n: number }) =>
      format.plural(p.n, {
        one: '# rule or policy was checked.',
        other: '# rules and policies were checked.',
      }),
    nodes: (p: { n: number }) =>
      format.plural(p.n, {
        one: '# entry was passed in the chains of the connection table.',
        other: '# entries were passed in the chains of the connection table.',
      }),
    note: 'Time of one CPU core, as measured on Linux 6.18 with packets of thousands of flows. In labs whose hosts have no CPUs of their own, nothing waits for it.',
  },
}
