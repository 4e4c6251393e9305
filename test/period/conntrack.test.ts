/** Section by section: what conntrack of the article's Linux (4.15) does otherwise than that of today (6.18). */
import { describe, expect, test } from 'vitest'
import { listEntries } from '../../src/kernel/conntrack/life.ts'
import { ctView } from '../../src/kernel/conntrack/view.ts'
import type { PeriodName } from '../../src/kernel/period.ts'
import { emptyPacket, type Packet } from '../../src/wire/packet.ts'
import { parsePacket } from '../../src/wire/text.ts'
import { gatewayOf, type Gateway } from '../kit.ts'

const TRACK = 'iptables -A FORWARD -m conntrack --ctstate NEW'
const INVALID = 'iptables -A FORWARD -m conntrack --ctstate INVALID'
const SNAT = 'iptables -t nat -A POSTROUTING -o wan -j SNAT --to-source 100.100.100.100'
const GIB = 1024 ** 3

const set = (name: string, value: number): string =>
  `echo ${value} > /proc/sys/net/netfilter/nf_conntrack_${name}`
const sysctl = (gw: Gateway, name: string): string =>
  gw.sh(`sysctl -n net.netfilter.nf_conntrack_${name}`).trim()

/** `STATE seconds [ASSURED]` of every entry. */
function entries(gw: Gateway): string[] {
  return listEntries(gw.k).map((slot) => {
    const c = ctView(gw.k.machine.ct, slot, gw.k.now)
    const left = Math.floor((c.timeout - gw.k.now) / 1_000_000)
    return `${c.state || 'udp'} ${left}${c.status & 4 ? ' ASSURED' : ''}`
  })
}

/** How many packets the first rule of FORWARD has matched. */
function matched(gw: Gateway): number {
  return gw.k.net.tables.filter?.chains.find((c) => c.name === 'FORWARD')?.rules[0]?.pkts ?? -1
}

const CLIENT = '192.168.0.2.40000 > 8.8.8.8.80'
const SERVER = '8.8.8.8.80 > 192.168.0.2.40000'

/** A connection of 192.168.0.2 that nothing translates, as far as both sides have acknowledged each other. */
function connect(gw: Gateway): void {
  gw.rx('lan', `${CLIENT}: Flags [S], seq 1000`)
  gw.rx('wan', `${SERVER}: Flags [S.], seq 5000, ack 1001`)
  gw.rx('lan', `${CLIENT}: Flags [.], seq 1001, ack 5001`)
}

/** So many bytes from the client, each thousand acknowledged. */
function upload(gw: Gateway, bytes: number): void {
  for (let seq = 1001; seq < bytes; seq += 1000) {
    gw.rx('lan', `${CLIENT}: Flags [.], seq ${seq}, ack 5001, length 1000`)
    gw.rx('wan', `${SERVER}: Flags [.], seq 5001, ack ${seq + 1000}`)
  }
}

/** Port unreachable, about a packet. */
function unreachable(inner: Packet): Partial<Packet> {
  return { type: 3, code: 3, len: 56, inner }
}

/** The same in both, one after the other. */
function each(does: (period: PeriodName) => unknown): { article: unknown; modern: unknown } {
  return { article: does('article'), modern: does('modern') }
}

describe('sizes', () => {
  test('8 GiB make 65536 buckets and 262144 entries in 4.15, as many of both in 6.18', () => {
    const sizes = (memory: number) => (period: PeriodName) => {
      const gw = gatewayOf({ period, memory })
      return `${sysctl(gw, 'buckets')} / ${sysctl(gw, 'max')}`
    }
    expect(each(sizes(8 * GIB))).toEqual({ article: '65536 / 262144', modern: '262144 / 262144' })
    expect(each(sizes(2 * GIB))).toEqual({ article: '16384 / 65536', modern: '65536 / 65536' })
    expect(each(sizes(GIB / 2))).toEqual({ article: '4096 / 16384', modern: '4096 / 4096' })
  })

  test('another number of buckets leaves max alone', () => {
    expect(
      each((period) => {
        const gw = gatewayOf({ period, memory: 8 * GIB }, set('max', 131072), set('buckets', 65536))
        return `${sysctl(gw, 'buckets')} / ${sysctl(gw, 'max')}`
      }),
    ).toEqual({ article: '65536 / 131072', modern: '65536 / 131072' })
  })
})

