/**
 * ab's command line. support/ab.c main(), parse_url()
 * Left out: -X (proxies), -w -x -y -z (HTML), what -b would do, TLS
 */
import { usage } from './usage.ts'

export interface AbOptions {
  requests: number
  concurrency: number
  /** Seconds: nothing may stand still for longer; the whole test may take so long (0: any time). */
  timeout: number
  timeLimit: number
  keepalive: boolean
  /** Show progress, percentiles, and what may be thought of the figures. */
  progress: boolean
  percentiles: boolean
  confidence: boolean
  /** Go on after errors of a socket; pages may differ in length. */
  receiveErrorsOk: boolean
  anyLength: boolean
  method: string
  verbosity: number
  /** -p and -u: the file that is sent, '' none, and what it is. */
  bodyFile: string
  contentType: string
  /** -A and -P, as they go into the head. */
  auth: string[]
  /** -B: address to send from, '' any. */
  from: string
  /** -g and -e: files to be written, '' none. */
  gnuplot: string
  csv: string
  cookies: string[]
  headers: string[]
  host: string
  port: number
  path: string
}

export type Parsed = { options: AbOptions } | { stdout: string; stderr: string; status: number }

/** Linux: EINVAL */
const EINVAL = 22
/** -t implies so many requests. */
const TIMED_REQUESTS = 50_000
const MAX_CONCURRENCY = 200_000

/** Letters as for getopt(3), and those that would need what the lab does not have. */
const LETTERS = 'n:c:t:s:b:T:p:u:v:lrkVhwiIx:y:z:C:H:P:A:g:X:de:SqB:m:Z:f:E:'
const LEFT_OUT = 'XwxyzZfE'

export const BANNER = `This is ApacheBench, Version 2.3 <$Revision$>
Copyright 1996 Adam Twiss, Zeus Technology Ltd, http://www.zeustech.net/
Licensed to The Apache Software Foundation, http://www.apache.org/

`

/** As atoi(3): the number at the beginning, as 32 bits. */
function atoi(text: string): number {
  const digits = /^\s*[-+]?\d+/.exec(text)
  return digits ? Number(BigInt.asIntN(32, BigInt(digits[0].trim().replace('+', '')))) : 0
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** RFC 4648, of letters of one byte. */
function base64(text: string): string {
  let out = ''
  for (let i = 0; i < text.length; i += 3) {
    const bytes = [0, 1, 2].map((n) => (text.charCodeAt(i + n) || 0) & 255)
    const word = bytes[0] * 65536 + bytes[1] * 256 + bytes[2]
    for (let n = 0; n < 4; n++) out += i + n > text.length ? '=' : DIGITS.charAt((word >> (18 - 6 * n)) & 63)
  }
  return out
}

function wrong(name: string, text: string): Parsed {
  return { stdout: '', stderr: `${name}: ${text}\n${usage(name)}`, status: EINVAL }
}

/** An error of the program itself. */
function plain(text: string): Parsed {
  return { stdout: '', stderr: `${text}\n`, status: 1 }
}

export function parseOptions(argv: readonly string[]): Parsed {
  const name = argv[0]
  const o: AbOptions = {
    requests: 1,
    concurrency: 1,
    timeout: 30,
    timeLimit: 0,
    keepalive: false,
    progress: true,
    percentiles: true,
    confidence: true,
    receiveErrorsOk: false,
    anyLength: false,
    method: '',
    verbosity: 0,
    bodyFile: '',
    contentType: 'text/plain',
    auth: [],
    from: '',
    gnuplot: '',
    csv: '',
    cookies: [],
    headers: [],
    host: '',
    port: 0,
    path: '',
  }
  let next = 1
  let complaint = ''
  letters: for (; /^-./.test(argv[next] ?? '') && complaint === ''; next++) {
    const word = argv[next]
    if (word === '--') {
      next++
      break
    }
    for (let i = 1; i < word.length; i++) {
      const letter = word[i]
      const at = letter === ':' ? -1 : LETTERS.indexOf(letter)
      if (at < 0) {
        complaint = `${name}: invalid option -- ${letter}\n`
        continue letters
      }
      const takes = LETTERS[at + 1] === ':'
      const value = takes ? word.slice(i + 1) || argv[++next] : ''
      if ((value as string | undefined) === undefined) {
        complaint = `${name}: option requires an argument -- ${letter}\n`
        continue letters
      }
      if (LEFT_OUT.includes(letter)) return plain(`${name}: -${letter} is not in this lab`)
      const end = apply(o, name, letter, value)
      if (end) return end
      if (takes) break
    }
  }
  if (complaint !== '' || next !== argv.length - 1) {
    const parsed = wrong(name, 'wrong number of arguments')
    return 'status' in parsed ? { ...parsed, stderr: complaint + parsed.stderr } : parsed
  }
  if (o.method === '') o.method = 'GET'
  const url = argv[next]
  if (/^https:\/\//.test(url)) return plain('SSL not compiled in; no https support')
  const parts = /^(?:http:\/\/)?([^/:\s]+)(?::(\d{1,5}))?(\/.*)$/.exec(url)
  if (!parts || Number(parts[2] ?? 80) > 65535) return wrong(name, 'invalid URL')
  o.host = parts[1]
  o.port = Number(parts[2] ?? 80) || 80
  o.path = parts[3]
  if (o.concurrency < 0 || o.concurrency > MAX_CONCURRENCY)
    return wrong(name, `Invalid Concurrency [Range 0..${MAX_CONCURRENCY}]`)
  if (o.concurrency > o.requests)
    return wrong(name, 'Cannot use concurrency level greater than total number of requests')
  return { options: o }
}

/** One option. An answer ends the program. */
function apply(o: AbOptions, name: string, letter: string, value: string): Parsed | null {
  switch (letter) {
    case 'n':
      o.requests = atoi(value)
      if (o.requests <= 0) return plain('Invalid number of requests\n')
      break
    case 'c':
      o.concurrency = atoi(value)
      break
    case 't':
      o.timeLimit = atoi(value)
      o.requests = TIMED_REQUESTS
      break
    case 's':
      o.timeout = atoi(value)
      break
    case 'k':
      o.keepalive = true
      break
    case 'q':
      o.progress = false
      break
    case 'd':
      o.percentiles = false
      break
    case 'S':
      o.confidence = false
      break
    case 'r':
      o.receiveErrorsOk = true
      break
    case 'l':
      o.anyLength = true
      break
    case 'v':
      o.verbosity = atoi(value)
      break
    case 'i':
      if (o.method !== '') return plain('Cannot mix HEAD with other methods\n')
      o.method = 'HEAD'
      break
    case 'p':
    case 'u': {
      const method = letter === 'p' ? 'POST' : 'PUT'
      if (o.method !== '') return plain(`Cannot mix ${method} with other methods\n`)
      o.method = method
      o.bodyFile = value
      break
    }
    case 'T':
      o.contentType = value
      break
    case 'A':
    case 'P':
      o.auth.push(`${letter === 'A' ? '' : 'Proxy-'}Authorization: Basic ${base64(value)}`)
      break
    case 'B':
      o.from = value
      break
    case 'g':
      o.gnuplot = value
      break
    case 'e':
      o.csv = value
      break
    case 'm':
      o.method = value
      break
    case 'C':
      o.cookies.push(value)
      break
    case 'H':
      o.headers.push(value)
      break
    case 'V':
      return { stdout: BANNER, stderr: '', status: 0 }
    case 'h':
      return { stdout: '', stderr: usage(name), status: EINVAL }
  }
  return null
}
