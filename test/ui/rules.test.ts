/** Changes to rules say themselves as commands, and the commands do what was meant. */
import { expect, test } from 'vitest'
import { page } from '../lab/take/page.ts'
import {
  addLine,
  chainLine,
  deleteLine,
  isUsed,
  moveLine,
  policyLine,
  restoreError,
  restoreLine,
  tableText,
} from '../../src/ui/rules.ts'

const HOST = 'gateway'

function open(...lines: string[]) {
  const p = page()
  p.ask({ type: 'open', lab: 'gateway', seed: 1 })
  for (const line of lines) p.type(HOST, line)
  const table = (name: string) => {
    const found = p.now().kernel.tables.find((t) => t.name === name)
    if (!found) throw new Error(`no table ${name}`)
    return found
  }
  const chain = (name: string, of = 'nat') => {
    const found = table(of).chains.find((c) => c.name === name)
    if (!found) throw new Error(`no chain ${name}`)
    return found
  }
  const said = (): string =>
    p
      .output()
      .flatMap((c) => (c.stream === 'stderr' ? c.text : []))
      .join('')
  return { ...p, table, chain, said }
}

const THREE = ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((a) =>
  `iptables -t nat -A POSTROUTING -s ${a} -m comment --comment "a $5 \`b\` c" -j MASQUERADE`.replace(
    '$5 `b`',
    '\\$5 \\`b\\`',
  ),
)

test('a rule that is moved keeps its words and its counters', () => {
  const lab = open(...THREE, 'iptables -t nat -R POSTROUTING 3 -s 10.0.0.3 -j MASQUERADE -c 3 252')
  const before = lab.chain('POSTROUTING').rules
  lab.type(HOST, moveLine('nat', 'POSTROUTING', 3, 1, before[2]))
  lab.type(HOST, moveLine('nat', 'POSTROUTING', 2, 3, before[0]))
  expect(lab.said()).toBe('')
  expect(lab.chain('POSTROUTING').rules).toEqual([before[2], before[1], before[0]])
  expect(before[0].text).toContain('"a $5 `b` c"')
})

test('rules are added, taken out, and policies set', () => {
  const lab = open(...THREE)
  lab.type(HOST, deleteLine('nat', 'POSTROUTING', 2))
  lab.type(HOST, addLine('filter', 'FORWARD', ' -p tcp --dport 22 -j DROP '))
  lab.type(HOST, policyLine('filter', 'FORWARD', 'DROP'))
  lab.type(HOST, chainLine('filter', 'MINE', 'new'))
  expect(lab.said()).toBe('')
  expect(lab.chain('POSTROUTING').rules).toHaveLength(2)
  expect(lab.chain('FORWARD', 'filter')).toMatchObject({
    policy: 'DROP',
    rules: [{ text: '-p tcp -m tcp --dport 22 -j DROP' }],
  })
  expect(isUsed(lab.table('filter').chains, 'MINE')).toBe(false)
  lab.type(HOST, addLine('filter', 'FORWARD', '-j MINE'))
  expect(isUsed(lab.table('filter').chains, 'MINE')).toBe(true)
})

test('a table as text is what iptables-save -c writes, and comes back the same', () => {
  const lab = open(...THREE, 'iptables -t nat -N MINE', 'iptables -t nat -A PREROUTING -j MINE')
  const text = tableText(lab.table('nat'))
  lab.type(HOST, 'iptables-save -c -t nat | grep -v "^#"')
  const printed = lab
    .output()
    .flatMap((c) => (c.stream === 'stdout' ? c.text : []))
    .join('')
  expect(text).toBe(printed)
  lab.type(HOST, restoreLine(text))
  expect(lab.said()).toBe('')
  expect(tableText(lab.table('nat'))).toBe(text)
})

test.each([
  ['*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -o eth1 -j NOTHING\nCOMMIT', 3],
  ['*nat\n-A POSTROUTING -x\nCOMMIT', 2],
  ['*nat\n-A POSTROUTING -j MASQUERADE\n-A NOWHERE -j ACCEPT\nCOMMIT', 3],
  ['*nat\nhello\nCOMMIT', 2],
  ['*wrong\nCOMMIT', 1],
  ['*nat\n-A POSTROUTING -j MASQUERADE', 3],
])('what is wrong in a text is found at its line: %j', (text, line) => {
  const lab = open()
  lab.type(HOST, restoreLine(text))
  const error = restoreError(lab.said())
  expect(error.line).toBe(line)
  expect(error.words).not.toBe('')
})
