/** NAT's choices, with chance held still, and what no recording can show because its ports are drawn. */
import { describe, expect, test } from 'vitest'
import { listEntries } from '../../src/kernel/conntrack/life.ts'
import { noRange } from '../../src/kernel/nat/range.ts'
import { emptyPacket, IPPROTO_ICMP } from '../../src/wire/packet.ts'
import { gateway, type Gateway } from '../kit.ts'

const SNAT = 'iptables -t nat -A POSTROUTING -o wan -j SNAT --to-source 100.100.100.100'

/** Chance gives these numbers, the last one for ever. How many were asked for. */
function chance(gw: Gateway, ...numbers: number[]): () => number {
  let asked = 0
  Object.assign(gw.k, { random: () => numbers[Math.min(asked++, numbers.length - 1)] })
  return () => asked
}

/** A UDP packet from inside; the port with which it leaves, null when it does not. */
function leaves(gw: Gateway, host: number, sport: number, dport = 53): number | null {
  const [line] = gw.rx('lan', `192.168.0.${host}.${sport} > 8.8.8.8.${dport}: UDP, length 10`)
  return line === undefined ? null : Number(/100\.100\.100\.100\.(\d+) >/.exec(line)?.[1])
}

describe('a port that clashes is looked for in its class, from where chance says', () => {
  const cases: [string, number, number, number][] = [
    ['1 to 511, the first', 511, 0, 1],
    ['1 to 511, the last', 510, 510, 511],
    ['1 to 511, and from the beginning again', 511, 511, 1],
    ['600 to 1023, for 512 as well', 512, 0, 600],
    ['600 to 1023, the last', 1022, 423, 1023],
    ['600 to 1023, and from the beginning again', 512, 424, 600],
    ['1024 to 65535 for all others', 1024, 1, 1025],
    ['1024 to 65535, the last', 1024, 64511, 65535],
    ['1024 to 65535, and from the beginning again', 1025, 64512, 1024],
    ['only the lower sixteen bits of chance count', 1025, 0x10007, 1031],
  ]
  test.each(cases)('%s', (_, sport, drawn, port) => {
    const gw = gateway(SNAT)
    expect(leaves(gw, 2, sport)).toBe(sport)
    chance(gw, drawn)
    expect(leaves(gw, 3, sport)).toBe(port)
  })

  test('what is taken is passed over, one by one, upwards', () => {
    const gw = gateway(SNAT)
    for (const port of [2000, 2001, 2002]) leaves(gw, 2, port)
    chance(gw, 2000 - 1024)
    expect(leaves(gw, 3, 2000)).toBe(2003)
  })

  test('128 in a row are taken: another place is drawn, and half as many are tried there', () => {
    const gw = gateway(SNAT)
    for (let i = 0; i < 128; i++) leaves(gw, 2, 2000 + i)
    chance(gw, 2000 - 1024, 5000)
    expect(leaves(gw, 3, 2000)).toBe(6024)
  })

  test('the 129th in a row is not tried', () => {
    const gw = gateway(SNAT)
    for (let i = 0; i < 128; i++) leaves(gw, 2, 2000 + i)
    chance(gw, 2000 - 1024, 2064 - 1024, 7000)
    // 64 from 2064 on: all taken but none beyond.
    expect(leaves(gw, 3, 2000)).toBe(8024)
  })

  test('128, 64, 32, 16 and 8 tries in vain: the packet dies when it is confirmed', () => {
    const gw = gateway(SNAT)
    for (let i = 0; i < 128; i++) leaves(gw, 2, 2000 + i)
    const asked = chance(gw, 2000 - 1024)
    expect(leaves(gw, 3, 2000)).toBeNull()
    // Five for the search, one for the confirmation that fails.
    expect(asked()).toBe(6)
    expect(gw.drops().at(-1)).toBe('NETFILTER_DROP at nf_hook_slow, POST_ROUTING.confirm')
  })

  test('a window of two ports is tried once, whatever chance says', () => {
    const gw = gateway('iptables -t nat -A POSTROUTING -p udp -j SNAT --to-source 100.100.100.100:600-601')
    chance(gw, 0)
    expect([leaves(gw, 2, 5000), leaves(gw, 3, 5000)]).toEqual([600, 601])
    const asked = chance(gw, 0)
    expect(leaves(gw, 4, 5000)).toBeNull()
    expect(asked()).toBe(2)
  })

  test('the window ends with its last port', () => {
    const gw = gateway('iptables -t nat -A POSTROUTING -p udp -j SNAT --to-source 100.100.100.100:600-609')
    chance(gw, 9)
    expect(leaves(gw, 2, 5000)).toBe(609)
  })
})

