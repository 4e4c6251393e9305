/** Random rule sets: user chains, rules with conditions and targets that are legal where they stand, policies. */
import type { Dice } from './dice.ts'
import { someMatches, type Place } from './matches.ts'
import { someTarget } from './targets.ts'
import type { World } from './world.ts'

type Table = Place['table']

const CHAINS: Readonly<Record<Table, readonly string[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
}

/** A chain of the user's, reached only from chains that come before it and from those built-in ones. */
interface UserChain {
  table: Table
  name: string
  hooks: readonly string[]
}

export interface Rule {
  table: Table
  chain: string
  /** Everything behind the chain's name. */
  text: string
}

function protoOf(dice: Dice): Place['proto'] {
  return dice.weighted([
    [5, ''],
    [5, 'tcp'],
    [4, 'udp'],
    [3, 'icmp'],
  ] as const)
}

/** One rule for a chain; `deeper`: chains it may jump to. */
export function someRule(
  dice: Dice,
  world: World,
  table: Table,
  chain: string,
  hooks: readonly string[],
  deeper: readonly string[],
): Rule {
  const place: Place = { table, hooks, proto: protoOf(dice) }
  for (;;) {
    const matches = someMatches(dice, world, place)
    const target = someTarget(dice, world, place, deeper)
    const words = [...matches, target].filter((w) => w !== '')
    const modules = [...words.join(' ').matchAll(/-m (\w+) /g)].map((m) => m[1])
    // An option may stand once.
    if (new Set(modules).size === modules.length) return { table, chain, text: words.join(' ') }
  }
}

export function ruleLine(rule: Rule, command = '-A', number = ''): string {
  return [
    'iptables',
    ...(rule.table === 'filter' ? [] : ['-t', rule.table]),
    command,
    rule.chain,
    number,
    rule.text,
  ]
    .filter((w) => w !== '')
    .join(' ')
}

/** The command lines that set rules up, in an order that can be typed. */
export function makeRules(dice: Dice, world: World): { lines: string[]; rules: Rule[] } {
  const users: UserChain[] = []
  for (
    let i = dice.weighted([
      [5, 0],
      [3, 1],
      [2, 2],
    ] as const);
    i > 0;
    i--
  ) {
    const table = dice.weighted([
      [2, 'filter'],
      [1, 'mangle'],
      [1, 'nat'],
    ] as const)
    users.push({ table, name: `user${i}`, hooks: dice.some(CHAINS[table], dice.int(1, 2)) })
  }
  const lines = users.map(({ table, name }) => `iptables -t ${table} -N ${name}`)
  const rules: Rule[] = []
  const add = (rule: Rule): void => {
    rules.push(rule)
    lines.push(ruleLine(rule))
  }
  users.forEach(({ table, name, hooks }, i) => {
    const deeper = users
      .slice(0, i)
      .filter((u) => u.table === table && hooks.every((h) => u.hooks.includes(h)))
    for (let n = dice.int(0, 3); n > 0; n--)
      add(
        someRule(
          dice,
          world,
          table,
          name,
          hooks,
          deeper.map((u) => u.name),
        ),
      )
  })
  // What translates is what the simulator is about.
  for (let n = dice.int(1, 9); n > 0; n--) {
    const table = dice.weighted([
      [3, 'nat'],
      [3, 'filter'],
      [2, 'mangle'],
      [1, 'raw'],
    ] as const)
    const chain = dice.pick(CHAINS[table])
    const deeper = users.filter((u) => u.table === table && u.hooks.includes(chain))
    add(
      someRule(
        dice,
        world,
        table,
        chain,
        [chain],
        deeper.map((u) => u.name),
      ),
    )
  }
  for (const chain of CHAINS.filter) if (dice.chance(6)) lines.push(`iptables -P ${chain} DROP`)
  return { lines, rules }
}
