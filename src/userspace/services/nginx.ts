/**
 * nginx, as it runs in a container: a few workers that wait for all their sockets at once. Each round of a worker takes
 * at most one new connection, then what has come in on the others.
 *
 * Left out: files other than one page, everything that a configuration could say
 */
import { F_READY, SERVICES, TCP_SK } from '../../kernel/tcp/table.ts'
import {
  tcp_accept,
  tcp_close,
  tcp_eof,
  tcp_error,
  tcp_listen,
  tcp_read,
  tcp_send,
} from '../../kernel/tcp/tcp.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import type { Micros } from '../../kernel/trace.ts'
import { WORK_NGINX_ACCEPT, WORK_NGINX_CLOSE, WORK_NGINX_REQUEST } from '../../kernel/work.ts'
import { installDaemon, type Worker } from '../daemons.ts'
import { accessLine, newAccessLog, note, since, type AccessLog } from './access-log.ts'
import type { ServiceSys } from './http.ts'

const SERVER = 'nginx/1.22.1'
/** Linux: listen() of nginx, epoll_wait() of nginx */
const BACKLOG = 511
const EPOLL_EVENTS = 512

const PAGE = `<!DOCTYPE html>
<html>
<head>
<title>nginx in a container</title>
</head>
<body>
<h1>This page comes out of a container.</h1>
<p>Whoever reads it has sent a request that found its way: to the host, through its
hooks, perhaps translated to another address and port, over a bridge, and in at the
container's door. The answer went the same way back, and no rule was read for it.
Its connection stands in a table of the host now, and will do so for a while after
everybody has hung up.</p>

<p>Look at it with conntrack, and count.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
`

interface State {
  /** What is left of this round. */
  batch: number
  /** Connections that it has accepted. */
  accepted: number
  /** Payloads: heads of answers by what they say of the connection, and the page. */
  heads: Record<string, number>
  page: number
  /** The answer to the request that came last: a load asks for the same again and again. */
  last: Answer | null
  log: AccessLog
}

/** What a request is answered with: payloads and their bytes. */
interface Answer {
  request: number
  head: number
  headBytes: number
  /** 0 bytes: none. */
  body: number
  bodyBytes: number
  alive: boolean
}

const stateOf = (w: Worker): State => w.data as State

/** Start the server: `workers` of them at a port of a namespace. Null: the port is taken. */
export function startNginx(k: Kernel, port: number, pids: readonly number[]): number | null {
  const listener = tcp_listen(k, port, pids[0], 'nginx', BACKLOG)
  if (listener < 0) return null
  for (const pid of pids) {
    const data: State = { batch: 0, accepted: 0, heads: {}, page: 0, last: null, log: newAccessLog() }
    k.task(pid, 'nginx', listener, data)
  }
  return listener
}

function head(status: string, length: number, alive: boolean): string {
  return [
    `HTTP/1.1 ${status}`,
    `Server: ${SERVER}`,
    'Date: Sun, 22 Nov 2026 07:35:43 GMT',
    'Content-Type: text/html',
    `Content-Length: ${length}`,
    'Last-Modified: Thu, 19 Nov 2026 10:12:05 GMT',
    `Connection: ${alive ? 'keep-alive' : 'close'}`,
    'ETag: "691d9985-264"',
    'Accept-Ranges: bytes',
    '',
    '',
  ].join('\r\n')
}

const failure = (status: string): string => `<html>
<head><title>${status}</title></head>
<body>
<center><h1>${status}</h1></center>
<hr><center>${SERVER}</center>
</body>
</html>
`

function accept(sys: ServiceSys, w: Worker): void {
  const { k } = sys
  const sk = tcp_accept(k, w.listener)
  if (sk < 0) return
  k.spend(WORK_NGINX_ACCEPT)
  // Now and then it goes to the end of those who wait. Linux: ngx_reorder_accept_events() of nginx, from 1.21.6 on
  if (stateOf(w).accepted++ % 16 === 0) w.turn = k.now
  const t = k.net.tcp
  const s = sk - TCP_SK
  t.pid[s] = w.pid
  t.service[s] = SERVICES.indexOf('nginx')
  t.flags[s] &= ~F_READY
  if (t.rcvHead[s] >= 0 || tcp_eof(k.net, sk) || tcp_error(k.net, sk)) k.wake(sk)
}

