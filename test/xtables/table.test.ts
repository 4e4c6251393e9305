/** Packets through tables. The counters that are expected were read from a real kernel after the same rules and packets. */
import { describe, expect, test } from 'vitest'
import { NF_ACCEPT, NF_DROP } from '../../src/kernel/kernel.ts'
import { IP_CT_UNTRACKED, type Skb } from '../../src/kernel/skb.ts'
import type { Hook, TableName } from '../../src/kernel/xtables/rule.ts'
import { getTable } from '../../src/kernel/xtables/ruleset.ts'
import { ipt_do_table } from '../../src/kernel/xtables/table.ts'
import { iptables } from '../../src/userspace/iptables/index.ts'
import { fakeKernel, packet, run, words, type FakeKernel } from './kit.ts'

function host(...lines: string[]): FakeKernel {
  const k = fakeKernel()
  for (const line of lines) type(k, line)
  return k
}

function type(k: FakeKernel, line: string): string {
  const r = run(k, iptables, words(`iptables ${line}`))
  expect(r.stderr).toBe('')
  return r.stdout
}

/** Send a packet through a table at a hook. */
function pass(k: FakeKernel, skb: Skb, hook: Hook = 'FORWARD', name: TableName = 'filter'): number {
  const table = getTable(k.net, name)
  if (!table) throw new Error(name)
  return ipt_do_table(k, skb, table, hook)
}

/** Packets of each rule of a chain, and of its policy at the end. */
function counts(k: FakeKernel, chain: string, name: TableName = 'filter'): number[] {
  const c = k.net.tables[name]?.chains.find((x) => x.name === chain)
  return c ? [...c.rules.map((r) => r.pkts), c.pkts] : []
}

const syn = (more: Partial<Skb> = {}): Skb =>
  packet('10.1.0.2.1000 > 10.2.0.2.80: tcp S', { iif: 2, oif: 3, ...more })

describe('the way through the chains', () => {
  test('the first rule that matches decides, and only it counts', () => {
    const k = host('-A FORWARD -p udp -j DROP', '-A FORWARD -p tcp -j ACCEPT', '-A FORWARD -j DROP')
    expect(pass(k, syn())).toBe(NF_ACCEPT)
    expect(counts(k, 'FORWARD')).toEqual([0, 1, 0, 0])
  })

  test('bytes are those of the IP packet', () => {
    const k = host('-A FORWARD -p tcp', '-P FORWARD DROP')
    expect(pass(k, syn({ len: 1500 }))).toBe(NF_DROP)
    expect(type(k, '-S FORWARD -v')).toBe('-P FORWARD DROP -c 1 1500\n-A FORWARD -p tcp -c 1 1500\n')
  })

  test('a rule without a target counts and lets go on', () => {
    const k = host('-A FORWARD -s 10.1.0.0/16', '-A FORWARD -s 10.9.0.0/16', '-A FORWARD ! -s 10.9.0.0/16')
    expect(pass(k, syn())).toBe(NF_ACCEPT)
    expect(counts(k, 'FORWARD')).toEqual([1, 0, 1, 1])
  })

  test('a user chain comes back at its end and at RETURN', () => {
    const k = host(
      '-N A',
      '-N B',
      '-A FORWARD -j A',
      '-A FORWARD',
      '-A A -j B',
      '-A A',
      '-A B -j RETURN',
      '-A B',
    )
    pass(k, syn())
    expect(counts(k, 'FORWARD')).toEqual([1, 1, 1])
    expect(counts(k, 'A').slice(0, 2)).toEqual([1, 1])
    expect(counts(k, 'B').slice(0, 2)).toEqual([1, 0])
  })

  test('goto does not come back: the policy decides, or the caller of the last jump', () => {
    const k = host(
      '-N G',
      '-N J',
      '-A FORWARD -p udp -g G',
      '-A FORWARD -j J',
      '-A FORWARD',
      '-A J -g G',
      '-A J',
    )
    pass(k, packet('10.1.0.2.1 > 10.2.0.2.53: udp', { iif: 2, oif: 3 }))
    expect(counts(k, 'FORWARD')).toEqual([1, 0, 0, 1])
    pass(k, syn())
    expect(counts(k, 'FORWARD')).toEqual([1, 1, 1, 2])
    expect(counts(k, 'J').slice(0, 2)).toEqual([1, 0])
  })

  test('RETURN in a built-in chain is the policy', () => {
    const k = host('-A FORWARD -j RETURN', '-A FORWARD -j ACCEPT', '-P FORWARD DROP')
    expect(pass(k, syn())).toBe(NF_DROP)
    expect(counts(k, 'FORWARD')).toEqual([1, 0, 1])
  })

  test('a table has no chain for a hook that is not its own', () => {
    expect(pass(host(), syn(), 'FORWARD', 'nat')).toBe(NF_ACCEPT)
  })

  test('changed rules are seen by the next packet, and what stays keeps its counters', () => {
    const k = host('-A FORWARD -p tcp -j ACCEPT')
    pass(k, syn())
    type(k, '-I FORWARD -p udp')
    pass(k, syn())
    expect(counts(k, 'FORWARD')).toEqual([0, 2, 0])
  })

  test('any change makes the counters of the policies begin again', () => {
    const k = host()
    pass(k, syn())
    expect(counts(k, 'FORWARD')).toEqual([1])
    type(k, '-A INPUT -j ACCEPT')
    expect(counts(k, 'FORWARD')).toEqual([0])
  })

  test('a copy of the namespace goes on from where it was, by itself', () => {
    const k = host('-A FORWARD -m statistic --mode nth --every 2 --packet 0')
    pass(k, syn())
    const copy = { ...k, net: structuredClone(k.net) }
    for (let i = 0; i < 2; i++) pass(copy, syn())
    expect(counts(copy, 'FORWARD')).toEqual([2, 3])
    expect(counts(k, 'FORWARD')).toEqual([1, 1])
  })
})

