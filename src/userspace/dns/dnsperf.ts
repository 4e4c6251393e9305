/**
 * dnsperf: asks a server of names as fast as it answers, or at a rate, by many sockets: each of them is a flow of UDP.
 * man 1 dnsperf (2.10)
 *
 * One process that takes CPU time, as ab. Left out: more threads than one (their sockets are there), TCP, TLS and HTTPS,
 * EDNS, updates
 */
import type { Ipv4 } from '../../wire/address.ts'
import { freeSock } from '../../kernel/socket.ts'
import { udp_connect, udp_send } from '../../kernel/udp.ts'
import { WORK_DNS } from '../../kernel/work.ts'
import { inetAton } from '../inet-aton.ts'
import { ctime, EPOCH } from '../iptables/ctime.ts'
import type { Program, Sys } from '../program.ts'
import { BANNER, parseDnsperf, Quit, type DnsperfOptions } from './dnsperf-options.ts'
import { parseAnswer, queryText, REFUSED, typeName, TYPES } from './message.ts'

/** Sockets of a thread at most. Linux: MAX_SOCK */
const SOCKETS = 256
/** Descriptors that are open beside the sockets. */
const OTHER_FDS = 5
const SECOND = 1_000_000
/** One query in so many is recorded step by step, with its answer. */
const WATCHED_OF = 1000
/** The lab remembers what so many different messages mean: with a long file, fewer ids take turns. */
const MEANINGS = 20_000

interface Line {
  name: string
  type: number
}

/** A query that is under way. */
interface Asked {
  line: number
  sock: number
  at: number
}

interface State {
  o: DnsperfOptions
  address: Ipv4
  /** What stdin has said so far. */
  typed: string
  lines: Line[]
  socks: number[]
  /** Payloads of queries by their text, and of answers what they say: the same come again and again. */
  texts: Record<string, number>
  codes: Record<number, number>
  /** By message id; the number of ids that take turns, and how many are under way. */
  asked: Record<number, Asked>
  ids: number
  under: number
  start: number
  sent: number
  done: number
  lost: number
  refused: number
  requestBytes: number
  answerBytes: number
  sum: number
  squares: number
  min: number
  max: number
  /** The last thing that happened, and the next alarm (0: none). */
  last: number
  alarm: number
  told: number
  toldDone: number
}

const stateOf = (sys: Sys): State => sys.process.data as State

/** The lines of the file; what is wrong with one is said, and it is left out. */
function linesOf(sys: Sys, text: string): Line[] {
  return text.split('\n').flatMap((one) => {
    if (one.trim() === '' || one.startsWith(';')) return []
    const [name, type] = one.trim().split(/\s+/)
    if ((type as string | undefined) === undefined) sys.err(`Warning: invalid query input format: ${name}\n`)
    else if (!Object.hasOwn(TYPES, type.toUpperCase())) sys.err(`Warning: invalid qtype: ${type}\n`)
    else return [{ name: name.replace(/\.$/, ''), type: TYPES[type.toUpperCase()] }]
    return []
  })
}

function begin(sys: Sys, text: string): void {
  const s = stateOf(sys)
  const { o } = s
  if (text.trim() === '') {
    fail(sys, 'Error: input file contains no data')
    return
  }
  s.lines = linesOf(sys, text)
  s.ids = Math.min(65536, Math.max(2 * o.outstanding, Math.floor(MEANINGS / Math.max(1, s.lines.length))))
  const each = Math.min(SOCKETS, Math.ceil(o.clients / o.threads))
  const count = Math.min(o.clients, each * o.threads)
  if (count + OTHER_FDS > sys.process.nofile) {
    fail(sys, 'Error: socket: Too many open files')
    return
  }
  for (let i = 0; i < count; i++) {
    const sock = udp_connect(sys.k, sys.process.pid, s.address, o.port)
    if (typeof sock === 'string') {
      fail(sys, 'Error: socket: Network is unreachable')
      return
    }
    s.socks.push(sock.index)
  }
  s.start = s.last = s.told = sys.k.now
  sys.k.task(sys.process.pid, '', -1, 'load')
}

function fail(sys: Sys, text: string): void {
  sys.err(`${text}\n`)
  sys.exit(1)
}

/** How many may have been sent by now, all in all. */
function allowed({ o, lines, start }: State, now: number): number {
  const all = o.runs > 0 ? o.runs * lines.length : Infinity
  const byRate = o.rate === 0 ? Infinity : Math.floor(((now - start) / SECOND) * o.rate) + 1
  return Math.min(all, byRate)
}

function isOver({ o, start }: State, now: number): boolean {
  return o.seconds > 0 && now >= start + o.seconds * SECOND
}

