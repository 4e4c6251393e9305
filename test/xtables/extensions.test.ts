/** The .t lines against the simulator; judge.ts puts the same lines to the real iptables, record.ts keeps what it said. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { iptables } from '../../src/userspace/iptables/index.ts'
import { nfct } from '../../src/userspace/conntrack/nfct.ts'
import { ipset } from '../../src/userspace/ipset/ipset.ts'
import type { Match, Target } from '../../src/kernel/xtables/extension.ts'
import { MATCHES, TARGETS } from '../../src/kernel/xtables/modules.ts'
import type { TableName, Use } from '../../src/kernel/xtables/rule.ts'
import { fakeKernel, prepare, run, words, type FakeKernel } from './kit.ts'
import { files, read, RECORDED, type Answer, type Line } from './lines.ts'

const recorded = JSON.parse(readFileSync(RECORDED, 'utf8')) as Record<string, Answer[]>

/** What the simulator says to the line, in the words of the recording. */
function answer({ setup, table, chains: [chain], rule }: Line): Answer {
  const k = fakeKernel()
  prepare(k, [ipset, iptables, nfct], setup)
  const before = k.machine.log.length
  const told = (...args: string[]): ReturnType<typeof run> =>
    run(k, iptables, ['iptables', '-t', table, ...args])
  const { stderr, rc } = told('-A', chain, ...words(rule))
  const said: Answer = { rule, ...(stderr !== '' && { stderr }) }
  const log = k.machine.log.slice(before).map(({ text }) => text)
  if (rc !== 0) return log.length > 0 ? { ...said, log } : said
  const listed = (...more: string[]): string => told('-L', chain, ...more).stdout.split('\n')[2]
  return { ...said, numeric: listed('-nv'), named: listed() }
}

/** The fields of each extension's data as they are, and as they were before any option was read. */
function fields(k: FakeKernel, table: string, chain: string): [string[], string[]][] {
  const rule = k.net.tables[table as TableName]?.chains.find(({ name }) => name === chain)?.rules[0]
  const keys = (data: unknown): string[] => Object.keys(data ?? {})
  const of = (use: Use, known: ReadonlyMap<string, Match | Target>): [string[], string[]] => [
    keys(use.data),
    keys(known.get(use.name)?.init()),
  ]
  const matches = rule?.matches.map((use) => of(use, MATCHES)) ?? []
  return rule?.target.kind === 'target' ? [...matches, of(rule.target.use, TARGETS)] : matches
}

for (const file of files()) {
  describe(file, () => {
    for (const [i, line] of read(file).entries()) {
      test(`${line.number}: ${line.rule}, in iptables' own words`, () => {
        expect(answer(line)).toEqual(recorded[file][i])
      })
      test(`${line.number}: ${line.rule}`, () => {
        for (const chain of line.chains) {
          const k = fakeKernel()
          prepare(k, [ipset, iptables, nfct], line.setup)
          const users = k.net.ctUsers
          const table = ['-t', line.table]
          const added = run(k, iptables, ['iptables', ...table, '-A', chain, ...words(line.rule)])
          if (line.expected === null) {
            expect(added.rc, added.stderr).not.toBe(0)
            continue
          }
          expect(added.rc, added.stderr).toBe(0)
          // Rules are compared by their data, field by field.
          for (const [now, first] of fields(k, line.table, chain)) expect(now).toEqual(first)
          const listed = run(k, iptables, ['iptables', ...table, '-S', chain]).stdout.split('\n')[1]
          expect(listed).toBe(`-A ${chain}${line.expected === '' ? '' : ` ${line.expected}`}`)
          const again = [...table, '-C', ...words(listed).slice(1)]
          const found = line.lossy || run(k, iptables, ['iptables', ...again]).rc === 0
          expect(found, 'found again as it is saved').toBe(true)
          const which = line.lossy ? ['1'] : words(line.rule)
          const gone = run(k, iptables, ['iptables', ...table, '-D', chain, ...which])
          expect(gone.rc, gone.stderr).toBe(0)
          expect(k.net.ctUsers).toBe(users)
        }
      })
    }
  })
}
