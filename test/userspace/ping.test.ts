import { expect, test } from 'vitest'
import { bootLab, Lab } from '../../src/lab/lab.ts'
import { gateway } from '../../src/lab/labs/gateway.ts'

const MINUTE = 60_000_000

/** Run a line to its end and return what it printed, and its status on a last line. */
function run(lab: Lab, host: string, line: string): string {
  const at = lab.hostIndex(host)
  const job = lab.execCaptured(at, line)
  for (let result = lab.result(at, job); ; result = lab.result(at, job)) {
    if (result !== 'running') return `${result.stdout}${result.stderr}rc=${result.status}`
    if (!lab.step()) throw new Error(`waits for ever: ${line}`)
  }
}

function newLab(...commands: string[]): Lab {
  const lab = bootLab(gateway, 1)
  for (const line of commands) run(lab, 'gateway', line)
  return lab
}

const FORWARD = [
  'sysctl -w net.ipv4.ip_forward=1',
  'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j MASQUERADE',
]

/** What the real ping prints, with its times taken out. */
const shape = (text: string): string => text.replace(/\d+\.\d{3}/g, 'N').replace(/time \d+ms/, 'time Nms')

test('a ping through the masquerading gateway is answered, and names its peer', () => {
  expect(run(newLab(...FORWARD), 'pc1', 'ping -c 2 baidu.com')).toBe(
    `PING baidu.com (123.125.115.110) 56(84) bytes of data.
64 bytes from baidu.com (123.125.115.110): icmp_seq=1 ttl=63 time=31.0 ms
64 bytes from baidu.com (123.125.115.110): icmp_seq=2 ttl=63 time=31.0 ms

--- baidu.com ping statistics ---
2 packets transmitted, 2 received, 0% packet loss, time 1000ms
rtt min/avg/max/mdev = 31.000/31.000/31.000/0.000 ms
rc=0`,
  )
})

test('a destination given as an address, or -n, is printed without names', () => {
  const lab = newLab(...FORWARD)
  expect(run(lab, 'pc1', 'ping -c 1 123.125.115.110')).toContain('64 bytes from 123.125.115.110: icmp_seq=1 ')
  expect(run(lab, 'pc1', 'ping -n -c 1 baidu.com')).toContain('64 bytes from 123.125.115.110: icmp_seq=1 ')
})

test('without forwarding nothing comes back: all is lost after the time that -W gives, status 1', () => {
  const lab = newLab()
  expect(run(lab, 'pc1', 'ping -c 3 -W 1 123.125.115.110')).toBe(
    `PING 123.125.115.110 (123.125.115.110) 56(84) bytes of data.

--- 123.125.115.110 ping statistics ---
3 packets transmitted, 0 received, 100% packet loss, time 2000ms

rc=1`,
  )
  expect(lab.state.now).toBe(3_000_000)
})

test('the statistics have the form that the real ping gave on a veth pair', () => {
  const recorded = `PING 192.168.0.1 (192.168.0.1) 56(84) bytes of data.
64 bytes from 192.168.0.1: icmp_seq=1 ttl=64 time=0.216 ms
64 bytes from 192.168.0.1: icmp_seq=2 ttl=64 time=0.054 ms

--- 192.168.0.1 ping statistics ---
2 packets transmitted, 2 received, 0% packet loss, time 332ms
rtt min/avg/max/mdev = 0.054/0.135/0.216/0.081 ms
rc=0`
  const ours = run(newLab(), 'pc1', 'ping -c2 -i 0.3 192.168.0.1')
  expect(shape(ours).replaceAll('time=1.00 ms', 'time=N ms')).toBe(shape(recorded))
})

test('a TTL that ends at the gateway is told of by the gateway', () => {
  expect(run(newLab(...FORWARD), 'pc1', 'ping -c 2 -t 1 123.125.115.110')).toBe(
    `PING 123.125.115.110 (123.125.115.110) 56(84) bytes of data.
From 192.168.0.1 icmp_seq=1 Time to live exceeded
From 192.168.0.1 icmp_seq=2 Time to live exceeded

--- 123.125.115.110 ping statistics ---
2 packets transmitted, 0 received, +2 errors, 100% packet loss, time 1000ms

rc=1`,
  )
})

