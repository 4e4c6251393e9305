/** What a load does to a host, and what helps: floods, many sources, entries that nobody needs, a limit that is raised in time. */
import { expect, test } from 'vitest'
import { bootLab, type Lab } from '../../src/lab/lab.ts'
import { labs } from '../../src/lab/labs/index.ts'

/** The lab docker with nginx in it, and what its terminals have said since a line was typed last. */
function nginx(
  network: 'host' | 'nat',
  seed = 1,
): {
  lab: Lab
  vm1: number
  vm2: number
  said: () => string
  type: (host: number, line: string, seconds: number) => string
} {
  const spec = labs['docker']
  if (!spec) throw new Error('no docker lab')
  let text = ''
  const lab = bootLab(spec, seed, {
    event: () => undefined,
    output: (_host, _n, stream, chunk) => {
      if (stream !== 'prompt') text += chunk
    },
  })
  const [vm1, vm2] = [lab.hostIndex('vm1'), lab.hostIndex('vm2')]
  const type = (host: number, line: string, seconds: number): string => {
    text = ''
    lab.exec(host, line)
    lab.runUntil(lab.state.now + seconds * 1e6)
    return text
  }
  type(
    vm1,
    network === 'host'
      ? 'docker run --name nginx-hostnet --privileged --network=host -itd feisky/nginx:80'
      : 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat',
    2,
  )
  return { lab, vm1, vm2, said: () => text, type }
}

const done = (text: string): number => Number(/^Complete requests: +(\d+)$/m.exec(text)?.[1] ?? 0)

test('a flood of SYNs from everywhere fills the table with entries that nobody answers for; some make room for good clients', () => {
  // Of seed 1 somebody has no luck for half a minute.
  const { lab, vm1, vm2, type } = nginx('nat', 2)
  lab.exec(vm2, 'hping3 -S -p 8080 --flood --rand-source 192.168.0.30 &')
  lab.runUntil(lab.state.now + 500_000)
  const { net } = lab.kernel(vm1)
  expect(net.ctCount).toBe(1000)
  expect(net.ctStats.early_drop).toBeGreaterThan(100)
  expect(net.ctStats.drop).toBeGreaterThan(1000)
  // What is new comes in where its eight buckets hold a victim: about one time in five, so at the first to the sixth try.
  expect(done(type(vm2, 'ab -n 3 -c 3 -s 60 http://192.168.0.30:8080/', 10))).toBe(3)
  expect(type(vm1, 'conntrack -S', 1)).toMatch(/early_drop=[1-9]/)
}, 240_000)

test('without tracking, a load leaves no entries behind: what raw gives up, the host network does not need', () => {
  const { lab, vm1, vm2, type } = nginx('host')
  expect(type(vm1, 'iptables -t raw -A PREROUTING -p tcp --dport 80 -j CT --notrack', 1)).toBe('')
  expect(type(vm1, 'iptables -t raw -A OUTPUT -p tcp --sport 80 -j NOTRACK', 1)).toBe('')
  const { net } = lab.kernel(vm1)
  const before = net.ctCount
  expect(done(type(vm2, 'ab -c 100 -n 2000 -q http://192.168.0.30/', 3))).toBe(2000)
  expect(net.ctCount).toBe(before)
})

test('raising nf_conntrack_max while the load runs lets those in that have waited', () => {
  const { lab, vm1, vm2, type, said } = nginx('nat')
  type(vm2, 'ulimit -n 65536', 1)
  type(vm2, 'ab -c 3000 -n 6000 -r -s 30 -q http://192.168.0.30:8080/', 0.8)
  expect(lab.kernel(vm1).net.ctCount).toBe(1000)
  type(vm1, 'sysctl -w net.netfilter.nf_conntrack_max=131072', 10)
  expect(done(said())).toBe(6000)
}, 240_000)

test('with keep-alive a thousand requests need as many entries as there are connections', () => {
  const { lab, vm1, vm2, type } = nginx('nat')
  const before = lab.kernel(vm1).net.ctCount
  const text = type(vm2, 'ab -k -c 20 -n 1000 -q http://192.168.0.30:8080/', 3)
  expect(text).toMatch(/^Keep-Alive requests: {4}1000$/m)
  expect(lab.kernel(vm1).net.ctCount - before).toBe(20)
})

test('stateless NAT carries the same load without an entry, where max=1000 stops the other', () => {
  const { lab, vm1, vm2, type } = nginx('nat')
  for (const line of [
    'tc qdisc add dev eth0 clsact',
    'tc filter add dev eth0 ingress protocol ip u32 match ip dst 192.168.0.30/32 match ip protocol 6 0xff match ip dport 8080 0xffff action nat ingress 192.168.0.30/32 172.17.0.2',
    'tc filter add dev eth0 egress protocol ip u32 match ip src 172.17.0.2/32 action nat egress 172.17.0.2/32 192.168.0.30',
    'iptables -t raw -A PREROUTING -p tcp -m multiport --ports 8080 -j NOTRACK',
  ])
    expect(type(vm1, line, 0.1)).toBe('')
  const { net } = lab.kernel(vm1)
  const before = net.ctCount
  type(vm2, 'ulimit -n 65536', 0.1)
  const text = type(vm2, 'ab -c 3000 -n 6000 -r -s 2 -q http://192.168.0.30:8080/', 20)
  expect(done(text)).toBe(6000)
  expect(text).toContain('Failed requests:        0\n')
  expect(net.ctCount).toBe(before)
  expect(net.ctStats.drop).toBe(0)
  expect(type(vm1, 'tc -s filter show dev eth0 ingress', 1)).toMatch(/Sent \d{7} bytes \d{5} pkt/)
}, 240_000)

test('queries of UDP fill the table: each socket is a flow, for 30 s, and for 120 s once it has gone on for a while', () => {
  const { lab, vm1, vm2, type } = nginx('host')
  type(vm1, 'docker run --name dns -p 53:53/udp -itd andyshinn/dnsmasq', 1)
  type(vm2, 'printf "vm1 A\\nvm2 A\\n" > q.txt', 0.1)
  const { net } = lab.kernel(vm1)
  // A question by dig is a flow of its own.
  type(vm2, 'for i in $(seq 50); do dig +short @192.168.0.30 vm1; done', 1)
  expect(net.ctCount).toBe(50)
  type(vm1, 'true', 30)
  expect(type(vm1, 'conntrack -L 2>/dev/null', 0.1)).toBe('')
  // 256 sockets for each thread at most.
  type(vm2, 'dnsperf -s 192.168.0.30 -d q.txt -c 1000 -T 2 -l 4 -Q 1000', 6)
  expect(net.ctCount).toBe(512)
  expect(type(vm1, 'conntrack -L 2>/dev/null | grep -c "udp *17 11[0-9].*ASSURED"', 0.1)).toBe('512\n')
  const before = net.ctStats.drop
  type(vm1, 'conntrack -F; sysctl -w net.netfilter.nf_conntrack_max=300', 0.1)
  const text = type(vm2, 'dnsperf -s 192.168.0.30 -d q.txt -c 1000 -T 2 -l 6 -Q 1000 -t 1', 10)
  expect(net.ctStats.drop - before).toBeGreaterThan(100)
  expect(Number(/Queries lost: +(\d+)/.exec(text)?.[1])).toBeGreaterThan(100)
  expect(type(vm1, 'dmesg | tail', 0.1)).toContain('table full, dropping packet')
}, 240_000)
