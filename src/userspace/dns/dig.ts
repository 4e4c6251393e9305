/**
 * dig: asks a server of names, and shows what it has said. man 1 dig (bind9-dnsutils 9.18)
 * Left out: TCP, TLS and HTTPS, several questions in a line, +trace, DNSSEC, files of options
 */
import { icmpErrno } from '../../kernel/icmp-errno.ts'
import { freeSock, type Errno, type Sock } from '../../kernel/socket.ts'
import { udp_connect, udp_send } from '../../kernel/udp.ts'
import { printIpv4, type Ipv4 } from '../../wire/address.ts'
import { inetAton } from '../inet-aton.ts'
import { ctime } from '../iptables/ctime.ts'
import type { Program, Sys } from '../program.ts'
import { parseAnswer, queryText, REFUSED, typeName, TYPES, type Answer } from './message.ts'

interface Options {
  server: string
  address: Ipv4
  port: number
  name: string
  type: number
  short: boolean
  seconds: number
  tries: number
  /** What is shown. */
  cmd: boolean
  comments: boolean
  question: boolean
  answer: boolean
  stats: boolean
}

interface State {
  o: Options
  line: string
  id: number
  left: number
  sock: number
  sent: number
  deadline: number
}

const USAGE = `Usage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}
            {global-d-opt} host [@local-server] {local-d-opt}
            [ host [@local-server] {local-d-opt} [...]]

Use "dig -h" (or "dig -h | more") for complete list of options
`
const VERSION = 'DiG 9.18.49-1~deb12u3-Debian'
const NOT_HERE =
  'tcp vc tls https https-get http-plain trace nssearch dnssec qr yaml multiline identify'.split(' ')
/** Said without effect on what is shown here. */
const ACCEPTED =
  'rec recurse rdflag edns cookie adflag cdflag aaflag search defname ignore fail authority additional badcookie besteffort class ttlid keepopen'.split(
    ' ',
  )

class Wrong extends Error {
  readonly status: number
  constructor(text: string, status = 1) {
    super(text)
    this.status = status
  }
}

function plus(o: Options, word: string): void {
  const [said, value] = word.slice(1).split('=')
  const on = !said.startsWith('no')
  const name = on ? said : said.slice(2)
  const number = Number(value)
  if (name === 'short') {
    o.short = on
    if (on) o.cmd = false
  } else if (name === 'all') o.cmd = o.comments = o.question = o.answer = o.stats = on
  else if (
    name === 'cmd' ||
    name === 'comments' ||
    name === 'question' ||
    name === 'answer' ||
    name === 'stats'
  )
    o[name] = on
  else if ((name === 'time' || name === 'timeout') && number >= 1) o.seconds = number
  else if (name === 'tries' && number >= 1) o.tries = number
  else if (name === 'retry' && number >= 0) o.tries = number + 1
  else if (NOT_HERE.includes(name)) throw new Wrong(`dig: +${name} is not in this lab\n`)
  else if (!ACCEPTED.includes(name)) throw new Wrong(`Invalid option: ${word}\n${USAGE}`)
}

function readOptions(sys: Sys): Options {
  const o: Options = {
    server: '127.0.0.1',
    address: 0x7f000001,
    port: 53,
    name: '',
    type: TYPES['A'],
    short: false,
    seconds: 5,
    tries: 3,
    cmd: true,
    comments: true,
    question: true,
    answer: true,
    stats: true,
  }
  const words = sys.process.argv.slice(1)
  for (let i = 0; i < words.length; i++) {
    const word = words[i]
    const value = (): string => {
      const next = word.length > 2 ? word.slice(2) : words[++i]
      if ((next as string | undefined) === undefined) throw new Wrong(`Invalid option: ${word}\n${USAGE}`)
      return next
    }
    if (word.startsWith('@')) o.server = word.slice(1)
    else if (word.startsWith('+')) plus(o, word)
    else if (/^-p/.test(word)) o.port = Number(value())
    else if (/^-t/.test(word)) o.type = typeOf(value())
    else if (/^-q/.test(word)) o.name = value()
    else if (/^-x/.test(word)) {
      o.name = `${value().split('.').reverse().join('.')}.in-addr.arpa`
      o.type = TYPES['PTR']
    } else if (word === '-v') throw new Wrong(`${VERSION}\n`, 0)
    else if (word === '-h') throw new Wrong(USAGE, 0)
    else if (word === '-4' || word === '-r' || word === '-u') continue
    else if (word.startsWith('-')) throw new Wrong(`Invalid option: ${word}\n${USAGE}`)
    else if (o.name !== '' && Object.hasOwn(TYPES, word.toUpperCase())) o.type = TYPES[word.toUpperCase()]
    else if (word.toUpperCase() !== 'IN') o.name = word
  }
  const address = inetAton(o.server) ?? sys.resolve(o.server)
  if (address === null) throw new Wrong(`dig: couldn't get address for '${o.server}': failure\n`)
  o.address = address
  if (o.name === '') {
    o.name = '.'
    o.type = TYPES['NS']
  }
  return o
}

function typeOf(word: string): number {
  if (!Object.hasOwn(TYPES, word.toUpperCase()))
    throw new Wrong(`;; Warning, ignoring invalid type ${word}\n`)
  return TYPES[word.toUpperCase()]
}

const bare = (name: string): string => name.replace(/\.$/, '')
const stateOf = (sys: Sys): State => sys.process.data as State
const sockOf = (sys: Sys): Sock | null => sys.k.net.socks[stateOf(sys).sock] ?? null
const server = ({ address, port }: Options): string => `${printIpv4(address)}#${port}`

