/**
 * The filter of ss: states, then an expression over addresses and ports.
 * iproute2 6.1, misc/ss.c scan_state, ssfilter.y
 */
import type { Sys } from '../program.ts'
import { inetAton } from '../inet-aton.ts'
import { servicePort } from '../../kernel/xtables/names.ts'
import {
  TCP_BOTH_OPEN,
  TCP_CLOSE,
  TCP_CLOSE_WAIT,
  TCP_CLOSING,
  TCP_ESTABLISHED,
  TCP_FIN_WAIT1,
  TCP_FIN_WAIT2,
  TCP_LAST_ACK,
  TCP_LISTEN,
  TCP_SYN_RECV,
  TCP_SYN_SENT,
  TCP_TIME_WAIT,
} from '../../kernel/tcp/table.ts'
import { netmask } from '../../wire/address.ts'
import { SHOWN, type SocketView } from './sockets.ts'

/** The filter makes no sense: what goes to stderr, and the exit status. `usage`: the usage follows. */
export class FilterError extends Error {
  readonly status: number
  readonly usage: boolean
  constructor(text: string, status: number, usage = false) {
    super(text)
    this.status = status
    this.usage = usage
  }
}

const ALL: readonly number[] = SHOWN.flatMap((_, state) => (state > 0 ? [state] : []))
const without = (...left: number[]): number[] => ALL.filter((s) => !left.includes(s))

const SYN_RECV: readonly number[] = [TCP_SYN_RECV, TCP_BOTH_OPEN]

/** What is shown without -a, -l and a state. */
export const CONNECTED = without(TCP_LISTEN, TCP_CLOSE, TCP_TIME_WAIT, ...SYN_RECV)
export const EVERY = ALL
/** The same where TCP is not asked for. */
export const PLAIN: readonly number[] = [TCP_ESTABLISHED]
export const LISTENING: readonly number[] = [TCP_LISTEN, TCP_CLOSE]

const GROUPS: Readonly<Record<string, readonly number[]>> = {
  all: ALL,
  connected: without(TCP_CLOSE, TCP_LISTEN),
  synchronized: without(TCP_CLOSE, TCP_LISTEN, TCP_SYN_SENT),
  bucket: [...SYN_RECV, TCP_TIME_WAIT],
  big: without(...SYN_RECV, TCP_TIME_WAIT),
  close: [TCP_CLOSE],
  closed: [TCP_CLOSE],
  unconnected: [TCP_CLOSE],
  established: [TCP_ESTABLISHED],
  listening: [TCP_LISTEN],
  'syn-sent': [TCP_SYN_SENT],
  'syn-recv': SYN_RECV,
  'syn-rcv': SYN_RECV,
  'fin-wait-1': [TCP_FIN_WAIT1],
  'fin-wait-2': [TCP_FIN_WAIT2],
  'time-wait': [TCP_TIME_WAIT],
  'close-wait': [TCP_CLOSE_WAIT],
  'last-ack': [TCP_LAST_ACK],
  closing: [TCP_CLOSING],
}

function scanState(word: string | undefined): readonly number[] {
  if (word === undefined) throw new FilterError('Command line is not complete. Try option "help"\n', 255)
  const name = word.toLowerCase()
  if (!Object.hasOwn(GROUPS, name)) throw new FilterError(`ss: wrong state name: ${word}\n`, 255)
  return GROUPS[name]
}

export type Test = (v: SocketView) => boolean

interface Reader {
  sys: Sys
  words: string[]
  at: number
}

const SYNTAX = 'ss: bison bellows (while parsing filter): "syntax error!" Sorry.\n'
const syntax = (): never => {
  throw new FilterError(SYNTAX, 255, true)
}
const badHost = (why: string): never => {
  throw new FilterError(`${why}Cannot parse dst/src address.\n`, 1)
}

/** `=`, `==`, `eq` and the like. */
const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '==': (a, b) => a === b,
  eq: (a, b) => a === b,
  '!=': (a, b) => a !== b,
  ne: (a, b) => a !== b,
  neq: (a, b) => a !== b,
  '>=': (a, b) => a >= b,
  ge: (a, b) => a >= b,
  geq: (a, b) => a >= b,
  '<=': (a, b) => a <= b,
  le: (a, b) => a <= b,
  leq: (a, b) => a <= b,
  '>': (a, b) => a > b,
  gt: (a, b) => a > b,
  '<': (a, b) => a < b,
  lt: (a, b) => a < b,
}

function portNumber(word: string): number {
  if (/^\d+$/.test(word)) return Number(word)
  return servicePort(word, null) ?? badHost(`Error: "${word}" does not look like a port.\n`)
}

interface HostCondition {
  addr: number
  mask: number
  /** -1: any. */
  port: number
}

