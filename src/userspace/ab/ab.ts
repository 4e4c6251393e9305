/**
 * ab: the Apache HTTP server benchmarking tool. man 1 ab (apache2-utils 2.4)
 *
 * One process that waits for all its sockets at once and does one thing after the other, as the real one; its connections
 * are columns of typed arrays. The packets of a long test are not recorded step by step, but for a few connections.
 */
import type { Ipv4 } from '../../wire/address.ts'
import { TCP_SK, TCP_SYN_SENT } from '../../kernel/tcp/table.ts'
import {
  tcp_close,
  tcp_connect,
  tcp_eof,
  tcp_error,
  tcp_read,
  tcp_send,
  tcp_state,
  tcp_unread,
} from '../../kernel/tcp/tcp.ts'
import { WORK_AB_CLOSE, WORK_AB_CONNECT, WORK_AB_READ, WORK_AB_WRITE } from '../../kernel/work.ts'
import type { Errno } from '../../kernel/socket.ts'
import { inetAton } from '../inet-aton.ts'
import { errnoText } from '../shell/files.ts'
import { byteLength } from '../text/bytes.ts'
import type { Program, Sys } from '../program.ts'
import { hasMore, newPoll, poll, type Poll } from './poll.ts'
import { BANNER, parseOptions, type AbOptions } from './options.ts'
import { csvFile, gnuplotFile, report, type Tally, type Times } from './report.ts'

/** States of a connection. Linux: connect_state_e */
const UNCONNECTED = 0
const CONNECTING = 1
const CONNECTED = 2
const READ = 3

/** Descriptors that are open beside the sockets: the terminal's three, and that of epoll. */
const OTHER_FDS = 4
/** Of a test with more requests than this, one connection in so many is recorded step by step. */
const ALL_WATCHED = 100
const WATCHED_OF = 5000
/** How much longer the first connect of a connection takes than a later one: memory is used for the first time; see lab/cost.ts. */
const FIRST_CONNECT = 2.9

/** The head of an answer. */
interface Head {
  payload: number
  bytes: number
  alive: boolean
  length: number
  server: string
  good: boolean
}

interface State {
  o: AbOptions
  /** The last one that was read: a server says the same again and again. */
  head: Head | null
  address: Ipv4
  /** Where from, 0: the kernel chooses. */
  source: Ipv4
  /** The request, as a payload, and its bytes. */
  request: number
  requestBytes: number
  /** Progress is told after so many requests, 0: never. */
  heartbeat: number
  /** Times of the first and of the last event, and when there is nothing more to wait for (0: not waiting). */
  start: number
  last: number
  deadline: number
  /** When the timer fires that has been asked for, 0: none has. */
  alarm: number
  /** Requests that were written, connections that were begun, and those that have a socket. */
  started: number
  begun: number
  open: number
  /** Connections still to be begun, once the first one has worked: from this one on. */
  next: number
  initialized: boolean
  good: number
  tally: Tally
  times: Times
  /** By connection. */
  sk: Int32Array
  state: Uint8Array
  begin: Float64Array
  connected: Float64Array
  written: Float64Array
  firstByte: Float64Array
  read: Int32Array
  body: Int32Array
  length: Int32Array
  header: Uint8Array
  alive: Uint8Array
  /** The connection that a slot of the TCP table belongs to. */
  owner: Int32Array
  poll: Poll
}

const stateOf = (sys: Sys): State => sys.process.data as State

/** What APR says of an error number. */
const ERRORS: Readonly<Record<string, [number, string]>> = {
  EPERM: [1, 'Operation not permitted'],
  EACCES: [13, 'Permission denied'],
  EINVAL: [22, 'Invalid argument'],
  EMFILE: [24, 'Too many open files'],
  EADDRNOTAVAIL: [99, 'Cannot assign requested address'],
  ENETUNREACH: [101, 'Network is unreachable'],
  ECONNABORTED: [103, 'Software caused connection abort'],
  ECONNRESET: [104, 'Connection reset by peer'],
  ETIMEDOUT: [110, 'Connection timed out'],
  ECONNREFUSED: [111, 'Connection refused'],
  EHOSTUNREACH: [113, 'No route to host'],
  ENOPROTOOPT: [92, 'Protocol not available'],
  EOPNOTSUPP: [95, 'Operation not supported'],
  EHOSTDOWN: [112, 'Host is down'],
  ENONET: [64, 'Machine is not on the network'],
  EPROTO: [71, 'Protocol error'],
  TIMEUP: [70007, 'The timeout specified has expired'],
  EAI_AGAIN: [670003, 'Temporary failure in name resolution'],
}

