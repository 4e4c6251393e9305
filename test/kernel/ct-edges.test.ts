/** Exactly at the edge: times, lengths, chains and windows where one more or less is something else. */
import { describe, expect, test } from 'vitest'
import { VICTIMS } from '../../src/kernel/conntrack/acts.ts'
import { readActs } from '../../src/kernel/conntrack/acts-view.ts'
import type { ConnView } from '../../src/kernel/conntrack/conn.ts'
import { gc_worker } from '../../src/kernel/conntrack/gc.ts'
import { listEntries } from '../../src/kernel/conntrack/life.ts'
import { ctView } from '../../src/kernel/conntrack/view.ts'
import type { PeriodName } from '../../src/kernel/period.ts'
import type { Skb } from '../../src/kernel/skb.ts'
import { gateway, gatewayOf, type Gateway } from '../kit.ts'

const TRACK = 'iptables -A FORWARD -m conntrack --ctstate NEW'
const INVALID = 'iptables -A FORWARD -m conntrack --ctstate INVALID -j DROP'
const UDP = '192.168.0.2.40000 > 8.8.8.8.53: UDP'
const CLIENT = '192.168.0.2.40000 > 8.8.8.8.80'
const SERVER = '8.8.8.8.80 > 192.168.0.2.40000'
const set = (name: string, value: number): string =>
  `echo ${value} > /proc/sys/net/netfilter/nf_conntrack_${name}`
const entries = (gw: Gateway): ConnView[] =>
  listEntries(gw.k).map((slot) => ctView(gw.k.machine.ct, slot, gw.k.now))
const states = (gw: Gateway): string[] => entries(gw).map((e) => e.state)
const said = (gw: Gateway): string[] =>
  gw.k.machine.log.flatMap((l) => /(?<=nf_ct_proto_)\d+: .*?(?= +IN=)/.exec(l.text)?.[0] ?? [])
const both = (does: (gw: Gateway) => unknown): unknown[] =>
  (['article', 'modern'] as PeriodName[]).map((period) => does(gatewayOf({ period }, INVALID)))

test('UDP is a stream after more than two seconds, not after two', () => {
  const gw = gateway(TRACK)
  const assured = (): boolean => gw.sh('conntrack -L 2>/dev/null').includes('ASSURED')
  gw.rx('lan', UDP)
  gw.rx('wan', '8.8.8.8.53 > 192.168.0.2.40000: UDP')
  gw.wait(2)
  gw.rx('lan', UDP)
  expect(assured()).toBe(false)
  gw.wait(0.001)
  gw.rx('lan', UDP)
  expect(assured()).toBe(true)
})

test.each([
  ['a UDP datagram without payload', UDP, { len: 28 }, '17: bad checksum'],
  [
    'an ICMP message of eight bytes',
    '192.168.0.2 > 8.8.8.8: ICMP echo request, id 7, seq 1',
    { len: 28 },
    '1: bad hw icmp checksum',
  ],
  [
    'the last ICMP type that there is',
    '192.168.0.2 > 8.8.8.8: ICMP echo request, id 7, seq 1',
    { type: 18 },
    '1: bad hw icmp checksum',
  ],
] as [string, string, Partial<Skb>, string][])(
  '%s is not short or strange, only its checksum is wrong',
  (_, line, more, words) => {
    const gw = gateway(INVALID, 'sysctl -w net.netfilter.nf_conntrack_log_invalid=255')
    expect(gw.rx('lan', line, { ...more, badCsum: 1 })).toEqual([])
    expect(said(gw)).toEqual([words])
  },
)

test('each SCTP association that is put in by hand has tags of its own, whose bytes the tool turns round', () => {
  const gw = gateway(TRACK)
  for (const n of [1, 2, 3])
    gw.sh(
      `conntrack -I -p sctp -s 10.0.0.1 -d 10.9.0.1 --sport ${n} --dport 2 --state ESTABLISHED --orig-vtag ${n} --reply-vtag ${n + 10} -t 60`,
    )
  expect(
    entries(gw)
      .map((e) => [e.orig.sport, e.vtags])
      .sort(),
  ).toEqual([
    [1, [0x01000000, 0x0b000000]],
    [2, [0x02000000, 0x0c000000]],
    [3, [0x03000000, 0x0d000000]],
  ])
})

