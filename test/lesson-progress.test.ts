import { expect, test } from 'vitest'
import { isSame } from '../src/lesson/grade.ts'
import {
  NO_PROGRESS,
  parseProgress,
  progressCode,
  readProgress,
  together,
  withStep,
} from '../src/lesson/progress.ts'

const some = withStep(withStep(NO_PROGRESS, '03-snat', 'rule', ['look', 'forward']), '04-dnat', 'look', [])

test('a code says the progress, also when it was broken into lines on the way', () => {
  const code = progressCode(some)
  expect(code).toMatch(/^NFL1\.[\w-]+\.[0-9a-f]{4}$/)
  expect(readProgress(code)).toEqual(some)
  expect(readProgress(` ${code.slice(0, 30)}\n  ${code.slice(30)}\n`)).toEqual(some)
})

test('a code with a letter missing or changed is none, nor is anything else', () => {
  const code = progressCode(some)
  for (let at = 5; at < code.length; at += 7) {
    expect(readProgress(code.slice(0, at) + code.slice(at + 1))).toBe(null)
    const other = code[at] === 'a' ? 'b' : 'a'
    expect(readProgress(code.slice(0, at) + other + code.slice(at + 1))).toBe(null)
  }
  for (const text of ['', 'NFL1..', 'x'.repeat(50_000), '{}', 'NFL1.e30.0000'])
    expect(readProgress(text)).toBe(null)
  for (const text of ['', '[]', '{"last":null}', '{"last":null,"done":{"__proto__ x":[]},"at":{}}', 'null'])
    expect(parseProgress(text)).toBe(null)
})

test('what was done stays done; two of them together hold what either does', () => {
  expect(withStep(some, '03-snat', 'syn', ['rule']).done['03-snat']).toEqual(['look', 'forward', 'rule'])
  const other = withStep(NO_PROGRESS, '03-snat', 'answer', ['forward', 'syn'])
  expect(together(some, other)).toEqual({
    last: { lesson: '03-snat', step: 'answer' },
    done: { '03-snat': ['look', 'forward', 'syn'], '04-dnat': [] },
    at: { '03-snat': 'answer', '04-dnat': 'look' },
  })
})

test('a number is found when it is near enough, however it is written; a word whatever its case', () => {
  expect(isSame('14,116', '14116', 0)).toBe(true)
  expect(isSame('14 116', '14116', 0)).toBe(true)
  expect(isSame('14115', '14116', 0)).toBe(false)
  expect(isSame('1000', '1009', 0.01)).toBe(true)
  expect(isSame('990', '1009', 0.01)).toBe(false)
  expect(isSame(' nf_hook_slow ', 'NF_HOOK_SLOW', 0)).toBe(true)
  expect(isSame('', '', 0)).toBe(false)
  expect(isSame('', '0', 0)).toBe(false)
})
