/** One page's lab: answers the requests of protocol.ts. It runs where it is put: in a worker, on a page, in a test. */
import { forgetRecentFibs } from '../kernel/fib.ts'
import { rest, type RunResult } from '../userspace/os.ts'
import { Run, WORK_STEPS } from './history.ts'
import { Lab, SLICE } from './bench.ts'
import { bootLab } from './boot.ts'
import { labs } from './labs/index.ts'
import type { Advance, Answer, Ask, FailureCode, Request, RunView, Update, View } from './protocol.ts'
import { isRequest, problemOf } from './request.ts'
import { snapshot } from './snapshot.ts'
import type { LabSpec } from './spec.ts'
import { readers, tools } from './tools.ts'

/** Steps that one request does at most in a worker, so that it stays able to hear the next one. */
export const WORKER_STEPS = 2000
/** Runs kept; beyond it the oldest that is not shown goes. */
const RUNS = 12
/** A check may take so much lab time, and so many steps. */
const CHECK_TIME = 150_000_000
const CHECK_STEPS = 300_000
/** Steps of a piece: some 0.7 ms. */
const PIECE_STEPS = 25

/** An answer that is made in pieces. `true`, given to it between two: answer with what there is. */
export type Pieces<T> = Generator<undefined, T, boolean | undefined>

export class Session {
  private readonly steps: number
  spec: LabSpec | null = null
  seed = 0
  /** What was run before the first position. */
  setup: readonly { on: string; line: string }[] = []
  runs: Run[] = []
  private shown: Run | null = null
  private nextRun = 1
  private view: View = { host: '', entries: 50, bucket: -1 }
  /** Events and chunks that the page has: the next seq, and per host the next n. */
  private sentEvents = 0
  private sentOutput = new Map<string, number>()
  private sentProfile = ''
  /** Pictures of a load are made without entries: whoever asks has some of a moment ago. */
  brief = false

  /** `steps`: how many one request does at most. */
  constructor(steps = WORKER_STEPS) {
    this.steps = steps
  }

  /** Answer a request. Never throws: what cannot be done is a `failed` answer. */
  answer(ask: Ask): Answer {
    const pieces = this.pieces(ask)
    for (;;) {
      const { done, value } = pieces.next()
      if (done === true) return value
    }
  }

  /** The same in pieces of a millisecond or two. Until the answer is there, nothing else may be asked. */
  *pieces({ id, request }: Ask): Pieces<Answer> {
    if (!isRequest(request)) return failed(id, 'bad-request', problemOf(request))
    try {
      return yield* this.perform(id, request)
    } catch (error) {
      if (error instanceof Failure) return failed(id, error.code, error.message)
      return failed(id, 'internal', error instanceof Error ? (error.stack ?? error.message) : String(error))
    } finally {
      // Between two requests nobody keeps a copy of the lab alive that a tool has made.
      rest()
      forgetRecentFibs()
    }
  }

  private *perform(id: number, r: Request): Pieces<Answer> {
    if (r.type === 'open') yield* this.open(r)
    else if (r.type === 'complete') {
      const { lab } = this.run()
      return { type: 'completion', id, ...lab.complete(this.host(r.host), r.line, r.cursor) }
    } else if (r.type === 'check')
      return { type: 'checked', id, ...(yield* this.check(this.host(r.host), r.line)) }
    else if (r.type === 'use') {
      const tool = tools.get(r.tool)
      if (!tool) throw new Failure('bad-request', r.tool)
      const result = yield* tool(this, r.argument)
      const update = readers.has(r.tool) ? null : this.shown && this.update()
      return { type: 'used', id, result, update }
    } else yield* this.change(r)
    yield
    return { type: 'update', id, update: this.update() }
  }

  private *change(r: Exclude<Request, { type: 'open' | 'complete' | 'check' | 'use' }>): Pieces<void> {
    switch (r.type) {
      case 'exec':
      case 'interrupt':
        yield* this.enter(this.host(r.host), r.type === 'exec' ? r : null)
        break
      case 'advance':
        yield* advance(this.run(), r.by, this.steps)
        break
      case 'seek':
        yield* seek(this.run(), r.position, r.steps ?? Infinity)
        break
      case 'fork':
        yield* this.fork()
        break
      case 'switch':
        yield* this.switchTo(r.run)
        break
      case 'view':
        this.host(r.view.host)
        this.view = r.view
        break
    }
  }

