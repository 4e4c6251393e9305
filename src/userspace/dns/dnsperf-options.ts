/** dnsperf's command line. man 1 dnsperf (2.10) */

export interface DnsperfOptions {
  server: string
  port: number
  file: string
  clients: number
  threads: number
  /** Runs through the file and seconds of the test at most, 0: no limit. */
  runs: number
  seconds: number
  /** Seconds until a query counts as lost. */
  timeout: number
  /** Queries under way at most, and a second at most (0: as many as go). */
  outstanding: number
  rate: number
  /** Seconds between lines of progress, 0: none. */
  every: number
  verbose: boolean
}

export const BANNER = 'DNS Performance Testing Tool\nVersion 2.10.0\n\n'

const USAGE = `Usage: dnsperf [-f family] [-m mode] [-s server_addr] [-p port]
               [-a local_addr] [-x local_port] [-d datafile] [-c clients]
               [-T threads] [-n maxruns] [-l timelimit] [-b buffer_size]
               [-t timeout] [-e] [-E code:value] [-D]
               [-y [alg:]name:secret] [-q num_queries] [-Q max_qps]
               [-S stats_interval] [-u] [-B] [-v] [-W] [-h] [-H] [-O]
  -f address family of DNS transport, inet or inet6 (default: any)
  -m set transport mode: udp, tcp, dot or doh (default: udp)
  -s the server to query (default: 127.0.0.1)
  -p the port on which to query the server (default: udp/tcp 53, DoT 853 or DoH 443)
  -a the local address from which to send queries
  -x the local port from which to send queries (default: 0)
  -d the input data file (default: stdin)
  -c the number of clients to act as
  -T the number of threads to run
  -n run through input at most N times
  -l run for at most this many seconds
  -b socket send/receive buffer size in kilobytes
  -t the timeout for query completion in seconds (default: 5)
  -e enable EDNS 0
  -E send EDNS option
  -D set the DNSSEC OK bit (implies EDNS)
  -y the TSIG algorithm, name and secret (base64)
  -q the maximum number of queries outstanding (default: 100)
  -Q limit the number of queries per second
  -S print qps statistics every N seconds
  -u send dynamic updates instead of queries
  -B read input file as TCP-stream binary format
  -v verbose: report each query and additional information to stdout
  -W log warnings and errors to stdout instead of stderr
  -h print this help
  -H print long options help
  -O set long options: <name>=<value>
`

/** Letters as for getopt(3); those of the second list would need what the lab does not have. */
const LETTERS = 'f:m:s:p:a:x:d:c:T:n:l:b:t:eE:Dy:q:Q:S:uBvWhHO:'
const NOT_HERE = 'axeEDyuBHO'

const NUMBERS: Readonly<
  Record<string, [field: 'clients' | 'threads' | 'runs' | 'outstanding' | 'rate' | 'every', name: string]>
> = {
  c: ['clients', 'clients'],
  T: ['threads', 'threads'],
  n: ['runs', 'maximum runs'],
  q: ['outstanding', 'maximum queries outstanding'],
  Q: ['rate', 'maximum queries per second'],
  S: ['every', 'stats interval'],
}

/** Words for stderr and stdout, and the end. */
export class Quit extends Error {
  readonly status: number
  constructor(text: string, status = 1) {
    super(text)
    this.status = status
  }
}

const wrong = (text: string): Quit => new Quit(`${text}\n${USAGE}`)

export function parseDnsperf(argv: readonly string[]): DnsperfOptions {
  const o: DnsperfOptions = {
    server: '127.0.0.1',
    port: 53,
    file: '',
    clients: 1,
    threads: 1,
    runs: 0,
    seconds: 0,
    timeout: 5,
    outstanding: 100,
    rate: 0,
    every: 0,
    verbose: false,
  }
  for (let i = 1; i < argv.length; i++) {
    const word = argv[i]
    if (!/^-./.test(word)) throw wrong(`unexpected argument ${word}`)
    for (let n = 1; n < word.length; n++) {
      const letter = word[n]
      const at = letter === ':' ? -1 : LETTERS.indexOf(letter)
      if (at < 0) throw wrong(`dnsperf: invalid option -- '${letter}'`)
      const takes = LETTERS[at + 1] === ':'
      const value = takes ? word.slice(n + 1) || argv[++i] : ''
      if ((value as string | undefined) === undefined)
        throw wrong(`dnsperf: option requires an argument -- '${letter}'`)
      if (NOT_HERE.includes(letter)) throw new Quit(`dnsperf: -${letter} is not in this lab\n`)
      apply(o, letter, value)
      if (takes) break
    }
  }
  if (o.runs === 0 && o.seconds === 0) o.runs = 1
  o.threads = Math.min(o.threads, o.clients)
  return o
}

function apply(o: DnsperfOptions, letter: string, value: string): void {
  const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : NaN
  if (Object.hasOwn(NUMBERS, letter)) {
    const [field, name] = NUMBERS[letter]
    // Linux: a number of 32 bits without sign, and not 0
    if (!Number.isInteger(number) || number < 1 || number > 0xffffffff)
      throw wrong(`invalid ${name}: ${value}`)
    o[field] = number
  } else if (letter === 's') o.server = value
  else if (letter === 'd') o.file = value
  else if (letter === 'v') o.verbose = true
  else if (letter === 'p') {
    if (!(number <= 65535)) throw wrong(`invalid port: ${value}`)
    o.port = number
  } else if (letter === 'l' || letter === 't') {
    if (!(number > 0)) throw wrong(`invalid ${letter === 'l' ? 'time limit' : 'timeout'}: ${value}`)
    o[letter === 'l' ? 'seconds' : 'timeout'] = number
  } else if (letter === 'm' && value !== 'udp') throw new Quit(`dnsperf: -m ${value} is not in this lab\n`)
  else if (letter === 'h') throw new Quit(USAGE, 0)
}
