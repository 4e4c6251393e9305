export const sandbox = {
  title: 'Sandbox',
  words:
    'Everything is allowed here. Type into the terminals, turn the knobs, or begin with a suggestion. Each one is only the commands that it shows.',
  tryTitle: 'Try',
  tries: {
    snat: { name: 'Let the inside out', words: 'Forwarding and MASQUERADE, then a page is fetched.' },
    look: { name: 'Look at rules and entries', words: 'What the nat table and conntrack hold.' },
    dnat: { name: 'Let the outside in', words: 'DNAT: whoever calls the public address reaches pc1.' },
    fill: { name: 'Fill the table', words: 'Room for five connections, and ten that want to be made.' },
    log: { name: 'Read what the kernel says', words: 'Its log, and all conntrack parameters.' },
    wall: { name: 'Close the wall', words: 'The policy of FORWARD becomes DROP.' },
  },
  again: 'Begin again',
}
