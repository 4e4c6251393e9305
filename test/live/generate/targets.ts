/** What rules do, as it is typed, table by table. */
import type { Dice } from './dice.ts'
import { someAddress, type Place } from './matches.ts'
import type { World } from './world.ts'

type Make = (dice: Dice, world: World, place: Place) => string | null

const only = (place: Place, ...hooks: string[]): boolean => place.hooks.every((h) => hooks.includes(h))
const ported = (place: Place): boolean => place.proto === 'tcp' || place.proto === 'udp'

const verdicts: readonly (readonly [number, Make])[] = [
  [6, () => '-j ACCEPT'],
  [3, () => '-j DROP'],
  [2, () => '-j RETURN'],
  [3, () => ''],
]

const anywhere: readonly (readonly [number, Make])[] = [
  [
    3,
    (d) =>
      `-j LOG${d.pick([' --log-prefix "a "', ' --log-prefix b', ' --log-prefix "see: "', ''])}${d.pick(['', '', ' --log-tcp-sequence', ' --log-tcp-options', ' --log-ip-options', ' --log-uid', ' --log-macdecode', ' --log-level debug'])}`,
  ],
  [
    8,
    (d, w) => {
      if (w.ground.sets.length === 0) return null
      const { name, words, timeout } = d.pick(w.ground.sets)
      const dirs = Array.from({ length: words }, () => d.pick(['src', 'dst'])).join(',')
      const more = timeout && d.chance(40) ? ` --timeout ${d.pick([100, 600])}` : ''
      return d.chance(70)
        ? `-j SET --add-set ${name} ${dirs}${d.chance(40) ? ' --exist' : ''}${more}`
        : `-j SET --del-set ${name} ${dirs}`
    },
  ],
  [
    3,
    (d) =>
      `-j CONNMARK ${d.pick(['--set-mark 0x1', '--set-xmark 0x2/0xff', '--save-mark', '--or-mark 0x10', '--and-mark 0xf'])}`,
  ],
]

const mangle: readonly (readonly [number, Make])[] = [
  [
    8,
    (d) =>
      `-j MARK ${d.pick(['--set-mark 0x1', '--set-mark 0x2', '--or-mark 0x10', '--and-mark 0xfe', '--xor-mark 0x3', '--set-xmark 0x1/0xf'])}`,
  ],
  [
    3,
    (d) => `-j TTL ${d.pick(['--ttl-set 10', '--ttl-dec 1', '--ttl-inc 5', '--ttl-set 1', '--ttl-dec 63'])}`,
  ],
  [
    2,
    (d) => `-j TOS ${d.pick(['--set-tos 0x10', '--or-tos 0x08', '--and-tos 0x0f', '--set-tos 0x04/0x1c'])}`,
  ],
  [2, (d) => `-j DSCP ${d.pick(['--set-dscp 0x0a', '--set-dscp-class EF', '--set-dscp 0'])}`],
  [
    2,
    (d, _, p) =>
      p.proto === 'tcp'
        ? `-m tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss ${d.pick([500, 1400, 9000])}`
        : null,
  ],
  [
    1,
    (_, __, p) =>
      p.proto === 'tcp' && only(p, 'FORWARD', 'OUTPUT', 'POSTROUTING')
        ? '-m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu'
        : null,
  ],
  [
    1,
    (d, w, p) =>
      // Where options were, the log has what is there now byte by byte.
      p.proto === 'tcp' && !w.ground.log
        ? `-j TCPOPTSTRIP --strip-options ${d.pick(['wscale', 'timestamp', 'sack-permitted', '2,8'])}`
        : null,
  ],
  [2, (d) => `-j CONNMARK --restore-mark${d.pick(['', ' --nfmask 0xff --ctmask 0xff'])}`],
]

/** A peer with an address of the host's own is offered larger segments by a listener: TCP is not what is compared. */
function natsFor(world: World, place: Place, ...hooks: string[]): boolean {
  const listens = world.services.some((s) => s.startsWith('tcp'))
  return only(place, ...hooks.filter((h) => h !== 'INPUT' || !listens))
}

function reject(dice: Dice, place: Place): string | null {
  if (!only(place, 'INPUT', 'FORWARD', 'OUTPUT')) return null
  const types = [
    'icmp-net-unreachable',
    'icmp-host-unreachable',
    'icmp-port-unreachable',
    'icmp-proto-unreachable',
    'icmp-net-prohibited',
    'icmp-host-prohibited',
    'icmp-admin-prohibited',
  ]
  if (place.proto === 'tcp' && dice.chance(50)) return '-j REJECT --reject-with tcp-reset'
  return dice.chance(30) ? '-j REJECT' : `-j REJECT --reject-with ${dice.pick(types)}`
}

