/** The player: drives a LabState in presentation time, and says how far the present motion has come. */
import { timer, type Timer } from 'd3-timer'
import { createActor, fromPromise } from 'xstate'
import type { LabState } from './lab.svelte.ts'
import { FLOW_FROM, HOOK_MS, playerMachine, type Asked, type Look, type Plan } from './player.machine.ts'
import { nextStop, previousStop, showMs } from './stops.ts'

export type PlayerState = 'paused' | 'playing' | 'seeking'

/** The speeds that the control offers; any other between 0.001 and 100 may be set. */
export const SPEEDS = [0.001, 0.01, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100] as const

export class Player {
  readonly lab: LabState
  state = $state<PlayerState>('paused')
  /** 0..1: how far what was done last has been shown. 1 where motion is not wanted. */
  phase = $state(1)
  /** Motion is not wanted: the same states, without travel. */
  still = $state(false)
  /** Lab time as the clock shows it: between two snapshots it passes while a frame crosses a link. */
  time = $state(0)
  /** Where the scrub bar is being drawn to, null: nowhere. */
  target = $state<number | null>(null)
  /** Play by itself when a command has put something on the road. */
  autoplay = $state(true)
  #speed = $state(1)
  #keep = $state(false)
  #actor
  #timer: Timer | null = null
  /** Requests of the player's own: what they set going is not news. */
  #asking = 0
  #wasQuiet = true
  #stop: () => void

  constructor(lab: LabState) {
    this.lab = lab
    this.#actor = createActor(
      playerMachine.provide({
        actors: { ask: fromPromise<number, Asked>(({ input }) => this.#ask(input)) },
      }),
      { input: { speed: 1, look: () => this.#look(), now: () => performance.now() } },
    )
    this.#actor.subscribe((s) => {
      this.state =
        s.matches('playing') && !s.context.stop ? 'playing' : s.matches('seeking') ? 'seeking' : 'paused'
      if (s.matches('stepping') && s.context.resume) this.state = 'playing'
      if (!s.matches('seeking')) this.target = null
      this.#wake()
    })
    this.#actor.start()
    this.#stop = $effect.root(() => {
      $effect(() => this.#notice())
    })
  }

  get speed(): number {
    return this.#speed
  }
  set speed(speed: number) {
    this.#speed = Math.min(100, Math.max(0.001, speed))
    this.#actor.send({ type: 'SPEED', speed: this.#speed })
  }

  /** Let lab time run on when nothing is under way, so that timers count down. */
  get keep(): boolean {
    return this.#keep
  }
  set keep(keep: boolean) {
    this.#keep = keep
    this.#actor.send({ type: 'KEEP', keep })
  }

