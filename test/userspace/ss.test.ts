/** The table of ss on a terminal, as the real one spreads it over 80, 100 and 120 columns. */
import { expect, test } from 'vitest'
import { render, type Row } from '../../src/userspace/ss/columns.ts'

const row = (state: string, sendq: string, local: string, peer: string): Row => {
  const [addr, port] = local.split(':')
  const [to, peerPort] = peer.split(':')
  return {
    netid: 'tcp',
    state,
    recvq: '0     ',
    sendq: sendq.padEnd(6),
    addr: `${addr}:`,
    port,
    peer: `${to}:`,
    peerPort,
    process: '',
  }
}

const ROWS = [
  row('LISTEN', '1', '127.0.0.1:8080', '0.0.0.0:*'),
  row('LISTEN', '1', '0.0.0.0:80', '0.0.0.0:*'),
  row('ESTAB', '0', '127.0.0.1:8080', '127.0.0.1:49114'),
  row('TIME-WAIT', '0', '127.0.0.1:8080', '127.0.0.1:51470'),
  row('ESTAB', '0', '127.0.0.1:49114', '127.0.0.1:8080'),
]

const shown = (screen: number | null, rows = ROWS, hidden: (keyof Row)[] = ['netid']): string[] =>
  render(rows, { hidden, header: true, screen }).split('\n').slice(0, -1)

test('80 columns are filled', () => {
  expect(shown(80)).toEqual([
    'State      Recv-Q  Send-Q   Local Address:Port     Peer Address:Port   Process  ',
    'LISTEN     0       1            127.0.0.1:8080          0.0.0.0:*               ',
    'LISTEN     0       1              0.0.0.0:80            0.0.0.0:*               ',
    'ESTAB      0       0            127.0.0.1:8080        127.0.0.1:49114           ',
    'TIME-WAIT  0       0            127.0.0.1:8080        127.0.0.1:51470           ',
    'ESTAB      0       0            127.0.0.1:49114       127.0.0.1:8080            ',
  ])
})

test('and so are 120', () => {
  expect(shown(120).slice(0, 2)).toEqual([
    'State           Recv-Q       Send-Q             Local Address:Port               Peer Address:Port        Process       ',
    'LISTEN          0            1                      127.0.0.1:8080                    0.0.0.0:*                         ',
  ])
})

test('60 are too few: the last column gets a line of its own', () => {
  expect(shown(60).slice(0, 2)).toEqual([
    'State     Recv-Q Send-Q  Local Address:Port    Peer Address:Port                         Process                        ',
    'LISTEN    0      1           127.0.0.1:8080         0.0.0.0:*                                                           ',
  ])
})

test('where nothing is a screen, columns are as wide as what is in them', () => {
  expect(shown(null)[3]).toBe('ESTAB     0      0          127.0.0.1:8080     127.0.0.1:49114       ')
})
