import { expect, test } from 'vitest'
import { formatNumber, parseFormat, type ExactConversion } from '../../../src/userspace/text/format.ts'

const format = (text: string, value: number) => formatNumber(parseFormat(text)[0] as ExactConversion, value)

test('a tie is rounded to even, as C does and toFixed does not', () => {
  expect([0.5, 1.5, 2.5, 3.5].map((value) => format('%.0f', value))).toEqual(['0', '2', '2', '4'])
  expect([0.125, 0.375, 2.45].map((value) => format('%.2f', value))).toEqual(['0.12', '0.38', '2.45'])
  expect([2.45, 0.25, 1.005].map((value) => format('%.1f', value))).toEqual(['2.5', '0.2', '1.0'])
  expect(format('%g', 123456.5)).toBe('123456')
  expect(format('%g', 123457.5)).toBe('123458')
  expect(format('%.2e', 1.125)).toBe('1.12e+00')
})

test('%g takes the shorter form and drops zeros', () => {
  expect([100000, 1e6, 1e10, 0.0001, 0.00001, 0, 12345678901].map((value) => format('%g', value))).toEqual([
    '100000',
    '1e+06',
    '1e+10',
    '0.0001',
    '1e-05',
    '0',
    '1.23457e+10',
  ])
})

test('flags, widths and signs', () => {
  expect(format('%+05d', 42)).toBe('+0042')
  expect(format('%-6.2f|', -1.005)).toBe('-1.00 ')
  expect(format('%#x', 255)).toBe('0xff')
  expect(format('% d', 7)).toBe(' 7')
  expect(format('%x', -1)).toBe('ffffffffffffffff')
})
