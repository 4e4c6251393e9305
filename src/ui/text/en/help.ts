const list: [string, string][] = [
  ['Space', 'plays and pauses'],
  ['← →', 'one station back and on'],
  ['Shift →', 'on until the packet leaves the host'],
  ['↑ ↓', 'earlier and later lines of the terminal'],
  ['Tab', 'completes a word; after Escape it goes on to the next control'],
  ['Ctrl-C', 'stops the program that runs'],
  ['Ctrl-L', 'clears the terminal'],
  ['← → PgUp PgDn', 'in the hash table: the next bucket, the next one in use'],
]

export const help = {
  title: 'Netfilter Lab',
  see: {
    title: 'What the colours say',
    table: 'a table, with its rules',
    chain: 'a chain of a hook',
    conntrack: 'connection tracking',
    asleep: 'nothing is registered here',
    orig: 'the direction in which a connection was opened',
    reply: 'the direction of the answer',
    rewrite: 'NAT rewrites, or has rewritten',
    drop: 'a packet dies',
  },
  keys: { title: 'Keys', list },
  model: {
    title: 'What is simulated',
    words: [
      'Everything on the page comes out of one model of Linux 6.18: IPv4 routing, bridges, fragments, the five netfilter hooks with their tables, connection tracking and NAT. What it does has been compared with a running kernel, packet by packet.',
      'The programs answer as iptables 1.8.9 and conntrack-tools 1.4.7 do. The sandbox can also run the article’s Linux 4.15 with iptables 1.6.1 and conntrack-tools 1.4.4, read in their sources. Links lose nothing and are never busy; IPv6 and nftables are not modelled.',
      'The same lab, the same seed and the same commands give the same trace, in every browser.',
    ],
    card: 'Feature by feature, with what holds it to the kernel',
    settings: 'Every setting, and what it does',
  },
  address: {
    title: 'What the address may say',
    words: 'After “?” or “#”, joined by “&”. What cannot be used is named above the page.',
    embed: 'An embedded page tells its height, in pixels, to the page around it in a message of the type',
  },
}
