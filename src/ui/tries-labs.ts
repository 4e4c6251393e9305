/**
 * What to try in the ready labs, by lab: the question that it begins with, and the way through it. Each suggestion is the
 * commands that it shows; a cure may be tried without what comes before it.
 */
import type { labs } from './text/en/labs.ts'

type Words = typeof labs
export type LabName = keyof Words['labs']
export type LabTryKey = keyof Words['tries']

export interface LabTry {
  key: LabTryKey
  lines: { on: string; line: string }[]
}

/** `host: line`, as one reads it. */
const typed = (key: LabTryKey, ...lines: string[]): LabTry => ({
  key,
  lines: lines.map((text) => {
    const at = text.indexOf(': ')
    return { on: text.slice(0, at), line: text.slice(at + 2) }
  }),
})

const LIST = 'conntrack -L'
const shop = (host: string): string => `${host}: curl -s -m 2 http://100.100.100.100/`

export const LAB_TRIES: Readonly<Partial<Record<LabName, readonly LabTry[]>>> = {
  static: [
    typed('staticIn', 'baidu: curl http://100.100.101.2/', `gateway: ${LIST}`),
    typed('staticOut', 'pc: curl http://baidu.com/', `gateway: ${LIST}`),
    typed(
      'staticPair',
      'gateway: iptables -t nat -I PREROUTING -d 100.100.101.9 -j DNAT --to-destination 192.168.0.2',
      'gateway: iptables -t nat -I POSTROUTING -s 192.168.0.2 -o eth1 -j SNAT --to-source 100.100.101.9',
      'baidu: curl http://100.100.101.9/',
    ),
    typed('staticOpen', 'baidu: ping -c 1 100.100.101.4', 'gateway: iptables -t nat -nvL'),
  ],
  pool: [
    typed(
      'poolAll',
      ...['pc1', 'pc2', 'pc3', 'pc4'].map((pc) => `${pc}: curl -s http://baidu.com/`),
      `gateway: ${LIST}`,
    ),
    typed(
      'poolClash',
      'pc1: echo one | nc -u -w 1 -p 6000 baidu.com 5000',
      'pc2: echo two | nc -u -w 1 -p 6000 baidu.com 5000',
      `gateway: ${LIST} -p udp`,
    ),
    typed(
      'poolPorts',
      'gateway: iptables -t nat -F POSTROUTING',
      'gateway: iptables -t nat -A POSTROUTING -o eth1 -p udp -j SNAT --to-source 100.100.101.1:40000-40003',
      'pc1: for i in 1 2 3 4 5 6; do echo $i | nc -u -w 1 -p 500$i baidu.com 5000; done',
      'gateway: conntrack -S',
    ),
    typed(
      'poolMore',
      'gateway: iptables -t nat -F POSTROUTING',
      'gateway: iptables -t nat -A POSTROUTING -o eth1 -p udp -j SNAT --to-source 100.100.101.1:40000-40007',
      'pc2: for i in 1 2 3 4 5 6; do echo $i | nc -u -w 1 -p 500$i baidu.com 5000; done',
      `gateway: ${LIST} -p udp`,
    ),
  ],
  twice: [
    typed('twiceThere', 'left: curl http://right.example/', `between: ${LIST}`),
    typed('twiceBack', 'right: curl http://left.example/', `between: ${LIST}`),
    typed('twiceRoute', 'between: ip route', 'between: ip rule', 'between: ip route show table 1'),
    typed(
      'twiceOnce',
      'between: iptables -t nat -D POSTROUTING -o eth1 -s 192.168.0.0/24 -j NETMAP --to 10.1.0.0/24',
      'left: curl -s -m 2 http://right.example/',
    ),
  ],
  hairpin: [
    typed('hairpinOutside', shop('baidu')),
    typed('hairpinInside', shop('pc'), `gateway: ${LIST}`),
    typed(
      'hairpinCure',
      'gateway: iptables -t nat -A POSTROUTING -s 192.168.0.0/24 -d 192.168.0.2 -p tcp --dport 80 -j MASQUERADE',
      shop('pc'),
      shop('web'),
      `gateway: ${LIST}`,
    ),
    typed(
      'hairpinBox',
      shop('gateway'),
      'gateway: iptables -t nat -A OUTPUT -d 100.100.100.100 -p tcp --dport 80 -j DNAT --to-destination 192.168.0.2',
      shop('gateway'),
    ),
  ],
  uplinks: [
    typed('uplinksFirst', 'baidu: curl -s -m 2 http://100.100.100.100/'),
    typed('uplinksSecond', 'baidu: curl -s -m 2 http://200.200.200.100/', `gateway: ${LIST}`),
    typed(
      'uplinksWhere',
      'baidu: curl -s -m 2 http://200.200.200.100/',
      'baidu: nstat -az TcpExtIPReversePathFilter',
      'baidu: sysctl net.ipv4.conf.eth0.rp_filter',
    ),
    typed(
      'uplinksCure',
      'gateway: iptables -t mangle -A PREROUTING -i eth2 -m conntrack --ctstate NEW -j CONNMARK --set-mark 2',
      'gateway: iptables -t mangle -A PREROUTING -i eth0 -j CONNMARK --restore-mark',
      'gateway: ip route add default via 200.200.200.1 table 2',
      'gateway: ip rule add fwmark 2 lookup 2',
      'baidu: curl -s -m 2 http://200.200.200.100/',
    ),
  ],
  half: [
    typed('halfTry', 'pc: curl -s -m 3 http://server/', `out: ${LIST}`),
    typed('halfCount', 'pc: curl -s -m 3 http://server/', 'out: iptables -nvL FORWARD', 'out: conntrack -S'),
    typed(
      'halfRoute',
      'server: ip route replace 192.168.0.0/24 via 10.0.1.1',
      'pc: curl -s -m 3 http://server/',
    ),
    typed(
      'halfWrong',
      'out: iptables -D FORWARD -m conntrack --ctstate INVALID -j DROP',
      'out: iptables -P FORWARD ACCEPT',
      'pc: curl -s -m 3 http://server/',
      `out: ${LIST}`,
    ),
  ],
  dmz: [
    typed(
      'dmzOpen',
      shop('baidu'),
      'pc: curl -s -m 2 http://baidu.com/',
      'pc: curl -s -m 2 http://web:8080/',
    ),
    typed('dmzClosed', 'web: ping -c 1 -W 1 pc', 'baidu: curl -s -m 2 http://100.100.100.100:8080/'),
    typed('dmzInput', 'firewall: iptables -I INPUT -p tcp --dport 80 -j DROP', shop('baidu')),
    typed(
      'dmzOrig',
      'firewall: iptables -I FORWARD -i eth1 -p tcp -m conntrack --ctorigdstport 80 --ctdir ORIGINAL -j DROP',
      shop('baidu'),
      'pc: curl -s -m 2 http://web/',
    ),
  ],
  service: [
    typed(
      'serviceDraw',
      'client: for i in $(seq 6); do curl -s http://web.default/ | grep h1; done',
      `node: ${LIST}`,
    ),
    typed('serviceSave', 'node: iptables-save -t nat -c'),
    typed('serviceNode', 'client: curl -s http://node:30080/', 'node: conntrack -L -p tcp --dport 30080'),
    typed('serviceDead', 'client: curl -m 2 http://dead.default/', 'node: ip addr'),
    typed(
      'serviceSelf',
      'pod3: curl -s -m 2 http://api.default/',
      'pod1: curl -s -m 2 http://api.default/',
      `node: ${LIST}`,
    ),
  ],
  clients: [
    typed(
      'clientsMany',
      'crowd: for i in $(seq 50); do nc -z -s 10.1.0.$i baidu.com 80; done',
      'gateway: conntrack -C',
    ),
    typed(
      'clientsFlood',
      'gateway: sysctl -w net.netfilter.nf_conntrack_max=200',
      'crowd: hping3 -q -S --rand-source -i u1000 -c 1000 -p 80 baidu.com',
      'gateway: conntrack -S',
      'gateway: dmesg | tail -n 3',
    ),
    typed(
      'clientsGood',
      'crowd: for i in $(seq 20); do nc -z -w 2 -s 10.1.9.$i baidu.com 80 && echo $i; done',
      'gateway: conntrack -L | grep -c ASSURED',
    ),
    typed(
      'clientsRaw',
      'gateway: iptables -t raw -A PREROUTING -i eth0 ! -s 10.1.0.0/16 -j DROP',
      'crowd: hping3 -q -S --rand-source -i u1000 -c 1000 -p 80 baidu.com',
      'gateway: conntrack -C',
    ),
  ],
}
