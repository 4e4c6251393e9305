/** curl's options, its error lines and its meter. man 1 curl (7.88.1) */
export interface CurlOptions {
  silent: boolean
  showError: boolean
  fail: boolean
  head: boolean
  include: boolean
  verbose: boolean
  /** `-o FILE`; null: stdout. */
  output: string | null
  writeOut: string | null
  /** Seconds, 0: no limit. */
  maxTime: number
  connectTimeout: number
}

const FLAGS: Readonly<Record<string, keyof CurlOptions>> = {
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
}

const VALUES: Readonly<Record<string, keyof CurlOptions>> = {
  o: 'output',
  output: 'output',
  w: 'writeOut',
  'write-out': 'writeOut',
  m: 'maxTime',
  'max-time': 'maxTime',
  'connect-timeout': 'connectTimeout',
}

export type Parsed = { options: CurlOptions; urls: string[] } | { error: string } | { text: string }

const HINT = "curl: try 'curl --help' or 'curl --manual' for more information\n"

/** Read a command line. Wrong options are answered as curl answers them, with status 2. */
export function parseOptions(args: readonly string[]): Parsed {
  const options: CurlOptions = {
    silent: false,
    showError: false,
    fail: false,
    head: false,
    include: false,
    verbose: false,
    output: null,
    writeOut: null,
    maxTime: 0,
    connectTimeout: 0,
  }
  const urls: string[] = []
  const set = (name: string, shown: string, value: string | undefined): string | null => {
    const key = VALUES[name]
    if (value === undefined) return `curl: option ${shown}: requires parameter\n${HINT}`
    if (key === 'maxTime' || key === 'connectTimeout') {
      if (!/^\d+(\.\d*)?$/.test(value))
        return `curl: option ${shown}: expected a proper numerical parameter\n${HINT}`
      options[key] = Number(value)
    } else Object.assign(options, { [key]: value })
    return null
  }
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]
    if (!arg.startsWith('-') || arg === '-') {
      urls.push(arg)
      continue
    }
    if (arg === '--version' || arg === '-V') return { text: 'curl 7.88.1\nProtocols: http\n' }
    const names = arg.startsWith('--') ? [arg.slice(2)] : [...arg.slice(1)]
    for (let j = 0; j < names.length; j++) {
      const name = names[j]
      const shown = arg.startsWith('--') ? arg : `-${name}`
      const flag = FLAGS[name]
      if (flag !== undefined) {
        Object.assign(options, { [flag]: true })
        continue
      }
      if (!(name in VALUES)) return { error: `curl: option ${arg}: is unknown\n${HINT}` }
      const glued = names.slice(j + 1).join('')
      const value = !arg.startsWith('--') && glued !== '' ? glued : args[++i]
      const error = set(name, shown, value)
      if (error !== null) return { error }
      break
    }
  }
  if (urls.length === 0) return { error: HINT }
  return { options, urls }
}

export function curlError(status: number, text: string): string {
  return `curl: (${status}) ${text}\n`
}

/** The progress meter in its final form. `us`: how long it took. */
export function meter(bytes: number, us: number): string {
  const speed = us > 0 ? Math.round((bytes * 1_000_000) / us) : bytes
  const size = String(bytes).padStart(5)
  const rate = String(speed).padStart(5)
  return (
    '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n' +
    '                                 Dload  Upload   Total   Spent    Left  Speed\n' +
    `\r100 ${size}  100 ${size}    0     0  ${rate}      0 --:--:-- --:--:-- --:--:-- ${rate}\n`
  )
}
