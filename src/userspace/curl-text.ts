/** What curl prints besides the page: the progress meter, `-w`, errors. curl 7.88.1, lib/progress.c, src/tool_writeout.c */
import { printIpv4 } from '../wire/address.ts'

const HEAD =
  '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n' +
  '                                 Dload  Upload   Total   Spent    Left  Speed\n'

/** A number in five columns. Linux: max5data */
function five(bytes: number): string {
  const KIB = 1024
  const MIB = KIB * KIB
  if (bytes < 100_000) return String(bytes).padStart(5)
  if (bytes < 10_000 * KIB) return `${String(Math.floor(bytes / KIB)).padStart(4)}k`
  if (bytes < 100 * MIB)
    return `${String(Math.floor(bytes / MIB)).padStart(2)}.${Math.floor((bytes % MIB) / (MIB / 10))}M`
  return `${String(Math.floor(bytes / MIB)).padStart(4)}M`
}

function clock(seconds: number): string {
  if (seconds <= 0) return '--:--:--'
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${String(Math.floor(seconds / 3600)).padStart(2)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}

/** The meter's title and its first row, or a later row: `us` since the transfer began. */
export function meterRow(first: boolean, expected: number, received: number, us: number): string {
  const average = us > 0 ? Math.floor((received * 1_000_000) / us) : received * 1_000_000
  const ms = Math.max(1, Math.floor(us / 1000))
  const now = first ? 0 : Math.floor((received * 1000) / ms)
  const percent = expected > 0 ? Math.floor((received * 100) / expected) : 0
  const done = String(percent).padStart(3)
  const times = `--:--:-- ${clock(Math.floor(us / 1_000_000))} --:--:--`
  const row =
    `\r${done} ${five(expected)}  ${done} ${five(received)}    0     0  ` +
    `${five(first ? 0 : average)}  ${five(0)} ${times} ${five(now)}`
  return (first ? HEAD : '') + row
}

/** What `-w` can tell of a transfer. */
export interface Told {
  code: number
  method: string
  url: string
  type: string
  head: number
  body: number
  connects: number
  local: { addr: number; port: number } | null
  remote: { addr: number; port: number } | null
  /** Microseconds from the beginning. */
  connected: number
  sent: number
  first: number
  total: number
  status: number
  error: string
}

function values(t: Told): Record<string, string> {
  const seconds = (us: number): string => (us / 1_000_000).toFixed(6)
  const code = String(t.code).padStart(3, '0')
  return {
    content_type: t.type,
    errormsg: t.error,
    exitcode: String(t.status),
    http_code: code,
    http_connect: '000',
    http_version: t.code === 0 ? '0' : '1.1',
    local_ip: t.local ? printIpv4(t.local.addr) : '',
    local_port: String(t.local?.port ?? 0),
    method: t.method,
    num_connects: String(t.connects),
    num_headers: '',
    num_redirects: '0',
    redirect_url: '',
    remote_ip: t.remote ? printIpv4(t.remote.addr) : '',
    remote_port: String(t.remote?.port ?? 0),
    response_code: code,
    scheme: 'HTTP',
    size_download: String(t.body),
    size_header: String(t.head),
    size_upload: '0',
    speed_download: String(t.total > 0 ? Math.floor((t.body * 1_000_000) / t.total) : 0),
    speed_upload: '0',
    time_appconnect: seconds(0),
    time_connect: seconds(t.connected),
    time_namelookup: seconds(0),
    time_pretransfer: seconds(t.sent),
    time_redirect: seconds(0),
    time_starttransfer: seconds(t.first),
    time_total: seconds(t.total),
    url: t.url,
    url_effective: t.url,
    urlnum: '0',
  }
}

/** A format of `-w`, filled in; and what is said of variables that there are not. */
export function writeOut(format: string, told: Told): { text: string; complaints: string } {
  const known = values(told)
  let complaints = ''
  const text = format.replace(/%%|%\{([^}]*)\}|\\([rnt\\])/g, (all, name?: string, escape?: string) => {
    if (all === '%%') return '%'
    if (escape !== undefined) return { r: '\r', n: '\n', t: '\t', '\\': '\\' }[escape] ?? all
    const value = known[name ?? '']
    if (value === undefined) complaints += `curl: unknown --write-out variable: '${name}'\n`
    return value ?? ''
  })
  return { text, complaints }
}

export function curlError(status: number, text: string): string {
  return `curl: (${status}) ${text}\n`
}

/** strerror() of what connect() can say. */
export const CONNECT_ERRORS: Readonly<Record<string, string>> = {
  EACCES: 'Permission denied',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  ECONNABORTED: 'Software caused connection abort',
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  EHOSTUNREACH: 'No route to host',
  EINVAL: 'Invalid argument',
  ENETUNREACH: 'Network is unreachable',
  EPERM: 'Operation not permitted',
  ETIMEDOUT: 'Connection timed out',
  ENOPROTOOPT: 'Protocol not available',
  EOPNOTSUPP: 'Operation not supported',
  EHOSTDOWN: 'Host is down',
  ENONET: 'Machine is not on the network',
  EPROTO: 'Protocol error',
}
