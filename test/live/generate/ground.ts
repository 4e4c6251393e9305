/** What else stands ready on the host before any rule: policy routing, sets, timeout policies, a small table. */
import type { Scenario } from '../../../src/lab/replay/scenario.ts'
import type { Dice } from './dice.ts'

export interface SetSpec {
  name: string
  /** `src`, `src,dst` …: as many words as a set of its kind wants. */
  words: 1 | 2
  timeout: boolean
}

export interface Policy {
  name: string
  proto: 'tcp' | 'udp' | 'icmp'
}

export interface Ground {
  lines: string[]
  sets: SetSpec[]
  policies: Policy[]
  /** There are FTP sessions, most of them with the helper. */
  ftp: boolean
  /** SYNPROXY stands before servers. */
  proxied: boolean
  /** Lines of the log are compared. */
  log: boolean
  global: Scenario['global']
}

interface Places {
  addrs: readonly string[]
  devs: readonly { name: string; net: string }[]
  /** Gateways behind devices. */
  hops: readonly { via: string; dev: string }[]
  ports: readonly number[]
}

const KINDS = [
  ['hash:ip', 1],
  ['hash:net', 1],
  ['hash:ip,port', 2],
] as const

function someSets(dice: Dice, at: Places): { sets: SetSpec[]; lines: string[] } {
  const lines: string[] = []
  const sets = dice.some(KINDS, dice.int(1, 3)).map(([kind, words]): SetSpec => {
    const name = `s${kind.replace(/^hash:|,/g, '')}`
    const timeout = dice.chance(15)
    const more = [timeout ? ' timeout 300' : '', dice.chance(25) ? ' counters' : '']
    lines.push(`ipset create ${name} ${kind}${more.join('')}`)
    for (const address of dice.some(at.addrs, dice.int(0, 3))) {
      const port = `,${dice.pick(['tcp:', 'udp:', ''])}${dice.pick(at.ports)}`
      const net = dice.pick(['', '/24', '/30', '/16'])
      const entry = kind === 'hash:ip' ? address : kind === 'hash:net' ? address + net : address + port
      lines.push(
        `ipset -exist add ${name} ${entry}${net && kind === 'hash:net' && dice.chance(15) ? ' nomatch' : ''}`,
      )
    }
    return { name, words, timeout }
  })
  return { sets, lines }
}

function policyRouting(dice: Dice, at: Places): string[] {
  const { via, dev } = dice.pick(at.hops)
  const lines: string[] = [
    dice.weighted([
      [5, `ip route add default via ${via} dev ${dev} table 100`],
      [1, 'ip route add unreachable default table 100'],
      [1, 'ip route add prohibit default table 100'],
      [1, `ip route add throw ${dice.pick(at.devs).net} table 100`],
      [1, `ip route add ${dice.pick(at.addrs)} via ${via} dev ${dev} table 100`],
    ] as const),
  ]
  for (let n = dice.int(1, 2); n > 0; n--) {
    const selector = dice.weighted([
      [6, `fwmark ${dice.pick(['0x1', '0x2', '0x1/0x1', '0x10/0xf0'])}`],
      [1, `from ${dice.pick(at.addrs)}`],
      [1, `to ${dice.pick(at.addrs)}`],
      [1, `iif ${dice.pick(at.devs).name}`],
      [1, 'tos 0x10'],
      [1, `not fwmark 0x1`],
      [2, `ipproto ${dice.pick(['tcp', 'udp', 'icmp'])}`],
      [2, `${dice.pick(['ipproto tcp ', 'ipproto udp ', ''])}dport ${dice.pick(at.ports)}`],
      [1, `sport ${dice.pick(['1024-60999', '1-1023', '53'])}`],
    ] as const)
    const action = dice.weighted([
      [8, 'lookup 100'],
      [1, 'lookup main suppress_prefixlength 0'],
      [1, 'nop'],
      [1, 'goto 32766'],
      [1, 'unreachable'],
      [1, 'blackhole'],
      [1, 'prohibit'],
    ] as const)
    lines.push(
      `ip rule add ${selector} ${action}${dice.chance(30) ? ` pref ${dice.int(100, 200) * 10 + n}` : ''}`,
    )
  }
  return lines
}

const POLICIES: Readonly<Record<Policy['proto'], readonly string[]>> = {
  tcp: [
    'syn_sent 4',
    'established 6',
    'syn_sent 5 syn_recv 3 established 700 fin_wait 3',
    'close 2 time_wait 3',
  ],
  udp: ['unreplied 3 replied 5', 'unreplied 40', 'replied 3'],
  icmp: ['timeout 2', 'timeout 33'],
}

function somePolicies(dice: Dice): { policies: Policy[]; lines: string[] } {
  const protos = dice.some(['tcp', 'udp', 'icmp'] as const, dice.int(1, 2))
  return {
    policies: protos.map((proto) => ({ name: `p${proto.slice(0, 3)}`, proto })),
    lines: protos.map(
      (proto) => `nfct add timeout p${proto.slice(0, 3)} inet ${proto} ${dice.pick(POLICIES[proto])}`,
    ),
  }
}

/** Who knocks at a server is heard out by the host first; most often so that conntrack sees none of it. */
function proxy(dice: Dice): string[] {
  const words = [
    ...dice.some(['--sack-perm', '--timestamp', '--ecn'], dice.int(0, 2)),
    ...(dice.chance(50) ? [`--wscale ${dice.pick([0, 7])}`] : []),
    ...(dice.chance(60) ? [`--mss ${dice.pick([536, 1460])}`] : []),
  ]
  const lines = dice.chance(85)
    ? [`iptables -t raw -A PREROUTING -p tcp --syn -j CT --${dice.pick(['notrack', 'notrack', 'zone 1'])}`]
    : []
  lines.push(
    `iptables -A FORWARD -p tcp -m state --state ${dice.pick(['INVALID,UNTRACKED', 'INVALID,UNTRACKED', 'NEW,INVALID,UNTRACKED'])} -j SYNPROXY ${words.join(' ')}`.trim(),
  )
  if (dice.chance(80)) lines.push('sysctl -w net.netfilter.nf_conntrack_tcp_loose=0')
  if (dice.chance(60)) lines.push('iptables -A FORWARD -m state --state INVALID -j DROP')
  return lines
}

export function makeGround(dice: Dice, at: Places): Ground {
  const ground: Ground = {
    lines: [],
    sets: [],
    policies: [],
    ftp: dice.chance(8),
    proxied: dice.chance(8),
    log: dice.chance(90),
    global: {},
  }
  if (dice.chance(22)) {
    const { sets, lines } = someSets(dice, at)
    ground.sets = sets
    ground.lines.push(...lines)
  }
  if (dice.chance(15)) ground.lines.push(...policyRouting(dice, at))
  if (dice.chance(10)) {
    const { policies, lines } = somePolicies(dice)
    ground.policies = policies
    ground.lines.push(...lines)
  }
  if (ground.proxied) ground.lines.push(...proxy(dice))
  if (ground.ftp && dice.chance(85))
    ground.lines.push('iptables -t raw -A PREROUTING -p tcp -m tcp --dport 21 -j CT --helper ftp')
  // Such a scenario has the machine for itself.
  if (dice.chance(2)) ground.global = { nf_conntrack_max: dice.int(2, 6) }
  return ground
}
