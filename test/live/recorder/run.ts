/** One scenario on the kernel: make its cards, do its steps by the clock, and keep what is seen. */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fields, Json } from '../../../src/lab/replay/packet.ts'
import type { PacketSpec, Scenario, ScenarioStep } from '../../../src/lab/replay/scenario.ts'
import { writtenTimeouts } from '../../../src/lab/replay/timeouts.ts'
import { capturedField, printedLines } from '../../../src/lab/replay/mask.ts'
import { buildIp, parseIp } from './bytes.ts'
import { byTuple, heardAt, parseEntry } from './conntrack-line.ts'
import type { Drop } from './drops.ts'
import { Host } from './host.ts'
import { startLines, type Lines } from './lines.ts'
import type { LogLine } from './log-line.ts'
import type { Sockets } from './sockets.ts'
import { parseNames, type Names, type StepTape } from './tape.ts'
import { Topology } from './topology.ts'

/** Milliseconds of the clock that a step takes. */
export const SLOT = { inject: 100, local: 100, cmd: 300, checkpoint: 500 } as const
/** How late a step may begin: later, and whole seconds could be counted differently. */
const LATE_MS = 30
/** When what is sent in a step must be on its way: by how much the next comes later counts, too. */
const SENT_BY_MS = 50
/** When a checkpoint reads the table, and when it must have. */
const READ_MS = 40
const READ_BY_MS = 95
/** A sleep lists the table this long before its end, so that what has expired goes in that step. */
const EVICT_MS = 150
const STATS = [
  'found',
  'invalid',
  'insert',
  'insert_failed',
  'drop',
  'early_drop',
  'error',
  'clash_resolve',
  'chaintoolong',
] as const

const NAMES = 'iptables-save; cd /proc/sys/net/netfilter && grep -H . *timeout*'

/** What the run was given was spoilt by something else: it must be repeated. */
export class Spoilt extends Error {}

export interface Surroundings {
  env: NodeJS.ProcessEnv
  tmp: string
  sockets: Sockets
  /** Runs what concerns the whole machine. */
  machine: Host
  /** A number that no other run has. */
  serial: number
}

const nowMs = (): number => Number(process.hrtime.bigint() / 1000n) / 1000

export class Run {
  readonly sc: Scenario
  readonly tag: string
  readonly topology: Topology
  readonly host: Host
  private readonly around: Surroundings
  private events: Lines | null = null
  private names: Names = { rules: new Map(), policies: new Map(), timeouts: new Map(), written: new Set() }
  private start = 0
  private readonly before: StepTape
  readonly tape: StepTape[] = []
  private spoilt: string | null = null

  private constructor(sc: Scenario, around: Surroundings, host: Host) {
    this.sc = sc
    this.around = around
    this.host = host
    this.tag = tagOf(around.serial)
    this.topology = new Topology(sc, around.serial)
    this.before = this.newStep({}, 0, 0, 'cmd')
  }

  /** Make the host and its cards; `joined` is told before anything can happen there. */
  static async up(sc: Scenario, around: Surroundings, joined: (run: Run) => void): Promise<Run> {
    const run = new Run(sc, around, await Host.start(around.env, around.tmp))
    joined(run)
    try {
      await run.prepare()
    } catch (error) {
      await run.down()
      throw error
    }
    return run
  }

  private async prepare(): Promise<void> {
    const { sockets } = this.around
    await this.host.must(this.topology.script(this.tag, sockets.pid))
    const services = this.sc.services.map((s): [string, number] => [s.split(' ')[0], Number(s.split(' ')[1])])
    await sockets.open(this.tag, this.host.pid, services)
    await this.listen()
    for (const line of this.sc.setup) await this.host.must(line)
    await this.readNames()
  }

  /** Start `conntrack -E` and wait until it has joined its groups. */
  private async listen(): Promise<void> {
    const argv = ['nsenter', '-t', String(this.host.pid), '-n', 'conntrack', '-E', '-o', 'extended,timestamp']
    this.events = startLines(
      argv,
      this.around.env,
      (line) => this.tookEvent(line),
      () => undefined,
    )
    const NETLINK_NETFILTER = '12'
    for (let i = 0; i < 200; i++) {
      const sockets = readFileSync(`/proc/${this.host.pid}/net/netlink`, 'utf8').split('\n')
      const joined = sockets.some((line) => {
        const [, protocol, , groups] = line.trim().split(/\s+/)
        return protocol === NETLINK_NETFILTER && parseInt(groups, 16) > 0
      })
      if (joined) return
      await sleep(5)
    }
    throw new Spoilt(`conntrack -E does not start: ${this.events.complaints()}`)
  }

  private async readNames(): Promise<void> {
    const said = await this.host.must(NAMES)
    const lines = [...this.sc.setup, ...this.sc.steps.flatMap((s) => s.cmd ?? [])]
    this.names = parseNames(said, said, writtenTimeouts(lines))
  }

  // What is seen meanwhile -----------------------------------------------------------------------------------------

