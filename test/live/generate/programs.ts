/** Programs whose output is looked at: what they list, and what they say to somebody who types something wrong. */
import type { Dice } from './dice.ts'
import { someAddress } from './matches.ts'
import { ruleLine, someRule, type Rule } from './rules.ts'
import type { World } from './world.ts'

type Make = (dice: Dice, world: World, rules: readonly Rule[]) => string | null

const TABLES = ['filter', 'nat', 'mangle', 'raw'] as const
const somePort = (d: Dice, w: World): number => d.pick([...w.ports.clients, ...w.ports.servers])

/** A condition of conntrack's own. */
function filter(d: Dice, w: World, listed = true): string {
  return d.weighted<() => string>([
    [4, () => `-s ${someAddress(d, w)}`],
    [4, () => `-d ${someAddress(d, w)}`],
    [2, () => `-r ${someAddress(d, w)}`],
    [2, () => `-q ${someAddress(d, w)}`],
    [2, () => `-s ${someAddress(d, w).replace(/\d+$/, '0')}/24`],
    [2, () => `-g ${someAddress(d, w)}`],
    [2, () => `-j ${someAddress(d, w)}`],
    [3, () => `-p ${d.pick(['tcp', 'udp', 'icmp'])}`],
    [3, () => `-p ${d.pick(['tcp', 'udp'])} --dport ${somePort(d, w)}`],
    [2, () => `-p ${d.pick(['tcp', 'udp'])} --sport ${somePort(d, w)}`],
    [2, () => `-p ${d.pick(['tcp', 'udp'])} --reply-port-src ${somePort(d, w)}`],
    [listed ? 2 : 0, () => `-p tcp --state ${d.pick(['SYN_SENT', 'ESTABLISHED', 'CLOSE', 'TIME_WAIT'])}`],
    [2, () => `-m ${d.int(0, 3)}`],
    [1, () => `-m ${d.int(0, 1)}/1`],
    [2, () => `-u ${d.pick(['ASSURED', 'SEEN_REPLY', 'UNSET', 'ASSURED,SEEN_REPLY'])}`],
    [1, () => `-w ${d.int(0, 2)}`],
    [2, () => d.pick(['-n', '-g', '-j'])],
  ])()
}

function conntrack(d: Dice, w: World): string {
  return d.weighted<() => string>([
    [4, () => 'conntrack -L'],
    [
      2,
      () =>
        `conntrack -L -o ${d.pick(['extended', 'id', 'xml', 'save', 'labels', 'ktimestamp']).replace('id', 'extended')}`,
    ],
    [6, () => `conntrack -L ${filter(d, w)}`],
    [3, () => `conntrack -D ${filter(d, w)}`],
    [1, () => `conntrack -U ${filter(d, w, false)} --mark ${d.int(0, 3)}`],
    [1, () => `conntrack -U ${filter(d, w, false)} -t ${d.pick([5, 60, 600])}`],
    [1, () => `conntrack -U ${filter(d, w, false)} -u ${d.pick(['ASSURED', 'SEEN_REPLY', 'FIXED_TIMEOUT'])}`],
    [1, () => 'conntrack -C'],
    [1, () => `conntrack -L expect`],
    [
      2,
      () =>
        `conntrack -I -p udp -s ${someAddress(d, w)} -d ${someAddress(d, w)} --sport ${somePort(d, w)} --dport ${somePort(d, w)} -t ${d.pick([20, 100])}`,
    ],
    [
      1,
      () =>
        `conntrack -I -p tcp -s ${someAddress(d, w)} -d ${someAddress(d, w)} --sport ${somePort(d, w)} --dport ${somePort(d, w)} --state ${d.pick(['ESTABLISHED', 'SYN_SENT'])} -t ${d.pick([20, 100])} -u ASSURED`,
    ],
    [
      2,
      () =>
        `conntrack -G -p udp -s ${someAddress(d, w)} -d ${someAddress(d, w)} --sport ${somePort(d, w)} --dport ${somePort(d, w)}`,
    ],
    [
      1,
      () =>
        d.pick([
          'conntrack -D',
          'conntrack -L -p foo',
          'conntrack -L -s 1.2.3',
          'conntrack -X',
          'conntrack -U -m x',
          'conntrack -L -p tcp --state FOO',
        ]),
    ],
  ])()
}

