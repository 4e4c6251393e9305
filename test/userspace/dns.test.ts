/** dig and dnsperf beside a dnsmasq behind NAT: what they print, in the form in which the real ones printed it. */
import { expect, test } from 'vitest'
import { bootLab } from '../../src/lab/lab.ts'
import { labs } from '../../src/lab/labs/index.ts'

const RUN = 'docker run --name dns -p 53:53/udp -itd andyshinn/dnsmasq'

function dns(): (host: string, line: string, seconds?: number) => string {
  const spec = labs['docker']
  if (!spec) throw new Error('no docker lab')
  const lab = bootLab(spec, 1)
  const type = (name: string, line: string, seconds = 10): string => {
    const host = lab.hostIndex(name)
    const job = lab.execCaptured(host, line)
    lab.runUntil(lab.state.now + seconds * 1e6)
    const result = lab.result(host, job)
    return result === 'running' ? 'running' : `${result.stdout}${result.stderr}rc=${result.status}`
  }
  expect(type('vm1', RUN)).toMatch(/^[0-9a-f]{64}\nrc=0$/)
  return type
}

/** What chance and the clock decide. */
const settled = (text: string): string =>
  text
    .replace(/ id: \d+/, ' id: N')
    .replace(/time: \d+ msec/, 'time: N msec')
    .replace(/WHEN: .*/, 'WHEN: T')

test('dig shows an answer in all its sections, or only what was asked for', () => {
  const type = dns()
  expect(settled(type('vm2', 'dig @192.168.0.30 vm1'))).toBe(`
; <<>> DiG 9.18.49-1~deb12u3-Debian <<>> @192.168.0.30 vm1
; (1 server found)
;; global options: +cmd
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: N
;; flags: qr aa rd ra; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 1

;; OPT PSEUDOSECTION:
; EDNS: version: 0, flags:; udp: 1232
;; QUESTION SECTION:
;vm1.				IN	A

;; ANSWER SECTION:
vm1.			0	IN	A	192.168.0.30

;; Query time: N msec
;; SERVER: 192.168.0.30#53(192.168.0.30) (UDP)
;; WHEN: T
;; MSG SIZE  rcvd: 48

rc=0`)
  expect(type('vm2', 'dig +noall +answer @192.168.0.30 vm1')).toBe('vm1.\t\t\t0\tIN\tA\t192.168.0.30\nrc=0')
  expect(type('vm2', 'dig +short @192.168.0.30 vm1')).toBe('192.168.0.30\nrc=0')
  expect(type('vm2', 'dig +short @192.168.0.30 nosuch')).toBe('rc=0')
})

test('what a server without a server of its own does not know it refuses', () => {
  const type = dns()
  expect(settled(type('vm2', 'dig @192.168.0.30 -t mx vm1'))).toBe(`
; <<>> DiG 9.18.49-1~deb12u3-Debian <<>> @192.168.0.30 -t mx vm1
; (1 server found)
;; global options: +cmd
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: REFUSED, id: N
;; flags: qr rd ra; QUERY: 1, ANSWER: 0, AUTHORITY: 0, ADDITIONAL: 1

;; OPT PSEUDOSECTION:
; EDNS: version: 0, flags:; udp: 1232
; EDE: 14 (Not Ready)
;; QUESTION SECTION:
;vm1.				IN	MX

;; Query time: N msec
;; SERVER: 192.168.0.30#53(192.168.0.30) (UDP)
;; WHEN: T
;; MSG SIZE  rcvd: 38

rc=0`)
})

test('dig says when nobody answers, and how', () => {
  const type = dns()
  expect(type('vm2', 'dig @192.168.0.30 -p 5353 vm1')).toBe(
    `${';; communications error to 192.168.0.30#5353: connection refused\n'.repeat(3)}
; <<>> DiG 9.18.49-1~deb12u3-Debian <<>> @192.168.0.30 -p 5353 vm1
; (1 server found)
;; global options: +cmd
;; no servers could be reached
rc=9`,
  )
  type('vm1', 'iptables -I FORWARD -p udp -j DROP')
  expect(type('vm2', 'dig +short +time=1 +tries=1 @192.168.0.30 vm1')).toBe(
    ';; communications error to 192.168.0.30#53: timed out\n;; no servers could be reached\nrc=9',
  )
  expect(type('vm2', 'dig @nosuchhost vm1')).toBe("dig: couldn't get address for 'nosuchhost': failure\nrc=1")
  expect(type('vm2', 'dig +foo vm1')).toMatch(/^Invalid option: \+foo\nUsage: {2}dig \[@global-server\]/)
})

