/** The FTP helper: what it writes into translated lines, how long it waits, and which connections have it. */
import { describe, expect, test } from 'vitest'
import type { PeriodName } from '../../src/kernel/period.ts'
import { gateway, gatewayOf, type Gateway } from '../kit.ts'

const HELPER = 'iptables -t raw -A PREROUTING -p tcp --dport 21 -j CT --helper ftp'
const SNAT = 'iptables -t nat -A POSTROUTING -o wan -j SNAT --to-source 100.100.100.100'

/** A segment with a text; the text that leaves, or null. */
function say(gw: Gateway, dev: string, ends: string, seq: number, ack: number, text: string): string | null {
  gw.events()
  const line = `${ends}: Flags [P.], seq ${seq}:${seq + text.length}, ack ${ack}, length ${text.length}`
  gw.rx(dev, line, { payload: gw.k.payload(text) })
  const [left] = gw.events().flatMap((e) => (e.type === 'xmit' ? [e.header.payload] : []))
  return left === undefined ? null : gw.k.payloadText(left)
}

/** A client inside logs in; the answer says a line of its and how it leaves. */
function login(gw: Gateway, host: number, port: number): (text: string) => string | null {
  const ends = `192.168.0.${host}.${port} > 8.8.8.8.21`
  const nat = gw.k.net.tables.nat?.chains.some((chain) => chain.rules.length > 0)
  const known = nat ? '100.100.100.100' : `192.168.0.${host}`
  gw.rx('lan', `${ends}: Flags [S], seq 1000`)
  gw.rx('wan', `8.8.8.8.21 > ${known}.${port}: Flags [S.], seq 5000, ack 1001`)
  gw.rx('lan', `${ends}: Flags [.], seq 1001, ack 5001`)
  say(gw, 'lan', ends, 1001, 5001, 'USER\r\n')
  let seq = 1007
  return (text) => {
    const left = say(gw, 'lan', ends, seq, 5001, text)
    if (left !== null) seq += text.length
    return left
  }
}

const expected = (gw: Gateway): string[] =>
  gw.sh('conntrack -L expect 2>/dev/null').match(/(?<=sport=0 dport=)\d+(?= mask)/g) ?? []
const log = (gw: Gateway): string[] =>
  gw.k.machine.log.flatMap((l) => /(?<=dropping packet: ).*(?= IN=)/.exec(l.text)?.[0] ?? [])

