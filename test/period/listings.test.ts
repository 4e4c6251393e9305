/**
 * What the article shows in its terminals, byte for byte in its period: the lines as they are typed there, and what
 * stands under them. Where the article leaves lines out (`...`), so do we; blanks at the ends of lines it has lost.
 */
import { describe, expect, test } from 'vitest'
import { bootLab } from '../../src/lab/lab.ts'
import type { LabSpec } from '../../src/lab/spec.ts'
import type { PeriodName } from '../../src/kernel/period.ts'

const GIB = 1024 ** 3

/** VM2, which runs ab; VM1 with docker0 behind it; the container with nginx. */
const twoMachines = (period: PeriodName): LabSpec => ({
  name: 'two-machines',
  period,
  hosts: [
    {
      name: 'vm2',
      role: 'client',
      memory: 8 * GIB,
      devs: [{ name: 'eth0', addrs: ['192.168.0.2/24'] }],
      routes: [],
      http: [],
    },
    {
      name: 'vm1',
      role: 'gateway',
      memory: 8 * GIB,
      devs: [
        { name: 'eth0', addrs: ['192.168.0.30/24'] },
        { name: 'docker0', addrs: ['172.17.0.1/16'] },
      ],
      routes: [],
      http: [],
    },
    {
      name: 'nginx',
      role: 'server',
      memory: 8 * GIB,
      devs: [{ name: 'eth0', addrs: ['172.17.0.2/16'] }],
      routes: [{ dst: 'default', via: '172.17.0.1', dev: 'eth0' }],
      http: [8080],
    },
  ],
  links: [
    { ends: ['vm2:eth0', 'vm1:eth0'], delay: 200 },
    { ends: ['nginx:eth0', 'vm1:docker0'], delay: 20 },
  ],
  names: {},
})

/** What `docker run -p 8080:8080` writes into the nat table. */
const DOCKER = [
  'sysctl -w net.ipv4.ip_forward=1',
  'iptables -t nat -N DOCKER',
  'iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER',
  'iptables -t nat -A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER',
  'iptables -t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE',
  'iptables -t nat -A POSTROUTING -s 172.17.0.2/32 -d 172.17.0.2/32 -p tcp -m tcp --dport 8080 -j MASQUERADE',
  'iptables -t nat -A DOCKER -i docker0 -j RETURN',
  'iptables -t nat -A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:8080',
]

interface Machines {
  /** What a line prints: what comes on stdout alone, where it says so. */
  type: (host: string, line: string, seconds?: number) => string
  out: (host: string, line: string) => string
}

function machines(period: PeriodName, ...setup: string[]): Machines {
  let said: { stream: string; text: string }[] = []
  const lab = bootLab(twoMachines(period), 1, {
    event: () => undefined,
    output: (_host, _n, stream, text) => {
      said.push({ stream, text })
    },
  })
  const run = (host: string, line: string, seconds: number): typeof said => {
    said = []
    lab.exec(lab.hostIndex(host), line)
    lab.runUntil(lab.state.now + seconds * 1_000_000)
    return said.filter(({ stream }) => stream !== 'prompt')
  }
  const join = (chunks: typeof said): string => chunks.map(({ text }) => text).join('')
  for (const line of setup) run('vm1', line, 0)
  return {
    type: (host, line, seconds = 0) => join(run(host, line, seconds)),
    out: (host, line) => join(run(host, line, 0).filter(({ stream }) => stream === 'stdout')),
  }
}

/** The article's text: its first lines, then `...`, then others that follow somewhere. */
function shows(text: string, ...parts: string[]): void {
  const bare = text.replace(/ +$/gm, '')
  let from = 0
  for (const part of parts) {
    const at = bare.indexOf(part, from)
    expect(at, `${part}\nin\n${bare}`).toBeGreaterThanOrEqual(0)
    from = at + part.length
  }
}

const NAMES = [
  `Chain PREROUTING (policy ACCEPT)
target     prot opt source               destination
DOCKER     all  --  0.0.0.0/0            0.0.0.0/0            ADDRTYPE match dst-type LOCAL

`,
  `
Chain DOCKER (2 references)
target     prot opt source               destination
RETURN     all  --  0.0.0.0/0            0.0.0.0/0
DNAT       tcp  --  0.0.0.0/0            0.0.0.0/0            tcp dpt:8080 to:172.17.0.2:8080
`,
]

describe('section 6: forwarding', () => {
  test('sysctl shows it and sets it', () => {
    const { type } = machines('article')
    expect(type('vm1', 'sysctl -w net.ipv4.ip_forward=1')).toBe('net.ipv4.ip_forward = 1\n')
    expect(type('vm1', 'sysctl net.ipv4.ip_forward')).toBe('net.ipv4.ip_forward = 1\n')
    type('vm1', 'echo net.ipv4.ip_forward=1 >> /etc/sysctl.conf')
    expect(type('vm1', 'cat /etc/sysctl.conf | grep ip_forward')).toBe('net.ipv4.ip_forward=1\n')
  })
})