test('an entry made while a rule uses labels has room for them, and none is set', () => {
  const gw = gateway(TRACK, 'iptables -A FORWARD -m connlabel --label 1 --set')
  gw.rx('lan', UDP)
  expect(entries(gw)[0].ext?.labels).toEqual([1])
  const mute = gateway(TRACK, 'iptables -A FORWARD -s 1.1.1.1 -m connlabel --label 1 --set')
  mute.rx('lan', UDP)
  expect(entries(mute)[0].ext?.labels).toEqual([])
})

test('--zone mark: the zone is the mark of the packet', () => {
  const gw = gateway(
    TRACK,
    'iptables -t raw -A PREROUTING -j MARK --set-mark 5',
    'iptables -t raw -A PREROUTING -j CT --zone mark',
  )
  gw.rx('lan', UDP)
  expect(entries(gw).map((e) => e.zone)).toEqual([(5 | (5 << 16)) >>> 0])
})

describe('a connection to the port of a helper', () => {
  const SYN = (port: number): string => `192.168.0.2.${port} > 8.8.8.8.21: Flags [S], seq 1`
  test('in 4.15 gets it where nf_conntrack_helper says so, whatever else the template asks for', () => {
    const gw = gatewayOf(
      { period: 'article' },
      TRACK,
      'sysctl -w net.netfilter.nf_conntrack_helper=1',
      'iptables -t raw -A PREROUTING -j CT --zone 1',
    )
    for (const port of [1, 2, 3]) gw.rx('lan', SYN(port))
    expect(entries(gw).map((e) => e.ext?.helper)).toEqual(['ftp', 'ftp', 'ftp'])
  })
  test('in 6.18 gets none by itself, and nothing is said of it', () => {
    const gw = gateway(TRACK, 'sysctl -w net.netfilter.nf_conntrack_acct=1')
    gw.rx('lan', SYN(1))
    expect(entries(gw).map((e) => e.ext?.helper)).toEqual([''])
    expect(gw.k.machine.log.filter((l) => l.text.includes('helper'))).toEqual([])
  })
})

test('GRE: a flow keeps the timeouts that it has begun with', () => {
  const gw = gateway(TRACK, 'sysctl -w net.netfilter.nf_conntrack_gre_timeout=40')
  const gre = { protocol: 47, icmpId: 0, sport: 0, dport: 0 }
  gw.rx('lan', UDP, gre)
  gw.sh('sysctl -w net.netfilter.nf_conntrack_gre_timeout=90')
  gw.rx('lan', UDP, gre)
  expect(entries(gw).map((e) => e.secondsLeft)).toEqual([40])
})

test('conntrack -I expect: where no more may be expected it fails', () => {
  const gw = gateway(
    'iptables -t raw -A PREROUTING -p tcp --dport 21 -j CT --helper ftp',
    set('expect_max', 1),
  )
  const expectOf = (host: number): string => {
    gw.rx('lan', `192.168.0.${host}.40000 > 8.8.8.8.21: Flags [S], seq 1`)
    const ends = `-p tcp -s 192.168.0.${host} -d 8.8.8.8 --sport 40000 --dport 21`
    const tuple = `--tuple-src 8.8.8.8 --tuple-dst 192.168.0.${host} --tuple-port-src 20 --tuple-port-dst 4000`
    const mask =
      '--mask-src 255.255.255.255 --mask-dst 255.255.255.255 --mask-port-src 0 --mask-port-dst 65535'
    return gw.sh(`conntrack -I expect -t 30 ${ends} ${tuple} ${mask}`)
  }
  expectOf(2)
  expect(() => expectOf(3)).toThrow('Too many open files')
})

test('what a host sends itself begins with ip_default_ttl', () => {
  const gw = gateway('sysctl -w net.ipv4.ip_default_ttl=99')
  gw.events()
  gw.rx('lan', '192.168.0.2 > 192.168.0.1: ICMP echo request, id 7, seq 1')
  const ttls = gw.events().flatMap((e) => (e.type === 'xmit' ? [e.header.ttl] : []))
  expect(ttls).toEqual([99])
})

