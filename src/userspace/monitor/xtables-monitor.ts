/**
 * xtables-monitor(8): the rules that packets of the TRACE target meet, as they meet them.
 *
 * On Linux it hears of the rules of iptables-nft only, and what `iptables` here is (legacy) says TRACE lines in the kernel
 * log. Here it tells of these tables too, in the format of the other: each line is one that the log has.
 *
 * iptables 1.8.9, iptables/xtables-monitor.c
 * Left out: changes of rules (-e), counters (-c); the handles of rules are those of tables that were filled chain by chain
 */
import { HOOK_NUMBER } from '../../kernel/xtables/extension.ts'
import type { Header, TraceEvent } from '../../kernel/trace.ts'
import { printIpv4 } from '../../wire/address.ts'
import { IP_DF, IP_MF, IP_OFFMASK, IPPROTO_TCP, IPPROTO_UDP } from '../../wire/packet.ts'
import type { Program, Sys } from '../program.ts'
import { parseOptions } from '../text/options.ts'

const VERSION = 'xtables-monitor 1.8.9'
const USAGE = `${VERSION} (nf_tables)
Usage: xtables-monitor [ -t | -e ]
        --trace    -t    trace ruleset traversal of packets tagged via -j TRACE rule
        --event    -e    show events that modify the ruleset
Optional arguments:
        --ipv4     -4    only monitor IPv4
        --ipv6     -6    only monitor IPv6
	--counters -c    show counters in rules
`
const SPEC = {
  short: 'hVtec46',
  long: { help: 'h', version: 'V', trace: 't', event: 'e', counters: 'c', ipv4: '4', ipv6: '6' },
}
const SIGPIPE = 141

interface State {
  /** Nothing of IPv4 is wanted. */
  silent: boolean
  /** The traversal that was told of last: its packet is not shown again. */
  last: string
}

type Traced = Extract<TraceEvent, { type: 'trace' }>

const isTraced = (event: unknown): event is Traced =>
  typeof event === 'object' && event !== null && 'type' in event && event.type === 'trace'

/** A card's address without zeros in front. */
function mac(n: number): string {
  return [5, 4, 3, 2, 1, 0].map((i) => (Math.floor(n / 256 ** i) & 255).toString(16)).join(':')
}

const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR']

/** TCP's flags, the highest bit first. */
function flags(h: Header): string {
  return FLAGS.map((name, bit) => (h.flags & (1 << bit) ? `${name} ` : ''))
    .reverse()
    .join('')
}

/** `IN=eth0 MACSRC=.. SRC=.. `. Linux: iptables, trace_print_packet */
function packetText(h: Header): string {
  let out = h.in ? `IN=${h.in} ` : ''
  if (h.out) out += `OUT=${h.out} `
  if (h.smac !== 0) out += `MACSRC=${mac(h.smac)} MACDST=${mac(h.dmac)} MACPROTO=0800 `
  out += `SRC=${printIpv4(h.saddr)} DST=${printIpv4(h.daddr)} `
  out += `LEN=${h.len} TOS=0x${h.tos.toString(16)} TTL=${h.ttl} ID=${h.id} `
  if (h.frag & IP_DF) out += 'DF '
  if (h.frag & IP_MF) out += 'MF '
  const ports = h.protocol === IPPROTO_TCP || h.protocol === IPPROTO_UDP
  if (ports && (h.frag & IP_OFFMASK) === 0) {
    out += `SPORT=${h.sport} DPORT=${h.dport} `
    if (h.protocol === IPPROTO_TCP) out += flags(h)
  }
  if (h.mark) out += `MARK=0x${h.mark.toString(16)} `
  return out
}

/** What the packet is called: the same number in all its lines. */
const nameOf = (e: Traced): string => (Math.imul(e.skb, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0')

function lines(s: State, e: Traced): string {
  const id = nameOf(e)
  const traversal = `${id} ${e.table} ${HOOK_NUMBER[e.hook]}`
  let out = ''
  if (traversal !== s.last) out = `PACKET: 2 ${id} ${packetText(e.header)}\n`
  s.last = traversal
  const head = ` TRACE: 2 ${id} ${e.table}:${e.chain}`
  if (e.handle === 0) return `${out}${head}:policy:${e.verdict} \n`
  const rule = `-4 -t ${e.table} -A ${e.chain}${e.does === '' ? '' : ` ${e.does}`}`
  return `${out}${head}:rule:0x${e.handle.toString(16)}:${e.verdict}  ${rule}\n`
}

function refuse(sys: Sys, text: string, status: number): void {
  sys.err(text)
  sys.exit(status)
}

export const xtablesMonitor: Program = {
  name: 'xtables-monitor',
  usage: 'xtables-monitor --trace',
  start(sys) {
    const options = parseOptions(sys.process.argv, SPEC)
    const hint = "Try `xtables-monitor -h' for more information.\n"
    if ('error' in options) {
      refuse(sys, `xtables-monitor: ${options.error}\n${VERSION}: Bad argument.\n${hint}`, 2)
      return
    }
    const has = (letter: string): boolean => options.found.some(({ name }) => name === letter)
    if (has('h') || has('V')) {
      sys.out(has('h') ? USAGE : `${VERSION}\n`)
      sys.exit(0)
      return
    }
    if (has('e') || has('c') || !has('t')) {
      refuse(sys, 'xtables-monitor: this lab has --trace only\n', 1)
      return
    }
    sys.process.data = { silent: has('6') && !has('4'), last: '' } satisfies State
    // It hears of packets as those do who listen at devices.
    sys.k.net.taps++
  },
  frame(sys, event) {
    const s = sys.process.data as State | null
    if (s && !s.silent && isTraced(event) && !sys.out(lines(s, event))) sys.exit(SIGPIPE)
  },
  complete: () => ['--trace'],
}