describe('section 8: the rules of Docker', () => {
  test('iptables -nL -t nat has names in the column prot, as in the article', () => {
    shows(machines('article', ...DOCKER).type('vm1', 'iptables -nL -t nat'), ...NAMES)
  })

  test('today it has numbers', () => {
    const { type } = machines('modern', ...DOCKER)
    const numbers = NAMES.map((part) => part.replaceAll(' all ', ' 0   ').replaceAll(' tcp  --', ' 6    --'))
    shows(type('vm1', 'iptables -nL -t nat'), ...numbers)
  })

  test('a page comes through the DNAT', () => {
    const { type } = machines('article', ...DOCKER)
    expect(type('vm2', 'curl -s http://192.168.0.30:8080/', 2)).toContain('<h1>nginx</h1>')
  })
})

describe('section 8: the knobs', () => {
  const SHOWN = [
    'net.netfilter.nf_conntrack_max = 1000',
    'net.netfilter.nf_conntrack_buckets = 65536',
    'net.netfilter.nf_conntrack_tcp_timeout_syn_recv = 60',
    'net.netfilter.nf_conntrack_tcp_timeout_syn_sent = 120',
    'net.netfilter.nf_conntrack_tcp_timeout_time_wait = 120',
  ]

  test('sysctl -a | grep conntrack has the lines of the article', () => {
    const lines = machines('article', ...DOCKER, 'sysctl -w net.netfilter.nf_conntrack_max=1000')
      .type('vm1', 'sysctl -a | grep conntrack')
      .split('\n')
    for (const line of SHOWN) expect(lines).toContain(line)
  })

  test('the whole list of 4.15 as Ubuntu 18.04 has it', () => {
    const { type } = machines('article', ...DOCKER)
    const names = type('vm1', 'sysctl -a | grep conntrack')
    expect(names.replace(/net\.netfilter\.nf_conntrack_/g, '')).toBe(`acct = 0
buckets = 65536
checksum = 1
count = 0
dccp_loose = 1
dccp_timeout_closereq = 64
dccp_timeout_closing = 64
dccp_timeout_open = 43200
dccp_timeout_partopen = 480
dccp_timeout_request = 240
dccp_timeout_respond = 480
dccp_timeout_timewait = 240
events = 1
expect_max = 1024
generic_timeout = 600
helper = 0
icmp_timeout = 30
log_invalid = 0
max = 262144
sctp_timeout_closed = 10
sctp_timeout_cookie_echoed = 3
sctp_timeout_cookie_wait = 3
sctp_timeout_established = 432000
sctp_timeout_heartbeat_acked = 210
sctp_timeout_heartbeat_sent = 30
sctp_timeout_shutdown_ack_sent = 3
sctp_timeout_shutdown_recd = 0
sctp_timeout_shutdown_sent = 0
tcp_be_liberal = 0
tcp_loose = 1
tcp_max_retrans = 3
tcp_timeout_close = 10
tcp_timeout_close_wait = 60
tcp_timeout_established = 432000
tcp_timeout_fin_wait = 120
tcp_timeout_last_ack = 30
tcp_timeout_max_retrans = 300
tcp_timeout_syn_recv = 60
tcp_timeout_syn_sent = 120
tcp_timeout_time_wait = 120
tcp_timeout_unacknowledged = 300
timestamp = 0
udp_timeout = 30
udp_timeout_stream = 180
net.nf_conntrack_max = 262144
`)
  })

  test('sysctl -w of the cure, and the timeout of TIME_WAIT', () => {
    const { type } = machines('article', ...DOCKER)
    for (const line of ['net.netfilter.nf_conntrack_max=131072', 'net.netfilter.nf_conntrack_buckets=65536'])
      expect(type('vm1', `sysctl -w ${line}`)).toBe(`${line.replace('=', ' = ')}\n`)
    expect(type('vm1', 'sysctl net.netfilter.nf_conntrack_tcp_timeout_time_wait')).toBe(
      'net.netfilter.nf_conntrack_tcp_timeout_time_wait = 120\n',
    )
  })
})

