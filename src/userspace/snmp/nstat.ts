/**
 * nstat(8): the SNMP counters of the kernel, by default what they have grown by since it was last asked.
 *
 * iproute2 6.1.0, misc/nstat.c
 * Left out: the daemon that averages over time (-d, -t), the counters of IPv6
 */
import type { Program, Sys } from '../program.ts'
import { matches } from '../shell/glob.ts'
import { parseOptions } from '../text/options.ts'
import { netstat, snmp } from './values.ts'

const USAGE = `Usage: nstat [OPTION] [ PATTERN [ PATTERN ] ]
   -h, --help          this message
   -a, --ignore        ignore history
   -d, --scan=SECS     sample every statistics every SECS
   -j, --json          format output in JSON
   -n, --nooutput      do history only
   -p, --pretty        pretty print
   -r, --reset         reset history
   -s, --noupdate      don't update history
   -t, --interval=SECS report average over the last SECS
   -V, --version       output version information
   -z, --zeros         show entries with zero activity
`

const LONG = {
  help: 'h',
  ignore: 'a',
  scan: 'd',
  json: 'j',
  nooutput: 'n',
  pretty: 'p',
  reset: 'r',
  noupdate: 's',
  interval: 't',
  version: 'V',
  zeros: 'z',
}

/** Where the counters of the last time are kept. */
const HISTORY = '/tmp/.nstat.u0'

type Counters = [name: string, value: number][]

/** Settings, and what is no counter: nstat does not show them. Linux: useless_number */
const SETTINGS = new Set([
  'IpForwarding',
  'IpDefaultTTL',
  'TcpRtoAlgorithm',
  'TcpRtoMin',
  'TcpRtoMax',
  'TcpMaxConn',
  'TcpCurrEstab',
])

function counters(sys: Sys): Counters {
  return [...snmp(sys.k), ...netstat(sys.k)]
    .flatMap((group) => group.counters.map(([name, value]): [string, number] => [group.name + name, value]))
    .filter(([name]) => !SETTINGS.has(name))
}

function history(sys: Sys): Map<string, number> {
  const text = sys.files.read(HISTORY)
  const lines = typeof text === 'string' ? text.split('\n').slice(1) : []
  return new Map(lines.map((line) => line.split(/\s+/)).map(([name, value]) => [name, Number(value)]))
}

const row = ([name, value]: [string, number]): string =>
  `${name.padEnd(32)}${String(value).padEnd(16)}   0.0\n`
const table = (rows: Counters): string => `#kernel\n${rows.map(row).join('')}`

function json(rows: Counters, pretty: boolean): string {
  const kernel = Object.fromEntries(rows)
  if (!pretty) return `${JSON.stringify({ kernel })}\n`
  return `${JSON.stringify({ kernel }, null, 4).replace('{}', '{\n    }')}\n`
}

function run(sys: Sys): number {
  const options = parseOptions(sys.process.argv, { short: 'h?vVzrnasd:t:jp', long: LONG })
  if ('error' in options) {
    sys.err(`nstat: ${options.error}\n${USAGE}`)
    return 255
  }
  const has = (letter: string): boolean => options.found.some(({ name }) => name === letter)
  if (has('V') || has('v')) {
    sys.out('nstat utility, iproute2-6.1.0\n')
    return 0
  }
  if (has('h') || has('?')) {
    sys.err(USAGE)
    return 255
  }
  if (has('d') || has('t')) {
    sys.err('nstat: the daemon (-d, -t) is not modelled in this lab\n')
    return 255
  }
  const now = counters(sys)
  const before = has('a') || has('r') ? new Map<string, number>() : history(sys)
  const wanted = ([name]: [string, number]): boolean =>
    options.operands.length === 0 || options.operands.some((pattern) => matches(pattern, name))
  const grown = now
    .filter(wanted)
    .map(([name, value]): [string, number] => {
      const old = before.get(name) ?? 0
      return [name, value >= old ? value - old : value]
    })
    .filter(([, value]) => value !== 0 || has('z'))
  if (!has('n') && !sys.out(has('j') ? json(grown, has('p')) : table(grown))) return 141
  if (!has('s')) sys.files.write(HISTORY, table(now.filter(([, value]) => value !== 0)), false)
  return 0
}

export const nstat: Program = {
  name: 'nstat',
  usage: 'nstat [-asznrjp] [PATTERN...]',
  start(sys) {
    sys.exit(run(sys))
  },
  complete: () => ['-az', '-s', '-n', '-j', 'IpExt*', 'Tcp*', 'Udp*', 'Icmp*'],
}
