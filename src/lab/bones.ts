/**
 * The bones of a state: a copy of it without its columns (typed arrays), in whose places empty ones stand. What is as it was
 * in the bones before is not copied but shared with them: of a lab's rules, settings and files little changes.
 */

type Plain = Record<string, unknown>
export type Column = Exclude<ArrayBufferView, DataView> & { readonly buffer: ArrayBuffer }

export interface Bones {
  root: unknown
  /** The columns in the order of the walk, where each is: the way of names to it, and what has it. */
  columns: Column[]
  paths: string[]
  owners: object[]
}

const isColumn = (value: object): value is Column => ArrayBuffer.isView(value)

/** The bones of a state; `before`: the root of those before, undefined: there are none. */
export function bonesOf(state: unknown, before: unknown): Bones {
  const walk = new BoneWalk()
  const root = walk.any(state, before)
  return { root, columns: walk.columns, paths: walk.paths, owners: walk.owners }
}

class BoneWalk {
  readonly columns: Column[] = []
  readonly paths: string[] = []
  readonly owners: object[] = []
  /** What the next part is a part of. */
  private owner: object = {}
  private readonly path: string[] = []
  /** What has been copied, and its copy: what is in two places stays one thing. */
  private readonly made = new Map<object, object>()
  /** Of the bones before, what stands for something already: two things never become one. */
  private readonly taken = new Set<object>()

  any(now: unknown, before: unknown): unknown {
    if (typeof now !== 'object' || now === null) return now
    const known = this.made.get(now)
    if (known) return known
    let old: object | null = null
    if (typeof before === 'object' && before !== null && !this.taken.has(before)) {
      this.taken.add(before)
      if (Object.getPrototypeOf(before) === Object.getPrototypeOf(now)) old = before
    }
    const copy = this.copy(now, old)
    this.made.set(now, copy)
    return copy
  }

  private copy(now: object, old: object | null): object {
    if (isColumn(now)) {
      this.columns.push(now)
      this.paths.push(this.path.join('/'))
      this.owners.push(this.owner)
      return old ?? emptyLike(now)
    }
    if (Array.isArray(now)) return this.array(now, old as unknown[] | null)
    if (now instanceof Map) return this.map(now, old as Map<unknown, unknown> | null)
    if (now instanceof Set) return this.set(now, old as Set<unknown> | null)
    const kind: unknown = Object.getPrototypeOf(now)
    if (kind === Object.prototype) return this.object(now as Plain, old as Plain | null)
    return structuredClone(now)
  }

  /** A part by its name. */
  private part(name: string, now: unknown, before: unknown): unknown {
    if (typeof now !== 'object' || now === null) return now
    this.path.push(name)
    const copy = this.any(now, before)
    this.path.pop()
    return copy
  }

  private object(now: Plain, old: Plain | null): object {
    const fresh = { ...now }
    this.made.set(now, fresh)
    const keys = Object.keys(now)
    const known = old === null ? [] : Object.keys(old)
    let same = old !== null && known.length === keys.length
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]
      const before = old?.[key]
      this.owner = now
      const copy = this.part(key, now[key], before)
      if (typeof copy === 'object') fresh[key] = copy
      same &&= known[i] === key && Object.is(copy, before)
    }
    return same && old ? old : fresh
  }

  private array(now: unknown[], old: unknown[] | null): object {
    const fresh = now.slice()
    this.made.set(now, fresh)
    let same = old?.length === now.length
    for (let i = 0; i < now.length; i++) {
      const before = old?.[i]
      const copy = typeof now[i] === 'object' ? this.part(String(i), now[i], before) : now[i]
      if (typeof copy === 'object') fresh[i] = copy
      same &&= Object.is(copy, before)
    }
    return same && old ? old : fresh
  }

  private map(now: Map<unknown, unknown>, old: Map<unknown, unknown> | null): object {
    const fresh = new Map<unknown, unknown>()
    this.made.set(now, fresh)
    const known = old?.keys()
    let same = old?.size === now.size
    for (const [key, value] of now) {
      const before = old?.get(key)
      const copy = this.part(String(key), value, before)
      fresh.set(key, copy)
      same &&= known?.next().value === key && Object.is(copy, before)
    }
    return same && old ? old : fresh
  }

  /** Of words and numbers, as the keys of maps are. */
  private set(now: Set<unknown>, old: Set<unknown> | null): object {
    const known = old?.values()
    let same = old?.size === now.size
    for (const value of now) same &&= known?.next().value === value
    return same && old ? old : new Set(now)
  }
}

/** As it is made where a column is, with so many elements. */
type ColumnClass = new (elements: number) => Column

export function emptyLike(column: Column, elements = 0): Column {
  return new (column.constructor as ColumnClass)(elements)
}

/** A state of its own from bones: each column in its place is what `column` makes of the empty one there, and its number. */
export function fleshOut(root: unknown, column: (empty: Column, n: number) => Column): unknown {
  /** What has been seen; a column that was made for an empty one. */
  const seen = new Map<object, Column | null>()
  let n = 0
  const visit = (value: unknown, put: (column: Column) => void): void => {
    if (typeof value !== 'object' || value === null) return
    const known = seen.get(value)
    if (known) put(known)
    if (known !== undefined) return
    const made = isColumn(value) ? column(value, n++) : null
    seen.set(value, made)
    if (made) put(made)
    else if (value instanceof Map)
      for (const [key, part] of value as Map<unknown, unknown>) visit(part, (c) => value.set(key, c))
    else
      for (const key of Object.keys(value)) {
        const part = (value as Plain)[key]
        if (typeof part === 'object') visit(part, (c) => ((value as Plain)[key] = c))
      }
  }
  const state: unknown = structuredClone(root)
  visit(state, () => undefined)
  return state
}
