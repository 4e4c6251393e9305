/** The table of ss on a terminal, as the real one spreads it over 80, 100 and 120 columns; and what it tells besides. */
import { expect, test } from 'vitest'
import { bootLab, type Lab } from '../../src/lab/lab.ts'
import { gateway } from '../../src/lab/labs/gateway.ts'
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

/** Run a line on a host to its end. */
function run(lab: Lab, host: string, line: string): { stdout: string; stderr: string; status: number } {
  const at = lab.hostIndex(host)
  const job = lab.execCaptured(at, line)
  for (let result = lab.result(at, job); ; result = lab.result(at, job)) {
    if (result !== 'running') return result
    if (!lab.step()) throw new Error(`waits for ever: ${line}`)
  }
}

const TALK =
  'nc -l 8080 </dev/null >/dev/null & sleep 0.1; (echo hello; sleep 1) | nc -p 5555 127.0.0.1 8080 & sleep 0.5; '

test('-i tells what the model has of a connection, and says what it has not', () => {
  const { stdout, stderr, status } = run(bootLab(gateway, 1), 'gateway', `${TALK} ss -tinoH`)
  const lines = stdout.split('\n').filter((line) => line.startsWith('\t'))
  expect(lines.map((line) => line.trim())).toEqual([
    expect.stringMatching(/^ts sack wscale:7,7 rto:\d+ mss:65483 snd_wnd:\d+$/),
    expect.stringMatching(/^ts sack wscale:7,7 rto:\d+ mss:65483 lastrcv:\d+ snd_wnd:\d+$/),
  ])
  expect(stdout).not.toMatch(/cwnd|rtt|bps/)
  expect(stderr).toBe(
    'ss: -i: congestion control, round-trip times, rates and counts are not modelled in this lab\n',
  )
  expect(status).toBe(0)
})

test('-i of a SYN that nobody answers: how often it was sent, and what is not acknowledged', () => {
  const lab = bootLab(gateway, 1)
  const line =
    'iptables -A OUTPUT -p tcp --dport 82 -j DROP; nc -w 9 192.168.0.2 82 </dev/null & sleep 4; ss -tinOH 2>/dev/null'
  expect(run(lab, 'gateway', line).stdout.trim()).toMatch(/ rto:\d+ backoff:[1-9] unacked:1$/)
})

test('-m lists the sockets, and says that their memory is not modelled', () => {
  const { stdout, stderr } = run(bootLab(gateway, 1), 'gateway', `${TALK} ss -tnmH`)
  expect(stdout.trim().split('\n')).toHaveLength(2)
  expect(stdout).not.toContain('skmem')
  expect(stderr).toBe('ss: -m: the memory of sockets is not modelled in this lab\n')
})

test('-e: a number for each, and which ways it is open still', () => {
  const line =
    'nc -l 8080 </dev/null & sleep 0.1; sleep 9 | nc -Np 5555 127.0.0.1 8080 & sleep 0.5; ss -taneH'
  const { stdout } = run(bootLab(gateway, 1), 'gateway', `${line}; kill %%; sleep 0.2; ss -taneH`)
  const ways = stdout.split('\n').flatMap((row) => / ino:(\d+) sk:[\da-f]+( [<-]-[->])?/.exec(row)?.[2] ?? [])
  expect(ways.slice(0, 2)).toEqual([' <->', ' <->'])
})

test('-K of a UDP socket: it has no peer any more', () => {
  const line =
    'nc -lu 5353 </dev/null >/dev/null & sleep 0.1; (echo a; sleep 5) | nc -u 127.0.0.1 5353 & sleep 0.5; '
  const { stdout } = run(bootLab(gateway, 1), 'gateway', `${line} ss -KunH dport = :5353; ss -uanH | wc -l`)
  expect(stdout).toMatch(/^0 .* 127\.0\.0\.1:5353 *\n2\n$/)
})
