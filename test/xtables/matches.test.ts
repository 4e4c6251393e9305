/** Matches and targets that no recorded packet can judge: the clock of a lab, protocols without a card, one processor. */
import { describe, expect, test } from 'vitest'
import '../../src/kernel/article.ts'
import {
  recentText,
  recentWrite,
  tablesOf,
  type RecentTable,
} from '../../src/kernel/xtables/matches/recent-table.ts'
import { addDev } from '../../src/kernel/boot.ts'
import { dateOf, secondsOf } from '../../src/kernel/xtables/matches/time-of.ts'
import type { Skb } from '../../src/kernel/skb.ts'
import { iptables } from '../../src/userspace/iptables/index.ts'
import { gateway, type Gateway } from '../kit.ts'
import { fakeKernel, host, matched, packet, run, words, type FakeKernel } from './kit.ts'

const hits = (rule: string, skb: Skb): boolean => matched(host(rule), skb)[0]
const udp = (): Skb => packet('10.1.0.2.1 > 10.2.0.2.53: udp')

describe('time', () => {
  /** The lab begins at midnight of Monday, the 23rd of November 2026. */
  const at = (rule: string, when: string): boolean => {
    const k = host(`-m time ${rule}`)
    k.now = (Date.parse(`${when}Z`) - Date.parse('2026-11-23T00:00:00Z')) * 1000
    return matched(k, udp())[0]
  }
  test.each([
    ['--timestart 9:00 --timestop 18:00', '2026-11-23T08:59:59', false],
    ['--timestart 9:00 --timestop 18:00', '2026-11-23T09:00:00', true],
    ['--timestart 9:00 --timestop 18:00', '2026-11-23T18:00:00', true],
    ['--timestart 9:00 --timestop 18:00', '2026-11-23T18:00:01', false],
    ['--timestart 22:00 --timestop 6:00', '2026-11-23T21:59:59', false],
    ['--timestart 22:00 --timestop 6:00', '2026-11-23T22:00:00', true],
    ['--timestart 22:00 --timestop 6:00', '2026-11-23T23:30:00', true],
    ['--timestart 22:00 --timestop 6:00', '2026-11-24T06:00:00', true],
    ['--timestart 22:00 --timestop 6:00', '2026-11-24T06:00:01', false],
    ['--timestart 6:00 --timestop 6:00', '2026-11-24T12:00:00', true],
    ['--timestart 6:00 --timestop 6:00', '2026-11-24T05:00:00', true],
    ['--datestart 2026-11-24', '2026-11-23T23:59:59', false],
    ['--datestart 2026-11-24', '2026-11-24T00:00:00', true],
    ['--datestop 2026-11-24', '2026-11-24T00:00:00', true],
    ['--datestop 2026-11-24', '2026-11-24T00:00:01', false],
    ['--weekdays Mon', '2026-11-23T12:00:00', true],
    ['--weekdays Tue', '2026-11-23T12:00:00', false],
    ['--weekdays Sun', '2026-11-29T12:00:00', true],
    ['! --weekdays Sun', '2026-11-29T12:00:00', false],
    ['--weekdays Mon', '2026-11-30T12:00:00', true],
    ['--monthdays 23', '2026-11-23T12:00:00', true],
    ['--monthdays 24', '2026-11-23T12:00:00', false],
    ['! --monthdays 1', '2026-12-01T12:00:00', false],
    ['--monthdays 31', '2026-12-31T23:59:59', true],
    ['--monthdays 1', '2027-01-01T00:00:00', true],
    ['--weekdays Mon --timestart 22:00 --timestop 6:00', '2026-11-24T05:00:00', false],
    ['--weekdays Mon --timestart 22:00 --timestop 6:00 --contiguous', '2026-11-24T05:00:00', true],
    ['--weekdays Mon --timestart 22:00 --timestop 6:00 --contiguous', '2026-11-23T05:00:00', false],
    ['--weekdays Mon --timestart 22:00 --timestop 6:00 --contiguous', '2026-11-23T23:00:00', true],
    ['--weekdays Mon --timestart 22:00 --timestop 6:00 --contiguous', '2026-11-24T06:00:00', false],
    ['--monthdays 30 --timestart 22:00 --timestop 6:00 --contiguous', '2026-12-01T01:00:00', true],
  ])('%s at %s: %s', (rule, when, expected) => {
    expect(at(rule, when)).toBe(expected)
  })

  test('a day has the seconds that the calendar gives it, and back, from 1970 to 2038 and over the end of a century', () => {
    const day = (seconds: number): [number, number, number] => {
      const d = new Date(seconds * 1000)
      return [d.getUTCFullYear(), d.getUTCMonth() + 1, d.getUTCDate()]
    }
    const dates = [...Array.from({ length: 2500 }, (_, i) => i * 10), 47540, 47541, 47542]
    for (const n of dates) {
      const [year, month, date] = day(n * 86400)
      expect(secondsOf(year, month, date)).toBe(n * 86400)
      expect(dateOf(n * 86400 + 86399)).toEqual({ year, month, day: date })
    }
  })
})

