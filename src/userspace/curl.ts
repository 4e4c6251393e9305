/**
 * curl: fetch pages over HTTP. man 1 curl (7.88.1)
 *
 * A further page of the same server comes by the same connection. The meter is on stderr where the page does not go to
 * the terminal.
 *
 * Left out: every protocol but http, redirects, authentication, uploads, parallel transfers, patterns in URLs
 */
import { printIpv4, type Ipv4 } from '../wire/address.ts'
import { inetAton } from './inet-aton.ts'
import type { Errno } from '../kernel/socket.ts'
import { ip_route_output, isLocal } from '../kernel/route.ts'
import { lookupEstablished, TCP_ESTABLISHED, TCP_FREE, TCP_SYN_SENT } from '../kernel/tcp/table.ts'
import { tcp_set_keepalive } from '../kernel/tcp/keepalive.ts'
import {
  tcp_close,
  tcp_connect,
  tcp_ends,
  tcp_eof,
  tcp_error,
  tcp_recv,
  tcp_send,
  tcp_state,
} from '../kernel/tcp/tcp.ts'
import { parseOptions, type CurlOptions } from './curl-options.ts'
import { CONNECT_ERRORS, curlError, meterRow, writeOut } from './curl-text.ts'
import { errnoText } from './shell/files.ts'
import type { Program, Sys } from './program.ts'

interface State {
  options: CurlOptions
  /** URLs that are still to be fetched, the current one first. */
  urls: string[]
  host: string
  port: number
  path: string
  address: Ipv4
  /** The connection's socket, -1: none. */
  sock: number
  /** Whom it leads to, for the next page. */
  peer: string
  /** Connections so far. */
  connections: number
  /** This page has a connection of its own. */
  fresh: boolean
  /** Lab times, microseconds: begin, connected, first byte, give up (0: never). */
  began: number
  connected: number
  first: number
  deadline: number
  /** The next row of the meter, 0: none. */
  tick: number
  sent: boolean
  response: string
  /** Exit status of the last transfer that failed. */
  status: number
}

const MS = 1000
const SECOND = 1_000_000
/** Seconds that are waited for a connection. */
const PATIENCE = 300

function stateOf(sys: Sys): State {
  return sys.process.data as State
}

const note = (sys: Sys, s: State, text: string): void => {
  if (s.options.verbose) sys.err(`* ${text}\n`)
}

/** Is the page not seen, so that there is a meter to look at? */
function metered(sys: Sys, s: State): boolean {
  const hidden = sys.process.stdout.kind === 'tty' && outputOf(s) === null
  return !s.options.silent && !hidden
}