describe('UDP', () => {
  const query = '192.168.0.2.40000 > 8.8.8.8.53: UDP, length 10'
  const answer = '8.8.8.8.53 > 192.168.0.2.40000: UDP, length 10'

  test('the packet after an answer is a stream of 180 s in 4.15, one of 120 s after two seconds in 6.18', () => {
    const after = (seconds: number) => (period: PeriodName) => {
      const gw = gatewayOf({ period }, TRACK)
      gw.rx('lan', query)
      gw.rx('wan', answer)
      gw.wait(seconds)
      gw.rx('lan', query)
      return entries(gw)
    }
    expect(each(after(0))).toEqual({ article: ['udp 180 ASSURED'], modern: ['udp 30'] })
    expect(each(after(3))).toEqual({ article: ['udp 180 ASSURED'], modern: ['udp 120 ASSURED'] })
  })

  test('the first answer itself assures nothing in either', () => {
    expect(
      each((period) => {
        const gw = gatewayOf({ period }, TRACK)
        gw.rx('lan', query)
        gw.rx('wan', answer)
        return entries(gw)
      }),
    ).toEqual({ article: ['udp 30'], modern: ['udp 30'] })
  })
})

describe('TCP', () => {
  const syn = `${CLIENT}: Flags [S], seq 1000`

  test('a SYN sent again begins the 120 s anew in 4.15, and does not in 6.18', () => {
    expect(
      each((period) => {
        const gw = gatewayOf({ period }, TRACK)
        gw.rx('lan', syn)
        gw.wait(3)
        gw.rx('lan', syn)
        return entries(gw)
      }),
    ).toEqual({ article: ['SYN_SENT 120'], modern: ['SYN_SENT 117'] })
  })

  test('a reset that is not exactly in place closes in 4.15; in 6.18 the state stays for 10 s', () => {
    expect(
      each((period) => {
        const gw = gatewayOf({ period }, TRACK)
        connect(gw)
        gw.rx('wan', `${SERVER}: Flags [.], seq 5001, ack 1001`)
        gw.rx('wan', `${SERVER}: Flags [R], seq 5100`)
        return entries(gw)
      }),
    ).toEqual({ article: ['CLOSE 10 ASSURED'], modern: ['ESTABLISHED 10 ASSURED'] })
  })

  test('a reset before what was acknowledged is INVALID; only 6.18 can be told to let it pass', () => {
    const late = (period: PeriodName, ...lines: string[]): number => {
      const gw = gatewayOf({ period }, INVALID, ...lines)
      connect(gw)
      gw.rx('wan', `${SERVER}: Flags [.], seq 5001, ack 1001`)
      gw.rx('wan', `${SERVER}: Flags [R], seq 4000`)
      return matched(gw)
    }
    expect(each((period) => late(period))).toEqual({ article: 1, modern: 1 })
    expect(late('modern', set('tcp_ignore_invalid_rst', 1))).toBe(0)
    expect(() => late('article', set('tcp_ignore_invalid_rst', 1))).toThrow('tcp_ignore_invalid_rst')
  })

  test('data that was acknowledged long ago is INVALID in 4.15, let through without a word in 6.18', () => {
    expect(
      each((period) => {
        const gw = gatewayOf({ period }, INVALID)
        connect(gw)
        upload(gw, 80_000)
        const out = gw.rx('lan', `${CLIENT}: Flags [.], seq 1001, ack 5001, length 1000`)
        return { invalid: matched(gw), passed: out.length }
      }),
    ).toEqual({ article: { invalid: 1, passed: 1 }, modern: { invalid: 0, passed: 1 } })
  })

  test('an acknowledgement from long ago is INVALID in 4.15, let through in 6.18', () => {
    expect(
      each((period) => {
        const gw = gatewayOf({ period }, INVALID)
        connect(gw)
        upload(gw, 80_000)
        gw.rx('wan', `${SERVER}: Flags [.], seq 5001, ack 2001`)
        return matched(gw)
      }),
    ).toEqual({ article: 1, modern: 0 })
  })

  test('a segment that begins just behind the window is INVALID in 4.15, let through in 6.18', () => {
    expect(
      each((period) => {
        const gw = gatewayOf({ period }, INVALID)
        connect(gw)
        gw.rx('lan', `${CLIENT}: Flags [.], seq ${1001 + 64241}, ack 5001, length 10`)
        return matched(gw)
      }),
    ).toEqual({ article: 1, modern: 0 })
  })

  test('FIN and RST outside of the window, from both sides, shorten the life of an entry in 6.18 only', () => {
    expect(
      each((period) => {
        const gw = gatewayOf({ period }, INVALID)
        connect(gw)
        gw.rx('lan', `${CLIENT}: Flags [F.], seq 900000, ack 5001`)
        gw.rx('wan', `${SERVER}: Flags [F.], seq 900000, ack 1001`)
        return entries(gw)
      }),
    ).toEqual({ article: ['ESTABLISHED 432000 ASSURED'], modern: ['ESTABLISHED 300 ASSURED'] })
  })

  test('in 4.15 a server that goes on before the handshake has ended scales no more, the client does', () => {
    const gw = gatewayOf({ period: 'article' }, INVALID)
    const scaled = { thl: 24, len: 44, wscale: 7 }
    gw.rx('lan', `${CLIENT}: Flags [S], seq 1000, win 100`, scaled)
    gw.rx('wan', `${SERVER}: Flags [S.], seq 5000, ack 1001, win 100`, scaled)
    gw.rx('wan', `${SERVER}: Flags [.], seq 5001, ack 1001, win 100`, {
      thl: 32,
      len: 62,
      ts: 1,
      tsval: 1,
      tsecr: 1,
    })
    gw.rx('lan', `${CLIENT}: Flags [.], seq 1001, ack 5011, win 10`)
    gw.rx('wan', `${SERVER}: Flags [.], seq 6200, ack 1001, win 100, length 10`)
    expect(matched(gw)).toBe(0)
    gw.rx('wan', `${SERVER}: Flags [.], seq 6400, ack 1001, win 100, length 10`)
    expect(matched(gw)).toBe(1)
  })
})