/** What nginx makes of a request: what it answers, the body, how many bytes of it go, and whether the connection stays. */
function judged(request: string): { status: string; body: string; bytes: number; alive: boolean } {
  const found = /^([A-Z]+) (\/\S*) HTTP\/1\.([01])\r\n/.exec(request)
  const allowed = found?.[1] === 'GET' || found?.[1] === 'HEAD'
  const asksAlive = /^connection: *keep-alive/im.test(request)
  const alive = found !== null && (found[3] === '1' ? !/^connection: *close/im.test(request) : asksAlive)
  const there = found?.[2] === '/' || found?.[2] === '/index.html'
  const whole = there && allowed
  const status = whole ? '200 OK' : there ? '405 Not Allowed' : '404 Not Found'
  const body = whole ? PAGE : failure(status)
  return { status, body, bytes: found?.[1] === 'HEAD' ? 0 : body.length, alive }
}

/** The answer to a request, by its payload: it does not depend on anything else. */
function answerTo(sys: ServiceSys, st: State, id: number): Answer {
  const { status, body, bytes, alive } = judged(sys.payloadText(id))
  const key = `${status} ${alive}`
  const text = head(status, body.length, alive)
  st.heads[key] ??= sys.payload(text)
  st.page ||= sys.payload(PAGE)
  return {
    request: id,
    head: st.heads[key],
    headBytes: text.length,
    body: body === PAGE ? st.page : sys.payload(body),
    bodyBytes: bytes,
    alive,
  }
}

/** What the workers have logged, in the order of time, but for the first requests of each that are `known`; those become all. */
export function accessLog(
  k: Kernel,
  pids: readonly number[],
  payloadText: (id: number) => string,
  known: number[] = [],
): { time: Micros; line: string }[] {
  const logs = pids.flatMap((pid) => (k.taskData(pid) as State | undefined)?.log ?? [])
  return logs
    .flatMap((log, i) => {
      const from = known[i] ?? 0
      known[i] = log.written
      return [...since(log, from)]
    })
    .sort((a, b) => a.time - b.time)
    .map((one) => {
      const text = payloadText(one.request)
      const { status, bytes } = judged(text)
      return { time: one.time, line: accessLine(one, text, parseInt(status), bytes) }
    })
}

function answer(sys: ServiceSys, w: Worker, sk: number, request: number): void {
  const { k } = sys
  const st = stateOf(w)
  if (st.last === null || st.last.request !== request) st.last = answerTo(sys, st, request)
  const { head, headBytes, body, bodyBytes, alive } = st.last
  note(st.log, k.net.tcp.raddr[sk - TCP_SK], k.now, request)
  tcp_send(k, sk, head, headBytes)
  if (bodyBytes > 0) tcp_send(k, sk, body, bodyBytes)
  if (alive) return
  k.spend(WORK_NGINX_CLOSE)
  tcp_close(k, sk)
}

/** One connection on which something has happened. */
function serve(sys: ServiceSys, w: Worker, sk: number): void {
  const { k } = sys
  if (tcp_error(k.net, sk)) {
    tcp_close(k, sk)
    return
  }
  const request = tcp_read(k, sk, true)
  if (request !== 0) {
    k.spend(WORK_NGINX_REQUEST)
    answer(sys, w, sk, request)
  } else if (tcp_eof(k.net, sk)) {
    k.spend(WORK_NGINX_CLOSE)
    tcp_close(k, sk)
  }
}

installDaemon('nginx', {
  work(sys, w, next) {
    const st = stateOf(w)
    const { acceptLen } = sys.k.net.tcp
    const l = w.listener - TCP_SK
    if (st.batch > 0) {
      st.batch--
      const sk = next()
      if (sk >= 0) serve(sys, w, sk)
      else st.batch = 0
    } else {
      st.batch = Math.min(EPOLL_EVENTS, w.ready.size)
      if (acceptLen[l] > 0) accept(sys, w)
    }
    return sys.k.net.tcp.acceptLen[l] > 0
  },
})
