/** Suggestions of the sandbox: what to try, as the commands that it is. The words are in the texts, by the same names. */
import type { HostView } from '../lab/protocol.ts'

export interface Try {
  key: 'snat' | 'dnat' | 'look' | 'fill' | 'wall' | 'log'
  lines: { on: string; line: string }[]
}

/** For a lab with a gateway between clients and a server. */
export function triesFor(hosts: readonly HostView[]): Try[] {
  const gateway = hosts.find((h) => h.role === 'gateway')?.name
  const client = hosts.find((h) => h.role === 'client')?.name
  const server = hosts.find((h) => h.role === 'server')
  if (gateway === undefined || client === undefined || server === undefined) return []
  const url = `http://${server.names.find((n) => n.includes('.')) ?? server.name}/`
  const on = (host: string, ...lines: string[]) => lines.map((line) => ({ on: host, line }))
  return [
    {
      key: 'snat',
      lines: [
        ...on(
          gateway,
          'sysctl -w net.ipv4.ip_forward=1',
          'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j MASQUERADE',
        ),
        ...on(client, `curl ${url}`),
      ],
    },
    { key: 'look', lines: on(gateway, 'iptables -nL -t nat', 'conntrack -L -o extended') },
    {
      key: 'dnat',
      lines: [
        ...on(
          gateway,
          'iptables -t nat -A PREROUTING -d 100.100.100.100 -j DNAT --to-destination 192.168.0.2',
        ),
        ...on(server.name, 'ping -c 1 100.100.100.100'),
      ],
    },
    {
      key: 'fill',
      lines: [
        ...on(gateway, 'sysctl -w net.netfilter.nf_conntrack_max=5'),
        ...on(client, `for i in $(seq 10); do curl -s ${url} >/dev/null; done`),
      ],
    },
    { key: 'log', lines: on(gateway, 'dmesg | tail', 'sysctl -a | grep conntrack') },
    {
      key: 'wall',
      lines: [...on(gateway, 'iptables -P FORWARD DROP'), ...on(client, 'ping -c 1 123.125.115.110')],
    },
  ]
}
