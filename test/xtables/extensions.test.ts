/** The .t lines against the simulator; judge.ts puts the same lines to the real iptables. */
import { describe, expect, test } from 'vitest'
import { iptables } from '../../src/userspace/iptables/index.ts'
import { ipset } from '../../src/userspace/ipset/ipset.ts'
import { fakeKernel, prepare, run, words } from './kit.ts'
import { files, read } from './lines.ts'

for (const file of files()) {
  describe(file, () => {
    for (const line of read(file)) {
      test(`${line.number}: ${line.rule}`, () => {
        for (const chain of line.chains) {
          const k = fakeKernel()
          prepare(k, [ipset, iptables], line.setup)
          const users = k.net.ctUsers
          const table = ['-t', line.table]
          const added = run(k, iptables, ['iptables', ...table, '-A', chain, ...words(line.rule)])
          if (line.expected === null) {
            expect(added.rc, added.stderr).not.toBe(0)
            continue
          }
          expect(added.rc, added.stderr).toBe(0)
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
