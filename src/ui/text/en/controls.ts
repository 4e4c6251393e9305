import { format } from './format.ts'

const knobs: Record<string, string> = {
  max: 'How many connections the table may hold. A new one beyond that is dropped.',
  buckets:
    'How many chains the hash table has. Few buckets: long chains, slow lookups. The kernel makes whole pages of them: 512 at least.',
  tcp_timeout_time_wait: 'How long a closed connection keeps its entry.',
  tcp_timeout_syn_sent: 'Only the SYN has been seen.',
  tcp_timeout_syn_recv: 'The SYN has been answered, but the handshake is not complete.',
  tcp_timeout_established: 'The connection is open and silent: five days by default.',
  tcp_timeout_fin_wait: 'One side has closed.',
  tcp_timeout_close_wait: 'The other side has closed, this one has not.',
  tcp_timeout_last_ack: 'Both sides have closed, the last ACK is missing.',
  tcp_timeout_close: 'Ended by a reset.',
  tcp_timeout_max_retrans: 'Too many retransmissions without an answer.',
  tcp_timeout_unacknowledged: 'Sent, but not acknowledged.',
  udp_timeout: 'UDP, until both sides have spoken for two seconds.',
  udp_timeout_stream: 'UDP with traffic both ways.',
  icmp_timeout: 'How long a ping waits for its reply.',
  generic_timeout: 'All other protocols.',
}

export const controls = {
  title: 'Turn the knobs',
  waits: (p: { host: string }) => `The terminal of ${p.host} is busy; the command waits.`,
  number: (p: { name: string }) => `${p.name}, as a number`,
  reset: (p: { name: string; value: string }) => `Set ${p.name} back to ${p.value}`,
  resetTo: (p: { value: string }) => `Back to ${p.value}`,
  rest: (p: { n: number }) => format.plural(p.n, { one: '# more timeout', other: '# more timeouts' }),
  all: 'Every setting, and what it does',
  changed: (p: { n: number }) => `${format.number(p.n)} changed`,
  /** What the table takes when it is full, by each period's kernel. */
  memory: {
    article: 'Memory of a full table, by the article’s formula (max × entry + buckets × head)',
    modern: 'Memory of a full table (max × entry with NAT + buckets × two heads)',
  },
  chain: 'Length of a chain',
  chainMost: (p: { n: string }) => `by the article: max ÷ buckets = ${p.n}`,
  chainNow: (p: { n: string }) =>
    `on average now: 2 × entries ÷ buckets = ${p.n} (both directions are in the table)`,
  /** By the sysctl's name without net.netfilter.nf_conntrack_. */
  knobs,
}
