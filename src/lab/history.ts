/**
 * A run of a lab: its inputs, its checkpoints, its trace. Any position can be shown again: the nearest checkpoint before
 * it, and the steps from there. Nothing of a run is ever lost: acting in its past begins another one.
 */
import type { Micros, TraceEvent } from '../kernel/trace.ts'
import { Lab, SLICE, type LabListener } from './bench.ts'
import type { LabState } from './state.ts'
import { withoutOldText } from './output.ts'
import { pastPart, type Past } from './past-part.ts'
import type { OutputChunk } from './protocol.ts'
import { leastMissed } from './thin.ts'
import { seriesPart, type Notes } from './series-part.ts'

/** What came from outside, at a position and a time. */
export interface Input {
  position: number
  time: number
  host: number
  /** null: Ctrl-C. */
  line: string | null
  by?: string | undefined
}

interface Checkpoint {
  position: number
  time: Micros
  /** Steps from the beginning to here, each as long as it takes (Run.weight). */
  effort: number
  /** A copy of the state, null: it is in the run's past. The whole ones come first. */
  state: LabState | null
  /** Made where somebody went by who went back. */
  wayside?: true
}

/** A slice of a program's work takes as long as so many steps of packets. */
export const WORK_STEPS = 50
/** ... and a step of a load. */
const LOAD_STEPS = 0.1
const RUSH = 1 / LOAD_STEPS
/** Steps between checkpoints where little has to be copied, and checkpoints kept. */
const EVERY = 500
const CHECKPOINTS = 100
/**
 * A checkpoint takes the time of a step for so many bytes; they shall take a part of a run's time. Where a packet is followed
 * there will be events to go back to: there they are nearer to each other.
 */
const BYTES_A_STEP = 20_000
const SHARE = 24
const FOLLOWED_SHARE = 3
/**
 * In a short run they may take more: the way from one to the next is a part of it, a smaller one at its beginning, so that
 * none takes longer than a jump may. It is long when that is longer than that share of its time asks for.
 */
const SHORT_SHARE = 2.5
const SHORT_PARTS = 8
const BEGINNING = 24_000
const BEGINNING_PARTS = 20
/** Bytes that the checkpoints of a run may take, and those of a run that is not shown. */
export const CHECKPOINT_BYTES = 40e6
const ASIDE_BYTES = 12e6
/** Bytes of a slot of the connection table, of a bucket, and of a socket. */
const SLOT_BYTES = 126
const BUCKET_BYTES = 4
const SOCKET_BYTES = 160
/**
 * Who goes back into a long load goes on from there, a little to and fro: before where she arrives there is a checkpoint, if
 * the last one is further away than this (and than so many copies take). How many of these there are, and what they may take.
 */
const WAYSIDE_AWAY = 6000
const WAYSIDE_COPIES = 4
const WAYSIDE_POSITIONS = 5000
const WAYSIDES = 4
const WAYSIDE_BYTES = 2.5e6
export const TRACE_KEPT = 12_000
/** Terminal chunks kept per run, and characters of them: of older ones only what was typed is kept. */
const OUTPUT_KEPT = 20_000
export const TEXT_KEPT = 2_000_000

/** Samples kept of a run's course, and how far apart they are at first, microseconds. When there are more, every second goes. */
const SAMPLES = 400
const FIRST_SAMPLING = 50_000

/** What is known of a moment: entries of each host's table, and what series.ts has noted. */
export interface Sample {
  time: number
  position: number
  counts: number[]
  notes?: Notes
}

export class Run {
  readonly id: number
  /** The run it was forked from, -1: none, and where. */
  readonly from: number
  readonly at: number
  /** Time at position 0. */
  get began(): number {
    return this.checkpoints[0].time
  }
  /** The last position known, and the time there. */
  end = 0
  endTime = 0
  trace: TraceEvent[] = []
  output: OutputChunk[] = []
  /** Entries of each host's table over lab time. */
  course: Sample[] = []
  /** Lab time at which it was forked off, and how much each host had printed then. */
  begun = 0
  inherited: ReadonlyMap<string, number> = new Map()
  /** The next sample of the course, and how far they are apart. */
  private sampleAt = 0
  private sampling = FIRST_SAMPLING
  /** Characters in it, or more. */
  private written = 0
  lab: Lab
  /** In the order of their positions. */
  inputs: Input[] = []
  /** Inputs before this one have been given to the lab. */
  private cursor = 0
  private checkpoints: Checkpoint[] = []
  /** The checkpoints that are not whole; null: there are none yet. */
  private past: Past | null = null
  /** Steps from the beginning to the position shown, as a checkpoint counts them. */
  private effort = 0
  /** It is a probe: see there. */
  private aside = false

