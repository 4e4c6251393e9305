/** A datagram's sender asks for its way with all that rules of routing may ask for; who hears what is for many. */
import { expect, test } from 'vitest'
import { newSock, type Sock } from '../../src/kernel/socket.ts'
import { udp_connect } from '../../src/kernel/udp.ts'
import { ipv4, printIpv4 } from '../../src/wire/address.ts'
import { gateway } from '../kit.ts'

const SERVER = ipv4('8.8.8.8')

test('a socket gets the address that its way has, by its ports and its protocol', () => {
  const { k } = gateway(
    'ip rule add pref 9 ipproto udp dport 53 table 5',
    'ip rule add pref 10 ipproto udp sport 4000 table 5',
    'ip rule add pref 11 from 100.100.100.100 dport 99 prohibit',
    'ip route add default via 100.100.100.9 src 192.168.0.1 table 5',
  )
  const from = (dport: number, laddr = 0, lport = 0): string => {
    const sock = udp_connect(k, 1, SERVER, dport, laddr, lport)
    return typeof sock === 'string' ? sock : printIpv4(sock.laddr)
  }
  expect(from(54)).toBe('100.100.100.100')
  expect(from(53)).toBe('192.168.0.1')
  expect(from(54, 0, 4000)).toBe('192.168.0.1')
  expect(from(99)).toBe('100.100.100.100')
  expect(from(99, ipv4('100.100.100.100'))).toBe('EACCES')
})

test('what is for everybody on the link is heard by sockets of its port that are bound to no other address', () => {
  const gw = gateway()
  const { net } = gw.k
  const bound = (addr: string, port = 53): Sock => {
    const sock = newSock(net, 'udp', 1)
    sock.laddr = ipv4(addr)
    sock.lport = port
    return sock
  }
  const all = [bound('0.0.0.0'), bound('192.168.0.1'), bound('192.168.0.255'), bound('0.0.0.0', 54)]
  gw.rx('lan', '192.168.0.2.1000 > 192.168.0.255.53: UDP, length 1')
  expect(all.map((sock) => sock.queue.length)).toEqual([1, 0, 1, 0])
})

test('its peer is whom it named, not the router on the way; who names nobody means himself', () => {
  const { k } = gateway()
  const peer = (to: string): string => {
    const sock = udp_connect(k, 1, ipv4(to), 53)
    return typeof sock === 'string' ? sock : printIpv4(sock.raddr)
  }
  expect([peer('8.8.8.8'), peer('0.0.0.0')]).toEqual(['8.8.8.8', '127.0.0.1'])
})
