/**
 * A web server: what listens on port 80 of the lab's servers. Not a program that is typed; it runs from boot on.
 * One request, one page, and the connection is closed by whoever asked.
 */
import type { Kernel } from '../../kernel/kernel.ts'
import { sockByIndex, type Sock } from '../../kernel/socket.ts'
import { tcp_accept, tcp_close, tcp_send } from '../../kernel/tcp/tcp.ts'

/** What a service can reach. */
export interface ServiceSys {
  k: Kernel
  hostname: string
  payload(text: string): number
  payloadText(id: number): string
}

function page(hostname: string): string {
  return [
    '<!DOCTYPE html>',
    '<html>',
    `<head><title>${hostname}</title></head>`,
    '<body>',
    `<h1>${hostname}</h1>`,
    `<p>It works: your packets found the way, and so did mine.</p>`,
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

function answer(hostname: string, request: string): string {
  const found = /^(GET|HEAD) (\/\S*) HTTP\/1\.[01]\r\n/.exec(request)
  const body = page(hostname)
  const status = found ? (found[2] === '/' ? '200 OK' : '404 Not Found') : '400 Bad Request'
  const text = status === '200 OK' ? body : `${status}\n`
  const head = [
    `HTTP/1.1 ${status}`,
    'Server: nginx',
    'Content-Type: text/html',
    `Content-Length: ${text.length}`,
    '',
    '',
  ].join('\r\n')
  return found?.[1] === 'HEAD' ? head : head + text
}

/** Something has happened to a socket of the service: a new connection on the listener, or data on one of them. */
export function httpEvent(sys: ServiceSys, index: number): void {
  const sock = sockByIndex(sys.k.net, index)
  if (!sock?.tcp) return
  if (sock.tcp.state === 'LISTEN') {
    for (let s = tcp_accept(sys.k, sock); s; s = tcp_accept(sys.k, sock)) serve(sys, s)
    return
  }
  serve(sys, sock)
}

function serve(sys: ServiceSys, sock: Sock): void {
  const t = sock.tcp
  if (!t) return
  const requests = t.received.filter((r) => r.payload !== 0)
  t.received = []
  for (const r of requests) {
    const text = answer(sys.hostname, sys.payloadText(r.payload))
    tcp_send(sys.k, sock, sys.payload(text), text.length)
  }
  if (t.eof || sock.error) tcp_close(sys.k, sock)
}
