/**
 * The machine of the recorded load: client, host and container are three namespaces of one machine with two CPUs, joined
 * by veth. Rules, sizes of the table and lines of ab are those of the recordings.
 */
import { WORK_NS } from '../../src/lab/cost.ts'
import type { LabSpec } from '../../src/lab/spec.ts'

const GIB = 1024 ** 3

/** The rules of the recordings: fewer than Docker's own, and with a UDP port. */
const RULES = [
  '-t nat -N DOCKER',
  '-t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER',
  '-t nat -A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER',
  '-t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE',
  '-t nat -A DOCKER -i docker0 -j RETURN',
  '-t nat -A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:8080',
  '-t nat -A DOCKER ! -i docker0 -p udp -m udp --dport 8080 -j DNAT --to-destination 172.17.0.2:8080',
  '-N DOCKER',
  '-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  '-A FORWARD -o docker0 -j DOCKER',
  '-A FORWARD -i docker0 ! -o docker0 -j ACCEPT',
  '-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -j ACCEPT',
  '-P FORWARD DROP',
]

export interface Experiment {
  /** Name of the recording. */
  name: string
  command: string
  rules: boolean
  max: number
  buckets: number
  /** The namespace that nginx is in, and its port. */
  server: 'host' | 'container'
  port: number
  /** Lines in the client's namespace before. */
  client?: string[]
}

export function machine(e: Experiment): LabSpec {
  const common = { memory: 8 * GIB, cpus: 'both', http: [] }
  return {
    name: 'load',
    cpus: { both: 2 },
    costs: WORK_NS,
    hosts: [
      {
        ...common,
        name: 'host',
        role: 'gateway',
        buckets: e.buckets,
        devs: [
          { name: 'eth0', addrs: ['192.168.0.30/24'] },
          { name: 'veth0', addrs: [] },
        ],
        bridges: [{ name: 'docker0', addrs: ['172.17.0.1/16'], ports: ['veth0'] }],
        routes: [],
        init: [
          'sysctl -q -w net.ipv4.ip_forward=1',
          `sysctl -q -w net.netfilter.nf_conntrack_max=${e.max}`,
          ...(e.rules ? RULES.map((rule) => `iptables ${rule}`) : []),
        ],
      },
      {
        ...common,
        name: 'client',
        role: 'client',
        on: 'host',
        inum: 4026532300,
        devs: [{ name: 'eth0', addrs: ['192.168.0.2/24'] }],
        routes: [{ dst: 'default', via: '192.168.0.30', dev: 'eth0' }],
        init: e.client ?? [],
      },
      {
        ...common,
        name: 'container',
        role: 'server',
        on: 'host',
        inum: 4026532385,
        devs: [{ name: 'eth0', addrs: ['172.17.0.2/16'] }],
        routes: [{ dst: 'default', via: '172.17.0.1', dev: 'eth0' }],
      },
    ],
    links: [
      { ends: ['client:eth0', 'host:eth0'], delay: 0 },
      { ends: ['container:eth0', 'host:veth0'], delay: 0 },
    ],
    names: {},
  }
}

const ab = (n: number, s: number, port: number): string =>
  `ab -c 5000 -n ${n} -r -s ${s} http://192.168.0.30:${port}/`

export const EXPERIMENTS: readonly Experiment[] = [
  {
    name: 'ab_1_no_nat_no_conntrack',
    command: ab(100_000, 2, 80),
    rules: false,
    max: 262144,
    buckets: 262144,
    server: 'host',
    port: 80,
  },
  {
    name: 'ab_2_no_nat_docker_rules',
    command: ab(100_000, 2, 80),
    rules: true,
    max: 262144,
    buckets: 262144,
    server: 'host',
    port: 80,
  },
  {
    name: 'ab_3_nat_max1000',
    command: ab(100_000, 2, 8080),
    rules: true,
    max: 1000,
    buckets: 65536,
    server: 'container',
    port: 8080,
  },
  {
    name: 'ab_4_nat_max1000_n10000_s30',
    command: ab(10_000, 30, 8080),
    rules: true,
    max: 1000,
    buckets: 65536,
    server: 'container',
    port: 8080,
  },
  {
    name: 'ab_4b_nat_max1000_n10000_s30_old_syn_timer',
    command: ab(10_000, 30, 8080),
    rules: true,
    max: 1000,
    buckets: 65536,
    server: 'container',
    port: 8080,
    client: ['sysctl -q -w net.ipv4.tcp_syn_linear_timeouts=0'],
  },
  {
    name: 'ab_5_nat_max131072',
    command: ab(100_000, 2, 8080),
    rules: true,
    max: 131072,
    buckets: 65536,
    server: 'container',
    port: 8080,
  },
]