/** `ADDRESS[/BITS][:PORT]`, `:PORT`, and for ports alone a number without a colon. Linux: parse_hostcond */
function hostCondition(sys: Sys, word: string, isPort: boolean): HostCondition {
  const colon = word.lastIndexOf(':')
  const host = colon < 0 ? (isPort ? '' : word) : word.slice(0, colon)
  const port = colon < 0 ? (isPort ? word : '') : word.slice(colon + 1)
  const portWanted = port === '' || port === '*' ? -1 : portNumber(port)
  if (host === '' || host === '*') return { addr: 0, mask: 0, port: portWanted }
  const [name, bits] = host.split('/')
  const addr = inetAton(name) ?? sys.resolve(name)
  const len = bits === undefined ? 32 : /^\d+$/.test(bits) && Number(bits) <= 32 ? Number(bits) : -1
  if (addr === null || len < 0) return badHost(`Error: an inet prefix is expected rather than "${host}".\n`)
  return { addr, mask: netmask(len), port: portWanted }
}

/** One condition. */
function condition(r: Reader): Test {
  const word = r.words[r.at++]
  if (word === undefined) return syntax()
  const lower = word.toLowerCase()
  if (lower === '(') {
    const inner = either(r)
    if (r.words[r.at++] !== ')') syntax()
    return inner
  }
  if (lower === 'not' || lower === '!') {
    const inner = condition(r)
    return (v) => !inner(v)
  }
  if (lower === 'autobound') return (v) => v.lport >= 32768 && v.lport <= 60999
  const which = /^([sd])(?:rc|st|port)$/.exec(lower)
  if (lower === 'dev' || lower === 'fwmark') return elseTest(r, lower)
  if (lower === 'cgroup') throw new FilterError('ss: cgroup: not modelled in this lab\n', 1)
  if (!which) {
    // An end alone is none; but what makes no sense at all is told first.
    hostCondition(r.sys, word, false)
    return syntax()
  }
  return hostTest(r, which[1] === 's', lower.endsWith('port'))
}

/** Nobody here ties a socket to a card, or marks it. */
function elseTest(r: Reader, what: 'dev' | 'fwmark'): Test {
  const op = r.words[r.at]?.toLowerCase()
  const compare = op !== undefined && Object.hasOwn(COMPARE, op) ? COMPARE[op] : null
  if (compare) r.at++
  const word = r.words[r.at++]
  if (word === undefined) return syntax()
  const equal = !compare || compare(1, 1)
  if (what === 'dev') return () => !equal
  const [mark, mask = 0xffffffff] = word.split('/').map(Number)
  if (Number.isNaN(mark) || Number.isNaN(mask)) throw new FilterError(`Cannot parse mark ${word}.\n`, 1)
  return () => ((0 & mask) === mark) === equal
}

function hostTest(r: Reader, local: boolean, isPort: boolean): Test {
  const op = r.words[r.at]?.toLowerCase()
  const compare = op !== undefined && Object.hasOwn(COMPARE, op) ? COMPARE[op] : null
  if (compare) r.at++
  const word = r.words[r.at++]
  if (word === undefined) return syntax()
  const c = hostCondition(r.sys, word, isPort)
  const equal = !compare || compare(1, 1)
  return (v) => {
    const addr = local ? v.laddr : v.raddr
    const port = local ? v.lport : v.rport
    if (isPort) return (compare ?? COMPARE['='])(port, c.port)
    const same = ((addr ^ c.addr) & c.mask) === 0 && (c.port < 0 || port === c.port)
    return same === equal
  }
}

function both(r: Reader): Test {
  const tests = [condition(r)]
  for (;;) {
    const word = r.words[r.at]?.toLowerCase()
    if (word === undefined || word === 'or' || word === '|' || word === '||' || word === ')') break
    if (word === 'and' || word === '&' || word === '&&') r.at++
    tests.push(condition(r))
  }
  return (v) => tests.every((t) => t(v))
}

function either(r: Reader): Test {
  const tests = [both(r)]
  while (/^(or|\||\|\|)$/i.test(r.words[r.at] ?? '')) {
    r.at++
    tests.push(both(r))
  }
  return (v) => tests.some((t) => t(v))
}

export interface Filter {
  /** null: what the options say. */
  states: readonly number[] | null
  test: Test
}

/** Parentheses and operators need no blanks around them. */
function tokens(words: readonly string[]): string[] {
  return words
    .join(' ')
    .replace(/[()]|[=!<>]=?|&&?|\|\|?/g, ' $& ')
    .split(/\s+/)
    .filter((w) => w !== '')
}

/** `state X`, `exclude X`, any number of them, and the rest as an expression. */
export function parseFilter(sys: Sys, operands: readonly string[]): Filter {
  const words = [...operands]
  let states: readonly number[] | null = null
  for (;;) {
    const word = words[0]
    if (word === 'state' || word === 'exclude' || word === 'excl') {
      words.shift()
      const named = scanState(words.shift())
      states =
        word === 'state'
          ? [...new Set([...(states ?? []), ...named])]
          : (states ?? ALL).filter((s) => !named.includes(s))
    } else break
  }
  const r: Reader = { sys, words: tokens(words), at: 0 }
  const test = r.words.length === 0 ? (): boolean => true : either(r)
  if (r.at < r.words.length) syntax()
  return { states, test }
}
