/** Each ready lab begins with its question, and has an answer. */
import { expect, test, vi } from 'vitest'
import '../../src/lab/lab.ts'
import { bootLab } from '../../src/lab/boot.ts'
import { LAB_NAMES, labs } from '../../src/lab/labs/index.ts'
import { PATIENCE } from '../properties/runs.ts'

vi.setConfig({ testTimeout: PATIENCE })

/** A lab in which lines are run to their ends: their exit status, or what they print. */
function open(name: string, seed = 1) {
  const spec = labs[name]
  if (!spec) throw new Error(`no lab ${name}`)
  const lab = bootLab(spec, seed)
  const run = (host: string, line: string) => {
    const index = lab.hostIndex(host)
    const job = lab.execCaptured(index, line)
    for (let n = 0; n < 200_000; n++) {
      const result = lab.result(index, job)
      if (result !== 'running') return result
      lab.step()
    }
    throw new Error(`${line} does not end`)
  }
  return {
    status: (host: string, line: string) => run(host, line).status,
    says: (host: string, line: string) => run(host, line).stdout,
  }
}

test('every lab boots, and what it types at boot is understood', () => {
  for (const name of LAB_NAMES) {
    const spec = labs[name]
    const { says } = open(name)
    for (const h of spec?.hosts ?? []) expect(says(h.name, 'hostname')).toBe(`${h.name}\n`)
    const boot = (spec?.hosts ?? []).flatMap((h) => (h.init ?? []).map((line) => ({ on: h.name, line })))
    const bare = spec && { ...spec, hosts: spec.hosts.map((h) => ({ ...h, init: [] })) }
    if (!bare) continue
    const lab = bootLab(bare, 1)
    for (const { on, line } of boot) {
      const result = lab.result(lab.hostIndex(on), lab.execCaptured(lab.hostIndex(on), line))
      expect(result, `${name}: ${on}# ${line}`).toMatchObject({ status: 0, stderr: '' })
    }
  }
})

test('static: each host is called by its own address, and leaves as it', () => {
  const { status, says } = open('static')
  expect(says('baidu', 'curl -s http://100.100.101.3/')).toContain('<h1>mail</h1>')
  expect(status('pc', 'curl -s http://baidu.com/')).toBe(0)
  expect(says('gateway', 'conntrack -L -s 192.168.0.4')).toContain('dst=100.100.101.4')
})

test('pool: six flows find four ports, and two of them are missing', () => {
  const { says } = open('pool')
  says('gateway', 'iptables -t nat -F')
  says(
    'gateway',
    'iptables -t nat -A POSTROUTING -o eth1 -p udp -j SNAT --to-source 100.100.101.1:40000-40003',
  )
  says('pc1', 'for i in 1 2 3 4 5 6; do echo $i | nc -u -w 1 -p 500$i baidu.com 5000; done')
  expect(says('gateway', 'conntrack -S')).toContain('insert_failed=2 drop=2')
})

test('twice: two networks of the same addresses reach each other both ways', () => {
  const { says } = open('twice')
  expect(says('left', 'curl -s http://right.example/')).toContain('<h1>right</h1>')
  expect(says('right', 'curl -s http://left.example/')).toContain('<h1>left</h1>')
})

test('hairpin: from outside it works, from inside with a second rule only', () => {
  const { status } = open('hairpin')
  const shop = 'curl -s -m 2 http://100.100.100.100/'
  expect(['baidu', 'pc', 'web'].map((host) => status(host, shop))).toEqual([0, 28, 28])
  status(
    'gateway',
    'iptables -t nat -A POSTROUTING -s 192.168.0.0/24 -d 192.168.0.2 -p tcp --dport 80 -j MASQUERADE',
  )
  expect(['pc', 'web'].map((host) => status(host, shop))).toEqual([0, 0])
})

test('uplinks: the answer leaves by the wrong door until the conversation remembers its own', () => {
  const { status, says } = open('uplinks')
  const call = 'curl -s -m 2 http://200.200.200.100/'
  expect(status('baidu', 'curl -s -m 2 http://100.100.100.100/')).toBe(0)
  expect(status('baidu', call)).toBe(28)
  expect(says('baidu', 'nstat -az TcpExtIPReversePathFilter')).toMatch(/IPReversePathFilter +[1-9]/)
  status(
    'gateway',
    'iptables -t mangle -A PREROUTING -i eth2 -m conntrack --ctstate NEW -j CONNMARK --set-mark 2',
  )
  status('gateway', 'iptables -t mangle -A PREROUTING -i eth0 -j CONNMARK --restore-mark')
  status('gateway', 'ip route add default via 200.200.200.1 table 2')
  status('gateway', 'ip rule add fwmark 2 lookup 2')
  expect(status('baidu', call)).toBe(0)
})

test('half: INVALID drops the conversation of which it has seen one half', () => {
  const { status, says } = open('half')
  expect(status('pc', 'curl -s -m 3 http://server/')).toBe(28)
  expect(says('out', 'conntrack -S')).toMatch(/invalid=[1-9]/)
  status('server', 'ip route replace 192.168.0.0/24 via 10.0.1.1')
  expect(status('pc', 'curl -s -m 3 http://server/')).toBe(0)
})

test('dmz: INPUT closes nothing that is forwarded; the original port does', () => {
  const { status } = open('dmz')
  const shop = 'curl -s -m 2 http://100.100.100.100/'
  expect(status('web', 'ping -c 1 -W 1 pc')).toBe(1)
  status('firewall', 'iptables -I INPUT -p tcp --dport 80 -j DROP')
  expect(status('baidu', shop)).toBe(0)
  status(
    'firewall',
    'iptables -I FORWARD -i eth1 -p tcp -m conntrack --ctorigdstport 80 --ctdir ORIGINAL -j DROP',
  )
  expect(status('baidu', shop)).toBe(28)
  expect(status('pc', 'curl -s -m 2 http://web/')).toBe(0)
})

test('service: every pod is drawn, a pod on the same bridge is reached, and a service without pods refuses', () => {
  const { status, says } = open('service')
  const drawn = says('client', 'for i in $(seq 12); do curl -s http://web.default/ | grep h1; done')
  for (const pod of ['pod1', 'pod2', 'pod3']) expect(drawn).toContain(pod)
  expect(says('pod1', 'curl -s http://api.default/')).toContain('<h1>pod3</h1>')
  expect(status('client', 'curl -s http://dead.default/')).toBe(7)
})

test('clients: one box speaks as many, and answers come back to it', () => {
  const { says } = open('clients')
  const talked = says('crowd', 'for i in 1 2 3; do nc -z -w 2 -s 10.1.$i.9 baidu.com 80 && echo $i; done')
  expect(talked).toBe('1\n2\n3\n')
  expect(says('gateway', 'conntrack -L')).toMatch(/src=10\.1\.3\.9 .*dst=100\.100\.100\.100/)
})
