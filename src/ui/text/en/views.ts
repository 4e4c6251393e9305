import { format } from './format.ts'

const n = format.number

/** The views that the middle of the page can show beside the hooks. */
export const views = {
  switch: 'What is shown here',
  names: {
    hooks: 'Hooks',
    packet: 'Packet',
    ladder: 'Ladder',
    tcp: 'TCP',
    entries: 'Entries',
    charts: 'Charts',
  },
  asTable: 'As a table',
  asPicture: 'As a picture',

  ladder: {
    title: (p: { hosts: string }) => `The conversation between ${p.hosts}`,
    nobody: 'The conversation between the hosts',
    none: 'Nothing has been on the wire yet. Send something: each frame becomes an arrow here.',
    scope: 'Packets',
    scopes: { one: 'this conversation', all: 'all packets' },
    list: 'Arrows, earliest first. Arrow keys move along them, Enter goes to the moment.',
    rung: (p: { packet: string; from: string; to: string; src: string; dst: string; time: string }) =>
      `${p.packet} from ${p.from} to ${p.to}, ${p.src} to ${p.dst}, at ${p.time}`,
    died: (p: { packet: string; host: string; why: string; reason: string; time: string }) =>
      `${p.packet} dies at ${p.host}. ${p.why} ${p.reason}, at ${p.time}`,
    by: (p: { table: string; chain: string; rule: number }) =>
      p.rule === 0 ? ` (${p.table} ${p.chain})` : ` (${p.table} ${p.chain}, rule ${p.rule})`,
    rewritten: 'rewritten since the previous wire',
    future: 'after the moment shown',
    direction: { original: 'original direction', reply: 'reply direction', '-': 'no direction known' },
    away: 'on the wire',
    earlier: (p: { n: number }) => format.plural(p.n, { one: '# earlier arrow', other: '# earlier arrows' }),
    later: (p: { n: number }) => format.plural(p.n, { one: '# later arrow', other: '# later arrows' }),
    columns: { time: 'Time', packet: 'Packet', way: 'Wire', src: 'Source', dst: 'Destination', what: 'What' },
    count: (p: { n: number }) => `${n(p.n)}`,
  },

  tcp: {
    title: 'The states of the TCP tracker',
    picture: 'States. Up and down move along them; the text beside them says what leads there.',
    now: 'now',
    been: 'passed',
    ask: (p: { state: string; now: string }) =>
      `${p.state}${p.now === '' ? '' : ` (${p.now})`}: how to get there`,
    direction: { original: 'original direction', reply: 'reply direction' },
    stays: (p: { s: string }) => `Without a packet an entry stays for ${p.s} s.`,
    how: 'How do I get to this state?',
    start: 'Every connection begins here: none of its packets has been seen.',
    noWay: 'No packets lead here.',
    midstream: 'Or, picked up in mid-stream:',
    followed: 'The followed connection',
    nobody: (p: { host: string }) =>
      `The packet being followed belongs to no TCP connection that ${p.host} tracks. Fetch a page, or choose a packet in the journey.`,
    follow: (p: { packet: string }) => `Follow the last one: ${p.packet}`,
    key: 'What the lines mean',
    keys: {
      original: 'a packet from the side that opened',
      reply: 'a packet from the other side',
      pickup: 'only where the tracker has not seen the beginning, or the ports are reused',
      common: 'RST: from almost anywhere to CLOSE (choose a state to see its lines)',
      gone: 'the path of the followed connection',
    },
    packets: (p: { n: number; changes: number }) =>
      `${format.plural(p.n, { one: '# packet', other: '# packets' })} so far, ${n(p.changes)} changed the state.`,
    columns: { state: 'State', how: 'Packets that lead here', ways: 'What leads on', ignored: 'Ignored' },
    itself: 'stays',
    actions: { reopen: 'a new connection may begin', pickup: 'picked up in mid-stream' } as Record<
      string,
      string
    >,
  },

  entries: {
    title: (p: { host: string }) => `Entries in the table of ${p.host}`,
    list: 'Entries of the connection table. Up, down and page keys move along them, Enter points at their buckets.',
    filter: 'Entries that match all these words',
    filterHint: 'tcp, TIME_WAIT, assured, unreplied, nat, 192.168.0., 10.0.0.0/8, :80; ! in front means not',
    example: 'Filter: TIME_WAIT :80',
    unknown: (p: { words: string }) => `Not understood, and ignored: ${p.words}`,
    all: (p: { n: number }) => format.plural(p.n, { one: '# entry', other: '# entries' }),
    some: (p: { n: number; of: number }) => `${n(p.n)} of ${n(p.of)}`,
    sortBy: (p: { column: string }) => `Sort by: ${p.column}`,
    columns: { id: 'Age', source: 'Source', destination: 'Destination', state: 'State', left: 'Left' },
    left: (p: { s: string }) => `${p.s} s`,
    empty: 'No entry yet. The first packet of a connection creates one.',
    nothing: 'No entry matches these words.',
    pickOne: 'Choose an entry: the bucket map shows where it is, once for each direction.',
    hangs: 'is in two buckets, once for each direction:',
    bucket: (p: { bucket: string }) => `bucket ${p.bucket}`,
  },

  charts: {
    title: (p: { host: string }) => `${p.host} over time`,
    region: 'Charts over lab time',
    none: 'Nothing has been recorded yet: charts begin with the first packets.',
    slider: 'The moment shown. Left and right move from sample to sample.',
    hint: 'Click anywhere in a chart to go to that moment.',
    export: 'Save the charts',
    saveAs: (p: { format: string }) => `Save as ${p.format}`,
    time: 'Lab time',
    names: {
      entries: 'Entries in the table',
      states: 'Entries by state',
      new: 'New entries a second',
      drops: 'Packets dropped a second',
      cpu: 'CPU by what it works on',
      connect: 'Time to connect',
      latency: 'Latency of requests',
    },
    series: {
      entries: 'entries',
      new: 'created',
      udp: 'UDP',
      icmp: 'ICMP',
      other: 'other',
      frame: 'frames and routing',
      tables: 'tables',
      conntrack: 'conntrack',
      nat: 'NAT',
      tcp: 'TCP',
      programs: 'programs',
      p50: '50 % within',
      p90: '90 % within',
      p99: '99 % within',
    },
    perSecond: (p: { n: string }) => `${p.n}/s`,
    limit: (p: { n: string }) => `nf_conntrack_max ${p.n}`,
  },
}
