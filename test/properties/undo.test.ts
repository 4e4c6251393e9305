/** What is done and undone was never done. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Request, Snapshot, Update } from '../../src/lab/protocol.ts'
import { Session } from '../../src/lab/session.ts'
import { iptables, iptablesSave } from '../../src/userspace/iptables/index.ts'
import { ipset } from '../../src/userspace/ipset/ipset.ts'
import { printCidr, printIpv4 } from '../../src/wire/address.ts'
import { gateway, type Gateway } from '../kit.ts'
import { undated } from '../userspace/iptables/lines.ts'
import { fakeKernel, run, words, type FakeKernel } from '../xtables/kit.ts'
import { ruleset, SETS } from './rules.ts'
import { PATIENCE, runs } from './runs.ts'

const u32 = fc.nat({ max: 0xffffffff })

describe('iptables', () => {
  const sh = (k: FakeKernel, table: string, args: string[]): number =>
    run(k, iptables, ['iptables', '-t', table, ...args]).rc
  const saved = (k: FakeKernel): string => undated(run(k, iptablesSave, ['iptables-save', '-c']).stdout)

  /** A kernel with a random rule set, and one more command line for it. */
  const scene = fc.record({ before: ruleset, more: ruleset.map((rules) => rules[rules.length - 1]) })
  function begin(before: { table: string; args: string[] }[]): FakeKernel {
    const k = fakeKernel()
    for (const line of SETS) run(k, ipset, ['ipset', ...words(line)])
    for (const { table, args } of before) sh(k, table, args)
    return k
  }

  test(
    '-A then -D by number, -I then -D 1: the tables are as before',
    () => {
      fc.assert(
        fc.property(scene, ({ before, more }) => {
          if (more.args[0] !== '-A') return
          const k = begin(before)
          // A table is there once it has been looked at.
          sh(k, more.table, ['-S'])
          const was = saved(k)
          const users = k.net.ctUsers
          const [, chain, ...rule] = more.args
          const count = (): number =>
            run(k, iptables, ['iptables', '-t', more.table, '-S', chain])
              .stdout.split('\n')
              .filter((line) => line.startsWith('-A')).length
          if (sh(k, more.table, more.args) !== 0) return
          expect(saved(k)).not.toBe(was)
          expect(sh(k, more.table, ['-D', chain, String(count())])).toBe(0)
          expect(saved(k)).toBe(was)
          expect(sh(k, more.table, ['-I', chain, ...rule])).toBe(0)
          expect(sh(k, more.table, ['-D', chain, '1'])).toBe(0)
          expect(saved(k)).toBe(was)
          expect(k.net.ctUsers).toBe(users)
        }),
        runs(30),
      )
    },
    PATIENCE,
  )

  test('-N then -X, -E there and back, -P there and back', () => {
    fc.assert(
      fc.property(ruleset, (before) => {
        const k = begin(before)
        const was = saved(k)
        for (const table of ['filter', 'nat', 'mangle', 'raw']) {
          expect(sh(k, table, ['-N', 'NEW'])).toBe(0)
          expect(sh(k, table, ['-X', 'NEW'])).toBe(0)
          expect(sh(k, table, ['-E', 'ONE', 'OTHER'])).toBe(0)
          expect(saved(k)).not.toBe(was)
          expect(sh(k, table, ['-E', 'OTHER', 'ONE'])).toBe(0)
        }
        expect(saved(k)).toBe(was)
      }),
      runs(20),
    )
  })

  test('-F, -X and -P ACCEPT leave nothing: no rule, no chain, and nobody who needs conntrack', () => {
    fc.assert(
      fc.property(ruleset, (before) => {
        const k = begin(before)
        for (const table of ['filter', 'nat', 'mangle', 'raw', 'security']) {
          for (const args of [['-F'], ['-X'], ['-Z'], ['-P', 'OUTPUT', 'ACCEPT']])
            expect(sh(k, table, args)).toBe(0)
        }
        const empty = begin(
          ['filter', 'nat', 'mangle', 'raw', 'security'].map((table) => ({ table, args: ['-S'] })),
        )
        expect(saved(k)).toBe(saved(empty))
        expect(k.net.ctUsers).toBe(0)
      }),
      runs(30),
    )
  })
})

/** All that the programs show of the gateway's configuration. */
function shown(gw: Gateway): string[] {
  return [
    'ip addr',
    'ip route show table all',
    'ip rule',
    'ip neigh',
    'ipset list',
    'conntrack -L',
    'sysctl -a',
  ].map((line) => gw.sh(line))
}