test('what REJECT answers is printed in words', () => {
  const lab = newLab(...FORWARD)
  const said = (type: string): string => {
    run(lab, 'gateway', `iptables -F; iptables -A FORWARD -j REJECT --reject-with ${type}`)
    return /icmp_seq=1 (.*)/.exec(run(lab, 'pc1', 'ping -c1 123.125.115.110'))?.[1] ?? ''
  }
  expect(said('icmp-net-unreachable')).toBe('Destination Net Unreachable')
  expect(said('icmp-host-unreachable')).toBe('Destination Host Unreachable')
  expect(said('icmp-port-unreachable')).toBe('Destination Port Unreachable')
  expect(said('icmp-net-prohibited')).toBe('Destination Net Prohibited')
  expect(said('icmp-admin-prohibited')).toBe('Packet filtered')
})

test('a probe that OUTPUT drops leaves no word, as with the real one of Debian 12', () => {
  expect(run(newLab(), 'pc1', 'iptables -P OUTPUT DROP; ping -c2 -W1 192.168.0.1')).toBe(
    `PING 192.168.0.1 (192.168.0.1) 56(84) bytes of data.

--- 192.168.0.1 ping statistics ---
2 packets transmitted, 0 received, 100% packet loss, time 1000ms

rc=1`,
  )
})

test('a probe that OUTPUT rejects gives the ICMP error and then the error of sendmsg', () => {
  const line = 'iptables -A OUTPUT -p icmp --icmp-type 8 -j REJECT; ping -c1 192.168.0.1'
  const text = run(newLab(), 'pc1', line)
  expect(text).toContain('From 192.168.0.2 icmp_seq=1 Destination Port Unreachable\n')
  expect(text).toContain('1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms\n')
  expect(text).toContain('ping: sendmsg: Operation not permitted\n')
})

test('where no route leads, connect says so', () => {
  const lab = newLab()
  const routes = 'ip route del default; ip route add unreachable 9.9.9.7; ip route add blackhole 9.9.9.8'
  run(lab, 'pc1', `${routes}; ip route add prohibit 9.9.9.9`)
  expect(run(lab, 'pc1', 'ping 8.8.8.8')).toBe('ping: connect: Network is unreachable\nrc=2')
  expect(run(lab, 'pc1', 'ping 9.9.9.7')).toBe('ping: connect: No route to host\nrc=2')
  expect(run(lab, 'pc1', 'ping 9.9.9.8')).toBe('ping: connect: Invalid argument\nrc=2')
  const broadcast =
    'ping: Do you want to ping broadcast? Then -b. If not, check your local firewall rules\nrc=2'
  expect(run(lab, 'pc1', 'ping 9.9.9.9')).toBe(broadcast)
  expect(run(lab, 'pc1', 'ping 192.168.0.255')).toBe(broadcast)
})

test('-w ends at its time and fails when fewer than -c came back', () => {
  const lab = newLab()
  const text = run(lab, 'pc1', 'ping -w 2 -c 5 -q 192.168.0.1')
  expect(text).toContain('2 packets transmitted, 2 received, 0% packet loss, time 1000ms')
  expect(text).toMatch(/rc=1$/)
  expect(run(lab, 'pc1', 'ping -w 2 -q 192.168.0.1')).toMatch(/rc=0$/)
})

test('without -c it goes on until Ctrl-C, which prints the statistics', () => {
  let shown = ''
  const lab = bootLab(gateway, 1, {
    event: () => undefined,
    output: (_host, _n, stream, text) => {
      if (stream === 'stdout') shown += text
    },
  })
  const pc1 = lab.hostIndex('pc1')
  lab.exec(pc1, 'ping 192.168.0.1')
  lab.runUntil(MINUTE + 500_000)
  expect(lab.quiet).toBe(false)
  lab.interrupt(pc1)
  expect(shown).toContain('61 packets transmitted, 61 received, 0% packet loss, time 60000ms')
  expect(lab.kernel(pc1).net.socks.filter((s) => s?.proto === 'icmp')).toEqual([])
  lab.exec(pc1, 'echo $?')
  expect(shown).toMatch(/\n0\n$/)
})

test('a lab with a ping on its way can be copied, and both go on alike', () => {
  const lab = newLab()
  const pc1 = lab.hostIndex('pc1')
  const job = lab.execCaptured(pc1, 'ping -c 3 192.168.0.1')
  lab.runUntil(1_500_000)
  const copy = new Lab(structuredClone(lab.state))
  lab.runUntil(MINUTE)
  copy.runUntil(MINUTE)
  const result = lab.result(pc1, job)
  expect(result).toMatchObject({ status: 0 })
  expect(copy.result(pc1, job)).toEqual(result)
})

test('it ends when nobody reads its output any more', () => {
  const text = run(newLab(), 'pc1', 'ping 192.168.0.1 | head -n 2')
  expect(text).toMatch(/^PING .*\n64 bytes .*\nrc=0$/)
})

