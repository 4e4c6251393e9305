/** Each fault breaks something that traffic shows, and its cure heals it. */
import { expect, test, vi } from 'vitest'
import { page } from '../take/page.ts'
import type { Lab } from '../../../src/lab/bench.ts'
import { bootLab } from '../../../src/lab/boot.ts'
import { FAULT_KEYS, type FaultKey, type Typed } from '../../../src/lab/break/faults.ts'
import { GOALS, network } from '../../../src/lab/break/network.ts'
import {
  brokenBy,
  missed,
  puzzleOf,
  type Begun,
  type Checked,
  type Puzzle,
} from '../../../src/lab/break/puzzle.ts'
import { starsOf } from '../../../src/lab/break/score.ts'
import { PATIENCE } from '../../properties/runs.ts'

vi.setConfig({ testTimeout: PATIENCE })

const SEEDS = [1, 2, 3]

function run(lab: Lab, lines: readonly Typed[]): void {
  for (const { on, line } of lines) {
    const host = lab.hostIndex(on)
    const result = lab.result(host, lab.execCaptured(host, line))
    expect(result, `${on}# ${line}`).toMatchObject({ status: 0 })
  }
}

function wrong(lab: Lab): string[] {
  for (const pieces = missed(lab); ;) {
    const { done, value } = pieces.next()
    if (done === true) return value
  }
}

test('in the network as it is meant, all goals hold', () => {
  expect(wrong(bootLab(network, 1))).toEqual([])
})

test('there are more than fifteen faults, and seeds find them all', () => {
  expect(FAULT_KEYS.length).toBeGreaterThanOrEqual(15)
  const found = new Set(Array.from({ length: 400 }, (_, seed) => puzzleOf(seed).key))
  expect([...found].sort()).toEqual([...FAULT_KEYS].sort())
})

test.each(FAULT_KEYS)('%s breaks something, and its cure heals it', (key: FaultKey) => {
  for (const seed of SEEDS) {
    const { breaks, cures } = brokenBy(key, seed)
    const broken = bootLab(network, seed)
    run(broken, breaks)
    expect(wrong(broken), `seed ${seed}`).not.toEqual([])
    const mended = bootLab(network, seed)
    run(mended, breaks)
    run(mended, cures)
    expect(wrong(mended), `seed ${seed}`).toEqual([])
  }
})

test('what looks strange besides breaks nothing', () => {
  for (const seed of [3, 11, 17, 23]) {
    const { decoys } = puzzleOf(seed)
    const lab = bootLab(network, seed)
    run(
      lab,
      decoys.map((line) => ({ on: 'gateway', line })),
    )
    expect(wrong(lab)).toEqual([])
  }
})

test('a puzzle is begun, looked at, mended and tried, and its lines are counted; nothing of the trial is left', () => {
  const p = page()
  const begun = p.use('puzzle', { seed: 5 }) as Begun
  expect(begun.missed.length).toBeGreaterThan(0)
  expect(p.now().lab).toBe('puzzle')
  expect(p.output()).toEqual([])
  p.type('gateway', 'iptables-save')
  const before = p.now().position
  expect(p.use('puzzle-check', null)).toEqual({ missed: begun.missed, probes: 1 } satisfies Checked)
  expect(p.now().position).toBe(before)
  const { key, cures } = p.use('puzzle-reveal', { seed: 5 }) as Puzzle
  expect(FAULT_KEYS).toContain(key)
  for (const { on, line } of cures) p.type(on, line)
  expect(p.use('puzzle-check', null)).toEqual({ missed: [], probes: 1 + cures.length } satisfies Checked)
})

/** The first number that hides it, as the page draws it. */
function seedOf(key: FaultKey): number {
  for (let seed = 1; ; seed++) if (puzzleOf(seed).key === key) return seed
}

test.each(FAULT_KEYS)('%s, drawn by its number in the page: symptom, cure typed, trial and score', (key) => {
  const p = page()
  const seed = seedOf(key)
  const begun = p.use('puzzle', { seed }) as Begun
  expect(begun.missed).not.toEqual([])
  expect(p.use('puzzle-check', null)).toEqual({ missed: begun.missed, probes: 0 } satisfies Checked)
  const { cures } = p.use('puzzle-reveal', { seed }) as Puzzle
  for (const { on, line } of cures) p.type(on, line)
  expect(p.output().filter((o) => o.stream === 'stderr')).toEqual([])
  const checked = p.use('puzzle-check', null) as Checked
  expect(checked).toEqual({ missed: [], probes: cures.length })
  // Whoever knows what it is gets three stars; each look costs, and nobody gets none.
  expect(starsOf(checked.probes)).toBe(3)
  expect([5, 6, 12, 13, 1000].map(starsOf)).toEqual([3, 2, 2, 1, 1])
})

test('who tears down the wall has not mended it', () => {
  const lab = bootLab(network, 1)
  run(lab, [
    { on: 'gateway', line: 'iptables -P FORWARD ACCEPT' },
    { on: 'gateway', line: 'iptables -P INPUT ACCEPT' },
    { on: 'gateway', line: 'iptables -F' },
  ])
  expect(wrong(lab)).toEqual(['wall', 'shield'])
  expect(GOALS.map((g) => g.key)).toContain('shield')
})
