/**
 * docker-proxy: a program that Docker starts for each published port. It listens on the host, so that nobody else takes the
 * port, and carries what the DNAT rule does not catch: connections from the host to 127.0.0.1.
 *
 * moby: cmd/docker-proxy/tcp_proxy_linux.go. Left out: one direction that closes before the other
 */
import type { Kernel } from '../../kernel/kernel.ts'
import { F_READY, SERVICES, TCP_SK, TCP_SYN_SENT } from '../../kernel/tcp/table.ts'
import {
  tcp_accept,
  tcp_close,
  tcp_connect,
  tcp_eof,
  tcp_error,
  tcp_listen,
  tcp_recv,
  tcp_send,
  tcp_state,
} from '../../kernel/tcp/tcp.ts'
import { WORK_PROXY_COPY } from '../../kernel/work.ts'
import type { Ipv4 } from '../../wire/address.ts'
import { installDaemon, type Worker } from '../daemons.ts'

export const PROXY = 'docker-proxy'
/** Linux: listen() of Go: somaxconn */
const BACKLOG = 4096

interface State {
  to: Ipv4
  port: number
  /** The two sockets of a connection, each by the other. */
  pairs: Record<number, number>
}

/** Listen on a port of the host and carry what comes to the container. False: the port is taken. */
export function startProxy(k: Kernel, pid: number, port: number, to: Ipv4, containerPort: number): boolean {
  const listener = tcp_listen(k, port, pid, PROXY, BACKLOG)
  if (listener < 0) return false
  k.task(pid, PROXY, listener, { to, port: containerPort, pairs: {} } satisfies State)
  return true
}

/** The socket is this process's from now on. */
function own(k: Kernel, w: Worker, sk: number): void {
  const t = k.net.tcp
  const s = sk - TCP_SK
  t.pid[s] = w.pid
  t.service[s] = SERVICES.indexOf(PROXY)
  t.flags[s] &= ~F_READY
}

function accept(k: Kernel, w: Worker): void {
  const { to, port, pairs } = w.data as State
  const from = tcp_accept(k, w.listener)
  if (from < 0) return
  own(k, w, from)
  const there = tcp_connect(k, w.pid, to, port)
  if (typeof there === 'string') {
    tcp_close(k, from)
    return
  }
  own(k, w, there)
  pairs[from] = there
  pairs[there] = from
}

function copy(k: Kernel, from: number, to: number): void {
  tcp_recv(k, from, (payload, bytes) => {
    if (bytes === 0) return
    k.spend(WORK_PROXY_COPY)
    tcp_send(k, to, payload, bytes)
  })
}

/** Something has happened to one of two sockets. */
function carry(k: Kernel, w: Worker, sk: number): void {
  const { pairs } = w.data as State
  const other = pairs[sk] as number | undefined
  if (other === undefined) return
  const waits = tcp_state(k.net, sk) === TCP_SYN_SENT || tcp_state(k.net, other) === TCP_SYN_SENT
  const failed = tcp_error(k.net, sk) !== '' || tcp_error(k.net, other) !== ''
  if (waits && !failed) return
  if (!failed) {
    copy(k, sk, other)
    copy(k, other, sk)
    if (!tcp_eof(k.net, sk) && !tcp_eof(k.net, other)) return
  }
  for (const one of [sk, other]) {
    pairs[one] = -1
    tcp_close(k, one)
  }
  w.data = { ...(w.data as State), pairs: living(pairs) }
}

/** Without those that have been closed. */
function living(pairs: Record<number, number>): Record<number, number> {
  return Object.fromEntries(Object.entries(pairs).filter(([, other]) => other >= 0))
}

installDaemon(PROXY, {
  work({ k }, w, next) {
    const waiting = (): boolean => k.net.tcp.acceptLen[w.listener - TCP_SK] > 0
    if (waiting()) accept(k, w)
    else {
      const sk = next()
      if (sk >= 0) carry(k, w, sk)
    }
    return waiting()
  },
})
