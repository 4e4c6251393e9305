/**
 * The hosts that record-programs.ts builds, as a lab; what typing at one of them answers; and what chance and the clock
 * decide of an answer, taken out of it.
 */
import type { Lab } from '../../src/lab/lab.ts'
import type { LabSpec } from '../../src/lab/spec.ts'

const GIB = 1024 ** 3

function host(
  name: string,
  role: LabSpec['hosts'][number]['role'],
  devs: LabSpec['hosts'][number]['devs'],
  routes: LabSpec['hosts'][number]['routes'],
): LabSpec['hosts'][number] {
  // A namespace that is not its machine's first one, as those that were recorded.
  return { name, role, memory: 8 * GIB, devs, routes, http: role === 'server' ? [80] : [], inum: 4026532000 }
}

/** The hosts that record-programs.ts builds. */
export const SPEC: LabSpec = {
  name: 'recorded',
  hosts: [
    host(
      'pc1',
      'client',
      [{ name: 'eth0', addrs: ['192.168.0.2/24'], mac: '02:0a:00:00:01:01' }],
      [{ dst: 'default', via: '192.168.0.1', dev: 'eth0' }],
    ),
    host(
      'pc2',
      'client',
      [{ name: 'eth0', addrs: ['192.168.0.3/24'], mac: '02:0a:00:00:02:01' }],
      [{ dst: 'default', via: '192.168.0.1', dev: 'eth0' }],
    ),
    host(
      'gateway',
      'gateway',
      [
        { name: 'eth0', addrs: ['192.168.0.1/24'], mac: '02:0a:00:00:03:01' },
        { name: 'eth1', addrs: ['100.100.100.100/24'], mac: '02:0a:00:00:03:02' },
      ],
      [{ dst: 'default', dev: 'eth1' }],
    ),
    host(
      'baidu',
      'server',
      [{ name: 'eth0', addrs: ['123.125.115.110/32'], mac: '02:0a:00:00:04:01' }],
      [{ dst: '100.100.100.0/24', dev: 'eth0' }],
    ),
  ],
  links: [
    { ends: ['pc1:eth0', 'pc2:eth0', 'gateway:eth0'], delay: 50 },
    { ends: ['baidu:eth0', 'gateway:eth1'], delay: 50 },
  ],
  names: {
    'baidu.com': '123.125.115.110',
    baidu: '123.125.115.110',
    gateway: '192.168.0.1',
    pc1: '192.168.0.2',
    pc2: '192.168.0.3',
  },
}

/** Type a line, wait for its end and a fifth of a second more, as the recorder does. */
export function type(
  lab: Lab,
  name: string,
  line: string,
): { stdout: string; stderr: string; status: number } {
  const at = lab.hostIndex(name)
  const job = lab.execCaptured(at, line)
  let result = lab.result(at, job)
  for (let steps = 0; result === 'running' && steps < 100_000; steps++) {
    if (!lab.step()) break
    result = lab.result(at, job)
  }
  if (result === 'running') throw new Error(`did not end: ${line}`)
  lab.runUntil(lab.state.now + 200_000)
  return result
}

/** Full timeouts that entries of these scenes have; those shown are a little less. */
const TIMEOUTS = [30, 60, 120, 300, 432000, 8000000, 8589934]

/** What chance and the clock decide: ports and ids, seconds left, times of pings, the order of a table. */
export function settled(line: string, text: string): string {
  let out = text
    .replace(/\b([sd]port)=(3[3-9]|[4-6]\d)\d{3}\b/g, '$1=P')
    .replace(/\bid=\d+/g, 'id=N')
    .replace(
      /^((?:ipv4 +2 )?(?:tcp|udp|icmp|sctp|gre|udplite|dccp|unknown) +\d+ )(\d+) /gm,
      (_, head: string, left: string) => {
        const full = TIMEOUTS.find((t) => t >= Number(left))
        return `${head}${full ?? left} `
      },
    )
    .replace(/time=[\d.]+ ms/g, 'time=T')
    .replace(/rtt=[\d.]+ ms/g, 'rtt=T ms')
    // Cards of devices that were made.
    .replace(/link\/ether (?!02:0a)[\da-f:]{17}/g, 'link/ether MAC')
    // As many queues as the machine has CPUs; what timers of a bridge have left.
    .replace(/num(_?[rt]x_?queues\W+)\d+/g, 'num$1N')
    .replace(/((?:gc|forward_delay)_timer"?:?) *[\d.]+/g, '$1 T')
    .replace(/initval 0x[\da-f]+/g, 'initval N')
    .replace(/(min\/avg\/max = )[\d./]+ ms$/gm, '$1T')
    .replace(/ id=[1-9]\d*/g, ' id=N')
    .replace(/port=\d+ seq/g, 'port=P seq')
    .replace(/, time \d+ms/g, ', time T')
    .replace(/mdev = [\d./]+ ms/g, 'mdev = T')
    .replace(/after \d+ (ms|milliseconds)/g, 'after T $1')
    .replace(/ 1(1\d|20) TIME_WAIT /g, ' 120 TIME_WAIT ')
    .replace(/portid=\d+( progname=\S+)?/g, 'portid=N')
    // What tcpdump shows of the clock and of what is drawn.
    .replace(/^(\[?)\d\d:\d\d:\d\d\.\d{6}/gm, '$1CLOCK')
    .replace(/TS val \d+ ecr (0\b)?\d*/g, (_, zero) => `TS val N ecr ${zero ?? 'N'}`)
    .replace(/\b(seq|ack) \d{5,}\b/g, '$1 N')
    .replace(/cksum 0x[\da-f]{4} \(correct\)/g, 'cksum right')
    .replace(/(?<=(ICMP echo (request|reply),|ttl \d+,) id )[1-9]\d*/g, 'N')
    // Rows of curl's meter but the last, which come with the seconds of a clock; and its speeds.
    .replace(/\r[^\r\n]*(?=\r *\d)/g, '')
    .replace(/(\r *\d+ +\d+ +\d+ +\d+ +0 +0 ) *\S+( +0 --:--:-- +\S+ --:--:-- ) *\w+/g, '$1S$2S')
  if (/^(conntrack -L|cat \/proc\/net|ip (-d )?neigh|arp)/.test(line)) out = out.split('\n').sort().join('\n')
  // The same of a list in JSON.
  if (/^ip -j.* neigh/.test(line))
    out = out
      .replace(/^\[ ?\{|\s*\} ?\]\n$/g, '')
      .split(/\s*\},\{/)
      .sort()
      .join('},{')
  return out
}
