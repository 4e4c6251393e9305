import { expect, test } from 'vitest'
import { bootLab, type Lab } from '../../src/lab/lab.ts'
import { gateway } from '../../src/lab/labs/gateway.ts'

function newLab(log: [time: number, text: string][] = []): { lab: Lab; type: (line: string) => string } {
  const lab = bootLab(gateway, 1)
  const { machine } = lab.kernel(0)
  machine.bootOffset = 4_073_000_000
  machine.log.push(...log.map(([time, text]) => ({ time, text })))
  const type = (line: string): string => {
    const job = lab.execCaptured(0, line)
    for (let result = lab.result(0, job); ; result = lab.result(0, job)) {
      if (result !== 'running') return `${result.stdout}${result.stderr}rc=${result.status}`
      if (!lab.step()) throw new Error(`waits for ever: ${line}`)
    }
  }
  return { lab, type }
}

const TWO: [number, string][] = [
  [5, 'one'],
  [2_196_502, 'two'],
]

test('lines have the time since boot; -t, -d and -T show it otherwise', () => {
  const { type } = newLab(TWO)
  expect(type('dmesg')).toBe('[ 4073.000005] one\n[ 4075.196502] two\nrc=0')
  expect(type('dmesg -t')).toBe('one\ntwo\nrc=0')
  expect(type('dmesg -d')).toBe('[ 4073.000005 <    0.000000>] one\n[ 4075.196502 <    2.196497>] two\nrc=0')
  expect(type('dmesg -T | tail -n 1')).toBe('[Mon Nov 23 00:00:02 2026] two\nrc=0')
  expect(type('dmesg -u')).toBe('rc=0')
})

test('-c prints and clears, -C clears', () => {
  const { type } = newLab(TWO)
  expect(type('dmesg -c')).toBe('[ 4073.000005] one\n[ 4075.196502] two\nrc=0')
  expect(type('dmesg')).toBe('rc=0')
  expect(type('dmesg --clear')).toBe('rc=0')
})

test('what the LOG target writes is read', () => {
  const { type } = newLab()
  type('iptables -A OUTPUT -p icmp -j LOG --log-prefix "ping: "; ping -c1 192.168.0.1')
  expect(type('dmesg')).toMatch(
    /^\[ 4073\.\d{6}\] ping: IN= OUT=eth0 SRC=192\.168\.0\.2 DST=192\.168\.0\.1 LEN=84 .* DF PROTO=ICMP TYPE=8 CODE=0 ID=\d+ SEQ=1 *\nrc=0$/,
  )
})

test('-w waits for more until Ctrl-C, and says nothing twice', () => {
  let shown = ''
  const lab = bootLab(gateway, 1, {
    event: () => undefined,
    output: (_host, _n, stream, text) => {
      if (stream === 'stdout') shown += text
    },
  })
  const { machine } = lab.kernel(0)
  machine.bootOffset = 0
  machine.log.push({ time: 0, text: 'one' })
  lab.exec(0, 'dmesg -w')
  lab.runUntil(500_000)
  machine.log.push({ time: 500_000, text: 'two' }, { time: 500_000, text: 'three' })
  lab.runUntil(1_200_000)
  machine.log.push({ time: 500_000, text: 'four' })
  lab.runUntil(5_000_000)
  expect(shown).toBe('[    0.000000] one\n[    0.500000] two\n[    0.500000] three\n[    0.500000] four\n')
  expect(lab.quiet).toBe(false)
  lab.interrupt(0)
  expect(lab.quiet).toBe(true)
})

const EXCLUSIVE = '--clear --console-off --console-on --read-clear --console-level --raw'

test.each([
  ['dmesg -z', "dmesg: invalid option -- 'z'\nTry 'dmesg --help' for more information.\nrc=1"],
  ['dmesg foo', "dmesg: bad usage\nTry 'dmesg --help' for more information.\nrc=1"],
  ['dmesg --foo', "dmesg: unrecognized option '--foo'\nTry 'dmesg --help' for more information.\nrc=1"],
  ['dmesg -n x', "dmesg: unknown level 'x'\nrc=1"],
  ['dmesg -n 9', "dmesg: unknown level '9'\nrc=1"],
  ['dmesg -C -c', `dmesg: mutually exclusive arguments: ${EXCLUSIVE}\nrc=1`],
  ['dmesg -n 3 -c', `dmesg: mutually exclusive arguments: ${EXCLUSIVE}\nrc=1`],
  ['dmesg --color=foo', "dmesg: unsupported color mode: 'foo'\nrc=1"],
  ['dmesg --time-format=foo', 'dmesg: unknown time format: foo\nrc=1'],
  ['dmesg -H', 'dmesg: -H: not modelled in this lab\nrc=1'],
  ['dmesg -V', 'dmesg from util-linux 2.38.1\nrc=0'],
])('%s', (line, said) => {
  expect(newLab().type(line)).toBe(said)
})

test('a set that is full says so, each time somebody is turned away, as Linux 6.18 does', () => {
  const { type } = newLab()
  type('ipset create s hash:net maxelem 1')
  type('ipset add s 1.0.0.0/8')
  expect(type('ipset add s 2.0.0.0/8')).toBe('ipset v7.17: Hash is full, cannot add more elements\nrc=1')
  expect(type('ipset add s 2.0.0.0/8 -exist')).toBe(
    'ipset v7.17: Hash is full, cannot add more elements\nrc=1',
  )
  expect(type('dmesg -t')).toBe('Set s is full, maxelem 1 reached\nSet s is full, maxelem 1 reached\nrc=0')
})
