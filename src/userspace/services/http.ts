/**
 * A web server: what listens on port 80 of the lab's servers. Not a program that is typed; it runs from boot on.
 * One request, one page, and the connection is closed by whoever asked; who speaks HTTP/1.0 and does not ask to keep it has it
 * closed by the server. RFC 9112 9.3
 */
import type { Kernel } from '../../kernel/kernel.ts'
import { TCP_LISTEN } from '../../kernel/tcp/table.ts'
import {
  tcp_accept,
  tcp_close,
  tcp_eof,
  tcp_error,
  tcp_recv,
  tcp_send,
  tcp_state,
} from '../../kernel/tcp/tcp.ts'

/** What a service can reach. */
export interface ServiceSys {
  k: Kernel
  hostname: string
  payload(text: string): number
  payloadText(id: number): string
  /** /etc/hosts of the lab: name -> address. */
  resolve(name: string): number | null
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

/** HTTP/1.0: the server closes, unless it is asked to keep the connection. */
const isOld = (request: string): boolean => / HTTP\/1\.0\r\n/.test(request)
const keeps = (request: string): boolean => /^connection: *keep-alive\r$/im.test(request)

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
    ...(isOld(request) && keeps(request) ? ['Connection: keep-alive'] : []),
    '',
    '',
  ].join('\r\n')
  return found?.[1] === 'HEAD' ? head : head + text
}

/** Something has happened to a socket of the service: a new connection on the listener, or data on one of them. */
export function httpEvent(sys: ServiceSys, sk: number): void {
  if (tcp_state(sys.k.net, sk) !== TCP_LISTEN) serve(sys, sk)
  else for (let s = tcp_accept(sys.k, sk); s >= 0; s = tcp_accept(sys.k, sk)) serve(sys, s)
}

function serve(sys: ServiceSys, sk: number): void {
  const { k } = sys
  let done = false
  tcp_recv(k, sk, (payload) => {
    if (payload === 0) return
    const request = sys.payloadText(payload)
    const text = answer(sys.hostname, request)
    tcp_send(k, sk, sys.payload(text), text.length)
    done = isOld(request) && !keeps(request)
  })
  if (done || tcp_eof(k.net, sk) || tcp_error(k.net, sk)) tcp_close(k, sk)
}