describe('section 8: the log', () => {
  test('dmesg | tail: the table is full, and most of the lines are not printed', () => {
    const { type } = machines('article', ...DOCKER, 'sysctl -w net.netfilter.nf_conntrack_max=1')
    type('vm2', 'curl -s http://192.168.0.30:8080/', 1)
    for (let i = 0; i < 30; i++) type('vm2', 'curl -s -m 0.1 http://192.168.0.30:8080/', 0.2)
    type('vm1', '', 5)
    type('vm2', 'curl -s -m 1 http://192.168.0.30:8080/', 2)
    const log = type('vm1', 'dmesg | tail').replace(/^\[ *\d+\.\d{6}\] /gm, '[..] ')
    expect(
      new Set(
        log
          .trimEnd()
          .split('\n')
          .map((line) => line.replace(/\d+ callbacks/, 'N callbacks')),
      ),
    ).toEqual(
      new Set([
        '[..] nf_conntrack: nf_conntrack: table full, dropping packet',
        '[..] net_ratelimit: N callbacks suppressed',
      ]),
    )
    expect(type('vm1', 'dmesg | tail -n 1')).toMatch(
      /^\[ *\d+\.\d{6}\] nf_conntrack: nf_conntrack: table full, dropping packet\n$/,
    )
  })
})

describe('section 8: the entries', () => {
  const ENTRY =
    'src=192.168.0.2 dst=192.168.0.96 sport=51744 dport=8080 src=172.17.0.2 dst=192.168.0.2 sport=8080 dport=51744'
  const make = (sport: number, timeout: number): string =>
    `conntrack -I -p tcp -s 192.168.0.2 -d 192.168.0.96 --sport ${sport} --dport 8080 -r 172.17.0.2 -q 192.168.0.2 ` +
    `--reply-port-src 8080 --reply-port-dst ${sport} --state TIME_WAIT -u ASSURED,SEEN_REPLY -t ${timeout}`

  test('conntrack -L -o extended | head', () => {
    const { out } = machines('article', ...DOCKER, make(51744, 7), make(51524, 6))
    const lines = out('vm1', 'conntrack -L -o extended | head').trimEnd().split('\n').sort()
    expect(lines).toEqual([
      `ipv4     2 tcp      6 6 TIME_WAIT ${ENTRY.replaceAll('51744', '51524')} [ASSURED] mark=0 use=1`,
      `ipv4     2 tcp      6 7 TIME_WAIT ${ENTRY} [ASSURED] mark=0 use=1`,
    ])
  })

  test('how many, in which states, from where: the three pipelines as they stand', () => {
    const entries = Array.from({ length: 12 }, (_, i) => make(50000 + i, 60))
    const { type } = machines('article', ...DOCKER, ...entries)
    const quiet = (line: string): string => type('vm1', line).replace(/^conntrack v1\.4\.4.*shown\.\n/m, '')
    expect(quiet('conntrack -L -o extended | wc -l')).toBe('12\n')
    expect(
      quiet("conntrack -L -o extended | awk '/^.*tcp.*$/ {sum[$6]++} END {for(i in sum) print i, sum[i]}'"),
    ).toBe('TIME_WAIT 12\n')
    expect(
      quiet(
        'conntrack -L -o extended | awk \'{print $7}\' | cut -d "=" -f 2 | sort | uniq -c | sort -nr | head -n 10',
      ),
    ).toBe('     12 192.168.0.2\n')
  })

  test('what conntrack says beside them is of its version', () => {
    const last = (period: PeriodName): string => machines(period, ...DOCKER).type('vm1', 'conntrack -L')
    expect(last('article')).toBe('conntrack v1.4.4 (conntrack-tools): 0 flow entries have been shown.\n')
    expect(last('modern')).toBe('conntrack v1.4.7 (conntrack-tools): 0 flow entries have been shown.\n')
  })

  test('conntrack -S has ignore, and nothing that is younger', () => {
    expect(machines('article', ...DOCKER).type('vm1', 'conntrack -S')).toBe(
      'cpu=0   \tfound=0 invalid=0 ignore=0 insert=0 insert_failed=0 drop=0 early_drop=0 error=0 search_restart=0 \n',
    )
    expect(machines('modern', ...DOCKER).type('vm1', 'conntrack -S')).not.toContain('ignore')
  })

  test('[DESTROY] tells neither the time left nor the state, nor who it was', () => {
    const destroyed = (period: PeriodName): string => {
      const { type } = machines(period, ...DOCKER, 'conntrack -E -e DESTROY > events &', make(51744, 7))
      type('vm1', 'conntrack -D -p tcp', 1)
      return type('vm1', 'cat events')
    }
    expect(destroyed('article')).toBe(`[DESTROY] tcp      6 ${ENTRY} [ASSURED]\n`)
    expect(destroyed('modern')).toMatch(
      new RegExp(
        `^\\[DESTROY\\] tcp      6 7 TIME_WAIT ${ENTRY} \\[ASSURED\\] \\[USERSPACE\\] portid=\\d+\\n$`,
      ),
    )
  })
})

