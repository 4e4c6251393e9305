import { format } from './format.ts'

const n = format.number

export const conntrack = {
  title: 'Connection tracking',
  gauge: 'Entries in the table',
  ofMax: (p: { max: string }) => `of ${p.max} entries`,
  gaugeIs: (p: { count: number; max: string; share: string }) =>
    `${format.plural(p.count, { one: '# entry', other: '# entries' })} of ${p.max}, ${p.share}`,
  fullness: {
    unlimited: 'nf_conntrack_max is 0: to the kernel that is no limit at all.',
    empty: 'Empty.',
    calm: 'There is room for new connections.',
    near: 'Nearly full: soon new connections will be dropped.',
    full: 'Full: each new connection is dropped, unless an unanswered one can be evicted.',
    over: 'More than nf_conntrack_max allows: these were there before it was lowered. New connections are dropped until enough of them have expired; “conntrack -F” empties the table at once.',
  },
  dropped: (p: { n: number }) =>
    format.plural(p.n, { one: '✕ # packet died here: why?', other: '✕ # packets died here: why?' }),
  asleep:
    'Asleep: no rule on this host needs it, so nothing is tracked. The first nat or conntrack rule wakes it.',
  map: 'Hash table: choose a bucket',
  noBucket: 'no bucket chosen',
  mapIs: (p: { used: number; buckets: string; longest: number }) =>
    p.used === 0
      ? `${p.buckets} buckets, all empty. Each entry will be in two of them, once for each direction.`
      : `${n(p.used)} of ${p.buckets} buckets in use, the longest chain has ${n(p.longest)}.`,
  bucketIs: (p: { bucket: string; nodes: number }) =>
    `bucket ${p.bucket}: ${p.nodes === 0 ? 'empty' : format.plural(p.nodes, { one: 'one node', other: '# nodes' })}`,
  cellIs: (p: { first: string; last: string; longest: number }) =>
    p.longest === 0
      ? `buckets ${p.first} to ${p.last}: empty`
      : `buckets ${p.first} to ${p.last}: the longest chain has ${n(p.longest)}`,
  mapKey: 'chain:',
  oneCell: (p: { n: string }) => `(1 square = ${p.n} buckets)`,
  everyBucket: 'Every bucket',
  inGroups: 'In squares',
  chain: 'Chain of the chosen bucket',
  chainOf: (p: { bucket: string; nodes: number }) => `Bucket ${p.bucket}`,
  emptyBucket: 'There is nothing in it.',
  previous: 'Previous bucket in use',
  next: 'Next bucket in use',
  closeChain: 'Close the bucket',
  entries: 'Entries, newest first',
  none: 'No entry yet. The first packet of a connection creates one.',
  more: (p: { n: number }) => format.plural(p.n, { one: 'and # more', other: 'and # more' }),
  entry: (p: { kind: string }) => `Entry: ${p.kind}`,
  left: (p: { s: string }) => `${p.s} s`,
  leftTitle: 'Seconds until the entry expires, if no packet comes',
  unreplied: 'UNREPLIED: no reply has been seen. Such entries go first when the table is full.',
  assured: 'ASSURED: traffic has been seen both ways. When the table is full, such an entry is kept.',
  unconfirmed: 'Not in a bucket yet: its packet has not passed the last station.',
  nat: {
    none: 'Not translated.',
    snat: 'This line turns the reply back, without a rule.',
    dnat: 'This line gives the reply its old source back, without a rule.',
    both: 'Both ends are translated; this line turns the reply back.',
  },
  buckets: 'buckets',
  states: 'By state',
  memory: 'Memory',
  memoryWords:
    'The bucket array takes its memory at once; an entry only while it lives. The article uses the sizes of an old kernel.',
  memoryNow: 'now',
  memoryFull: 'when full',
  memoryBy: { article: 'Article’s formula', modern: 'Linux 6.18 with NAT' },
  stats: 'Counters',
}
