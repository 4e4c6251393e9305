import { spawnSync } from 'node:child_process'
import { expect, test, vi } from 'vitest'
import { LAB_NAMES } from '../../../src/lab/labs/index.ts'
import { mayRun } from '../../../src/lab/prove/allowed.ts'
import type { Proof } from '../../../src/lab/prove/script.ts'
import { PATIENCE } from '../../properties/runs.ts'
import { page } from '../take/page.ts'
import { COMMANDS } from './labs.ts'

vi.setConfig({ testTimeout: PATIENCE })

test.each(LAB_NAMES)(
  'the script of %s is one that bash reads, with the tables that the lab prints',
  (lab) => {
    const p = page()
    p.ask({ type: 'open', lab, seed: 1 })
    for (const [host, line] of COMMANDS[lab]?.[0] ?? []) p.type(host, line)
    const { script, left } = p.use('prove', null) as Proof
    expect(left).toEqual([])
    expect(spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' }).stderr).toBe('')
    for (const h of p.session.spec?.hosts ?? []) expect(script).toContain(`\nhost ${h.name}\n`)
    const expected = /<<'END_OF_TABLES'\n([^]*)END_OF_TABLES\n/.exec(script)?.[1] ?? ''
    expect(expected).toContain('COMMIT')
    expect(expected).not.toMatch(/\[\d+:\d+\]/)
  },
)

test('every ready lab has something to be proved', () => {
  for (const lab of LAB_NAMES) expect(Object.keys(COMMANDS)).toContain(lab)
})

test('what does not belong on a real machine is left out, here and there', () => {
  const p = page()
  p.ask({ type: 'open', lab: 'gateway', seed: 1 })
  p.type('gateway', 'sysctl -w net.netfilter.nf_conntrack_max=5')
  p.type('gateway', 'echo 1 > /etc/hosts')
  p.type('gateway', 'sysctl -p')
  const { script, left } = p.use('prove', null) as Proof
  expect(left.map((l) => l.line)).toEqual([
    'sysctl -w net.netfilter.nf_conntrack_max=5',
    'echo 1 > /etc/hosts',
  ])
  expect(script).toContain(`on gateway 'sysctl -p '"$W/gateway/etc/sysctl.conf"`)
})

test.each([
  'iptables -A FORWARD ! -i eth0 -j DROP',
  'for i in $(seq 10); do curl -s http://baidu.com/ >/dev/null; done',
  'sysctl -w net.ipv4.ip_forward=1 2>/dev/null; ping -c 1 10.0.0.1 || echo no',
  'conntrack -L | grep tcp | wc -l',
  'echo 1 > /proc/sys/net/ipv4/ip_forward',
  'for p in $(seq 200); do echo x | nc -u -w 0 10.0.0.1 $p; done',
  'sysctl -w net.ipv4.ip_local_port_range="1024 2000" net/ipv4/ip_forward=1',
  'curl -sf -m 4 -o /dev/null http://baidu.com/ 2>&1 | sort -rn -k 2',
  'iptables -A INPUT -m statistic --mode random --probability 0.5 -j DROP',
  'ip -4 -br addr; ip n; ip route replace default via 10.0.0.1',
  'ipset create bad hash:ip timeout 60; ipset add bad 1.2.3.4; ipset save bad | uniq -c',
  'ipset restore -file /etc/ipset.conf',
])('may run: %s', (line) => {
  expect(mayRun(line)).toBe(true)
})

test.each([
  'rm -rf /',
  'docker rm -f nginx',
  'echo x > /etc/passwd',
  'echo x >/root/.bashrc',
  'echo $(rm -rf /)',
  'echo `rm x`',
  'true; reboot',
  'true && shutdown now',
  'true | sh',
  'for i in 1 2; do rm x; done',
  'eval "rm x"',
  'A=1 rm x',
  'ip netns exec other rm x',
  'ip -b /tmp/x',
  'curl -o /etc/passwd http://x/',
  'tcpdump -w /etc/x -c 1',
  'sed -i s/a/b/ /etc/passwd',
  "sed 'w /etc/x' /dev/null",
  'awk \'BEGIN { system("rm x") }\'',
  'awk \'BEGIN { print 1 > "/etc/x" }\'',
  'nc -e /bin/sh 1.2.3.4 5',
  'cat <<X',
  'cat >> /etc/hosts',
  '$X -rf /',
  '"rm" x',
  'r\\m x',
  '>/dev/null rm x',
  '2>&1 rm x',
  'if true; then rm x; fi',
  '! rm x',
  "echo 'a' 'b; rm x'",
  'echo x 21>/etc/x',
  'echo a->/etc/x',
  'echo x 1<>/etc/x',
  'echo x >& /etc/x',
  'echo 1 > /proc/sys/net/../kernel/panic',
  'sort -o /etc/x /dev/null',
  'sort -ro /etc/x /dev/null',
  'sort "-"o /etc/x /dev/null',
  'sort --compress-program=rm x',
  'sort 2>&1 -o /etc/x',
  'for i in -o; do sort $i /etc/x; done',
  'for i in $(echo -o); do sort $i /etc/x; done',
  'for i in $(seq -f -o 1); do sort $i /etc/x; done',
  'echo -o; sort $_ /etc/x',
  'sort $(echo -o) /etc/x',
  'uniq /dev/null /etc/x',
  'curl -so /etc/x http://x/',
  'curl -sc /etc/x http://x/',
  'curl --trace /etc/x http://x/',
  'curl FILE:///etc/shadow',
  'tcpdump -nw /etc/x',
  'nc -le /bin/sh 1',
  'ss -tD /etc/x',
  'iptables -M /bin/sh -L',
  'iptables --modp=/bin/sh -L',
  'iptables-save -f /etc/x',
  'ip -ba /tmp/x',
  'ip vrf exec a rm x',
  'ip netn exec other rm x',
  'NSTAT_HISTORY=/etc/x nstat',
  'sysctl -w kernel.panic=1',
  'sysctl -w net/../kernel/panic=1',
  'echo kernel.panic=1 | sysctl -p -',
  'sysctl -p /etc/sysctl.conf',
  'ipset save -file /etc/x',
  'ipset -f restore save',
  'sed -ni p /etc/x',
])('stays out: %s', (line) => {
  expect(mayRun(line)).toBe(false)
})

test('a file of settings may be read where it is the lab’s own and has the network’s settings only', () => {
  const file = (text: string) => ({ '/etc/sysctl.conf': text })
  expect(mayRun('sysctl -p', file('# remark\nnet.ipv4.ip_forward = 1\n'))).toBe(true)
  expect(mayRun('sysctl -q -p /etc/sysctl.conf', file('net.ipv4.ip_forward=1'))).toBe(true)
  expect(mayRun('sysctl -p', file('kernel.core_pattern = |/bin/sh'))).toBe(false)
  expect(mayRun('sysctl -p', file('net/../kernel/panic = 1'))).toBe(false)
})
