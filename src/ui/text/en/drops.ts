import type { DropCase } from '../../drop-case.ts'
import { format } from './format.ts'

interface Case {
  why: string
  cure: string
}

const cases: Record<DropCase, Case> = {
  'table-full': {
    why: 'The first packet of a new connection found nf_conntrack_max entries in the table, and none that could be evicted for it. Connections that are already in the table go on.',
    cure: 'More room, or entries that leave earlier. Traffic that needs neither NAT nor states can be exempted in the raw table (-j CT --notrack).',
  },
  clash: {
    why: 'When the entry was about to go into its bucket, there was already one with the same tuple. This happens when a translated address has run out of free ports, or when two packets race.',
    cure: 'More addresses or a wider port range for SNAT. Raising nf_conntrack_max does not help.',
  },
  policy: {
    why: 'No rule of the chain decided, so its policy did.',
    cure: 'A rule that accepts what should pass, or another policy.',
  },
  rule: {
    why: 'A rule matched this packet and its verdict was to drop it.',
    cure: 'An exception before that rule, or no such rule.',
  },
  reject: {
    why: 'A rule matched this packet and refused it: the sender is told, by an ICMP error or a TCP reset.',
    cure: 'An exception before that rule, or no such rule.',
  },
  'not-forwarding': {
    why: 'The packet is for another host and net.ipv4.ip_forward is 0, so routing dropped it before FORWARD. It leaves no entry behind.',
    cure: 'Turn on forwarding. A gateway needs it; NAT does not turn it on.',
  },
  'no-route': {
    why: 'The routing table has no route for this destination.',
    cure: 'Add a route: look at ip route.',
  },
  'bad-route': {
    why: 'The route that fits best is a blackhole, unreachable or prohibit route: it is there to throw packets away. The last two tell the sender so, by ICMP.',
    cure: 'Delete that route, or add one that fits better: look at ip route, and at ip rule for other tables.',
  },
  ttl: {
    why: 'The packet’s time to live was used up. ICMP tells the sender so.',
    cure: 'Look for a routing loop, or let the sender use a larger TTL.',
  },
  'no-socket': {
    why: 'The packet arrived, and no program on this host has a socket for it. TCP answers with a reset, UDP with ICMP port unreachable.',
    cure: 'Start the service, or send to the port it listens on. If the connection was translated, check whether the reply tuple is right.',
  },
  'rp-filter': {
    why: 'Reverse path filtering: a reply to this source would leave through another interface.',
    cure: 'Fix the routes, or set rp_filter to 2 on that interface.',
  },
  'too-big': {
    why: 'The packet must not be fragmented and does not fit. ICMP tells the sender the right size.',
    cure: 'Let ICMP “fragmentation needed” through, or clamp the MSS.',
  },
  'no-neighbour': {
    why: 'Nobody on the link answers for the address of the next hop.',
    cure: 'Check whether that host is there and whether the route’s gateway is right.',
  },
  martian: {
    why: 'Source or destination make no sense on this interface (a loopback address on a wire, for example).',
    cure: 'Look at the sender and at DNAT rules that point to 127.0.0.1.',
  },
  other: {
    why: 'The reason below is the kernel’s own word for it.',
    cure: 'Look at the place and the reason.',
  },
}

export const drops = {
  title: 'Drops',
  none: 'Nothing has been dropped here. Lower nf_conntrack_max and send more traffic to see it happen.',
  elsewhere: 'Where they died is no longer known.',
  times: (p: { n: number }) => `× ${format.number(p.n)}`,
  more: 'Why, where, and what would save it',
  kernel: 'Kernel',
  counter: 'Counter',
  last: 'Last',
  before: 'Go back to just before the last one',
  packet: (p: { id: number }) => `packet ${format.number(p.id)}`,
  atRule: (p: { table: string; chain: string; what: string; rule: number; does: string }) =>
    `${p.table} · ${p.chain} · ${p.what === 'policy' ? 'policy' : `rule ${p.rule}`}`,
  cureTitle: 'What would save it:',
  cures: {
    'raise-max': 'Make room',
    'shorten-time-wait': 'Let closed connections expire sooner',
    'accept-this': 'Let this one through',
    'accept-answers': 'Let replies of known connections through',
    'remove-rule': 'Delete the rule',
    policy: 'Let everything through that no rule stops',
    forward: 'Turn on forwarding',
    loose: 'Accept any route back',
    'route-localnet': 'Let loopback addresses in through this interface',
    'accept-local': 'Accept the host’s own addresses as a source',
    ttl: 'Give it one more hop',
  },
  taken: (p: { host: string }) =>
    `has been typed on ${p.host}. Nothing has died here of this since: send another packet.`,
  tried: {
    passed: 'Tried on a copy of the lab: this packet passes.',
    delivered: 'Tried on a copy of the lab: this packet is delivered.',
    dropped: (p: { reason: string }) =>
      `Tried on a copy of the lab: this packet is still dropped (${p.reason}). It may help later ones.`,
    refused: 'Tried on a copy of the lab: the command is refused there.',
    waits:
      'It will be tried on a copy of the lab as soon as time stands still: pause the load, or let it finish.',
    trying: 'Trying it on a copy of the lab …',
    far: 'Not tried: too much of the load would have to be repeated to get to this packet. Run the command, start the load again and compare.',
    unknown:
      'Not tried: the lab no longer knows how this packet got here. Run the command and send another one.',
  },
  seconds: 'By second',
  inSecond: (p: { second: number; count: number }) =>
    `${format.number(p.second)} s: ${format.number(p.count)}`,
  earlier: 'earlier ones',
  unfollowed: (p: { n: number }) =>
    format.plural(p.n, { one: '# was not followed', other: '# were not followed' }),
  cases,
}
