/** Commands in the middle of conversations. */
import type { Dice } from './dice.ts'
import { someAddress } from './matches.ts'
import { someProgram } from './programs.ts'
import { ruleLine, someRule, type Rule } from './rules.ts'
import { SYSCTLS, type World } from './world.ts'

const BUILT_IN = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'FORWARD', 'POSTROUTING'],
  nat: ['PREROUTING', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
} as const

type Make = (dice: Dice, world: World, rules: Rule[]) => string

const CONNTRACK: readonly (readonly [number, Make])[] = [
  [3, () => 'conntrack -F'],
  [2, (d) => `conntrack -D -p ${d.pick(['tcp', 'udp', 'icmp'])}`],
  [3, (d, w) => `conntrack -D -s ${someAddress(d, w)}`],
  [2, (d, w) => `conntrack -D -d ${someAddress(d, w)}`],
  [1, (d, w) => `conntrack -D -q ${someAddress(d, w)}`],
  [1, (d) => `conntrack -D --${d.pick(['src-nat', 'dst-nat', 'any-nat'])}`],
  [2, (d) => `conntrack -U -p ${d.pick(['tcp', 'udp'])} --mark ${d.int(0, 3)}`],
  [1, (d) => `conntrack -U -p ${d.pick(['tcp', 'udp'])} --timeout ${d.pick([3, 50, 700])}`],
]

function change(dice: Dice, world: World, rules: Rule[]): string {
  const table = dice.weighted([
    [3, 'nat'],
    [3, 'filter'],
    [2, 'mangle'],
    [1, 'raw'],
  ] as const)
  const chain = dice.pick(BUILT_IN[table])
  const rule = someRule(dice, world, table, chain, [chain], [])
  const old = rules.length > 0 ? dice.pick(rules) : null
  return dice.weighted<() => string>([
    [4, () => ruleLine(rule)],
    [4, () => ruleLine(rule, '-I')],
    [3, () => (old ? ruleLine(old, '-D') : ruleLine(rule, '-D'))],
    [1, () => `iptables -t ${table} -F ${chain}`],
    [1, () => `iptables -t ${table} -Z`],
    [1, () => ruleLine(rule, '-R', '1')],
    [1, () => `iptables -P ${dice.pick(BUILT_IN.filter)} ${dice.pick(['DROP', 'ACCEPT'])}`],
  ])()
}

function link(dice: Dice, world: World): string {
  const { name, addr } = dice.pick(world.devs)
  return dice.pick([
    `ip addr del ${addr}/24 dev ${name}`,
    `ip link set ${name} down`,
    // A listener's segments follow the MTU, and it repeats itself while the host asks for a neighbour.
    ...(world.services.some((s) => s.startsWith('tcp'))
      ? []
      : [
          `ip link set ${name} mtu ${dice.pick([576, 1000, 1500])}`,
          `ip route add ${someAddress(dice, world)} dev ${name}`,
        ]),
    'ip route del default',
    `ip route add ${dice.pick(['unreachable', 'prohibit', 'blackhole'])} ${someAddress(dice, world)}`,
  ])
}

/** The size of the table is the machine's: how many entries a namespace may have, and into how many buckets they go. */
export function machineCommand(dice: Dice): string {
  const size = dice.weighted<() => string>([
    [5, () => `max=${dice.int(0, 8)}`],
    [1, () => 'max=262144'],
    [3, () => `buckets=${dice.pick([1024, 4096, 16384, 65536])}`],
    [1, () => `buckets=${dice.pick([1, 1000, 5000])}`],
  ])()
  return `sysctl -w net.netfilter.nf_conntrack_${size}`
}

export function someCommand(dice: Dice, world: World, rules: Rule[]): string {
  return dice.weighted<() => string>([
    [6, () => someProgram(dice, world, rules)],
    [5, () => change(dice, world, rules)],
    [4, () => dice.weighted(CONNTRACK)(dice, world, rules)],
    [2, () => link(dice, world)],
    [
      1,
      () => {
        const [, name, values] = dice.pick(SYSCTLS)
        return `sysctl -w net.${name}=${dice.pick(values)}`
      },
    ],
    [1, () => `sysctl -w net.ipv4.ip_forward=${dice.int(0, 1)}`],
  ])()
}