/** Lines for `iptables-restore`, sometimes with a mistake. */
function restored(d: Dice, w: World): string {
  const table = d.pick(TABLES)
  const chain = { filter: 'FORWARD', nat: 'POSTROUTING', mangle: 'FORWARD', raw: 'PREROUTING' }[table]
  const lines = [`*${table}`]
  if (d.chance(60))
    lines.push(`:${chain} ${d.pick(['ACCEPT', 'ACCEPT', '-'])} ${d.pick(['[0:0]', '[7:420]'])}`)
  if (d.chance(30)) lines.push(':own - [0:0]')
  for (let n = d.int(1, 3); n > 0; n--) {
    const { text } = someRule(d, w, table, chain, [chain], [])
    lines.push(`${d.chance(30) ? '[3:180] ' : ''}-A ${chain} ${text}`)
  }
  if (d.chance(12))
    lines.push(
      d.pick([
        '-A NOWHERE -j ACCEPT',
        '-A FORWARD -j NOTHING',
        'what',
        '-F',
        '-A INPUT -p tcp --dport x',
        '# words',
      ]),
    )
  if (d.chance(94)) lines.push('COMMIT')
  const options = d.weighted([
    [5, ''],
    [3, ' -n'],
    [2, ' -c'],
    [2, ' --test'],
    [1, ' -n -c'],
    [1, ` -T ${d.pick(TABLES)}`],
  ] as const)
  return `iptables-restore${options} <<'END'\n${lines.join('\n')}\nEND`
}

const iptables = (table: string): string => (table === 'filter' ? 'iptables' : `iptables -t ${table}`)

/** A rule as it stands, checked or listed. */
function listed(d: Dice, w: World, rules: readonly Rule[]): string {
  const it = iptables(d.pick(TABLES))
  const old = rules.length > 0 ? d.pick(rules) : null
  return d.weighted<() => string>([
    [4, () => `${it} -S`],
    [4, () => `${it} -nvxL`],
    [2, () => `${it} -nL --line-numbers`],
    [2, () => `${it} -nvL`],
    [2, () => `${it} -S ${d.pick(['FORWARD', 'OUTPUT', 'user1', 'PREROUTING'])}${d.pick(['', ' 1', ' 2'])}`],
    [1, () => `${it} -vS`],
    [3, () => 'iptables-save -c'],
    [1, () => `iptables-save -t ${d.pick(TABLES)}`],
    [3, () => (old ? ruleLine(old, '-C') : `${it} -C OUTPUT -j ACCEPT`)],
    [2, () => wrong(d, w, it)],
  ])()
}

function wrong(d: Dice, w: World, it: string): string {
  return d.pick([
    `${it} -A FORWARD --dport 80 -j ACCEPT`,
    `${it} -A FORWARD -p tcp --dport foo`,
    `${it} -A FORWARD -j NOTHING`,
    `${it} -A NOWHERE -j ACCEPT`,
    `${it} -D FORWARD 99`,
    `${it} -N FORWARD`,
    `${it} -X`,
    `${it} -X user9`,
    `${it} -A OUTPUT -i ${w.devs[0].name}`,
    `${it} -A INPUT -j DNAT --to-destination 1.2.3.4`,
    `${it} -A FORWARD -j SNAT --to-source 1.2.3.4`,
    `${it} -A FORWARD -s 1.2.3.400 -j DROP`,
    `${it} -A FORWARD -m nothing`,
    `${it} -P FORWARD REJECT`,
    `${it} -P user1 DROP`,
    `${it} -R FORWARD 50 -j DROP`,
    `${it} -I FORWARD 50 -j DROP`,
    `${it} -A FORWARD -j REJECT --reject-with tcp-reset`,
    `${it} -A FORWARD -p tcp -j REJECT --reject-with foo`,
    `${it} -E user1 user7`,
    `${it} -A FORWARD -m conntrack --ctstate FOO`,
    `${it} -A FORWARD -m set --match-set none src`,
    `${it}`,
  ])
}