describe('the conditions of every rule', () => {
  const hit = (rule: string, skb: Skb, hook: Hook = 'FORWARD'): boolean => {
    const chain = hook === 'LOCAL_IN' ? 'INPUT' : hook === 'LOCAL_OUT' ? 'OUTPUT' : 'FORWARD'
    const k = host(`-A ${chain} ${rule}`)
    pass(k, skb, hook)
    return counts(k, chain)[0] === 1
  }

  test.each([
    ['-i eth0', true],
    ['-i eth1', false],
    ['! -i eth1', true],
    ['-i eth+', true],
    ['-i et+', true],
    ['-i eth', false],
    ['-i eth00', false],
    ['-i +', true],
    ['! -i +', false],
    ['-o eth1', true],
    ['! -o eth1', false],
    ['-o wan', false],
    ['-s 10.1.0.2', true],
    ['! -s 10.1.0.2', false],
    ['-s 10.1.0.0/255.255.0.255', false],
    ['-s 10.1.0.2/255.255.0.255', true],
    ['-d 10.2.0.0/24', true],
    ['-p tcp', true],
    ['! -p tcp', false],
    ['! -p udp', true],
    ['-f', false],
    ['! -f', true],
  ])('%s of a SYN from eth0 to eth1: %s', (rule, expected) => {
    expect(hit(rule, syn())).toBe(expected)
  })

  test('a later fragment has no ports', () => {
    const later = syn({ frag: 185 })
    expect(hit('-f', later)).toBe(true)
    expect(hit('! -f', later)).toBe(false)
    expect(hit('-p tcp --sport 0:65535', later)).toBe(false)
    expect(hit('-p tcp ! --dport 1', later)).toBe(false)
  })

  test('a TCP fragment at offset 1 is dropped by the match itself', () => {
    const k = host('-A FORWARD -p tcp --dport 80 -j ACCEPT')
    expect(pass(k, syn({ frag: 1 }))).toBe(NF_DROP)
    expect(counts(k, 'FORWARD')).toEqual([0, 0])
  })

  test('what comes in has no interface to leave by yet', () => {
    const k = host('-N U', '-A INPUT -j U', '-A U -o eth1', '-A U ! -o eth1')
    pass(k, syn(), 'LOCAL_IN')
    expect(counts(k, 'U').slice(0, 2)).toEqual([0, 1])
  })
})

