import { format } from './format.ts'

const n = format.number

/** The views that the middle of the page can show beside the hooks. */
export const views = {
  switch: 'What is shown here',
  names: {
    hooks: 'Hooks',
    ladder: 'Ladder',
    tcp: 'TCP',
  },
  asTable: 'As a table',
  asPicture: 'As a picture',

  ladder: {
    title: (p: { hosts: string }) => `The conversation between ${p.hosts}`,
    nobody: 'The conversation of the hosts',
    none: 'Nothing has been on a wire yet. Send something: each frame becomes an arrow here.',
    scope: 'Packets',
    scopes: { one: 'this conversation', all: 'all packets' },
    list: 'Arrows, the earliest first. Arrow keys go along them, Enter goes to the moment.',
    rung: (p: { packet: string; from: string; to: string; src: string; dst: string; time: string }) =>
      `${p.packet} from ${p.from} to ${p.to}, ${p.src} to ${p.dst}, at ${p.time}`,
    died: (p: { packet: string; host: string; why: string; reason: string; time: string }) =>
      `${p.packet} dies at ${p.host}. ${p.why} ${p.reason}, at ${p.time}`,
    rewritten: 'rewritten since the wire before',
    future: 'not yet at the moment shown',
    direction: { original: 'original direction', reply: 'reply direction', '-': 'no direction known' },
    away: 'on the wire',
    earlier: (p: { n: number }) => format.plural(p.n, { one: '# earlier arrow', other: '# earlier arrows' }),
    later: (p: { n: number }) => format.plural(p.n, { one: '# later arrow', other: '# later arrows' }),
    columns: { time: 'Time', packet: 'Packet', way: 'Wire', src: 'Source', dst: 'Destination', what: 'What' },
    count: (p: { n: number }) => `${n(p.n)}`,
  },

  tcp: {
    title: 'The states of the TCP tracker',
    picture: 'States. Up and down go along them; what leads there is told beside.',
    now: 'now',
    been: 'passed',
    ask: (p: { state: string; now: string }) =>
      `${p.state}${p.now === '' ? '' : ` (${p.now})`}: how to get there`,
    direction: { original: 'original direction', reply: 'reply direction' },
    stays: (p: { s: string }) => `Without a packet an entry stays for ${p.s} s.`,
    how: 'How do I get to this state?',
    start: 'Here every connection begins: no packet of it has been seen.',
    noWay: 'No packets lead here.',
    midstream: 'Or, met in mid-stream:',
    followed: 'The followed connection',
    nobody: (p: { host: string }) =>
      `The packet that is followed belongs to no TCP connection that ${p.host} tracks. Fetch a page, or choose a packet in the journey.`,
    packets: (p: { n: number; changes: number }) =>
      `${format.plural(p.n, { one: '# packet', other: '# packets' })} so far, ${n(p.changes)} changed the state.`,
    columns: { state: 'State', how: 'Packets that lead here', ways: 'What leads on', ignored: 'Ignored' },
    itself: 'stays',
    actions: { reopen: 'a new connection may begin', pickup: 'met in mid-stream' } as Record<string, string>,
  },
}
