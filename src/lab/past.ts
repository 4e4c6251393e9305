/**
 * The past of a run in little room: of its checkpoints none is kept whole. Each is its bones (bones.ts), shared with those of
 * the one before as far as they are the same, and of its columns what differs from the one before (delta.ts); the first
 * differs from nothing, which is all zeros. One frame of columns is kept whole and led from checkpoint to checkpoint, to and
 * fro: at the newest one the next is compared with it, at another one a state is made of it. So a checkpoint of a load takes a
 * tenth of the state's room, there can be ten times as many, and from the nearest one it is not far.
 */
import { bonesOf, emptyLike, fleshOut, type Column } from './bones.ts'
import { applyDelta, DeltaReader, DeltaWriter, giveBack, mergeDeltas, writeDelta, type Way } from './delta.ts'
import { leaveLitter, LitterPicker } from './litter.ts'
import { put, takeBack, type Sibling } from './kin.ts'
import { pastPart, type Past } from './past-part.ts'
import type { LabState } from './state.ts'

/** A checkpoint. It is never changed: runs that share a past share it. */
interface Link {
  /** More than one run has it. */
  shared: boolean
  root: unknown
  /** Its columns: the number of each, its elements, and its words. */
  ids: Int32Array
  elements: Int32Array
  words: Int32Array
  /** What differs from the one before: by column its number and where it ends. */
  changed: Int32Array
  change: Uint8Array
}

/** What the bones of a checkpoint take beside those that it shares, roughly. */
const BONES_BYTES = 20_000
const WORD = 4

const writer = new DeltaWriter()

export class Chain implements Past {
  private links: Link[] = []
  /** Numbers of columns, by where they are. Shared with forks. */
  private readonly numbers: Map<string, number>
  private readonly paths: string[]
  /** How each differs. */
  private readonly ways: Way[]
  /** The columns of the link `at`, by number, as words; -1: all zeros. */
  private frame: Int32Array[] = []
  private at = -1

  constructor(numbers = new Map<string, number>(), paths: string[] = [], ways: Way[] = []) {
    this.numbers = numbers
    this.paths = paths
    this.ways = ways
  }

  get length(): number {
    return this.links.length
  }

  get bytes(): number {
    const links = this.links.reduce((sum, l) => sum + l.change.length + BONES_BYTES, 0)
    return this.frame.reduce((sum, column) => sum + column.byteLength, links)
  }

  add(state: LabState): void {
    this.insert(this.links.length, state)
  }

  insert(n: number, state: LabState): void {
    this.lead(n - 1)
    const { root, columns, paths, owners } = bonesOf(state, n > 0 ? this.links[n - 1].root : undefined)
    const ids = Int32Array.from(paths, (path, i) => this.numberOf(path, columns[i]))
    const changed: number[] = []
    const there = new Set(ids)
    const words = columns.map(wordsOf)
    const at = new Map(paths.map((path, i) => [path, i]))
    const sibling: Sibling = (path) => {
      const i = at.get(path)
      return i === undefined ? null : { words: words[i], elements: elementsOf(columns[i]) }
    }
    const picker = new LitterPicker()
    for (let i = 0; i < words.length; i++) {
      const litter = picker.of(paths[i], owners[i])
      const now = put(paths[i], columns[i], words[i], sibling, litter !== null)
      if (litter) leaveLitter(now, this.column(ids[i], now.length), litter)
      this.compare(ids[i], now, changed)
    }
    // What there is no more is nothing but zeros.
    for (let id = 0; id < this.frame.length; id++) if (!there.has(id)) this.compare(id, NOTHING, changed)
    const link = {
      shared: false,
      root,
      ids,
      elements: Int32Array.from(columns, elementsOf),
      words: Int32Array.from(words, (w) => w.length),
      changed: Int32Array.from(changed),
      change: writer.take(),
    }
    const next = this.links.at(n)
    // Differences are laid over each other: what leads from this one to the next is what led to both.
    if (next) {
      this.links[n] = merged(link, next, this.ways, true)
      drop(next)
    }
    this.links.splice(n, 0, link)
    this.at = n
  }

  restore(n: number): LabState {
    this.lead(n)
    const { root, ids, elements } = this.links[n]
    const at = new Map(Array.from(ids, (id, i) => [id, i]))
    const sibling: Sibling = (path) => {
      const id = this.numbers.get(path)
      const i = id === undefined ? undefined : at.get(id)
      return id === undefined || i === undefined ? null : { words: this.frame[id], elements: elements[i] }
    }
    return fleshOut(root, (empty, i) => {
      const column = emptyLike(empty, elements[i])
      const bytes = new Uint8Array(column.buffer)
      bytes.set(new Uint8Array(this.frame[ids[i]].buffer, 0, bytes.length))
      takeBack(this.paths[ids[i]], column, sibling)
      return column
    }) as LabState
  }

  peek(n: number): LabState {
    const aside = new Chain(this.numbers, this.paths, this.ways)
    aside.links = this.links
    aside.frame = this.frame.map((column) => column.slice())
    aside.at = this.at
    const state = aside.restore(n)
    aside.rest()
    return state
  }