/** A report without what is measured. */
const shape = (text: string): string => text.replace(/\d+\.\d{6}/g, '#').replace(/at: .*/, 'at: T')

test('dnsperf reports as the real one does', () => {
  const type = dns()
  type('vm2', "printf 'vm1 A\\nvm2 A\\nnosuch A\\n' > q.txt")
  expect(shape(type('vm2', 'dnsperf -s 192.168.0.30 -d q.txt -c 5 -n 10'))).toBe(`DNS Performance Testing Tool
Version 2.10.0

[Status] Command line: dnsperf -s 192.168.0.30 -d q.txt -c 5 -n 10
[Status] Sending queries (to 192.168.0.30:53)
[Status] Started at: T
[Status] Stopping after 10 runs through file
[Status] Testing complete (end of file)

Statistics:

  Queries sent:         30
  Queries completed:    30 (100.00%)
  Queries lost:         0 (0.00%)

  Response codes:       NOERROR 20 (66.67%), REFUSED 10 (33.33%)
  Average packet size:  request 22, response 32
  Run time (s):         #
  Queries per second:   #

  Average Latency (s):  # (min #, max #)
  Latency StdDev (s):   #

rc=0`)
})

test('what nobody answers is lost after its time, and the test waits for that', () => {
  const type = dns()
  type('vm2', "printf 'vm1 A\\nvm2 A\\nnosuch A\\n' > q.txt")
  type('vm1', 'iptables -I FORWARD -p udp -j DROP')
  const text = shape(type('vm2', 'dnsperf -s 192.168.0.30 -d q.txt -l 3 -t 2 -q 5'))
  expect(text).toContain(
    `[Status] Stopping after # seconds\n${Array.from({ length: 10 }, (_, i) => `[Timeout] Query timed out: msg id ${i}\n`).join('')}[Status] Testing complete (time limit)\n`,
  )
  expect(text).toContain(`  Queries sent:         10
  Queries completed:    0 (0.00%)
  Queries lost:         10 (100.00%)

  Response codes:       
  Average packet size:  request 21, response 0
`)
})

test('dnsperf knows its options, and says what is wrong with a file', () => {
  const type = dns()
  const BANNER = 'DNS Performance Testing Tool\nVersion 2.10.0\n\n'
  expect(type('vm2', 'dnsperf -d nosuch.txt')).toBe(`${BANNER}Error: unable to open file: nosuch.txt\nrc=1`)
  expect(type('vm2', 'dnsperf -c 0')).toContain('invalid clients: 0\nUsage: dnsperf [-f family]')
  expect(type('vm2', 'dnsperf -Z')).toContain("dnsperf: invalid option -- 'Z'\nUsage: ")
  expect(type('vm2', 'dnsperf foo')).toContain('unexpected argument foo\nUsage: ')
  expect(type('vm2', 'dnsperf -d /dev/null')).toContain('Error: input file contains no data\nrc=1')
  type('vm2', "printf 'vm1\\nvm1 ZZ\\nvm1 A\\n' > q.txt")
  const text = type('vm2', 'dnsperf -s 192.168.0.30 -d q.txt')
  expect(text).toContain('Warning: invalid query input format: vm1\nWarning: invalid qtype: ZZ\n')
  expect(text).toContain('  Queries completed:    1 (100.00%)\n')
  expect(type('vm2', 'echo "vm1 A" | dnsperf -s 192.168.0.30')).toContain('  Queries sent:         1\n')
  expect(type('vm2', '(ulimit -n 100; dnsperf -s 192.168.0.30 -d q.txt -c 200)')).toContain(
    'Error: socket: Too many open files\n',
  )
})

test('tcpdump reads the queries', () => {
  const type = dns()
  type('vm1', 'tcpdump -n -l -c 2 -i eth0 udp port 53 >/tmp/t 2>/dev/null &')
  type('vm2', 'dig +short @192.168.0.30 vm1')
  expect(type('vm1', 'cat /tmp/t')).toMatch(
    /\.53: \d+\+ \[1au\] A\? vm1\. \(44\)\n.* 192\.168\.0\.30\.53 > .*: \d+\* 1\/0\/1 .*\(48\)\n/,
  )
})