test('in 4.15 a search for a port begins where the last one has ended, and takes the last port unasked', () => {
  const gw = gatewayOf(
    { period: 'article' },
    'iptables -t nat -A POSTROUTING -o wan -p udp -j SNAT --to-source 100.100.100.100:7000-7001',
  )
  const port = (from: number, to: string): string | undefined =>
    /100\.(\d+) >/.exec(gw.rx('lan', `192.168.0.2.${from} > ${to}.53: UDP`)[0] ?? '')?.[1]
  expect([port(1, '8.8.8.8'), port(2, '8.8.8.8')]).toEqual(['7000', '7001'])
  expect(port(3, '8.8.4.4')).toBe('7001')
  // Both are taken: the one after the last is tried, and the next is taken though it is not free.
  expect(port(4, '8.8.8.8')).toBeUndefined()
  expect(port(5, '9.9.9.9')).toBe('7000')
})

describe('in a table of one bucket', () => {
  const SNAT = (source: string, to: string): string =>
    `iptables -t nat -A POSTROUTING -s ${source} -o wan -j SNAT --to-source ${to}`
  const left = (gw: Gateway, line: string, more: Partial<Skb> = {}): string =>
    gw.rx('lan', line, more).map((l) => l.replace(/:.*/, '').replace('wan ', ''))[0]

  test('NAT tells flows apart that differ in one thing only', () => {
    const gw = gatewayOf(
      { buckets: 1 },
      set('checksum', 0),
      SNAT('192.168.0.3', '100.100.100.7'),
      'iptables -t nat -A POSTROUTING -o wan -j SNAT --to-source 100.100.100.8',
    )
    expect(left(gw, '192.168.0.2.600 > 8.8.8.8.53: UDP')).toBe('100.100.100.8.600 > 8.8.8.8.53')
    // Another address; another port of its own; another protocol.
    expect(left(gw, '192.168.0.3.600 > 8.8.8.8.53: UDP')).toBe('100.100.100.7.600 > 8.8.8.8.53')
    expect(left(gw, '192.168.0.4.601 > 8.8.8.8.53: UDP')).toBe('100.100.100.8.601 > 8.8.8.8.53')
    expect(left(gw, '192.168.0.4.600 > 8.8.8.8.53: UDP', { protocol: 136 })).toMatch(/^100\.100\.100\.8/)
    expect(entries(gw).find((e) => e.orig.protonum === 136)?.reply.dport).toBe(600)
    expect(left(gw, '192.168.0.4.600 > 8.8.8.8.53: UDP')).not.toContain('.8.600 ')
  })

  test('and zones', () => {
    const gw = gatewayOf(
      { buckets: 1 },
      'iptables -t nat -A POSTROUTING -o wan -j SNAT --to-source 100.100.100.8',
      'iptables -t raw -A PREROUTING -s 192.168.0.2 -j CT --zone 1',
      'iptables -t raw -A PREROUTING -s 192.168.0.3 -j CT --zone 2',
    )
    for (const host of [2, 3, 4])
      expect(left(gw, `192.168.0.${host}.600 > 8.8.8.8.53: UDP`)).toBe('100.100.100.8.600 > 8.8.8.8.53')
    expect(left(gw, '192.168.0.5.600 > 8.8.8.8.53: UDP')).not.toContain('.8.600 ')
  })

  test('any entry can be taken out, the others stay, in whatever order they hang', () => {
    for (const rehashed of [false, true])
      for (const gone of [1, 2, 3]) {
        const gw = gatewayOf({ buckets: 1 }, TRACK)
        for (const port of [1, 2, 3]) gw.rx('lan', `192.168.0.2.${port} > 8.8.8.8.53: UDP`)
        // The chain turns round.
        if (rehashed) gw.sh('sysctl -w net.netfilter.nf_conntrack_buckets=1')
        gw.sh(`conntrack -D -p udp --sport ${gone}`)
        const there = [1, 2, 3].filter((port) => port !== gone)
        expect(
          entries(gw)
            .map((e) => e.orig.sport)
            .sort(),
        ).toEqual(there)
        gw.rx('lan', '192.168.0.2.9 > 8.8.8.8.53: UDP')
        expect(
          entries(gw)
            .map((e) => e.orig.sport)
            .sort(),
        ).toEqual([...there, 9])
      }
  })
})

