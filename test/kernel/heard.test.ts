/** A host hears what it sends to everybody. Linux: net/ipv4/ip_output.c ip_mc_output */
import { expect, test } from 'vitest'
import { newSkb } from '../../src/kernel/skb.ts'
import { newSock } from '../../src/kernel/socket.ts'
import { ipv4 } from '../../src/wire/address.ts'
import { IPPROTO_ICMP } from '../../src/wire/packet.ts'
import { gateway, type Gateway } from '../kit.ts'

const EVERYBODY = ipv4('192.168.0.255')

/** What becomes of it, in order. */
function fates(gw: Gateway): string[] {
  gw.wait(0)
  const ends = ['xmit', 'deliver', 'drop']
  return gw.events().flatMap((e) => (ends.includes(e.type) ? [e.type] : []))
}
/** Sent by a program's socket, or by nobody's. */
function send(gw: Gateway, sk: number): string[] {
  gw.events()
  const skb = { ...newSkb(), serial: gw.k.nextSerial(), watched: 1, protocol: IPPROTO_ICMP, len: 28, sk }
  gw.k.output({ ...skb, saddr: ipv4('192.168.0.1'), daddr: EVERYBODY, type: 8 })
  return fates(gw)
}
const program = (gw: Gateway): string[] => send(gw, newSock(gw.k.net, 'icmp', 1).index)
const kernel = (gw: Gateway): string[] => send(gw, -1)

test('before it has left, where a program sends it; after that, where the kernel itself does', () => {
  expect(program(gateway())).toEqual(['deliver', 'xmit'])
  expect(kernel(gateway())).toEqual(['xmit', 'deliver'])
})

test('and does not, where its copy dies on the way', () => {
  const rule = 'iptables -t mangle -A POSTROUTING -d 192.168.0.255 -j DROP'
  expect(program(gateway(rule))).toEqual(['drop', 'drop'])
  expect(kernel(gateway(rule))).toEqual(['drop', 'drop'])
})
