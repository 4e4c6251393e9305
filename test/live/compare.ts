/** Where two recordings differ. */
import type { Json } from '../../src/lab/replay/packet.ts'

export interface Difference {
  /** Step it is in; 0: none. */
  step: number
  /** Where in the recording: `steps.3.packets.0.verdict`. */
  path: string
  /** undefined: it is not there. */
  kernel: Json | undefined
  simulator: Json | undefined
}

const isObject = (v: Json | undefined): v is { [key: string]: Json } =>
  typeof v === 'object' && v !== null && !Array.isArray(v)

function text(v: Json | undefined): string {
  return JSON.stringify(v) ?? 'nothing'
}

/**
 * Every place where they differ, outermost first. Of lists whose lengths differ the first entry that differs is told,
 * together with the one that has no partner.
 */
export function differences(kernel: Json, simulator: Json): Difference[] {
  const found: Difference[] = []
  const walk = (k: Json | undefined, s: Json | undefined, path: string[]): void => {
    if (isObject(k) && isObject(s)) {
      for (const key of new Set([...Object.keys(k), ...Object.keys(s)])) walk(k[key], s[key], [...path, key])
      return
    }
    if (Array.isArray(k) && Array.isArray(s)) {
      for (let i = 0; i < Math.max(k.length, s.length); i++) {
        const before = found.length
        walk(k[i], s[i], [...path, String(i)])
        if (k.length !== s.length && found.length > before) return
      }
      return
    }
    if (text(k) === text(s)) return
    const step = path[0] === 'steps' && path[1] !== undefined ? Number(path[1]) + 1 : 0
    found.push({ step, path: path.join('.'), kernel: k, simulator: s })
  }
  walk(kernel, simulator, [])
  return found
}

/**
 * A recording whose table entries stand in an order that chance does not decide: recordings sort them by their ports, and
 * name those that were drawn only afterwards; and of two with the same ends, in two zones, either may come first.
 */
export function inOrder(recording: { [key: string]: Json }): { [key: string]: Json } {
  const steps = recording['steps']
  if (!Array.isArray(steps)) return recording
  const sorted = (list: Json | undefined): Json[] =>
    [...(list as Json[])].sort((a, b) => (text(a) < text(b) ? -1 : text(a) === text(b) ? 0 : 1))
  return {
    ...recording,
    steps: steps.map((step) =>
      isObject(step) && Array.isArray(step['conntrack'])
        ? { ...step, conntrack: sorted(step['conntrack']) }
        : step,
    ),
  }
}

/** A difference in two lines, for a person. */
export function printDifference(d: Difference): string {
  return `${d.path}\n    kernel:    ${text(d.kernel)}\n    simulator: ${text(d.simulator)}`
}