/** Say what has failed, and end. support/ab.c apr_err() */
function failed(sys: Sys, what: string, error: string): void {
  const [number, text] = ERRORS[error] ?? [22, error]
  sys.err(`${what}: ${text} (${number})\n`)
  const { data } = sys.process
  const done = data === null ? 0 : stateOf(sys).times.done
  if (done > 0) sys.out(`Total of ${done} requests completed\n`)
  sys.exit(number & 0xff)
}

function newTimes(size: number): Times {
  const column = (): Float64Array => new Float64Array(size)
  return { connect: column(), total: column(), wait: column(), begin: column(), done: 0 }
}

/** A request has been completed, well or not. */
function complete(sys: Sys, s: State, c: number): void {
  const t = s.times
  if (t.done >= s.o.requests) return
  if (t.done === t.total.length) {
    const bigger = newTimes(Math.min(t.done * 2, s.o.requests))
    for (const name of ['connect', 'total', 'wait', 'begin'] as const) {
      bigger[name].set(t[name])
      t[name] = bigger[name]
    }
  }
  const { now } = sys.k
  const i = t.done++
  t.begin[i] = s.begin[c]
  t.connect[i] = Math.max(0, s.connected[c] - s.begin[c])
  t.total[i] = Math.max(0, now - s.begin[c])
  t.wait[i] = Math.max(0, s.firstByte[c] - s.written[c])
  if (s.heartbeat > 0 && t.done % s.heartbeat === 0) sys.err(`Completed ${t.done} requests\n`)
}

/** Pages of another length than the first one count as failed. */
function checkLength(s: State, c: number): void {
  if (s.good === 1) s.tally.documentLength = s.body[c]
  else if (s.body[c] !== s.tally.documentLength && !s.o.anyLength) {
    s.tally.bad++
    s.tally.errLength++
  }
}

function start_connect(sys: Sys, s: State, c: number): void {
  // Each failure counts, and after a few the test ends.
  while (s.started < s.o.requests && sys.process.status === null) {
    sys.k.spend(WORK_AB_CONNECT, s.begun < s.o.concurrency ? FIRST_CONNECT : 1)
    s.read[c] = s.body[c] = s.length[c] = 0
    s.header[c] = s.alive[c] = 0
    if (s.open + OTHER_FDS >= sys.process.nofile) {
      failed(sys, 'socket', 'EMFILE')
      return
    }
    s.begin[c] = s.last = sys.k.now
    const watched = s.o.requests <= ALL_WATCHED || s.begun % WATCHED_OF === 0
    s.begun++
    const sk = tcp_connect(sys.k, sys.process.pid, s.address, s.o.port, watched, s.source)
    if (typeof sk === 'number') {
      const slot = sk - TCP_SK
      if (slot >= s.owner.length) {
        const bigger = new Int32Array(Math.max(slot + 1, s.owner.length * 2)).fill(-1)
        bigger.set(s.owner)
        s.owner = bigger
      }
      s.owner[slot] = c
      s.sk[c] = sk
      s.state[c] = CONNECTING
      s.open++
      return
    }
    if (s.tally.bad++ > 10) {
      sys.err('\nTest aborted after 10 failures\n\n')
      failed(sys, 'apr_socket_connect()', sk)
      return
    }
    s.tally.errConnect++
  }
}

function write_request(sys: Sys, s: State, c: number): void {
  if (s.started >= s.o.requests) return
  sys.k.spend(WORK_AB_WRITE)
  s.connected[c] = s.written[c] = s.last = sys.k.now
  tcp_send(sys.k, s.sk[c], s.request, s.requestBytes)
  s.started++
  s.tally.posted += s.requestBytes
  s.state[c] = READ
}

