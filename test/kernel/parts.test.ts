/** What is loaded later, and what goes first. */
import { expect, test } from 'vitest'
import { START_RECEIVE } from '../../src/kernel/ip.ts'
import { part, parts } from '../../src/kernel/parts.ts'
import { road } from '../../src/kernel/road.ts'
import { newSkb } from '../../src/kernel/skb.ts'
import { walk } from '../../src/kernel/walk.ts'
import { parsePacket } from '../../src/wire/text.ts'
import { gateway } from '../kit.ts'

test('a part that has not been loaded says which file is missing', () => {
  const { nagle } = parts
  try {
    parts.nagle = null
    expect(() => part('nagle')).toThrow('kernel/nagle.ts has not been loaded')
  } finally {
    parts.nagle = nagle
  }
})

test('a packet stops between two stations where another goes first, and goes on from there', () => {
  const { k } = gateway()
  const iif = k.net.devs.find((dev) => dev.name === 'lan')
  const p = parsePacket('192.168.0.2.1 > 192.168.0.1.9: UDP, length 1')
  const skb = { ...newSkb(), ...p, iif: iif?.ifindex ?? 0, dmac: iif?.mac ?? 0, station: START_RECEIVE }
  expect(walk(k, skb, [skb])).toBe(false)
  expect(road.final[skb.station]).toBe(0)
  expect(walk(k, skb)).toBe(true)
  expect(road.final[skb.station]).toBe(1)
})
