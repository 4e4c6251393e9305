/** What is printed is understood again, and means the same. */
import fc from 'fast-check'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ctView } from '../../src/kernel/conntrack/view.ts'
import { readSysctl, sysctlNames } from '../../src/kernel/sysctl-access.ts'
import { periodOf } from '../../src/kernel/period.ts'
import { findSysctl } from '../../src/kernel/sysctl.ts'
import { dumps } from '../../src/lab/replay/recording.ts'
import { parseScenario } from '../../src/lab/replay/scenario.ts'
import { iptables, iptablesRestore, iptablesSave } from '../../src/userspace/iptables/index.ts'
import { ipset } from '../../src/userspace/ipset/ipset.ts'
import {
  netmask,
  maskBits,
  parseCidr,
  parseIpv4,
  parseMac,
  printCidr,
  printIpv4,
  printMac,
} from '../../src/wire/address.ts'
import {
  emptyPacket,
  IPPROTO_ICMP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  parseFlags,
  printFlags,
  type Packet,
} from '../../src/wire/packet.ts'
import { parsePacket, printPacket } from '../../src/wire/text.ts'
import { gateway } from '../kit.ts'
import { undated } from '../userspace/iptables/lines.ts'
import { fakeKernel, run, words, type FakeKernel } from '../xtables/kit.ts'
import { slotsOf } from './invariants.ts'
import { ruleset, SETS } from './rules.ts'
import { PATIENCE, runs } from './runs.ts'
import { play, session } from './traffic.ts'

const u32 = fc.nat({ max: 0xffffffff })
const u16 = fc.nat({ max: 0xffff })

describe('addresses', () => {
  test('an address', () => {
    fc.assert(
      fc.property(u32, (a) => void expect(parseIpv4(printIpv4(a))).toBe(a)),
      runs(300),
    )
  })
  test('a prefix', () => {
    const cidr = fc.record({ addr: u32, bits: fc.nat({ max: 32 }) })
    fc.assert(
      fc.property(cidr, (c) => void expect(parseCidr(printCidr(c))).toEqual(c)),
      runs(300),
    )
  })
  test('a netmask and its length', () => {
    for (let bits = 0; bits <= 32; bits++) expect(maskBits(netmask(bits))).toBe(bits)
  })
  test('the address of a card', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 48 - 1 }), (m) => void expect(parseMac(printMac(m))).toBe(m)),
      runs(300),
    )
  })
  test('TCP flags', () => {
    for (let flags = 0; flags < 256; flags++) expect(parseFlags(printFlags(flags))).toBe(flags)
  })
})

/** A packet with no more in it than tcpdump's line says. */
const packet: fc.Arbitrary<Packet> = fc
  .record({
    saddr: u32,
    daddr: u32,
    sport: u16,
    dport: u16,
    payload: fc.nat({ max: 1400 }),
    seq: u32,
    ack: u32,
    win: u16,
    flags: fc.nat({ max: 63 }),
    what: fc.constantFrom('tcp', 'udp', 'request', 'reply'),
    icmpId: u16,
    icmpSeq: u16,
  })
  .map(({ saddr, daddr, sport, dport, payload, seq, ack, win, flags, what, icmpId, icmpSeq }) => {
    const p = { ...emptyPacket(), saddr, daddr }
    if (what === 'udp') return { ...p, protocol: IPPROTO_UDP, sport, dport, thl: 8, len: 28 + payload }
    if (what === 'tcp') {
      const told = payload > 0 || (flags & 7) !== 0
      return {
        ...p,
        protocol: IPPROTO_TCP,
        ...{ sport, dport, win, flags, thl: 20, len: 40 + payload },
        seq: told ? seq : 0,
        ack: flags & 16 ? ack : 0,
      }
    }
    const type = what === 'request' ? 8 : 0
    return { ...p, protocol: IPPROTO_ICMP, type, icmpId, icmpSeq, thl: 8, len: 28 + payload }
  })

test("a packet in tcpdump's notation", () => {
  fc.assert(
    fc.property(packet, (p) => void expect(parsePacket(printPacket(p))).toEqual(p)),
    runs(500),
  )
})

const TABLES = ['filter', 'nat', 'mangle', 'raw']

function loaded(): FakeKernel {
  const k = fakeKernel()
  for (const line of SETS) run(k, ipset, ['ipset', ...words(line)])
  // iptables-save lists tables in the order in which they came into use.
  for (const table of TABLES) run(k, iptables, ['iptables', '-t', table, '-S'])
  return k
}

const save = (k: FakeKernel, ...more: string[]): string =>
  undated(run(k, iptablesSave, ['iptables-save', ...more]).stdout)