function routes(d: Dice, w: World): string {
  const to = someAddress(d, w)
  return d.weighted<() => string>([
    [4, () => `ip route get ${to}`],
    [2, () => `ip route get ${to} mark ${d.int(1, 2)}`],
    [2, () => `ip route get ${to} from ${someAddress(d, w)} iif ${d.pick(w.devs).name}`],
    [1, () => `ip route get ${to} from ${someAddress(d, w)}`],
    [1, () => `ip route get ${to} oif ${d.pick(w.devs).name}`],
    [2, () => 'ip route'],
    [1, () => 'ip route show table 100'],
    [2, () => 'ip rule'],
    [1, () => `ip route del ${to}`],
    [1, () => `ip rule add fwmark ${d.pick(['0x1', '0x2'])} lookup ${d.pick([100, 'main', 'local'])}`],
    [1, () => `ip rule del fwmark ${d.pick(['0x1', '0x2'])}`],
  ])()
}

function sets(d: Dice, w: World): string | null {
  if (w.ground.sets.length === 0) return null
  const { name, words, timeout } = d.pick(w.ground.sets)
  const entry = someAddress(d, w) + (words === 2 ? `,${d.pick(['tcp:', 'udp:'])}${somePort(d, w)}` : '')
  return d.weighted<() => string | null>([
    [3, () => (timeout ? null : `ipset save -s ${name}`)],
    [3, () => (timeout ? null : `ipset list -s ${name}`)],
    [3, () => `ipset test ${name} ${entry}`],
    [3, () => `ipset add ${name} ${entry}`],
    [2, () => `ipset del ${name} ${entry}`],
    [1, () => `ipset flush ${name}`],
    [1, () => `ipset destroy ${name}`],
    [1, () => `ipset rename ${name} other`],
    [1, () => `ipset add none ${entry}`],
    [1, () => `ipset create ${name} hash:ip`],
    [1, () => 'ipset list -n'],
  ])()
}

const NUMBERS = [
  'nf_conntrack_count',
  'nf_conntrack_acct',
  'nf_conntrack_udp_timeout',
  'nf_conntrack_tcp_loose',
]

const OTHERS: readonly (readonly [number, Make])[] = [
  [2, (d) => `sysctl net.netfilter.${d.pick(NUMBERS)}`],
  [
    1,
    (d) =>
      `sysctl -n net.ipv4.${d.pick(['ip_forward', 'ip_default_ttl', 'conf.all.rp_filter', 'icmp_ratelimit'])}`,
  ],
  [1, () => 'sysctl -w net.netfilter.nf_conntrack_count=1'],
  [1, () => 'sysctl net.netfilter.nothing'],
  [1, () => 'cat /proc/net/nf_conntrack'],
  [
    2,
    (d) =>
      `nstat -asz ${d.pick(['IpForwDatagrams', 'IpInDelivers', 'IpOutRequests', 'IcmpOutErrors', 'IpInAddrErrors', 'UdpNoPorts', 'TcpOutRsts', 'IpOutNoRoutes'])}`,
  ],
  [1, () => 'ss -tan'],
]

/** A line whose output is compared, too. */
export function someProgram(dice: Dice, world: World, rules: readonly Rule[]): string {
  for (;;) {
    const text = dice.weighted<Make>([
      [6, conntrack],
      [3, restored],
      [6, listed],
      [4, routes],
      [4, sets],
      [3, (d, w, r) => d.weighted(OTHERS)(d, w, r)],
    ])(dice, world, rules)
    if (text !== null) return text
  }
}