  private constructor(id: number, from: number, at: number, state: LabState) {
    this.id = id
    this.from = from
    this.at = at
    this.lab = new Lab(state, this.listener(), SLICE)
    this.end = state.position
    this.endTime = state.now
  }

  /** The first run of a lab that has just been booted. */
  static begin(state: LabState): Run {
    const run = new Run(0, -1, 0, state)
    run.keep()
    return run
  }

  /** A run that shares this one's past up to the position shown. */
  fork(id: number): Run {
    const state = structuredClone(this.lab.state)
    const run = new Run(id, this.id, state.position, state)
    run.inputs = this.inputs.slice(0, this.cursor)
    run.cursor = this.cursor
    run.checkpoints = this.checkpoints.filter((c) => c.position <= state.position)
    run.past = this.past?.fork(Math.max(0, run.checkpoints.length - this.whole)) ?? null
    run.effort = this.effort
    run.trace = this.trace.filter((e) => e.seq < state.events)
    const shown = new Map(state.hosts.map((h) => [h.name, h.output]))
    run.output = this.output.filter((c) => c.n < (shown.get(c.host) ?? 0))
    run.written = this.written
    run.course = this.course.filter((sample) => sample.time <= state.now)
    run.sampling = this.sampling
    run.sampleAt = state.now
    run.begun = state.now
    run.inherited = shown
    return run
  }

  /**
   * A run aside, for what somebody wants to know of a position up to the one shown: it begins there or at the last checkpoint
   * before, from where it can be sought. It keeps no checkpoints and no course, and shares nothing with this one.
   */
  probe(position: number): Run {
    const here = position >= this.position
    const n = here ? this.checkpoints.length - 1 : this.nearest(position)
    const state = here ? structuredClone(this.lab.state) : this.stateAt(n, true)
    const run = new Run(-1, this.id, state.position, state)
    run.aside = true
    run.sampleAt = Infinity
    run.checkpoints = [this.checkpoints[n]]
    run.inputs = this.inputs.slice(0, this.cursor)
    run.cursor = here ? this.cursor : run.inputsBefore(state.position)
    run.effort = here ? this.effort : this.checkpoints[n].effort
    run.end = this.position
    run.endTime = this.lab.state.now
    return run
  }

  get position(): number {
    return this.lab.state.position
  }

  get atEnd(): boolean {
    return this.position >= this.end && this.cursor >= this.inputs.length
  }

  /** Give the lab an input now. Only at the end of the run. */
  input(host: number, line: string | null, by?: string): void {
    this.keep()
    const { position, now } = this.lab.state
    this.inputs.push({ position, time: now, host, line, by })
    this.apply()
    this.mark()
  }

  /** One step of the lab, or the next input of the run where it came. False: there is none until `time`. */
  step(time = Infinity): boolean {
    if (this.due()) {
      if (Math.min(this.inputs[this.cursor].time, this.lab.nextDue) > time) return false
      this.apply()
      this.mark()
      return true
    }
    const { weight } = this
    if (!this.lab.step(time)) return false
    this.effort += weight
    this.stepped()
    return true
  }

  /**
   * Steps of a load, of which ten count for one: nobody looks at the run between them. It ends where somebody must: at an
   * input, a packet that is followed, and at `most`, which is where a checkpoint may be due. The number of steps; 0: there is
   * none until `time`.
   */
  private rush(time: number, most = this.position + RUSH - (this.position % RUSH)): number {
    const { lab } = this
    const { state } = lab
    const begin = state.position
    const end = Math.min(most, this.inputs[this.cursor]?.position ?? Infinity)
    while (state.position < end && lab.step(time) && lab.loaded && state.current?.skb.watched !== 1);
    this.effort += (state.position - begin) * LOAD_STEPS
    if (state.position > begin) this.stepped()
    return state.position - begin
  }

  private stepped(): void {
    this.mark()
    if (this.aside) return
    const last = this.checkpoints[this.checkpoints.length - 1]
    const since = this.effort - last.effort
    if (since < EVERY || this.position <= last.position) return
    const followed = this.lab.state.current?.skb.watched === 1 && this.lab.loaded
    const enough = followed ? this.copying * FOLLOWED_SHARE : this.spacing()
    if (since >= enough) this.keep()
  }

  /** What the next step counts for, in steps of the common kind. */
  get weight(): number {
    if (this.lab.working) return WORK_STEPS
    // A whole way of a packet that nobody watches takes less than a station of one that is.
    return this.lab.loaded && this.lab.state.current?.skb.watched !== 1 ? LOAD_STEPS : 1
  }

