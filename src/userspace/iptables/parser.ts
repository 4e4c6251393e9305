/** What is known while a command line is being read. */
import type { Match, Target } from '../../kernel/xtables/extension.ts'
import { anyIp, type IpSpec, type Use } from '../../kernel/xtables/rule.ts'
import type { Net } from './addresses.ts'
import { CMD_NONE } from './commands.ts'
import type { Ctx } from './context.ts'
import { hasArg, type Getopt, type LongOption } from './getopt.ts'

export const SHORT = '-:A:C:D:E:F::I:L::M:N:P:VX::Z::c:d:i:j:o:p:s:t:R:S::W::46bfg:h::m:nvw::x'

export const LONG: readonly LongOption[] = (
  'append:A delete:D check:C insert:I replace:R list::L list-rules::S flush::F zero::Z new-chain:N delete-chain::X ' +
  'rename-chain:E policy:P source:s destination:d src:s dst:d protocol:p in-interface:i jump:j table:t match:m ' +
  'numeric=n out-interface:o verbose=v wait::w wait-interval::W exact=x fragments=f version=V help::h line-numbers=0 ' +
  'modprobe:M set-counters:c goto:g ipv4=4 ipv6=6'
)
  .split(' ')
  .map((s) => {
    const [, name, kind, val] = /^([a-z-0-9]+)(::|:|=)(.)$/.exec(s) ?? []
    return { name, arg: kind === '::' ? 2 : kind === ':' ? 1 : 0, val }
  })

/** One use of a match or a target while its options come in. */
export interface Building {
  ext: Match | Target
  data: unknown
  used: Set<string>
}

export interface Parsed {
  command: number
  table: string
  chain: string | null
  newname: string
  policy: string
  rulenum: number
  verbose: number
  /** Letters of the options given: v n x 0 .. */
  options: Set<string>
  ip: IpSpec
  sources: Net[]
  destinations: Net[]
  matches: Use[]
  /** The word after -j or -g, '' for none. */
  jumpto: string
  goto: boolean
  /** The extension that jumpto names, with its options. */
  target: { name: string; use: Use } | null
  counters: { pkts: number; bytes: number }
}

/** The state of one run of the parser. */
export interface Parser {
  ctx: Ctx
  g: Getopt
  p: Parsed
  matches: Building[]
  target: Building | null
  /** Long options that may be used now. */
  opts: LongOption[]
  protocol: string | null
  protoUsed: boolean
  source: string | null
  destination: string | null
  /** -w was given; and, in 1.6.1, -W, which is nothing without it. */
  wait: boolean
  interval: boolean
}

export function newParsed(table: string): Parsed {
  return {
    command: CMD_NONE,
    table,
    chain: null,
    newname: '',
    policy: '',
    rulenum: 0,
    verbose: 0,
    options: new Set(),
    ip: anyIp(),
    sources: [],
    destinations: [],
    matches: [],
    jumpto: '',
    goto: false,
    target: null,
    counters: { pkts: 0, bytes: 0 },
  }
}

/** An optional word: joined to the option, or the next one. */
export function word(s: Parser): string | null {
  return s.g.optarg ?? (hasArg(s.g) ? s.g.argv[s.g.optind++] : null)
}