describe('behind SNAT', () => {
  test('PORT and EPRT name the address of the gateway', () => {
    const gw = gateway(HELPER, SNAT)
    const tell = login(gw, 2, 40000)
    expect(tell('PORT 192,168,0,2,4,1\r\n')).toBe('PORT 100,100,100,100,4,1\r\n')
    expect(tell('EPRT |1|192.168.0.2|1026|\r\n')).toBe('EPRT |1|100.100.100.100|1026|\r\n')
    expect(expected(gw)).toEqual(['1026'])
  })

  test('what follows a line that became longer is shifted, wherever the numbers begin', () => {
    for (const base of [1000, 3_000_000_000]) {
      const gw = gateway(HELPER, SNAT)
      const ends = '192.168.0.2.40000 > 8.8.8.8.21'
      gw.rx('lan', `${ends}: Flags [S], seq ${base}`)
      gw.rx('wan', `8.8.8.8.21 > 100.100.100.100.40000: Flags [S.], seq 5000, ack ${base + 1}`)
      gw.rx('lan', `${ends}: Flags [.], seq ${base + 1}, ack 5001`)
      const line = 'PORT 192,168,0,2,4,1\r\n'
      say(gw, 'lan', ends, base + 1, 5001, 'USER\r\n')
      say(gw, 'lan', ends, base + 7, 5001, line)
      const after = base + 7 + line.length
      gw.events()
      gw.rx('lan', `${ends}: Flags [.], seq ${after}, ack 5001`)
      const seqs = gw.events().flatMap((e) => (e.type === 'xmit' ? [e.header.seq] : []))
      expect(seqs).toEqual([after + 4])
    }
  })

  /** The second client announces the same port. */
  const second = (period: PeriodName, n: number, port: string): [string | null, Gateway] => {
    const gw = gatewayOf({ period }, HELPER, SNAT)
    login(gw, 2, 40000)(`EPRT |1|192.168.0.2|${port}|\r\n`)
    const tell = login(gw, 3, 40001)
    Object.assign(gw.k, { random: () => n })
    return [tell(`EPRT |1|192.168.0.3|${port}|\r\n`), gw]
  }

  test('a port that is expected already: another that chance picks above it, in 4.15 the next one', () => {
    expect(second('modern', 5, '1025')[0]).toBe('EPRT |1|100.100.100.100|1030|\r\n')
    expect(second('modern', 64510 + 7, '1025')[0]).toBe('EPRT |1|100.100.100.100|1032|\r\n')
    expect(second('article', 5, '1025')[0]).toBe('EPRT |1|100.100.100.100|1026|\r\n')
  })

  test('none is left: the line is dropped, and the log says why', () => {
    for (const [left, gw] of [
      // Chance offers the same one again and again.
      second('modern', 0, '1025'),
      second('modern', 5, '65535'),
      second('article', 5, '65535'),
    ]) {
      expect(left).toBeNull()
      expect(log(gw)).toEqual(['all ports in use'])
    }
  })

  test('it tries 128 times', () => {
    for (const [times, left] of [
      [128, 'EPRT |1|100.100.100.100|1030|\r\n'],
      [129, null],
    ] as const) {
      const gw = gateway(HELPER, SNAT)
      login(gw, 2, 40000)('EPRT |1|192.168.0.2|1025|\r\n')
      const tell = login(gw, 3, 40001)
      let drawn = 0
      Object.assign(gw.k, { random: () => (++drawn < times ? 0 : 5) })
      expect(tell('EPRT |1|192.168.0.3|1025|\r\n')).toBe(left)
    }
  })
})

test('behind DNAT 227 and 229 of the server name the address that the client knows', () => {
  const gw = gateway(HELPER, 'iptables -t nat -A PREROUTING -i wan -j DNAT --to-destination 192.168.0.2')
  gw.rx('wan', '8.8.8.8.40000 > 100.100.100.100.21: Flags [S], seq 1000')
  gw.rx('lan', '192.168.0.2.21 > 8.8.8.8.40000: Flags [S.], seq 5000, ack 1001')
  gw.rx('wan', '8.8.8.8.40000 > 100.100.100.100.21: Flags [.], seq 1001, ack 5001')
  const ends = '192.168.0.2.21 > 8.8.8.8.40000'
  say(gw, 'lan', ends, 5001, 1001, '220\r\n')
  const passive = '227 Passive (192,168,0,2,4,1).\r\n'
  expect(say(gw, 'lan', ends, 5006, 1001, passive)).toBe('227 Passive (100,100,100,100,4,1).\r\n')
  const extended = '229 Extended (|||1026|)\r\n'
  expect(say(gw, 'lan', ends, 5006 + passive.length, 1001, extended)).toBe(extended)
  expect(expected(gw)).toEqual(['1026'])
})