  /** Let time pass until `time`, at most `limit` steps. The number of steps done. */
  runUntil(time: number, limit: number): number {
    let steps = 0
    while (steps < limit) {
      const { weight } = this
      const done = weight === LOAD_STEPS && !this.due() ? this.rush(time) : Number(this.step(time))
      if (done === 0) {
        if (this.lab.state.now < time) this.lab.state.now = time
        this.mark()
        return steps
      }
      steps += done * weight
    }
    return steps
  }

  /** Show a position between 0 and the end; with a limit, go that many steps towards it: asked again, it goes on. */
  seek(position: number, limit = Infinity): void {
    const wanted = Math.max(0, Math.min(position, this.end))
    if (wanted < this.position || this.hasCheckpointBetween(wanted)) this.restore(wanted)
    if (limit !== Infinity && wanted - this.position <= WAYSIDE_POSITIONS) this.keepByTheWay()
    for (let n = 0; n < limit && this.position < wanted;) {
      const { weight } = this
      if (weight === LOAD_STEPS && !this.due()) {
        const most = Math.min(wanted, this.position + (limit - n) * RUSH)
        const done = this.rush(Infinity, most)
        if (done === 0) break
        n += done * weight
      } else {
        n += weight
        if (!this.step()) break
      }
    }
    // A position stands for the moment its last step happened; the end, for the time that has passed since.
    if (this.position === this.end && this.lab.state.now < this.endTime) this.lab.state.now = this.endTime
  }

  /** A checkpoint between two that are far from each other, on the way to a moment behind it. */
  private keepByTheWay(): void {
    const { position, effort } = this
    const { state } = this.lab
    const n = this.checkpoints.findLastIndex((c) => c.position <= position)
    const next = this.checkpoints.at(n + 1)
    if (n < 0 || next === undefined || next.state !== null || this.past === null) return
    const away = effort - this.checkpoints[n].effort
    // Where an input came and was given, it would be given again.
    if (away < Math.max(WAYSIDE_AWAY, WAYSIDE_COPIES * this.copying)) return
    if (this.cursor > 0 && this.inputs[this.cursor - 1].position === position) return
    this.past.insert(n + 1 - this.whole, state)
    this.checkpoints.splice(n + 1, 0, { position, time: state.now, effort, state: null, wayside: true })
    const beside = this.checkpoints.filter((c) => c.wayside)
    if (beside.length > WAYSIDES) this.remove(this.checkpoints.indexOf(farthest(beside, position)))
  }

  /** Is there a checkpoint from which it is much less far? */
  private hasCheckpointBetween(wanted: number): boolean {
    const enough = this.effort + EVERY + this.copying
    return this.checkpoints.some((c) => c.effort > enough && c.position <= wanted)
  }

  private restore(wanted: number): void {
    const n = this.nearest(wanted)
    this.lab = new Lab(this.stateAt(n, false), this.listener(), SLICE)
    this.effort = this.checkpoints[n].effort
    this.cursor = this.inputsBefore(this.checkpoints[n].position)
  }

  /** The last checkpoint that is not behind a position. */
  private nearest(position: number): number {
    return Math.max(
      0,
      this.checkpoints.findLastIndex((c) => c.position <= position),
    )
  }

  /** A state of its own, as that of a checkpoint. `aside`: it is not this run that will go on from it. */
  private stateAt(n: number, aside: boolean): LabState {
    const { state } = this.checkpoints[n]
    const copy = state
      ? structuredClone(state)
      : aside
        ? this.past?.peek(n - this.whole)
        : this.past?.restore(n - this.whole)
    if (!copy) throw new Error(`checkpoint ${n} is lost`)
    return copy
  }

  /** How many inputs came before a position. */
  private inputsBefore(position: number): number {
    const n = this.inputs.findIndex((i) => i.position >= position)
    return n < 0 ? this.inputs.length : n
  }

  /** Is the next input due at this position? */
  private due(): boolean {
    return this.inputs[this.cursor]?.position === this.position
  }

  private apply(): void {
    const next = this.inputs[this.cursor++]
    const { state } = this.lab
    if (state.now < next.time) state.now = next.time
    if (next.line === null) this.lab.interrupt(next.host)
    else this.lab.exec(next.host, next.line, next.by)
  }

  private mark(): void {
    const { position, now } = this.lab.state
    if (now >= this.sampleAt) this.sample(now)
    if (position > this.end || (position === this.end && now > this.endTime)) {
      this.end = position
      this.endTime = now
    }
  }

