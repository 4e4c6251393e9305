/**
 * A lab can be copied at any moment: whatever a host is in the middle of goes on in the copy as it would have.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { host } from './host.ts'
import { tick } from './programs.ts'

const source = fc.constantFrom(
  'tick 4',
  'tick 3 "a b c"',
  'for i in 1 2 3; do tick 1 n$i; done',
  'while read x; do echo "$x"; sleep 1; done < words',
  '(sleep 1; cat words; tick 2)',
  'for f in words numbers; do sleep 1; cat $f; done',
)
const filter = fc.constantFrom(
  'cat',
  'grep -n a',
  'grep -A1 -v 2',
  "awk '{n[$1]++; print NR, $NF} END {for (k in n) print k, n[k]}'",
  "awk 'NR % 2 {getline x; print x, $0}'",
  "sed -n '$!N;s/\\n/+/;p'",
  "sed 'N;P;D'",
  'sort',
  'uniq -c',
  'head -n 3',
  'tail -n 2',
  'wc -l',
  'tr a-z A-Z',
  'cut -d" " -f2',
  'while read x y; do echo "$y-$x"; done',
  'while read x; do tick 1 $x; done',
  'xargs -n2 echo',
  'timeout 2 cat',
  '{ read first; echo "[$first]"; cat; }',
  'tee copy',
  'nl',
)
const line = fc
  .tuple(
    source,
    fc.array(filter, { maxLength: 3 }),
    fc.constantFrom('', '; echo $?', ' && echo $(tick 1 sub)', ' | cat > out; cat out'),
  )
  .map(([from, filters, end]) => [from, ...filters].join(' | ') + end)

const files = { '/root/words': 'banana\napple\na b c\ncherry 2\n', '/root/numbers': '3\n1\n2\n' }

function play(text: string, copies: boolean): string {
  const gw = host({ files, programs: [tick] })
  let shown = gw.begin(text)
  for (let i = 0; i < 100; i++) {
    if (copies) gw.os = structuredClone(gw.os)
    if (!gw.step()) break
    shown += gw.drain()
  }
  const { pipes, processes, shells } = gw.os
  expect([pipes.size, processes.size, shells.size]).toEqual([0, 0, 0])
  return shown
}

test('a copy at every step of a pipeline changes nothing', () => {
  fc.assert(
    fc.property(line, (text) => {
      expect(play(text, true)).toBe(play(text, false))
    }),
    { numRuns: 300, seed: 1 },
  )
})