test('a window of twenty ports is tried once, from its beginning to its end', () => {
  const gw = gateway('iptables -t nat -A POSTROUTING -p udp -j SNAT --to-source 100.100.100.100:600-619')
  chance(gw, 0)
  for (let host = 2; host < 22; host++) expect(leaves(gw, host, 5000)).toBe(598 + host)
  const asked = chance(gw, 0)
  expect(leaves(gw, 22, 5000)).toBeNull()
  // One for the search, one for the confirmation that fails.
  expect(asked()).toBe(2)
})

test('a port within the window stays, unless somebody else has it', () => {
  const gw = gateway('iptables -t nat -A POSTROUTING -p udp -j SNAT --to-source 100.100.100.100:600-601')
  chance(gw, 0)
  expect([leaves(gw, 2, 601), leaves(gw, 3, 601)]).toEqual([601, 600])
})

test('a port whose holder has expired is free, and the holder is gone', () => {
  const gw = gateway(SNAT)
  expect(leaves(gw, 2, 5000)).toBe(5000)
  const [slot] = listEntries(gw.k)
  // Nobody has come by to collect it.
  gw.k.machine.ct.timeout[slot] = gw.k.now
  expect(leaves(gw, 3, 5000)).toBe(5000)
  expect(gw.sh('conntrack -L 2>/dev/null').match(/src=192\.\S+/g)).toEqual(['src=192.168.0.3'])
})

describe('DNAT with a window of ports', () => {
  const dnat = (more: string): Gateway =>
    gateway(`iptables -t nat -A PREROUTING -p udp --dport 53 -j DNAT --to-destination ${more}`)
  const goes = (gw: Gateway, sport = 5000): string | undefined =>
    gw.rx('lan', `192.168.0.2.${sport} > 8.8.8.8.53: UDP, length 10`)[0]?.split(' > ')[1]

  test('begins at its first port', () => {
    const gw = dnat('9.9.9.9:40000-40002')
    chance(gw, 1)
    expect(goes(gw)).toBe('9.9.9.9.40000: UDP, length 10')
  })
  test('and with --random where chance says', () => {
    const gw = dnat('9.9.9.9:40000-40002 --random')
    chance(gw, 1)
    expect(goes(gw)).toBe('9.9.9.9.40001: UDP, length 10')
  })
  test('without ports the port stays, even with --random', () => {
    const gw = dnat('9.9.9.9 --random')
    chance(gw, 1)
    expect(goes(gw)).toBe('9.9.9.9.53: UDP, length 10')
  })
})

describe('echo ids', () => {
  const ping = (gw: Gateway, host: number, id: number): number | null => {
    const [line] = gw.rx('lan', `192.168.0.${host} > 8.8.8.8: ICMP echo request, id ${id}, seq 1, length 64`)
    return line === undefined ? null : Number(/id (\d+)/.exec(line)?.[1])
  }
  test('an id that another client uses is looked for among all 65536', () => {
    const gw = gateway(SNAT)
    expect(ping(gw, 2, 7)).toBe(7)
    chance(gw, 65535)
    expect(ping(gw, 3, 7)).toBe(65535)
    chance(gw, 7)
    expect(ping(gw, 4, 7)).toBe(8)
    chance(gw, 0)
    expect(ping(gw, 5, 7)).toBe(0)
  })
  test('a window of ids holds so many as it says', () => {
    const gw = gateway('iptables -t nat -A POSTROUTING -p icmp -j SNAT --to-source 100.100.100.100:600-602')
    expect(ping(gw, 2, 601)).toBe(601)
    chance(gw, 2)
    expect(ping(gw, 3, 7)).toBe(602)
    expect(ping(gw, 4, 7)).toBe(600)
    expect(ping(gw, 5, 7)).toBeNull()
  })
})