describe('the full table', () => {
  const flood = (gw: Gateway, n: number): void => {
    for (let i = 0; i < n; i++) gw.rx('lan', `192.168.0.9.${41000 + i} > 8.8.8.8.80: Flags [S], seq 1`)
  }

  test('the message names the namespace in 6.18 only', () => {
    const text = (inum: number) => (period: PeriodName) => {
      const gw = gatewayOf({ period, inum }, TRACK)
      gw.k.machine.nfConntrackMax = 1
      connect(gw)
      flood(gw, 1)
      return gw.k.machine.log.at(-1)?.text
    }
    const plain = 'nf_conntrack: nf_conntrack: table full, dropping packet'
    expect(each(text(0))).toEqual({ article: plain, modern: plain })
    expect(each(text(4026532882))).toEqual({
      article: plain,
      modern: 'nf_conntrack: nf_conntrack: table full in netns 4026532882, dropping packet',
    })
  })

  test('early_drop of 4.15 looks into one bucket, that of 6.18 into eight', () => {
    const drops = (buckets: number) => (period: PeriodName) => {
      const gw = gatewayOf({ period, buckets }, TRACK, set('max', 64))
      flood(gw, 264)
      return gw.k.net.ctStats.drop
    }
    const { article, modern } = each(drops(512)) as { article: number; modern: number }
    // 128 nodes in 512 buckets: one bucket has none in 78 of 100 cases, eight in 13.
    expect(article / 200).toBeGreaterThan(0.65)
    expect(modern / 200).toBeLessThan(0.25)
    // In one bucket there is no difference.
    expect(each(drops(1))).toEqual({ article: 0, modern: 0 })
  }, 30_000)

  test('what has expired is collected within 16 s in 4.15, within a minute in 6.18', () => {
    const count = (seconds: number) => (period: PeriodName) => {
      const gw = gatewayOf({ period }, TRACK, set('udp_timeout', 1))
      for (let i = 0; i < 20; i++) gw.rx('lan', `192.168.0.2.${40000 + i} > 8.8.8.8.53: UDP, length 1`)
      gw.wait(1 + seconds)
      return gw.k.net.ctCount
    }
    expect(each(count(17))).toEqual({ article: 0, modern: 20 })
    expect(each(count(61))).toEqual({ article: 0, modern: 0 })
  })

  test('a chain may be as long as it likes in 4.15; in 6.18 a packet that makes it too long dies', () => {
    expect(
      each((period) => {
        const gw = gatewayOf({ period, buckets: 1 }, TRACK)
        flood(gw, 100)
        return gw.k.net.ctStats.chaintoolong > 0
      }),
    ).toEqual({ article: false, modern: true })
  })
})

