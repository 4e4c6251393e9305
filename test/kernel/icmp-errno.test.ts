/** What the owner of a socket hears of an ICMP error, by its type and code. Linux: net/ipv4/icmp.c icmp_err_convert */
import { expect, test } from 'vitest'
import { icmpErrno } from '../../src/kernel/icmp-errno.ts'

const hears = (type: number, code: number): string => {
  const told = icmpErrno(type, code)
  return told ? `${told.errno}${told.fatal ? ', fatal' : ''}` : 'nothing'
}

test('of what cannot be reached: by its code', () => {
  expect(Array.from({ length: 17 }, (_, code) => hears(3, code))).toEqual([
    'ENETUNREACH',
    'EHOSTUNREACH',
    'ENOPROTOOPT, fatal',
    'ECONNREFUSED, fatal',
    'nothing',
    'EOPNOTSUPP',
    'ENETUNREACH, fatal',
    'EHOSTDOWN, fatal',
    'ENONET, fatal',
    'ENETUNREACH, fatal',
    'EHOSTUNREACH, fatal',
    'ENETUNREACH',
    'EHOSTUNREACH',
    'EHOSTUNREACH, fatal',
    'EHOSTUNREACH, fatal',
    'EHOSTUNREACH, fatal',
    'nothing',
  ])
})

test('of time that ran out, of a wrong header, and of nothing else', () => {
  expect([11, 12, 4, 5, 8].map((type) => hears(type, 0))).toEqual([
    'EHOSTUNREACH',
    'EPROTO, fatal',
    'nothing',
    'nothing',
    'nothing',
  ])
})
