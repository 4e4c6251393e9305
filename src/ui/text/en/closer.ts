import { format } from './format.ts'

const n = format.number

/** What is looked at more closely: a chain, a packet's journey, the actor that walks with it. */
export const closer = {
  chainCard: {
    title: (p: { table: string; chain: string }) => `Table ${p.table}, chain ${p.chain}`,
    close: 'Close',
    along: 'Follow',
    alongWhy: 'Always open the chain the packet is in',
    number: 'No.',
    packets: 'pkts',
    bytes: 'bytes',
    rule: 'rule',
    noRules: 'No rules.',
    policy: (p: { policy: string }) => `policy ${p.policy}`,
    jump: (p: { rule: number; chain: string }) => `called by rule ${n(p.rule)} of ${p.chain}`,
    goto: (p: { rule: number; chain: string }) =>
      `reached by goto from rule ${n(p.rule)} of ${p.chain}; it does not go back there`,
    end: (p: { chain: string }) => `end: back to ${p.chain}`,
    more: (p: { n: number }) => format.plural(p.n, { one: 'Show # more rule', other: 'Show # more rules' }),
    left: (p: { n: number }) => format.plural(p.n, { one: '# more rule', other: '# more rules' }),
    met: { unread: 'not read', missed: 'does not match', fits: 'matches', decides: 'decides' },
    notHere: 'The packet has not been here.',
    nothingRead: 'No rule is consulted for this packet.',
    entryDecides: 'No rule is consulted for this packet: its entry decides.',
    untracked: 'The packet is not tracked: no rule is consulted, nothing is translated.',
    changed: 'The rules have changed since the packet was here.',
    then: '; ',
    toldFits: (p: { rule: number; chain: string }) =>
      `rule ${n(p.rule)} of ${p.chain} matches, and it goes on`,
    toldRule: (p: { rule: number; chain: string }) => `rule ${n(p.rule)} of ${p.chain} matches and decides`,
    toldJump: (p: { rule: number; chain: string; to: string }) =>
      `rule ${n(p.rule)} of ${p.chain} matches: on to ${p.to}`,
    toldGoto: (p: { rule: number; chain: string; to: string }) =>
      `rule ${n(p.rule)} of ${p.chain} matches: over to ${p.to}`,
    toldBack: (p: { chain: string }) => `back to ${p.chain}`,
    toldOut: 'it returns',
    toldPolicy: (p: { policy: string }) => `policy ${p.policy} decides`,
    absent: (p: { table: string }) =>
      `Nobody has used table ${p.table} on this host yet, so the kernel calls nothing here. The first iptables -t ${p.table} command registers it.`,
  },

  zoom: {
    title: 'Size of the picture',
    in: 'Larger',
    out: 'Smaller',
    fit: 'Fit',
    whole: 'Actual size',
    now: (p: { percent: string }) => `The picture is at ${p.percent}`,
    keys: (p: { what: string; key: string }) => `${p.what} (${p.key})`,
    region:
      'The picture. Plus and minus change its size, 0 shows its actual size, 9 all of it; the arrow keys move it.',
  },

  chip: {
    quotes: 'quotes',
    quotesLabel: 'The header that the error quotes',
    to: 'to',
    tuples: {
      written: 'conntrack writes both tuples; the second is what the reply will look like',
      turned: 'the entry whose tuples turn the packet back',
    },
    found: '◂ found by this tuple',
    becomes: 'turned round: the new header',
    news: '◂ the reply will look like this',
    asCame: 'the packet as it came',
  },

  save: {
    title: 'The picture as a file',
    open: 'Save the picture',
    words: 'The diagram as it is at this moment, with the open chain.',
    as: (p: { format: string }) => `Save as ${p.format}`,
    look: 'Colours',
    modes: { light: 'light', dark: 'dark' },
    saved: (p: { name: string }) => `Saved as ${p.name}.`,
    failed: 'The browser could not draw the picture.',
  },

  journey: {
    title: 'Journey',
    packets: 'Packet',
    auto: 'the one that is moving',
    none: 'No packet has been sent yet.',
    gone: 'The beginning of its path is no longer kept.',
    seek: (p: { step: string }) => `Go to: ${p.step}`,
    policy: 'policy',
    rule: (p: { rule: number }) => `rule ${n(p.rule)}`,
  },

  inspect: {
    title: 'Inspection events of the followed packet’s actor',
    why: 'XState’s inspector needs a page from the network; here are the same events, and in the browser’s console.',
    type: 'inspection',
    event: 'event',
    state: 'state',
    none: 'No actor yet: no packet has reached this host.',
  },
}