const host = u32.map((a) => (0x0a000000 | (a & 0xffffff)) >>> 0)
const dev = fc.constantFrom('lan', 'wan')
/** A line and the one that takes it back. */
const pair: fc.Arbitrary<[string, string]> = fc.oneof(
  fc.tuple(host, fc.integer({ min: 8, max: 32 }), dev).map(([addr, bits, d]): [string, string] => {
    const what = `${printCidr({ addr, bits })} dev ${d}`
    return [`ip addr add ${what}`, `ip addr del ${what}`]
  }),
  fc
    .tuple(host, fc.integer({ min: 8, max: 32 }), fc.constantFrom('', ' table 7', ' metric 5'))
    .map(([addr, bits, more]): [string, string] => {
      const net = printCidr({ addr: bits === 32 ? addr : (addr & -(2 ** (32 - bits))) >>> 0, bits })
      return [
        `ip route add ${net} via 192.168.0.77${more}`,
        `ip route del ${net}${more.replace(/ metric.*/, '')}`,
      ]
    }),
  fc
    .tuple(
      fc.constantFrom('from 10.0.0.0/8', 'fwmark 3', 'to 1.2.3.4', 'iif lan'),
      fc.integer({ min: 1, max: 30000 }),
    )
    .map(([what, prio]): [string, string] => [
      `ip rule add ${what} table 7 priority ${prio}`,
      `ip rule del ${what} table 7 priority ${prio}`,
    ]),
  host.map((addr): [string, string] => [
    `ip neigh add ${printIpv4(addr)} lladdr 02:00:00:00:00:99 dev lan`,
    `ip neigh del ${printIpv4(addr)} dev lan`,
  ]),
  host.map((addr): [string, string] => [
    `ipset add HOSTS ${printIpv4(addr)}`,
    `ipset del HOSTS ${printIpv4(addr)}`,
  ]),
  fc
    .constantFrom('hash:ip', 'hash:net', 'hash:ip,port')
    .map((type): [string, string] => [`ipset create OTHER ${type}`, 'ipset destroy OTHER']),
  fc
    .tuple(host, fc.nat({ max: 65535 }), fc.constantFrom('udp', 'tcp --state SYN_SENT'))
    .map(([addr, port, proto]): [string, string] => {
      const tuple = `-p ${proto.split(' ')[0]} -s ${printIpv4(addr)} -d 8.8.8.8 --sport ${port} --dport 53`
      return [`conntrack -I ${tuple} ${proto.replace(/^\w+ ?/, '')} -t 100 -u UNSET`, `conntrack -D ${tuple}`]
    }),
)

test(
  'ip, ipset and conntrack: lines and what takes them back, one inside the other',
  () => {
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 6 }), (pairs) => {
        const gw = gateway('ipset create HOSTS hash:ip')
        const was = shown(gw)
        const done: string[] = []
        for (const [line, undo] of pairs) {
          const result = gw.lab.result(0, gw.lab.execCaptured(0, line))
          if (result === 'running') throw new Error(line)
          // Twice the same, for one: refused, and so there is nothing to take back.
          if (result.status === 0) done.unshift(undo)
        }
        for (const undo of done) gw.sh(undo)
        expect(shown(gw)).toEqual(was)
      }),
      runs(30),
    )
  },
  PATIENCE,
)

describe('history', () => {
  const request: fc.Arbitrary<Request> = fc.oneof(
    fc
      .record({
        host: fc.constantFrom('pc1', 'pc2', 'gateway'),
        line: fc.constantFrom(
          'curl -s http://baidu.com/',
          'ping -c 2 baidu.com',
          'iptables -A FORWARD -p tcp -j DROP',
          'iptables -F',
          'conntrack -F',
          'ip addr add 10.9.9.9/32 dev lo',
          'sysctl -w net.netfilter.nf_conntrack_max=1',
        ),
      })
      .map(({ host, line }): Request => ({ type: 'exec', host, line })),
    fc
      .nat({ max: 3_000_000 })
      .map((us): Request => ({ type: 'advance', by: { kind: 'time', us, steps: 150 } })),
    fc.constant<Request>({ type: 'advance', by: { kind: 'hook' } }),
  )

  function ask(session: Session, r: Request): Update {
    const answer = session.answer({ id: 1, request: r })
    if (answer.type !== 'update') throw new Error(JSON.stringify(answer))
    return answer.update
  }
  /** What is shown at a moment, without how far the run is known. */
  const scene = (s: Snapshot): unknown => ({ ...structuredClone(s), end: 0, runs: [], run: 0 })

  test(
    'a checkpoint, anything, and back: the same is shown as before',
    () => {
      fc.assert(
        fc.property(fc.array(request, { minLength: 2, maxLength: 12 }), fc.nat(), (requests, chosen) => {
          const session = new Session()
          const setup = [
            'sysctl -w net.ipv4.ip_forward=1',
            'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j MASQUERADE',
          ]
          const commands = setup.map((line) => ({ on: 'gateway', line }))
          let last = ask(session, { type: 'open', lab: 'gateway', seed: 5, commands })
          const seen = [last.snapshot]
          for (const r of requests) {
            last = ask(session, r)
            seen.push(last.snapshot)
          }
          const then = seen[chosen % seen.length]
          // Later ones may stand at the same position: the last of them is what is shown there.
          const settled = seen.findLast((s) => s.position === then.position && s.time === then.time) ?? then
          const back = ask(session, { type: 'seek', position: settled.position })
          expect(back.snapshot.position).toBe(settled.position)
          if (back.snapshot.time === settled.time) expect(scene(back.snapshot)).toEqual(scene(settled))
          const again = ask(session, { type: 'seek', position: last.snapshot.position })
          if (again.snapshot.time === last.snapshot.time)
            expect(scene(again.snapshot)).toEqual(scene(last.snapshot))
        }),
        runs(12),
      )
    },
    PATIENCE,
  )
})
