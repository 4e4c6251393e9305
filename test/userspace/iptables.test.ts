/** Whole sessions of iptables, iptables-save and iptables-restore, as the real ones answered (iptables/record.ts). */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { iptables, iptablesRestore, iptablesSave } from '../../src/userspace/iptables/index.ts'
import { fakeKernel, run, words } from '../xtables/kit.ts'
import { here, sequences, undated, type Recorded } from './iptables/lines.ts'

const recorded = JSON.parse(readFileSync(here('recorded.json'), 'utf8')) as Recorded[]
const PROGRAMS = { iptables, 'iptables-save': iptablesSave, 'iptables-restore': iptablesRestore }

for (const { title, steps } of recorded) {
  describe(title, () => {
    const k = fakeKernel()
    steps.forEach(({ line, stdin, ...theirs }, i) => {
      test(`${i + 1}: ${line}`, () => {
        const argv = words(line)
        const ours = run(k, PROGRAMS[argv[0] as keyof typeof PROGRAMS], argv, stdin)
        expect({ ...ours, stdout: undated(ours.stdout) }).toEqual(theirs)
      })
    })
  })
}

test('the recording is of the lines that are asked now', () => {
  const asked = sequences().map((s) => ({ title: s.title, lines: s.steps.map(({ line }) => line) }))
  expect(recorded.map((s) => ({ title: s.title, lines: s.steps.map(({ line }) => line) }))).toEqual(asked)
})
