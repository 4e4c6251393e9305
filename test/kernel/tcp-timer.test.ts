/** When a timer of TCP's is due that is set while a softirq has many to do. */
import { expect, test } from 'vitest'
import { setTimer } from '../../src/kernel/tcp/send.ts'
import { tcp_connect } from '../../src/kernel/tcp/tcp.ts'
import { TCP_SK } from '../../src/kernel/tcp/table.ts'
import { ipv4 } from '../../src/wire/address.ts'
import { gateway } from '../kit.ts'

test('a timer counts from the moment in which the softirq that sets it has come so far', () => {
  const due = (worked: number): number => {
    const { k } = gateway()
    const s = Number(tcp_connect(k, 1, ipv4('192.168.0.2'), 9)) - TCP_SK
    let at = 0
    Object.defineProperty(k, 'worked', { value: worked })
    k.timer = (time) => void (at = time)
    setTimer(k, s, 0, 100_000)
    return at
  }
  expect(due(8000) - due(0)).toBe(8000)
})
