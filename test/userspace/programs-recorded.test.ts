/**
 * ip, sysctl, conntrack, ping and curl against what the real ones printed (record-programs.ts): stdout, stderr and status
 * of every line, byte for byte where nothing is drawn at random or measured.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { bootLab, type Lab } from '../../src/lab/lab.ts'
import type { LabSpec } from '../../src/lab/spec.ts'
import { scenes, type RecordedLine } from './program-scenes.ts'

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
const SPEC: LabSpec = {
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
function type(lab: Lab, name: string, line: string): { stdout: string; stderr: string; status: number } {
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
function settled(line: string, text: string): string {
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
    .replace(/initval 0x[\da-f]+/g, 'initval N')
    .replace(/(min\/avg\/max = )[\d./]+ ms$/gm, '$1T')
    .replace(/ id=[1-9]\d*/g, ' id=N')
    .replace(/port=\d+ seq/g, 'port=P seq')
    .replace(/, time \d+ms/g, ', time T')
    .replace(/mdev = [\d./]+ ms/g, 'mdev = T')
    .replace(/after \d+ (ms|milliseconds)/g, 'after T $1')
    // Rows of curl's meter but the last, which come with the seconds of a clock; and its speeds.
    .replace(/\r[^\r\n]*(?=\r *\d)/g, '')
    .replace(/(\r *\d+ +\d+ +\d+ +\d+ +0 +0 ) *\S+( +0 --:--:-- +\S+ --:--:-- ) *\w+/g, '$1S$2S')
  if (/^(conntrack -L|cat \/proc\/net|ip neigh)/.test(line)) out = out.split('\n').sort().join('\n')
  return out
}

/** Lines where the lab says less than the real program, or says it in its own words. */
const DIFFERENT: Readonly<Record<string, string>> = {
  'conntrack -I': 'creating entries is left out',
}

function recordedIn(file: string): RecordedLine[] {
  return JSON.parse(readFileSync(new URL(`../recorded/${file}`, import.meta.url), 'utf8')) as RecordedLine[]
}

const recorded = recordedIn('programs.json')

test('what was recorded is what the scenes say', () => {
  expect(recorded.map(({ scene, host, line }) => `${scene}: ${host}$ ${line}`)).toEqual(
    scenes().flatMap(({ name, lines }) => lines.map(({ host, line }) => `${name}: ${host}$ ${line}`)),
  )
})

/**
 * Lines of the recording of 2018's programs that say what their kernel was, which was 6.18 too: 4.15 has other sysctls,
 * takes other values, and Ubuntu's has no /proc/net/nf_conntrack.
 */
const OF_THE_KERNEL = [
  /nf_conntrack_acct *= *[79]/,
  /a\.conf b\.conf/,
  /nf_conntrack_max=1024/,
  /^sysctl -a .*nf_conntrack_tcp/,
  /^cat \/proc\/net/,
]

const VERSIONS = [
  { year: 'today', period: 'modern', lines: recorded },
  { year: '2018', period: 'article', lines: recordedIn('programs.2018.json') },
] as const

describe.each(
  VERSIONS.flatMap(({ lines, ...version }) =>
    [...new Set(lines.map((one) => one.scene))].map((name) => ({
      ...version,
      name,
      lines: lines.filter((one) => one.scene === name),
    })),
  ),
)('as recorded, programs of $year: $name', ({ period, lines }) => {
  const lab = bootLab({ ...SPEC, period }, 7)
  test.each(lines.map((one) => [`${one.host}$ ${one.line}`, one] as const))('%s', (_, real) => {
    const { host: name, line } = real
    const ours = type(lab, name, line)
    if (line in DIFFERENT || (period === 'article' && OF_THE_KERNEL.some((own) => own.test(line)))) return
    const shown = {
      stdout: settled(line, ours.stdout),
      stderr: settled(line, ours.stderr),
      status: ours.status,
    }
    expect(shown).toEqual({
      stdout: settled(line, real.stdout),
      stderr: settled(line, real.stderr),
      status: real.status,
    })
  })
})