describe('the machine', () => {
  test('uname says which Linux it is', () => {
    const { type } = machines('article')
    expect(type('vm1', 'uname -r')).toBe('4.15.0-20-generic\n')
    expect(type('vm1', 'uname -a')).toBe(
      'Linux vm1 4.15.0-20-generic #21-Ubuntu SMP Tue Apr 24 06:16:15 UTC 2018 x86_64 x86_64 x86_64 GNU/Linux\n',
    )
    expect(type('vm1', 'echo "linux-image-`uname -r`-dbgsym"')).toBe('linux-image-4.15.0-20-generic-dbgsym\n')
    expect(machines('modern').type('vm1', 'uname -r')).toBe('6.18.44\n')
  })

  test('/proc/net/nf_conntrack is not there in 4.15', () => {
    const { type } = machines('article', ...DOCKER)
    expect(type('vm1', 'cat /proc/net/nf_conntrack')).toBe(
      'cat: /proc/net/nf_conntrack: No such file or directory\n',
    )
    expect(type('vm1', 'ls /proc/net')).not.toContain('nf_conntrack')
    expect(machines('modern', ...DOCKER).type('vm1', 'cat /proc/net/nf_conntrack')).toBe('')
  })

  test('versions of the programs', () => {
    const { type } = machines('article')
    expect(type('vm1', 'iptables -V; conntrack -V; sysctl -V')).toBe(
      'iptables v1.6.1\nconntrack v1.4.4 (conntrack-tools)\nsysctl from procps-ng 3.3.12\n',
    )
    expect(type('vm1', 'iptables -t nat -A PREROUTING -j NOPE')).toBe(
      "iptables v1.6.1: Couldn't load target `NOPE':No such file or directory\n\n" +
        "Try `iptables -h' or 'iptables --help' for more information.\n",
    )
    expect(type('vm1', 'iptables -L -n > /dev/null; iptables-save | head -n 1')).toMatch(
      /^# Generated by iptables-save v1\.6\.1 on /,
    )
  })

  test('a SYN that nobody answers is sent after 1, 3, 7, 15, 31 and 63 s in 4.15, and linearly at first in 6.18', () => {
    const schedule = (period: PeriodName): number[] => {
      const times: number[] = []
      const lab = bootLab(twoMachines(period), 1, {
        event: (e) => {
          if (e.type === 'xmit' && e.host === 'vm2') times.push(Math.round(e.time / 1_000_000))
        },
        output: () => undefined,
      })
      const vm1 = lab.hostIndex('vm1')
      lab.exec(vm1, 'iptables -A INPUT -j DROP')
      lab.exec(lab.hostIndex('vm2'), 'curl -s http://192.168.0.30/')
      lab.runUntil(140_000_000)
      return times
    }
    // Long timers are late by up to the grain of their wheel, 2 s: so are Linux's.
    expect(schedule('article').slice(0, -1)).toEqual([0, 1, 3, 7, 15, 31])
    expect(schedule('article').at(-1)).toBeOneOf([63, 64, 65])
    expect(schedule('modern').slice(0, -2)).toEqual([0, 1, 2, 3, 4, 5, 7, 11, 19])
    expect(schedule('modern').at(-1)).toBeOneOf([67, 68, 69])
  })

  test('connect() gives up after 127 s or a little more in 4.15, after 131 s in 6.18', () => {
    const ended = (period: PeriodName, seconds: number): boolean => {
      const lab = bootLab(twoMachines(period), 1)
      lab.exec(lab.hostIndex('vm1'), 'iptables -A INPUT -j DROP')
      const job = lab.execCaptured(lab.hostIndex('vm2'), 'curl -s http://192.168.0.30/')
      lab.runUntil(seconds * 1_000_000)
      return lab.result(lab.hostIndex('vm2'), job) !== 'running'
    }
    expect([ended('article', 127), ended('article', 137)]).toEqual([false, true])
    expect([ended('modern', 131), ended('modern', 141)]).toEqual([false, true])
  })

  test('functions have the names that perf showed then', () => {
    const places = (period: PeriodName): Set<string> => {
      const names = new Set<string>()
      const lab = bootLab(twoMachines(period), 1, {
        event: (e) => {
          if (e.host === 'vm1' && e.type === 'station' && e.ran) names.add(e.at)
        },
        output: () => undefined,
      })
      const vm1 = lab.hostIndex('vm1')
      for (const line of [...DOCKER, 'iptables -P FORWARD ACCEPT']) lab.exec(vm1, line)
      lab.exec(lab.hostIndex('vm2'), 'curl -s http://192.168.0.30:8080/')
      lab.runUntil(2_000_000)
      return names
    }
    for (const name of ['ipv4_conntrack_in', 'iptable_nat_ipv4_in', 'iptable_filter_hook', 'ipv4_confirm'])
      expect([...places('article')]).toContain(name)
    for (const name of ['nf_conntrack_in', 'nf_nat_ipv4_pre_routing', 'ipt_do_table', 'nf_confirm'])
      expect([...places('modern')]).toContain(name)
  })
})