/** A destination or source for NAT: an address, a range, with or without a port. */
function natTo(dice: Dice, world: World, place: Place, own: boolean): string {
  const addresses = own ? world.devs.map((d) => d.addr) : world.ends.flatMap((e) => e.addrs)
  const address = dice.chance(85) ? dice.pick(addresses) : someAddress(dice, world)
  const next = address.replace(/\d+$/, (last) => String(Number(last) + 1))
  // Nobody answers for an address that is nowhere: not often.
  const there = own || addresses.includes(next) || dice.chance(10)
  const range = there && dice.chance(25) ? `${address}-${next}` : address
  if (!ported(place) || dice.chance(60)) return range
  return `${range}:${dice.pick([80, 8080, 5000, 3000])}`
}

const flags = (dice: Dice, fully: boolean): string =>
  dice.weighted([
    [85, ''],
    [8, ' --persistent'],
    [4, ' --random'],
    [fully ? 3 : 0, ' --random-fully'],
  ] as const)

const nat: readonly (readonly [number, Make])[] = [
  [
    8,
    (d, w, p) =>
      only(p, 'PREROUTING', 'OUTPUT')
        ? `-j DNAT --to-destination ${natTo(d, w, p, false)}${flags(d, false)}`
        : null,
  ],
  [
    8,
    (d, w, p) =>
      natsFor(w, p, 'POSTROUTING', 'INPUT')
        ? `-j SNAT --to-source ${natTo(d, w, p, true)}${flags(d, true)}`
        : null,
  ],
  [
    6,
    (d, _, p) =>
      only(p, 'POSTROUTING')
        ? `-j MASQUERADE${ported(p) && d.chance(15) ? ' --to-ports 20000-60000' : ''}${d.chance(12) ? d.pick([' --random', ' --random-fully']) : ''}`
        : null,
  ],
  [
    4,
    (d, _, p) =>
      only(p, 'PREROUTING', 'OUTPUT')
        ? `-j REDIRECT${ported(p) && d.chance(70) ? ` --to-ports ${d.pick([53, 80, 5000])}` : ''}`
        : null,
  ],
  [
    2,
    (d, w, p) =>
      natsFor(w, p, 'PREROUTING', 'OUTPUT', 'POSTROUTING', 'INPUT')
        ? `-j NETMAP --to ${d.pick(w.devs).net}`
        : null,
  ],
  [3, () => '-j ACCEPT'],
  [1, () => '-j RETURN'],
]

const raw: readonly (readonly [number, Make])[] = [
  [5, () => '-j CT --notrack'],
  [1, () => '-j NOTRACK'],
  [2, () => '-j DROP'],
  [2, () => '-j ACCEPT'],
  [
    2,
    (d, _, p) =>
      only(p, 'PREROUTING', 'OUTPUT')
        ? `-j CT --zone${d.pick(['', '-orig', '-reply'])} ${d.int(1, 2)}`
        : null,
  ],
  [1, (_, __, p) => (p.proto === 'tcp' ? '-m tcp --dport 21 -j CT --helper ftp' : null)],
  [1, (d, _, p) => (only(p, 'PREROUTING') ? `-j CT --zone${d.pick(['', '-orig', '-reply'])} mark` : null)],
  [
    12,
    (d, w, p) => {
      const fitting = w.ground.policies.filter((x) => x.proto === p.proto)
      return fitting.length > 0 ? `-j CT --timeout ${d.pick(fitting).name}` : null
    },
  ],
  [1, () => '-j TRACE'],
  [1, (d) => `-j CT --ctevents ${d.pick(['new', 'new,destroy', 'assured', 'mark,destroy'])}`],
]

const filter: readonly (readonly [number, Make])[] = [[4, (d, _, p) => reject(d, p)], ...verdicts]

/** A target that is legal there; jumps to the chains given are among them. */
export function someTarget(dice: Dice, world: World, place: Place, chains: readonly string[]): string {
  const own = { filter, raw, nat, mangle: [...mangle, ...verdicts] }[place.table]
  const common = place.table === 'nat' || place.table === 'raw' ? [] : anywhere
  const jumps = chains.map((c): readonly [number, Make] => [3, (d) => `${d.chance(80) ? '-j' : '-g'} ${c}`])
  const all = [...own, ...common, ...jumps]
  for (;;) {
    const text = dice.weighted(all)(dice, world, place)
    if (text !== null) return text
  }
}
