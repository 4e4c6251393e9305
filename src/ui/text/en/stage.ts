import { format } from './format.ts'

const n = format.number

/** The picture in the middle: network, hook diagram, packet, journey, time. */
export const stage = {
  topology: {
    title: 'The network',
    desc: (p: { hosts: string }) => `Hosts and links: ${p.hosts}.`,
    show: (p: { host: string }) => `Show the kernel of ${p.host}`,
    isShown: (p: { host: string }) => `${p.host}: its kernel is shown`,
    down: 'down',
    devDown: (p: { dev: string }) => `${p.dev} is down`,
    entries: (p: { n: number }) => format.plural(p.n, { one: '# entry', other: '# entries' }),
    flying: (p: { packet: string; from: string; to: string }) => `${p.packet} from ${p.from} to ${p.to}`,
    dot: (p: { n: number }) => `1 dot = ${n(p.n)} packets`,
    busy: 'a program is running',
  },

  path: {
    title: (p: { host: string }) => `The path of a packet through the kernel of ${p.host}`,
    desc: (p: { hooks: string }) =>
      `Packets come in on the left. Hooks with their tables in order of priority: ${p.hooks}.`,
    kernelOf: (p: { host: string }) => `Kernel of ${p.host}`,
    hook: (p: { chain: string; stations: string }) => `${p.chain}: ${p.stations}`,
    last: 'last',
    priority: (p: { priority: string }) => `priority ${p.priority}`,
    absent: 'not registered: packets pass, nothing is done',
    asleep: 'conntrack is asleep: no rule needs it',
    receive: 'in',
    transmit: 'out',
    routeIn: 'routing',
    routeOut: 'routing',
    forward: 'ip_forward',
    process: 'local process',
    bridge: 'bridge: from port to port, past all hooks',
    bridged: 'bridged',
    open: (p: { table: string; chain: string }) => `Open the chain ${p.chain} of table ${p.table}`,
    acting: 'the packet is here',
    passed: 'passed',
    dropsHere: (p: { n: number }) =>
      format.plural(p.n, { one: '# packet died here', other: '# packets died here' }),
    legend: 'Key',
    table: 'table',
    chain: 'chain',
    conntrack: 'conntrack',
    unregistered: 'not there yet',
    original: 'original direction',
    reply: 'reply direction',
    empty: 'No packet has passed here yet.',
    emptyHint: 'Send one: type a command into the terminal, or press its “Send” button.',
    elsewhere: (p: { packet: string; host: string }) => `${p.packet} is at ${p.host}.`,
    onLink: (p: { packet: string; from: string; to: string }) =>
      `${p.packet} is on the link from ${p.from} to ${p.to}.`,
    flows: 'Too fast to show single packets: the numbers go on.',
  },

  /** What a station that acts says inside its row. */
  opened: {
    rule: (p: { rule: number; of: number }) => `rule ${n(p.rule)} of ${n(p.of)}`,
    ruleOf: (p: { rule: number; chain: string }) => `rule ${n(p.rule)} of ${p.chain}`,
    policy: (p: { policy: string }) => `policy ${p.policy}`,
    noRuleFits: 'no rule matches',
    noRule: 'no rule is consulted:',
    entryDecides: 'the entry decides',
    untracked: 'not tracked: no NAT',
    newEntry: 'a new entry,',
    notInTable: 'not in the table yet',
    known: (p: { dir: string }) => `known, ${p.dir}`,
    insert: 'the entry goes',
    intoTable: 'into the table',
    confirmed: 'is in the table',
    whole: 'not a fragment, nothing to reassemble',
    nothing: 'nothing to do',
    via: (p: { dev: string }) => `via ${p.dev}`,
    local: 'for this host',
    unreachable: 'no route',
    ttl: (p: { from: string; to: string }) => `ttl ${p.from} → ${p.to}`,
  },

  tuple: {
    direction: { orig: 'original direction:', reply: 'reply direction:' },
    to: 'to',
    translated: '(put in by NAT)',
  },

  chip: {
    label: (p: { packet: string }) => `Packet ${p.packet}`,
    from: 'from',
    to: 'to',
    ttl: (p: { ttl: number }) => `ttl ${p.ttl}`,
    mark: (p: { mark: string }) => `mark ${p.mark}`,
    bytes: (p: { n: number }) => `${n(p.n)} B`,
    was: 'was',
    now: 'now',
    reasonAt: (p: { reason: string; where: string }) => `${p.reason} at ${p.where}`,
  },

  journey: {
    ends: {
      open: 'on its way',
      sent: 'sent on',
      delivered: 'delivered',
      dropped: 'dropped',
      stolen: 'taken',
    },
    reply: 'reply',
    original: 'original',
  },
}
