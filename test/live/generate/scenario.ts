/**
 * A random scenario: a world, rules, and conversations in it. It is made with the simulator at hand, which says where
 * each packet came out, so that somebody answers there: the same seed gives the same scenario as long as the simulator
 * does the same.
 */
import { numbersIn } from '../../../src/lab/replay/mask.ts'
import type { Fields } from '../../../src/lab/replay/packet.ts'
import { Replay, type Unsteady } from '../../../src/lab/replay/replay.ts'
import type { PacketSpec, Scenario, ScenarioStep } from '../../../src/lab/replay/scenario.ts'
import { machineCommand, someCommand } from './commands.ts'
import { Dice } from './dice.ts'
import { cameOut, errorAbout, gotAnswer, newFlow, nextPacket, openedFor, refer, type Flow } from './flows.ts'
import { ftpSession } from './ftp.ts'
import { makeRules } from './rules.ts'
import { DUT, makeWorld, type World } from './world.ts'

/** Packets that a scenario sends. */
export const PACKETS = 20

/** From the scenario of one number to that which is made in its place. */
const ANOTHER = 1_000_003

/** How near a step may come to a moment at which something changes: it may begin that late, and the clock ticks. */
const CLOSE_MS = 45

/** How long after its begin a step may still tell how many seconds are left: a command takes its time. */
const LATE_MS = 105

/** A checkpoint reads the table until then, and an entry may have been refreshed late: seconds must not run out there. */
const READ_MS = 98

/** Seconds to sleep, the first that helps. */
const SLEEPS = [0, 0.2, ...Array.from({ length: 130 }, (_, i) => (31 + i * 3) / 100)]
/** How long before the end of a sleep the recorder looks at the table. */
const EVICT_MS = 150

/** Milliseconds of the clock that a step takes. */
function tookOf(step: ScenarioStep): number {
  if (step.sleep !== undefined) return Math.floor(step.sleep * 1000)
  return step.checkpoint !== undefined ? 500 : step.cmd !== undefined ? 300 : 100
}

/** An error of the host's own whose number is limited: no route, or a redirect. */
function isLimited(p: Fields): boolean {
  if (p['origin'] !== DUT && p['origin'] !== 'dut') return false
  const [first] = (p['trace'] ?? []) as Fields[]
  return (
    first !== undefined &&
    (first['type'] === 5 || (first['type'] === 3 && [0, 1, 13].includes(Number(first['code']))))
  )
}

class Maker {
  private readonly dice: Dice
  /** Seed of what the simulator draws while the scenario is made. */
  private readonly chance: number
  private readonly world: World
  private readonly rules: ReturnType<typeof makeRules>
  private readonly sc: Scenario
  private replay: Replay
  private readonly flows: Flow[] = []
  private readonly known: Set<number>
  /** Times in which the host does something by itself, more or less: milliseconds of the clock. */
  private readonly busy: { from: number; to: number }[] = []
  private readonly asked = new Map<string, number>()
  private sent = 0
  /** Identifications of packets, other ones in each scenario: the kernel's log is shared. */
  private id: number

  constructor(seed: number, n: number, chance: number) {
    this.dice = new Dice(seed, n + (chance - 1) * ANOTHER)
    this.chance = chance
    this.id = 20000 + ((n * 211) % 40000)
    this.world = makeWorld(this.dice)
    this.rules = makeRules(this.dice, this.world)
    this.sc = {
      name: `live_${seed}_${n}`,
      title: `Random scenario ${n} of seed ${seed}`,
      dut: DUT,
      hosts: this.world.hosts,
      links: this.world.links,
      setup: [...this.world.setup, ...this.rules.lines],
      services: this.world.services,
      conntrack: 'always',
      global: this.world.ground.global,
      random_ports: true,
      loose: false,
      stdout: true,
      log: this.world.ground.log,
      steps: [],
    }
    this.known = new Set(numbersIn(JSON.stringify([this.sc.setup, this.world.ports])))
    this.replay = new Replay(this.sc, this.chance)
  }