describe('protocols that are only headers to us', () => {
  const dccp = (more: Partial<Skb> = {}): Skb => packet('10.1.0.2.1000 > 10.2.0.2.80: 33', more)
  test.each([
    ['--dport 80', true],
    ['--dport 80:90', true],
    ['--dport 70:80', true],
    ['--dport 81:90', false],
    ['--dport 70:79', false],
    ['! --dport 80', false],
    ['! --dport 81', true],
    ['--sport 1000', true],
    ['--sport 1000:1001', true],
    ['--sport 999:1000', true],
    ['--sport 1001:2000', false],
    ['--sport 1:999', false],
    ['! --sport 1000', false],
    ['! --sport 1', true],
    ['--dccp-types DATA', false],
    ['! --dccp-types DATA', true],
    ['--dccp-option 5', false],
    ['! --dccp-option 5', true],
    ['! --dccp-types DATA --dccp-option 5', false],
    ['--sport 1000 --dport 80', true],
  ])('-p dccp %s: %s', (rule, expected) => {
    expect(hits(`-p dccp ${rule}`, dccp())).toBe(expected)
    expect(hits(`-p dccp ${rule}`, dccp({ frag: 185 }))).toBe(false)
  })

  test.each([
    ['esp --espspi', 50],
    ['ah --ahspi', 51],
    ['ipcomp --ipcompspi', 108],
  ])('the index of -m %s counts as 0', (option, proto) => {
    const [name, dashes] = option.split(' ')
    const skb = (more: Partial<Skb> = {}): Skb => packet(`10.1.0.2 > 10.2.0.2: ${proto}`, more)
    const rule = (not: string, value: string): string => `-p ${proto} -m ${name} ${not} ${dashes} ${value}`
    expect(['0', '5', '0:5', '1:5'].map((value) => hits(rule('', value), skb()))).toEqual([
      true,
      false,
      true,
      false,
    ])
    expect(['0', '5', '1:5'].map((value) => hits(rule('!', value), skb()))).toEqual([false, true, true])
    expect(hits(rule('', '0'), skb({ frag: 185 }))).toBe(false)
    expect(hits(rule('!', '5'), skb({ frag: 185 }))).toBe(false)
  })
})

test('the only processor is number 0', () => {
  const rules = ['--cpu 0', '! --cpu 0', '--cpu 1', '! --cpu 1'].map((rule) => `-m cpu ${rule}`)
  expect(matched(host(...rules), udp())).toEqual([true, false, false, true])
})

