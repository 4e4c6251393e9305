/** Matches where one more, or one less, is another answer: the first socket, the last place of a table, the very moment. */
import { describe, expect, test } from 'vitest'
import { addDev } from '../../src/kernel/boot.ts'
import { ctExtAdd } from '../../src/kernel/conntrack/ext.ts'
import { allocSlot } from '../../src/kernel/conntrack/table.ts'
import { CLOSE } from '../../src/kernel/conntrack/tcp.ts'
import { IP_CT_RELATED, type Skb } from '../../src/kernel/skb.ts'
import { JIFFY } from '../../src/kernel/xtables/jiffies.ts'
import { hashlimitText, tablesOf } from '../../src/kernel/xtables/matches/hashlimit-table.ts'
import { ipt_do_table } from '../../src/kernel/xtables/table.ts'
import { iptables } from '../../src/userspace/iptables/index.ts'
import { ipv4 } from '../../src/wire/address.ts'
import { gateway, type Gateway } from '../kit.ts'
import { fakeKernel, packet, run, words, type FakeKernel } from './kit.ts'

type Chain = 'FORWARD' | 'OUTPUT' | 'POSTROUTING'
const HOOKS = { FORWARD: 'FORWARD', OUTPUT: 'LOCAL_OUT', POSTROUTING: 'POST_ROUTING' } as const

/** A kernel with these rules; POSTROUTING is that of mangle. */
function host(chain: Chain, rules: readonly string[], k = fakeKernel()): FakeKernel {
  for (const rule of rules) {
    const table = chain === 'POSTROUTING' ? '-t mangle ' : ''
    const { rc, stderr } = run(k, iptables, words(`iptables ${table}-A ${chain} ${rule}`))
    if (rc !== 0) throw new Error(`${rule}: ${stderr}`)
  }
  return k
}

/** Which of them match the packet. */
function matched(k: FakeKernel, chain: Chain, skb: Skb): boolean[] {
  const table = chain === 'POSTROUTING' ? k.net.tables.mangle! : k.net.tables.filter!
  const { rules } = table.chains.find((c) => c.name === chain)!
  const before = rules.map((r) => r.pkts)
  ipt_do_table(k, skb, table, HOOKS[chain])
  return rules.map((r, i) => r.pkts > before[i])
}

/** One rule in FORWARD, asked again and again. */
function asking(
  rule: string,
  k = fakeKernel(),
): { k: FakeKernel; ask: (skb: Skb, jiffy?: number) => boolean } {
  host('FORWARD', [rule], k)
  return {
    k,
    ask: (skb, jiffy = 0) => {
      k.now = jiffy * JIFFY
      return matched(k, 'FORWARD', skb)[0]
    },
  }
}

const udp = (port = 1, from = '10.1.0.2'): Skb => packet(`${from}.${port} > 10.2.0.2.53: udp`)
const own = (words_: string, more: Partial<Skb> = {}): Skb => packet(words_, { iif: 0, oif: 3, ...more })
const said = (k: FakeKernel): string[] => k.machine.log.map((l) => l.text)

test('a network of two addresses has none for everybody', () => {
  const k = host('FORWARD', ['-m addrtype --dst-type BROADCAST', '-m addrtype --dst-type UNICAST'])
  addDev(k.net, 'eth2', 4, [{ addr: ipv4('10.3.0.0'), bits: 31 }], -1)
  expect(matched(k, 'FORWARD', packet('10.1.0.2.1 > 10.3.0.1.53: udp'))).toEqual([false, true])
})

describe("the host's first socket is one", () => {
  const data = own('10.2.0.1.1000 > 10.2.0.2.80: tcp A', { sk: 0 })
  const datagram = own('10.2.0.1.1000 > 10.2.0.2.53: udp', { sk: 0 })
  test('whose packets are in the group of its program, but for SYN/ACKs', () => {
    const k = host('OUTPUT', ['-m cgroup --cgroup 0', '-m cgroup --path /', '-m cgroup --cgroup 1'])
    expect(matched(k, 'OUTPUT', data)).toEqual([true, true, false])
    expect(matched(k, 'OUTPUT', datagram)).toEqual([true, true, false])
    expect(matched(k, 'OUTPUT', { ...data, flags: 0x12 })).toEqual([false, false, false])
  })
  test('and root is their owner', () => {
    const k = host('OUTPUT', ['-m owner --uid-owner 0', '-m owner --socket-exists'])
    expect(matched(k, 'OUTPUT', data)).toEqual([true, true])
    expect(matched(k, 'OUTPUT', datagram)).toEqual([true, true])
  })
})

test('a reset of REJECT, a report of IGMP and what is passed on have no socket', () => {
  const k = host('POSTROUTING', ['-m owner --socket-exists', '-m owner ! --socket-exists'])
  const none = [false, true]
  const reset = own('10.2.0.1.80 > 10.2.0.2.1000: tcp R')
  expect(matched(k, 'POSTROUTING', { ...reset, ctinfo: IP_CT_RELATED })).toEqual(none)
  expect(matched(k, 'POSTROUTING', own('10.2.0.1 > 224.0.0.22: 2'))).toEqual(none)
  expect(matched(k, 'POSTROUTING', { ...reset, iif: 2 })).toEqual(none)
  expect(matched(k, 'POSTROUTING', reset)).toEqual([true, false])
})