  make(): Scenario {
    while (this.sent < PACKETS) {
      const kind = this.dice.weighted([
        [10, 'packet'],
        [1, 'error'],
        [this.sc.global.nf_conntrack_max === undefined ? 2 : 5, 'command'],
        [1, 'sleep'],
        [1, 'fragments'],
        [this.world.ground.ftp ? 3 : 0, 'ftp'],
      ] as const)
      if (kind === 'command' && this.sc.steps.length > 2) this.command()
      else if (kind === 'sleep' && this.dice.chance(40))
        this.step({ sleep: this.dice.pick([1.23, 2.51, 4.17]) })
      else if (kind === 'ftp')
        ftpSession(this.dice, this.world, {
          send: (packet, from) => this.send(packet, from).frame,
          port: (frame, field) => refer(frame, field, this.sc.steps.length, this.isKnown),
        })
      else if (kind === 'error') this.error()
      else if (kind === 'fragments' && this.dice.chance(40)) this.fragments()
      else this.packet()
      this.collect()
    }
    this.step({ checkpoint: 'end' })
    return this.sc
  }

  /**
   * An entry that has just expired is mostly looked for at once: else the collector may meet it first, which goes by a
   * clock of its own.
   */
  private collect(): void {
    const over = this.replay.moments().some((m) => m.expires && m.ms <= this.replay.now)
    if (over && this.dice.chance(94)) this.step({ sleep: 0.2 })
  }

  private isKnown = (n: number): boolean => this.known.has(n)

  private step(step: ScenarioStep): Fields {
    this.wait(step)
    this.sc.steps.push(step)
    for (const n of numbersIn(JSON.stringify(step))) this.known.add(n)
    let begun = this.replay.now
    let before = this.replay.moments()
    let told = this.replay.step(step)
    for (let i = 0; i < 4 && this.isUneven(told, before, begun); i++) {
      this.sleepBefore(step)
      begun = this.replay.now
      before = this.replay.moments()
      told = this.replay.step(step)
    }
    for (const { who_has } of (told['arp_requests'] ?? []) as { who_has: string }[]) {
      // A new question is asked again, each time a little later: the kernel's timers are the coarser the longer they are.
      if (begun - (this.asked.get(who_has) ?? -Infinity) < 2900) continue
      this.asked.set(who_has, begun)
      this.later(begun, [1000, 2000, 3000])
    }
    // What an error or a redirect costs its receiver comes back by the second.
    if (((told['packets'] ?? []) as Fields[]).some(isLimited))
      this.later(begun, [1000, 2000, 3000, 4000, 5000])
    return told
  }

  /**
   * Does an event of the step tell how many seconds are left of a timeout that the step did not set, in the moment in
   * which one of them runs out?
   */
  private isUneven(told: Fields, before: ReturnType<Replay['moments']>, begun: number): boolean {
    const now = this.replay.moments()
    return ((told['ct_events'] ?? []) as Fields[]).some((e) => {
      if (e['ev'] === 'DESTROY') return false
      const set = before.find((m) => m.expires && m.orig === e['orig'])
      if (!set || !now.some((m) => m.expires && m.orig === set.orig && m.ms === set.ms)) return false
      const rest = (set.ms - begun) % 1000
      return rest < (told['kind'] === 'cmd' ? LATE_MS : CLOSE_MS) || rest > 1000 - CLOSE_MS
    })
  }

  /** Take the last step back, for a moment of sleep: everything is played again up to there. */
  private sleepBefore(step: ScenarioStep): void {
    this.replay = new Replay(this.sc, this.chance)
    this.sc.steps.pop()
    for (const s of this.sc.steps) this.replay.step(s)
    const sleep = { sleep: 0.23 }
    this.sc.steps.push(sleep)
    this.replay.step(sleep)
    this.wait(step)
    this.sc.steps.push(step)
  }