describe('what wakes connection tracking, as seen on Linux 6.18', () => {
  test.each([
    ['-A INPUT -p tcp -j DROP', 0],
    ['-A INPUT -m conntrack --ctstate NEW', 1],
    ['-A INPUT -m state --state NEW', 1],
    ['-A INPUT -m cluster --cluster-total-nodes 2 --cluster-local-node 1 --cluster-hash-seed 1', 1],
    ['-A INPUT -m connbytes --connbytes 5 --connbytes-mode packets --connbytes-dir both', 1],
    ['-A INPUT -m connlabel --label 5', 1],
    ['-A INPUT -m connlimit --connlimit-above 5', 1],
    ['-A INPUT -m connmark --mark 1', 1],
    ['-A INPUT -m helper --helper ftp', 1],
    ['-A INPUT -m mark --mark 1', 0],
    ['-A INPUT -m recent --set', 0],
    ['-A INPUT -m socket', 0],
    ['-A INPUT -m hashlimit --hashlimit-upto 5 --hashlimit-name x', 0],
    ['-A INPUT -m addrtype --dst-type LOCAL', 0],
    ['-t mangle -A INPUT -j CONNMARK --set-mark 1', 1],
    ['-t mangle -A INPUT -j CONNSECMARK --save', 1],
    ['-t mangle -A INPUT -j MARK --set-mark 1', 0],
    ['-t mangle -A PREROUTING -j HMARK --hmark-tuple src --hmark-mod 1 --hmark-rnd 1', 0],
    ['-t mangle -A PREROUTING -j HMARK --hmark-tuple ct --hmark-mod 1 --hmark-rnd 1', 0],
    ['-t raw -A PREROUTING -j CT --notrack', 0],
    ['-t raw -A PREROUTING -j CT --zone 5', 1],
    ['-t raw -A PREROUTING -p udp -j CT --ctevents new', 1],
    ['-t raw -A PREROUTING -j NOTRACK', 0],
    ['-t nat -A POSTROUTING -j SNAT --to-source 1.2.3.4', 1],
    ['-t nat -A PREROUTING -j DNAT --to-destination 1.2.3.4', 1],
    ['-t nat -A PREROUTING -j REDIRECT', 1],
    ['-t nat -A PREROUTING -j NETMAP --to 1.2.3.4', 1],
    ['-A INPUT -j REJECT', 0],
    ['-A INPUT -j LOG', 0],
    ['-t raw -A PREROUTING -j TRACE', 0],
  ])('%s: %i', (rule, users) => {
    expect(host(rule).net.ctUsers).toBe(users)
  })
})

describe('/proc/net/xt_recent, as written to on Linux 6.18', () => {
  const list = (): { k: FakeKernel; t: RecentTable } => {
    const k = host('-m recent --set --name a')
    return { k, t: tablesOf(k).get('a')! }
  }
  test.each<[string, 'EINVAL' | null, string[]]>([
    ['+1.2.3.4\n', null, []],
    ['+1.2.3.4', null, []],
    ['-9.9.9.9\n', null, []],
    ['/\n', null, []],
    ['+1.2.3\n', 'EINVAL', []],
    ['+1.2.3.4 \n', 'EINVAL', []],
    ['+\n', 'EINVAL', []],
    ['-x\n', 'EINVAL', []],
    ['foo\n', 'EINVAL', ['xt_recent: Need "+ip", "-ip" or "/"']],
    ['1.2.3.4\n', 'EINVAL', ['xt_recent: Need "+ip", "-ip" or "/"']],
    ['1.2.3.4+\n', 'EINVAL', ['xt_recent: Need "+ip", "-ip" or "/"']],
    ['\n', 'EINVAL', ['xt_recent: Need "+ip", "-ip" or "/"']],
  ])('%j: %s', (text, errno, log) => {
    const { k, t } = list()
    const before = k.machine.log.length
    expect(recentWrite(k, t, text)).toBe(errno)
    expect(k.machine.log.slice(before).map((l) => l.text)).toEqual(log)
  })

  test('what is written there has no TTL, and a stamp for each time', () => {
    const { k, t } = list()
    for (const text of ['+7.7.7.7', '+7.7.7.7', '+7.7.7.7', '+8.8.8.8', '-8.8.8.8']) recentWrite(k, t, text)
    const stamps = t.entries.get(0x07070707)?.stamps ?? []
    expect(stamps).toHaveLength(3)
    expect(recentText(t)).toBe(
      `src=7.7.7.7 ttl: 0 last_seen: ${stamps[2]} oldest_pkt: 3 ${stamps.join(', ')}\n`,
    )
    recentWrite(k, t, '/')
    expect(recentText(t)).toBe('')
  })

  test('what is written again loses the TTL that a packet has left', () => {
    const { k, t } = list()
    matched(k, udp())
    expect(t.entries.get(0x0a010002)?.ttl).toBe(65)
    recentWrite(k, t, '+10.1.0.2')
    expect(t.entries.get(0x0a010002)?.ttl).toBe(0)
  })
})