  /** Single motions can be followed; above, the numbers and flows are what is shown. */
  get flows(): boolean {
    return (this.#speed >= FLOW_FROM || this.lab.snapshot?.load === true) && this.state === 'playing'
  }

  play(): void {
    this.#actor.send({ type: 'PLAY' })
  }
  pause(): void {
    this.#actor.send({ type: 'PAUSE' })
  }
  toggle(): void {
    if (this.state === 'playing') this.pause()
    else this.play()
  }
  stepHook(): void {
    this.#step(false)
  }
  stepPacket(): void {
    this.#step(true)
  }
  /** To the stop before. */
  back(): void {
    const s = this.lab.snapshot
    if (s === null || s.position === 0) return
    this.pause()
    this.seek(previousStop(this.lab.trace, s.position) ?? Math.max(0, s.position - 1))
  }
  seek(position: number): void {
    const end = this.lab.snapshot?.end ?? 0
    this.target = Math.min(end, Math.max(0, Math.round(position)))
    this.#actor.send({ type: 'SEEK', position: this.target })
  }
  toStart(): void {
    this.pause()
    this.seek(0)
  }
  toEnd(): void {
    this.seek(this.lab.snapshot?.end ?? 0)
  }
  /** Keep this run as it is and go on in a copy of it from here. */
  async fork(): Promise<void> {
    this.pause()
    await this.lab.ask({ type: 'fork' })
  }
  async switchRun(run: number): Promise<void> {
    this.pause()
    await this.lab.ask({ type: 'switch', run })
  }

  /** What is set going by it is no news: nothing plays by itself. */
  async aside<T>(work: () => Promise<T>): Promise<T> {
    this.#asking++
    try {
      return await work()
    } finally {
      this.#asking--
    }
  }

  /** End it: no timer, no actor is left. */
  close(): void {
    this.#stop()
    this.#timer?.stop()
    this.#actor.stop()
  }

  #step(leave: boolean): void {
    if (this.state === 'playing') this.pause()
    const s = this.lab.snapshot
    if (s === null) return
    const past = s.position < s.end ? (nextStop(this.lab.trace, s.position, leave) ?? s.position + 1) : null
    this.#actor.send({
      type: 'STEP',
      ask:
        past === null
          ? { type: 'advance', by: { kind: leave ? 'packet' : 'hook' } }
          : { type: 'seek', position: past },
    })
  }

  async #ask(asked: Asked): Promise<number> {
    const before = this.lab.snapshot
    const answer = await this.aside(() => this.lab.ask(asked))
    if (answer.type === 'failed') throw new Error(answer.detail)
    const after = this.lab.snapshot
    if (before === null || after === null || after.events <= before.events) return 0
    const first = this.lab.trace[0]?.seq ?? 0
    const events = this.lab.trace.slice(Math.max(0, before.events - first), Math.max(0, after.events - first))
    return this.flows ? 0 : showMs(events, HOOK_MS)
  }

  #look(): Look {
    const s = this.lab.snapshot
    if (s === null)
      return {
        position: 0,
        end: 0,
        quiet: true,
        load: false,
        onRoad: false,
        here: true,
        flying: false,
        nextIn: null,
        delay: 0,
        next: null,
        nextLeave: null,
      }
    const arriving = s.flying.reduce<(typeof s.flying)[number] | null>(
      (first, f) => (first === null || f.arrivesAt < first.arrivesAt ? f : first),
      null,
    )
    const past = s.position < s.end
    const next = past ? (nextStop(this.lab.trace, s.position) ?? s.position + 1) : null
    return {
      position: s.position,
      end: s.end,
      quiet: s.quiet,
      load: s.load,
      onRoad: s.current !== null,
      here: s.current === null || s.current.host === s.kernel.host,
      flying: s.flying.length > 0,
      nextIn: s.nextIn,
      delay: arriving === null ? 0 : arriving.arrivesAt - arriving.sentAt,
      next,
      nextLeave: past ? nextStop(this.lab.trace, s.position, true) : null,
    }
  }

  /** A command has set something going: play, so that it is seen. */
  #notice(): void {
    const s = this.lab.snapshot
    const quiet = s?.quiet ?? true
    const news = this.#wasQuiet && !quiet && this.#asking === 0 && s !== null && s.position === s.end
    this.#wasQuiet = quiet
    this.#wake()
    if (news && this.autoplay) queueMicrotask(() => this.play())
  }

  /** The timer runs only while something moves. */
  #wake(): void {
    this.#timer ??= timer(() => {
      if (!this.#draw()) {
        this.#timer?.stop()
        this.#timer = null
      }
    })
  }

  /** Sets phase and time for this frame. False: nothing moves any more. */
  #draw(): boolean {
    const snap = this.#actor.getSnapshot()
    const { context } = snap
    const now = performance.now()
    const ms = context.show / context.shownAt
    const phase = ms <= 0 ? 1 : Math.min(1, Math.max(0, (now - context.shownSince) / ms))
    this.still =
      typeof matchMedia === 'function' &&
      (matchMedia('(prefers-reduced-motion: reduce)').matches ||
        document.documentElement.dataset.motion === 'reduced')
    this.phase = this.still ? 1 : phase
    const waiting = snap.matches({ playing: 'waiting' })
    const share = waitShare(context.plan, context.waited, waiting ? now - context.since : 0)
    const { plan } = context
    const s = this.lab.snapshot
    this.time = (s?.time ?? 0) + (plan === null || plan.from !== s?.position ? 0 : plan.us * share)
    return phase < 1 || waiting || snap.matches('playing')
  }
}

function waitShare(plan: Plan | null, waited: number, going: number): number {
  if (plan === null || plan.wait <= 0) return 0
  return Math.min(1, waited + going / plan.wait)
}