  private later(begun: number, after: readonly number[]): void {
    for (const ms of after) this.busy.push({ from: begun + ms, to: begun + ms * 1.035 })
  }

  /**
   * Sleep first where the step would meet something in the moment in which it changes by itself, or would end while the
   * host does something by itself: nobody could say whose step that was.
   */
  private wait(step: ScenarioStep): void {
    for (let i = 0; i < 6; i++) {
      const moments = this.replay.moments()
      const sleep = SLEEPS.find((s) => this.isSafe(step, s, moments)) ?? SLEEPS[1 + i]
      if (sleep === 0) return
      this.sc.steps.push({ sleep })
      this.replay.step({ sleep })
    }
  }

  /** Could the step be done after sleeping so many seconds? */
  private isSafe(step: ScenarioStep, sleep: number, moments: ReturnType<Replay['moments']>): boolean {
    const now = this.replay.now
    const begin = now + Math.floor(sleep * 1000)
    const end = begin + tookOf(step)
    const isQuiet = (t: number): boolean =>
      !this.busy.some((b) => b.to > t - CLOSE_MS && b.from < t + CLOSE_MS)
    const isEven = (t: number, margin = CLOSE_MS): boolean =>
      !moments.some(({ ms }) => ms > t - CLOSE_MS && ms < t + margin)
    if (!isQuiet(end) || (sleep > 0 && !(isQuiet(begin) && isEven(begin - EVICT_MS)))) return false
    // A sleep looks for what has expired shortly before its end.
    if (step.sleep !== undefined) return isEven(end - EVICT_MS)
    if (step.checkpoint === undefined && !step.cmd?.includes('conntrack')) return isEven(begin)
    // A command that prints entries reads whole seconds, and so does a checkpoint, some time after it has begun.
    const isRead = (ms: number): boolean =>
      ms < (step.checkpoint !== undefined ? READ_MS : LATE_MS) || ms > 1000 - CLOSE_MS
    const uneven = moments.some((m) => m.expires && isRead((m.ms - begin) % 1000))
    return !uneven && isEven(begin, 3 * CLOSE_MS)
  }

  /** Send a packet; the first frame of it that came out, and the first that the host made of its own. */
  private send(
    packet: PacketSpec,
    from: string,
  ): { frame?: Fields | undefined; answer?: Fields | undefined } {
    this.sent++
    packet = { ...packet, id: packet.id ?? this.id++ }
    const told = this.step(from === DUT ? { local: packet } : { inject: { ...packet, from } })
    const [sent, ...made] = (told['packets'] ?? []) as { wire?: Fields[] }[]
    return { frame: sent?.wire?.[0], answer: made.flatMap((p) => p.wire ?? [])[0] }
  }

  private packet(): void {
    // A listener has heard the last of some.
    const going = this.flows.filter((f) => !(f.local && f.over && f.proto === 'tcp'))
    let flow = this.dice.pick([...going, null])
    if (!flow) {
      flow = newFlow(this.dice, this.world)
      // The same ports again, or other ones.
      const old = this.flows.length > 0 && this.dice.chance(30) ? this.dice.pick(this.flows) : null
      if (old && old.proto === flow.proto && !flow.local) flow.a = { ...old.a, seq: flow.a.seq, ack: 0 }
      this.flows.push(flow)
    }
    const listener = flow.local && flow.proto === 'tcp'
    // A handshake is not left half done.
    for (let n = Math.max(listener ? 2 : 1, this.dice.int(1, 4)); n > 0; n--) {
      if (!listener && this.sent >= PACKETS) break
      if (listener && flow.over) break
      const { side, packet } = nextPacket(this.dice, flow)
      const from = side === 'b' && flow.b ? flow.b.from : flow.a.from
      const { frame, answer } = this.send(packet, from)
      const step = this.sc.steps.length
      if (frame) cameOut(flow, side, frame, step, this.isKnown)
      // A reference means the first frame of a step.
      else if (answer) {
        const opens = answer['flags'] === 'S' && answer['at'] !== from && flow.proto === 'tcp'
        if (opens && this.world.ground.proxied) openedFor(flow, answer, step, this.isKnown)
        else gotAnswer(flow, answer, step)
      }
      // What a listener says is said again until it is acknowledged, whether or not it gets out.
      if (listener && packet.flags === 'S') this.later(this.replay.now - 100, [1000, 3000, 7000])
      // As long as the host's number is not known, nothing of it can be acknowledged.
      if (listener && flow.b === null && flow.a.ack === 0) flow.over = true
    }
  }