/** Columns are of eight letters: three tabs for a name, but at least a blank. */
function padded(name: string): string {
  const tabs = Math.max(0, 3 - Math.floor(name.length / 8))
  return tabs === 0 ? `${name} ` : name + '\t'.repeat(tabs)
}

function header(sys: Sys, s: State): string {
  const { o } = s
  if (!o.cmd) return ''
  return `\n; <<>> ${VERSION} <<>> ${sys.process.argv.slice(1).join(' ')}\n; (1 server found)\n;; global options: +cmd\n`
}

function show(sys: Sys, s: State, a: Answer): void {
  const { o } = s
  const name = `${a.name}.`.replace(/^\.+$/, '.')
  if (o.short) {
    for (const record of a.records) sys.out(`${printIpv4(record)}\n`)
    return
  }
  let text = header(sys, s)
  if (o.comments) {
    const status = a.rcode === REFUSED ? 'REFUSED' : 'NOERROR'
    const counts = `QUERY: 1, ANSWER: ${a.records.length}, AUTHORITY: 0, ADDITIONAL: ${a.edns ? 1 : 0}`
    text += `;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: ${a.id}\n`
    text += `;; flags: qr${a.authoritative ? ' aa' : ''} rd ra; ${counts}\n\n`
    text += ';; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n'
    if (a.rcode === REFUSED) text += '; EDE: 14 (Not Ready)\n'
  }
  if (o.question)
    text += `${o.comments ? ';; QUESTION SECTION:\n' : ''};${padded(name)}\tIN\t${typeName(a.type)}\n\n`
  if (o.answer && a.records.length > 0) {
    if (o.comments) text += ';; ANSWER SECTION:\n'
    text += a.records.map((record) => `${padded(name)}0\tIN\tA\t${printIpv4(record)}\n`).join('')
    if (o.comments) text += '\n'
  }
  if (o.stats) {
    const took = Math.floor((sys.k.now - s.sent) / 1000)
    const [day, month, date, time, year] = ctime(sys.k.now).split(/ +/)
    text += `;; Query time: ${took} msec\n;; SERVER: ${server(o)}(${printIpv4(o.address)}) (UDP)\n`
    text += `;; WHEN: ${day} ${month} ${date.padStart(2, '0')} ${time} UTC ${year}\n;; MSG SIZE  rcvd: ${a.bytes}\n\n`
  }
  sys.out(text)
}

/** Ask, or ask again; after the last time there is nobody. */
function ask(sys: Sys, s: State): void {
  const { o } = s
  const old = sockOf(sys)
  if (old) freeSock(sys.k.net, old)
  s.sock = -1
  if (s.left-- === 0) {
    sys.out(`${o.short ? '' : header(sys, s)};; no servers could be reached\n`)
    sys.exit(9)
    return
  }
  const sock = udp_connect(sys.k, sys.process.pid, o.address, o.port)
  if (typeof sock === 'string') {
    const why = sock === 'ENETUNREACH' ? 'network unreachable' : 'host unreachable'
    sys.out(`;; UDP setup with ${server(o)}(${printIpv4(o.address)}) for ${bare(o.name)} failed: ${why}.\n`)
    sys.out(';; no servers could be reached\n')
    if (o.short && s.left > 0) ask(sys, s)
    else sys.exit(9)
    return
  }
  const text = queryText({ id: s.id, name: bare(o.name), type: o.type, edns: true }, true)
  s.sock = sock.index
  s.sent = sys.k.now
  s.deadline = s.sent + o.seconds * 1_000_000
  sys.timer(s.deadline)
  udp_send(sys.k, sock, sys.payload(text), text.length)
}

function failedOnce(sys: Sys, s: State, why: string): void {
  sys.out(`;; communications error to ${server(s.o)}: ${why}\n`)
  ask(sys, s)
}

/** BIND, lib/isc/result.c, errno2result.c */
const ERRORS: Partial<Record<Errno, string>> = {
  ECONNREFUSED: 'connection refused',
  ENETUNREACH: 'network unreachable',
  EHOSTUNREACH: 'host unreachable',
  EHOSTDOWN: 'host down',
  ENOPROTOOPT: 'invalid protocol',
}

export const dig: Program = {
  name: 'dig',
  usage: 'dig [@SERVER] [-p PORT] [+short] [+time=S] [+tries=N] NAME [TYPE]',
  start(sys) {
    try {
      const o = readOptions(sys)
      const id = sys.k.random() % 65536
      sys.process.data = { o, line: '', id, left: o.tries, sock: -1, sent: 0, deadline: 0 } satisfies State
      ask(sys, stateOf(sys))
    } catch (error) {
      if (!(error instanceof Wrong)) throw error
      if (error.status === 0) sys.out(error.message)
      else sys.err(error.message)
      sys.exit(error.status)
    }
  },
  socket(sys) {
    const s = stateOf(sys)
    const d = sockOf(sys)?.queue.shift()
    if (d === undefined) return
    if (d.type !== 0) {
      const error = icmpErrno(d.type, d.code)
      if (error?.fatal) failedOnce(sys, s, ERRORS[error.errno] ?? 'unexpected error')
      return
    }
    const answer = parseAnswer(sys.payloadText(d.payload))
    if (answer?.id !== s.id) return
    show(sys, s, answer)
    sys.exit(0)
  },
  timer(sys) {
    const s = stateOf(sys)
    if (sys.k.now >= s.deadline) failedOnce(sys, s, 'timed out')
  },
}
