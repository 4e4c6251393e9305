/** The ready labs, each with a sentence, and what could be tried in them. */
export const labs = {
  title: 'Lab',
  choose: 'Another lab',
  begun: (p: { name: string }) => `Opened: ${p.name}.`,
  labs: {
    gateway: {
      name: 'Three hosts, one address',
      words: 'A LAN behind a gateway with one public address. Nothing is set yet.',
    },
    static: {
      name: 'Static 1:1',
      words: 'Every host inside has a public address of its own: NETMAP in both directions.',
    },
    pool: {
      name: 'Dynamic pool',
      words: 'Four hosts share two addresses. What runs out are ports, not addresses.',
    },
    twice: {
      name: 'Twice NAT',
      words: 'Two networks with the same addresses talk to each other: both addresses of a packet change.',
    },
    hairpin: {
      name: 'Hairpin',
      words: 'The published server can be reached from outside, but not from the next desk.',
    },
    uplinks: {
      name: 'Two uplinks',
      words: 'Who calls by the second provider is answered by the first one, and never hears it.',
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
      name: 'A service of Kubernetes',
      words: 'A node with the rules of kube-proxy: an address of nobody, and three pods behind it.',
    },
    clients: {
      name: 'Many clients',
      words: 'One box speaks as 65,534 clients, and as a flood of forged ones.',
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
      words: 'By its own public address. Only the first part changes.',
    },
    staticOut: { name: 'Go out', words: 'The other rule: pc leaves as 100.100.101.4.' },
    staticPair: { name: 'The same for one host', words: 'A pair of DNAT and SNAT, with another last byte.' },
    staticOpen: {
      name: 'Who is protected?',
      words: 'Nobody asked for pc to be reached. 1:1 NAT is no wall.',
    },
    poolAll: { name: 'Everybody goes out', words: 'Look which host has got which address, and do it again.' },
    poolClash: {
      name: 'The same port twice',
      words: 'Two hosts send from port 6000 to one server. Do both keep it?',
    },
    poolPorts: {
      name: 'Four ports for six flows',
      words: 'The table is not full, and yet two are missing: insert_failed.',
    },
    poolMore: { name: 'More ports', words: 'Eight ports, and six flows find room.' },
    twiceThere: {
      name: 'From left to right',
      words: 'Source and destination change. Compare the two tuples.',
    },
    twiceBack: {
      name: 'From right to left',
      words: 'The other pair of rules, for conversations that begin there.',
    },
    twiceRoute: {
      name: 'Which of the two?',
      words: 'The card by which a packet came chooses the routing table.',
    },
    twiceOnce: {
      name: 'Only once',
      words: 'Without the new source, right believes that it has been called by a neighbour, or by itself.',
    },
    hairpinOutside: { name: 'From outside', words: 'Works.' },
    hairpinInside: {
      name: 'From the next desk',
      words: 'Does not. Look at the entry: who answers, and to whom?',
    },
    hairpinCure: {
      name: 'The second half',
      words: 'With SNAT towards the server, its answer comes back this way.',
    },
    hairpinBox: {
      name: 'From the gateway itself',
      words: 'What is made here never passes PREROUTING: OUTPUT needs a rule of its own.',
    },
    uplinksFirst: { name: 'By the first provider', words: 'There and back by the same door.' },
    uplinksSecond: {
      name: 'By the second one',
      words: 'The entry is right, the answer is translated back, and nobody gets it.',
    },
    uplinksWhere: { name: 'Where does it die?', words: 'The caller has two cards. Ask for its counters.' },
    uplinksCure: {
      name: 'Back by the same door',
      words: 'The conversation remembers by which card it came (CONNMARK), and a rule chooses the table.',
    },
    halfTry: { name: 'Fetch a page', words: 'The SYN passes, the answer arrives, and then nothing goes on.' },
    halfCount: { name: 'Who drops it?', words: 'Look at the counters of the rules, and of conntrack.' },
    halfRoute: {
      name: 'Mend the way',
      words: 'The server answers by the router that has seen the question.',
    },
    halfWrong: {
      name: 'Give up the wall',
      words: 'That works too. Look at what the entry says, and at what it costs.',
    },
    dmzOpen: { name: 'What is allowed', words: 'The shop from outside, the world and the DMZ from inside.' },
    dmzClosed: { name: 'What is not', words: 'From the DMZ to the inside, and another port from outside.' },
    dmzInput: {
      name: 'The firewall that wasn’t',
      words: 'INPUT says no to port 80, and the shop stays open: the packet goes on through FORWARD.',
    },
    dmzOrig: {
      name: 'The one that is',
      words: 'FORWARD sees the new destination; --ctorigdstport remembers what was called.',
    },
    serviceDraw: {
      name: 'Six draws',
      words: 'Each connection draws a pod, with chances of 1/3, 1/2 and what is left.',
    },
    serviceSave: {
      name: 'Read the rules',
      words: 'Follow KUBE-SERVICES to KUBE-SVC and KUBE-SEP, with the counters.',
    },
    serviceNode: {
      name: 'By the node’s port',
      words: 'KUBE-MARK-MASQ: the pod sees the node, not the client.',
    },
    serviceDead: { name: 'Nobody there', words: 'A service without endpoints. Its address is on no card.' },
    serviceSelf: {
      name: 'A pod calls itself',
      words: 'pod3 is the endpoint of api. Its frame would have to leave by the port by which it came.',
    },
    clientsMany: { name: 'Fifty clients', words: 'Each from an address of its own, all through one.' },
    clientsFlood: {
      name: 'A flood of forged ones',
      words: 'Room for 200, and a thousand SYNs from anywhere. Who has to make room?',
    },
    clientsGood: {
      name: 'And the good ones?',
      words: 'Twenty who shake hands: an assured entry is never evicted.',
    },
    clientsRaw: {
      name: 'Before conntrack',
      words: 'The raw table refuses what cannot come from this side, and no entry is made.',
    },
  },
}
