/**
 * Moments that somebody has given a name. The lab keeps them, so that they come with a link, a file, and with what the
 * browser keeps of the sandbox: a position means something only together with what was done.
 */
import type { Bookmark } from '../../lab/take/bookmarks.ts'
import type { Workbench } from '../workbench.svelte.ts'

export const NAME_MAX = 60

export class Bookmarks {
  list = $state.raw<readonly Bookmark[]>([])
  readonly #bench: Workbench
  /** The lab that the list was asked of. */
  #opening = -1

  constructor(bench: Workbench) {
    this.#bench = bench
  }

  /** Asks the lab, where another one has been opened since. */
  async refresh(): Promise<void> {
    const { opening, lab } = this.#bench
    if (opening === this.#opening || lab.snapshot === null) return
    this.#opening = opening
    this.list = []
    const kept = (await lab.use('bookmarks', null)) as Bookmark[] | null
    if (opening === this.#bench.opening) this.list = kept ?? []
  }

  async add(name: string): Promise<void> {
    const s = this.#bench.lab.snapshot
    if (s === null) return
    const mark: Bookmark = { name: name.slice(0, NAME_MAX), run: s.run, position: s.position, time: s.time }
    await this.#keep([...this.list, mark])
  }

  async remove(mark: Bookmark): Promise<void> {
    await this.#keep(this.list.filter((m) => m !== mark))
  }

  /** Another run is shown where the moment lies in one. False: there is no such moment any more. */
  async go(mark: Bookmark): Promise<boolean> {
    const { player, lab } = this.#bench
    if (mark.run !== lab.snapshot?.run && lab.snapshot?.runs.some((r) => r.run === mark.run) === true)
      await player.switchRun(mark.run)
    if (mark.run !== lab.snapshot?.run || mark.position > lab.snapshot.end) return false
    player.pause()
    player.seek(mark.position)
    return true
  }

  async #keep(list: readonly Bookmark[]): Promise<void> {
    this.list = list
    await this.#bench.lab.use('bookmarks', list)
    if (this.#bench.mode === 'sandbox') await (await import('../sandbox/kept.ts')).keep(this.#bench)
  }
}