  private now(): StepTape {
    return this.tape.at(-1) ?? this.before
  }

  tookLog(line: LogLine | string): void {
    this.now().logs.push(line)
  }

  tookOwn(line: string): void {
    this.now().own.push(line)
  }

  /** A line of the log that names no host could be this run's: it has such a packet, in this step. */
  knows(id: number, proto?: string): boolean {
    return this.now().logs.some(
      (l) => typeof l !== 'string' && l.id === id && (proto === undefined || l.proto === proto),
    )
  }

  tookFrame(end: string, bytes: Buffer): void {
    const step = this.now()
    const isArp = bytes.readUInt16BE(12) === 0x806
    if (!isArp) step.frames.push({ at: end, bytes })
    else if (bytes.readUInt16BE(20) === 1)
      step.got.push({
        at: end,
        who_has: bytes.subarray(38, 42).join('.'),
        tell: bytes.subarray(28, 32).join('.'),
      })
  }

  /** It belongs to the step in which conntrack heard of it, however late it is read. */
  private tookEvent(line: string): void {
    const heard = heardAt(line) ?? Infinity
    const step = this.tape.findLast((s) => s.wall <= heard) ?? this.now()
    step.events.push(line)
  }

  tookGot(what: Fields): void {
    this.now().got.push(what)
  }

  tookDrop(drop: Drop): void {
    const step = this.tape.findLast((s) => s.begin <= drop.time)
    step?.drops.push(drop)
  }

  spoil(why: string): void {
    this.spoilt ??= why
  }

  // The steps ------------------------------------------------------------------------------------------------------

  private newStep(head: Fields, n: number, t: number, kind: StepTape['kind']): StepTape {
    return {
      n,
      t,
      kind,
      begin: process.hrtime.bigint(),
      wall: Date.now(),
      head,
      read: {},
      injected: null,
      logs: [],
      own: [],
      events: [],
      frames: [],
      got: [],
      drops: [],
      names: this.names,
    }
  }

  /** Wait until the scenario's clock shows `t` milliseconds; the answer is how late it is. */
  private async until(t: number): Promise<number> {
    const left = this.start + t - nowMs()
    if (left > 0) await sleep(left)
    return nowMs() - this.start - t
  }

  /** `after`: does what comes in the moment after the last step belong to it? Else it is nobody's. */
  async steps(after: boolean): Promise<void> {
    const base = await this.stats()
    this.start = nowMs() + 20
    let t = 0
    for (const [i, step] of this.sc.steps.entries()) {
      const kind = kindOf(step)
      const took = kind === 'sleep' ? Math.floor((step.sleep ?? 0) * 1000) : SLOT[kind]
      const late = await this.until(t)
      if (late > LATE_MS) throw new Spoilt(`step ${i + 1} was ${Math.round(late)} ms late`)
      const tape = this.newStep(step.note === undefined ? {} : { note: step.note }, i + 1, t, kind)
      this.tape.push(tape)
      if (step.inject) await this.inject(step.inject, tape, i)
      else if (step.local) await this.local(step.local, tape, i)
      else if (kind === 'cmd') await this.command(step, tape)
      else if (kind === 'sleep') {
        tape.head['seconds'] = step.sleep ?? 0
        await this.until(t + took - EVICT_MS)
        await this.host.run('conntrack -L')
      } else await this.checkpoint(step.checkpoint ?? '', tape, t, base)
      tape.names = this.names
      const sent = nowMs() - this.start - t
      if ((step.inject ?? step.local) && sent > SENT_BY_MS)
        throw new Spoilt(`step ${i + 1} was sent ${Math.round(sent)} ms late`)
      t += took
      if (this.spoilt !== null) throw new Spoilt(this.spoilt)
    }
    await this.until(t)
    const last = this.tape.length
    if (!after) this.tape.push(this.newStep({}, 0, t, 'sleep'))
    await this.until(t + 150)
    this.tape.length = last
    if (this.spoilt !== null) throw new Spoilt(this.spoilt)
  }

  private async inject(spec: PacketSpec, tape: StepTape, i: number): Promise<void> {
    const p = this.resolve(spec, i)
    const end = this.topology.end(p.from ?? '')
    const ip = buildIp(p)
    tape.head['from'] = end
    tape.injected = parseIp(ip)
    const macs = [this.topology.target(end, p.dmac), this.topology.mac.get(end) ?? '']
    const ethernet = Buffer.from(`${macs.join('').replaceAll(':', '')}0800`, 'hex')
    const card = this.topology.cardOf.get(end) ?? ''
    const errno = await this.around.sockets.frame(card, Buffer.concat([ethernet, ip]))
    // Without a carrier a frame goes nowhere, and now and then the sender is told.
    if (errno !== null && errno !== 'No buffer space available')
      throw new Error(`${end} cannot send step ${i + 1}: ${errno}`)
  }