test('many sources that share chains of the by-source index keep their own ports', () => {
  const gw = gateway('iptables -t nat -A POSTROUTING -o wan -j MASQUERADE')
  for (let host = 2; host < 60; host++)
    for (let i = 0; i < 4; i++)
      expect(leaves(gw, host, 2000 + host * 10 + i, 53 + i)).toBe(2000 + host * 10 + i)
})

test('a device without an address cannot masquerade, and the log says so', () => {
  const gw = gateway('iptables -t nat -A POSTROUTING -j MASQUERADE')
  for (const { dev, addr } of [
    { dev: 'lan', addr: '192.168.0.1/24' },
    { dev: 'wan', addr: '100.100.100.100/24' },
  ])
    gw.sh(`ip addr del ${addr} dev ${dev}`)
  gw.sh('ip route add 8.8.8.8 dev wan')
  gw.sh('ip route add 192.168.0.0/24 dev lan')
  expect(leaves(gw, 2, 5000)).toBeNull()
  expect(gw.k.machine.log.at(-1)?.text).toBe('wan ate my IP address')
})

test('a source that has a mapping keeps it towards others, as long as the mapping is within the rule', () => {
  const gw = gateway('iptables -t nat -A POSTROUTING -p udp -j SNAT --to-source 100.100.100.100:600-601')
  chance(gw, 1)
  expect(leaves(gw, 2, 5000)).toBe(601)
  chance(gw, 0)
  expect(leaves(gw, 2, 5000, 54)).toBe(601)
  gw.sh('iptables -t nat -F')
  gw.sh('iptables -t nat -A POSTROUTING -p udp -j SNAT --to-source 100.100.100.100:700-701')
  expect(leaves(gw, 2, 5000, 55)).toBe(700)
})

test('two clients of a protocol without ports cannot both be translated to one address', () => {
  const gw = gateway(SNAT)
  const more = { protocol: 99, thl: 0, len: 60, sport: 0, dport: 0 }
  expect(gw.rx('lan', '192.168.0.2.0 > 8.8.8.8.0: UDP, length 0', more)).toHaveLength(1)
  expect(gw.rx('lan', '192.168.0.3.0 > 8.8.8.8.0: UDP, length 0', more)).toHaveLength(0)
  expect(gw.drops().at(-1)).toBe('NETFILTER_DROP at nf_hook_slow, POST_ROUTING.confirm')
})

test('a flow that began before there was a nat table is not bound to a device, whatever MASQUERADE is asked later', () => {
  // Seen on Linux 6.18: neither another way out nor the device's end kills it.
  const gw = gateway('iptables -A FORWARD -m conntrack --ctstate INVALID -j DROP')
  const line = '192.168.0.2.5000 > 8.8.8.8.53: UDP, length 10'
  expect(gw.rx('lan', line)).toEqual([`wan ${line}`])
  gw.sh('iptables -t nat -A POSTROUTING -p udp -j MASQUERADE')
  expect(gw.rx('lan', line)).toEqual([`wan ${line}`])
  gw.rx('wan', '8.8.8.8.53 > 192.168.0.2.5000: UDP, length 10')
  gw.sh('ip route add 8.8.8.8 via 192.168.0.9')
  expect(gw.rx('lan', line)).toEqual([`lan ${line}`])
  gw.sh('ip link set wan down')
  expect(listEntries(gw.k)).toHaveLength(1)
})

test('an ICMP error has no id, translated or not', () => {
  const gw = gateway(SNAT)
  gw.rx('lan', '192.168.0.2 > 8.8.8.8: ICMP echo request, id 7, seq 1, length 64', { ttl: 5 })
  gw.events()
  gw.rx('wan', '8.8.8.8 > 100.100.100.100: ICMP echo reply, id 0, seq 0, length 64', {
    protocol: IPPROTO_ICMP,
    type: 11,
    code: 0,
    len: 56,
    inner: {
      ...emptyPacket(),
      protocol: IPPROTO_ICMP,
      type: 8,
      saddr: 0x64646464,
      daddr: 0x08080808,
      icmpId: 7,
    },
  })
  const sent = gw.events().find((e) => e.type === 'xmit')
  expect(sent?.type === 'xmit' && [sent.header.icmpId, sent.header.inner?.icmpId]).toEqual([0, 7])
})

test('nothing is asked for: all zero', () => {
  expect(noRange()).toEqual({ flags: 0, minAddr: 0, maxAddr: 0, minPort: 0, maxPort: 0, basePort: 0 })
})
