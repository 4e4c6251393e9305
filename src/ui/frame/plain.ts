/**
 * A copy of what came over a port, if it is plain data of a bearable size: what a structured clone can carry besides
 * (maps, buffers, circles, keys that reach a prototype) is nothing that a lab is told.
 */
const DEPTH_MAX = 8
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

export class NotPlain extends Error {
  readonly code: 'bad-message' | 'too-large'

  constructor(code: 'bad-message' | 'too-large', message: string) {
    super(message)
    this.code = code
  }
}

/** Throws a NotPlain. `most`: characters of the same as JSON, about. */
export function plain(value: unknown, most: number): unknown {
  let left = most

  const spend = (n: number): void => {
    left -= n
    if (left < 0) throw new NotPlain('too-large', `more than ${most} characters`)
  }

  const copy = (from: unknown, depth: number): unknown => {
    if (typeof from === 'string') spend(from.length + 2)
    else if (typeof from === 'number' && Number.isFinite(from)) spend(8)
    else if (typeof from === 'boolean' || from === null) spend(5)
    else if (from === undefined) spend(1)
    else if (typeof from === 'object') return depth > DEPTH_MAX ? tooDeep() : inside(from, depth)
    else throw new NotPlain('bad-message', `a ${typeof from}`)
    return from
  }

  const inside = (from: object, depth: number): unknown => {
    spend(2)
    if (Array.isArray(from)) {
      spend(from.length)
      return Array.from(from, (one) => copy(one, depth + 1))
    }
    const proto: unknown = Object.getPrototypeOf(from)
    if (proto !== Object.prototype && proto !== null) throw new NotPlain('bad-message', 'not a plain object')
    const to: Record<string, unknown> = {}
    for (const key of Object.keys(from)) {
      if (FORBIDDEN.has(key)) throw new NotPlain('bad-message', `a key “${key}”`)
      spend(key.length + 4)
      to[key] = copy((from as Record<string, unknown>)[key], depth + 1)
    }
    return to
  }

  return copy(value, 0)
}

function tooDeep(): never {
  throw new NotPlain('bad-message', `deeper than ${DEPTH_MAX}`)
}
