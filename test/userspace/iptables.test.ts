/** Whole sessions of iptables, iptables-save and iptables-restore, as the real ones answered (iptables/record.ts). */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import '../../src/kernel/article.ts'
import { iptables, iptablesRestore, iptablesSave } from '../../src/userspace/iptables/index.ts'
import { fakeKernel, run, words } from '../xtables/kit.ts'
import { here, sequences, undated, type Recorded } from './iptables/lines.ts'

const PROGRAMS = { iptables, 'iptables-save': iptablesSave, 'iptables-restore': iptablesRestore }

const VERSIONS = [
  { version: '1.8.9', file: 'recorded.json', period: 'modern' },
  { version: '1.6.1', file: 'recorded-1.6.1.json', period: 'article' },
] as const

describe.each(VERSIONS)('iptables $version', ({ file, period }) => {
  const recorded = JSON.parse(readFileSync(here(file), 'utf8')) as Recorded[]

  for (const { title, steps } of recorded) {
    describe(title, () => {
      const k = fakeKernel(period)
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
})
