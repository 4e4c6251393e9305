/**
 * The terminals of a lab, one for each host: whoever runs a command in the page, runs it here. Lines run in the order in
 * which they are given, over all hosts: a suggestion's `curl` on the client does not overtake its rule on the gateway.
 * Only behind a program that keeps its terminal do lines wait that others may pass.
 */
import { createActor, fromPromise, type Actor } from 'xstate'
import type { Snapshot } from '../lab/protocol.ts'
import type { LabState } from './lab.svelte.ts'
import { terminalMachine, type Line } from './terminal.machine.ts'

interface Shown {
  busy: boolean
  stuck: boolean
  waiting: number
  current: string
}

const IDLE: Shown = { busy: false, stuck: false, waiting: 0, current: '' }

export class Terminals {
  /** The host whose terminal is in front. */
  front = $state('')
  /** What stands in each input line. */
  draft = $state<Record<string, string>>({})
  /** What the page is typing on a host, as far as it has come. */
  coming = $state<Record<string, string>>({})
  /** Chunks before this number are off the screen (Ctrl-L). */
  cleared = $state<Record<string, number>>({})
  private shown = $state.raw<Readonly<Record<string, Shown>>>({})
  private actors = new Map<string, Actor<typeof terminalMachine>>()
  private readonly lab: LabState
  private turn = 0
  /** Lines that let earlier ones of other terminals go first; called whenever a terminal has changed. */
  private waiting: (() => void)[] = []

  constructor(lab: LabState) {
    this.lab = lab
  }

  of(host: string): Shown {
    return this.shown[host] ?? IDLE
  }

  /** Runs a line as if typed. `by` names the control that says itself as this command. */
  run(host: string, line: string, by?: string): void {
    this.actor(host).send({ type: 'SUBMIT', line, turn: this.turn++, ...(by !== undefined && { by }) })
  }

  interrupt(host: string): void {
    this.actor(host).send({ type: 'INTERRUPT' })
  }

  /** Resolves when nothing runs in a host's terminal any more. */
  idle(host: string): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.of(host).busy) this.waiting.push(look)
        else resolve()
      }
      look()
    })
  }

  /** Ctrl-C for whatever a control of the page has set going and that still runs: see `by` of run(). */
  stop(by: string): void {
    for (const [host, actor] of this.actors) {
      const s = actor.getSnapshot()
      if (s.hasTag('busy') && s.context.current?.by === by) this.interrupt(host)
    }
  }

  /**
   * Types a line before the reader's eyes and runs it; with `patience` 0 at once. It is written where it will stand in the
   * log, so that her own line stays hers: what she presses meanwhile neither cuts it nor is lost.
   */
  async type(host: string, line: string, by: string, patience: number): Promise<void> {
    const { actors } = this
    this.front = host
    for (let i = 1; i <= line.length && patience > 0; i++) {
      this.coming[host] = line.slice(0, i)
      await new Promise((resolve) => setTimeout(resolve, patience))
      // Another lab has been opened: what was to come was for the old one.
      if (actors !== this.actors) return
    }
    delete this.coming[host]
    this.run(host, line, by)
  }

  clear(host: string): void {
    this.cleared[host] = this.end(host)
  }

  /** Chunks of a host's text up to the moment shown. */
  end(host: string): number {
    return this.lab.snapshot?.hosts.find((h) => h.name === host)?.output ?? 0
  }

  /** Words that can stand at the cursor. */
  async complete(host: string, line: string, cursor: number): Promise<{ from: number; words: string[] }> {
    const answer = await this.lab.ask({ type: 'complete', host, line, cursor })
    return answer.type === 'completion'
      ? { from: answer.from, words: answer.words }
      : { from: cursor, words: [] }
  }

  /** Call with every new snapshot: programs that have ended give the prompt back. */
  notice(snapshot: Snapshot): void {
    for (const { name, busy } of snapshot.hosts)
      if (busy || this.actors.has(name)) this.actor(name).send({ type: 'BUSY', busy })
  }

  /** Another lab is opened: nothing of the old one's terminals holds. */
  reset(): void {
    for (const actor of this.actors.values()) actor.stop()
    this.actors = new Map()
    this.shown = {}
    this.draft = {}
    this.coming = {}
    this.cleared = {}
  }

  private actor(host: string): Actor<typeof terminalMachine> {
    const known = this.actors.get(host)
    if (known !== undefined) return known
    const actor = createActor(
      terminalMachine.provide({
        actors: {
          exec: fromPromise<{ busy: boolean }, Line & { host: string }>(async ({ input }) => {
            await this.myTurn(input)
            const answer = await this.lab.exec(input.host, input.line, input.by)
            if (answer.type !== 'update') return { busy: false }
            const { snapshot } = answer.update
            return { busy: snapshot.hosts.some((h) => h.name === input.host && h.busy) }
          }),
          interrupt: fromPromise<void, { host: string }>(async ({ input }) => {
            await this.lab.ask({ type: 'interrupt', host: input.host })
          }),
        },
      }),
      { input: { host } },
    )
    actor.subscribe((s) => {
      this.shown = {
        ...this.shown,
        [host]: {
          busy: s.hasTag('busy'),
          stuck: s.hasTag('stuck'),
          waiting: s.context.queue.length,
          current: s.context.current?.line ?? '',
        },
      }
      const waiting = this.waiting
      this.waiting = []
      for (const look of waiting) look()
    })
    this.actors.set(host, actor)
    return actor.start()
  }

  /** Resolves when no other terminal is about to run a line that was given before this one. */
  private myTurn({ host, turn }: Line & { host: string }): Promise<void> {
    const goesFirst = ([name, actor]: [string, Actor<typeof terminalMachine>]): boolean => {
      const s = actor.getSnapshot()
      const theirs = s.context.current?.turn
      return (
        name !== host &&
        s.matches({ running: 'sending' }) &&
        theirs !== undefined &&
        turn !== undefined &&
        theirs < turn
      )
    }
    return new Promise((resolve) => {
      const look = (): void => {
        if ([...this.actors].some(goesFirst)) this.waiting.push(look)
        else resolve()
      }
      look()
    })
  }
}