  remove(n: number): void {
    const gone = this.links[n]
    const next = this.links.at(n + 1)
    if (this.at === n) this.lead(next ? n + 1 : n - 1)
    if (next) {
      this.links[n + 1] = merged(gone, next, this.ways, false)
      drop(next)
    }
    drop(gone)
    this.links.splice(n, 1)
    if (this.at > n) this.at--
  }

  fork(length: number): Chain {
    const fork = new Chain(this.numbers, this.paths, this.ways)
    for (const link of this.links.slice(0, length)) link.shared = true
    fork.links = this.links.slice(0, length)
    if (this.at >= length) this.lead(length - 1)
    fork.frame = this.frame.map((column) => column.slice())
    fork.at = this.at
    return fork
  }

  rest(): void {
    this.frame.forEach(giveBack)
    this.frame = []
    this.at = -1
  }

  private numberOf(path: string, column: Column): number {
    let number = this.numbers.get(path)
    if (number === undefined) {
      this.numbers.set(path, (number = this.numbers.size))
      this.paths.push(path)
      this.ways.push(elementBytes(column) < WORD ? 'bits' : 'numbers')
    }
    return number
  }

  /** A column of the frame, of so many words at least. */
  private column(id: number, words: number): Int32Array {
    while (this.frame.length <= id) this.frame.push(NOTHING)
    const column = this.frame[id]
    if (column.length >= words) return column
    const bigger = new Int32Array(words)
    bigger.set(column)
    giveBack(column)
    return (this.frame[id] = bigger)
  }

  /** Note how a column differs from that of the frame, which becomes equal. */
  private compare(id: number, words: Int32Array, changed: number[]): void {
    const before = writer.length
    const column = this.column(id, words.length)
    writeDelta(writer, words, column, this.ways[id])
    if (column.length > words.length) {
      this.frame[id] = column.slice(0, words.length)
      giveBack(column)
    }
    const end = writer.end()
    if (end > before) changed.push(id, end)
  }

  /** Bring the frame to a link. */
  private lead(to: number): void {
    if (to === this.at) return
    // From nothing it may be nearer.
    if (to + 1 < Math.abs(to - this.at)) this.rest()
    while (this.at < to) this.cross(this.at + 1, ++this.at)
    while (this.at > to) this.cross(this.at, --this.at)
    const there = new Set(this.links.at(to)?.ids)
    for (let id = 0; id < this.frame.length; id++) {
      if (there.has(id)) continue
      giveBack(this.frame[id])
      this.frame[id] = NOTHING
    }
  }

  /** Over the difference of a link and the one before it, to one of the two. */
  private cross(link: number, to: number): void {
    if (to >= 0) {
      const { ids, words } = this.links[to]
      for (let i = 0; i < ids.length; i++) this.column(ids[i], words[i])
    }
    const { changed, change } = this.links[link]
    for (let i = 0, begin = 0; i < changed.length; i += 2) {
      applyDelta(change, begin, changed[i + 1], this.frame[changed[i]], this.ways[changed[i]], to < link)
      begin = changed[i + 1]
    }
  }
}

const NOTHING = new Int32Array(0)

/** A link that this past has no more. */
function drop({ shared, change }: Link): void {
  if (!shared) giveBack(change)
}

const elementsOf = (column: Column): number => (column as Column & { readonly length: number }).length

const elementBytes = (column: Column): number =>
  (column as Column & { readonly BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT

/** A column as words: itself where it is that, else a copy. */
function wordsOf(column: Column): Int32Array {
  const { buffer, byteOffset, byteLength } = column
  if (byteOffset % WORD === 0 && byteLength % WORD === 0)
    return new Int32Array(buffer, byteOffset, byteLength / WORD)
  const bytes = new Uint8Array(Math.ceil(byteLength / WORD) * WORD)
  bytes.set(new Uint8Array(buffer, byteOffset, byteLength))
  return new Int32Array(bytes.buffer)
}

/** The second of two links, as it differs from the one before the first. `back`: both follow that one, and it from the first. */
function merged(x: Link, y: Link, ways: readonly Way[], back: boolean): Link {
  const sections = new Map<number, [DeltaReader, DeltaReader]>()
  for (const [n, { changed, change }] of [x, y].entries())
    for (let i = 0, begin = 0; i < changed.length; i += 2) {
      const way = ways[changed[i]]
      const nothing = new DeltaReader(change, 0, 0, way)
      const both = sections.get(changed[i]) ?? [nothing, nothing]
      both[n] = new DeltaReader(change, begin, changed[i + 1], way)
      sections.set(changed[i], both)
      begin = changed[i + 1]
    }
  const changed: number[] = []
  for (const [id, [first, second]] of sections) {
    const before = writer.length
    mergeDeltas(writer, first, second, ways[id], back)
    const end = writer.end()
    if (end > before) changed.push(id, end)
  }
  return { ...y, shared: false, changed: Int32Array.from(changed), change: writer.take() }
}

pastPart.begin = () => new Chain()
