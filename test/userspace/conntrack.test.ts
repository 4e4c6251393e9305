import { expect, test } from 'vitest'
import { bootLab, type Lab } from '../../src/lab/lab.ts'
import { gateway } from '../../src/lab/labs/gateway.ts'
import { programs } from '../../src/userspace/index.ts'

interface Bench {
  lab: Lab
  /** What a terminal has shown since it was asked last. */
  shown(host: string): string
  type(host: string, line: string): void
  run(seconds: number): void
}

/** The gateway lab with a masquerading gateway, and its terminals. */
function bench(...boot: string[]): Bench {
  const texts = new Map<string, string>()
  const lab = bootLab(gateway, 3, {
    event: () => undefined,
    output: (host, _n, stream, text) => {
      if (stream !== 'prompt') texts.set(host, (texts.get(host) ?? '') + text)
    },
  })
  const made: Bench = {
    lab,
    shown: (host) => {
      const text = texts.get(host) ?? ''
      texts.delete(host)
      return text
    },
    type: (host, line) => {
      lab.exec(lab.hostIndex(host), line)
    },
    run: (seconds) => {
      lab.runUntil(lab.state.now + seconds * 1e6)
    },
  }
  for (const line of [
    'sysctl -qw net.ipv4.ip_forward=1',
    'iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE',
  ])
    made.type('gateway', line)
  for (const line of boot) made.type('gateway', line)
  made.shown('gateway')
  return made
}

/** The type of each event, its state and its flags. */
function outline(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => /^ *\[/.test(line))
    .map((line) => {
      const [, type] = /\[(\w+)\]/.exec(line) ?? []
      const state = /[A-Z_]{4,} (?=src)/.exec(line)?.[0] ?? ''
      const flags = line.match(/\[(UNREPLIED|ASSURED|USERSPACE)\]/g) ?? []
      return [type, state.trim(), ...flags].filter((word) => word !== '').join(' ')
    })
}

test('conntrack -E prints NEW, UPDATE, UPDATE for a handshake, and what ends the connection', () => {
  const b = bench('conntrack -E')
  b.type('pc1', 'curl -s -o /dev/null http://baidu.com/')
  b.run(1)
  const events = outline(b.shown('gateway'))
  expect(events.slice(0, 4)).toEqual([
    'NEW SYN_SENT [UNREPLIED]',
    'UPDATE SYN_RECV',
    'UPDATE ESTABLISHED [ASSURED]',
    'UPDATE FIN_WAIT [ASSURED]',
  ])
  expect(events.slice(-2)).toEqual(['UPDATE LAST_ACK [ASSURED]', 'UPDATE TIME_WAIT [ASSURED]'])
})

test('its lines have the whole timeout and no mark, no use', () => {
  const b = bench('conntrack -E -o extended')
  b.type('pc1', 'ping -c 1 baidu.com')
  b.run(1)
  const text = b.shown('gateway').replace(/\bid=\d+/g, 'id=N')
  const flow = 'src=192.168.0.2 dst=123.125.115.110 type=8 code=0 id=N'
  const back = 'src=123.125.115.110 dst=100.100.100.100 type=0 code=0 id=N'
  expect(text).toBe(
    `    [NEW] ipv4     2 icmp     1 30 ${flow} [UNREPLIED] ${back}\n` +
      ` [UPDATE] ipv4     2 icmp     1 30 ${flow} ${back}\n`,
  )
})

test('Ctrl-C ends it with the number of events, and nobody listens any more', () => {
  const b = bench('conntrack -E -e NEW')
  b.type('pc1', 'curl -s -o /dev/null http://baidu.com/')
  b.run(1)
  const at = b.lab.hostIndex('gateway')
  expect(b.lab.kernel(at).net.ctListeners).toBe(1)
  b.shown('gateway')
  b.lab.interrupt(at)
  expect(b.shown('gateway')).toContain('conntrack v1.4.7 (conntrack-tools): 1 flow events have been shown.\n')
  expect(b.lab.kernel(at).net.ctListeners).toBe(0)
})

test('a listener that is killed listens no more', () => {
  const b = bench('conntrack -E &', 'kill %1')
  expect(b.lab.kernel(b.lab.hostIndex('gateway')).net.ctListeners).toBe(0)
})

