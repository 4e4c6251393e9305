/** The ready labs, each with a sentence, and what could be tried in them. */
export const labs = {
  title: 'Lab',
  choose: 'Another lab',
  begun: (p: { name: string }) => `Opened: ${p.name}.`,
  labs: {
    gateway: {
      name: 'Three hosts, one address',
      words: 'A LAN behind a gateway with one public address. Nothing is set up yet.',
    },
    static: {
      name: 'Static 1:1',
      words: 'Every host inside has a public address of its own: NETMAP in both directions.',
    },
    pool: {
      name: 'Dynamic pool',
      words: 'Four hosts share two addresses. Ports run out, not addresses.',
    },
    twice: {
      name: 'Twice NAT',
      words: 'Two networks with the same addresses talk to each other: both addresses of a packet change.',
    },
    hairpin: {
      name: 'Hairpin',
      words: 'The published server can be reached from outside, but not from the desk next to it.',
    },
    uplinks: {
      name: 'Two uplinks',
      words:
        'Calls that come in through the second provider are answered through the first one, and the caller never hears it.',
    },
    half: {
      name: 'Half a conversation',
      words: 'A stateful firewall sees what goes out, and nothing of what comes back.',
    },
    dmz: {
      name: 'DMZ with a stateful firewall',
      words: 'Three zones, a policy of DROP, and a published web server.',
    },
    service: {
      name: 'A Kubernetes service',
      words: 'A node with kube-proxy’s rules: an address that nobody has, and three pods behind it.',
    },
    clients: {
      name: 'Many clients',
      words: 'One machine speaks as 65,534 clients, and as a flood of forged ones.',
    },
    docker: {
      name: 'The article’s Docker host',
      words: '5,000 requests at a time through NAT: the load, the collapse and the cure.',
    },
  },
  others: { own: 'Your own lab', puzzle: 'Break my NAT' },
  tries: {
    staticIn: {
      name: 'Call a host inside',
      words: 'By its own public address. Only the network part changes.',
    },
    staticOut: { name: 'Go out', words: 'The other rule: pc leaves as 100.100.101.4.' },
    staticPair: { name: 'The same for one host', words: 'A pair of DNAT and SNAT, with another last byte.' },
    staticOpen: {
      name: 'Who is protected?',
      words: 'Nobody asked for pc to be reachable. 1:1 NAT is no firewall.',
    },
    poolAll: { name: 'Everybody goes out', words: 'See which host gets which address, and do it again.' },
    poolClash: {
      name: 'The same port twice',
      words: 'Two hosts send from port 6000 to one server. Do both keep it?',
    },
    poolPorts: {
      name: 'Four ports for six flows',
      words: 'The table is not full, and yet two fail: insert_failed.',
    },
    poolMore: { name: 'More ports', words: 'Eight ports, and six flows find room.' },
    twiceThere: {
      name: 'From left to right',
      words: 'Source and destination change. Compare the two tuples.',
    },
    twiceBack: {
      name: 'From right to left',
      words: 'The other pair of rules, for conversations that start there.',
    },
    twiceRoute: {
      name: 'Which of the two?',
      words: 'The interface a packet came in by selects the routing table.',
    },
    twiceOnce: {
      name: 'Only once',
      words: 'Without the new source, right believes it was called by a neighbour, or by itself.',
    },
    hairpinOutside: { name: 'From outside', words: 'Works.' },
    hairpinInside: {
      name: 'From the next desk',
      words: 'Does not work. Look at the entry: who replies, and to whom?',
    },
    hairpinCure: {
      name: 'The second half',
      words: 'With SNAT towards the server, its reply comes back through here.',
    },
    hairpinBox: {
      name: 'From the gateway itself',
      words: 'The gateway’s own packets do not go through PREROUTING: OUTPUT needs a rule of its own.',
    },
    uplinksFirst: { name: 'Through the first provider', words: 'There and back by the same door.' },
    uplinksSecond: {
      name: 'Through the second one',
      words: 'The entry is right, the reply is translated back, and nobody gets it.',
    },
    uplinksWhere: {
      name: 'Where does it die?',
      words: 'The caller has two interfaces. Look at its counters.',
    },
    uplinksCure: {
      name: 'Back by the same door',
      words:
        'The connection remembers which interface it came in by (CONNMARK), and a rule selects the table.',
    },
    halfTry: {
      name: 'Fetch a page',
      words: 'The SYN gets through, the reply arrives, and then nothing more happens.',
    },
    halfCount: { name: 'Who drops it?', words: 'Look at the counters of the rules, and of conntrack.' },
    halfRoute: {
      name: 'Fix the route',
      words: 'The server replies through the router that has seen the request.',
    },
    halfWrong: {
      name: 'Give up the wall',
      words: 'That works, too. Look at what the entry says, and at what it costs.',
    },
    dmzOpen: { name: 'What is allowed', words: 'The shop from outside, the world and the DMZ from inside.' },
    dmzClosed: { name: 'What is not', words: 'From the DMZ to the inside, and another port from outside.' },
    dmzInput: {
      name: 'The firewall that wasn’t',
      words: 'INPUT says no to port 80, and the shop stays open: the packet goes on through FORWARD.',
    },
    dmzOrig: {
      name: 'The one that is',
      words: 'FORWARD sees the new destination; --ctorigdstport remembers which port was called.',
    },
    serviceDraw: {
      name: 'Six draws',
      words: 'Each connection draws a pod, with chances of 1/3, 1/2, and the rest.',
    },
    serviceSave: {
      name: 'Read the rules',
      words: 'Follow KUBE-SERVICES to KUBE-SVC and KUBE-SEP, with the counters.',
    },
    serviceNode: {
      name: 'Through the node’s port',
      words: 'KUBE-MARK-MASQ: the pod sees the node, not the client.',
    },
    serviceDead: {
      name: 'Nobody there',
      words: 'A service without endpoints. No interface has its address.',
    },
    serviceSelf: {
      name: 'A pod calls itself',
      words: 'pod3 is the endpoint of api. Its frame would have to leave through the port it came in by.',
    },
    clientsMany: {
      name: 'Fifty clients',
      words: 'Each from an address of its own, all through a single one.',
    },
    clientsFlood: {
      name: 'A flood of forged ones',
      words: 'Room for 200, and a thousand SYNs from anywhere. Who has to make room?',
    },
    clientsGood: {
      name: 'And the good ones?',
      words: 'Twenty that complete the handshake: an assured entry is never evicted.',
    },
    clientsRaw: {
      name: 'Before conntrack',
      words: 'The raw table drops what cannot come from this side, and no entry is created.',
    },
  },
}