function close_connection(sys: Sys, s: State, c: number): void {
  sys.k.spend(WORK_AB_CLOSE)
  // The server has shut an idle connection, as it may: that was no request.
  if (s.read[c] === 0 && s.alive[c]) s.good = Math.max(0, s.good - 1)
  else {
    checkLength(s, c)
    s.last = sys.k.now
    complete(sys, s, c)
  }
  s.state[c] = UNCONNECTED
  s.owner[s.sk[c] - TCP_SK] = -1
  tcp_close(sys.k, s.sk[c])
  s.sk[c] = -1
  s.open--
  start_connect(sys, s, c)
}

/** The socket has something to read, its end, or an error. */
function read_connection(sys: Sys, s: State, c: number): void {
  const { k } = sys
  const sk = s.sk[c]
  k.spend(WORK_AB_READ)
  const error = tcp_error(k.net, sk)
  if (error !== '') {
    receiveError(sys, s, c, error)
    return
  }
  const bytes = tcp_unread(k.net, sk)
  const payload = tcp_read(k, sk, false)
  if (bytes === 0) {
    if (!tcp_eof(k.net, sk)) return
    s.good++
    close_connection(sys, s, c)
    return
  }
  s.tally.transferred += bytes
  if (s.read[c] === 0) s.firstByte[c] = k.now
  s.read[c] += bytes
  if (s.header[c]) {
    s.body[c] += bytes
    s.tally.html += bytes
  } else if (payload !== 0) readHeader(sys, s, c, payload)
  if (s.alive[c] && s.body[c] >= s.length[c]) again(sys, s, c)
}

function receiveError(sys: Sys, s: State, c: number, error: Errno): void {
  s.tally.errReceive++
  if (!s.o.receiveErrorsOk) {
    failed(sys, 'apr_socket_recv', error)
    return
  }
  s.tally.bad++
  close_connection(sys, s, c)
}

/** What the head of an answer says, by its payload; -1 bytes: it is none. */
function headOf(sys: Sys, s: State, payload: number): Head {
  if (s.head?.payload === payload) return s.head
  const text = sys.payloadText(payload)
  const end = text.indexOf('\r\n\r\n')
  const alive = s.o.keepalive && /keep-alive/i.test(text.slice(0, Math.max(0, end)))
  const length = s.o.method === 'HEAD' ? 0 : Number(/^content-length: *(\d+)/im.exec(text)?.[1] ?? 0)
  const server = /^server: ([!-~]*)/im.exec(text)?.[1] ?? ''
  const good = /^HTTP\/1\.[01] 2/.test(text)
  return (s.head = { payload, bytes: end < 0 ? -1 : end + 4, alive, length, server, good })
}

/** The head of the answer is there. */
function readHeader(sys: Sys, s: State, c: number, payload: number): void {
  const head = headOf(sys, s, payload)
  if (head.bytes < 0) return
  if (s.good === 0) s.tally.server = head.server
  if (s.o.verbosity >= 2) sys.out(`LOG: header received:\n${sys.payloadText(payload)}\n`)
  if (s.o.verbosity >= 3)
    sys.out(`LOG: Response code = ${/^HTTP\/\S+ (\d+)/.exec(sys.payloadText(payload))?.[1] ?? ''}\n`)
  if (!head.good) s.tally.errResponse++
  s.header[c] = 1
  if (head.alive) {
    s.alive[c] = 1
    s.length[c] = head.length
  }
  s.body[c] += s.read[c] - head.bytes
  s.tally.html += s.body[c]
  if (s.initialized) return
  // The server is there: all the others may begin.
  s.initialized = true
  s.next = 1
}

/** A kept-alive connection has brought its page: the next request. */
function again(sys: Sys, s: State, c: number): void {
  s.good++
  checkLength(s, c)
  if (s.times.done < s.o.requests) s.tally.keptAlive++
  complete(sys, s, c)
  s.alive[c] = s.header[c] = 0
  s.length[c] = s.read[c] = s.body[c] = 0
  s.begin[c] = s.connected[c] = s.last = sys.k.now
  s.state[c] = CONNECTED
  write_request(sys, s, c)
}