  private sample(now: number): void {
    const { state } = this.lab
    const notes = seriesPart.note?.(state, this.course.at(-1)?.notes)
    this.course.push({
      time: now,
      position: state.position,
      counts: state.hosts.map((h) => h.net.ctCount),
      ...(notes && { notes }),
    })
    if (this.course.length > SAMPLES) {
      this.course = this.course.filter((_, i) => i % 2 === 0)
      this.sampling *= 2
    }
    this.sampleAt = now + this.sampling
  }

  /** Steps that it takes to copy the state, or to go to another one. */
  private get copying(): number {
    return bytesOf(this.lab.state) / BYTES_A_STEP
  }

  /** Steps from one checkpoint to the next: a large state is copied less often; where others had to go, all are farther apart. */
  private spacing(): number {
    const { copying, effort } = this
    const part = effort / (effort < BEGINNING ? BEGINNING_PARTS : SHORT_PARTS)
    const apart = Math.max(copying * SHORT_SHARE, Math.min(copying * SHARE, part))
    return Math.max(
      EVERY,
      apart,
      effort > copying * SHARE * SHORT_PARTS ? effort / this.checkpoints.length : 0,
    )
  }

  /** How many checkpoints are whole. */
  private get whole(): number {
    return this.checkpoints.length - (this.past?.length ?? 0)
  }

  /** Keep a copy of the state here, at the end of the checkpoints, if there is none. When there are too many, others go. */
  keep(): void {
    const { state } = this.lab
    const { position, now } = state
    if (position <= (this.checkpoints.at(-1)?.position ?? -1)) return
    this.past ??= pastPart.begin?.() ?? null
    this.past?.add(state)
    const copy = this.past ? null : structuredClone(state)
    this.checkpoints.push({ position, time: now, effort: this.effort, state: copy })
    while (this.checkpoints.length > CHECKPOINTS) this.removeOne()
    while (this.isOver(CHECKPOINT_BYTES)) this.removeOne()
  }

  /** What the checkpoints take, roughly. */
  get checkpointBytes(): number {
    const whole = this.checkpoints.reduce((n, c) => n + (c.state ? bytesOf(c.state) : 0), 0)
    return whole + (this.past?.bytes ?? 0)
  }

  private isOver(bytes: number): boolean {
    const waysides = this.checkpoints.filter((c) => c.wayside).length
    return this.checkpoints.length > 3 && this.checkpointBytes - waysides * WAYSIDE_BYTES > bytes
  }

  /** Another run is shown: this one needs less. In pieces. */
  *putAside(): Generator<undefined, void> {
    this.past?.rest()
    for (let n = this.checkpoints.length - 1; n >= 0; n--) if (this.checkpoints[n].wayside) this.remove(n)
    while (this.isOver(ASIDE_BYTES)) {
      this.removeOne()
      yield
    }
  }

  /** The checkpoint goes that is missed least. */
  private removeOne(): void {
    this.remove(leastMissed(this.checkpoints, this.trace))
  }

  private remove(n: number): void {
    if (this.checkpoints[n].state === null) this.past?.remove(n - this.whole)
    this.checkpoints.splice(n, 1)
  }

  /** What is shown a second time, after going back, is known already. */
  private listener(): LabListener {
    return {
      event: (e) => {
        const last = this.trace[this.trace.length - 1]
        if (last !== undefined && e.seq <= last.seq) return
        pastPart.slim?.(e)
        this.trace.push(e)
        if (this.trace.length > TRACE_KEPT * 1.2) this.trace = this.trace.slice(-TRACE_KEPT)
      },
      output: (host, n, stream, text, by) => {
        if (this.output.some((c) => c.host === host && c.n >= n)) return
        this.output.push({ host, n, stream, text, ...(by === undefined ? {} : { by }) })
        if (this.output.length > OUTPUT_KEPT * 1.5) this.output = this.output.slice(-OUTPUT_KEPT)
        this.written += text.length
        if (this.written > TEXT_KEPT * 1.5) {
          this.output = withoutOldText(this.output, TEXT_KEPT)
          this.written = TEXT_KEPT
        }
      },
    }
  }
}

/** The one that is farthest away. */
function farthest(from: readonly Checkpoint[], position: number): Checkpoint {
  const away = (c: Checkpoint): number => Math.abs(c.position - position)
  return from.reduce((a, b) => (away(b) > away(a) ? b : a))
}

/** Roughly what a copy of a state takes: what there may be many of. */
function bytesOf({ hosts }: LabState): number {
  let bytes = 0
  for (const { machine, net } of hosts)
    bytes +=
      (machine.ct.hash.length / 2) * SLOT_BYTES +
      machine.ct.buckets * BUCKET_BYTES +
      net.tcp.state.length * SOCKET_BYTES
  return bytes
}
