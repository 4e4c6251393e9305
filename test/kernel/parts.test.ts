/** What is loaded later, and what goes first. */
import { expect, test } from 'vitest'
import { nf_nat_fn, START_RECEIVE } from '../../src/kernel/ip.ts'
import { NF_ACCEPT } from '../../src/kernel/kernel.ts'
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

test('NAT is not asked where nobody has touched its table, nor about a packet without a connection', () => {
  const kept = { ...parts }
  const gw = gateway()
  const verdict = (nfct: number): number => nf_nat_fn(gw.k, { ...newSkb(), nfct }, 'PRE_ROUTING')
  try {
    parts.nat = null
    expect(verdict(0)).toBe(NF_ACCEPT)
    gw.sh('iptables -t nat -A PREROUTING -p tcp')
    expect(verdict(-1)).toBe(NF_ACCEPT)
    expect(() => verdict(0)).toThrow()
  } finally {
    Object.assign(parts, kept)
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