describe('what is told', () => {
  test('untracked packets count as ignore in 4.15, ICMP errors about nothing as invalid too', () => {
    expect(
      each((period) => {
        const gw = gatewayOf({ period }, TRACK, 'iptables -t raw -A PREROUTING -p udp -j CT --notrack')
        gw.rx('lan', '192.168.0.2.40000 > 8.8.8.8.53: UDP, length 1')
        const { ignore } = gw.k.net.ctStats
        gw.rx('wan', '8.8.8.8 > 192.168.0.2: ICMP echo reply', unreachable(emptyPacket()))
        const { error, invalid } = gw.k.net.ctStats
        return { ignore, error, invalid }
      }),
    ).toEqual({
      article: { ignore: 1, error: 1, invalid: 1 },
      modern: { ignore: undefined, error: 1, invalid: 0 },
    })
  })

  test('POSTROUTING is told of the incoming device by 6.18 only, FORWARD by both', () => {
    const lines = each((period) => {
      const gw = gatewayOf(
        { period },
        'iptables -t mangle -A POSTROUTING -j LOG',
        'iptables -A FORWARD -j LOG',
      )
      gw.rx('lan', '192.168.0.2.40000 > 8.8.8.8.53: UDP, length 1')
      return gw.k.machine.log.slice(-2).map(({ text }) => text.replace(/MAC=\S+/, 'MAC=..').slice(0, 32))
    })
    expect(lines).toEqual({
      article: ['IN=lan OUT=wan MAC=.. SRC=192.16', 'IN= OUT=wan SRC=192.168.0.2 DST='],
      modern: ['IN=lan OUT=wan MAC=.. SRC=192.16', 'IN=lan OUT=wan MAC=.. SRC=192.16'],
    })
  })

  test('the place where a packet dies is named as the kernel names it: ip_rcv_finish in 4.15', () => {
    const drops = (period: PeriodName): string[] => {
      const gw = gatewayOf({ period }, 'iptables -A FORWARD -j DROP')
      gw.rx('lan', '192.168.0.2.40000 > 8.8.8.8.53: UDP, length 1')
      gw.rx('lan', '127.0.0.1.40000 > 8.8.8.8.53: UDP, length 1')
      return gw.k.net.drops.map(({ where }) => where)
    }
    expect(each(drops)).toEqual({
      article: ['nf_hook_slow', 'ip_rcv_finish'],
      modern: ['nf_hook_slow', 'ip_rcv_finish_core'],
    })
  })

  test('128 connections wait for accept() at most in 4.15, 4096 in 6.18', () => {
    expect(each((period) => gatewayOf({ period }).sh('sysctl -n net.core.somaxconn'))).toEqual({
      article: '128\n',
      modern: '4096\n',
    })
  })

  test('nf_conntrack_log_invalid says nothing in 4.15: it asks for two protocols at once', () => {
    expect(
      each((period) => {
        const gw = gatewayOf({ period }, TRACK, set('log_invalid', 255))
        gw.rx('lan', '192.168.0.2.40000 > 8.8.8.8.80: Flags [R], seq 1')
        return gw.k.machine.log.some((l) => l.text.startsWith('nf_ct_proto_6: invalid new '))
      }),
    ).toEqual({ article: false, modern: true })
  })

  test('loading conntrack is in the log of 4.15', () => {
    expect(each((period) => gatewayOf({ period, memory: 8 * GIB }).k.machine.log[0]?.text)).toEqual({
      article: 'nf_conntrack version 0.5.0 (65536 buckets, 262144 max)',
      modern: undefined,
    })
  })

  test('an entry made before somebody listens tells of its end in 4.15 only', () => {
    expect(
      each((period) => {
        const gw = gatewayOf({ period }, TRACK)
        gw.rx('lan', '192.168.0.2.40000 > 8.8.8.8.53: UDP, length 1')
        gw.k.net.ctListeners = 1
        gw.events()
        gw.sh('conntrack -F')
        return gw.events().flatMap((e) => (e.type === 'ct' ? e.listened : []))
      }),
    ).toEqual({ article: [true], modern: [false] })
  })
})