describe('a clash with an answer', () => {
  test('in a zone of the other direction only: the second flow gets another port', () => {
    const gw = gateway(
      TRACK,
      'iptables -t nat -A POSTROUTING -s 1.1.1.1 -j ACCEPT',
      'iptables -t raw -A PREROUTING -m mark --mark 1 -j CT --zone-orig 1',
    )
    expect(gw.rx('lan', `${UDP}, length 0`, { mark: 1 })).toEqual([
      'wan 192.168.0.2.40000 > 8.8.8.8.53: UDP, length 0',
    ])
    const [second] = gw.rx('lan', `${UDP}, length 0`)
    expect(second).toMatch(/^wan 192\.168\.0\.2\.\d+ > 8\.8\.8\.8\.53: UDP/)
    expect(second).not.toContain('.40000 ')
  })
})

describe('TCP', () => {
  test('a reset that acknowledges one too much is believed in 6.18 only, as an answer to who asks whether anybody is there', () => {
    const reset = (gw: Gateway): number => {
      gw.rx('lan', `${CLIENT}: Flags [S], seq 1000`)
      return gw.rx('wan', `${SERVER}: Flags [R.], seq 7, ack 1002`).length
    }
    expect(both(reset)).toEqual([0, 1])
  })

  test('a reset that answers an acknowledgement, and is far below the window, is believed in 6.18 only', () => {
    const reset = (gw: Gateway): number => {
      gw.rx('lan', `${CLIENT}: Flags [S], seq 1000000`)
      gw.rx('wan', `${SERVER}: Flags [S.], seq 5000, ack 99999999`)
      gw.rx('wan', `${SERVER}: Flags [.], seq 5001, ack 5000`)
      return gw.rx('lan', `${CLIENT}: Flags [R], seq 5000`).length
    }
    expect(both(reset)).toEqual([0, 1])
  })

  test('in 4.15 the windows are not forgotten where tracking is switched off and on again', () => {
    const again = (gw: Gateway): number => {
      gw.rx('lan', `${CLIENT}: Flags [S], seq 1000`)
      gw.rx('wan', `${SERVER}: Flags [S.], seq 5000, ack 1001`)
      gw.rx('lan', `${CLIENT}: Flags [.], seq 1001, ack 5001`)
      gw.sh(INVALID.replace('-A', '-D'))
      gw.sh(INVALID)
      return gw.rx('lan', `${CLIENT}: Flags [.], seq 90000000, ack 5001`).length
    }
    expect(both(again)).toEqual([0, 1])
  })

  const step = (established: number, seconds: number, unack: number): Gateway => {
    const gw = gateway(
      INVALID,
      'sysctl -w net.netfilter.nf_conntrack_log_invalid=255',
      `sysctl -w net.netfilter.nf_conntrack_tcp_timeout_established=${established}`,
      `sysctl -w net.netfilter.nf_conntrack_tcp_timeout_unacknowledged=${unack}`,
    )
    gw.rx('lan', `${CLIENT}: Flags [S], seq 1000`)
    gw.rx('wan', `${SERVER}: Flags [S.], seq 5000, ack 1001`)
    gw.rx('lan', `${CLIENT}: Flags [.], seq 1001, ack 5001`)
    gw.wait(seconds)
    gw.rx('lan', `${CLIENT}: Flags [F.], seq 99999999, ack 5001`)
    gw.rx('wan', `${SERVER}: Flags [F.], seq 99999999, ack 1001`)
    return gw
  }
  const seconds = (gw: Gateway): number => entries(gw)[0].secondsLeft
  test('out of step: 120 seconds are enough for the timeout to be lowered, less are not', () => {
    expect(seconds(step(130, 10, 100))).toBe(100)
    expect(seconds(step(130, 10.1, 100))).toBe(119)
  })
  test('out of step: a timeout that is as low is not said to be lowered', () => {
    const lowered = (gw: Gateway): string[] => said(gw).filter((line) => line.includes('lower'))
    expect(lowered(step(210, 10, 200))).toEqual([])
    expect(lowered(step(211, 10, 200)).length).toBe(1)
  })

  test('in 4.15 a server that leaps ahead keeps the scale of the client', () => {
    const gw = gatewayOf({ period: 'article' }, INVALID)
    gw.rx('lan', `${CLIENT}: Flags [S], seq 1000`, { wscale: 7, thl: 28 })
    gw.rx('wan', `${SERVER}: Flags [S.], seq 5000, ack 1001`, { wscale: 7, thl: 28 })
    gw.rx('wan', `${SERVER}: Flags [.], seq 90005001, ack 1001`, { thl: 32 })
    gw.rx('lan', `${CLIENT}: Flags [.], seq 1001, ack 90005001, win 10`)
    expect(gw.rx('wan', `${SERVER}: Flags [P.], seq 90006000:90006010, ack 1001, length 10`).length).toBe(1)
    expect(states(gw)).toEqual(['ESTABLISHED'])
  })
})