describe('matches', () => {
  test('limit is a bucket: 2/s with a burst of 3 lets 3 of 6 pass, and 2 of 6 a good second later', () => {
    const k = host('-A FORWARD -m limit --limit 2/s --limit-burst 3')
    for (let i = 0; i < 6; i++) pass(k, syn())
    expect(counts(k, 'FORWARD')[0]).toBe(3)
    k.now += 1_050_000
    for (let i = 0; i < 6; i++) pass(k, syn())
    expect(counts(k, 'FORWARD')[0]).toBe(5)
  })

  test('a change of the table fills the bucket again', () => {
    const k = host('-A FORWARD -m limit --limit 1/hour --limit-burst 2')
    for (let i = 0; i < 4; i++) pass(k, syn())
    type(k, '-A INPUT')
    for (let i = 0; i < 4; i++) pass(k, syn())
    expect(counts(k, 'FORWARD')[0]).toBe(4)
  })

  test('nth: the packets packet+1, packet+1+every ..', () => {
    const k = host('-A FORWARD -m statistic --mode nth --every 3 --packet 1')
    const hits = Array.from({ length: 8 }, () => {
      const before = counts(k, 'FORWARD')[0]
      pass(k, syn())
      return counts(k, 'FORWARD')[0] - before
    })
    expect(hits.join('')).toBe('01001001')
  })

  test('random: about as many as it says', () => {
    const k = host('-A FORWARD -m statistic --mode random --probability 0.25')
    for (let i = 0; i < 4000; i++) pass(k, syn())
    expect(counts(k, 'FORWARD')[0]).toBeGreaterThan(850)
    expect(counts(k, 'FORWARD')[0]).toBeLessThan(1150)
  })

  test('a packet without a connection is INVALID, and its state is all that counts', () => {
    const k = host(
      '-A FORWARD -m conntrack --ctstate INVALID',
      '-A FORWARD -m conntrack --ctstate INVALID --ctstatus ASSURED',
      '-A FORWARD -m conntrack --ctstatus ASSURED',
      '-A FORWARD -m conntrack ! --ctstatus ASSURED',
      '-A FORWARD -m conntrack ! --ctstate NEW',
      '-A FORWARD -m conntrack --ctstate UNTRACKED',
      '-A FORWARD -m state --state INVALID',
      '-A FORWARD -m connmark --mark 0',
      '-A FORWARD -m connmark ! --mark 0',
    )
    pass(k, syn())
    expect(counts(k, 'FORWARD')).toEqual([1, 1, 0, 0, 1, 0, 1, 0, 0, 1])
    pass(k, syn({ ctinfo: IP_CT_UNTRACKED }))
    expect(counts(k, 'FORWARD')).toEqual([1, 1, 0, 0, 2, 1, 1, 0, 0, 2])
  })

  test('addrtype asks whose the address is', () => {
    const k = host(
      '-A FORWARD -m addrtype --dst-type LOCAL',
      '-A FORWARD -m addrtype --dst-type BROADCAST',
      '-A FORWARD -m addrtype --dst-type MULTICAST',
      '-A FORWARD -m addrtype --dst-type UNICAST',
      '-A FORWARD -m addrtype --dst-type LOCAL --limit-iface-in',
    )
    const to = (dst: string): number => pass(k, packet(`10.1.0.2 > ${dst}: udp`, { iif: 2, oif: 3 }))
    for (const dst of ['10.1.0.1', '10.2.0.1', '127.5.5.5']) to(dst)
    expect(counts(k, 'FORWARD').slice(0, 5)).toEqual([3, 0, 0, 0, 1])
    for (const dst of ['10.1.0.255', '127.255.255.255', '255.255.255.255', '0.0.0.0']) to(dst)
    for (const dst of ['224.0.0.1', '10.1.0.0', '8.8.8.8']) to(dst)
    expect(counts(k, 'FORWARD').slice(0, 5)).toEqual([3, 4, 1, 2, 1])
  })

  test('mac looks at the sender of the frame, and never at lo', () => {
    const k = host(
      '-A INPUT -m mac --mac-source 02:00:00:00:00:09',
      '-A INPUT -m mac ! --mac-source 02:00:00:00:00:09',
    )
    pass(k, syn({ smac: 0x020000000009 }), 'LOCAL_IN')
    pass(k, syn({ smac: 0x020000000008 }), 'LOCAL_IN')
    pass(k, syn({ iif: 1 }), 'LOCAL_IN')
    expect(counts(k, 'INPUT')).toEqual([1, 1, 3])
  })

  test.each([
    ['-p tcp --syn', true],
    ['-p tcp ! --syn', false],
    ['-p tcp --dport 80:90 --sport :1023', true],
    ['-p tcp ! --dport 80', false],
    ['-p tcp -m multiport --dports 22,79:81', true],
    ['-p tcp -m multiport --sports 80', false],
    ['-p tcp -m multiport --ports 1000', true],
    ['-p tcp -m multiport ! --ports 1000', false],
    ['-m length --length 40', true],
    ['-m length ! --length 0:40', false],
    ['-m ttl --ttl-eq 64', true],
    ['-m ttl --ttl-lt 64', false],
    ['-m ttl --ttl-gt 63', true],
    ['-m mark --mark 0x10/0xf0', true],
    ['-m mark ! --mark 0x12', false],
    ['-m iprange --src-range 10.1.0.2-10.1.0.5', true],
    ['-m iprange ! --dst-range 10.2.0.0-10.2.0.9', false],
    ['-m comment --comment anything', true],
    ['-p tcp --tcp-option 2', true],
    ['-p tcp --tcp-option 3', false],
    ['-p tcp ! --tcp-option 3', true],
  ])('%s of a SYN: %s', (rule, expected) => {
    const k = host(`-A FORWARD ${rule}`)
    pass(k, syn({ mark: 0x12, mss: 1460 }))
    expect(counts(k, 'FORWARD')[0] === 1).toBe(expected)
  })

  test('icmp types and codes', () => {
    const k = host(
      '-A FORWARD -p icmp --icmp-type 3',
      '-A FORWARD -p icmp --icmp-type 3/1',
      '-A FORWARD -p icmp --icmp-type any',
    )
    const icmp = (type: number, code: number): Skb => packet('10.1.0.2 > 10.2.0.2: icmp', { type, code })
    for (const skb of [icmp(3, 1), icmp(3, 4), icmp(8, 0)]) pass(k, skb)
    expect(counts(k, 'FORWARD').slice(0, 3)).toEqual([2, 1, 3])
  })
})

