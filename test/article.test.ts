import { beforeAll, describe, expect, test } from 'vitest'
import { bootLab, type Lab } from '../src/lab/lab.ts'
import { labs } from '../src/lab/labs/index.ts'

/** The article's lines, typed as they stand into the article's network; what the terminal shows after each. */
let lab: Lab
let said: { stream: string; text: string }[] = []

function type(host: string, line: string, seconds = 0): string {
  said = []
  lab.exec(lab.hostIndex(host), line)
  lab.runUntil(lab.state.now + seconds * 1_000_000)
  return said
    .filter((s) => s.stream !== 'prompt')
    .map((s) => s.text)
    .join('')
}

const out = (): string =>
  said
    .filter((s) => s.stream === 'stdout')
    .map((s) => s.text)
    .join('')

beforeAll(() => {
  const spec = labs['gateway']
  if (!spec) throw new Error('no gateway lab')
  lab = bootLab(spec, 1, {
    event: () => undefined,
    output: (_host, _n, stream, text) => {
      said.push({ stream, text })
    },
  })
})

describe.sequential('the article, line by line', () => {
  test('section 6: is forwarding on?', () => {
    expect(type('gateway', 'sysctl net.ipv4.ip_forward')).toBe('net.ipv4.ip_forward = 0\n')
    expect(type('gateway', 'sysctl -w net.ipv4.ip_forward=1')).toBe('net.ipv4.ip_forward = 1\n')
    expect(type('gateway', 'sysctl net.ipv4.ip_forward')).toBe('net.ipv4.ip_forward = 1\n')
    type('gateway', 'echo net.ipv4.ip_forward=1 > /etc/sysctl.conf')
    expect(type('gateway', 'cat /etc/sysctl.conf | grep ip_forward')).toBe('net.ipv4.ip_forward=1\n')
    expect(type('gateway', 'sysctl -p')).toBe('net.ipv4.ip_forward = 1\n')
  })

  test('section 4: MASQUERADE for the subnet; a page comes back to every PC', () => {
    expect(type('gateway', 'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j MASQUERADE')).toBe('')
    for (const pc of ['pc1', 'pc2', 'pc3'])
      expect(type(pc, 'curl http://baidu.com/', 2)).toContain('<h1>baidu</h1>')
    type('gateway', 'iptables -t nat -F; conntrack -F')
  })

  test('section 4: SNAT for one address', () => {
    expect(
      type('gateway', 'iptables -t nat -A POSTROUTING -s 192.168.0.2 -j SNAT --to-source 100.100.100.100'),
    ).toBe('')
    expect(type('pc1', 'curl -s http://baidu.com/', 2)).toContain('<h1>baidu</h1>')
    expect(type('pc2', 'curl -s -m 1 http://baidu.com/; echo $?', 3)).toBe('28\n')
  })

  test('sections 5 and 6: DNAT too, so that the outside reaches 192.168.0.2', () => {
    expect(
      type(
        'gateway',
        'iptables -t nat -A PREROUTING -d 100.100.100.100 -j DNAT --to-destination 192.168.0.2',
      ),
    ).toBe('')
    expect(type('baidu', 'curl -s http://100.100.100.100/', 2)).toContain('<h1>pc1</h1>')
    expect(type('pc1', 'curl -s http://baidu.com/', 2)).toContain('<h1>baidu</h1>')
  })

  test('iptables -nL -t nat, as iptables 1.8.9 lists it', () => {
    expect(type('gateway', 'iptables -nL -t nat')).toBe(
      [
        'Chain PREROUTING (policy ACCEPT)',
        'target     prot opt source               destination         ',
        'DNAT       0    --  0.0.0.0/0            100.100.100.100      to:192.168.0.2',
        '',
        'Chain INPUT (policy ACCEPT)',
        'target     prot opt source               destination         ',
        '',
        'Chain OUTPUT (policy ACCEPT)',
        'target     prot opt source               destination         ',
        '',
        'Chain POSTROUTING (policy ACCEPT)',
        'target     prot opt source               destination         ',
        'SNAT       0    --  192.168.0.2          0.0.0.0/0            to:100.100.100.100',
        '',
      ].join('\n'),
    )
  })

  test('sysctl -a | grep conntrack names the three important ones', () => {
    const text = type('gateway', 'sysctl -a | grep conntrack')
    for (const line of ['count = 4', 'max = 4096', 'buckets = 4096', 'tcp_timeout_time_wait = 120'])
      expect(text).toContain(`net.netfilter.nf_conntrack_${line}\n`)
    expect(type('gateway', 'sysctl net.netfilter.nf_conntrack_tcp_timeout_time_wait')).toBe(
      'net.netfilter.nf_conntrack_tcp_timeout_time_wait = 120\n',
    )
  })

  test('conntrack -L -o extended | head, and both awk pipelines', () => {
    type('gateway', 'conntrack -L -o extended | head')
    expect(out().split('\n')).toHaveLength(5)
    expect(out()).toMatch(
      /^ipv4 {5}2 tcp {6}6 \d+ TIME_WAIT src=192\.168\.0\.2 dst=123\.125\.115\.110 sport=\d+ dport=80 src=123\.125\.115\.110 dst=100\.100\.100\.100 sport=80 dport=\d+ \[ASSURED\] mark=0 use=1$/m,
    )
    type('gateway', 'conntrack -L -o extended | wc -l')
    expect(out()).toBe('4\n')
    type(
      'gateway',
      "conntrack -L -o extended | awk '/^.*tcp.*$/ {sum[$6]++} END {for(i in sum) print i, sum[i]}'",
    )
    expect(out().trim().split('\n').sort()).toEqual(['SYN_SENT 1', 'TIME_WAIT 3'])
    type(
      'gateway',
      `conntrack -L -o extended | awk '{print $7}' | cut -d "=" -f 2 | sort | uniq -c | sort -nr | head -n 10`,
    )
    expect(out()).toBe('      2 192.168.0.2\n      1 192.168.0.3\n      1 123.125.115.110\n')
  })

  test('nf_conntrack_max=5 and ten curls: drops, and the kernel says why', () => {
    type('gateway', 'sysctl -w net.netfilter.nf_conntrack_max=5')
    type('pc1', 'for i in $(seq 10); do curl -s -m 2 http://baidu.com/ > /dev/null || echo lost; done', 40)
    expect(out()).toBe('lost\n'.repeat(9))
    const drops = lab.kernel(lab.hostIndex('gateway')).net.drops
    expect(drops).toMatchObject([
      { reason: 'NETFILTER_DROP', where: 'nf_hook_slow', station: 'PRE_ROUTING.conntrack' },
    ])
    const log = type('gateway', 'dmesg | tail')
    expect(log).toMatch(/^\[ *\d+\.\d{6}\] nf_conntrack: nf_conntrack: table full, dropping packet$/m)
    expect(type('gateway', 'conntrack -S')).toContain(` drop=${drops[0]?.count} `)
  })
})