test('sizes: no time below 16 bytes, and what does not fit into a packet is refused', () => {
  const lab = newLab()
  expect(run(lab, 'pc1', 'ping -c1 -s 8 127.0.0.1')).toBe(
    `PING 127.0.0.1 (127.0.0.1) 8(36) bytes of data.
16 bytes from 127.0.0.1: icmp_seq=1 ttl=64

--- 127.0.0.1 ping statistics ---
1 packets transmitted, 1 received, 0% packet loss, time 0ms

rc=0`,
  )
  expect(run(lab, 'pc1', 'ping -c1 -s 65508 127.0.0.1')).toContain(
    'ping: local error: message too long, mtu=65535\n',
  )
  expect(run(lab, 'pc1', 'ping -c1 -s 1473 192.168.0.1')).toContain('1481 bytes from 192.168.0.1: ')
  expect(run(lab, 'pc1', 'ping -c1 -s 1473 -M do 192.168.0.1')).toContain('message too long, mtu=1500\n')
})

test('-I takes an address of the host or a device', () => {
  const lab = newLab()
  expect(run(lab, 'pc1', 'ping -c1 -I eth0 192.168.0.1')).toContain(' from 192.168.0.2 eth0: 56(84) bytes')
  expect(run(lab, 'pc1', 'ping -c1 -I 192.168.0.2 192.168.0.1')).toContain(' from 192.168.0.2 : 56(84) bytes')
  expect(run(lab, 'pc1', 'ping -c1 -I nodev 192.168.0.1')).toBe(
    'ping: SO_BINDTODEVICE nodev: No such device\nrc=2',
  )
  expect(run(lab, 'pc1', 'ping -c1 -I 1.2.3.4 192.168.0.1')).toBe(
    'ping: bind: Cannot assign requested address\nrc=2',
  )
})

test('echo requests have DF, the id of the socket, and the mark that -m gives', () => {
  const lab = newLab()
  const out = run(lab, 'pc1', 'ping -c1 -v -e 77 -m 5 192.168.0.1')
  expect(out).toContain('64 bytes from 192.168.0.1: icmp_seq=1 ident=77 ttl=64 time=1.00 ms\n')
  run(lab, 'pc1', 'iptables -A OUTPUT -m mark --mark 5')
  run(lab, 'pc1', 'ping -c1 -m 5 192.168.0.1')
  expect(run(lab, 'pc1', 'iptables -vnL OUTPUT')).toMatch(/^ +1 +84 +0 +-- .*mark match 0x5/m)
})

test.each([
  ['ping', 'ping: usage error: Destination address required\nrc=1'],
  ['ping nosuch', 'ping: nosuch: Name or service not known\nrc=2'],
  ["ping ''", 'ping: : Name or service not known\nrc=2'],
  ['ping -c x pc2', "ping: invalid argument: 'x'\nrc=1"],
  ['ping -c 0 pc2', "ping: invalid argument: '0': out of range: 1 <= value <= 9223372036854775807\nrc=1"],
  [
    'ping -c 99999999999999999999 pc2',
    "ping: invalid argument: '99999999999999999999': Numerical result out of range\nrc=1",
  ],
  ['ping -t 300 pc2', "ping: invalid argument: '300': out of range: 0 <= value <= 255\nrc=1"],
  ['ping -t 0 pc2', 'ping: cannot set unicast time-to-live: Invalid argument\nrc=2'],
  ['ping -W -1 pc2', 'ping: bad linger time: -1\nrc=2'],
  ['ping -i 9999999 pc2', 'ping: bad timing interval: 9999999\nrc=2'],
  ['ping pc3 pc2', 'ping: source routes are not modelled in this lab\nrc=2'],
  ['ping -6 pc2', 'ping: pc2: Address family for hostname not supported\nrc=2'],
])('%s', (line, said) => {
  expect(run(newLab(), 'pc1', line)).toBe(said)
})

test('an option that ping does not know is followed by its usage', () => {
  const lab = newLab()
  expect(run(lab, 'pc1', 'ping -z')).toMatch(/^ping: invalid option -- 'z'\n\nUsage\n {2}ping \[options\]/)
  expect(run(lab, 'pc1', 'ping --help')).toMatch(/^ping: invalid option -- '-'\n\nUsage\n[^]*rc=2$/)
  expect(run(lab, 'pc1', 'ping -c')).toMatch(/^ping: option requires an argument -- 'c'\n\nUsage/)
})