describe('targets', () => {
  test('MARK and TTL change the packet and let it go on', () => {
    const k = host(
      '-t mangle -A FORWARD -j MARK --set-mark 0xf0',
      '-t mangle -A FORWARD -j MARK --xor-mark 0xff',
      '-t mangle -A FORWARD -j MARK --and-mark 0x0e',
      '-t mangle -A FORWARD -j TTL --ttl-dec 60',
      '-t mangle -A FORWARD -j TTL --ttl-dec 60',
      '-t mangle -A FORWARD -j TTL --ttl-inc 5',
    )
    const skb = syn()
    expect(pass(k, skb, 'FORWARD', 'mangle')).toBe(NF_ACCEPT)
    expect([skb.mark, skb.ttl]).toEqual([0x0e, 5])
  })

  test('NOTRACK leaves a packet that has a connection alone', () => {
    const k = host('-t raw -A PREROUTING -j NOTRACK')
    const [fresh, known] = [syn(), syn({ nfct: 5 })]
    pass(k, fresh, 'PRE_ROUTING', 'raw')
    pass(k, known, 'PRE_ROUTING', 'raw')
    expect([fresh.ctinfo, known.ctinfo === IP_CT_UNTRACKED]).toEqual([IP_CT_UNTRACKED, false])
    expect(k.net.ctUsers).toBe(0)
  })

  test('rules that need connection tracking keep it on, in all tables together', () => {
    const k = host(
      '-A INPUT -m state --state NEW -m conntrack --ctstate NEW',
      '-t nat -A POSTROUTING -j MASQUERADE',
    )
    expect(k.net.ctUsers).toBe(3)
    type(k, '-R INPUT 1 -j ACCEPT')
    expect(k.net.ctUsers).toBe(1)
    run(k, iptables, words('iptables -t nat -A PREROUTING -j MASQUERADE'))
    expect(k.net.ctUsers).toBe(1)
    type(k, '-t nat -F')
    expect(k.net.ctUsers).toBe(0)
  })
})

describe('the trace', () => {
  test('says every rule that matched, every end of a chain and the policy, each with the header before it', () => {
    const k = host(
      '-N B',
      '-A FORWARD -s 9.9.9.9 -j DROP',
      '-A FORWARD -p tcp -j B',
      '-A B -j MARK --set-mark 1',
      '-A B -j RETURN',
      '-N C',
      '-A FORWARD -j C',
    )
    k.tracing = true
    pass(k, syn())
    const said = k.seen.map(({ at, body }) => {
      if (body.type !== 'rule') return body.type
      expect(at).toBe('ipt_do_table')
      return `${body.table}:${body.chain}:${body.what}:${body.rule} [${body.does}] mark ${body.header.mark} in ${body.header.in}`
    })
    expect(said).toEqual([
      'filter:FORWARD:rule:2 [-p tcp -j B] mark 0 in eth0',
      'filter:B:rule:1 [-j MARK --set-xmark 0x1/0xffffffff] mark 0 in eth0',
      'filter:B:rule:2 [-j RETURN] mark 1 in eth0',
      'filter:FORWARD:rule:3 [-j C] mark 1 in eth0',
      'filter:C:return:1 [] mark 1 in eth0',
      'filter:FORWARD:policy:4 [ACCEPT] mark 1 in eth0',
    ])
  })

  test('says nothing of a packet that nobody watches', () => {
    const k = host('-A FORWARD -j ACCEPT')
    k.tracing = true
    pass(k, syn({ watched: 0 }))
    expect(k.seen).toEqual([])
  })
})

