/** The collector, today's and that of 4.15: what it removes, and when it comes again. */
import { describe, expect, test } from 'vitest'
import { gc_worker, gc_worker_can_early_drop } from '../../src/kernel/conntrack/gc.ts'
import { listEntries } from '../../src/kernel/conntrack/life.ts'
import { ctView } from '../../src/kernel/conntrack/view.ts'
import { gateway, gatewayOf, type Gateway } from '../kit.ts'

const TRACK = 'iptables -A FORWARD -m conntrack --ctstate NEW'
const UDP = '-p udp'
const max = (n: number): string => `echo ${n} > /proc/sys/net/netfilter/nf_conntrack_max`

/** So many entries, each of so many seconds. */
function insert(gw: Gateway, count: number, what: string, seconds: number): void {
  const base = gw.k.net.ctCount
  for (let i = base; i < base + count; i++)
    gw.sh(`conntrack -I ${what} -s 10.0.0.1 -d 10.9.${i >> 8}.${i & 255} --sport 1 --dport 2 -t ${seconds}`)
}

/** One pass; the seconds until the next. */
const pass = (gw: Gateway): number => gc_worker(gw.k, () => gw.k) / 1_000_000
const left = (gw: Gateway, what: string): number =>
  gw.sh(`conntrack -L ${what} 2>/dev/null`).split('\n').length - 1

describe('when it comes again: after the average of the times that are left, a hundred minutes beside them', () => {
  test('nothing there: in a minute', () => {
    expect(pass(gateway(TRACK))).toBe(60)
  })
  test('a hundred entries of ten seconds: in 35', () => {
    const gw = gateway(TRACK)
    insert(gw, 100, UDP, 10)
    expect(pass(gw)).toBeCloseTo(35, 4)
  })
  test('five days count as 300 seconds', () => {
    const gw = gateway(TRACK)
    insert(gw, 50, UDP, 432000)
    insert(gw, 850, UDP, 1)
    expect(pass(gw)).toBeCloseTo((100 * 60 + 50 * 300 + 850) / 1000, 4)
  })
  test('half a second counts as one', () => {
    const gw = gateway(TRACK)
    insert(gw, 100, UDP, 1)
    gw.wait(0.5)
    expect(pass(gw)).toBeCloseTo(30.5, 4)
  })
  test('never later than in a minute', () => {
    const gw = gateway(TRACK)
    insert(gw, 100, UDP, 432000)
    expect(pass(gw)).toBe(60)
  })
  test('an entry that is gone and only held by a waiting packet does not count', () => {
    const gw = gateway(TRACK)
    gw.sh('ip neigh del 100.100.100.1 dev wan')
    gw.rx('lan', '192.168.0.2.40000 > 8.8.8.8.53: UDP')
    gw.sh('conntrack -F')
    expect(gw.k.net.ctCount).toBe(1)
    expect(pass(gw)).toBe(60)
  })
})

test('an entry goes in the moment in which its time is over', () => {
  const gw = gateway(TRACK)
  insert(gw, 3, UDP, 10)
  gw.wait(9.9)
  pass(gw)
  expect(gw.k.net.ctCount).toBe(3)
  gw.wait(0.1)
  pass(gw)
  expect(gw.k.net.ctCount).toBe(0)
})

describe('after the table was full', () => {
  const ESTABLISHED = '-p tcp --state ESTABLISHED -u ASSURED,SEEN_REPLY'
  const TIME_WAIT = '-p tcp --state TIME_WAIT -u ASSURED,SEEN_REPLY'

  /** 200 entries where 200 fit, and one who did not find room. */
  function full(): Gateway {
    const gw = gateway(TRACK, max(200))
    insert(gw, 100, ESTABLISHED, 600)
    insert(gw, 60, UDP, 600)
    insert(gw, 40, TIME_WAIT, 600)
    expect(gw.rx('lan', '192.168.0.2.40000 > 8.8.8.8.53: UDP')).toEqual([])
    return gw
  }

  test('what nobody has answered and what is closing goes, until less than 95 % are left', () => {
    const gw = full()
    pass(gw)
    expect([gw.k.net.ctCount, left(gw, ESTABLISHED.slice(0, 26)), left(gw, UDP)]).toEqual([189, 100, 49])
  })
  test('once, not again', () => {
    const gw = full()
    pass(gw)
    insert(gw, 11, UDP, 600)
    pass(gw)
    expect(gw.k.net.ctCount).toBe(200)
  })
  test('what is assured and open stays', () => {
    const gw = gateway(TRACK, max(100))
    insert(gw, 98, ESTABLISHED, 600)
    insert(gw, 2, TIME_WAIT, 600)
    gw.k.machine.gcEarlyDrop = true
    pass(gw)
    expect([gw.k.net.ctCount, left(gw, '-p tcp --state ESTABLISHED')]).toEqual([98, 98])
  })
  test('95 % of whole hundreds: of less than a hundred nothing is given up', () => {
    const gw = gateway(TRACK, max(99))
    insert(gw, 99, UDP, 600)
    gw.k.machine.gcEarlyDrop = true
    pass(gw)
    expect(gw.k.net.ctCount).toBe(99)
  })
  test('95 % of 250 are 190', () => {
    const gw = gateway(TRACK, max(250))
    insert(gw, 200, UDP, 600)
    gw.k.machine.gcEarlyDrop = true
    pass(gw)
    expect(gw.k.net.ctCount).toBe(189)
  })

  const SCTP = '--orig-vtag 1 --reply-vtag 2 -u ASSURED,SEEN_REPLY'
  test.each([
    ['-p udp', true],
    ['-p udp -u ASSURED,SEEN_REPLY', false],
    ['-p gre -u ASSURED,SEEN_REPLY', false],
    ['-p tcp --state SYN_SENT', true],
    ['-p tcp --state SYN_RECV -u ASSURED,SEEN_REPLY', false],
    ['-p tcp --state ESTABLISHED -u ASSURED,SEEN_REPLY', false],
    ['-p tcp --state FIN_WAIT -u ASSURED,SEEN_REPLY', true],
    ['-p tcp --state CLOSE_WAIT -u ASSURED,SEEN_REPLY', true],
    ['-p tcp --state LAST_ACK -u ASSURED,SEEN_REPLY', true],
    ['-p tcp --state TIME_WAIT -u ASSURED,SEEN_REPLY', true],
    ['-p tcp --state CLOSE -u ASSURED,SEEN_REPLY', true],
    [`-p sctp --state ESTABLISHED ${SCTP}`, false],
    [`-p sctp --state COOKIE_ECHOED ${SCTP}`, false],
    [`-p sctp --state SHUTDOWN_SENT ${SCTP}`, true],
    [`-p sctp --state SHUTDOWN_RECD ${SCTP}`, true],
    [`-p sctp --state SHUTDOWN_ACK_SENT ${SCTP}`, true],
  ])('%s may go: %s', (what, may) => {
    const gw = gateway(TRACK)
    const ports = what.includes('gre') ? '--srckey 0 --dstkey 0' : '--sport 1 --dport 2'
    gw.sh(`conntrack -I ${what} -s 10.0.0.1 -d 10.9.0.1 ${ports} -t 100`)
    const [slot] = listEntries(gw.k)
    expect(gc_worker_can_early_drop(gw.k.machine.ct, slot)).toBe(may)
  })
})

