import { format } from './format.ts'

const n = format.number

/** What is looked at more closely: a chain, a packet's journey, the actor that walks with it. */
export const closer = {
  chainCard: {
    title: (p: { table: string; chain: string }) => `Table ${p.table}, chain ${p.chain}`,
    close: 'Close',
    number: 'No.',
    packets: 'pkts',
    bytes: 'bytes',
    rule: 'rule',
    noRules: 'No rules.',
    policy: (p: { policy: string }) => `policy ${p.policy}`,
    called: (p: { chain: string }) => `Chain ${p.chain}, called from here`,
    decided: 'decided for this packet',
    read: 'read for this packet',
    absent: (p: { table: string }) =>
      `Nobody has used table ${p.table} on this host yet, so the kernel calls nothing here. The first iptables -t ${p.table} command registers it.`,
  },

  chip: {
    quotes: 'quotes',
    quotesLabel: 'The header that the error quotes',
    to: 'to',
    tuples: {
      written: 'conntrack writes both tuples, the second is what the answer will look like',
      turned: 'the entry by whose tuples the packet is turned',
    },
    found: '◂ found by this tuple',
    becomes: 'turned round: the new header',
    news: '◂ the answer will look like this',
    asCame: 'the packet as it came',
  },

  journey: {
    title: 'Journey',
    packets: 'Packet',
    auto: 'the one that moves',
    none: 'No packet has been sent yet.',
    gone: 'The beginning of its way is no longer kept.',
    seek: (p: { step: string }) => `Go to: ${p.step}`,
    policy: 'policy',
    rule: (p: { rule: number }) => `rule ${n(p.rule)}`,
  },

  inspect: {
    title: 'Inspection events of the followed packet’s actor',
    why: 'XState’s inspector needs a window from the network; here are the same events, and in the browser’s console.',
    type: 'inspection',
    event: 'event',
    state: 'state',
    none: 'No actor yet: no packet has come to this host.',
  },
}