test('a filter chooses events, too', () => {
  const b = bench('conntrack -E -p tcp -e NEW,DESTROY')
  b.type('pc1', 'ping -c 1 baidu.com; curl -s http://baidu.com:81/')
  b.run(2)
  expect(outline(b.shown('gateway'))).toEqual(['NEW SYN_SENT [UNREPLIED]', 'DESTROY CLOSE [UNREPLIED]'])
})

test('a connection that began before anybody listened has no events', () => {
  const b = bench()
  b.type('pc1', 'ping -c 3 baidu.com')
  b.run(0.5)
  b.type('gateway', 'conntrack -E')
  b.run(5)
  expect(b.shown('gateway')).toBe('')
})

test('what a program deletes is told with the port of the program', () => {
  const b = bench('conntrack -E -e DESTROY -o timestamp &')
  b.type('pc1', 'ping -c 1 baidu.com')
  b.run(1)
  b.shown('gateway')
  b.type('gateway', 'conntrack -F')
  expect(b.shown('gateway')).toMatch(
    /^\[1795392001\.\d{6}\]\t\[DESTROY\] icmp {5}1 29 src=.* id=\d+ \[USERSPACE\] portid=\d+$/m,
  )
})

test('conntrack -E | head ends when head has seen enough', () => {
  const b = bench('conntrack -E | head -n 2')
  b.type('pc1', 'curl -s -o /dev/null http://baidu.com/')
  b.run(1)
  expect(outline(b.shown('gateway'))).toEqual(['NEW SYN_SENT [UNREPLIED]', 'UPDATE SYN_RECV'])
  expect(b.lab.kernel(b.lab.hostIndex('gateway')).net.ctListeners).toBe(0)
})

test('a link that goes down takes its routes and its masqueraded connections along', () => {
  const b = bench()
  b.type('pc1', 'ping -c 1 baidu.com')
  b.run(1)
  b.type('gateway', 'conntrack -C; ip link set eth1 down; conntrack -C; ip route')
  expect(b.shown('gateway')).toBe('1\n0\n192.168.0.0/24 dev eth0 proto kernel scope link src 192.168.0.1 \n')
})

test('an address that goes takes the connections along that were masqueraded with it', () => {
  const b = bench()
  b.type('pc1', 'ping -c 1 baidu.com')
  b.run(1)
  b.type(
    'gateway',
    'ip addr add 100.100.100.101/32 dev eth1; ip addr del 100.100.100.100/24 dev eth1; conntrack -C',
  )
  expect(b.shown('gateway')).toBe('0\n')
})

test('every program has a name of its own, a usage and no trailing blanks in it', () => {
  const names = [...programs.values()].map((program) => program.name)
  expect(new Set(names).size).toBe(names.length)
  for (const [name, program] of programs) {
    expect(program.name).toBe(name)
    expect(program.usage.trim()).toBe(program.usage)
    expect(program.usage).not.toBe('')
  }
})

/** Words that mean something to one of the programs, and some that do not. */
const WORDS =
  'ip addr address a link l route r neigh show add del set get flush replace change dev eth0 eth9 lo up down mtu via src ' +
  'metric to exact root match table local all scope proto type blackhole 10.0.0.1 10.0.0.1/24 default 0 -1 99999999999 ' +
  'brd + - label lladdr 02:00:00:00:00:01 -4 -6 -s -br -o -w -a -n -N -q -p -r -e ( [ \\ * net.ipv4.ip_forward ' +
  'net.ipv4.ip_forward=1 = .. / -L -D -E -F -C -S -G -U -I -g -j -m -u -z -f ipv4 tcp udp icmp --sport 80 --dport ' +
  '--state ESTABLISHED -d foo 1.2.3.4:80 0x10/0xf ::1 -o extended,id xml --icmp-type 8 --mask-src 255.255.0.0 %'

test('no words make a program throw, and each ends with a status', () => {
  const b = bench()
  b.type('pc1', 'curl -s -o /dev/null http://baidu.com/')
  b.run(1)
  const words = WORDS.split(' ')
  let seed = 12345
  const draw = (n: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
    return (seed >>> 8) % n
  }
  const at = b.lab.hostIndex('gateway')
  for (let i = 0; i < 3000; i++) {
    const program = ['ip', 'sysctl', 'conntrack'][i % 3]
    const line = Array.from({ length: 1 + draw(7) }, () => `'${words[draw(words.length)]}'`).join(' ')
    const job = b.lab.execCaptured(at, `${program} ${line}`)
    const result = b.lab.result(at, job)
    if (result !== 'running') expect(result.status).toBeGreaterThanOrEqual(0)
  }
})
