import { describe, expect, test } from 'vitest'
import type { PacketSpec } from '../../../src/lab/replay/scenario.ts'
import { buildIp, parseIp } from './bytes.ts'
import { heardAt, parseEntry, parseEvent, settle } from './conntrack-line.ts'
import { parseDrop } from './drops.ts'
import { parseLogLine } from './log-line.ts'
import { parseNames } from './tape.ts'

describe('packets as bytes', () => {
  const ends = { src: '192.168.0.2', dst: '10.0.0.9' }
  const packets: PacketSpec[] = [
    {
      proto: 'tcp',
      ...ends,
      sport: 40000,
      dport: 80,
      flags: 'SA',
      seq: 7,
      ack: 9,
      opts: ['mss=1460'],
      len: 3,
    },
    { proto: 'udp', ...ends, sport: 53, dport: 5000, len: 5, df: false, tos: 16, ttl: 3 },
    { proto: 'icmp', ...ends, type: 8, icmp_id: 4, icmp_seq: 1, len: 56 },
  ]

  test.each(packets)('what is built of $proto is read again, its checksums right', (p) => {
    const read = parseIp(buildIp(p))
    expect(read).toMatchObject({ proto: p.proto, ...ends, ip_csum_ok: true, csum_ok: true, len: p.len })
    for (const key of ['sport', 'dport', 'flags', 'seq', 'ack', 'type', 'icmp_id', 'tos'] as const)
      if (p[key] !== undefined) expect(read[key]).toBe(p[key])
    expect(parseIp(buildIp({ ...p, badcsum: true }))['csum_ok']).toBe(false)
  })

  test('a fragment is a slice of its datagram', () => {
    const bytes = buildIp({
      proto: 'udp',
      ...ends,
      sport: 1,
      dport: 2,
      len: 100,
      frag: { off: 16, size: 24, mf: true },
    })
    expect(bytes).toHaveLength(44)
    expect(parseIp(bytes)).toMatchObject({ frag: { off: 16, mf: true }, ip_len: 44, df: false })
  })

  test('an error quotes as much as it is told to', () => {
    const inner = packets[1]
    const error: PacketSpec = { proto: 'icmp', ...ends, type: 3, code: 1, inner }
    expect(parseIp(buildIp(error))['inner']).toMatchObject({ proto: 'udp', sport: 53, dport: 5000 })
    expect(parseIp(buildIp({ ...error, inner_bytes: 4 }))['inner']).not.toHaveProperty('sport')
  })
})

describe('lines of the kernel log', () => {
  const header =
    'IN=eth0 OUT= MAC=02:0a SRC=10.0.0.1 DST=10.0.0.2 LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=4096 DF PROTO=TCP SPT=1 DPT=2 WINDOW=64240 RES=0x00 ACK SYN URGP=0 MARK=0x1f'

  test('a probe says whose packet it saw, where, and in which state', () => {
    expect(parseLogLine(`nl3:ct:passed:INPUT:NEW:original ${header}`)).toMatchObject({
      kind: 'ct',
      host: 'nl3',
      at: '@passed:INPUT',
      ct: 'NEW',
      dir: 'original',
      id: 4096,
      proto: 'tcp',
      header: { in: 'eth0', src: '10.0.0.1', sport: 1, flags: 'SA', ttl: 64, len: 60, mark: 31 },
    })
  })

  test('TRACE says the rule, and of a ping its id, not that of IP', () => {
    const line =
      'TRACE: nat:PREROUTING:rule:2 IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=84 TOS=0x00 PREC=0x00 TTL=64 ID=7 PROTO=ICMP TYPE=8 CODE=0 ID=99 SEQ=1'
    expect(parseLogLine(line)).toMatchObject({
      table: 'nat',
      chain: 'PREROUTING',
      rule: 2,
      id: 7,
      header: { icmp_id: 99 },
    })
  })

  test('anything else is none', () => {
    expect(parseLogLine('eth0: link becomes ready')).toBeNull()
  })
})

describe('lines of conntrack', () => {
  const tuples =
    'src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1'

  test('an entry', () => {
    expect(parseEntry(`ipv4     2 tcp      6 119 SYN_SENT ${tuples} mark=3 use=1`)).toEqual({
      proto: 'tcp',
      timeout: 119,
      state: 'SYN_SENT',
      mark: 3,
      orig: '10.0.0.1:1>10.0.0.2:2',
      reply: '10.0.0.2:2>10.0.0.1:1',
      flags: ['UNREPLIED'],
    })
  })

  test('an event, whose timeout has run down a moment', () => {
    const event = parseEvent(`[1700000000.1]\t    [NEW] ipv4 2 udp 17 29 ${tuples}`)
    expect(event).toMatchObject({ ev: 'NEW', proto: 'udp', timeout: 29 })
    const seconds = new Map([['udp_timeout', 30]])
    expect(settle(event ?? {}, seconds, new Set())['timeout']).toBe(30)
    expect(settle(event ?? {}, new Map(), new Set())['timeout']).toBe(29)
  })

  test('an event says when it was heard of, its microseconds without zeros', () => {
    expect(heardAt(`[1700000000.1     ]\t    [NEW] ipv4 2 udp 17 29 ${tuples}`)).toBe(1_700_000_000_000.001)
    expect(heardAt('    [NEW] udp')).toBeNull()
  })
})

test('a drop names its reason, its place and its packet', () => {
  const drop = parseDrop(
    'drop 123 1,2,3 6 nf_hook_slow 16 6 10.0.0.1 10.0.0.2',
    new Map([[6, 'NETFILTER_DROP']]),
  )
  expect(drop).toMatchObject({
    reason: 'NETFILTER_DROP',
    where: 'nf_hook_slow',
    id: 4096,
    proto: 'tcp',
    inums: [1, 2, 3],
  })
})

test('rules are named by table, chain and number', () => {
  const saved =
    '*nat\n:PREROUTING ACCEPT [0:0]\n:own - [0:0]\n-A PREROUTING -p tcp -j own\n-A own -j ACCEPT\nCOMMIT\n'
  const names = parseNames(saved, 'nf_conntrack_udp_timeout:30\n', new Set())
  expect(names.rules.get('nat:PREROUTING')).toEqual(['-p tcp -j own'])
  expect(names.policies.get('nat:own')).toBe('-')
  expect(names.timeouts.get('udp_timeout')).toBe(30)
})