describe('ICMP errors and REJECT', () => {
  test('an error for somebody else than who sent the quoted packet is RELATED in 4.15, INVALID in 6.18', () => {
    expect(
      each((period) => {
        const gw = gatewayOf({ period }, 'iptables -A FORWARD -m conntrack --ctstate RELATED')
        gw.rx('lan', '192.168.0.2.40000 > 8.8.8.8.53: UDP, length 1')
        const about = { ...emptyPacket(), ...parsePacket('192.168.0.2.40000 > 8.8.8.8.53: UDP, length 1') }
        gw.rx('wan', '8.8.8.8 > 192.168.0.3: ICMP echo reply', unreachable(about))
        return matched(gw)
      }),
    ).toEqual({ article: 1, modern: 0 })
  })

  test('REJECT with a reset leaves the entry in 4.15 and closes it in 6.18', () => {
    expect(
      each((period) => {
        const gw = gatewayOf({ period }, TRACK)
        connect(gw)
        gw.sh('iptables -I FORWARD -p tcp -j REJECT --reject-with tcp-reset')
        gw.rx('lan', '192.168.0.2.40000 > 8.8.8.8.80: Flags [P.], seq 1001, ack 5001, length 10')
        return entries(gw)[0]?.split(' ')[0]
      }),
    ).toEqual({ article: 'ESTABLISHED', modern: 'CLOSE' })
  })
})