  private *enter(host: number, typed: { line: string; by?: string } | null): Pieces<void> {
    const run = yield* this.present()
    yield
    run.keep()
    yield
    run.input(host, typed?.line ?? null, typed?.by)
    yield* advance(run, { kind: 'work' }, this.steps)
  }

  private *open({ lab: name, seed, commands, period }: Extract<Request, { type: 'open' }>): Pieces<void> {
    const spec = labs[name]
    if (spec === undefined || !Object.hasOwn(labs, name)) throw new Failure('unknown-lab', name)
    yield
    yield* this.begin(period ? { ...spec, period } : spec, seed, commands)
  }

  /** Boot a lab and show its first run. */
  *begin(spec: LabSpec, seed: number, commands: readonly { on: string; line: string }[] = []): Pieces<void> {
    const lab = new Lab(bootLab(spec, seed >>> 0).state, undefined, SLICE)
    yield
    for (const c of commands) {
      const host = lab.hostIndex(c.on)
      if (host < 0) throw new Failure('unknown-host', c.on)
      yield* finish(lab, host, c.line)
    }
    lab.state.events = 0
    lab.state.position = 0
    this.spec = spec
    this.seed = seed
    this.setup = commands
    this.shown = Run.begin(lab.state)
    this.runs = [this.shown]
    this.nextRun = 1
    this.sentEvents = 0
    this.sentOutput.clear()
    const gateway = spec.hosts.find((h) => h.role === 'gateway') ?? spec.hosts[0]
    this.view = { ...this.view, host: gateway?.name ?? '', bucket: -1 }
  }

  run(): Run {
    if (!this.shown) throw new Failure('bad-request', 'no lab is open')
    return this.shown
  }

  private host(name: string): number {
    const host = this.run().lab.hostIndex(name)
    if (host < 0) throw new Failure('unknown-host', name)
    return host
  }

  /** The run to act in: the one shown if it is at its end, else a new one that begins here. */
  private *present(): Pieces<Run> {
    if (!this.run().atEnd) yield* this.fork()
    return this.run()
  }

  private *fork(): Pieces<void> {
    const run = this.run().fork(this.nextRun++)
    this.runs.push(run)
    if (this.runs.length > RUNS) this.runs.splice(0, 1)
    yield* this.show(run)
  }

  private *switchTo(id: number): Pieces<void> {
    const run = this.runs.find((r) => r.id === id)
    if (!run) throw new Failure('bad-request', `run ${id}`)
    yield* this.show(run)
    this.sentEvents = 0
    this.sentOutput.clear()
  }

  private *show(run: Run): Pieces<void> {
    const before = this.shown
    this.shown = run
    const { state } = run.lab
    this.sentEvents = Math.min(this.sentEvents, state.events)
    for (const h of state.hosts)
      this.sentOutput.set(h.name, Math.min(this.sentOutput.get(h.name) ?? 0, h.output))
    if (before && before !== run) yield* before.putAside()
  }

  private *check(host: number, line: string): Pieces<RunResult> {
    const lab = new Lab(structuredClone(this.run().lab.state), undefined, SLICE)
    yield
    return yield* finish(lab, host, line)
  }

  private update(): Update {
    const run = this.run()
    // Events are in order: what is new is at the end.
    const known = run.trace.findLastIndex((e) => e.seq < this.sentEvents)
    const trace = run.trace.slice(known + 1)
    const output = run.output.filter((c) => c.n >= (this.sentOutput.get(c.host) ?? 0))
    const last = run.trace[run.trace.length - 1]
    if (last) this.sentEvents = Math.max(this.sentEvents, last.seq + 1)
    for (const c of output) this.sentOutput.set(c.host, Math.max(this.sentOutput.get(c.host) ?? 0, c.n + 1))
    const runs: RunView[] = this.runs.map((r) => ({ run: r.id, from: r.from, at: r.at, end: r.end }))
    if (!this.spec) throw new Failure('bad-request', 'no lab is open')
    const view = this.brief && run.lab.loaded ? { ...this.view, entries: 0 } : this.view
    const update: Update = { snapshot: snapshot(run, runs, this.spec, view), trace, output }
    const shown = run.lab.state.hosts.find((h) => h.name === this.view.host)
    const profile = shown?.os.files.get('/root/perf.data') ?? ''
    if (profile !== this.sentProfile) update.profile = this.sentProfile = profile
    return update
  }
}

