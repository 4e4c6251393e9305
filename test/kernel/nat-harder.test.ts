/**
 * How hard a search for a port looks. Linux 6.18 was asked with these flows: it counted 8 too, and took one of the forty at
 * random, so that no recording can hold it. (With one port it is recorded: nat_harder_one_port.)
 */
import { expect, test } from 'vitest'
import { gateway } from '../kit.ts'

test('of forty ports of connections that are over eight are passed by before one is taken over', () => {
  const gw = gateway(
    'sysctl -w net.ipv4.ip_forward=1',
    'sysctl -w net.netfilter.nf_conntrack_tcp_timeout_close=100',
    'iptables -t nat -A POSTROUTING -o wan -p tcp -j SNAT --to-source 100.100.100.100:7000-7039',
  )
  const found = (): number => gw.k.net.ctStats.found
  for (let port = 7000; port < 7040; port++) {
    gw.rx('lan', `192.168.0.2.${port} > 8.8.8.8.80: Flags [S], seq 1000, length 0`)
    gw.rx('wan', `8.8.8.8.80 > 100.100.100.100.${port}: Flags [S.], seq 900, ack 1001, length 0`)
    gw.rx('lan', `192.168.0.2.${port} > 8.8.8.8.80: Flags [.], ack 901, length 0`)
    gw.rx('lan', `192.168.0.2.${port} > 8.8.8.8.80: Flags [R.], seq 1001, ack 901, length 0`)
  }
  expect(found()).toBe(0)
  // Its numbers are not beyond those of the others: nobody makes room, and all are passed by.
  expect(gw.rx('lan', '192.168.0.2.5000 > 8.8.8.8.80: Flags [S], seq 500, length 0')).toEqual([])
  const before = found()
  const [out] = gw.rx('lan', '192.168.0.2.5001 > 8.8.8.8.80: Flags [S], seq 500000, length 0')
  expect(out).toMatch(/^wan 100\.100\.100\.100\.70[0-3]\d > 8\.8\.8\.8\.80: Flags \[S\]/)
  expect(found() - before).toBe(8)
  // One has gone, one has come.
  expect(gw.k.net.ctCount).toBe(40)
})