describe('what the table has done of its own accord', () => {
  const small = (...lines: string[]): Gateway => gatewayOf({ buckets: 1 }, TRACK, ...lines)
  const query = (gw: Gateway, port: number): number =>
    gw.rx('lan', `192.168.0.9.${port} > 8.8.8.8.53: UDP`).length

  test('names every victim of a search, with all that was known of it', () => {
    const gw = small(set('max', 3))
    for (const port of [1, 2, 3]) query(gw, port)
    query(gw, 4)
    const { search, sweep } = readActs(gw.k.machine.ct.acts)
    const ports = search?.victims.map((v) => v.sport) ?? []
    expect(ports.sort()).toEqual([1, 2, 3])
    expect(search?.step).toBe(gw.k.machine.ct.acts[1])
    expect(sweep).toBeNull()
  })

  test('of more victims than it remembers nothing spills over', () => {
    const gw = small(set('max', VICTIMS + 1))
    for (let port = 1; port <= VICTIMS + 1; port++) query(gw, port)
    query(gw, 99)
    expect(readActs(gw.k.machine.ct.acts)).toMatchObject({ sweep: null, rehash: null })
  })

  test('of more entries that are gone than it remembers nothing spills over', () => {
    const gw = gatewayOf({ buckets: 16 }, TRACK)
    for (let n = 0; n < 70; n++)
      gw.sh(`conntrack -I -p udp -s 1.1.1.1 -d 2.2.2.2 --sport ${n} --dport 2 -t 1`)
    gw.wait(2)
    gc_worker(gw.k, () => gw.k)
    const { sweep, rehash } = readActs(gw.k.machine.ct.acts)
    expect([sweep?.expired, sweep?.gone.length, rehash]).toEqual([70, 128, null])
  })
})

describe('the collector of 4.15', () => {
  const article = (...lines: string[]): Gateway =>
    gatewayOf({ period: 'article', buckets: 1 }, TRACK, ...lines)
  const insert = (gw: Gateway, count: number, seconds: number): void => {
    const base = gw.k.net.ctCount
    for (let n = base; n < base + count; n++)
      gw.sh(`conntrack -I -p udp -s 10.0.0.1 -d 10.9.0.1 --sport ${n + 1} --dport 2 -t ${seconds}`)
  }
  const pass = (gw: Gateway): number => gc_worker(gw.k, () => gw.k) / 1_000_000

  test('half of what it met is not more than half', () => {
    const gw = article()
    insert(gw, 4, 1)
    insert(gw, 2, 600)
    gw.wait(2)
    // Two entries hang with two nodes each in the only chain.
    expect(pass(gw)).toBe(0.124)
    expect(gw.k.net.ctCount).toBe(2)
  })
  test('nor are 201 of 401, in whole percents', () => {
    const gw = article()
    insert(gw, 201, 1)
    insert(gw, 100, 600)
    gw.wait(2)
    expect(pass(gw)).toBe(0.124)
  })
  test('who makes room before its time has not expired', () => {
    const gw = article(set('max', 100))
    insert(gw, 100, 600)
    gw.k.machine.gcEarlyDrop = true
    expect(pass(gw)).toBe(0.124)
    expect(readActs(gw.k.machine.ct.acts).sweep).toMatchObject({ early: 6, expired: 0, met: 100 })
  })
  test('every entry is met once, though it has two nodes', () => {
    const gw = article()
    insert(gw, 3, 600)
    pass(gw)
    expect(readActs(gw.k.machine.ct.acts).sweep?.met).toBe(3)
    gw.k.machine.ct.timeout.fill(0)
    pass(gw)
    expect(readActs(gw.k.machine.ct.acts).sweep).toMatchObject({ met: 3, expired: 3 })
  })
})
