/** Suggestions of the sandbox: what to try, as the commands that it is. The words are in the texts, by the same names. */
import { contains, netmask, parseCidr, printCidr, printIpv4, type Cidr } from '../wire/address.ts'
import type { HostView } from '../lab/protocol.ts'
import { LAB_TRIES, type LabName, type LabTry, type LabTryKey } from './tries-labs.ts'

export interface Try {
  key:
    | 'snat'
    | 'dnat'
    | 'look'
    | 'fill'
    | 'wall'
    | 'log'
    | 'base'
    | 'nat'
    | 'cause'
    | 'cure'
    | 'later'
    | 'inside'
    | 'stateless'
    | LabTryKey
  lines: { on: string; line: string }[]
}

const AB = 'ab -c 5000 -n 100000 -r -s 2 http://192.168.0.30'

/** The article's way through its case: the measure, the fall, the cause, the cure, and a look into the table. */
const DOCKER: readonly Try[] = [
  {
    key: 'base',
    lines: [
      {
        on: 'vm1',
        line: 'docker run --name nginx-hostnet --privileged --network=host -itd feisky/nginx:80',
      },
      { on: 'vm2', line: 'ulimit -n 65536' },
      { on: 'vm2', line: `${AB}/` },
    ],
  },
  {
    key: 'nat',
    lines: [
      { on: 'vm1', line: 'docker rm -f nginx-hostnet' },
      // What the measure before it has left: more than there will be room for, for two minutes.
      { on: 'vm1', line: 'conntrack -F' },
      { on: 'vm1', line: 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat' },
      { on: 'vm2', line: 'ulimit -n 65536' },
      { on: 'vm2', line: `${AB}:8080/` },
    ],
  },
  {
    key: 'cause',
    lines: [
      { on: 'vm1', line: 'dmesg | tail' },
      { on: 'vm1', line: 'sysctl -a | grep conntrack' },
      { on: 'vm1', line: 'conntrack -S' },
    ],
  },
  {
    key: 'cure',
    lines: [
      { on: 'vm1', line: 'sysctl -w net.netfilter.nf_conntrack_max=131072' },
      { on: 'vm1', line: 'sysctl -w net.netfilter.nf_conntrack_buckets=65536' },
      { on: 'vm2', line: 'ulimit -n 65536' },
      { on: 'vm2', line: `${AB}:8080/` },
    ],
  },
  {
    // A client has 14,116 ports, so one alone never needs more entries; twenty need more than there is room for.
    key: 'later',
    lines: [
      { on: 'vm1', line: 'conntrack -F' },
      { on: 'vm1', line: 'sysctl -w net.netfilter.nf_conntrack_max=131072' },
      {
        on: 'vm2',
        line: '(for i in $(seq 101 120); do ip addr replace 192.168.0.$i/24 dev eth0; ab -q -r -B 192.168.0.$i -c 50 -n 14000 http://192.168.0.30:8080/ > $i & done; wait) 2> /dev/null',
      },
      { on: 'vm1', line: 'conntrack -C; conntrack -S; dmesg | tail -n 3' },
    ],
  },
  {
    key: 'inside',
    lines: [
      {
        on: 'vm1',
        line: "conntrack -L -o extended | awk '/^.*tcp.*$/ {sum[$6]++} END {for(i in sum) print i, sum[i]}'",
      },
      {
        on: 'vm1',
        line: 'conntrack -L -o extended | awk \'{print $7}\' | cut -d "=" -f 2 | sort | uniq -c | sort -nr | head -n 10',
      },
    ],
  },
  {
    key: 'stateless',
    lines: [
      { on: 'vm1', line: 'tc qdisc add dev eth0 clsact' },
      {
        on: 'vm1',
        line: 'tc filter add dev eth0 ingress protocol ip u32 match ip dst 192.168.0.30/32 match ip protocol 6 0xff match ip dport 8080 0xffff action nat ingress 192.168.0.30/32 172.17.0.2',
      },
      {
        on: 'vm1',
        line: 'tc filter add dev eth0 egress protocol ip u32 match ip src 172.17.0.2/32 action nat egress 172.17.0.2/32 192.168.0.30',
      },
      { on: 'vm1', line: 'iptables -t raw -A PREROUTING -p tcp -m multiport --ports 8080 -j NOTRACK' },
      { on: 'vm1', line: 'conntrack -F' },
      { on: 'vm2', line: 'ulimit -n 65536' },
      { on: 'vm2', line: `${AB}:8080/` },
    ],
  },
]

/** Does somebody still have the hosts that these suggestions name? A lab that was brought may bear the same name. */
function known(lab: string, hosts: readonly HostView[]): readonly LabTry[] | undefined {
  const tries = LAB_TRIES[lab as LabName]
  const there = new Set(hosts.map((h) => h.name))
  return tries?.every((t) => t.lines.every(({ on }) => there.has(on))) === true ? tries : undefined
}

const ARTICLE: Cidr = { addr: 0xc0a80002, bits: 24 }

const addressesOf = (host: HostView): Cidr[] =>
  host.devs.flatMap((d) => (d.name === 'lo' ? [] : d.addrs.flatMap((a) => parseCidr(a) ?? [])))

/** The network inside, as the article writes it where it is the article's. */
function insideOf({ addr, bits }: Cidr): string {
  const wide = contains({ addr: 0xc0a80000, bits: 16 }, addr) ? 16 : bits
  return printCidr({ addr: (addr & netmask(wide)) >>> 0, bits: wide })
}

/** Those of a ready lab, and those for any lab with a gateway between clients and a server. */
export function triesFor(hosts: readonly HostView[], lab = ''): readonly Try[] {
  if (lab === 'docker') return DOCKER
  // What is wrong there is to be found, not to be overwritten.
  if (lab === 'puzzle') return []
  const ready = known(lab, hosts)
  if (ready) return ready
  const router = hosts.find((h) => h.role === 'gateway')
  const inside = hosts.find((h) => h.role === 'client')
  const server = hosts.find((h) => h.role === 'server')
  if (router === undefined || inside === undefined || server === undefined) return []
  const [gateway, client] = [router.name, inside.name]
  const own = addressesOf(inside)[0] ?? ARTICLE
  const outer = addressesOf(router).find(({ addr }) => !contains(own, addr))?.addr ?? 0
  const url = `http://${server.names.find((n) => n.includes('.')) ?? server.name}/`
  /** Each suggestion works in a lab in which nothing has been done: what it needs, it does. */
  const forward = 'sysctl -w net.ipv4.ip_forward=1'
  const masquerade = `iptables -t nat -A POSTROUTING -s ${insideOf(own)} -j MASQUERADE`
  const on = (host: string, ...lines: string[]) => lines.map((line) => ({ on: host, line }))
  return [
    {
      key: 'snat',
      lines: [...on(gateway, forward, masquerade), ...on(client, `curl ${url}`)],
    },
    { key: 'look', lines: on(gateway, 'iptables -nL -t nat', 'conntrack -L -o extended') },
    {
      key: 'dnat',
      lines: [
        ...on(
          gateway,
          forward,
          `iptables -t nat -A PREROUTING -d ${printIpv4(outer)} -j DNAT --to-destination ${printIpv4(own.addr)}`,
        ),
        ...on(server.name, `ping -c 1 ${printIpv4(outer)}`),
      ],
    },
    {
      key: 'fill',
      lines: [
        ...on(gateway, forward, masquerade, 'sysctl -w net.netfilter.nf_conntrack_max=5'),
        ...on(client, `for i in $(seq 10); do curl -s ${url} >/dev/null; done`),
      ],
    },
    { key: 'log', lines: on(gateway, 'dmesg | tail', 'sysctl -a | grep conntrack') },
    {
      key: 'wall',
      lines: [
        ...on(gateway, forward, 'iptables -P FORWARD DROP'),
        ...on(client, `ping -c 1 ${printIpv4(addressesOf(server)[0]?.addr ?? 0)}`),
      ],
    },
  ]
}
