import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { explained, isExplained, standsAt } from '../scripts/mutate/explained.mjs'

test('what no test can notice is still there, with a reason', () => {
  const gone = explained.filter(({ file, code, line }) => {
    const place = line === undefined ? { code } : { code, line }
    return standsAt(readFileSync(file, 'utf8'), place).length === 0
  })
  expect(gone).toEqual([])
  expect(explained.filter(({ why }) => why.length < 10)).toEqual([])
})

test('no change is explained twice', () => {
  const keys = explained.map(({ file, code, line, mutant }) => JSON.stringify([file, code, line, mutant]))
  expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([])
})

test('an explanation without a change stands for every one within its code, another for its own only', () => {
  const file = 'src/kernel/nat/bysource.ts'
  const source = readFileSync(file, 'utf8')
  const line = source.split('\n').findIndex((text) => text.includes('(h ^ (h >>> 15)) + sport')) + 1
  const start = source.split('\n')[line - 1].indexOf('(h ^') + 1
  const at = {
    start: { line, column: start },
    end: { line, column: start + '(h ^ (h >>> 15)) + sport'.length },
  }
  expect(isExplained(file, source, { replacement: '(h ^ h >>> 15) - sport', location: at })).toBe(true)
  expect(isExplained(file, source, { replacement: 'sport', location: at })).toBe(false)
})