test(
  'rules as iptables -S lists them make the same rules',
  () => {
    fc.assert(
      fc.property(ruleset, (rules) => {
        const [k, again] = [loaded(), loaded()]
        for (const { table, args } of rules) run(k, iptables, ['iptables', '-t', table, ...args])
        for (const table of TABLES) {
          const list = (from: FakeKernel): string =>
            run(from, iptables, ['iptables', '-t', table, '-S']).stdout
          for (const line of list(k)
            .split('\n')
            .filter((l) => l !== '')) {
            const made = run(again, iptables, ['iptables', '-t', table, ...words(line)])
            expect(made.rc, `${line}: ${made.stderr}`).toBe(0)
          }
          expect(list(again)).toBe(list(k))
        }
      }),
      runs(25),
    )
  },
  PATIENCE,
)

test(
  'iptables-save, -restore, -save: not a byte differs, with counters and without',
  () => {
    fc.assert(
      fc.property(ruleset, (rules) => {
        const [k, again] = [loaded(), loaded()]
        for (const { table, args } of rules) run(k, iptables, ['iptables', '-t', table, ...args])
        const text = save(k, '-c')
        const restored = run(again, iptablesRestore, ['iptables-restore', '-c'], text)
        // Some options are read with a warning.
        expect(restored.rc, restored.stderr).toBe(0)
        expect(save(again, '-c')).toBe(text)
        expect(save(again)).toBe(save(k))
        // Once more into the tables that are full: they are replaced.
        run(again, iptablesRestore, ['iptables-restore', '-c'], text)
        expect(save(again, '-c')).toBe(text)
      }),
      runs(25),
    )
  },
  PATIENCE,
)

test('a sysctl that can be written reads as it was written', () => {
  const gw = gateway()
  const names = sysctlNames(gw.k).filter(
    (name) =>
      findSysctl(periodOf(gw.k.machine.period).sysctls, name, ['lan', 'wan', 'lo'])?.readOnly !== 'always',
  )
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.integer({ min: -3, max: 300 }), (name, value) => {
      const known = findSysctl(periodOf(gw.k.machine.period).sysctls, name, ['lan', 'wan', 'lo'])
      const before = readSysctl(gw.k, name)
      // Two numbers are no one number.
      const writable =
        known && !known.pair && value >= known.min && value <= known.max && !name.endsWith('_buckets')
      if (!writable) return
      gw.sh(`sysctl -w ${name}=${value}`)
      // nf_conntrack_expect_max 0 is not kept: it reads as the default. What bridges do is on or off, whatever is written.
      const kept = name.startsWith('net.bridge.') && value !== 0 ? 1 : value
      if (!(name.endsWith('expect_max') && value === 0)) expect(gw.sh(`sysctl -n ${name}`)).toBe(`${kept}\n`)
      gw.sh(`sysctl -w ${gw.sh(`sysctl ${name}`).trim().replaceAll(' ', '')}`)
      gw.sh(`sysctl -w ${name}=${before}`)
      expect(readSysctl(gw.k, name)).toBe(before)
    }),
    runs(150),
  )
})

test(
  'an entry as conntrack -o save writes it makes the same entry',
  () => {
    fc.assert(
      fc.property(session, (s) => {
        const gw = play(s, () => undefined)
        const saved = gw
          .sh('conntrack -L -o save')
          .split('\n')
          .filter((line) => line.startsWith('-A'))
        const other = gateway(`sysctl -w net.netfilter.nf_conntrack_max=1000`)
        // Protocols that conntrack does not know have no words for their ports.
        const known = saved.filter((line) => !/ -p (gre|unknown|\d)/.test(line) && !/ -t 0 /.test(line))
        const made = new Set<string>()
        for (const line of known) {
          // Entries in opposite directions may share a tuple by their zones: the second may not be made.
          const done = other.lab.result(0, other.lab.execCaptured(0, `conntrack ${line}`))
          if (done !== 'running' && done.stderr.includes(' 1 flow entries')) made.add(line)
        }
        const again = other
          .sh('conntrack -L -o save')
          .split('\n')
          .filter((line) => line.startsWith('-A'))
        expect(again.sort()).toEqual([...made].sort())
        if (slotsOf(gw.k.machine.ct).every((slot) => ctView(gw.k.machine.ct, slot).zone === 0))
          expect(made.size).toBe(known.length)
      }),
      runs(15),
    )
  },
  PATIENCE,
)

describe('scenario files and recordings', () => {
  const folder = new URL('../recorded/', import.meta.url)
  const names = readdirSync(new URL('scenarios/', folder))
  test('a scenario, read and written, reads the same', () => {
    for (const name of names) {
      const scenario = parseScenario(readFileSync(new URL(`scenarios/${name}`, folder), 'utf8'))
      expect(parseScenario(JSON.stringify(scenario))).toEqual(scenario)
    }
  })
  test('a recording, read and written, is the same text', { timeout: 60_000 }, () => {
    for (const name of names) {
      const text = readFileSync(new URL(`recorded/${name}`, folder), 'utf8')
      expect(`${dumps(JSON.parse(text) as Parameters<typeof dumps>[0])}\n`, name).toBe(text)
    }
  })
})
