/**
 * Going about in time by what happens: to the next drop, rewrite or change of an entry, by packets and seconds, and to
 * bookmarks. The packet of a moment is followed for as long as the moment is looked at.
 */
import { remember, remembered } from '../storage.ts'
import type { Workbench } from '../workbench.svelte.ts'
import { Bookmarks } from './bookmarks.svelte.ts'
import { passTime } from './clock.ts'
import { jumpFrom, packetBefore, type Found, type Jump } from './jumps.ts'

const SECOND_US = 1_000_000

/** What became of the last wish: a moment, or that none is kept. */
export interface Told {
  kind: Jump
  on: boolean
  found: Found | null
}

const keepers = new WeakMap<Workbench, Keeper>()

/** The one of a workbench. */
export function keeperOf(bench: Workbench): Keeper {
  let keeper = keepers.get(bench)
  if (keeper === undefined) keepers.set(bench, (keeper = new Keeper(bench)))
  return keeper
}

export class Keeper {
  readonly bench: Workbench
  readonly bookmarks: Bookmarks
  /** The row of tools is shown. */
  open = $state(remembered('time') === 'open')
  told = $state.raw<Told | null>(null)
  /** Goes up when somebody wants to give this moment a name. */
  naming = $state(0)
  /** The packet that is looked at for a moment, and whether the moment has been reached. */
  #glance: { serial: number; position: number; there: boolean } | null = null

  constructor(bench: Workbench) {
    this.bench = bench
    this.bookmarks = new Bookmarks(bench)
  }

  toggle(open = !this.open): void {
    this.open = open
    remember('time', open ? 'open' : '')
  }

  /** To the next moment of a kind, or to the one before; its host is shown, its packet followed. */
  jump(kind: Jump, on: boolean): void {
    const { lab, player } = this.bench
    const s = lab.snapshot
    if (s === null) return
    const position = player.target ?? s.position
    const found = jumpFrom(lab.trace, position, s.end, kind, on)
    this.told = { kind, on, found }
    if (found === null) {
      // Who asks by key sees that there is none, too.
      this.toggle(true)
      return
    }
    const { event } = found
    this.#look(event.skb, found.position)
    player.pause()
    player.seek(found.position)
    if (event.host !== '' && event.host !== s.kernel.host) void this.bench.look(event.host)
  }

  /** To where a packet is about to die: what it meets there comes next. */
  beforeDeath(serial: number): void {
    const { lab, player } = this.bench
    const death = lab.trace.findLast((e) => e.type === 'drop' && e.skb === serial)?.position
    this.told = null
    if (death === undefined) {
      this.told = { kind: 'drop', on: false, found: null }
      this.toggle(true)
      return
    }
    this.#look(serial, death - 1)
    player.pause()
    player.seek(death - 1)
  }

  packet(on: boolean): void {
    const { lab, player } = this.bench
    if (on) player.stepPacket()
    else {
      const position = packetBefore(lab.trace, player.target ?? lab.snapshot?.position ?? 0)
      player.pause()
      player.seek(position ?? 0)
    }
  }

  second(on: boolean): void {
    void passTime(this.bench.player, on ? SECOND_US : -SECOND_US)
  }

  /** Give the moment shown a name. */
  name(): void {
    this.toggle(true)
    this.naming++
  }

  /** Call with every new position: the packet of a moment that is left is let go. */
  moved(position: number): void {
    const glance = this.#glance
    if (glance === null) return
    if (position === glance.position) glance.there = true
    else if (glance.there) {
      const { lab } = this.bench
      // Around the moment it is the one that moves.
      if (lab.followed === glance.serial) lab.followed = 0
      this.#glance = null
      this.told = null
    }
  }

  /** A letter by which a moment is gone to; with Shift, back. False: it means nothing here. */
  letter(key: string, back: boolean): boolean {
    switch (key) {
      case 'd':
        this.jump('drop', !back)
        break
      case 'r':
        this.jump('rewrite', !back)
        break
      case 's':
        this.jump('state', !back)
        break
      case 'b':
        this.name()
        break
      case '.':
        this.second(true)
        break
      case ',':
        this.second(false)
        break
      default:
        return false
    }
    return true
  }

  #look(serial: number, position: number): void {
    const { lab } = this.bench
    this.#glance = serial === 0 ? null : { serial, position, there: false }
    if (serial !== 0) lab.followed = serial
  }
}