class Failure extends Error {
  readonly code: FailureCode
  constructor(code: FailureCode, detail: string) {
    super(detail)
    this.code = code
  }
}

function failed(id: number, code: FailureCode, detail: string): Answer {
  return { type: 'failed', id, code, detail }
}

/** Run a line to its end, on a lab that nobody watches. Status 124, as timeout(1), when it takes too long. */
function* finish(lab: Lab, host: number, line: string): Pieces<RunResult> {
  const job = lab.execCaptured(host, line)
  const until = lab.state.now + CHECK_TIME
  for (let steps = 0, last = 0; steps < CHECK_STEPS;) {
    const result = lab.result(host, job)
    if (result !== 'running') return result
    steps += lab.working ? WORK_STEPS : 1
    if (lab.nextDue > until || !lab.step()) break
    if (steps - last < PIECE_STEPS) continue
    last = steps
    yield
  }
  return { status: 124, stdout: '', stderr: '' }
}

export function* seek(run: Run, position: number, most: number): Pieces<void> {
  for (let n = 0; n < most; n += PIECE_STEPS) {
    const before = run.position
    run.seek(position, Math.min(PIECE_STEPS, most - n))
    // The end of a run is the time that has passed since its last step, too.
    if (run.position === position || (n > 0 && run.position === before)) return
    yield
  }
}

/** Go on, as far as one request may. */
function* advance(run: Run, by: Advance, most: number): Pieces<void> {
  switch (by.kind) {
    case 'work':
      for (let n = 0; n < most && run.lab.working && run.atEnd; n += WORK_STEPS) {
        run.step()
        if ((yield) === true) return
      }
      return
    case 'time':
      return yield* untilTime(run, run.lab.state.now + by.us, Math.min(by.steps ?? most, most))
    case 'hook':
      return yield* untilStation(run, most)
    case 'packet': {
      const packet = run.lab.state.current?.skb.serial
      return yield* stepping(run, most, () => {
        if (!run.step()) return false
        const now = run.lab.state.current?.skb.serial
        return packet === undefined ? now === undefined : now === packet
      })
    }
    case 'quiet': {
      const until = run.lab.state.now + by.us
      return yield* stepping(run, most, () => run.lab.nextDue <= until && run.step())
    }
  }
}

/** Steps until `step` answers false, or nothing is under way any more. */
function* stepping(run: Run, most: number, step: () => boolean): Pieces<void> {
  let last = 0
  for (let n = 0; n < most && !(run.lab.quiet && run.atEnd);) {
    n += run.weight
    if (!step()) return
    if (n - last < PIECE_STEPS) continue
    last = n
    yield
  }
}

function* untilTime(run: Run, time: number, most: number): Pieces<void> {
  for (let left = most; left > 0;) {
    const asked = Math.min(PIECE_STEPS, left)
    const done = run.runUntil(time, asked)
    if (done < asked) return
    left -= done
    // Packets that are followed go as far as was asked, so that a line typed next finds them where it would elsewhere.
    if ((yield) === true && (run.lab.working || run.lab.loaded)) return
  }
}

/** To the next station of a packet that does something. */
function* untilStation(run: Run, most: number): Pieces<void> {
  let n = 0
  yield* stepping(run, most, () => {
    n += run.weight
    if (run.lab.working) return run.step()
    // A station that is not registered is passed without a stop; a timer that moves no packet is no stop either.
    const idle = run.lab.atIdleStation
    const walked = run.lab.state.current !== null
    if (!run.step()) return false
    // The step that ends a packet's way is a stop too: that it was dropped is what one wants to see.
    return idle || (!walked && run.lab.state.current === null && !run.lab.quiet)
  })
  for (; n < most && run.lab.atIdleStation && !run.lab.working && run.step(); n++);
}
