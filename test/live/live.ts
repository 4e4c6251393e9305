/** Random scenarios on the kernel and in the simulator, several at a time; what differs is tried again and shrunk. */
import type { Json } from '../../src/lab/replay/packet.ts'
import type { Scenario } from '../../src/lab/replay/scenario.ts'
import { differences, inOrder, type Difference } from './compare.ts'
import { isDrawn } from './drawn.ts'
import { explain } from './explained.ts'
import { packetsOf } from './generate/scenario.ts'
import type { Recorder } from './recorder/recorder.ts'
import { shrink } from './shrink.ts'
import { setCollectedAside } from './collector.ts'
import type { Simulator, Simulated } from './simulator.ts'

export type Recording = { [key: string]: Json }

/** A scenario in which kernel and simulator differ, as small as it could be made. */
export interface Finding {
  n: number
  scenario: Scenario
  /** What the kernel did, of the small scenario. */
  recording: Recording
  differences: Difference[]
}

export interface Summary {
  scenarios: number
  packets: number
  findings: number
  /** Scenarios whose every difference has an explanation, by reason. */
  explained: Map<string, number>
  /** Differences that did not show again with the same scenario. */
  passing: number
  /** Scenarios that could not be made or run, and why. */
  broken: string[]
}

export interface Options {
  seed: number
  from: number
  count: number
  slots: number
  shrink: boolean
  /** Called for each. */
  finding: (f: Finding) => void
  progress: (s: Summary) => void
  stopped: () => boolean
}

const COLLECTED = 'an expired entry was removed in another step: the collector has its own clock'
/** Another seed of what the simulated kernel draws (cookies, ports, sequence numbers) does what the kernel did, but for numbers that follow from it. */
const DRAWN = 'a number drawn at random decides, and another draw of the simulator agrees'
/** Seeds that are tried for that. */
const DRAWS = 8

/** Where it differs, without the numbers of packets and steps: the same mistake has the same kind. */
export function kindOf(d: Difference): string {
  return d.path.replace(/\.\d+/g, '.*')
}

/** Where it differs, and by what; '': only in which ports are named, which follows from the rest. */
const whatOf = (d: Difference): string =>
  d.path.startsWith('random_ports') ? '' : `${d.path} ${JSON.stringify(d.kernel)}`

/** How often a scenario is run, at most, until it is clear whether it differs. */
const RUNS = 4

/** Candidates tried at once while something is made smaller; the other scenarios go on meanwhile. */
const SHRINK_WIDTH = 3

export class Live {
  private readonly recorder: Recorder
  private readonly options: Options
  private readonly simulator: Simulator
  readonly summary: Summary = {
    scenarios: 0,
    packets: 0,
    findings: 0,
    explained: new Map(),
    passing: 0,
    broken: [],
  }

  constructor(recorder: Recorder, simulator: Simulator, options: Options) {
    this.recorder = recorder
    this.simulator = simulator
    this.options = options
  }

  /** Every difference, with why it is none of the simulator's: null, nobody knows. */
  private judge(kernel: Recording, ours: Simulated): { difference: Difference; why: string | null }[] {
    const theirs = inOrder(kernel)
    const mine = inOrder(ours.recording)
    const plain = differences(theirs, mine)
    if (plain.length === 0) return []
    const set = setCollectedAside(theirs, mine, ours.dead)
    const left = differences(set.kernel, set.simulator)
    const collected = left.length < plain.length ? [{ difference: plain[0], why: COLLECTED }] : []
    const judged = left.map((difference) => ({ difference, why: explain(difference, ours.scenario) }))
    return [...judged, ...collected]
  }

  private unexplained(kernel: Recording, ours: Simulated): Difference[] {
    return this.judge(kernel, ours).flatMap((j) => (j.why === null ? [j.difference] : []))
  }

  async run(): Promise<Summary> {
    const { from, count, slots, stopped } = this.options
    let next = from
    const worker = async (): Promise<void> => {
      while (next < from + count && !stopped()) {
        const n = next++
        try {
          await this.one(n)
        } catch (error) {
          if (stopped()) return
          this.summary.broken.push(`${n}: ${error instanceof Error ? error.message : String(error)}`)
        }
        this.summary.scenarios++
        this.options.progress(this.summary)
      }
    }
    try {
      await Promise.all(Array.from({ length: slots }, worker))
    } finally {
      await this.simulator.end()
    }
    return this.summary
  }

  private async one(n: number): Promise<void> {
    const ours = await this.simulator.make(this.options.seed, n)
    const { scenario } = ours
    const kernel = await this.recorder.record(scenario)
    this.summary.packets += packetsOf(scenario)
    const all = this.judge(kernel, ours)
    if (all.every((j) => j.why !== null)) {
      for (const reason of new Set(all.map((j) => j.why ?? '')))
        this.summary.explained.set(reason, (this.summary.explained.get(reason) ?? 0) + 1)
      return
    }
    // What differs must differ again, in the same place and by the same: else it was the machine's, or what the kernel had drawn.
    let again = kernel
    let still = this.unexplained(kernel, ours)
    for (let i = 1; i < RUNS; i++) {
      const before = new Set(still.map(whatOf))
      again = await this.recorder.record(scenario)
      still = this.unexplained(again, ours)
      if (still.some((d) => whatOf(d) !== '' && before.has(whatOf(d)))) break
      if (still.length === 0) {
        this.summary.passing++
        return
      }
    }
    // Where a number that is drawn decides, the kernel may draw what the simulator has not.
    const draws: Simulated[] = []
    for (let seed = 2; seed <= DRAWS; seed++) draws.push(await this.simulator.replay(scenario, seed))
    for (const draw of draws) {
      const others = draws.filter((o) => o !== draw).map((o) => inOrder(o.recording))
      if (!this.unexplained(again, draw).every((d) => isDrawn(d, others))) continue
      this.summary.explained.set(DRAWN, (this.summary.explained.get(DRAWN) ?? 0) + 1)
      return
    }
    this.summary.findings++
    this.options.finding(await this.smallest(n, scenario, again, still))
  }

  private async smallest(
    n: number,
    sc: Scenario,
    recording: Recording,
    found: Difference[],
  ): Promise<Finding> {
    let best: Finding = { n, scenario: sc, recording, differences: found }
    if (!this.options.shrink) return best
    const kind = kindOf(found[0])
    const shows = async (candidate: Scenario): Promise<boolean> => {
      try {
        const ours = await this.simulator.replay(candidate)
        const kernel = await this.recorder.record(candidate)
        const left = this.unexplained(kernel, ours)
        if (!left.some((d) => kindOf(d) === kind)) return false
        best = { n, scenario: candidate, recording: kernel, differences: left }
        return true
      } catch {
        return false
      }
    }
    const smallest = await shrink(sc, shows, SHRINK_WIDTH)
    if (best.scenario !== smallest) await shows(smallest)
    return best
  }
}
