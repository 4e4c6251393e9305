/** Conditions of rules, as they are typed. Each is legal in any table where it says nothing else. */
import type { Dice } from './dice.ts'
import type { World } from './world.ts'

/** Where the rule will stand, and what its packets are known to be. */
export interface Place {
  table: 'raw' | 'mangle' | 'nat' | 'filter'
  /** Built-in chains from which it can be reached. */
  hooks: readonly string[]
  proto: '' | 'tcp' | 'udp' | 'icmp'
}

type Make = (dice: Dice, world: World, place: Place) => string | null

const IN = ['PREROUTING', 'INPUT', 'FORWARD']
const OUT = ['FORWARD', 'OUTPUT', 'POSTROUTING']
const only = (place: Place, hooks: readonly string[]): boolean => place.hooks.every((h) => hooks.includes(h))
const not = (dice: Dice): string => (dice.chance(15) ? '! ' : '')

/** An address that packets have, or the network around it. */
export function someAddress(dice: Dice, world: World): string {
  const all = [...world.ends.flatMap((e) => e.addrs), ...world.devs.map((d) => d.addr)]
  return dice.pick(all)
}

function someNet(dice: Dice, world: World): string {
  const address = someAddress(dice, world)
  const bits = dice.weighted([
    [4, 32],
    [3, 24],
    [1, 30],
    [1, 16],
    [1, 0],
  ] as const)
  return bits === 32 ? address : `${address}/${bits}`
}

function somePort(dice: Dice, world: World): string {
  const port = dice.pick([...world.ports.clients, ...world.ports.servers])
  if (dice.chance(80)) return String(port)
  return dice.chance(50) ? `${port}:65535` : `1:${port}`
}

const withPorts = (place: Place): boolean => place.proto === 'tcp' || place.proto === 'udp'