/** One socket of those that epoll has told of. */
function handle(sys: Sys, s: State, sk: number): void {
  const c = s.owner[sk - TCP_SK] ?? -1
  if (c < 0 || s.sk[c] !== sk) return
  if (tcp_error(sys.k.net, sk) !== '') {
    const before = s.times.done
    read_connection(sys, s, c)
    if (sys.process.status !== null || s.times.done === before) return
    s.tally.bad++
    s.tally.errException++
  } else if (s.state[c] === READ) read_connection(sys, s, c)
  else if (s.state[c] === CONNECTING && tcp_state(sys.k.net, sk) !== TCP_SYN_SENT) {
    s.state[c] = CONNECTED
    write_request(sys, s, c)
  }
}

/** False: something that should be written down could not be. */
function output_results(sys: Sys, s: State): boolean {
  s.tally.taken = s.last - s.start
  sys.out(report(s.tally, s.times))
  if (s.times.done === 0) return true
  return (
    save(sys, s.o.csv, 'CSV', csvFile, s.times) && save(sys, s.o.gnuplot, 'gnuplot', gnuplotFile, s.times)
  )
}

/** Write a file that was asked for. False: it cannot be written, which ends the program. */
function save(sys: Sys, path: string, what: string, text: (times: Times) => string, times: Times): boolean {
  const error = path === '' ? null : sys.files.write(path, text(times), false)
  if (error === null) return true
  sys.err(`Cannot open ${what} output file: ${errnoText(error)}\n`)
  return false
}

/** The request's text. `body`: what is sent with it; null: nothing is. */
function requestOf(o: AbOptions, body: string | null): string {
  const own = (name: string): boolean => o.headers.some((h) => h.toLowerCase().startsWith(`${name}:`))
  const lines = [`${o.method} ${o.path} HTTP/1.0`]
  if (o.keepalive) lines.push('Connection: Keep-Alive')
  for (const cookie of o.cookies) lines.push(`Cookie: ${cookie}`)
  lines.push(...o.auth)
  if (body !== null) lines.push(`Content-length: ${byteLength(body)}`, `Content-type: ${o.contentType}`)
  lines.push(...o.headers)
  if (!own('host')) lines.push(`Host: ${o.host}${o.port === 80 ? '' : `:${o.port}`}`)
  if (!own('user-agent')) lines.push('User-Agent: ApacheBench/2.3')
  if (!own('accept')) lines.push('Accept: */*')
  return [...lines, '', body ?? ''].join('\r\n')
}

function newState(sys: Sys, o: AbOptions, address: Ipv4, body: string | null): State {
  const n = Math.max(1, o.concurrency)
  const text = requestOf(o, body)
  const column = (): Float64Array => new Float64Array(n)
  return {
    o,
    head: null,
    address,
    request: sys.payload(text),
    requestBytes: byteLength(text),
    source: o.from === '' ? 0 : (inetAton(o.from) ?? sys.resolve(o.from) ?? 0),
    heartbeat: o.progress && o.requests > 150 ? Math.max(100, Math.floor(o.requests / 10)) : 0,
    start: sys.k.now,
    last: sys.k.now,
    deadline: 0,
    alarm: 0,
    started: 0,
    begun: 0,
    open: 0,
    next: n,
    initialized: false,
    good: 0,
    tally: {
      server: '',
      host: o.host,
      port: o.port,
      path: o.path,
      documentLength: 0,
      anyLength: o.anyLength,
      concurrency: o.concurrency,
      taken: 0,
      bad: 0,
      errConnect: 0,
      errReceive: 0,
      errLength: 0,
      errException: 0,
      errResponse: 0,
      keepalive: o.keepalive,
      keptAlive: 0,
      transferred: 0,
      html: 0,
      posted: 0,
      sendsBody: body !== null,
      percentiles: o.percentiles,
      confidence: o.confidence,
    },
    times: newTimes(Math.min(o.requests, 1024)),
    sk: new Int32Array(n).fill(-1),
    state: new Uint8Array(n),
    begin: column(),
    connected: column(),
    written: column(),
    firstByte: column(),
    read: new Int32Array(n),
    body: new Int32Array(n),
    length: new Int32Array(n),
    header: new Uint8Array(n),
    alive: new Uint8Array(n),
    owner: new Int32Array(n).fill(-1),
    poll: newPoll(n),
  }
}