describe('an expectation', () => {
  test('is forgotten after 300 seconds', () => {
    const gw = gateway(HELPER)
    login(gw, 2, 40000)('PORT 192,168,0,2,4,1\r\n')
    // So that the connection itself lives longer.
    gw.rx('wan', '8.8.8.8.21 > 192.168.0.2.40000: Flags [.], seq 5001, ack 1029')
    gw.wait(299.9)
    expect(expected(gw)).toEqual(['1025'])
    gw.wait(0.1)
    expect(expected(gw)).toEqual([])
    const data = '8.8.8.8.20 > 192.168.0.2.1025: Flags [S], seq 1'
    gw.sh('iptables -A FORWARD -m conntrack --ctstate RELATED -j DROP')
    expect(gw.rx('wan', data)).toHaveLength(1)
  })

  test('counts when it is made, fulfilled and gone', () => {
    const gw = gateway(HELPER)
    const tell = login(gw, 2, 40000)
    tell('PORT 192,168,0,2,4,1\r\n')
    tell('PORT 192,168,0,2,4,2\r\n')
    expect(gw.k.net.ctStats).toMatchObject({ expect_create: 2, expect_new: 0, expect_delete: 1 })
    expect(tell('PORT 192,168,0,2,4,2\r\n')).not.toBeNull()
    gw.rx('wan', '8.8.8.8.20 > 192.168.0.2.1026: UDP')
    expect(gw.k.net.ctStats).toMatchObject({ expect_create: 3, expect_new: 0, expect_delete: 2 })
    gw.rx('wan', '8.8.8.8.20 > 192.168.0.2.1026: Flags [S], seq 1')
    expect(gw.k.net.ctStats).toMatchObject({ expect_create: 3, expect_new: 1, expect_delete: 3 })
    tell('PORT 192,168,0,2,4,3\r\n')
    gw.sh('conntrack -F expect')
    expect(gw.k.net.ctStats).toMatchObject({ expect_create: 4, expect_new: 1, expect_delete: 4 })
  })

  test('goes with the connection that announced it, and only with that', () => {
    const gw = gateway(HELPER)
    login(gw, 2, 40000)('PORT 192,168,0,2,4,1\r\n')
    login(gw, 3, 40001)('PORT 192,168,0,3,4,2\r\n')
    gw.sh('conntrack -D -p tcp --orig-port-src 40001')
    expect(expected(gw)).toEqual(['1025'])
  })

  test('nf_conntrack_expect_max of them may be, one at least; in 4.15 there is no end below 0', () => {
    const max = (n: number): Gateway =>
      gateway(HELPER, `sysctl -w net.netfilter.nf_conntrack_expect_max=${n}`)
    const gw = max(1)
    const first = login(gw, 2, 40000)
    expect(first('PORT 192,168,0,2,4,1\r\n')).not.toBeNull()
    expect(login(gw, 3, 40001)('PORT 192,168,0,3,4,2\r\n')).toBeNull()
    expect(log(gw)).toEqual(['cannot add expectation'])
    // A new one takes the place of the own old one.
    expect(first('PORT 192,168,0,2,4,3\r\n')).not.toBeNull()
    expect(expected(gw)).toEqual(['1027'])
    for (const none of [0, -1]) expect(() => max(none)).toThrow('Invalid argument')
    const old = gatewayOf({ period: 'article' }, HELPER, 'sysctl -w net.netfilter.nf_conntrack_expect_max=-1')
    expect(login(old, 2, 40000)('PORT 192,168,0,2,4,1\r\n')).not.toBeNull()
  })
})

test('4.15 gives the helper to TCP towards port 21, and to nobody else', () => {
  const TRACK = 'iptables -A FORWARD -m conntrack --ctstate NEW'
  const helped = (...lines: string[]): number => {
    const gw = gatewayOf({ period: 'article' }, TRACK, ...lines)
    gw.rx('lan', '192.168.0.2.40000 > 8.8.8.8.21: Flags [S], seq 1')
    gw.rx('lan', '192.168.0.2.40000 > 8.8.8.8.22: Flags [S], seq 1')
    gw.rx('lan', '192.168.0.2.40000 > 8.8.8.8.21: UDP')
    return gw.sh('conntrack -L 2>/dev/null').match(/helper=ftp/g)?.length ?? 0
  }
  expect(helped()).toBe(0)
  expect(helped('sysctl -w net.netfilter.nf_conntrack_helper=1')).toBe(1)
})
