/**
 * What stands for 'vitest' inside the mutation runner: the same `expect`, and a `test` and `describe` that only collect,
 * so that one process can run any test again and again without loading a module anew.
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect as vitestsExpect } from 'vitest'

/** The file, in test/, whose test runs. */
let running = ''

/**
 * vitest's own `toMatchFileSnapshot` asks its runner, which is not here, where the file lies.
 *
 * @param {unknown} told
 * @param {string} path from the test's file
 */
function sameAsFile(told, path) {
  const before = readFileSync(join(process.cwd(), 'test', dirname(running), path), 'utf8')
  // Stories are long: no need to say where they differ.
  if (told !== before) throw new Error(`it differs from ${path}`)
}

export const expect = new Proxy(vitestsExpect, {
  apply(target, _, [told, message]) {
    const assertion = target(told, message)
    const value = (/** @type {string} */ path) => sameAsFile(told, path)
    return typeof told === 'string'
      ? Object.defineProperty(assertion, 'toMatchFileSnapshot', { value })
      : assertion
  },
})

/** @typedef {{ name: string, file: string, run: () => unknown }} Collected */

/** @type {Collected[]} */
export const collected = []

/** Where `test` puts what it defines: `collected`, or the steps of a story. */
let into = collected
/** @type {string[]} */
const path = []
let file = ''
let inStories = false

/**
 * @param {string} name
 * @param {boolean} stories whether each outermost `describe` is a story: its tests go on from what those before them did
 */
export function enterFile(name, stories) {
  file = name
  inStories = stories
}

/**
 * A story is one test, told from its beginning each time.
 *
 * @param {() => void} fn
 */
async function tell(fn) {
  /** @type {Collected[]} */
  const steps = []
  const before = into
  into = steps
  try {
    fn()
  } finally {
    into = before
  }
  for (const step of steps) await step.run()
}

/**
 * vitest's titles of `each`: %s and %d take the next argument, `$name` a field of an object.
 *
 * @param {string} title
 * @param {unknown[]} args
 * @param {number} index
 */
function titled(title, args, index) {
  let next = 0
  const text = title.replace(/%[sdijo#]/g, (word) => (word === '%#' ? String(index) : String(args[next++])))
  return `${text} #${index}`
}

/**
 * @template {unknown[]} A
 * @param {(title: string, fn: (...args: A) => unknown) => void} define
 */
function each(define) {
  /** @param {Iterable<unknown>} table */
  return (table) =>
    /**
     * @param {string} title
     * @param {(...args: unknown[]) => unknown} fn
     */
    (title, fn) => {
      let index = 0
      for (const row of table) {
        const args = Array.isArray(row) ? row : [row]
        define(titled(title, args, index++), () => fn(...args))
      }
    }
}

/**
 * @param {string} name
 * @param {unknown} fn
 * @param {unknown} [last] vitest takes options before or after the function
 */
export function test(name, fn, last) {
  const body = /** @type {() => unknown} */ (typeof fn === 'function' ? fn : last)
  const home = file
  const run = () => {
    running = home
    return body()
  }
  into.push({ name: [...path, name].join(' > '), file, run })
}
test.each = each(test)
/** @param {Iterable<unknown>} table */
test.for =
  (table) =>
  /**
   * @param {string} title
   * @param {(row: unknown) => unknown} fn
   */
  (title, fn) => {
    let index = 0
    for (const row of table) test(titled(title, [row], index++), () => fn(row))
  }
test.skip = () => undefined
test.skipIf = (/** @type {unknown} */ skip) => (skip ? test.skip : test)
test.runIf = (/** @type {unknown} */ run) => (run ? test : test.skip)

/**
 * @param {string} name
 * @param {unknown} first
 * @param {unknown} [last] as with `test`
 */
export function describe(name, first, last) {
  const fn = /** @type {() => void} */ (typeof first === 'function' ? first : last)
  if (inStories && into === collected) {
    test(name, () => tell(fn))
    return
  }
  path.push(name)
  fn()
  path.pop()
}
describe.each = each(describe)
describe.sequential = describe
