/**
 * Records what the kernel of this machine does with scenarios, several at once: each has a network namespace of its
 * own, and what is seen of the whole machine (log, drops, frames) is told apart here.
 */
import { mkdtempSync, rmSync, symlinkSync, mkdirSync } from 'node:fs'
import { release, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Json } from '../../../src/lab/replay/packet.ts'
import type { Scenario } from '../../../src/lab/replay/scenario.ts'
import { watchDrops } from './drops.ts'
import { Host } from './host.ts'
import { bePrompt, type Lines } from './lines.ts'
import { parseLogLine } from './log-line.ts'
import { Run, Spoilt } from './run.ts'
import { Sockets } from './sockets.ts'
import { Switches } from './switches.ts'
import { findTool, PATH } from './tools.ts'
import { tell } from './tell.ts'

export type Recording = { [key: string]: Json }

/** How often a scenario is tried whose clock was missed. */
const TRIES = 40

export class Recorder {
  private readonly switches = new Switches()
  private readonly tmp = mkdtempSync(join(tmpdir(), 'netfilter-lab-'))
  private readonly env: NodeJS.ProcessEnv
  private readonly runs = new Map<string, Run>()
  private readonly kernel = release().split('-')[0]
  private sockets!: Sockets
  private machine!: Host
  private drops!: Lines
  /** Names of this run's hosts and cards are those of no other recorder. */
  private serial = (process.pid % 1296) * 1296
  /** Runs under way; -1: one that wants the machine for itself. */
  private busy = 0
  private ending = false
  /** Settled when nobody makes namespaces: that is work, and the others' clocks go on. */
  private making: Promise<unknown> = Promise.resolve()
  /** How many runs were repeated, and why last. */
  repeated = 0
  lastReason = ''

  private constructor() {
    const bin = join(this.tmp, 'bin')
    mkdirSync(bin)
    for (const name of ['iptables', 'iptables-save', 'iptables-restore'])
      symlinkSync(findTool('xtables-legacy-multi') ?? '', join(bin, name))
    this.env = { ...process.env, PATH: `${bin}:${PATH}`, LC_ALL: 'C' }
  }

  static async start(): Promise<Recorder> {
    const recorder = new Recorder()
    try {
      bePrompt()
      recorder.switches.turn()
      await recorder.begin()
      return recorder
    } catch (error) {
      await recorder.close()
      throw error
    }
  }

  private async begin(): Promise<void> {
    this.machine = await Host.start(this.env, this.tmp, true)
    const spoilAll = (why: string): void => {
      if (!this.ending) for (const run of this.runs.values()) run.spoil(why)
    }
    this.sockets = await Sockets.start(this.env, {
      frame: (at, bytes) => {
        for (const run of this.runs.values()) {
          const end = run.topology.endOf.get(at)
          if (end !== undefined) run.tookFrame(end, bytes)
        }
      },
      log: (line) => this.tookLog(line),
      got: ({ host, ...what }) => this.runs.get(host)?.tookGot(what),
      lost: spoilAll,
    })
    const quiet = 'sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1'
    await this.machine.must(`nsenter -t ${this.sockets.pid} -n ${quiet}`)
    this.drops = await watchDrops(
      this.env,
      (drop) => {
        for (const run of this.runs.values()) if (drop.inums.includes(run.host.inum)) run.tookDrop(drop)
      },
      spoilAll,
    )
  }

  /**
   * A line of the log belongs to the run that its tag names. TRACE names none: its lines belong to the packet whose
   * probe spoke last and that has its id, because one packet is finished before the next is sent.
   */
  private tookLog(text: string): void {
    const line = parseLogLine(text)
    if (line === null) {
      this.note(text)
      return
    }
    if (line.host !== null) {
      const run = this.runs.get(line.host)
      if (!run) return
      // The one that spoke last comes last.
      this.runs.delete(line.host)
      this.runs.set(line.host, run)
      run.tookLog(line)
      return
    }
    const candidates = [...this.runs.values()].reverse()
    const run = candidates.find((r) => r.knows(line.id, line.proto))
    if (run?.sc.own_log === true) run.tookOwn(text)
    else run?.tookLog(line)
  }

  /**
   * What connection tracking says: "table full" names the namespace, of an invalid packet the header is told. What LOG
   * writes, and martians, count only where the scenario asks for them.
   */
  private note(text: string): void {
    const inum = /netns (\d+)/.exec(text)
    const id = / ID=(\d+) /.exec(text)
    const runs = [...this.runs.values()].reverse()
    const run = runs.find((r) => {
      if (inum) return Number(inum[1]) === r.host.inum
      return id ? r.knows(Number(id[1])) : runs.length === 1
    })
    if (/nf_conntrack|nf_ct/.test(text)) run?.tookLog(text.replace(/netns \d+/, 'netns N').trim())
    else if (run?.sc.own_log === true) run.tookOwn(text)
  }

  /**
   * Record a scenario. Throws when the kernel refuses its setup, or when the clock was missed too often. `after`: with what
   * comes in the moment after its last step.
   */
  async record(sc: Scenario, after = false): Promise<Recording> {
    for (let i = 1; ; i++) {
      try {
        return await this.once(sc, after)
      } catch (error) {
        if (!(error instanceof Spoilt) || i === TRIES || this.ending) throw error
        this.repeated++
        this.lastReason = error.message
      }
    }
  }

  private async once(sc: Scenario, after: boolean): Promise<Recording> {
    const alone = Object.keys(sc.global).length > 0
    while (this.busy < 0 || (alone && this.busy > 0)) await sleep(20)
    this.busy = alone ? -1 : this.busy + 1
    let run: Run | null = null
    try {
      if (!this.switches.keep()) throw new Spoilt('somebody put the switches back')
      this.switches.setGlobal(sc.global)
      const around = { env: this.env, tmp: this.tmp, sockets: this.sockets, machine: this.machine }
      const serial = this.serial++
      const made = this.making.then(() => Run.up(sc, { ...around, serial }, (r) => this.runs.set(r.tag, r)))
      this.making = made.catch(() => undefined)
      run = await made
      await run.steps(after)
      if (!this.switches.keep(alone)) throw new Spoilt('somebody put the switches back')
      return tell(run.tape, sc, this.kernel)
    } finally {
      if (run) {
        this.runs.delete(run.tag)
        await run.down()
      }
      if (alone) this.switches.restoreGlobal()
      this.busy = alone ? 0 : this.busy - 1
    }
  }

  async close(): Promise<void> {
    this.ending = true
    await Promise.all([...this.runs.values()].map((run) => run.down()))
    this.drops?.child.kill()
    await this.drops?.ended
    await this.sockets?.end()
    await this.machine?.end()
    this.switches.restore()
    rmSync(this.tmp, { recursive: true, force: true })
  }
}