  private async local(spec: PacketSpec, tape: StepTape, i: number): Promise<void> {
    const p = this.resolve(spec, i)
    const ip = buildIp(p)
    const { sockets } = this.around
    const service = p.proto === 'udp' && this.sc.services.includes(`udp ${p.sport}`) && p.socket !== false
    tape.head['from'] = this.sc.dut
    tape.head['via'] = service ? 'socket' : 'raw'
    tape.injected = parseIp(ip)
    const errno = service
      ? await sockets.udp(this.tag, Number(p.sport), p.dst, Number(p.dport), p.len ?? 0)
      : await sockets.raw(this.tag, ip, p.dst)
    if (errno !== null) tape.head['errno'] = errno
  }

  private async command(step: ScenarioStep, tape: StepTape): Promise<void> {
    const line = step.cmd ?? ''
    if (step.on !== undefined && step.on !== '' && step.on !== this.sc.dut)
      throw new Error(`"on": ${step.on}: the wire ends run no commands`)
    const where = step.on === '' ? this.around.machine : this.host
    const { rc, stdout, stderr } = await where.run(line)
    if (/^conntrack/.test(line) && nowMs() - this.start - tape.t > READ_BY_MS)
      throw new Spoilt(`${line} was done too late`)
    tape.head['cmd'] = line
    tape.head['rc'] = rc
    const said = stderr.trim()
    if (rc !== 0) tape.head['stderr'] = said === '' ? [] : said.split('\n').slice(0, 3)
    if (this.sc.stdout) tape.head['stdout'] = printedLines(line, stdout)
    if (/iptables|sysctl|\/proc/.test(line)) await this.readNames()
  }

  private async stats(): Promise<Record<string, number>> {
    const total: Record<string, number> = Object.fromEntries(STATS.map((s) => [s, 0]))
    for (const [, name, value] of (await this.host.must('conntrack -S')).matchAll(/(\w+)=(\d+)/g))
      if (name in total) total[name] += Number(value)
    return total
  }

  private async checkpoint(
    name: string,
    tape: StepTape,
    t: number,
    base: Record<string, number>,
  ): Promise<void> {
    tape.head['name'] = name
    await this.until(t + READ_MS)
    const { stdout } = await this.host.run('conntrack -L -o extended')
    if (nowMs() - this.start - t > READ_BY_MS) throw new Spoilt(`checkpoint ${name} was read too late`)
    const entries = stdout.split('\n').filter((line) => line.trim() !== '')
    tape.read['conntrack'] = entries.map(parseEntry).sort(byTuple)
    tape.read['nf_conntrack_count'] = Number(
      await this.host.must('cat /proc/sys/net/netfilter/nf_conntrack_count'),
    )
    const now = await this.stats()
    tape.read['stats'] = Object.fromEntries(STATS.map((s) => [s, now[s] - base[s]]))
    tape.read['iptables'] = tablesOf(await this.host.must('iptables-save -c'))
  }

  /** `@3.sport` is that field of the first packet on a wire in step 3; `@3.seq+1` adds. */
  private resolve(spec: PacketSpec, i: number): PacketSpec {
    const value = (v: unknown): unknown => {
      if (Array.isArray(v))
        return v.map((x: unknown) =>
          typeof x === 'string' ? x.replace(/@\d+\.\w+(?:\+\d+)?/g, (ref) => String(value(ref))) : x,
        )
      if (typeof v === 'object' && v !== null)
        return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, value(x)]))
      if (typeof v !== 'string' || !v.startsWith('@')) return v
      const [, n = '', field = '', plus = '0'] = /^@(\d+)\.(\w+)(?:\+(\d+))?$/.exec(v) ?? []
      const frame = this.tape[Number(n) - 1]?.frames[0]
      const got = frame ? capturedField(parseIp(frame.bytes.subarray(14)), field) : undefined
      if (got === undefined) throw new Spoilt(`${v}: nothing was captured in step ${n}`)
      return typeof got === 'number' ? got + Number(plus) : got
    }
    const out = value(spec) as PacketSpec
    return { ...out, id: out.id ?? 0x1000 + i }
  }

  async down(): Promise<void> {
    await this.around.sockets.close(this.tag)
    this.events?.child.kill()
    await this.host.end()
  }
}

/** What a host is called in the kernel's log. */
export function tagOf(serial: number): string {
  return `nl${serial.toString(36)}`
}

function kindOf(step: ScenarioStep): StepTape['kind'] {
  if (step.inject) return 'inject'
  if (step.local) return 'local'
  if (step.cmd !== undefined) return 'cmd'
  return step.sleep !== undefined ? 'sleep' : 'checkpoint'
}

/** `iptables-save -c`, per table: its chains and rules, with their counters. */
function tablesOf(saved: string): Json {
  const tables = new Map<string, string[]>()
  let table = ''
  for (const line of saved.split('\n')) {
    if (line.startsWith('*')) tables.set((table = line.slice(1)), [])
    else if (/^[:[]/.test(line)) tables.get(table)?.push(line)
  }
  return Object.fromEntries([...tables].sort(([a], [b]) => (a < b ? -1 : 1)))
}
