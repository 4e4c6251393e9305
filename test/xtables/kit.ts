/** A kernel to type iptables at, without a lab around it. */
import { addDev, bootMachine, newNetns } from '../../src/kernel/boot.ts'
import type { Kernel } from '../../src/kernel/kernel.ts'
import type { PeriodName } from '../../src/kernel/period.ts'
import { newSkb, type Skb } from '../../src/kernel/skb.ts'
import type { TraceBody } from '../../src/kernel/trace.ts'
import { ipt_do_table } from '../../src/kernel/xtables/table.ts'
import type { TableName } from '../../src/kernel/xtables/rule.ts'
import { iptables } from '../../src/userspace/iptables/index.ts'
import type { Program, Sys } from '../../src/userspace/program.ts'
import { ipv4 } from '../../src/wire/address.ts'
import { IP_DF, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP, parseFlags } from '../../src/wire/packet.ts'

export interface Seen {
  skb: number
  at: string
  body: TraceBody
}

export interface FakeKernel extends Kernel {
  now: number
  tracing: boolean
  seen: Seen[]
}

/** A namespace with lo, eth0 10.1.0.1/24 and eth1 10.2.0.1/24, and nothing in its tables. */
export function fakeKernel(period: PeriodName = 'modern'): FakeKernel {
  let seed = 1
  const random = (): number => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0)
  const net = newNetns('test', 0, 0, random, period)
  addDev(net, 'eth0', 2, [{ addr: ipv4('10.1.0.1'), bits: 24 }], -1)
  addDev(net, 'eth1', 3, [{ addr: ipv4('10.2.0.1'), bits: 24 }], -1)
  const seen: Seen[] = []
  return {
    machine: bootMachine('test', 1 << 30, random, 0, 1024, period),
    net,
    now: 0,
    step: 0,
    tracing: false,
    meter: null,
    worked: 0,
    seen,
    random,
    spend: () => undefined,
    netns: () => null,
    task: () => undefined,
    taskData: () => undefined,
    profile: () => null,
    exit: () => undefined,
    emit: (skb, at, body) => void seen.push({ skb, at, body }),
    xmit: () => undefined,
    output: () => undefined,
    resume: () => undefined,
    arp: () => 0,
    wake: () => undefined,
    timer: () => undefined,
    countEntry: () => undefined,
    nextSerial: () => 1,
    payloadText: () => '',
    payload: () => 0,
  }
}

export interface Ran {
  stdout: string
  stderr: string
  rc: number
}

/** Run a program with these words; `stdin` is given to it whole. */
export function run(k: Kernel, program: Program, argv: string[], stdin = ''): Ran {
  const out: Ran = { stdout: '', stderr: '', rc: -1 }
  const hosts: Record<string, number> = { localhost: ipv4('127.0.0.1') }
  const sys = {
    k,
    process: { argv, data: null },
    hostname: 'test',
    out: (text: string) => {
      out.stdout += text
      return true
    },
    err: (text: string) => void (out.stderr += text),
    exit: (status: number) => void (out.rc = out.rc < 0 ? status : out.rc),
    files: {
      read: (path: string) => (path === '/etc/hosts' ? '127.0.0.1 localhost\n' : { errno: 'ENOENT' }),
      write: () => ({ errno: 'EACCES' }),
      exists: () => null,
      list: () => [],
    },
    resolve: (name: string) => hosts[name] ?? null,
  } as unknown as Sys
  program.start(sys)
  if (out.rc < 0) {
    program.input?.(sys, stdin)
    program.eof?.(sys)
  }
  return out
}

/** Words of a command line: blanks part them, single and double quotes keep them together. */
export function words(line: string): string[] {
  const found = line.match(/(?:[^\s"']+|"(?:[^"\\]|\\.)*"|'[^']*')+/g) ?? []
  return found.map((w) =>
    w.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g, (_m, d: string | undefined, s: string | undefined) =>
      d !== undefined ? d.replace(/\\(.)/g, '$1') : (s ?? ''),
    ),
  )
}

const PROTOCOLS: Record<string, number> = { tcp: IPPROTO_TCP, udp: IPPROTO_UDP, icmp: IPPROTO_ICMP }

/** `10.1.0.2.1000 > 10.2.0.2.80: tcp S`, with more fields of the skb as an object. */
export function packet(line: string, more: Partial<Skb> = {}): Skb {
  const split =
    /^(\d+\.\d+\.\d+\.\d+)(?:\.(\d+))? > (\d+\.\d+\.\d+\.\d+)(?:\.(\d+))?: (\w+)(?: (\w+))?$/.exec(line)
  if (!split) throw new Error(`not a packet: ${line}`)
  const [, src, sport, dst, dport, proto, flags] = split
  const protocol = PROTOCOLS[proto] ?? Number(proto)
  const thl = protocol === IPPROTO_TCP ? 20 : 8
  return {
    ...newSkb(),
    serial: 1,
    protocol,
    saddr: ipv4(src),
    daddr: ipv4(dst),
    sport: Number(sport ?? 0),
    dport: Number(dport ?? 0),
    flags: parseFlags(flags ?? '') ?? 0,
    frag: IP_DF,
    thl,
    len: 20 + thl,
    ...more,
  }
}

/** Run the command lines that a .t file begins with. */
export function prepare(k: Kernel, programs: readonly Program[], setup: readonly string[]): void {
  for (const line of setup) {
    const argv = words(line)
    const program = programs.find((p) => p.name === argv[0])
    if (!program) throw new Error(`no program ${line}`)
    const { rc, stderr } = run(k, program, argv)
    if (rc !== 0) throw new Error(`${line}: ${stderr}`)
  }
}

/** A kernel with these rules in FORWARD, or where they say. */
export function host(...rules: string[]): FakeKernel {
  const k = fakeKernel()
  for (const rule of rules) {
    const line = /^-[tA]/.test(rule) ? rule : `-A FORWARD ${rule}`
    const { rc, stderr } = run(k, iptables, words(`iptables ${line}`))
    if (rc !== 0) throw new Error(`${line}: ${stderr}`)
  }
  return k
}

/** Which of the rules of a built-in chain match the packet. */
export function matched(k: FakeKernel, skb: Skb, table: TableName = 'filter', chain = 'FORWARD'): boolean[] {
  const { hook, rules } = k.net.tables[table]!.chains.find((c) => c.name === chain)!
  const before = rules.map((r) => r.pkts)
  ipt_do_table(k, skb, k.net.tables[table]!, hook!)
  return rules.map((r, i) => r.pkts > before[i])
}
