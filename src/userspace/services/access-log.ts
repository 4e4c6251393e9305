/**
 * What a worker of nginx writes of each request. The images send it to their stdout, where Docker has it (docker logs).
 * Left out: all but the last thousand lines of each worker
 */
import { printIpv4 } from '../../wire/address.ts'
import { ctime } from '../iptables/ctime.ts'

const KEPT = 1000

/** Requests, each where its number modulo KEPT says. */
export interface AccessLog {
  written: number
  /** Who asked, when (lab time, microseconds), and what: a payload. */
  from: Uint32Array
  time: Float64Array
  request: Int32Array
}

export function newAccessLog(): AccessLog {
  return {
    written: 0,
    from: new Uint32Array(KEPT),
    time: new Float64Array(KEPT),
    request: new Int32Array(KEPT),
  }
}

export function note(log: AccessLog, from: number, time: number, request: number): void {
  const at = log.written++ % KEPT
  log.from[at] = from
  log.time[at] = time
  log.request[at] = request
}

export interface Logged {
  from: number
  time: number
  request: number
}

/** Those that came after the first `known`, as far as they are there. */
export function* since({ written, from, time, request }: AccessLog, known: number): Generator<Logged> {
  for (let n = Math.max(known, written - KEPT); n < written; n++) {
    const at = n % KEPT
    yield { from: from[at], time: time[at], request: request[at] }
  }
}

/** As log_format main of the images' nginx.conf. `text`: the request; `bytes`: of the body that it got. */
export function accessLine({ from, time }: Logged, text: string, status: number, bytes: number): string {
  const [line] = text.split('\r\n', 1)
  const field = (name: string): string =>
    escaped(new RegExp(`^${name}: *(.*)\r$`, 'im').exec(text)?.[1] ?? '') || '-'
  const [, month, day, clock, year] = ctime(time).split(/ +/)
  const date = `${day.padStart(2, '0')}/${month}/${year}:${clock} +0000`
  return `${printIpv4(from)} - - [${date}] "${escaped(line)}" ${status} ${bytes} "${field('referer')}" "${field('user-agent')}" "${field('x-forwarded-for')}"\n`
}

/** nginx: ngx_http_log_escape */
const escaped = (text: string): string =>
  text.replace(/["\\\p{Cc}]/gu, (c) => `\\x${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