  private error(): void {
    const flow = this.flows.length > 0 ? this.dice.pick(this.flows) : null
    const packet = flow && errorAbout(this.dice, flow, this.world, this.isKnown)
    if (packet) this.send(packet, packet.from ?? '')
  }

  /** A datagram in pieces, in some order, sometimes not all of them. */
  private fragments(): void {
    const flow = newFlow(this.dice, this.world)
    if ((flow.proto !== 'udp' && flow.proto !== 'icmp') || flow.a.from === DUT) return
    const { packet } = nextPacket(this.dice, flow)
    const len = this.dice.pick([400, 1000, 2600])
    const size = this.dice.pick([200, 408, 1480])
    const whole = { ...packet, len, id: this.id++, badcsum: undefined }
    const total = len + 8
    const pieces: PacketSpec[] = []
    for (let off = 0; off < total; off += size) {
      const mf = off + size < total
      pieces.push({ ...whole, frag: { off, size: Math.min(size, total - off), mf } })
    }
    const order = this.dice.chance(50) ? pieces : this.dice.some(pieces, pieces.length)
    if (this.dice.chance(15)) order.pop()
    for (const piece of order.slice(0, 6)) this.send(piece, flow.a.from)
  }

  private command(): void {
    // Whoever has the machine for himself may change what is the machine's.
    if (this.sc.global.nf_conntrack_max !== undefined && this.dice.chance(60))
      this.step({ cmd: machineCommand(this.dice), on: '' })
    else this.step({ cmd: someCommand(this.dice, this.world, this.rules.rules) })
  }
}

/** What the simulator does with a scenario where chance has this seed and the clock is so. */
function played(sc: Scenario, chance: number, clock: Unsteady = {}): string {
  const replay = new Replay(sc, chance, clock)
  for (const step of sc.steps) replay.step(step)
  return JSON.stringify(replay.recording())
}

/** Clocks that a real machine may have: a step begins some milliseconds late, a timer of a second takes up to 32 more. */
const CLOCKS: readonly Unsteady[] = [
  { late: () => 30, coarse: 4000 },
  { late: (step) => (step % 2) * 30, coarse: 32_000 },
  { late: (step) => ((step + 1) % 2) * 30, coarse: 16_000 },
  { late: (step) => (step * 7) % 31, coarse: 24_000 },
]

/** How often a scenario is made anew where what it does depends on chance or on a moment. */
const TRIES = 20

/**
 * Scenario `n` of a seed. A port that was drawn may be one that the scenario names, and so be taken for it; and a limit
 * on redirects counts milliseconds, as a host does that nobody answers. Nobody could say then what is right: another one
 * is made in its place.
 */
export function makeScenario(seed: number, n: number): Scenario {
  for (let chance = 1; ; chance++) {
    const sc = new Maker(seed, n, chance).make()
    const told = played(sc, 1)
    if (chance === TRIES || (told === played(sc, 2) && CLOCKS.every((c) => told === played(sc, 1, c))))
      return sc
  }
}

/** How many packets a scenario sends. */
export function packetsOf(sc: Scenario): number {
  return sc.steps.filter((s) => s.inject ?? s.local).length
}
