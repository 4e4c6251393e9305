export const sandbox = {
  title: 'Sandbox',
  words:
    'Everything is allowed here. Type into the terminals, turn the knobs, or start with a suggestion: each one just runs the commands that it shows.',
  period: {
    title: 'Period',
    modern: { name: 'Today', words: 'Linux 6.18, iptables 1.8.9, conntrack 1.4.7' },
    article: { name: 'The article’s', words: 'Ubuntu 18.04: Linux 4.15, iptables 1.6.1, conntrack 1.4.4' },
    differ: 'What differs',
    anew: 'Changing the period restarts the lab.',
    begun: (p: { name: string }) => `The lab has been restarted: “${p.name}”.`,
  },
  tryTitle: 'Try',
  tries: {
    snat: { name: 'Let the inside out', words: 'Forwarding and MASQUERADE, then fetch a page.' },
    look: { name: 'Look at rules and entries', words: 'What the nat table and conntrack hold.' },
    dnat: {
      name: 'Let the outside in',
      words: 'DNAT: whoever calls the public address reaches a host inside.',
    },
    fill: { name: 'Fill the table', words: 'Room for five connections, and ten that want in.' },
    log: { name: 'Read what the kernel says', words: 'Its log, and all conntrack settings.' },
    wall: { name: 'Close the firewall', words: 'The policy of FORWARD becomes DROP.' },
    base: {
      name: 'Measure without NAT',
      words: 'nginx in the host’s own network, and 100,000 requests, 5,000 at a time.',
    },
    nat: {
      name: 'The same behind NAT',
      words: 'nginx behind a published port. Watch the table fill, and ab give up.',
    },
    cause: {
      name: 'Look for the cause',
      words: 'What the kernel says, how conntrack is set, what it has dropped.',
    },
    cure: { name: 'Make room', words: 'A table for 131,072 connections, and the same requests again.' },
    later: {
      name: 'Cured, and full after 20 seconds',
      words:
        'With nginx behind its port and room for 131,072: twenty clients instead of one, each with an address of its own. What one client needs the table holds; what twenty need within two minutes it does not.',
    },
    inside: {
      name: 'Look into the table',
      words: 'Which states the connections are in, and whose they are.',
    },
    stateless: {
      name: 'Do without the table',
      words:
        'With nginx behind its port: tc rewrites the address at the interface, raw exempts the connections from tracking. The same requests, and no entry at all.',
    },
  },
  dockerNote:
    'What differs from the article: with -n 10000 -s 30 its run crawled along at 76 requests a second; here, as on the machine that was recorded, ab gives up. Since Linux 6.5 a SYN is repeated after 1, 2, 3, 4, 5, 7, 11, 19, 35 and 67 seconds, and between the last two nothing happens for longer than ab waits. With the article’s Linux (under Period) the model crawls too, at some hundred requests a second, its longest wait 65 seconds as in the article: the collector of that time made room for eight entries in a thousand, eight times a second. With -s 2 the article’s ab gave up, the model’s goes on. Today’s ab opens its other connections only when the first has worked: straight after a run that has filled the table it repeats one single SYN, and dropwatch counts a handful of drops. Two minutes later, or after conntrack -F, all 5,000 come. The speed of the CPUs is set so that ab comes to the article’s 6,576 requests a second without NAT; all else follows from the model.',
  carry: { title: 'This lab, and yours', take: 'Take it with you', bring: 'Bring your own', ask: 'Ask' },
  again: 'Start over',
  sure: 'Everything you did here will be lost.',
  no: 'No',
  undo: 'Undo',
  redo: 'Redo',
  resume: 'Continue where you left off',
}