function send(sys: Sys, s: State): void {
  const { k } = sys
  k.spend(WORK_DNS)
  const line = s.sent % s.lines.length
  const sock = k.net.socks[s.socks[s.sent % s.socks.length]]
  if (!sock) return
  let id = s.sent % s.ids
  while (id in s.asked) id = (id + 1) % s.ids
  const key = `${id} ${line}`
  const text = queryText({ id, ...s.lines[line], edns: false })
  s.texts[key] ??= sys.payload(text)
  s.asked[id] = { line, sock: sock.index, at: k.now }
  s.under++
  s.sent++
  s.requestBytes += text.length
  s.last = k.now
  const watched = s.sent % WATCHED_OF === 1 ? 1 : 0
  udp_send(k, sock, s.texts[key], text.length, watched)
}

/** A query is under way no more. */
function settle(s: State, id: number): void {
  delete s.asked[id]
  s.under--
}

function receive(sys: Sys, s: State, index: number): void {
  const sock = sys.k.net.socks[index]
  const d = sock?.queue.shift()
  if (!sock || d === undefined || d.type === 3 || d.payload === 0) return
  sys.k.spend(WORK_DNS)
  if (!(d.payload in s.codes)) {
    const a = parseAnswer(sys.payloadText(d.payload))
    s.codes[d.payload] = a === null ? -1 : a.id * 16 + a.rcode
  }
  const said = s.codes[d.payload]
  const id = Math.floor(said / 16)
  const query = s.asked[id] as Asked | undefined
  if (said < 0 || query?.sock !== index) return
  const took = sys.k.now - query.at
  s.done++
  if (said % 16 === REFUSED) s.refused++
  s.answerBytes += d.bytes
  s.sum += took
  s.squares += took * took
  s.min = Math.min(s.min, took)
  s.max = Math.max(s.max, took)
  s.last = sys.k.now
  settle(s, id)
  if (!s.o.verbose) return
  const { name, type } = s.lines[query.line]
  const code = said % 16 === REFUSED ? 'REFUSED' : 'NOERROR'
  sys.out(`> ${code} ${name} ${typeName(type)} ${(took / 1e6).toFixed(6)}\n`)
}

/** Queries that nobody has answered in time are lost. */
function giveUp(sys: Sys, s: State): void {
  const before = sys.k.now - s.o.timeout * SECOND
  for (const key of Object.keys(s.asked)) {
    const id = Number(key)
    if (s.asked[id].at > before) continue
    sys.out(`[Timeout] Query timed out: msg id ${id}\n`)
    s.lost++
    settle(s, id)
  }
}

const percent = (n: number, of: number): string => (of === 0 ? '0.00' : ((100 * n) / of).toFixed(2))

function codes(s: State): string {
  const good = s.done - s.refused
  const parts = [
    ...(good > 0 ? [`NOERROR ${good} (${percent(good, s.done)}%)`] : []),
    ...(s.refused > 0 ? [`REFUSED ${s.refused} (${percent(s.refused, s.done)}%)`] : []),
  ]
  return parts.join(', ')
}

/** As it is written when the test is over, however that came. */
function report(sys: Sys, s: State, why: string): void {
  const { k } = sys
  for (const index of s.socks) {
    const sock = k.net.socks[index]
    if (sock) freeSock(k.net, sock)
  }
  const end = why === 'interruption' ? k.now : why === 'time limit' ? s.start + s.o.seconds * SECOND : s.last
  const seconds = (end - s.start) / SECOND
  const { under } = s
  const mean = s.done === 0 ? 0 : s.sum / s.done / SECOND
  const variance = s.done > 1 ? (s.squares - (s.sum * s.sum) / s.done) / (s.done - 1) : 0
  const average = (bytes: number, n: number): number => (n === 0 ? 0 : Math.floor(bytes / n))
  const rest = under > 0 ? `  Queries interrupted:  ${under} (${percent(under, s.sent)}%)\n` : ''
  const deviation =
    s.done > 1 ? `  Latency StdDev (s):   ${(Math.sqrt(Math.max(0, variance)) / SECOND).toFixed(6)}\n` : ''
  sys.out(`[Status] Testing complete (${why})

Statistics:

  Queries sent:         ${s.sent}
  Queries completed:    ${s.done} (${percent(s.done, s.sent)}%)
  Queries lost:         ${s.lost} (${percent(s.lost, s.sent)}%)
${rest}
  Response codes:       ${codes(s)}
  Average packet size:  request ${average(s.requestBytes, s.sent)}, response ${average(s.answerBytes, s.done)}
  Run time (s):         ${seconds.toFixed(6)}
  Queries per second:   ${(seconds === 0 ? 0 : s.done / seconds).toFixed(6)}

  Average Latency (s):  ${mean.toFixed(6)} (min ${((s.done === 0 ? 0 : s.min) / SECOND).toFixed(6)}, max ${(s.max / SECOND).toFixed(6)})
${deviation}
`)
}

