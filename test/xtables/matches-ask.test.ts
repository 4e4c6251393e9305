/** What matches ask of lists, rates, entries, routes and sockets, as Linux 6.18 was seen to answer. */
import { describe, expect, test } from 'vitest'
import { addAddress } from '../../src/kernel/boot.ts'
import { devByName } from '../../src/kernel/route.ts'
import { newSock } from '../../src/kernel/socket.ts'
import { hashIn, newSlot, TCP_ESTABLISHED, TCP_LISTEN } from '../../src/kernel/tcp/table.ts'
import { HZ } from '../../src/kernel/xtables/jiffies.ts'
import {
  recentText,
  recentWrite,
  tablesOf,
  type RecentTable,
} from '../../src/kernel/xtables/matches/recent-table.ts'
import { estimator } from '../../src/kernel/xtables/rateest-table.ts'
import { ip } from '../../src/userspace/ip/ip.ts'
import { iptables } from '../../src/userspace/iptables/index.ts'
import { ipv4, printIpv4 } from '../../src/wire/address.ts'
import { gateway } from '../kit.ts'
import { fakeKernel, host, matched, packet, run, words, type FakeKernel, type Ran } from './kit.ts'

const SECOND = 1_000_000
const udp = packet('10.1.0.2.1 > 10.2.0.2.53: udp')
const say = (k: FakeKernel, line: string): Ran => run(k, iptables, words(`iptables ${line}`))

describe('lists of recent', () => {
  const list = (k: FakeKernel): RecentTable => tablesOf(k).get('a')!
  const addresses = (k: FakeKernel): string[] => [...list(k).entries.keys()].map(printIpv4)

  test('who asks for four hits gets room for four stamps, written round and round', () => {
    const k = host('-m recent --rcheck --hitcount 4 --name a')
    for (k.now = 0; k.now < 5 * SECOND; k.now += SECOND) recentWrite(k, list(k), '+7.7.7.7')
    const { stamps } = list(k).entries.get(ipv4('7.7.7.7'))!
    expect(stamps.map((s) => (s - stamps[1]) / HZ)).toEqual([3, 0, 1, 2])
    expect(recentText(list(k))).toMatch(/^src=7\.7\.7\.7 ttl: 0 last_seen: \d+ oldest_pkt: 1 /)
  })

  test('a hundred addresses fit in, then the oldest goes', () => {
    const k = host('-m recent --set --name a')
    recentWrite(k, list(k), '+7.7.7.7')
    for (let i = 1; i < 100; i++) recentWrite(k, list(k), `+9.9.9.${i}`)
    expect(addresses(k)).toHaveLength(100)
    expect(addresses(k)[0]).toBe('7.7.7.7')
    recentWrite(k, list(k), '+9.9.9.100')
    expect(addresses(k)).toHaveLength(100)
    expect(addresses(k)[0]).toBe('9.9.9.1')
  })

  test.each<[string, string, [number, string][], boolean, string[]]>([
    [
      'another, if it is too old',
      '--update',
      [
        [0, '8.8.8.8'],
        [0, '8.8.8.8'],
        [9, '10.1.0.2'],
      ],
      true,
      ['10.1.0.2'],
    ],
    [
      'no other that is just as old',
      '--update',
      [
        [5, '8.8.8.8'],
        [9, '10.1.0.2'],
      ],
      true,
      ['8.8.8.8', '10.1.0.2'],
    ],
    ['its own, if it is too old to match', '--rcheck', [[0, '10.1.0.2']], false, []],
    ['its own, if that is what matches', '! --rcheck', [[0, '10.1.0.2']], true, []],
    ['its own, if it is too old to be updated', '--update', [[0, '10.1.0.2']], false, []],
    ['not its own, if that has been updated', '! --update', [[0, '10.1.0.2']], true, ['10.1.0.2']],
  ])('a packet takes out %s: %s', (_what, asks, written, hit, left) => {
    const k = host(`-m recent ${asks} --seconds 5 --reap --name a`)
    for (const [at, addr] of written) {
      k.now = at * SECOND
      recentWrite(k, list(k), `+${addr}`)
    }
    k.now = 10 * SECOND
    expect(matched(k, udp)).toEqual([hit])
    expect(addresses(k)).toEqual(left)
  })

  test('the last of the seconds still counts', () => {
    const k = host('-m recent --rcheck --seconds 10 --name a')
    recentWrite(k, list(k), '+10.1.0.2')
    k.now = 10 * SECOND
    expect(matched(k, udp)).toEqual([true])
    k.now += SECOND / HZ
    expect(matched(k, udp)).toEqual([false])
  })

  test('what leaves without a socket has a TTL that is taken for one less than it was', () => {
    const k = host('-A OUTPUT -m recent --set --name a')
    const ttl = (sk: number): number | undefined => {
      matched(k, { ...udp, ttl: 64, sk }, 'filter', 'OUTPUT')
      return list(k).entries.get(udp.saddr)?.ttl
    }
    expect(ttl(-1)).toBe(65)
    expect(ttl(0)).toBe(64)
  })

  test.each([
    ['', ' --mask 255.255.255.255'],
    [' --mask 255.255.255.255', ''],
  ])('a rule with "%s" is none with "%s"', (one, other) => {
    const k = host(`-A INPUT -m recent --set${one}`)
    expect(say(k, `-C INPUT -m recent --set${one}`).rc).toBe(0)
    expect(say(k, `-C INPUT -m recent --set${other}`).rc).toBe(1)
  })
})

