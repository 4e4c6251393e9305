/**
 * awk's arrays, and the order in which `for (i in a)` goes through them.
 *
 * POSIX leaves the order open; ours is mawk's, so that output agrees line by line. There an array is a hash table of
 * lists (FNV-1a over the index, 64 lists, doubled when they are longer than 12 on average), an element moves to the
 * front of its list when it is looked up by its text, and an array that was only used with numbers has its texts
 * added list by list when the loop begins. We keep a JavaScript Map and note when each element was looked up; the
 * lists are worked out when a loop asks for them.
 */
import { MAX_INT } from './values.ts'
import { AwkError, type Value } from './state.ts'

export interface AwkArray {
  entries: Map<string, Element>
  /** It has been used with texts. */
  byText: boolean
  /** Made by split(), and since then only used with numbers up to its length. */
  split: boolean
  /** Number of lists. */
  lists: number
  /** Counts look-ups. */
  clock: number
}

interface Element {
  value: Value
  /** When it was last looked up by its text and by its number, 0: never. */
  text: number
  number: number
}

/** Elements an array can have. */
const MOST = 1_000_000

const LISTS = 64
const AVERAGE = 12

export function newArray(): AwkArray {
  return { entries: new Map(), byText: false, split: false, lists: LISTS, clock: 0 }
}

/** Set array[1] … array[n], and nothing else. */
export function loadArray(array: AwkArray, values: readonly Value[]): void {
  clearArray(array)
  values.forEach((value, i) => array.entries.set(String(i + 1), { value, text: 0, number: 0 }))
  array.split = values.length > 0
}

export function clearArray(array: AwkArray): void {
  array.entries.clear()
  array.byText = false
  array.split = false
  array.lists = LISTS
}

/** The element, made if there is none. */
export function elementOf(array: AwkArray, index: string | number): Element {
  const key = typeof index === 'number' ? String(index) : index
  let element = array.entries.get(key)
  if (element === undefined) {
    if (array.split) unsplit(array)
    element = { value: undefined, text: 0, number: 0 }
    array.entries.set(key, element)
    if (array.entries.size > MOST) throw new AwkError('out of memory')
    if (array.entries.size > array.lists * AVERAGE) array.lists *= 2
    if (typeof index === 'string' && !array.byText) addTexts(array)
  }
  touch(array, element, index)
  return element
}

/** The element if there is one. */
export function findElement(array: AwkArray, index: string | number): Element | undefined {
  const element = array.entries.get(typeof index === 'number' ? String(index) : index)
  if (element) touch(array, element, index)
  return element
}

export function deleteElement(array: AwkArray, index: string | number): void {
  const element = findElement(array, index)
  if (!element) return
  if (array.split) unsplit(array)
  array.entries.delete(typeof index === 'number' ? String(index) : index)
  if (array.entries.size === 0) clearArray(array)
}

function touch(array: AwkArray, element: Element, index: string | number): void {
  if (typeof index === 'number') {
    if (array.split) return
    // An element that is known by its text only is looked for by it first.
    if (element.number === 0 && array.byText) element.text = ++array.clock
    element.number = ++array.clock
    return
  }
  if (array.split) unsplit(array)
  if (!array.byText) addTexts(array)
  element.text = ++array.clock
}

/** split()'s row of elements becomes a table by number. */
function unsplit(array: AwkArray): void {
  array.split = false
  while (array.entries.size > array.lists * AVERAGE) array.lists *= 2
  for (const element of array.entries.values()) element.number = ++array.clock
}

/** The elements get their texts: list by list of the numbers, the latest used first. */
function addTexts(array: AwkArray): void {
  array.byText = true
  const mask = array.lists - 1
  const numbered = [...array.entries].filter(([, element]) => element.number > 0 && element.text === 0)
  const rows = numbered.map(([key, element]) => ({ element, list: (Number(key) & mask) >>> 0 }))
  rows.sort((a, b) => a.list - b.list || b.element.number - a.element.number)
  for (const { element } of rows) element.text = ++array.clock
}

/** The indices in mawk's order. */
export function indicesOf(array: AwkArray): string[] {
  if (array.split) unsplit(array)
  if (!array.byText) addTexts(array)
  const mask = array.lists - 1
  const rows = [...array.entries].map(([key, element]) => ({
    key,
    list: (hash(key) & mask) >>> 0,
    text: element.text,
  }))
  rows.sort((a, b) => a.list - b.list || b.text - a.text)
  return rows.map(({ key }) => key)
}

/** FNV-1a over the bytes of the UTF-8 text. */
function hash(key: string): number {
  let h = 0x811c9dc5
  for (const byte of bytesOf(key)) h = Math.imul(h ^ byte, 0x01000193)
  return h >>> 0
}

function* bytesOf(text: string): Generator<number> {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x80) yield code
    else if (code < 0x800) yield* [0xc0 | (code >> 6), 0x80 | (code & 63)]
    else if (code < 0x10000) yield* [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)]
    else
      yield* [0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)]
  }
}

/** A value as an index: a number stays one if mawk would look it up as such. */
export function asIndex(value: Value, text: (value: Value) => string): string | number {
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < MAX_INT)
    return value === 0 ? 0 : value
  return text(value)
}
