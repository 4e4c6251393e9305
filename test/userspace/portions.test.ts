/** Long work is cut: no call takes much more than its slice, and what comes out is what comes out in one piece. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PORTION, portionOf } from '../../src/userspace/portion.ts'
import { host, ROWS } from './host.ts'

const SLICE = 4000
/** A program's last part of work may begin just before the slice is used up. */
const BEYOND = 4000

const NUMBERS = Array.from({ length: 40_000 }, (_, i) => `${(i * 7919) % 40_000} line ${i % 13}\n`).join('')
const files = { '/root/numbers': NUMBERS }

const LONG = [
  'seq 60000 | sort | tail -n 1',
  'seq 60000 | tac | head -n 1',
  'seq 60000 | grep 7 | sed s/7/x/ | cut -c1-3 | tr 1 2 | uniq -c | wc',
  "seq 60000 | awk '{s[$1 % 100] += $1} END {for (i in s) print i, s[i]}' | sort -n | tail -n 2",
  "awk 'BEGIN {for (i = 0; i < 90000; i++) if (i % 3 == 0) {s += i; n++} else {t -= 1} print s, n, t}'",
  "seq 3 | awk '{i = 0; while (i < 30000) {i++; if (i == 20000) break; if (i % 2) continue; s[i % 7] += $1}} END {for (k in s) do {n++; m = k} while (n % 20000 != 0); print n, m; print s[4]}'",
  "seq 2 | awk '$1 > 0, $1 > 5 {for (i = 0; i < 40000; i++) {x = x + i; if (i == 39990 && NR == 2) exit 3}} END {print x, NR}'; echo $?",
  "seq 7000 | awk '{a[$1] = $1} END {for (i in a) {s += a[i]; delete a[i]} print s}'",
  'x=$(seq 20000); echo ${#x}',
  'sort -n numbers | head -n 2',
  'sort -k3,3n -k1,1nr numbers | sed -n 20000p',
  'sort -u -k3,3 numbers | wc -l; sort -o sorted numbers; head -n 1 sorted',
  'tail -n 20000 numbers | tac | sort -r | nl | tail -n 1',
  'cat numbers numbers | wc -c; wc -l < numbers',
  'x=$(seq 9000); for i in 1 2 3; do echo "$x" | sort -n | tail -n 1; done',
  'yes | head -n 40000 | uniq -c',
]

describe('long work', () => {
  test.each(LONG)('%s', (line) => {
    const whole = host({ files }).run(line)
    const cut = host({ files, slice: SLICE })
    expect(cut.run(line)).toEqual(whole)
    expect(cut.worked.length).toBeGreaterThan(1)
    expect(Math.max(...cut.worked)).toBeLessThan(SLICE + BEYOND)
  })

  test('a file that the kernel makes up is read row by row, and says the same as in one piece', () => {
    const proc = { [ROWS]: NUMBERS }
    for (const line of [
      `cat ${ROWS} | wc`,
      `wc -l ${ROWS}`,
      `grep -c 7 ${ROWS} /root/numbers`,
      `head -n 2 ${ROWS}`,
    ]) {
      const whole = host({ files, proc }).run(line)
      const cut = host({ files, proc, slice: SLICE })
      expect(cut.run(line)).toEqual(whole)
      expect(Math.max(...cut.worked)).toBeLessThan(SLICE + BEYOND)
    }
    expect(host({ proc }).run(`cat ${ROWS} | tail -n 1`).stdout).toBe(NUMBERS.split('\n').at(-2) + '\n')
  })

  test('who has had enough ends who writes, in the middle of his work', () => {
    const cut = host({ files, slice: SLICE })
    const line = 'yes | head -n 3; seq 10000000 | head -n 1; cat numbers numbers numbers | head -n 1; echo $?'
    expect(cut.run(line).stdout).toBe('y\ny\ny\n1\n0 line 0\n0\n')
    expect(cut.worked.reduce((sum, units) => sum + units, 0)).toBeLessThan(30_000)
  })

  test('Ctrl-C ends a program that has broken off', () => {
    const gw = host({ files, slice: SLICE })
    gw.goOn = () => undefined
    gw.begin('seq 1000000 | sort -n')
    expect(gw.os.unfinished.length).toBeGreaterThan(0)
    expect(gw.interrupt()).toBe('')
    gw.begin('echo $?')
    expect(gw.drain() + gw.os.output.map(({ text }) => text).join('')).toBe('')
    expect(gw.os.processes.size).toBe(0)
  })
})

const source = fc.constantFrom(
  'seq 300',
  'cat numbers',
  'cat numbers - numbers < /dev/null',
  'echo "$(seq 200)"',
  '(seq 50; seq 60)',
)
const filter = fc.constantFrom(
  'cat -n',
  'grep -n 1',
  'grep -v 2',
  "awk '{n[$1 % 7]++; print NR, $NF} END {for (k in n) print k, n[k]}'",
  "sed -n '$!N;s/\\n/+/;p'",
  'sort -n',
  'sort -r',
  'sort -u -k2,2',
  'uniq -c',
  'head -n 30',
  'tail -n 20',
  'tac',
  'wc',
  'tr 1-5 a-e',
  'cut -c1-3',
  'while read x; do echo "[$x]"; done',
  '{ read first; echo "$first"; cat; }',
  'tee copy',
  'nl',
)
const line = fc
  .tuple(
    source,
    fc.array(filter, { minLength: 1, maxLength: 4 }),
    fc.constantFrom('', '; echo $?', ' > out; wc out', ' & wait'),
  )
  .map(([from, filters, end]) => [from, ...filters].join(' | ') + end)

test('it comes to the same however small the slices are', () => {
  const few = { '/root/numbers': NUMBERS.slice(0, 3000) }
  fc.assert(
    fc.property(line, fc.integer({ min: 1, max: 300 }), (text, slice) => {
      const cut = host({ files: few, slice })
      expect(cut.run(text)).toEqual(host({ files: few }).run(text))
      const { pipes, processes, shells, unfinished } = cut.os
      expect([pipes.size, processes.size, shells.size, unfinished]).toEqual([0, 0, 0, []])
    }),
    { numRuns: 120 },
  )
})

test('a portion ends after a line, and never in the middle of a character', () => {
  expect(portionOf('short')).toBe(5)
  expect(portionOf(`${'a'.repeat(100)}\n${'b'.repeat(PORTION)}`)).toBe(101)
  expect(portionOf('a'.repeat(2 * PORTION))).toBe(PORTION)
  expect(portionOf('a'.repeat(PORTION - 1) + '😀'.repeat(3))).toBe(PORTION - 1)
})