test('connbytes says once that connections are counted from now on', () => {
  const rule = '-m connbytes --connbytes 5 --connbytes-mode packets --connbytes-dir both'
  expect(said(host('FORWARD', [rule, rule]))).toEqual(['xt_connbytes: Forcing CT accounting to be enabled'])
})

test('the first connection of the table can have been announced by a helper', () => {
  const { k, ask } = asking('-m helper --helper ftp')
  const nfct = allocSlot(k.machine.ct)
  expect(nfct).toBe(0)
  ctExtAdd(k.machine.ct, nfct).masterHelper = 'ftp'
  expect(ask({ ...udp(), nfct })).toBe(true)
})

test('no SYN is known to osf, inverted or not', () => {
  const k = host('FORWARD', ['-p tcp -m osf --genre Linux', '-p tcp -m osf ! --genre Linux'])
  expect(matched(k, 'FORWARD', packet('10.1.0.2.1 > 10.2.0.2.80: tcp S'))).toEqual([false, false])
})

test('routes have the realm 0', () => {
  const k = host('FORWARD', ['-m realm --realm 0', '-m realm --realm 5', '-m realm ! --realm 5'])
  expect(matched(k, 'FORWARD', udp())).toEqual([true, false, true])
})

test('half of all random numbers are below the half, which is not', () => {
  const { k, ask } = asking('-m statistic --mode random --probability 0.5')
  k.random = () => 0x3fffffff
  expect(ask(udp())).toBe(true)
  k.random = () => 0x40000000
  expect(ask(udp())).toBe(false)
})

describe('tcp', () => {
  test('takes a piece that begins within the header for an attack, and no other', () => {
    const k = host('FORWARD', ['-p tcp --dport 80', '-p tcp'])
    const piece = (frag: number): Skb => packet('10.1.0.2 > 10.2.0.2: tcp', { frag })
    expect(matched(k, 'FORWARD', piece(1))).toEqual([false, false])
    expect(matched(k, 'FORWARD', piece(2))).toEqual([false, true])
  })
  test('finds no-ops where the options leave room', () => {
    const { ask } = asking('-p tcp --tcp-option 1')
    const syn = packet('10.1.0.2.1 > 10.2.0.2.80: tcp S', { mss: 1460, sackOk: 1, ts: 1 })
    expect(ask({ ...syn, thl: 36 })).toBe(false)
    expect(ask({ ...syn, thl: 40, wscale: 7 })).toBe(true)
  })
})

describe('limit', () => {
  test('has its whole burst whenever the rule is made', () => {
    const k = fakeKernel()
    k.now = 3600 * 250 * JIFFY
    const { ask } = asking('-m limit --limit 1/hour --limit-burst 1', k)
    expect([ask(udp(), 3600 * 250), ask(udp(), 3600 * 250)]).toEqual([true, false])
  })
  test('multiplies first where the product is just not too large for 32 bits', () => {
    const { ask } = asking('-m limit --limit 362/minute --limit-burst 81')
    expect(Array.from({ length: 82 }, () => ask(udp())).filter(Boolean)).toHaveLength(81)
  })
})

