/**
 * What the eye is on: the followed packet, its journey, its visit to the host whose kernel is shown, and the live actor
 * of packetPath that walks with it. Made once (`createStage(lab, player)`), read by every view of the stage.
 */
import type { ConnView } from '../kernel/conntrack/conn.ts'
import type { LabState } from './lab.svelte.ts'
import type { Dir } from './parts/packet.ts'
import type { Player } from './player.svelte.ts'
import { dirOf, followedSerial, journeyOf, type Step, type Visit } from './views/journey.ts'
import { Follower, walkOf, type Inspected } from './views/walk.ts'

const INSPECTED_KEPT = 200

export class Stage {
  readonly lab: LabState
  readonly player: Player
  readonly #follower: Follower
  #inspected: Inspected[] = []
  #told = false
  /** The inspection events of the actor, the last ones; filled only when `inspect` was asked for. */
  inspected = $state.raw<readonly Inspected[]>([])
  readonly inspecting: boolean
  /** The room of the middle, as it was last seen: to measure it anew would have the page laid out for that. */
  room = $state.raw<DOMRectReadOnly>()

  constructor(lab: LabState, player: Player, inspect = false) {
    this.lab = lab
    this.player = player
    this.inspecting = inspect
    this.#follower = new Follower(inspect ? (e) => this.#hear(e) : null)
  }

  /** The packet that is followed; 0: there is none. */
  serial = $derived.by(() =>
    followedSerial(this.lab.followed, this.lab.snapshot?.current ?? null, this.lab.past),
  )

  journey = $derived.by(() => journeyOf(this.lab.past, this.serial))

  /** Its last visit to the host whose kernel is shown. */
  visit = $derived.by((): Visit | null => {
    const host = this.lab.snapshot?.kernel.host
    return this.journey.visits.findLast((v) => v.host === host) ?? null
  })

  /** The visit is the packet's last so far: it is (or ended) here. */
  here = $derived.by(() => this.visit !== null && this.visit === this.journey.visits.at(-1))

  walk = $derived.by(() => (this.visit === null ? null : walkOf(this.visit)))

  /** The state of the actor. Feeding it is what moves it; going back feeds a new one. */
  state = $derived.by((): string | null => {
    if (this.walk !== null) return this.#follower.feed(this.walk)
    this.#follower.stop()
    return null
  })

  /** The last thing that was done to it on the shown host. */
  step = $derived.by((): Step | null => this.visit?.steps.findLast((s) => s.ran) ?? null)

  /** The last thing that was done to it anywhere. */
  last = $derived.by((): Step | null => this.journey.visits.at(-1)?.steps.findLast((s) => s.ran) ?? null)

  /** The direction of its flow as the last conntrack that saw it said. */
  dir = $derived.by((): Dir => {
    for (const v of this.journey.visits.toReversed()) {
      const dir = dirOf(v)
      if (dir !== '-') return dir
    }
    return '-'
  })

  /** The entry that has a part in what happened: when NAT has been at work, or when it goes into the table. */
  conn = $derived.by((): ConnView | null => {
    const step = this.step
    const kernel = this.lab.snapshot?.kernel
    const id = step?.ct?.id
    if (!step || !id || kernel === undefined || !this.here) return null
    const fresh = step.ctEvents.some((e) => e.event === 'NEW')
    if (!step.rewritten && step.nat.length === 0 && !fresh) return null
    const { unconfirmed, entries } = kernel.conntrack
    const is = (c: ConnView): boolean => c.id === id
    return unconfirmed.find(is) ?? entries.find(is) ?? step.ctEvents.find((e) => is(e.conn))?.conn ?? null
  })

  #hear(e: Inspected): void {
    this.#inspected = [...this.#inspected, e].slice(-INSPECTED_KEPT)
    console.info('[inspect]', e.type, e.event, e.state)
    if (this.#told) return
    // The actor moves while the page is being computed: tell the page afterwards.
    this.#told = true
    queueMicrotask(() => {
      this.#told = false
      this.inspected = this.#inspected
    })
  }
}

export function createStage(lab: LabState, player: Player, inspect = false): Stage {
  return new Stage(lab, player, inspect)
}
