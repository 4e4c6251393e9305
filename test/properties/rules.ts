/** Random rule sets out of the lines that the real iptables has judged (test/xtables/*.t). */
import fc from 'fast-check'
import { files, read } from '../xtables/lines.ts'
import { words } from '../xtables/kit.ts'

export interface Command {
  table: string
  args: string[]
}

// A rateest rule needs one of RATEEST before it, which a listing may have behind it.
const GOOD = files()
  .flatMap(read)
  .filter((line) => line.expected !== null && !line.lossy && !/-m rateest /.test(line.rule))

/** Lines of ipset for sets that rules may name. */
export const SETS = [
  ...new Set(GOOD.flatMap((line) => line.setup).filter((line) => !line.startsWith('iptables'))),
]

const OWN = ['ONE', 'TWO']

/** A rule in one of the chains where it may stand. Two at once, where their options do not get in each other's way. */
const rule: fc.Arbitrary<Command> = fc
  .record({
    line: fc.constantFrom(...GOOD),
    chain: fc.nat(),
    own: fc.option(fc.constantFrom(...OWN), { freq: 4 }),
  })
  .map(({ line, chain, own }) => ({
    table: line.table,
    args: ['-A', own ?? line.chains[chain % line.chains.length], ...words(line.rule)],
  }))

const jump: fc.Arbitrary<Command> = fc
  .record({
    table: fc.constantFrom('filter', 'nat', 'mangle', 'raw'),
    chain: fc.constantFrom('OUTPUT', 'ONE'),
    how: fc.constantFrom('-j', '-g'),
    counters: fc.option(fc.tuple(fc.nat({ max: 99 }), fc.nat({ max: 9999 }))),
  })
  .map(({ table, chain, how, counters }) => ({
    table,
    args: ['-A', chain, how, 'TWO', ...(counters ? ['-c', String(counters[0]), String(counters[1])] : [])],
  }))

const policy: fc.Arbitrary<Command> = fc
  .record({ table: fc.constantFrom('filter', 'mangle', 'raw'), to: fc.constantFrom('ACCEPT', 'DROP') })
  .map(({ table, to }) => ({ table, args: ['-P', 'OUTPUT', to] }))

const chains: Command[] = ['filter', 'nat', 'mangle', 'raw'].flatMap((table) =>
  OWN.map((name) => ({ table, args: ['-N', name] })),
)

/** Command lines in order; those that the table refuses change nothing. */
export const ruleset: fc.Arbitrary<Command[]> = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: rule },
      { weight: 2, arbitrary: jump },
      { weight: 1, arbitrary: policy },
    ),
    { maxLength: 25, size: 'max' },
  )
  .map((made) => [...chains, ...made])