describe('rates', () => {
  const measures = (name: string): string =>
    `-t mangle -A INPUT -j RATEEST --rateest-name ${name} --rateest-interval 250ms --rateest-ewmalog 500ms`
  const asks = '-A OUTPUT -m rateest --rateest'

  test.each([
    ['--rateest1 A --rateest-lt --rateest-pps --rateest2 B', true],
    ['--rateest1 A --rateest-lt --rateest-bps --rateest2 B', true],
    ['--rateest A --rateest-lt --rateest-pps 10', false],
    ['--rateest A --rateest-lt --rateest-pps 11', true],
    // 2000 bytes are left of 3000, and 500 of 2500.
    [
      '--rateest-delta --rateest1 A --rateest-bps1 24kbit --rateest-gt --rateest-bps2 20kbit --rateest2 B',
      true,
    ],
  ])('of 1000 bytes in 10 packets and 2000 in 20, %s: %s', (rule, hit) => {
    const k = host(measures('A'), measures('B'), `-m rateest ${rule}`)
    Object.assign(estimator(k, 'A')!, { avbps: 1000 * 256, avpps: 10 * 256 })
    Object.assign(estimator(k, 'B')!, { avbps: 2000 * 256, avpps: 20 * 256 })
    expect(matched(k, udp)).toEqual([hit])
  })

  test('an estimator is there as long as a rule measures or asks for it', () => {
    const k = host(measures('A'), measures('B'), `${asks}1 A --rateest-lt --rateest-pps --rateest2 B`)
    say(k, '-t mangle -F')
    expect(say(k, `${asks} A --rateest-gt --rateest-pps 1`).rc).toBe(0)
    expect(say(k, `${asks} B --rateest-gt --rateest-pps 1`).rc).toBe(0)
    say(k, '-F')
    expect(say(k, `${asks} A --rateest-gt --rateest-pps 1`).rc).toBe(1)
    expect(say(k, `${asks} B --rateest-gt --rateest-pps 1`).rc).toBe(1)
  })

  test('the empty name is a name, for which a rule that has no second one does not ask', () => {
    const k = host(measures('A'), `${asks} A --rateest-gt --rateest-pps 1`)
    expect(say(k, `${asks} "" --rateest-gt --rateest-pps 1`).rc).toBe(1)
    expect(say(k, measures('""')).rc).toBe(0)
    say(k, '-F OUTPUT')
    expect(say(k, '-A OUTPUT -m rateest --rateest-gt --rateest-pps 1').rc).toBe(0)
    expect(say(k, '-S OUTPUT').stdout).toContain('-m rateest --rateest  --rateest-gt --rateest-pps 1\n')
  })

  test('a line end is no unit', () => {
    const line = ['iptables', ...words(`${asks} A --rateest-gt --rateest-bps`), '5\nbit']
    expect(run(host(measures('A')), iptables, line)).toEqual({
      stdout: '',
      stderr:
        "iptables v1.8.9 (legacy): rateest: could not parse rate `5\nbit'\n" +
        "Try `iptables -h' or 'iptables --help' for more information.\n",
      rc: 2,
    })
  })
})

describe('conntrack', () => {
  const ask = [
    ['--ctorigsrc 0.0.0.0/0', true],
    ['--ctorigsrc 10.1.0.2', false],
    ['--ctproto 0', true],
    ['--ctproto 1', false],
    ['! --ctexpire 0:5', false],
    ['! --ctexpire 1:5', true],
    ['--ctexpire 0', true],
    ['--ctstate NEW', true],
    ['! --ctstate NEW --ctproto 0', false],
    ['! --ctstate INVALID --ctproto 0', true],
  ] as const
  test.each(ask)('of a packet that CT has given a zone and nobody has looked up, %s: %s', (asked, hit) => {
    const k = host('-t raw -A PREROUTING -j CT --zone 5', `-t raw -A PREROUTING -m conntrack ${asked}`)
    const ping = packet('10.1.0.2 > 10.1.0.1: icmp', { iif: 2, type: 8 })
    expect(matched(k, ping, 'raw', 'PREROUTING')).toEqual([true, hit])
  })

  test.each([
    ['! --ctstate NEW --ctproto 6', 0],
    ['! --ctstate ESTABLISHED --ctproto 6', 1],
    ['--ctstate NEW ! --ctproto 17', 1],
    ['! --ctstate NEW ! --ctproto 17', 0],
  ])('of the first packet of a TCP connection, %s: %i', (asked, hits) => {
    const gw = gateway(`iptables -A FORWARD -m conntrack ${asked}`)
    gw.rx('lan', '192.168.0.2.1000 > 8.8.8.8.80: Flags [S], seq 1')
    expect(gw.k.net.tables.filter?.chains.find((c) => c.name === 'FORWARD')?.rules[0]?.pkts).toBe(hits)
  })
})

