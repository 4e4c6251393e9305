import { format } from './format.ts'

const n = format.number

/** What happens to a packet, as a sentence of its journey. */
export const say = {
  where: (p: { host: string; place: string; what: string }) => `${p.host} ${p.place}: ${p.what}`,
  make: (p: { packet: string; to: string }) => `${p.packet} is sent to ${p.to}`,
  rcv: (p: { packet: string }) => `${p.packet} arrives`,
  xmit: (p: { packet: string }) => `${p.packet} leaves`,
  deliver: (p: { packet: string }) => `${p.packet} is delivered`,
  deliverNobody: (p: { packet: string; what: string }) =>
    `${p.packet} arrives, but nobody listens there (${p.what})`,
  routeLocal: 'the packet is for this host',
  routeForward: (p: { dev: string }) => `the packet is for another host; it will leave through ${p.dev}`,
  routeOut: (p: { dev: string }) => `it will leave through ${p.dev}`,
  unreachable: 'there is no route to the destination',
  routed: 'the route is chosen',
  ttl: (p: { from: string; to: string }) => `ttl ${p.from} becomes ${p.to}`,
  change: (p: { field: string; from: string; to: string }) => `${p.field} ${p.from} becomes ${p.to}`,
  fields: {
    src: 'source',
    sport: 'source port',
    dst: 'destination',
    dport: 'destination port',
    ttl: 'ttl',
    mark: 'mark',
    tos: 'tos',
    id: 'echo id',
    inSrc: 'source in the quoted header',
    inSport: 'source port in the quoted header',
    inDst: 'destination in the quoted header',
    inDport: 'destination port in the quoted header',
    inId: 'echo id in the quoted header',
  },
  quoted: 'the same in the header it quotes',
  join: (parts: string[]) => parts.join(', '),
  byRule: (p: { changes: string; rule: number }) => `${p.changes} by rule ${n(p.rule)}`,
  byEntry: (p: { changes: string }) => `${p.changes}; no rule is consulted, the entry decides`,
  byFilter: (p: { changes: string; prio: number; does: string }) =>
    `${p.changes} by the tc filter of preference ${p.prio} (${p.does}); nothing is remembered`,
  filter: (p: { prio: number; does: string }) =>
    `the packet matches the tc filter of preference ${p.prio}: ${p.does}`,
  natNothing: 'no rule is consulted, the entry decides; nothing to rewrite here',
  natUntracked: 'the packet is not tracked, so nothing is translated',
  rule: (p: { rule: number; does: string }) => `rule ${n(p.rule)} decides: ${p.does}`,
  ruleOf: (p: { rule: number; chain: string; does: string }) =>
    `rule ${n(p.rule)} of ${p.chain} decides: ${p.does}`,
  policy: (p: { policy: string }) => `no rule matches, the policy says ${p.policy}`,
  pass: 'the packet passes',
  skipped: 'not registered, the packet passes',
  ctNew: 'a new connection; its entry is created, but is not in the table yet',
  ctKnown: 'a packet of a known connection, original direction',
  ctReply: 'a reply of a known connection, found by its reply tuple',
  ctRelated: 'related to a known connection',
  ctInvalid: 'it belongs to no connection: INVALID',
  ctUntracked: 'exempted from tracking: UNTRACKED',
  ctAsleep: 'nothing is tracked',
  confirm: 'the entry goes into the table, with both tuples',
  confirmed: 'the entry is in the table already',
  nothing: 'nothing to do',
  drop: (p: { packet: string; why: string; reason: string; where: string }) =>
    `${p.packet} dies. ${p.why} (${p.reason} at ${p.where}).`,
  stolen: 'the packet was taken out of the path',
  synproxy: 'SYNPROXY takes the packet, and sends its own',
  fragmentHeld: 'a fragment: it waits for the rest of its datagram',
  neighbourAsked: 'it waits: the next hop has not told its hardware address yet',
  reply: (p: { tuple: string }) => `the reply will come as ${p.tuple}`,
}