/** Where this page goes: a file, or null for stdout. */
function outputOf(s: State): string | null {
  if (s.options.remoteName) return s.path.replace(/^.*\//, '').replace(/\?.*/, '')
  const name = s.options.outputs[0]
  return name === undefined || name === '-' ? null : name
}

/** Begin with the first URL that is left; end when there is none. */
function next(sys: Sys, s: State): void {
  const url = s.urls[0]
  if (url === undefined) {
    sys.exit(s.status)
    return
  }
  s.began = sys.k.now
  s.response = ''
  s.sent = false
  s.fresh = false
  s.connected = s.first = s.tick = s.deadline = 0
  const m = /^(?:([a-z][a-z\d+.-]*):\/\/)?([^/:?#@\s]+)(?::(\d+))?([/?][^#\s]*)?(?:#.*)?$/i.exec(url)
  const scheme = m?.[1]?.toLowerCase() ?? 'http'
  if (url.includes('get.docker.com')) {
    // Docker's script for whoever has no Docker yet.
    sys.out("echo 'Docker is on this host already; this lab fetches nothing.'\n")
    sys.exit(0)
    return
  }
  if (m && scheme !== 'http') {
    fail(sys, s, 1, `Protocol "${scheme}" not supported or disabled in libcurl`)
    return
  }
  if (!m || Number(m[3] ?? 80) > 65535) {
    fail(sys, s, 3, 'URL using bad/illegal format or missing URL')
    return
  }
  s.host = m[2]
  s.port = Number(m[3] ?? 80)
  s.path = m[4] ?? '/'
  if (s.path.startsWith('?')) s.path = `/${s.path}`
  if (metered(sys, s)) {
    sys.err(meterRow(true, 0, 0, 0))
    s.tick = sys.k.now + SECOND
    sys.timer(s.tick)
  }
  const address = pinned(s) ?? inetAton(s.host) ?? sys.resolve(s.host)
  if (address === null) {
    note(sys, s, `Could not resolve host: ${s.host}`)
    fail(sys, s, 6, `Could not resolve host: ${s.host}`)
    return
  }
  s.address = address
  const { maxTime, connectTimeout } = s.options
  s.deadline = sys.k.now + Math.min(maxTime || Infinity, connectTimeout || PATIENCE) * SECOND
  sys.timer(s.deadline)
  connect(sys, s)
}

/** --resolve: what somebody says the name stands for. */
function pinned(s: State): Ipv4 | null {
  const head = `${s.host}:${s.port}:`
  const entry = s.options.resolve.find((one) => one.startsWith(head))
  return entry === undefined ? null : inetAton(entry.slice(head.length))
}

/** The end that --interface and --local-port ask for, 0: the kernel's choice; or why it cannot be had. */
function source(sys: Sys, s: State): { addr: Ipv4; port: number } | string {
  const { from, localPort } = s.options
  const { net } = sys.k
  const dev = net.devs.find((d) => d.name === from)
  const named = from === '' ? 0 : (inetAton(from) ?? dev?.addrs[0]?.addr ?? null)
  if (named === null) return `Couldn't bind to '${from}'`
  if (named !== 0 && !isLocal(net, named)) return 'bind failed with errno 99: Cannot assign requested address'
  const [first, last = first] = localPort.split('-').map(Number)
  const taken = (port: number): boolean =>
    lookupEstablished(net.tcp, named || sourceOf(sys, s), port, s.address, s.port) >= 0
  let port = first || 0
  while (port !== 0 && port < last && taken(port)) port++
  if (port !== 0 && taken(port)) return 'bind failed with errno 98: Address already in use'
  return { addr: named, port }
}

function sourceOf(sys: Sys, s: State): Ipv4 {
  const route = ip_route_output(sys.k.net, s.address)
  return 'errno' in route ? 0 : route.src
}

function connect(sys: Sys, s: State): void {
  if (s.peer === `${s.host}:${s.port}` && tcp_state(sys.k.net, s.sock) === TCP_ESTABLISHED) {
    note(sys, s, `Re-using existing connection #${s.connections - 1} with host ${s.host}`)
    s.connected = sys.k.now
    request(sys, s)
    return
  }
  hangUp(sys, s)
  note(sys, s, `  Trying ${printIpv4(s.address)}:${s.port}...`)
  s.fresh = true
  s.peer = `${s.host}:${s.port}`
  s.connections++
  const from = source(sys, s)
  if (typeof from === 'string') {
    fail(sys, s, 45, from)
    return
  }
  const sock = tcp_connect(sys.k, sys.process.pid, s.address, s.port, true, from.addr, from.port)
  if (typeof sock === 'string') {
    note(sys, s, `Immediate connect fail for ${printIpv4(s.address)}: ${CONNECT_ERRORS[sock]}`)
    connectFailed(sys, s, sock)
    return
  }
  s.sock = sock
  if (from.port !== 0) note(sys, s, `Local port: ${from.port}`)
  const { noKeepalive, keepaliveTime: time } = s.options
  if (!noKeepalive) tcp_set_keepalive(sys.k, sock, time, time)
}

/** Milliseconds since the transfer began. */
const elapsed = (sys: Sys, s: State): number => Math.floor((sys.k.now - s.began) / MS)

function connectFailed(sys: Sys, s: State, errno: Errno): void {
  const target = `${s.host} port ${s.port} after ${elapsed(sys, s)} ms`
  const text = `Failed to connect to ${target}: Couldn't connect to server`
  note(sys, s, text)
  fail(sys, s, errno === 'ETIMEDOUT' ? 28 : 7, text)
}

/** One transfer is over, without success. The next URL may do better. */
function fail(sys: Sys, s: State, status: number, text: string): void {
  finish(sys, s, status, text)
}

/** The last row of the meter. One that has not come as far as an address has no line of its own. */
function lastRow(sys: Sys, s: State, status: number): void {
  if (s.tick === 0 || status === 6) return
  const parts = partsOf(s)
  const received = s.options.head || status === 22 ? 0 : (parts?.body.length ?? 0)
  sys.err(`${meterRow(false, parts?.length ?? 0, received, sys.k.now - s.began)}\n`)
}

function hangUp(sys: Sys, s: State): void {
  if (s.sock >= 0) tcp_close(sys.k, s.sock)
  s.sock = -1
}

function finish(sys: Sys, s: State, status: number, error = ''): void {
  lastRow(sys, s, status)
  const number = s.connections - 1
  if (status === 0) note(sys, s, `Connection #${number} to host ${s.host} left intact`)
  else if (s.connections > 0 && status !== 6) note(sys, s, `Closing connection ${number}`)
  if (status !== 0 && (!s.options.silent || s.options.showError)) sys.err(curlError(status, error))
  if (s.options.writeOut !== null) tell(sys, s, status, error)
  if (status !== 0) {
    hangUp(sys, s)
    s.status = status
  }
  s.deadline = s.tick = 0
  s.urls.shift()
  s.options.outputs.shift()
  next(sys, s)
}

/** -w */
function tell(sys: Sys, s: State, status: number, error: string): void {
  const parts = partsOf(s)
  const ends =
    s.connected > 0 && tcp_state(sys.k.net, s.sock) !== TCP_FREE ? tcp_ends(sys.k.net, s.sock) : null
  const since = (time: number): number => (time > 0 ? time - s.began : 0)
  const { text, complaints } = writeOut(s.options.writeOut ?? '', {
    code: parts?.code ?? 0,
    method: methodOf(s),
    url: effective(s),
    type: /^content-type: (.*?)\r$/im.exec(parts?.head ?? '')?.[1] ?? '',
    head: parts?.head.length ?? 0,
    body: s.options.head || status === 22 ? 0 : (parts?.body.length ?? 0),
    connects: s.fresh && s.connected > 0 ? 1 : 0,
    local: ends && { addr: ends.laddr, port: ends.lport },
    remote: ends && { addr: ends.raddr, port: ends.rport },
    connected: since(s.connected),
    sent: since(s.connected),
    first: since(s.first),
    total: sys.k.now - s.began,
    status,
    error,
  })
  sys.err(complaints)
  sys.out(text)
}

/** The URL in full: `baidu.com` is http://baidu.com/ */
function effective(s: State): string {
  const url = s.urls[0] ?? ''
  const whole = /^[a-z][a-z\d+.-]*:\/\//i.test(url) ? url : `HTTP://${url}`.replace('HTTP', 'http')
  return /^[a-z]+:\/\/[^/?#]*$/i.test(whole) ? `${whole}/` : whole
}

const methodOf = (s: State): string => s.options.method || (s.options.head ? 'HEAD' : 'GET')

function request(sys: Sys, s: State): void {
  s.sent = true
  s.deadline = s.options.maxTime > 0 ? s.began + s.options.maxTime * SECOND : 0
  if (s.deadline > 0) sys.timer(s.deadline)
  note(sys, s, `Connected to ${s.host} (${printIpv4(s.address)}) port ${s.port} (#${s.connections - 1})`)
  const own = (name: string): boolean =>
    s.options.headers.some((h) => h.toLowerCase().startsWith(`${name.toLowerCase()}:`))
  const lines = [`${methodOf(s)} ${s.path} HTTP/1.1`]
  if (!own('Host')) lines.push(`Host: ${s.port === 80 ? s.host : `${s.host}:${s.port}`}`)
  if (s.options.agent !== '' && !own('User-Agent')) lines.push(`User-Agent: ${s.options.agent}`)
  if (!own('Accept')) lines.push('Accept: */*')
  lines.push(...s.options.headers.filter((h) => /^[^:]+:\s*\S/.test(h)), '', '')
  const text = lines.join('\r\n')
  if (s.options.verbose)
    sys.err(
      lines
        .slice(0, -1)
        .map((line) => `> ${line}\r\n`)
        .join(''),
    )
  tcp_send(sys.k, s.sock, sys.payload(text), text.length)
}

interface Parts {
  head: string
  body: string
  /** Content-Length, 0: not said. */
  length: number
  whole: boolean
  code: number
}

/** The head and the body so far, and whether the body is whole. */
function partsOf(s: State): Parts | null {
  const end = s.response.indexOf('\r\n\r\n')
  if (end < 0) return null
  const head = s.response.slice(0, end + 4)
  const body = s.response.slice(end + 4)
  const length = /^content-length: (\d+)/im.exec(head)
  const code = Number(/^HTTP\/1\.\d (\d{3})/.exec(head)?.[1] ?? 0)
  const whole = s.options.head || (length !== null && body.length >= Number(length[1]))
  return { head, body, length: Number(length?.[1] ?? 0), whole, code }
}

function received(sys: Sys, s: State): void {
  tcp_recv(sys.k, s.sock, (payload) => {
    if (s.first === 0) s.first = sys.k.now
    if (payload !== 0) s.response += sys.payloadText(payload)
  })
  const parts = partsOf(s)
  if (!parts?.whole && !tcp_eof(sys.k.net, s.sock)) return
  if (!parts) {
    note(sys, s, 'Empty reply from server')
    fail(sys, s, 52, 'Empty reply from server')
    return
  }
  if (s.options.verbose)
    sys.err(
      parts.head
        .replace(/\r\n/g, '\n')
        .trimEnd()
        .split('\n')
        .map((l) => `< ${l}\r\n`)
        .join('') + '< \r\n',
    )
  if (s.options.fail && parts.code >= 400) {
    note(sys, s, `The requested URL returned error: ${parts.code}`)
    fail(sys, s, 22, `The requested URL returned error: ${parts.code}`)
    return
  }
  deliver(sys, s, parts)
}

/** Write what came to where it shall go. */
function deliver(sys: Sys, s: State, { head, body }: Parts): void {
  const shown = s.options.head ? '' : body
  const text = (s.options.head || s.options.include ? head : '') + shown
  const { dumpHeader } = s.options
  if (dumpHeader === '-') sys.out(head)
  else if (dumpHeader !== null && dumpHeader !== '/dev/null') sys.files.write(dumpHeader, head, false)
  const file = outputOf(s)
  const seen = sys.process.stdout.kind === 'tty' && file === null
  if (s.options.verbose && !seen && shown !== '') sys.err(`{ [${shown.length} bytes data]\n`)
  if (file === '') {
    fail(sys, s, 23, 'Failed writing received data to disk/application')
    return
  }
  const problem = file === null ? null : file === '/dev/null' ? null : sys.files.write(file, text, false)
  if (file === null && !sys.out(text)) return
  if (problem) {
    if (!s.options.silent) sys.err(`Warning: Failed to open the file ${file ?? ''}: ${errnoText(problem)}\n`)
    fail(sys, s, 23, 'Failure writing output to destination')
    return
  }
  finish(sys, s, 0)
}

/** Time is over. */
function timedOut(sys: Sys, s: State): void {
  const { maxTime } = s.options
  const whole = maxTime > 0 && s.deadline === s.began + maxTime * SECOND
  const ms = elapsed(sys, s)
  const { length } = partsOf(s)?.body ?? ''
  const expected = partsOf(s)?.length ?? 0
  let text = `Failed to connect to ${s.host} port ${s.port} after ${ms} ms: Timeout was reached`
  if (s.sent)
    text = `Operation timed out after ${ms} milliseconds with ${length}${expected > 0 ? ` out of ${expected}` : ''} bytes received`
  else if (whole) text = `Connection timed out after ${ms} milliseconds`
  else note(sys, s, `ipv4 connect timeout after ${(s.options.connectTimeout || PATIENCE) * 1000}ms, move on!`)
  note(sys, s, text)
  fail(sys, s, 28, text)
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
      address: 0,
      sock: -1,
      peer: '',
      connections: 0,
      fresh: false,
      began: 0,
      connected: 0,
      first: 0,
      deadline: 0,
      tick: 0,
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
    const state = tcp_state(sys.k.net, index)
    if (state === TCP_FREE) return
    const error = tcp_error(sys.k.net, index)
    if (error !== '') {
      if (s.sent) {
        const text = `Recv failure: ${CONNECT_ERRORS[error]}`
        note(sys, s, text)
        fail(sys, s, 56, text)
      } else {
        note(sys, s, `connect to ${printIpv4(s.address)} port ${s.port} failed: ${CONNECT_ERRORS[error]}`)
        connectFailed(sys, s, error)
      }
      return
    }
    if (!s.sent && state !== TCP_SYN_SENT) {
      s.connected = sys.k.now
      request(sys, s)
    }
    received(sys, s)
  },
  timer(sys) {
    const s = stateOf(sys)
    if (s.deadline !== 0 && sys.k.now >= s.deadline) timedOut(sys, s)
    else if (s.tick !== 0 && sys.k.now >= s.tick) {
      const parts = partsOf(s)
      sys.err(meterRow(false, parts?.length ?? 0, parts?.body.length ?? 0, sys.k.now - s.began))
      s.tick += SECOND
      sys.timer(s.tick)
    }
  },
}
