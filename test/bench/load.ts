/** A client that opens connections, a gateway that translates them, a server that answers and closes. */
import { TCP_LISTEN } from '../../src/kernel/tcp/table.ts'
import {
  tcp_accept,
  tcp_close,
  tcp_connect,
  tcp_eof,
  tcp_error,
  tcp_listen,
  tcp_recv,
  tcp_send,
  tcp_state,
} from '../../src/kernel/tcp/tcp.ts'
import { bootLab } from '../../src/lab/lab.ts'
import type { LabSpec } from '../../src/lab/spec.ts'
import type { Program, Sys } from '../../src/userspace/program.ts'
import { install } from '../../src/userspace/programs.ts'
import { ipv4 } from '../../src/wire/address.ts'
import { processorTime } from './kit.ts'

const PORT = 8080
const REQUEST = 'GET / HTTP/1.0\r\n\r\n'
const ANSWER_BYTES = 850

const SPEC: LabSpec = {
  name: 'load',
  hosts: [
    {
      name: 'client',
      role: 'client',
      memory: 8 * 1024 ** 3,
      devs: [{ name: 'eth0', addrs: ['192.168.0.2/24'] }],
      routes: [{ dst: 'default', via: '192.168.0.30', dev: 'eth0' }],
      http: [],
    },
    {
      name: 'gw',
      role: 'gateway',
      memory: 24 * 1024 ** 3,
      devs: [
        { name: 'eth0', addrs: ['192.168.0.30/24'] },
        { name: 'eth1', addrs: ['172.17.0.1/16'] },
      ],
      routes: [],
      http: [],
    },
    {
      name: 'server',
      role: 'server',
      memory: 8 * 1024 ** 3,
      devs: [{ name: 'eth0', addrs: ['172.17.0.2/16'] }],
      routes: [{ dst: 'default', via: '172.17.0.1', dev: 'eth0' }],
      http: [],
    },
  ],
  links: [
    { ends: ['client:eth0', 'gw:eth0'], delay: 100 },
    { ends: ['gw:eth1', 'server:eth0'], delay: 100 },
  ],
  names: {},
}

const RULES = [
  'sysctl -qw net.ipv4.ip_forward=1',
  `iptables -t nat -A PREROUTING -p tcp --dport ${PORT} -j DNAT --to-destination 172.17.0.2:80`,
  'iptables -t nat -A POSTROUTING -s 172.17.0.0/16 ! -o eth1 -j MASQUERADE',
  'iptables -P FORWARD DROP',
  'iptables -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  'iptables -A FORWARD -d 172.17.0.2 -p tcp --dport 80 -j ACCEPT',
]

interface ClientData {
  opened: number
  done: number
  failed: number
  requests: number
  payload: number
}

const SERVER = ipv4('192.168.0.30')

function open(sys: Sys, data: ClientData): void {
  while (data.opened < data.requests) {
    data.opened++
    if (typeof tcp_connect(sys.k, sys.process.pid, SERVER, PORT, false) === 'number') return
    data.failed++
  }
}

/** load-client CONCURRENT REQUESTS: says how many were answered, and how many failed. */
const client: Program = {
  name: 'load-client',
  usage: '',
  start(sys) {
    const [, concurrent, requests] = sys.process.argv
    const payload = sys.payload(REQUEST)
    const data: ClientData = { opened: 0, done: 0, failed: 0, requests: Number(requests), payload }
    sys.process.data = data
    for (let i = Number(concurrent); i > 0; i--) open(sys, data)
  },
  socket(sys, sk) {
    const { k } = sys
    const data = sys.process.data as ClientData
    const error = tcp_error(k.net, sk)
    const bytes = tcp_recv(k, sk)
    if (error === '' && !tcp_eof(k.net, sk)) {
      if (bytes === 0) tcp_send(k, sk, data.payload, REQUEST.length)
      return
    }
    if (error === '') data.done++
    else data.failed++
    tcp_close(k, sk)
    open(sys, data)
    if (data.done + data.failed < data.requests) return
    sys.out(`${data.done} ${data.failed}\n`)
    sys.exit(0)
  },
}

function answer(sys: Sys, sk: number): void {
  if (tcp_recv(sys.k, sk) === 0) return
  tcp_send(sys.k, sk, 0, ANSWER_BYTES)
  tcp_close(sys.k, sk)
}

const server: Program = {
  name: 'load-server',
  usage: '',
  start(sys) {
    tcp_listen(sys.k, 80, sys.process.pid, '', 65_535)
  },
  socket(sys, sk) {
    if (tcp_state(sys.k.net, sk) !== TCP_LISTEN) answer(sys, sk)
    else for (let s = tcp_accept(sys.k, sk); s >= 0; s = tcp_accept(sys.k, sk)) answer(sys, s)
  },
}

install([client, server])

/** Do so many requests, so many at a time. Throws when one has failed. */
export function load(concurrent: number, requests: number): { seconds: number; packets: number } {
  const lab = bootLab(SPEC, 1)
  for (const line of RULES) {
    const result = lab.result(1, lab.execCaptured(1, line))
    if (result === 'running' || result.status !== 0) throw new Error(`${line}: ${JSON.stringify(result)}`)
  }
  lab.kernel(1).machine.nfConntrackMax = 1 << 20
  lab.execCaptured(2, 'load-server')
  const before = lab.state.nextSerial
  const began = processorTime()
  const job = lab.execCaptured(0, `load-client ${concurrent} ${requests}`)
  for (;;) {
    const result = lab.result(0, job)
    if (result !== 'running') {
      if (result.stdout !== `${requests} 0\n`) throw new Error(JSON.stringify(result))
      break
    }
    for (let i = 0; i < 1000 && lab.step(); i++);
  }
  return { seconds: (processorTime() - began) / 1000, packets: lab.state.nextSerial - before }
}
