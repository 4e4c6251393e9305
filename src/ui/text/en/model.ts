import { formatOf } from '../format.ts'
import { extensions, features } from './features.ts'

const f = formatOf('en')
const scenarios = (n: number) => f.plural(n, { one: '# scenario', other: '# scenarios' })

export const model = {
  title: 'What is modelled',
  back: 'Back to the lab',
  skip: 'Skip to the list',
  lead: (p: { linux: string; scenarios: number; packets: number }) =>
    [
      `The model follows Linux ${p.linux} with iptables 1.8.9 (legacy) and conntrack-tools 1.4.7, IPv4 only.`,
      `In ${f.number(p.scenarios)} scenarios a running kernel was given ${f.number(p.packets)} packets, and what it did was recorded: verdicts, drop reasons, frames, every rule met with the header at that moment, events, tables, counters, error texts.`,
      'In every test run the simulator plays the same scenarios, and the two must agree byte for byte.',
    ].join(' '),
  counted:
    'All numbers here are counted when the page is built: for each feature, a rule finds the scenarios that would notice if it behaved differently. A zero is a zero.',
  figures: {
    features: 'features',
    scenarios: 'scenarios recorded from a kernel',
    lines: 'rule lines judged by the real iptables',
    commands: 'command lines recorded from the real programs',
  },
  find: 'Find',
  findHint: 'feature, file, function, scenario',
  show: 'Show',
  filters: {
    all: 'all',
    kernel: 'held by scenarios',
    other: 'held by something else',
    nothing: 'held by nothing',
  },
  found: (p: { n: number; of: number }) =>
    p.n === p.of
      ? f.plural(p.n, { one: '# feature', other: '# features' })
      : `${f.number(p.n)} of ${f.number(p.of)} features`,
  noneFound: 'No feature contains this.',
  openAll: 'Open all',
  closeAll: 'Close all',
  contents: 'Sections',
  columns: { feature: 'Feature', scenarios: 'Scenarios', lines: 'Rule lines', commands: 'Commands' },
  barIs: 'The bars grow with the square root of the number.',
  scenarios,
  lines: (n: number) => f.plural(n, { one: '# rule line', other: '# rule lines' }),
  commands: (n: number) => f.plural(n, { one: '# command line', other: '# command lines' }),
  tests: (n: number) => f.plural(n, { one: '# test of our own', other: '# tests of our own' }),
  nothing: 'not held by any recording',
  differs: (p: { topic: string; article: string; modern: string }) =>
    `${p.topic}: then ${p.article}; today ${p.modern}`,
  inert: 'can be read and written, but has no effect here',
  where: { model: 'In the model', linux: 'In Linux', scenarios: 'Scenarios', tests: 'Tests of our own' },
  section: (p: { held: number; of: number }) => `${f.number(p.held)} of ${f.number(p.of)} held by scenarios`,
  leftOut: 'Left out here',
  leftOutWords: 'As the source says, file by file.',
  missing: {
    matches: 'Matches of iptables that are missing',
    targets: 'Targets of iptables that are missing',
  },
  absentTitle: 'Not modelled at all',
  absent: [
    'IPv6, and everything that only exists for it',
    'nftables: nft rules, sets and maps; ebtables and arptables',
    'IPsec, tunnels (GRE, VXLAN, WireGuard …), VLANs, bonding',
    'Queues, and traffic control except netem and tc’s stateless NAT: links are never busy, and without netem they lose nothing and deliver in order',
    'XDP, BPF at hooks, flow tables, offload to hardware',
    'Several processors: a machine handles its packets one after the other, so there are no races',
    'Helpers other than FTP: SIP, TFTP, H.323, PPTP …',
    'IPVS, conntrackd and the synchronisation of tables',
    'Multicast routing and IGMP; IP options',
    'Daemons behind NFQUEUE, NFLOG and AUDIT',
    'TCP congestion control, SACK and segmentation offload in the hosts themselves',
  ],
  sections: {
    paths: 'Paths of a packet',
    routing: 'Routing',
    neighbours: 'Neighbours',
    fragments: 'Fragments',
    bridges: 'Bridges',
    tables: 'Tables and rules',
    matches: 'Matches',
    targets: 'Targets',
    reject: 'REJECT',
    log: 'Kernel log and traces',
    conntrack: 'Connection tracking',
    tcp: 'TCP',
    protocols: 'UDP, ICMP and other protocols',
    expectations: 'Helpers and expectations',
    zones: 'Zones',
    timeouts: 'Timeouts',
    table_size: 'The size of the table',
    counters: 'Counters',
    events: 'Events',
    nat: 'NAT',
    endpoints: 'The host’s own sockets',
    ipset: 'Sets of addresses',
    sysctls: 'Sysctls',
    formats: 'What programs print',
    programs: 'Programs',
    periods: 'The article’s period',
  } as Record<string, string>,
  features,
  extensions,
}