describe('the kernel log', () => {
  const lines = (k: FakeKernel): string[] => k.machine.log.map((l) => l.text)

  test('LOG writes the packet', () => {
    const k = host('-A FORWARD -j LOG --log-prefix "FWD: " --log-tcp-sequence --log-tcp-options')
    const mac = { smac: 0x0e9595dcfc09, dmac: 0xdafcc0606e0d }
    const options = { mss: 1460, sackOk: 1, wscale: 7, thl: 32, len: 52 }
    pass(k, syn({ ...mac, ...options, ttl: 63, id: 1, seq: 100, win: 64240 }))
    pass(k, packet('10.1.0.2.1 > 10.2.0.2.53: udp', { iif: 2, oif: 3, id: 7, mark: 0x1f, len: 29, frag: 0 }))
    expect(lines(k)).toEqual([
      'FWD: IN=eth0 OUT=eth1 MAC=da:fc:c0:60:6e:0d:0e:95:95:dc:fc:09:08:00 SRC=10.1.0.2 DST=10.2.0.2 LEN=52 TOS=0x00 ' +
        'PREC=0x00 TTL=63 ID=1 DF PROTO=TCP SPT=1000 DPT=80 SEQ=100 ACK=0 WINDOW=64240 RES=0x00 SYN URGP=0 ' +
        'OPT (020405B40101040201030307) ',
      'FWD: IN=eth0 OUT=eth1 MAC=00:00:00:00:00:00:00:00:00:00:00:00:08:00 SRC=10.1.0.2 DST=10.2.0.2 LEN=29 TOS=0x00 ' +
        'PREC=0x00 TTL=64 ID=7 PROTO=UDP SPT=1 DPT=53 LEN=9 MARK=0x1f ',
    ])
  })

  test('an error message is written with the packet that it quotes', () => {
    const k = host('-A OUTPUT -j LOG')
    const inner = packet('10.1.0.2.1000 > 10.2.0.2.80: tcp S', { ttl: 63 })
    pass(
      k,
      packet('10.1.0.1 > 10.1.0.2: icmp', { type: 3, code: 4, icmpInfo: 1400, inner, len: 56, oif: 2 }),
      'LOCAL_OUT',
    )
    expect(lines(k)[0]).toBe(
      'IN= OUT=eth0 SRC=10.1.0.1 DST=10.1.0.2 LEN=56 TOS=0x00 PREC=0x00 TTL=64 ID=0 DF PROTO=ICMP TYPE=3 CODE=4 ' +
        '[SRC=10.1.0.2 DST=10.2.0.2 LEN=40 TOS=0x00 PREC=0x00 TTL=63 ID=0 DF PROTO=TCP INCOMPLETE [8 bytes] ] MTU=1400 ',
    )
  })

  test('a namespace that is not the first one writes nothing', () => {
    const k = host('-A FORWARD -j LOG')
    k.net.inum = 4026532882
    pass(k, syn())
    expect(lines(k)).toEqual([])
    k.net.sysctl['net.netfilter.nf_log_all_netns'] = 1
    pass(k, syn())
    expect(lines(k)).toHaveLength(1)
  })

  test('TRACE: an unconditional verdict is called the end of its chain', () => {
    const k = host(
      '-N U',
      '-A FORWARD -p tcp -j U',
      '-A FORWARD -j ACCEPT',
      '-A U -s 9.9.9.9',
      '-A U -j RETURN',
    )
    pass(k, syn({ nfTrace: 1 }))
    expect(lines(k).map((l) => l.split(' ')[1])).toEqual([
      'filter:FORWARD:rule:1',
      'filter:U:return:2',
      'filter:FORWARD:policy:2',
    ])
    expect(lines(k)[0]).toMatch(
      /^TRACE: filter:FORWARD:rule:1 IN=eth0 OUT=eth1 MAC=00:.* SEQ=0 ACK=0 WINDOW=0 /,
    )
  })
})