const MATCHES: readonly (readonly [number, Make])[] = [
  [10, (d, w) => `${not(d)}-s ${someNet(d, w)}`],
  [10, (d, w) => `${not(d)}-d ${someNet(d, w)}`],
  [8, (d, w, p) => (only(p, IN) ? `${not(d)}-i ${d.pick(w.devs).name}` : null)],
  [8, (d, w, p) => (only(p, OUT) ? `${not(d)}-o ${d.pick(w.devs).name}` : null)],
  [10, (d, w, p) => (withPorts(p) ? `-m ${p.proto} ${not(d)}--dport ${somePort(d, w)}` : null)],
  [5, (d, w, p) => (withPorts(p) ? `-m ${p.proto} ${not(d)}--sport ${somePort(d, w)}` : null)],
  [
    3,
    (d, w, p) =>
      withPorts(p)
        ? `-m multiport ${not(d)}--${d.pick(['sports', 'dports', 'ports'])} ${d.some(w.ports.servers, 3).join(',')}`
        : null,
  ],
  [
    4,
    (d, _, p) =>
      p.proto === 'tcp'
        ? `-m tcp ${not(d)}--tcp-flags ${d.pick(['SYN,ACK,RST,FIN SYN', 'ACK ACK', 'RST RST', 'FIN,ACK FIN,ACK', 'ALL NONE', 'SYN,RST SYN'])}`
        : null,
  ],
  [
    4,
    (d, _, p) =>
      p.proto === 'icmp'
        ? `-m icmp ${not(d)}--icmp-type ${d.pick(['echo-request', 'echo-reply', 'destination-unreachable', '3/4', '11', 'any', '3/1'])}`
        : null,
  ],
  [
    10,
    (d) =>
      `-m conntrack ${not(d)}--ctstate ${d.pick(['NEW', 'ESTABLISHED', 'RELATED', 'ESTABLISHED,RELATED', 'INVALID', 'UNTRACKED', 'NEW,INVALID', 'SNAT', 'DNAT'])}`,
  ],
  [2, (d) => `-m conntrack --ctdir ${d.pick(['ORIGINAL', 'REPLY'])}`],
  [
    2,
    (d) =>
      `-m conntrack ${not(d)}--ctstatus ${d.pick(['NONE', 'SEEN_REPLY', 'ASSURED', 'CONFIRMED', 'ASSURED,CONFIRMED'])}`,
  ],
  [
    2,
    (d, w) =>
      `-m conntrack ${not(d)}--${d.pick(['ctorigsrc', 'ctorigdst', 'ctreplsrc', 'ctrepldst'])} ${someNet(d, w)}`,
  ],
  [2, (d) => `-m state --state ${d.pick(['NEW', 'ESTABLISHED', 'RELATED', 'INVALID'])}`],
  [4, (d) => `-m mark ${not(d)}--mark ${d.pick(['0x1', '0x2', '0x1/0x1', '0x0', '0x10/0xf0'])}`],
  [4, (d) => `-m connmark ${not(d)}--mark ${d.pick(['0x1', '0x2', '0x1/0x1', '0x0'])}`],
  [4, (d) => `-m length ${not(d)}--length ${d.pick(['40', '60', '0:100', '100:1500', '84'])}`],
  [3, (d) => `-m ttl --ttl-${d.pick(['eq 64', 'lt 64', 'gt 1', 'eq 63', 'eq 1'])}`],
  [2, (d) => `-m tos ${not(d)}--tos ${d.pick(['0x10/0xff', '0x08/0x1c', '0x00/0xff'])}`],
  [2, (d) => `-m dscp ${not(d)}--dscp ${d.pick(['0x00', '0x0a', '0x2e'])}`],
  [
    3,
    (d) =>
      `-m addrtype ${not(d)}--${d.pick(['src-type', 'dst-type'])} ${d.pick(['LOCAL', 'UNICAST', 'BROADCAST', 'LOCAL,BROADCAST'])}`,
  ],
  [3, (d) => `-m statistic --mode nth --every ${d.int(2, 4)} --packet ${d.int(0, 1)}`],
  [3, (d) => `-m limit --limit ${d.pick(['2/min', '17/min', '1/hour'])} --limit-burst ${d.int(1, 3)}`],
  [
    2,
    (d, w) =>
      `-m iprange ${not(d)}--src-range ${d.pick(w.devs).addr}-${d.pick(w.devs).addr.replace(/\d+$/, '255')}`,
  ],
  [2, (d) => `-m comment --comment ${d.pick(['one', '"two words"', 'x'])}`],
  [2, (d) => `-m pkttype ${not(d)}--pkt-type ${d.pick(['unicast', 'broadcast', 'multicast'])}`],
  [2, (d) => `-m quota --quota ${d.pick([100, 300, 1000])}`],
  [
    12,
    (d, w) => {
      if (w.ground.sets.length === 0) return null
      const { name, words } = d.pick(w.ground.sets)
      const dirs = Array.from({ length: words }, () => d.pick(['src', 'dst'])).join(',')
      return `-m set ${not(d)}--match-set ${name} ${dirs}`
    },
  ],
  [
    2,
    (d) =>
      `-m connbytes ${not(d)}--connbytes ${d.pick(['100', '0:200', '2:4', '1:1'])} --connbytes-dir ${d.pick(['original', 'reply', 'both'])} --connbytes-mode ${d.pick(['packets', 'bytes', 'avgpkt'])}`,
  ],
  [
    2,
    (d, _, p) =>
      p.proto !== '' && only(p, ['INPUT', 'FORWARD', 'PREROUTING']) && p.table !== 'raw'
        ? `-m connlimit --connlimit-${d.pick(['above', 'upto'])} ${d.int(0, 2)} --connlimit-mask ${d.pick([32, 24, 0])} --connlimit-${d.pick(['saddr', 'daddr'])}`
        : null,
  ],
  [
    2,
    (d) =>
      `-m recent --name ${d.pick(['r1', 'r2'])} ${d.pick(['--set', '--rcheck', '--update', '--remove', '--rcheck --hitcount 2'])} --${d.pick(['rsource', 'rdest'])}`,
  ],
  [
    2,
    (d) =>
      `-m string ${not(d)}--string ${d.pick(['xx', 'PORT', 'yy', '227'])} --algo ${d.pick(['bm', 'kmp'])}${d.chance(40) ? ` --from ${d.int(0, 40)} --to ${d.int(41, 200)}` : ''}`,
  ],
  [
    1,
    (d) =>
      `-m u32 ${not(d)}--u32 ${d.pick(['"0>>22&0x3C@0>>16=80"', '"6&0xFF=0x6"', '"8>>24=60:64"', '"4&0x3FFF=0"'])}`,
  ],
  [
    1,
    (d, _, p) =>
      only(p, IN)
        ? `-m mac ${not(d)}--mac-source ${d.pick(['02:0a:00:00:02:01', '02:0a:00:00:03:01'])}`
        : null,
  ],
  [1, (d) => `-m helper ${not(d)}--helper ftp`],
  [
    1,
    (d, _, p) => (p.proto === 'tcp' ? `-m tcpmss ${not(d)}--mss ${d.pick(['1460', '0:1000', '536'])}` : null),
  ],
  [1, (d, _, p) => (p.proto === 'tcp' ? `-m tcp ${not(d)}--tcp-option ${d.pick([2, 3, 8])}` : null)],
  [
    1,
    (d, _, p) =>
      p.proto === 'tcp' || p.table === 'mangle' ? `-m ecn ${not(d)}--ecn-ip-ect ${d.int(0, 3)}` : null,
  ],
  [
    1,
    (d, _, p) =>
      only(p, ['PREROUTING']) && (p.table === 'raw' || p.table === 'mangle')
        ? `-m rpfilter ${d.pick(['--invert', '--loose', '--validmark', '--accept-local'])}`
        : null,
  ],
  [
    1,
    (d, _, p) =>
      only(p, ['FORWARD'])
        ? `-m physdev ${not(d)}--${d.pick(['physdev-in port0', 'physdev-out port1', 'physdev-is-bridged'])}`
        : null,
  ],
  [2, (d) => `-m conntrack ${not(d)}--ctexpire ${d.pick(['0:3', '1:31', '100:1000000'])}`],
  [1, (d) => `-m conntrack --ctproto ${d.pick(['tcp', 'udp', '1'])}`],
  [
    1,
    (d, w) =>
      `-m conntrack ${not(d)}--${d.pick(['ctorigsrcport', 'ctorigdstport', 'ctreplsrcport', 'ctrepldstport'])} ${d.pick([...w.ports.servers, ...w.ports.clients])}`,
  ],
  [
    2,
    (d) =>
      `-m hashlimit --hashlimit-${d.pick(['upto', 'above'])} ${d.pick(['2/min', '1/hour', '30/min'])} --hashlimit-burst ${d.int(1, 3)} --hashlimit-mode ${d.pick(['srcip', 'dstip', 'srcip,dstport', 'dstip,srcport'])} --hashlimit-name h${d.int(1, 999999)}`,
  ],
  [1, (d) => `-m connlabel ${not(d)}--label ${d.int(1, 5)}${d.chance(50) ? ' --set' : ''}`],
  [2, () => '-f'],
  [1, () => '! -f'],
]

/** Some conditions, the protocol first. No option is used twice. */
export function someMatches(dice: Dice, world: World, place: Place): string[] {
  const found: string[] = []
  if (place.proto !== '') found.push(`-p ${place.proto}`)
  const wanted = dice.weighted([
    [3, 0],
    [6, 1],
    [3, 2],
    [1, 3],
  ] as const)
  for (let i = 0; i < wanted; i++) {
    const text = dice.weighted(MATCHES)(dice, world, place)
    if (text === null) continue
    const options = text.match(/--?[a-z-]+/g) ?? []
    const used = found.join(' ').match(/--?[a-z-]+/g) ?? []
    const module = /-m (\w+)/.exec(text)?.[1]
    const again = module !== undefined && found.some((f) => f.includes(`-m ${module} `))
    if (!again && !options.some((o) => o !== '-m' && (used as string[]).includes(o))) found.push(text)
  }
  return found
}