describe('in 4.15', () => {
  const article = (buckets: number, ...lines: string[]): Gateway =>
    gatewayOf({ period: 'article', buckets }, TRACK, ...lines)

  /** In which buckets an entry lies; after how many passes of so many buckets the first of them has been seen. */
  function seenAfter(gw: Gateway, buckets: number, each: number): number {
    const [slot] = listEntries(gw.k)
    const lies = ctView(gw.k.machine.ct, slot, gw.k.now).buckets
    // It begins behind the first bucket and comes to that last.
    return Math.ceil(Math.min(...lies.map((bucket) => bucket || buckets)) / each)
  }

  test.each([
    [16, 1],
    [300, 2],
    [1000, 7],
  ])('of %i buckets it looks at %i each 124 ms, which are 31 ticks of 4', (buckets, each) => {
    for (let host = 2; host < 8; host++) {
      const gw = article(buckets)
      gw.rx('lan', `192.168.0.${host}.40000 > 8.8.8.8.53: UDP`)
      const passes = seenAfter(gw, buckets, each)
      const { ct } = gw.k.machine
      ct.timeout.fill(0)
      for (let n = 1; n < passes; n++) expect(pass(gw)).toBe(0.124)
      expect(gw.k.net.ctCount).toBe(1)
      pass(gw)
      expect(gw.k.net.ctCount).toBe(0)
    }
  })

  test('where more than half of what it met had expired it comes again in a tick, and then each time a tick later', () => {
    const gw = article(1)
    insert(gw, 10, UDP, 600)
    const { ct } = gw.k.machine
    const expire = (n: number): void => {
      for (const slot of listEntries(gw.k).slice(0, n)) ct.timeout[slot] = 0
    }
    expect(pass(gw)).toBe(0.124)
    expire(4)
    expect(pass(gw)).toBe(0.124)
    expire(5)
    expect(pass(gw)).toBe(0.004)
    expect(pass(gw)).toBe(0.008)
    expect(pass(gw)).toBe(0.012)
    for (let n = 0; n < 40; n++) pass(gw)
    expect(pass(gw)).toBe(0.124)
  })

  test('a full table: what may go and lies in its buckets goes, until less than 95 % are left, once', () => {
    const gw = article(1, max(100))
    insert(gw, 20, '-p udp -u ASSURED,SEEN_REPLY', 600)
    insert(gw, 80, UDP, 600)
    pass(gw)
    expect(gw.k.net.ctCount).toBe(100)
    gw.k.machine.gcEarlyDrop = true
    pass(gw)
    expect(gw.k.net.ctCount).toBe(94)
    insert(gw, 6, UDP, 600)
    pass(gw)
    expect(gw.k.net.ctCount).toBe(100)
  })

  test('who goes early has not expired: the next pass comes no sooner for it', () => {
    const gw = article(1)
    insert(gw, 400, UDP, 600)
    gw.sh(max(100))
    gw.k.machine.gcEarlyDrop = true
    expect(pass(gw)).toBe(0.124)
    expect(gw.k.net.ctCount).toBe(94)
  })

  test('95 % of less than a hundred are none, of 250 are 190', () => {
    for (const [most, count, after] of [
      [99, 99, 99],
      [250, 200, 189],
    ]) {
      const gw = article(1, max(most))
      insert(gw, count, UDP, 600)
      gw.k.machine.gcEarlyDrop = true
      pass(gw)
      expect(gw.k.net.ctCount).toBe(after)
    }
  })
})
