/** What a host sends when its way is gone: who hears of it, and where it dies. */
import { expect, test } from 'vitest'
import { gateway, type Gateway } from '../kit.ts'

const noRoutes = (gw: Gateway): number =>
  Number(/\d+/.exec(gw.sh('nstat -azs IpOutNoRoutes').split('IpOutNoRoutes')[1]))

test('a segment has been made before its way is asked for, and dies without one', () => {
  const gw = gateway()
  gw.lab.exec(0, 'nc -w 9 8.8.8.8 80')
  gw.wait(0.1)
  const [syn] = gw.events().flatMap((e) => (e.type === 'xmit' ? [e.header] : []))
  gw.sh('ip route del default')
  gw.rx('wan', `8.8.8.8.80 > 100.100.100.100.${syn.sport}: Flags [S.], seq 1, ack ${syn.seq + 1}`)
  expect(gw.drops()).toEqual(['IP_OUTNOROUTES at ip_queue_xmit, route_out'])
  expect(noRoutes(gw)).toBe(1)
})

test('of an answer to a request for a connection without a way no packet is made, nor of one once more', () => {
  const gw = gateway()
  const syn = (from: string): string[] =>
    gw.rx('wan', `8.8.8.8.${from} > 100.100.100.100.9: Flags [S], seq 1`)
  gw.lab.exec(0, 'nc -l 9')
  gw.wait(0.1)
  expect(syn('5000')).toHaveLength(1)
  gw.sh('ip route del default')
  gw.drops()
  expect([syn('5000'), syn('5001'), gw.drops()]).toEqual([[], [], []])
})

test('what a host says to itself dies where lo is down', () => {
  const gw = gateway('ip link set lo down')
  gw.lab.exec(0, 'ping -c 1 -W 1 192.168.0.1')
  gw.wait(2)
  expect(gw.drops()).toEqual(['DEV_READY at dev_queue_xmit, transmit'])
})
