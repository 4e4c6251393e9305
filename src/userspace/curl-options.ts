/** curl's options. man 1 curl (7.88.1) */
export interface CurlOptions {
  silent: boolean
  showError: boolean
  fail: boolean
  head: boolean
  include: boolean
  verbose: boolean
  /** -O: the file is named as the page. */
  remoteName: boolean
  /** `-o FILE`, one a URL; what is left over goes to stdout. */
  outputs: string[]
  writeOut: string | null
  /** Seconds, 0: no limit. */
  maxTime: number
  connectTimeout: number
  headers: string[]
  agent: string
  method: string
  /** --interface: an address or a card; '': the kernel's choice. */
  from: string
  /** --local-port: the first and the last that may be taken. */
  localPort: string
  /** -D: where the header goes, too; null: nowhere. */
  dumpHeader: string | null
  /** --resolve HOST:PORT:ADDRESS */
  resolve: string[]
  /** --no-keepalive; --keepalive-time: seconds. */
  noKeepalive: boolean
  keepaliveTime: number
}

/** Options without a value; `null`: they change nothing here. */
const FLAGS: Readonly<Record<string, keyof CurlOptions | null>> = {
  s: 'silent',
  silent: 'silent',
  S: 'showError',
  'show-error': 'showError',
  f: 'fail',
  fail: 'fail',
  I: 'head',
  head: 'head',
  i: 'include',
  include: 'include',
  v: 'verbose',
  verbose: 'verbose',
  O: 'remoteName',
  'remote-name': 'remoteName',
  L: null,
  location: null,
  k: null,
  insecure: null,
  4: null,
  ipv4: null,
  N: null,
  'no-buffer': null,
  q: null,
  disable: null,
  g: null,
  globoff: null,
  G: null,
  get: null,
  'http1.1': null,
  'no-keepalive': 'noKeepalive',
}

const VALUES: Readonly<Record<string, keyof CurlOptions>> = {
  o: 'outputs',
  output: 'outputs',
  w: 'writeOut',
  'write-out': 'writeOut',
  m: 'maxTime',
  'max-time': 'maxTime',
  'connect-timeout': 'connectTimeout',
  H: 'headers',
  header: 'headers',
  A: 'agent',
  'user-agent': 'agent',
  X: 'method',
  request: 'method',
  interface: 'from',
  'local-port': 'localPort',
  D: 'dumpHeader',
  'dump-header': 'dumpHeader',
  resolve: 'resolve',
  'keepalive-time': 'keepaliveTime',
}

/** Options of the real curl that this lab does not have. */
const ELSEWHERE = new Set(
  (
    'd data F form T upload-file u user x proxy b cookie c cookie-jar e referer r range # progress-bar 6 ipv6 Z parallel ' +
    'retry limit-rate unix-socket json data-binary data-raw cert cacert compressed http2'
  ).split(' '),
)

export type Parsed = { options: CurlOptions; urls: string[] } | { error: string } | { text: string }

const HINT = "curl: try 'curl --help' or 'curl --manual' for more information\n"

const VERSION = `curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1
Release-Date: 2023-02-20
Protocols: http
Features:
`

const HELP = `Usage: curl [options...] <url>
     --connect-timeout <seconds> Maximum time allowed for connection
 -D, --dump-header <filename> Write the received headers to <filename>
 -f, --fail                  Fail fast with no output on HTTP errors
 -H, --header <header>       Pass custom header(s) to server
 -i, --include               Include protocol response headers in the output
 -I, --head                  Show document info only
     --interface <name>      Use network INTERFACE (or address)
     --local-port <num/range> Force use of RANGE for local port numbers
 -m, --max-time <seconds>    Maximum time allowed for transfer
 -o, --output <file>         Write to file instead of stdout
 -O, --remote-name           Write output to a file named as the remote file
     --resolve <[+]host:port:addr[,addr]...> Resolve the host+port to this address
 -s, --silent                Silent mode
 -S, --show-error            Show error even when -s is used
 -v, --verbose               Make the operation more talkative
 -w, --write-out <format>    Use output FORMAT after completion
`

function blank(): CurlOptions {
  return {
    silent: false,
    showError: false,
    fail: false,
    head: false,
    include: false,
    verbose: false,
    remoteName: false,
    outputs: [],
    writeOut: null,
    maxTime: 0,
    connectTimeout: 0,
    headers: [],
    agent: 'curl/7.88.1',
    method: '',
    from: '',
    localPort: '',
    dumpHeader: null,
    resolve: [],
    noKeepalive: false,
    keepaliveTime: 60,
  }
}

/** Take an option's value; what is wrong with it, or null. */
function set(options: CurlOptions, name: string, shown: string, value: string | undefined): string | null {
  if (value === undefined) return `curl: option ${shown}: requires parameter\n${HINT}`
  const key = VALUES[name]
  if (key === 'maxTime' || key === 'connectTimeout') {
    if (!/^\d+(\.\d*)?$/.test(value))
      return `curl: option ${shown}: expected a proper numerical parameter\n${HINT}`
    options[key] = Number(value)
  } else if (key === 'keepaliveTime') {
    const kind = /^-\d+$/.test(value) ? 'positive' : 'proper'
    if (!/^\d+$/.test(value)) return `curl: option ${shown}: expected a ${kind} numerical parameter\n${HINT}`
    options[key] = Number(value)
  } else if (key === 'outputs' || key === 'headers' || key === 'resolve') options[key].push(value)
  else Object.assign(options, { [key]: value })
  return null
}

/** Read a command line. Wrong options are answered as curl answers them, with status 2. */
export function parseOptions(args: readonly string[]): Parsed {
  const options = blank()
  const urls: string[] = []
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]
    if (!arg.startsWith('-') || arg === '-') {
      urls.push(arg)
      continue
    }
    if (arg === '--version' || arg === '-V') return { text: VERSION }
    if (arg === '--help' || arg === '-h') return { text: HELP }
    const long = arg.startsWith('--')
    const names = long ? [arg.slice(2)] : [...arg.slice(1)]
    for (let j = 0; j < names.length; j++) {
      const name = names[j]
      const shown = long ? arg : `-${name}`
      if (Object.hasOwn(FLAGS, name)) {
        const flag = FLAGS[name]
        if (flag) Object.assign(options, { [flag]: true })
        continue
      }
      if (ELSEWHERE.has(name)) return { error: `curl: option ${shown}: is not part of this lab\n` }
      if (!Object.hasOwn(VALUES, name)) return { error: `curl: option ${arg}: is unknown\n${HINT}` }
      const glued = names.slice(j + 1).join('')
      const value = !long && glued !== '' ? glued : (args[++i] as string | undefined)
      const error = set(options, name, shown, value)
      if (error !== null) return { error }
      break
    }
  }
  if (urls.length === 0) return { error: HINT }
  return { options, urls }
}