describe('a device beyond the 31st is asked for by its name', () => {
  const rules = [
    '-i far0',
    '! -i far0',
    '-i far+',
    '! -i far+',
    '-i eth0',
    '-o far0',
    '! -o far0',
    '-o far+',
    '-o eth1',
  ]
  const kernel = (): FakeKernel => {
    const k = fakeKernel()
    for (let i = 4; i <= 40; i++) addDev(k.net, i === 31 ? 'last' : i === 40 ? 'far0' : `d${i}`, i, [], -1)
    for (const rule of [...rules, '-i last', '! -i last', '-o last'])
      run(k, iptables, words(`iptables -A FORWARD ${rule}`))
    return k
  }
  const asked = (iif: number, oif: number): string =>
    matched(kernel(), { ...udp(), iif, oif })
      .map(Number)
      .join('')
  test('where it comes in by', () => {
    expect(asked(40, 3)).toBe('101000101010')
  })
  test('where it leaves by', () => {
    expect(asked(2, 40)).toBe('010111010010')
  })
  test('and the 31st by its number, like those before', () => {
    expect(asked(31, 31)).toBe('010100100101')
    expect(asked(2, 3)).toBe('010110101010')
  })
})

describe('nfacct, as iptables 1.8.9 says it', () => {
  const say = (name: string): ReturnType<typeof run> =>
    run(fakeKernel(), iptables, ['iptables', '-v', '-A', 'INPUT', '-m', 'nfacct', '--nfacct-name', name])
  test('a rule is shown before the kernel refuses it', () => {
    expect(say('a b')).toEqual({
      stdout: '  all opt -- in * out *  0.0.0.0/0  -> 0.0.0.0/0   nfacct-name  "a b"\n',
      stderr: 'iptables: No chain/target/match by that name.\n',
      rc: 1,
    })
  })
  test('a name has one line', () => {
    expect(say('a\nb')).toEqual({
      stdout: '',
      stderr:
        'iptables v1.8.9 (legacy): Newlines not allowed in --nfacct-name\n' +
        "Try `iptables -h' or 'iptables --help' for more information.\n",
      rc: 2,
    })
  })
})

describe('connlimit and entries that are there no more', () => {
  const syn = (port: number): string => `192.168.0.2.${port} > 8.8.8.8.80: Flags [S], seq 1`
  const count = (gw: Gateway): number =>
    gw.k.net.tables.filter?.chains.find((c) => c.name === 'FORWARD')?.rules[0]?.pkts ?? -1
  test('a slot that another connection has now is not counted for the one before', () => {
    const gw = gateway('iptables -A FORWARD -p tcp -m connlimit --connlimit-above 1')
    gw.rx('lan', syn(1000))
    gw.sh('conntrack -D -p tcp --orig-port-src 1000')
    // This one gets the slot, but another address is asked about.
    gw.rx('lan', '192.168.0.3.1000 > 8.8.8.8.80: Flags [S], seq 1')
    // What is gone is taken out once in a jiffy.
    gw.wait(0.01)
    gw.rx('lan', syn(1001))
    expect(count(gw)).toBe(0)
    gw.rx('lan', syn(1002))
    expect(count(gw)).toBe(1)
  })
})
