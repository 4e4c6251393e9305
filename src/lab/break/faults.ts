/**
 * What can be wrong in the network, one at a time: the commands that break it, and commands that mend it. Each one breaks
 * at least one of the goals (network.ts), and after its cure all of them hold; test/lab/break tries that.
 */

export interface Typed {
  on: string
  line: string
}

export interface Broken {
  breaks: readonly Typed[]
  cures: readonly Typed[]
}

/** A number from 0 to n - 1. */
export type Draw = (n: number) => number

const gw = (...lines: string[]): Typed[] => lines.map((line) => ({ on: 'gateway', line }))
const swap = (breaks: Typed[], cures: Typed[]): Broken => ({ breaks, cures })

const MASQ = '-o eth1 -s 192.168.0.0/24 -j MASQUERADE'
const DNAT = '-i eth1 -p tcp --dport 8080 -j DNAT --to-destination'
const OPEN = '-i eth1 -o eth0 -d 192.168.0.2 -p tcp --dport'

/** A rule in the place of the right one, and back. */
const replaced = (rule: string, wrong: string, right: string): Broken =>
  swap(gw(`iptables -t nat -R ${rule} ${wrong}`), gw(`iptables -t nat -R ${rule} ${right}`))

/** A rule that should not be there. */
const added = (table: string, chain: string, rule: string): Broken =>
  swap(gw(`iptables -t ${table} -I ${chain} ${rule}`), gw(`iptables -t ${table} -D ${chain} ${rule}`))

const pick = <T>(draw: Draw, from: readonly T[]): T => from[draw(from.length)]

export const FAULTS = {
  forwarding: () => swap(gw('sysctl -q -w net.ipv4.ip_forward=0'), gw('sysctl -q -w net.ipv4.ip_forward=1')),
  noSource: () => swap(gw('iptables -t nat -F POSTROUTING'), gw(`iptables -t nat -A POSTROUTING ${MASQ}`)),
  wrongDevice: () => replaced('POSTROUTING 1', '-o eth0 -s 192.168.0.0/24 -j MASQUERADE', MASQ),
  wrongPrefix: (draw: Draw) =>
    replaced(
      'POSTROUTING 1',
      `-o eth1 -s ${pick(draw, ['192.168.1.0/24', '192.168.0.0/31', '10.0.0.0/24'])} -j MASQUERADE`,
      MASQ,
    ),
  foreignSource: (draw: Draw) =>
    replaced(
      'POSTROUTING 1',
      `-o eth1 -s 192.168.0.0/24 -j SNAT --to-source 100.100.100.${101 + draw(99)}`,
      MASQ,
    ),
  onePort: () =>
    replaced('POSTROUTING 1', `-o eth1 -s 192.168.0.0/24 -p tcp -j MASQUERADE --to-ports 1024`, MASQ),
  wrongPort: (draw: Draw) =>
    replaced('PREROUTING 1', `${DNAT} 192.168.0.2:${pick(draw, [81, 88, 8000])}`, `${DNAT} 192.168.0.2:80`),
  wrongHost: (draw: Draw) =>
    replaced('PREROUTING 1', `${DNAT} 192.168.0.${20 + draw(200)}:80`, `${DNAT} 192.168.0.2:80`),
  wrongChain: () =>
    swap(
      gw(
        'iptables -t nat -F PREROUTING',
        'iptables -t nat -A OUTPUT -p tcp --dport 8080 -j DNAT --to-destination 192.168.0.2:80',
      ),
      gw(`iptables -t nat -A PREROUTING ${DNAT} 192.168.0.2:80`),
    ),
  oldPort: () =>
    swap(
      gw(`iptables -R FORWARD 3 ${OPEN} 8080 -j ACCEPT`),
      gw(`iptables -R FORWARD 3 ${OPEN} 80 -j ACCEPT`),
    ),
  order: (draw: Draw) =>
    added('filter', 'FORWARD', `-i eth1 ${pick(draw, ['-p tcp ', ''])}-j ${pick(draw, ['DROP', 'REJECT'])}`),
  noAnswers: () =>
    swap(
      gw('iptables -D FORWARD 1'),
      gw('iptables -I FORWARD 1 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'),
    ),
  untracked: (draw: Draw) =>
    added('raw', 'PREROUTING', `-i eth0 ${pick(draw, ['-p tcp ', '-p tcp --dport 80 '])}-j CT --notrack`),
  zone: () => added('raw', 'PREROUTING', '-i eth1 -j CT --zone 1'),
  full: (draw: Draw) =>
    swap(
      gw(
        `conntrack -I -p tcp -s 192.168.0.4 -d 123.125.115.110 --sport ${40000 + draw(9999)} --dport 443 --state ESTABLISHED -u ASSURED,SEEN_REPLY -t 80000`,
        'sysctl -q -w net.netfilter.nf_conntrack_max=1',
      ),
      gw('sysctl -q -w net.netfilter.nf_conntrack_max=4096'),
    ),
  noRoute: () => swap(gw('ip route del default'), gw('ip route add default dev eth1')),
  wrongWay: (draw: Draw) =>
    swap(
      gw(`ip route replace default via 192.168.0.${3 + draw(2)}`),
      gw('ip route replace default dev eth1'),
    ),
  blackhole: (draw: Draw) => {
    const route = `${pick(draw, ['blackhole', 'unreachable', 'prohibit'])} 123.125.115.0/24`
    return swap(gw(`ip route add ${route}`), gw(`ip route del ${route}`))
  },
  policyRoute: () =>
    swap(
      gw(
        'iptables -t mangle -A PREROUTING -i eth0 -j MARK --set-mark 7',
        'ip route add unreachable default table 7',
        'ip rule add fwmark 7 lookup 7',
      ),
      gw('ip rule del fwmark 7 lookup 7'),
    ),
  clientRoute: (draw: Draw) => {
    const on = pick(draw, ['pc1', 'pc2'])
    return swap(
      [{ on, line: 'ip route replace default via 192.168.0.4' }],
      [{ on, line: 'ip route replace default via 192.168.0.1' }],
    )
  },
  otherAddress: (draw: Draw) => {
    const addr = `192.168.0.${30 + draw(200)}/24`
    const to = (from: string, into: string): Typed[] =>
      [
        `ip addr del ${from} dev eth0`,
        `ip addr add ${into} dev eth0`,
        'ip route replace default via 192.168.0.1',
      ].map((line) => ({ on: 'pc1', line }))
    return swap(to('192.168.0.2/24', addr), to(addr, '192.168.0.2/24'))
  },
  linkDown: () =>
    swap(gw('ip link set eth1 down'), gw('ip link set eth1 up', 'ip route add default dev eth1')),
  shortLife: () => added('mangle', 'PREROUTING', '-i eth0 -j TTL --ttl-set 1'),
  connections: () =>
    added(
      'filter',
      'FORWARD',
      '-p tcp --syn -m connlimit --connlimit-above 0 -j REJECT --reject-with tcp-reset',
    ),
  lossy: () => swap(gw('tc qdisc add dev eth1 root netem loss 100%'), gw('tc qdisc del dev eth1 root')),
  hole: () => swap(gw('iptables -P FORWARD ACCEPT'), gw('iptables -P FORWARD DROP')),
  openDoor: () => swap(gw('iptables -P INPUT ACCEPT'), gw('iptables -P INPUT DROP')),
} satisfies Record<string, (draw: Draw) => Broken>

export type FaultKey = keyof typeof FAULTS
export const FAULT_KEYS = Object.keys(FAULTS) as FaultKey[]
