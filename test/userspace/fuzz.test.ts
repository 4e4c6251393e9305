/**
 * Whatever is typed, the shell answers: nothing throws, nothing is left behind, and the prompt comes back.
 */
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { foreground } from '../../src/userspace/os.ts'
import { host } from './host.ts'
import { FILES } from './shell-files.ts'

const recorded = JSON.parse(readFileSync(new URL('../recorded/shell.json', import.meta.url), 'utf8')) as {
  line: string
}[]
const files = Object.fromEntries(Object.entries(FILES).map(([name, text]) => [`/root/${name}`, text]))

/** A recorded line, damaged: something cut out, put in, or another line joined to it. */
const damage = fc.oneof(
  fc.record({ cut: fc.nat(200), length: fc.nat(5) }),
  fc.record({ put: fc.nat(200), text: fc.constantFrom(...'abc012 \t\n|&;<>()${}"\'`\\*?[]!#~=%,./:+-^@') }),
  fc.record({ by: fc.constantFrom(' | ', '; ', ' && ', '\n', ' & '), line: fc.nat(recorded.length - 1) }),
)
const line = fc
  .tuple(fc.nat(recorded.length - 1), fc.array(damage, { minLength: 1, maxLength: 4 }))
  .map(([n, damages]) =>
    damages.reduce((text, one) => {
      if ('cut' in one) return text.slice(0, one.cut) + text.slice(one.cut + one.length)
      if ('put' in one) return text.slice(0, one.put) + one.text + text.slice(one.put)
      return text + one.by + recorded[one.line].line
    }, recorded[n].line),
  )

test('a damaged line is answered, too', () => {
  fc.assert(
    fc.property(line, (text) => {
      const gw = host({ files, fuel: 100_000 })
      gw.begin(text)
      for (let i = 0; i < 100 && gw.step(); i++) gw.drain()
      if (gw.timers.length > 0) gw.interrupt()
      expect(foreground(gw.os)).toBeNull()
      if (gw.timers.length > 0) return
      const { pipes, processes, shells, captures } = gw.os
      expect([pipes.size, processes.size, shells.size, captures.size]).toEqual([0, 0, 0, 0])
    }),
    { numRuns: 500, seed: 1 },
  )
})
