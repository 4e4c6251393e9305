/**
 * route(8): the main table of routes, shown and changed the way that came before ip(8).
 *
 * net-tools 2.10, route.c, lib/inet_sr.c INET_setroute; Linux: net/ipv4/fib_frontend.c ip_rt_ioctl, rtentry_to_fib_config
 * Left out: IPv6, irtt, window, mss, mod, dyn
 */
import { RT_TABLE_MAIN } from '../../kernel/fib.ts'
import { addRoute, delRoute } from '../../kernel/netlink-route.ts'
import type { NetlinkError } from '../../kernel/netlink.ts'
import { devByName } from '../../kernel/route.ts'
import { netmask, parseIpv4, type Ipv4 } from '../../wire/address.ts'
import { inetAton } from '../inet-aton.ts'
import { STRERROR } from '../ip/args.ts'
import type { Program, Sys } from '../program.ts'
import { parseOptions } from '../text/options.ts'
import { routeTable } from './routes.ts'
import { INET_USAGE, ROUTE_USAGE } from './usage.ts'

/** What ends it: the words for stderr, and the status. */
class Quit extends Error {
  readonly status: number
  constructor(status: number, text: string) {
    super(text)
    this.status = status
  }
}

const E_USAGE = 3
const E_LOOKUP = 6
const E_SOCK = 7

/** Bits of the network by the address alone, as before there were masks. */
function classBits(addr: Ipv4): number {
  if (addr === 0) return 0
  return addr >>> 31 === 0 ? 8 : addr >>> 30 === 2 ? 16 : 24
}

/** The bits of a mask, -1: it has holes. */
export function maskBits(mask: Ipv4): number {
  for (let bits = 0; bits <= 32; bits++) if (netmask(bits) === mask) return bits
  return -1
}

function addressOf(sys: Sys, word: string): Ipv4 {
  const addr = inetAton(word) ?? sys.resolve(word)
  if (addr === null) throw new Quit(E_LOOKUP, `${word}: Unknown host\n`)
  return addr
}

interface Wanted {
  addr: Ipv4
  bits: number
  via: Ipv4
  dev: string | null
  metric: number
  reject: boolean
}

function readRoute(sys: Sys, words: string[]): Wanted {
  let kind = ''
  if (words[0] === '-net' || words[0] === '-host') kind = words.shift() ?? ''
  const target = words.shift()
  if (target === undefined) throw new Quit(0, INET_USAGE)
  const [name, len] = target.split('/')
  const addr = name === 'default' ? 0 : addressOf(sys, name)
  const wanted: Wanted = { addr, bits: -1, via: 0, dev: null, metric: 0, reject: false }
  if (name === 'default') wanted.bits = 0
  else if (len !== undefined)
    wanted.bits = /^\d+$/.test(len) && Number(len) <= 32 ? Number(len) : maskBits(parseIpv4(len) ?? 1)
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const value = (): string => {
      const next = words.shift()
      if (next === undefined) throw new Quit(E_USAGE, INET_USAGE)
      return next
    }
    if (word === 'gw' || word === 'gateway') wanted.via = addressOf(sys, value())
    else if (word === 'netmask') {
      wanted.bits = maskBits(addressOf(sys, value()))
      if (wanted.bits < 0) throw new Quit(E_USAGE, `route: bogus netmask ${target}\n`)
    } else if (word === 'metric') wanted.metric = Number(value()) || 0
    else if (word === 'dev' || word === 'device') wanted.dev = value()
    else if (word === 'reject') wanted.reject = true
    else if (['mss', 'window', 'irtt'].includes(word))
      throw new Quit(E_USAGE, `route: ${word} ${value()}: not modelled in this lab\n`)
    else if (['mod', 'dyn', 'reinstate'].includes(word)) continue
    else if (wanted.dev === null && words.length === 0) wanted.dev = word
    else throw new Quit(E_USAGE, INET_USAGE)
  }
  if (wanted.bits < 0) {
    const net = classBits(addr)
    wanted.bits = kind === '-host' || (kind === '' && (addr & ~netmask(net)) !== 0) ? 32 : net
  }
  if ((addr & ~netmask(wanted.bits)) !== 0)
    throw new Quit(E_USAGE, `route: netmask doesn't match route address\n${INET_USAGE}`)
  return wanted
}

function change(sys: Sys, command: 'add' | 'del', words: string[]): void {
  const { net } = sys.k
  const w = readRoute(sys, words)
  const call = command === 'add' ? 'SIOCADDRT' : 'SIOCDELRT'
  const answered = (error: NetlinkError | null): void => {
    if (error) throw new Quit(E_SOCK, `${call}: ${STRERROR[error.errno]}\n`)
  }
  const dev = w.dev === null ? undefined : devByName(net, w.dev)
  if (w.dev !== null && !dev) throw new Quit(E_SOCK, `${call}: No such device\n`)
  const dst = { addr: w.addr, bits: w.bits }
  if (command === 'del') {
    answered(
      delRoute(net, {
        table: RT_TABLE_MAIN,
        dst,
        via: w.via || null,
        ifindex: dev?.ifindex ?? null,
        src: null,
        metric: w.metric || null,
        tos: 0,
        type: w.reject ? 'unreachable' : null,
        proto: null,
        scope: null,
      }),
    )
    return
  }
  answered(
    addRoute(
      net,
      {
        dst,
        via: w.via,
        ifindex: w.reject ? 0 : (dev?.ifindex ?? 0),
        src: 0,
        metric: w.metric,
        type: w.reject ? 'unreachable' : 'unicast',
        proto: 'boot',
        scope: w.reject ? 'host' : w.via ? 'global' : 'link',
        table: RT_TABLE_MAIN,
      },
      // Neither NLM_F_EXCL nor NLM_F_APPEND: before its equals.
      'prepend',
    ),
  )
}

export const route: Program = {
  name: 'route',
  usage: 'route [-nee] | route {add|del} {-net|-host|default} [TARGET] [gw GATEWAY] [dev DEVICE]',
  start(sys) {
    const options = parseOptions(sys.process.argv, {
      short: '+A:eCFhnN64Vv?',
      long: { help: 'h', version: 'V', numeric: 'n', extend: 'e' },
      ordered: true,
    })
    if ('error' in options) {
      sys.err(`route: ${options.error}\n${ROUTE_USAGE}`)
      sys.exit(E_USAGE)
      return
    }
    const times = (letter: string): number => options.found.filter(({ name }) => name === letter).length
    const [command, ...words] = options.operands
    if (times('V') > 0) {
      sys.out('net-tools 2.10\n')
      sys.exit(0)
    } else if (times('h') > 0) {
      sys.err(ROUTE_USAGE)
      sys.exit(E_USAGE)
    } else if ((command as string | undefined) === undefined) {
      const columns = (['route', 'netstat', 'all'] as const)[Math.min(2, times('e'))]
      if (times('6') === 0) sys.out(routeTable(sys, times('n') > 0, columns))
      sys.exit(0)
    } else
      try {
        if (command !== 'add' && command !== 'del') throw new Quit(E_USAGE, ROUTE_USAGE)
        change(sys, command, words)
        sys.exit(0)
      } catch (error) {
        if (!(error instanceof Quit)) throw error
        if (error.status === 0) sys.out(error.message)
        else sys.err(error.message)
        sys.exit(error.status)
      }
  },
  complete: () => ['-n', 'add', 'del', '-net', '-host', 'default', 'gw', 'netmask', 'dev'],
}