describe('connlimit', () => {
  test('takes what was dropped in the same 4 ms for connections', () => {
    const { ask } = asking('-m connlimit --connlimit-above 2')
    expect([1, 2, 3].map((port) => ask(udp(port)))).toEqual([false, false, true])
  })
  test('but looks at them after 64', () => {
    const { ask } = asking('-m connlimit --connlimit-above 63')
    const over = Array.from({ length: 70 }, (_, i) => ask(udp(i + 1)))
    expect(over.flatMap((is, i) => (is ? [i + 1] : []))).toEqual([64])
  })
  test('and at all of them later', () => {
    const { ask } = asking('-m connlimit --connlimit-above 1')
    expect([ask(udp(1)), ask(udp(2)), ask(udp(1), 2)]).toEqual([false, true, false])
  })

  const over = (gw: Gateway): number =>
    gw.k.net.tables.filter?.chains.find((c) => c.name === 'FORWARD')?.rules[0]?.pkts ?? -1
  const line = (port: number, to = '8.8.8.8'): string => `192.168.0.2.${port} > ${to}.53: UDP, length 10`

  test('those that are left do not count towards the 64', () => {
    const gw = gateway(
      'iptables -A FORWARD -p udp -m connlimit --connlimit-above 34',
      'iptables -A FORWARD -p udp --sport 2000: -j DROP',
    )
    for (let port = 1; port <= 32; port++) gw.rx('lan', line(1000 + port))
    gw.wait(0.01)
    for (const port of [2000, 2001, 2002]) gw.rx('lan', line(port))
    expect(over(gw)).toBe(1)
  })
  test('another destination or protocol is another connection', () => {
    const gw = gateway('iptables -A FORWARD -m connlimit --connlimit-above 1')
    gw.rx('lan', line(1000))
    gw.wait(0.01)
    gw.rx('lan', line(1000, '8.8.4.4'))
    expect(over(gw)).toBe(1)
    gw.sh('iptables -R FORWARD 1 -m connlimit --connlimit-above 1')
    gw.rx('lan', line(1001))
    gw.wait(0.01)
    gw.rx('lan', '192.168.0.2.1001 > 8.8.8.8.53: Flags [S], seq 1')
    expect(over(gw)).toBe(1)
  })
  test('another zone is another connection, even of one direction only', () => {
    const gw = gateway(
      'iptables -A FORWARD -m connlimit --connlimit-above 1',
      'iptables -t raw -A PREROUTING -m tos --tos 0x08 -j CT --zone-orig 5',
      'iptables -t raw -A PREROUTING -m tos --tos 0x10 -j CT --zone-reply 5',
    )
    gw.rx('lan', line(1000), { tos: 0x08 })
    gw.wait(0.01)
    gw.rx('lan', line(1000), { tos: 0x10 })
    expect(over(gw)).toBe(1)
  })
  test('only of TCP is a state an end', () => {
    const gw = gateway('iptables -A FORWARD -m connlimit --connlimit-above 1')
    gw.rx('lan', line(1000))
    gw.k.machine.ct.state.fill(CLOSE)
    gw.wait(0.01)
    gw.rx('lan', line(1001))
    expect(over(gw)).toBe(1)
  })
  test('takes out what is gone once in 4 ms', () => {
    const gw = gateway('iptables -A FORWARD -s 192.168.0.2 -m connlimit --connlimit-above 1')
    const data = (): void => void gw.rx('lan', '192.168.0.2.1000 > 8.8.8.8.80: Flags [.], seq 1001, ack 5001')
    gw.rx('lan', '192.168.0.2.1000 > 8.8.8.8.80: Flags [S], seq 1000')
    gw.rx('wan', '8.8.8.8.80 > 192.168.0.2.1000: Flags [S.], seq 5000, ack 1001')
    data()
    gw.rx('lan', '192.168.0.2.1001 > 8.8.8.8.80: Flags [S], seq 1')
    gw.wait(0.01)
    const before = over(gw)
    data()
    gw.rx('wan', '8.8.8.8.80 > 192.168.0.2.1001: Flags [R.], seq 0, ack 2')
    data()
    expect(over(gw)).toBe(before + 2)
    gw.wait(0.01)
    data()
    expect(over(gw)).toBe(before + 2)
  })
})

describe('hashlimit', () => {
  const ONE =
    '-m hashlimit --hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode srcip --hashlimit-name a'
  /** Is anybody in the table at that jiffy? Who looks changes nothing. */
  const anybody = (k: FakeKernel, jiffy: number): boolean => {
    k.now = jiffy * JIFFY
    return hashlimitText(k, tablesOf(k).get('a')!) !== ''
  }

  test('has room for eight times its buckets, and says so when they are full', () => {
    const { k, ask } = asking(`${ONE} --hashlimit-htable-size 1`)
    const hits = Array.from({ length: 9 }, (_, i) => ask(udp(1, `10.1.0.${i + 2}`)))
    expect(hits).toEqual([...Array<boolean>(8).fill(true), false])
    expect(said(k)).toEqual(['xt_hashlimit: max count of 8 reached'])
  })
  test.each([
    [1000, 0, 249, true],
    [1000, 0, 250, false],
    [500, 0, 200, true],
    [500, 0, 250, false],
    [1000, 150, 350, true],
    [1000, 100, 499, true],
    [1000, 100, 500, false],
  ])('who is kept for %i ms and came in jiffy %i is there in %i: %s', (expire, came, look, there) => {
    const { k, ask } = asking(`${ONE} --hashlimit-htable-expire ${expire}`)
    expect(ask(udp(), came)).toBe(true)
    expect(anybody(k, look)).toBe(there)
  })
  test('nobody is taken out twice in the same jiffy', () => {
    const { ask } = asking(`${ONE} --hashlimit-htable-expire 1`)
    for (const jiffy of [0, 250]) expect([ask(udp(), jiffy), ask(udp(), jiffy)]).toEqual([true, false])
  })
  test('a rate that is just not exceeded in a second is within its limit in the next', () => {
    const { ask } = asking(
      '-m hashlimit --hashlimit-above 10/s --hashlimit-burst 1 --hashlimit-mode srcip --hashlimit-name a --hashlimit-rate-match --hashlimit-htable-expire 9000',
    )
    const first = Array.from({ length: 10 }, () => ask(udp()))
    expect([...first, ask(udp(), 250), ask(udp(), 250)]).not.toContain(true)
  })
})