describe('rpfilter', () => {
  const asked = (k: FakeKernel, way: string): boolean[] =>
    matched(k, packet(`${way}: udp`, { iif: 2 }), 'raw', 'PREROUTING')

  test.each([
    ['10.1.0.1', '10.1.0.1', false],
    ['10.1.0.1', '10.1.0.9', true],
    ['10.1.0.1', '224.1.2.3', true],
    ['224.0.0.0/4', '224.1.2.3', true],
  ])('where other routes hold from %s, a packet to %s: %s', (from, to, hit) => {
    const k = host('-t raw -A PREROUTING -m rpfilter')
    for (const line of [`ip rule add from ${from} lookup 100`, 'ip route add default dev eth1 table 100'])
      expect(run(k, ip, words(line))).toEqual({ stdout: '', stderr: '', rc: 0 })
    expect(asked(k, `10.1.0.2 > ${to}`)).toEqual([hit])
  })

  test.each([
    ['10.1.0.9', [true, true]],
    ['10.2.0.1', [false, true]],
    ['127.0.0.2', [false, true]],
  ])('a packet from an address of this host, %s', (from, hit) => {
    const rule = '-t raw -A PREROUTING -m rpfilter --accept-local'
    const k = host(rule, `${rule} --loose`)
    addAddress(k.net, devByName(k.net, 'eth0')!, { addr: ipv4('10.1.0.9'), bits: 24 })
    expect(asked(k, `${from} > 10.1.0.1`)).toEqual(hit)
  })
})

describe('socket', () => {
  const kernel = (): FakeKernel => host('-t mangle -A INPUT -m socket')
  const asked = (k: FakeKernel, line: string): boolean => matched(k, packet(line), 'mangle', 'INPUT')[0]

  test('one of UDP that has an address of its own is found, and by no other protocol that has ports', () => {
    const k = kernel()
    Object.assign(newSock(k.net, 'udp', 1), { laddr: ipv4('10.1.0.1'), lport: 53 })
    Object.assign(newSock(k.net, 'udp', 1), { lport: 54 })
    expect(asked(k, '10.1.0.2.1 > 10.1.0.1.53: udp')).toBe(true)
    expect(asked(k, '10.1.0.2.1 > 10.1.0.1.54: udp')).toBe(false)
    expect(asked(k, '10.1.0.2.1 > 10.1.0.1.53: 132')).toBe(false)
  })

  test('one of TCP that listens is found by its address, and one that is connected from the first on', () => {
    const k = kernel()
    const t = k.net.tcp
    const slot = (state: number, fields: Record<'laddr' | 'lport' | 'raddr' | 'rport', number>): number => {
      const s = newSlot(t, state)
      for (const name of ['laddr', 'lport', 'raddr', 'rport'] as const) t[name][s] = fields[name]
      return s
    }
    const peer = { laddr: ipv4('10.1.0.1'), lport: 9, raddr: ipv4('10.1.0.2'), rport: 1 }
    hashIn(t, slot(TCP_ESTABLISHED, peer))
    t.listeners.push(slot(TCP_LISTEN, { ...peer, lport: 80, raddr: 0, rport: 0 }))
    t.listeners.push(slot(TCP_LISTEN, { laddr: 0, lport: 81, raddr: 0, rport: 0 }))
    expect(asked(k, '10.1.0.2.1 > 10.1.0.1.9: tcp A')).toBe(true)
    expect(asked(k, '10.1.0.2.1 > 10.1.0.1.80: tcp S')).toBe(true)
    expect(asked(k, '10.1.0.2.1 > 10.1.0.1.81: tcp S')).toBe(false)
  })

  test('an ICMP error that quotes nothing is about none', () => {
    const error = packet('10.1.0.2 > 10.1.0.1: icmp', { type: 3, code: 3 })
    expect(matched(kernel(), error, 'mangle', 'INPUT')).toEqual([false])
  })
})

describe('sctp', () => {
  test('a later fragment has neither ports nor chunks', () => {
    const k = host('-p sctp', '-p sctp -m sctp', '-p sctp -m sctp ! --dport 80')
    const later = packet('10.1.0.2 > 10.2.0.2: 132', { frag: 185 })
    expect(matched(k, later)).toEqual([true, false, false])
  })

  test('flags are taken for four types of chunks, for no fifth', () => {
    const flags = '-A INPUT -p sctp --chunk-types any DATA:U,ABORT:T,SHUTDOWN_COMPLETE:T,INIT:-'
    expect(say(fakeKernel(), flags).rc).toBe(0)
    const more = say(fakeKernel(), `${flags},SACK:-`)
    expect(more.rc).toBe(2)
    expect(more.stderr).toContain('Number of chunk types with flags exceeds currently allowed limit. ')
  })
})