/** The next moment at which something is to be done that no datagram tells of. */
function nextAlarm(s: State, now: number): number {
  const { o } = s
  const times = [
    ...(o.seconds > 0 && !isOver(s, now) ? [s.start + o.seconds * SECOND] : []),
    ...(o.every > 0 ? [s.told + o.every * SECOND] : []),
    ...Object.values(s.asked).map((q) => q.at + o.timeout * SECOND),
    ...(o.rate > 0 && s.under < o.outstanding ? [s.start + Math.ceil((s.sent / o.rate) * SECOND)] : []),
  ]
  return Math.max(now + 1, Math.min(...times))
}

function tell(sys: Sys, s: State): void {
  const { now } = sys.k
  const qps = (s.done - s.toldDone) / ((now - s.told) / SECOND)
  sys.out(`${(EPOCH + now / SECOND).toFixed(6)}: ${qps.toFixed(6)}\n`)
  s.told = now
  s.toldDone = s.done
}

export const dnsperf: Program = {
  name: 'dnsperf',
  usage:
    'dnsperf -s SERVER [-d FILE] [-c CLIENTS] [-T THREADS] [-n RUNS] [-l SECONDS] [-q N] [-Q QPS] [-S SECONDS]',
  start(sys) {
    let o: DnsperfOptions
    try {
      o = parseDnsperf(sys.process.argv)
    } catch (error) {
      if (!(error instanceof Quit)) throw error
      sys.out(BANNER)
      sys.err(error.message)
      sys.exit(error.status)
      return
    }
    sys.out(BANNER)
    const address = inetAton(o.server) ?? sys.resolve(o.server)
    if (address === null) {
      fail(sys, `invalid server address ${o.server}`)
      return
    }
    const text = o.file === '' ? '' : sys.files.read(o.file)
    if (typeof text !== 'string') {
      fail(sys, `Error: unable to open file: ${o.file}`)
      return
    }
    const limit = [
      ...(o.runs > 0 ? [`${o.runs} run${o.runs === 1 ? '' : 's'} through file`] : []),
      ...(o.seconds > 0 ? [`${o.seconds.toFixed(6)} seconds`] : []),
    ]
    sys.out(
      `[Status] Command line: dnsperf ${sys.process.argv.slice(1).join(' ')}\n[Status] Sending queries (to ${o.server}:${o.port})\n` +
        `[Status] Started at: ${ctime(sys.k.now)}\n[Status] Stopping after ${limit.join(' or ')}\n`,
    )
    sys.process.data = {
      o,
      address,
      typed: '',
      lines: [],
      socks: [],
      texts: {},
      codes: {},
      asked: {},
      ids: 65536,
      under: 0,
      start: 0,
      sent: 0,
      done: 0,
      lost: 0,
      refused: 0,
      requestBytes: 0,
      answerBytes: 0,
      sum: 0,
      squares: 0,
      min: Infinity,
      max: 0,
      last: 0,
      alarm: 0,
      told: 0,
      toldDone: 0,
    } satisfies State
    if (o.file !== '') begin(sys, text)
  },
  input(sys, text) {
    stateOf(sys).typed += text
  },
  eof(sys) {
    const s = stateOf(sys)
    if (s.o.file === '') begin(sys, s.typed)
  },
  work(sys, next) {
    const s = stateOf(sys)
    const index = next()
    if (index >= 0) receive(sys, s, index)
    const { now } = sys.k
    const over = isOver(s, now)
    const all = s.lines.length === 0 || (s.o.runs > 0 && s.sent >= s.o.runs * s.lines.length)
    // Those that are under way are waited for.
    if ((over || all) && s.under === 0) {
      report(sys, s, over ? 'time limit' : 'end of file')
      sys.exit(0)
      return false
    }
    const more = (): boolean => !over && s.under < s.o.outstanding && s.sent < allowed(s, now)
    if (more()) send(sys, s)
    return more()
  },
  idle(sys) {
    const s = stateOf(sys)
    const at = nextAlarm(s, sys.k.now)
    if (s.alarm !== 0 && s.alarm <= at) return
    s.alarm = at
    sys.timer(at)
  },
  timer(sys) {
    const s = stateOf(sys)
    s.alarm = 0
    giveUp(sys, s)
    if (s.o.every > 0 && sys.k.now >= s.told + s.o.every * SECOND) tell(sys, s)
    // It gets a CPU again, and looks what is to be done.
    sys.k.wake(s.socks[0])
  },
  interrupt(sys) {
    const s = stateOf(sys)
    if (s.start > 0 || s.sent > 0) report(sys, s, 'interruption')
    sys.exit(s.start > 0 ? 0 : 130)
  },
}
