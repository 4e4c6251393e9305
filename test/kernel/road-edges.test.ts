/** Seldom steps of a packet's road: the tenth redirect, whom a refusal is told to, an error that quotes nothing. */
import { expect, test } from 'vitest'
import type { Sock } from '../../src/kernel/socket.ts'
import { udp_connect, udp_send } from '../../src/kernel/udp.ts'
import { dump_ipv4_packet } from '../../src/kernel/xtables/log-packet.ts'
import { ipv4 } from '../../src/wire/address.ts'
import { emptyPacket, IPPROTO_ICMP } from '../../src/wire/packet.ts'
import { iptables } from '../../src/userspace/iptables/index.ts'
import { fakeKernel, run, words } from '../xtables/kit.ts'
import { gateway, type Gateway } from '../kit.ts'

const astray = (): Gateway => gateway('ip route add 10.9.0.0/16 via 192.168.0.7')
const redirects = (gw: Gateway, from: string): number =>
  gw.rx('lan', `${from}.1000 > 10.9.0.1.53: UDP, length 1`).filter((line) => line.includes(`> ${from}: ICMP`))
    .length

test('a host that has just heard of an error is redirected all the same', () => {
  const gw = astray()
  expect(gw.rx('lan', '192.168.0.3.1000 > 10.9.0.1.53: UDP, length 1', { ttl: 1 })).toHaveLength(1)
  expect(redirects(gw, '192.168.0.3')).toBe(1)
})

test('nine redirects, then none until the host has been silent for twenty seconds', () => {
  const gw = astray()
  const heard = Array.from({ length: 10 }, (_, n) => {
    const now = redirects(gw, '192.168.0.2')
    if (n < 9) gw.wait(0.02 * 2 ** (n + 1) + 0.05)
    return now
  })
  expect(heard).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 0])
  const after = (seconds: number): number => {
    gw.wait(seconds)
    return redirects(gw, '192.168.0.2')
  }
  expect([after(11), after(11), after(21)]).toEqual([0, 0, 1])
})

/** Two sockets, of which the first sends; what each hears. */
function errors(gw: Gateway): string[] {
  const [first, second] = [53, 54].map((port) => udp_connect(gw.k, 1, ipv4('8.8.8.8'), port) as Sock)
  udp_send(gw.k, first, 0, 1)
  gw.wait(0)
  return [first.error, second.error]
}

test('nobody hears that his datagram waits for a program in vain, and of a rule that drops only its sender', () => {
  expect(errors(gateway('iptables -A OUTPUT -p udp -j NFQUEUE'))).toEqual(['', ''])
  expect(errors(gateway('iptables -A OUTPUT -p udp -j DROP'))).toEqual(['EPERM', ''])
})

test('who has no way any more after a rule has marked his datagram hears why, and nobody else', () => {
  const lines = ['ip rule add fwmark 5 prohibit', 'iptables -t mangle -A OUTPUT -p udp -j MARK --set-mark 5']
  expect(errors(gateway(...lines))).toEqual(['EACCES', ''])
})

test('two flows that NETMAP makes one keep their destination: the second leaves by another port', () => {
  const gw = gateway(
    'iptables -t nat -A PREROUTING -d 10.1.0.0/24 -j NETMAP --to 10.5.0.0/24',
    'iptables -t nat -A PREROUTING -d 10.2.0.0/24 -j NETMAP --to 10.5.0.0/24',
  )
  const out = ['10.1.0.7', '10.2.0.7'].flatMap((to) =>
    gw.rx('lan', `192.168.0.2.1000 > ${to}.53: UDP, length 1`),
  )
  expect(out[0]).toBe('wan 192.168.0.2.1000 > 10.5.0.7.53: UDP, length 1')
  expect(out[1]).toMatch(/^wan 192\.168\.0\.2\.\d+ > 10\.5\.0\.7\.53: UDP, length 1$/)
  expect(out[1]).not.toBe(out[0])
})

test('of an error that quotes no packet the log tells none', () => {
  const error = { ...emptyPacket(), protocol: IPPROTO_ICMP, type: 3, code: 3, len: 60 }
  expect(dump_ipv4_packet(error, 0, 40)).toMatch(/PROTO=ICMP TYPE=3 CODE=3 $/)
})

test('of three options that exclude each other the first two by their numbers are named', () => {
  const line = 'iptables -t mangle -A INPUT -j TTL --ttl-set 1 --ttl-inc 1 --ttl-dec 1'
  expect(run(fakeKernel(), iptables, words(line)).stderr).toContain(
    'TTL: option "--ttl-set" cannot be used together with "--ttl-inc".',
  )
})
