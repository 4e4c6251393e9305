import { format } from './format.ts'

const n = format.number

/** What is looked at more closely: a chain, a packet's journey, the actor that walks with it. */
export const closer = {
  chainCard: {
    title: (p: { table: string; chain: string }) => `Table ${p.table}, chain ${p.chain}`,
    close: 'Close',
    along: 'Go along',
    alongWhy: 'Always open the chain in which the packet is',
    number: 'No.',
    packets: 'pkts',
    bytes: 'bytes',
    rule: 'rule',
    noRules: 'No rules.',
    policy: (p: { policy: string }) => `policy ${p.policy}`,
    jump: (p: { rule: number; chain: string }) => `called by rule ${n(p.rule)} of ${p.chain}`,
    goto: (p: { rule: number; chain: string }) =>
      `gone to from rule ${n(p.rule)} of ${p.chain}, which it does not come back to`,
    end: (p: { chain: string }) => `end: back to ${p.chain}`,
    more: (p: { n: number }) => format.plural(p.n, { one: 'Show # more rule', other: 'Show # more rules' }),
    left: (p: { n: number }) => format.plural(p.n, { one: '# more rule', other: '# more rules' }),
    met: { unread: 'not read', missed: 'read, does not fit', fits: 'fits', decides: 'decides' },
    notHere: 'The packet has not been here.',
    nothingRead: 'No rule is read for this packet.',
    entryDecides: 'No rule is read for this packet: its entry decides.',
    untracked: 'The packet is not tracked: no rule is read, nothing is translated.',
    changed: 'The rules are no longer those that the packet met.',
    then: '; ',
    toldFits: (p: { rule: number; chain: string }) => `rule ${n(p.rule)} of ${p.chain} fits, and it goes on`,
    toldRule: (p: { rule: number; chain: string }) => `rule ${n(p.rule)} of ${p.chain} fits and decides`,
    toldJump: (p: { rule: number; chain: string; to: string }) =>
      `rule ${n(p.rule)} of ${p.chain} fits: on to ${p.to}`,
    toldGoto: (p: { rule: number; chain: string; to: string }) =>
      `rule ${n(p.rule)} of ${p.chain} fits: over to ${p.to}`,
    toldBack: (p: { chain: string }) => `back to ${p.chain}`,
    toldOut: 'it returns',
    toldPolicy: (p: { policy: string }) => `policy ${p.policy} decides`,
    absent: (p: { table: string }) =>
      `Nobody has used table ${p.table} on this host yet, so the kernel calls nothing here. The first iptables -t ${p.table} command registers it.`,
  },

  zoom: {
    title: 'How large the picture is',
    in: 'Larger',
    out: 'Smaller',
    fit: 'All of it',
    whole: 'As drawn',
    now: (p: { percent: string }) => `The picture is at ${p.percent}`,
    keys: (p: { what: string; key: string }) => `${p.what} (${p.key})`,
    region:
      'The picture. Plus and minus change its size, 0 shows it as drawn, 9 all of it; the arrow keys move it.',
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

  save: {
    title: 'The picture as a file',
    open: 'Save the picture',
    words: 'The diagram as it stands at this moment, with the chain that is opened.',
    as: (p: { format: string }) => `Save as ${p.format}`,
    look: 'Colours',
    modes: { light: 'light', dark: 'dark' },
    saved: (p: { name: string }) => `Saved as ${p.name}.`,
    failed: 'The browser could not draw the picture.',
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