export const ab: Program = {
  name: 'ab',
  usage:
    'ab [-n REQUESTS] [-c CONCURRENCY] [-t|-s SECONDS] [-krqlidS] [-m METHOD] [-p FILE [-T TYPE]] [-H HEADER] [-g|-e FILE] http://HOST[:PORT]/PATH',
  start(sys) {
    const parsed = parseOptions(sys.process.argv)
    if ('status' in parsed) {
      sys.out(parsed.stdout)
      sys.err(parsed.stderr)
      sys.exit(parsed.status)
      return
    }
    const { options: o } = parsed
    const body = o.bodyFile === '' ? null : sys.files.read(o.bodyFile)
    if (body !== null && typeof body !== 'string') {
      sys.err(`ab: Could not open POST data file (${o.bodyFile}): ${errnoText(body)}\n`)
      sys.exit(1)
      return
    }
    const quiet = !o.progress || o.requests <= 150
    sys.out(`${BANNER}Benchmarking ${o.host} (be patient)${quiet ? '...' : '\n'}`)
    // Linux: struct data has 32 bytes, struct connection about 8.5 kB
    const bytes = o.requests * 32
    if (bytes > sys.k.machine.memoryBytes) {
      sys.err(`Could not allocate memory (${bytes} bytes)\n`)
      sys.exit(1)
      return
    }
    const address = inetAton(o.host) ?? sys.resolve(o.host)
    if (address === null) {
      failed(sys, `apr_sockaddr_info_get() for ${o.host}`, 'EAI_AGAIN')
      return
    }
    if (o.concurrency === 0) {
      failed(sys, 'apr_pollset_poll', 'EINVAL')
      return
    }
    const s = newState(sys, o, address, body)
    if (o.verbosity >= 2) sys.out(`INFO: ${o.method} header == \n---\n${sys.payloadText(s.request)}\n---\n`)
    sys.process.data = s
    sys.k.task(sys.process.pid, '', -1, o.requests > ALL_WATCHED ? 'load' : null)
    start_connect(sys, s, 0)
  },
  work(sys, next) {
    const s = stateOf(sys)
    s.deadline = 0
    if (s.next < s.o.concurrency) start_connect(sys, s, s.next++)
    else {
      const sk = poll(s.poll, sys.k.net, next, s.owner, (c) => s.state[c] === READ)
      if (sk >= 0) handle(sys, s, sk)
    }
    if (sys.process.status !== null) return false
    const { timeLimit } = s.o
    const over = timeLimit > 0 && s.last >= s.start + timeLimit * 1_000_000
    if (over || s.times.done >= s.o.requests) {
      if (s.heartbeat > 0) sys.err(`Finished ${s.times.done} requests\n`)
      else sys.out('..done\n')
      sys.exit(output_results(sys, s) ? 0 : 1)
      return false
    }
    return s.next < s.o.concurrency || hasMore(s.poll)
  },
  idle(sys) {
    const s = stateOf(sys)
    s.deadline = sys.k.now + s.o.timeout * 1_000_000
    if (s.alarm === 0) sys.timer((s.alarm = s.deadline))
  },
  timer(sys) {
    const s = stateOf(sys)
    s.alarm = 0
    if (s.deadline === 0) return
    if (sys.k.now >= s.deadline) failed(sys, 'apr_pollset_poll', 'TIMEUP')
    else sys.timer((s.alarm = s.deadline))
  },
  interrupt(sys) {
    const s = stateOf(sys)
    s.last = sys.k.now
    output_results(sys, s)
    sys.exit(1)
  },
}
