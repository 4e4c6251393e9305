/**
 * The whole trace of a few conversations, event by event, as it stands in `stories/`: functions, stations, verdicts, roads,
 * drops, entries, and the work that each station took. The recordings compare what a kernel shows of it; the rest is what
 * the page tells, and here nothing of that changes unseen. (`npm run unit -- test/kernel/stories.test.ts -u` writes anew.)
 */
import { expect, test } from 'vitest'
import type { Request, Snapshot } from '../../src/lab/protocol.ts'
import type { TraceEvent } from '../../src/kernel/trace.ts'
import '../../src/lab/labs/more.ts'
import { Session } from '../../src/lab/session.ts'
import '../../src/userspace/index.ts'
import type { Packet } from '../../src/wire/packet.ts'
import { printPacket } from '../../src/wire/text.ts'

/** What is typed, and where. `wire`: only frames are told. */
type Script = readonly (readonly [host: string, line: string])[]

const STORIES: Readonly<Record<string, { lab: string; period?: 'article'; wire?: true; script: Script }>> = {
  gateway: {
    lab: 'gateway',
    script: [
      ['pc1', 'ping -c 1 -W 1 baidu.com'],
      ['gateway', 'sysctl -w net.ipv4.ip_forward=1'],
      ['pc1', 'ping -c 1 -W 1 baidu.com'],
      ['gateway', 'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j SNAT --to-source 100.100.100.100'],
      ['pc1', 'curl -s -o /dev/null http://baidu.com/'],
      ['pc2', 'ping -c 1 -t 1 baidu.com'],
      ['pc1', 'ping -c 1 -W 4 192.168.0.77'],
      ['pc1', 'ping -c 1 -W 1 8.8.8.8'],
    ],
  },
  'what dies': {
    lab: 'gateway',
    script: [
      ['gateway', 'sysctl -w net.ipv4.ip_forward=1'],
      ['gateway', 'iptables -t nat -A POSTROUTING -j MASQUERADE'],
      ['gateway', 'iptables -A FORWARD -p tcp --dport 81 -j REJECT --reject-with tcp-reset'],
      ['gateway', 'iptables -A FORWARD -p tcp --dport 82 -j REJECT'],
      ['gateway', 'iptables -A FORWARD -p tcp --dport 83 -j DROP'],
      ['gateway', 'iptables -A INPUT -p icmp -j DROP'],
      ['pc1', 'curl -s -m 1 http://baidu.com:81/'],
      ['pc1', 'curl -s -m 1 http://baidu.com:82/'],
      ['pc1', 'curl -s -m 1 http://baidu.com:83/'],
      ['pc1', 'curl -s -m 1 http://baidu.com:84/'],
      ['pc1', 'ping -c 1 -W 1 192.168.0.1'],
      ['gateway', 'iptables -P OUTPUT DROP'],
      ['gateway', 'ping -c 1 -W 1 baidu.com'],
      ['gateway', 'iptables -P OUTPUT ACCEPT; iptables -t raw -A PREROUTING -j DROP'],
      ['pc2', 'ping -c 1 -W 1 baidu.com'],
      ['gateway', 'iptables -t raw -F; ip link set eth1 mtu 600'],
      ['pc2', 'ping -c 1 -W 1 -s 900 -M do baidu.com'],
      ['pc2', 'ping -c 1 -W 1 -s 900 -M dont baidu.com'],
      ['gateway', 'ip link set eth1 down'],
      ['pc2', 'ping -c 1 -W 1 baidu.com'],
      ['gateway', 'sysctl -w net.netfilter.nf_conntrack_max=1; ip link set eth1 up'],
      ['pc2', 'ping -c 1 -W 1 192.168.0.1; ping -c 1 -W 1 192.168.0.1'],
    ],
  },
  'at home': {
    lab: 'gateway',
    script: [
      ['gateway', 'ping -c 1 127.0.0.1'],
      ['gateway', 'iptables -t nat -A OUTPUT -d 10.9.9.9 -p icmp -j DNAT --to-destination 192.168.0.2'],
      ['gateway', 'ping -c 1 -W 1 10.9.9.9'],
      [
        'gateway',
        'iptables -t raw -A OUTPUT -p icmp -j NOTRACK; iptables -t mangle -A OUTPUT -j MARK --set-mark 5',
      ],
      ['gateway', 'ip rule add fwmark 5 blackhole'],
      ['gateway', 'ping -c 1 -W 1 192.168.0.3'],
      ['gateway', 'ip rule del fwmark 5; iptables -t raw -F; iptables -t mangle -F'],
      ['gateway', 'nc -u -w 1 192.168.0.3 999 </dev/null; curl -s -m 1 http://192.168.0.3:1/'],
      [
        'gateway',
        'iptables -N user; iptables -A OUTPUT -j user; iptables -A user -p udp -j RETURN; iptables -A user -p icmp -g user',
      ],
      ['gateway', 'ping -c 1 -W 1 192.168.0.3'],
    ],
  },
  'tcp on a bad road': {
    lab: 'gateway',
    wire: true,
    script: [
      ['gateway', 'sysctl -w net.ipv4.ip_forward=1; iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE'],
      ['baidu', 'nc -l -p 5000 > /tmp/got &'],
      ['gateway', 'iptables -A FORWARD -p tcp -m statistic --mode nth --every 4 --packet 2 -j DROP'],
      ['pc1', 'seq 4000 | nc -w 2 baidu.com 5000'],
      ['baidu', 'wc -l /tmp/got; ss -tan'],
      ['gateway', 'iptables -F FORWARD; iptables -A FORWARD -p tcp --tcp-flags SYN,ACK SYN,ACK -j DROP'],
      ['pc2', 'curl -s -m 20 http://baidu.com/'],
      ['gateway', 'iptables -F FORWARD; iptables -A FORWARD -p tcp --tcp-flags PSH PSH -j DROP'],
      ['pc2', 'curl -s -m 8 http://baidu.com/'],
      ['gateway', 'iptables -F FORWARD; iptables -A FORWARD -p tcp --tcp-flags FIN FIN -j DROP'],
      ['pc3', 'curl -s -m 5 -o /dev/null http://baidu.com/; ss -tan'],
      ['pc3', 'sleep 3; ss -tan'],
      ['gateway', 'iptables -F FORWARD'],
      [
        'pc3',
        'curl -s -m 5 http://baidu.com:9/; curl -s -m 1 -o /dev/null http://baidu.com/; sleep 90; ss -tan',
      ],
      ['baidu', 'ss -tan'],
    ],
  },
  docker: {
    lab: 'docker',
    script: [
      ['vm1', 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat'],
      ['vm2', 'curl -s -o /dev/null http://192.168.0.30:8080/'],
      ['container', 'ping -c 1 -W 1 192.168.0.2'],
    ],
  },
  'the article’s docker': {
    lab: 'docker',
    period: 'article',
    script: [
      ['vm1', 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat'],
      ['vm2', 'curl -s -o /dev/null http://192.168.0.30:8080/'],
    ],
  },
  uplinks: {
    lab: 'uplinks',
    script: [
      ['baidu', 'curl -s -m 1 -o /dev/null http://200.200.200.100/'],
      ['gateway', 'sysctl -w net.ipv4.conf.all.log_martians=1; sysctl -w net.ipv4.conf.eth2.rp_filter=1'],
      ['baidu', 'ping -c 1 -W 1 200.200.200.100'],
    ],
  },
}

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** Headers by packet, as they were told last: one that has not changed is not told again. */
class Lines {
  readonly all: string[] = []
  private readonly headers = new Map<number, string>()
  /** Only what goes on a wire, or dies. */
  private readonly wire: boolean

  constructor(wire: boolean) {
    this.wire = wire
  }

  add(e: TraceEvent): void {
    // What is not registered does nothing.
    if (e.type === 'station' && !e.ran) return
    if (this.wire && e.type !== 'xmit' && e.type !== 'drop') return
    const told = Object.entries(e).flatMap(([name, value]) => {
      if (['seq', 'position', 'time', 'host', 'skb', 'at', 'type', 'ran'].includes(name)) return []
      if (name !== 'header') return [`${name}=${plain(value)}`]
      const header = printPacket(value as Packet)
      if (this.headers.get(e.skb) === header) return []
      this.headers.set(e.skb, header)
      return [`[${header}]`]
    })
    this.all.push(`${String(e.time).padStart(8)} ${e.host} #${e.skb} ${e.at} ${e.type} ${told.join(' ')}`)
  }
}

function told(lab: string, period: 'modern' | 'article', wire: boolean, script: Script): string {
  const session = new Session()
  const lines = new Lines(wire)
  let snapshot!: Snapshot
  const ask = (request: Request): void => {
    const answer = session.answer({ id: 1, request })
    if (answer.type !== 'update') throw new Error(JSON.stringify(answer))
    for (const e of answer.update.trace) lines.add(e)
    snapshot = answer.update.snapshot
  }
  ask({ type: 'open', lab, seed: 1, period })
  for (const [host, line] of script) {
    lines.all.push('', `${host}# ${line}`)
    ask({ type: 'exec', host, line })
    for (let i = 0; i < 50 && !snapshot.quiet; i++) ask({ type: 'advance', by: { kind: 'quiet', us: 1e7 } })
  }
  return `${lines.all.join('\n')}\n`
}

for (const [name, { lab, period, wire, script }] of Object.entries(STORIES))
  test(`the story of ${name} is told as it was`, async () => {
    await expect(told(lab, period ?? 'modern', wire === true, script)).toMatchFileSnapshot(
      `stories/${name.replace(/\W+/g, '-')}.txt`,
    )
  })