describe('NAT', () => {
  test('a taken port is followed by the next one in 4.15, by one at random in 6.18', () => {
    const ports = each((period) => {
      const gw = gatewayOf({ period }, SNAT)
      const out: number[] = []
      for (const host of [2, 3, 4, 5])
        for (const line of gw.rx('lan', `192.168.0.${host}.40000 > 8.8.8.8.53: UDP, length 1`))
          out.push(Number(/100\.100\.100\.100\.(\d+) /.exec(line)?.[1]))
      return out
    }) as Record<PeriodName, number[]>
    expect(ports.article).toEqual([40000, 1024, 1025, 1026])
    expect(ports.modern[0]).toBe(40000)
    expect(ports.modern.slice(1)).not.toEqual([1024, 1025, 1026])
  })

  test('4.15 tries every port of a range before it gives up, 6.18 at most 248', () => {
    const lost = each((period) => {
      const gw = gatewayOf({ period }, `${SNAT}:2000-2399`.replace('-j', '-p udp -j'))
      let gone = 0
      for (let host = 2; host < 52; host++)
        for (let i = 0; i < 8; i++)
          if (gw.rx('lan', `192.168.0.${host}.${40000 + i} > 8.8.8.8.53: UDP, length 1`).length === 0) gone++
      return gone
    }) as Record<PeriodName, number>
    expect(lost.article).toBe(0)
    expect(lost.modern).toBeGreaterThan(0)
  })

  test('ids of pings are counted up, too', () => {
    expect(
      each((period) => {
        const gw = gatewayOf({ period }, SNAT)
        const ids: number[] = []
        for (const host of [2, 3, 4]) {
          const out = gw.rx('lan', `192.168.0.${host} > 8.8.8.8: ICMP echo request, id 77, seq 1, length 64`)
          ids.push(Number(/id (\d+)/.exec(out[0] ?? '')?.[1]))
        }
        return period === 'article' ? ids : ids[0]
      }),
    ).toEqual({ article: [77, 0, 1], modern: 77 })
  })

  describe('the search of 4.15', () => {
    /** The port or id with which a packet leaves; null where it does not. */
    const leaves = (gw: Gateway, line: string): number | null => {
      const [out] = gw.rx('lan', line)
      return out === undefined ? null : Number(/(?:100\.100\.100\.100\.|id )(\d+)/.exec(out)?.[1])
    }
    const udp = (host: number, sport: number, dport = 53): string =>
      `192.168.0.${host}.${sport} > 8.8.8.8.${dport}: UDP, length 1`
    const ping = (host: number, id: number): string =>
      `192.168.0.${host} > 8.8.8.8: ICMP echo request, id ${id}, seq 1, length 64`
    const old = (rule: string): Gateway => gatewayOf({ period: 'article' }, rule)
    const ofUdp = (ports: string): string => `${SNAT}:${ports}`.replace('-j', '-p udp -j')

    test('goes round in its window, takes the last one though it is taken, and dies of it', () => {
      const gw = old(ofUdp('600-602'))
      const out = [2, 3, 4, 5].map((host) => leaves(gw, udp(host, 5000)))
      expect(out).toEqual([600, 601, 602, null])
    })
    test('goes on from where the last one ended, each protocol for itself', () => {
      const gw = old(SNAT)
      gw.k.machine.rovers[17] = 10
      gw.k.machine.rovers[1] = 20
      leaves(gw, udp(2, 5000))
      expect(leaves(gw, udp(3, 5000))).toBe(1034)
      leaves(gw, ping(2, 7))
      expect(leaves(gw, ping(3, 7))).toBe(20)
      expect(gw.k.machine.rovers).toEqual({ 1: 20, 17: 10 })
    })
    test('never reaches the last of all ids', () => {
      const gw = old(SNAT)
      gw.k.machine.rovers[1] = 65535
      leaves(gw, ping(2, 7))
      expect(leaves(gw, ping(3, 7))).toBe(0)
    })
    test('looks for ids in the window that the rule names', () => {
      const gw = old(`${SNAT}:600-602`.replace('-j', '-p icmp -j'))
      expect([2, 3].map((host) => leaves(gw, ping(host, 7)))).toEqual([600, 601])
    })
    test('with --random begins at a place that the two ends decide, and remembers nothing', () => {
      const gw = old(`${SNAT} --random`)
      const first = leaves(gw, udp(2, 5000))
      expect(first).not.toBe(5000)
      const again = old(`${SNAT} --random`)
      expect(leaves(again, udp(2, 6000))).toBe(first)
      expect(leaves(again, udp(2, 6000, 54))).not.toBe(first)
      expect(gw.k.machine.rovers).toEqual({})
    })
    test('with --random of DNAT asks for the port of the sender', () => {
      const goes = (sport: number, dport: number): string | undefined =>
        old('iptables -t nat -A PREROUTING -p udp -j DNAT --to-destination 9.9.9.9:20000-60000 --random')
          .rx('lan', udp(2, sport, dport))[0]
          ?.split(' > ')[1]
      expect(goes(5000, 53)).toBe(goes(5000, 54))
      expect(goes(5000, 53)).not.toBe(goes(5001, 53))
    })
    test('with --random-fully begins where chance says', () => {
      const gw = old(`${SNAT} --random-fully`)
      Object.assign(gw.k, { random: () => 0x10007 })
      expect(leaves(gw, udp(2, 5000))).toBe(1031)
    })
    test('of pings knows no --random', () => {
      const gw = old(`${SNAT} --random`)
      expect([2, 3].map((host) => leaves(gw, ping(host, 7)))).toEqual([0, 1])
    })
  })
})

describe('helpers', () => {
  const ftp = (period: PeriodName, ...lines: string[]): Gateway => {
    const gw = gatewayOf({ period }, TRACK, ...lines)
    gw.rx('lan', '192.168.0.2.40000 > 8.8.8.8.21: Flags [S], seq 1000')
    return gw
  }
  test('assign themselves in 4.15 where nf_conntrack_helper is 1; 6.18 has no such thing', () => {
    const gw = ftp('article', set('helper', 1))
    expect(gw.sh('conntrack -L 2>/dev/null')).toContain('helper=ftp')
    expect(() => ftp('modern', set('helper', 1))).toThrow('nf_conntrack_helper')
  })

  test('by default 4.15 only says, once, that it does not', () => {
    const gw = ftp('article')
    gw.rx('lan', '192.168.0.3.40000 > 8.8.8.8.21: Flags [S], seq 1000')
    expect(gw.sh('conntrack -L 2>/dev/null')).not.toContain('helper=')
    const said = gw.k.machine.log.filter((l) => l.text.includes('automatic helper assignment'))
    expect(said).toHaveLength(1)
    expect(ftp('modern').k.machine.log).toEqual([])
  })
})
