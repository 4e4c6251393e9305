/** What the sandbox suggests can be done where it suggests it. */
import { expect, test, vi } from 'vitest'
import { page } from '../lab/take/page.ts'
import { LAB_NAMES } from '../../src/lab/labs/index.ts'
import { labs as en } from '../../src/ui/text/en/labs.ts'
import { LAB_TRIES } from '../../src/ui/tries-labs.ts'
import { triesFor } from '../../src/ui/tries.ts'
import { PATIENCE } from '../properties/runs.ts'

vi.setConfig({ testTimeout: PATIENCE })

test('every ready lab has a name, a sentence and three to seven suggestions', () => {
  expect(Object.keys(en.labs).sort()).toEqual([...LAB_NAMES].sort())
  for (const lab of LAB_NAMES) {
    const p = page()
    p.ask({ type: 'open', lab, seed: 1 })
    const tries = triesFor(p.now().hosts, lab)
    expect(tries.length, lab).toBeGreaterThanOrEqual(3)
    expect(tries.length, lab).toBeLessThanOrEqual(7)
  }
})

test('every suggestion has its words, and no words are left over', () => {
  const used = Object.values(LAB_TRIES).flatMap((tries) => tries.map((t) => t.key))
  expect(used.sort()).toEqual(Object.keys(en.tries).sort())
})

test.each(Object.entries(LAB_TRIES))(
  'what is suggested in %s is understood by its programs',
  (lab, tries) => {
    for (const one of tries) {
      const p = page()
      p.ask({ type: 'open', lab, seed: 1 })
      for (const { on, line } of one.lines) p.type(on, line)
      const said = p
        .output()
        .filter(
          (c) =>
            c.stream === 'stderr' && !/^(conntrack v|curl: |\s+% Total|\s+Dload|[\s\d:.-]+$)/.test(c.text),
        )
      expect(said.map((c) => c.text).join('')).not.toMatch(/not found|unknown|nvalid|Bad|usage|Usage|rror/)
    }
  },
)

test('a lab that only bears the name of a ready one is not told what it cannot do', () => {
  expect(triesFor([], 'hairpin')).toEqual([])
})

test('a lab that was brought is told its own addresses', () => {
  const p = page()
  const rules = '*nat\n-A POSTROUTING -s 10.1.0.0/24 -o wan0 -j MASQUERADE\nCOMMIT\n'
  p.use('bring', `${rules}${'*filter\n-A FORWARD -i lan0 -j ACCEPT\nCOMMIT\n'}`)
  const [out, , into] = triesFor(p.now().hosts)
  expect(out.lines.map((l) => l.line)).toContain(
    'iptables -t nat -A POSTROUTING -s 10.1.0.0/24 -j MASQUERADE',
  )
  for (const { on, line } of into.lines) p.type(on, line)
  expect(
    p
      .output()
      .map((c) => c.text)
      .join(''),
  ).toContain('1 received, 0% packet loss')
})
