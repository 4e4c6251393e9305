/** The command line of nc. OpenBSD netcat as Debian 12 has it (1.219-1), netcat.c main, build_ports, strtoport */
import { servicePort } from '../../kernel/xtables/names.ts'
import { parseOptions } from '../text/options.ts'

export interface NcOptions {
  listen: boolean
  udp: boolean
  verbose: boolean
  /** -z: only look whether somebody is there. */
  scan: boolean
  numeric: boolean
  keep: boolean
  /** -N: say that nothing more comes when stdin is at its end. */
  shutdown: boolean
  /** -d: stdin is not read. */
  detached: boolean
  crlf: boolean
  /** -w and -q in seconds, null: not given. */
  timeout: number | null
  quit: number | null
  /** -W: so many packets are enough, 0: no limit. */
  receive: number
  source: string
  sourcePort: string
  host: string
  ports: number[]
}

export const USAGE = `usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]
	  [-m minttl] [-O length] [-P proxy_username] [-p source_port]
	  [-q seconds] [-s sourceaddr] [-T keyword] [-V rtable] [-W recvlimit]
	  [-w timeout] [-X proxy_protocol] [-x proxy_address[:port]]
	  [destination] [port]
`

const HELP = `	Command Summary:
		-4		Use IPv4
		-6		Use IPv6
		-b		Allow broadcast
		-C		Send CRLF as line-ending
		-D		Enable the debug socket option
		-d		Detach from stdin
		-F		Pass socket fd
		-h		This help text
		-I length	TCP receive buffer length
		-i interval	Delay interval for lines sent, ports scanned
		-k		Keep inbound sockets open for multiple connects
		-l		Listen mode, for inbound connects
		-M ttl		Outgoing TTL / Hop Limit
		-m minttl	Minimum incoming TTL / Hop Limit
		-N		Shutdown the network socket after EOF on stdin
		-n		Suppress name/port resolutions
		-O length	TCP send buffer length
		-P proxyuser	Username for proxy authentication
		-p port		Specify local port for remote connects
		-q secs		quit after EOF on stdin and delay of secs
		-r		Randomize remote ports
		-S		Enable the TCP MD5 signature option
		-s sourceaddr	Local source address
		-T keyword	TOS value
		-t		Answer TELNET negotiation
		-U		Use UNIX domain socket
		-u		UDP mode
		-V rtable	Specify alternate routing table
		-v		Verbose
		-W recvlimit	Terminate after receiving a number of packets
		-w timeout	Timeout for connects and final net reads
		-X proto	Proxy protocol: "4", "5" (SOCKS) or "connect"
		-x addr[:port]	Specify proxy address and port
		-Z		DCCP mode
		-z		Zero-I/O mode [used for scanning]
	Port numbers can be individual or ranges: lo-hi [inclusive]
`

/** The program ends before it has begun. */
export class Quit extends Error {
  readonly status: number
  constructor(text: string, status = 1) {
    super(text)
    this.status = status
  }
}

const die = (text: string): never => {
  throw new Quit(`nc: ${text}\n`)
}

/** What the lab has no part for. */
const LEFT_OUT = '6bDFiIMmOPrSTUVXxZ'
const SHORT = '46bCDdFhI:i:klM:m:NnO:P:p:q:rSs:T:tUuV:vW:w:X:x:Zz'

/** Linux: strtonum */
function number(text: string, min: number, max: number, what: string): number {
  const ok = /^\s*[+-]?\d+$/.test(text)
  const n = Number(text)
  const why = !ok ? 'invalid' : n < min ? 'too small' : n > max ? 'too large' : null
  return why === null ? n : die(`${what} ${why}: ${text}`)
}

function port(text: string, udp: boolean): number {
  const service = servicePort(text, udp ? 'udp' : 'tcp')
  return service ?? number(text, 1, 65535, 'port number')
}

/** One port, or from one to another. */
function buildPorts(text: string, udp: boolean): number[] {
  const dash = /^(\d+)-(\d+)$/.exec(text)
  if (!dash) return [port(text, udp)]
  const [a, b] = [port(dash[1], udp), port(dash[2], udp)]
  const low = Math.min(a, b)
  return Array.from({ length: Math.abs(a - b) + 1 }, (_, i) => low + i)
}

/** Read the command line. Throws Quit. */
export function readOptions(argv: readonly string[]): NcOptions {
  const options = parseOptions(argv, { short: SHORT, long: {} })
  if ('error' in options) throw new Quit(`nc: ${options.error}\n${USAGE}`)
  const { found, operands } = options
  const has = (letter: string): boolean => found.some(({ name }) => name === letter)
  const last = (letter: string): string => found.findLast(({ name }) => name === letter)?.value ?? ''
  if (has('h')) throw new Quit(`OpenBSD netcat (Debian patchlevel 1.219-1)\n${USAGE}${HELP}`)
  for (const { name } of found) if (LEFT_OUT.includes(name)) die(`-${name}: not modelled in this lab`)
  const timeout = has('w') ? number(last('w'), 0, 2147483, 'timeout') : null
  const quit = has('q') ? number(last('q'), -2147483, 2147483, 'quit timer') : null
  const receive = has('W') ? number(last('W'), 1, 2147483647, 'receive limit') : 0
  const [listen, udp] = [has('l'), has('u')]
  const words = [...operands]
  let host = ''
  let portText = ''
  if (words.length === 1 && listen && !has('p')) portText = words[0]
  else if (words.length === 1) host = words[0]
  else if (words.length === 2 && !(listen && has('p'))) [host, portText] = words
  else if (words.length !== 0 || (!listen && found.length + words.length === 0)) throw new Quit(USAGE)
  if (listen && has('p') && portText === '') portText = last('p')
  else if (listen && has('s') && words.length < 2) throw new Quit(USAGE)
  if (words.length === 0 && !listen) throw new Quit(USAGE)
  if (listen && has('z')) die('cannot use -z and -l')
  if (!listen && has('k')) die('must use -l with -k')
  if (portText === '') die('missing port number')
  return {
    listen,
    udp,
    verbose: has('v'),
    scan: has('z'),
    numeric: has('n'),
    keep: has('k'),
    shutdown: has('N') || (quit !== null && quit >= 0),
    detached: has('d'),
    crlf: has('C'),
    timeout,
    quit: quit !== null && quit >= 0 ? quit : null,
    receive,
    source: has('s') ? last('s') : '',
    sourcePort: !listen && has('p') ? String(port(last('p'), udp)) : '',
    host,
    ports: buildPorts(portText, udp),
  }
}
