/**
 * curl: fetch a page over HTTP. man 1 curl (7.88.1)
 *
 * Left out: every protocol but http, redirects, authentication, uploads, parallel transfers, config files
 */
import { parseIpv4 } from '../wire/address.ts'
import { sockByIndex, type Errno, type Sock } from '../kernel/socket.ts'
import { tcp_close, tcp_connect, tcp_send } from '../kernel/tcp/tcp.ts'
import { curlError, meter, parseOptions, type CurlOptions } from './curl-options.ts'
import type { Program, Sys } from './program.ts'

interface State {
  options: CurlOptions
  /** URLs that are still to be fetched, the current one first. */
  urls: string[]
  host: string
  port: number
  path: string
  sock: number
  /** Lab times, microseconds: begin, connected, give up (0: never). */
  began: number
  connected: number
  deadline: number
  sent: boolean
  response: string
  /** Exit status of the last transfer that failed. */
  status: number
}

const VERSION = 'curl/7.88.1'
const MS = 1000

function stateOf(sys: Sys): State {
  return sys.process.data as State
}

/** Begin with the first URL that is left; end when there is none. */
function next(sys: Sys, s: State): void {
  const url = s.urls[0]
  if (url === undefined) {
    sys.exit(s.status)
    return
  }
  const m = /^(?:([a-z]+):\/\/)?([^/:?#]+)(?::(\d+))?(\/[^#]*)?/i.exec(url)
  const scheme = m?.[1]?.toLowerCase() ?? 'http'
  if (!m) {
    fail(sys, s, 3, 'URL using bad/illegal format or missing URL')
    return
  }
  if (scheme !== 'http') {
    fail(sys, s, 1, `Protocol "${scheme}" not supported or disabled in libcurl`)
    return
  }
  s.host = m[2]
  s.port = Number(m[3] ?? 80)
  s.path = m[4] ?? '/'
  s.response = ''
  s.sent = false
  s.connected = 0
  s.began = sys.k.now
  const address = parseIpv4(s.host) ?? sys.resolve(s.host)
  if (address === null) {
    fail(sys, s, 6, `Could not resolve host: ${s.host}`)
    return
  }
  if (s.options.verbose) sys.err(`*   Trying ${ip(address)}:${s.port}...\n`)
  const limit = Math.min(s.options.maxTime || Infinity, s.options.connectTimeout || 300) * 1000 * MS
  s.deadline = sys.k.now + limit
  sys.timer(s.deadline)
  const sock = tcp_connect(sys.k, sys.process.pid, address, s.port)
  if (typeof sock === 'string') {
    connectFailed(sys, s, sock)
    return
  }
  s.sock = sock.index
}

function ip(a: number): string {
  return [24, 16, 8, 0].map((n) => (a >>> n) & 255).join('.')
}

function connectFailed(sys: Sys, s: State, errno: Errno): void {
  const after = Math.round((sys.k.now - s.began) / MS)
  const why = errno === 'ETIMEDOUT' ? 28 : 7
  fail(
    sys,
    s,
    why,
    `Failed to connect to ${s.host} port ${s.port} after ${after} ms: Couldn't connect to server`,
  )
}

/** One transfer is over, without success. The next URL may do better. */
function fail(sys: Sys, s: State, status: number, text: string): void {
  if (!s.options.silent || s.options.showError) sys.err(curlError(status, text))
  finish(sys, s, status)
}

function finish(sys: Sys, s: State, status: number): void {
  const sock = sockByIndex(sys.k.net, s.sock)
  if (s.options.writeOut) sys.out(writeOut(s, sock, sys.k.now, status))
  if (s.sock >= 0 && sock) tcp_close(sys.k, sock)
  s.sock = -1
  s.deadline = 0
  if (status !== 0) s.status = status
  s.urls.shift()
  next(sys, s)
}

function request(s: State): string {
  const host = s.port === 80 ? s.host : `${s.host}:${s.port}`
  const method = s.options.head ? 'HEAD' : 'GET'
  return `${method} ${s.path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: ${VERSION}\r\nAccept: */*\r\n\r\n`
}

/** The head and the body so far, and whether the body is whole. */
function partsOf(s: State): { head: string; body: string; whole: boolean; code: number } | null {
  const end = s.response.indexOf('\r\n\r\n')
  if (end < 0) return null
  const head = s.response.slice(0, end + 4)
  const body = s.response.slice(end + 4)
  const length = /^content-length: (\d+)/im.exec(head)
  const code = Number(/^HTTP\/1\.\d (\d{3})/.exec(head)?.[1] ?? 0)
  return { head, body, whole: s.options.head || (length !== null && body.length >= Number(length[1])), code }
}

function received(sys: Sys, s: State, sock: Sock): void {
  const t = sock.tcp
  if (!t) return
  for (const piece of t.received) if (piece.payload !== 0) s.response += sys.payloadText(piece.payload)
  t.received = []
  const parts = partsOf(s)
  if (!parts?.whole && !t.eof) return
  if (!parts) {
    fail(sys, s, 52, 'Empty reply from server')
    return
  }
  if (s.options.fail && parts.code >= 400) {
    fail(sys, s, 22, `The requested URL returned error: ${parts.code}`)
    return
  }
  deliver(sys, s, parts.head, parts.body)
}

/** Write what came to where it shall go, with the meter where it is not the terminal. */
function deliver(sys: Sys, s: State, head: string, body: string): void {
  const text = s.options.head ? head : s.options.include ? head + body : body
  if (s.options.output === null) {
    if (sys.process.stdout.kind !== 'tty' && !s.options.silent)
      sys.err(meter(text.length, sys.k.now - s.began))
    sys.out(text)
  } else {
    if (!s.options.silent) sys.err(meter(text.length, sys.k.now - s.began))
    const problem = s.options.output === '/dev/null' ? null : sys.files.write(s.options.output, text, false)
    if (problem) {
      fail(sys, s, 23, 'Failure writing output to destination')
      return
    }
  }
  finish(sys, s, 0)
}

function writeOut(s: State, sock: Sock | null, now: number, status: number): string {
  const seconds = (us: number): string => (us / 1_000_000).toFixed(6)
  const values: Record<string, string> = {
    http_code: String(partsOf(s)?.code ?? 0).padStart(3, '0'),
    response_code: String(partsOf(s)?.code ?? 0).padStart(3, '0'),
    time_total: seconds(now - s.began),
    time_connect: seconds(s.connected > 0 ? s.connected - s.began : 0),
    size_download: String(partsOf(s)?.body.length ?? 0),
    local_ip: sock ? ip(sock.laddr) : '',
    local_port: String(sock?.lport ?? 0),
    remote_ip: sock ? ip(sock.raddr) : '',
    remote_port: String(sock?.rport ?? 0),
    exitcode: String(status),
    url: s.urls[0] ?? '',
  }
  return (s.options.writeOut ?? '')
    .replace(/%\{([a-z_]+)\}/g, (_, name: string) => values[name] ?? '')
    .replaceAll('\\n', '\n')
    .replaceAll('\\t', '\t')
    .replaceAll('\\r', '\r')
}

export const curl: Program = {
  name: 'curl',
  usage: 'curl [-sSfIiv] [-o FILE] [-m SECONDS] [-w FORMAT] URL...',
  start(sys) {
    const parsed = parseOptions(sys.process.argv.slice(1))
    if ('error' in parsed) {
      sys.err(parsed.error)
      sys.exit(2)
      return
    }
    if ('text' in parsed) {
      sys.out(parsed.text)
      sys.exit(0)
      return
    }
    const state: State = {
      options: parsed.options,
      urls: parsed.urls,
      host: '',
      port: 0,
      path: '',
      sock: -1,
      began: 0,
      connected: 0,
      deadline: 0,
      sent: false,
      response: '',
      status: 0,
    }
    sys.process.data = state
    next(sys, state)
  },
  socket(sys, index) {
    const s = stateOf(sys)
    if (index !== s.sock) return
    const sock = sockByIndex(sys.k.net, index)
    if (!sock?.tcp) return
    if (sock.error) {
      if (s.sent) fail(sys, s, 56, 'Recv failure: Connection reset by peer')
      else connectFailed(sys, s, sock.error)
      return
    }
    if (!s.sent && sock.tcp.state !== 'SYN_SENT') {
      s.sent = true
      s.connected = sys.k.now
      s.deadline = s.options.maxTime > 0 ? s.began + s.options.maxTime * 1000 * MS : 0
      if (s.deadline > 0) sys.timer(s.deadline)
      if (s.options.verbose) {
        sys.err(`* Connected to ${s.host} (${ip(sock.raddr)}) port ${s.port} (#0)\n`)
        sys.err(
          request(s)
            .trimEnd()
            .split('\r\n')
            .map((l) => `> ${l}\n`)
            .join('') + '> \n',
        )
      }
      const text = request(s)
      tcp_send(sys.k, sock, sys.payload(text), text.length)
    }
    received(sys, s, sock)
  },
  timer(sys) {
    const s = stateOf(sys)
    if (s.deadline === 0 || sys.k.now < s.deadline) return
    const after = Math.round((sys.k.now - s.began) / MS)
    if (s.sent)
      fail(
        sys,
        s,
        28,
        `Operation timed out after ${after} milliseconds with ${s.response.length} bytes received`,
      )
    else {
      const text =
        s.options.maxTime > 0 && s.deadline === s.began + s.options.maxTime * 1000 * MS
          ? `Connection timed out after ${after} milliseconds`
          : `Failed to connect to ${s.host} port ${s.port} after ${after} ms: Timeout was reached`
      fail(sys, s, 28, text)
    }
  },
}
