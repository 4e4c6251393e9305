/**
 * What iptables 1.6.1, the article's, says and takes otherwise than 1.8.9: as differences, so that there is one program.
 * Heard from the program itself, compiled from its tag (test/userspace/iptables/recorded-1.6.1.json, test/period/iptables.t).
 *
 * Left out: 1.6.1 takes `1.2.3` for an address of SNAT and `100:50` for a range of tcpmss; with a kernel that is younger
 * than it, hashlimit prints rates per day wrongly
 */
import { problem } from '../../kernel/xtables/error.ts'
import { servicePort } from '../../kernel/xtables/names.ts'

export const OLD_VERSION = '1.6.1'

/** Options that it does not know yet, by extension. */
const MISSING: Readonly<Record<string, readonly string[]>> = {
  CONNMARK: ['left-shift-mark', 'right-shift-mark'],
  MASQUERADE: ['random-fully'],
  hashlimit: ['hashlimit-rate-match', 'hashlimit-rate-interval'],
  owner: ['suppl-groups'],
}

export function isMissing(ext: string, option: string): boolean {
  return MISSING[ext]?.includes(option) ?? false
}

/** Names of protocols that it knows by itself; with -n it prints them, and the number of others. */
const PROTOCOLS: Readonly<Record<number, string>> = {
  0: 'all',
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  50: 'esp',
  51: 'ah',
  58: 'icmpv6',
  132: 'sctp',
  135: 'ipv6-mh',
  136: 'udplite',
}

export function oldProtocol(protocol: number): string | null {
  return PROTOCOLS[protocol] ?? null
}

/** Errors that bring their own end of line: an empty one follows them. */
const ENDED: readonly RegExp[] = [
  /^chain name (may not clash|not allowed)/,
  /^goto '.*' is not a chain$/,
  /^Cannot use -/,
  /^Illegal option/,
  /^--wait-interval only/,
  /^iptables-restore: (unable|line)/,
  /^Can't set policy/,
  /^invalid policy counters/,
  /^error creating chain/,
  /^Bad line \d+: need \]$/,
  /^The -t option/,
  /^Cannot initialize/,
  /^Invalid DSCP value/,
  /^Rate too fast "/,
  /^Invalid ICMP/,
  /^Port (`.*' not valid|range `.*' funky)/,
  /^Invalid flags for chunk/,
  /^--(return-nomatch|packets|bytes)/,
  /^only one of the --/,
  /^Cannot parse .* as a counter/,
  /^Bad IP address/,
  /^Invalid port:port syntax/,
]

const WORDS: readonly [RegExp, string][] = [
  [/^unexpected '!' flag$/, 'unexpected ! flag'],
  [/^(warn: --nflog-range .*) instead$/, '$1 insted'],
  [/^Unknown ICMP type/, 'Invalid ICMP type'],
  [/^(SNAT|DNAT): option "(--to-\w+)" can only be used once\.\n$/, '$1: Multiple $2 not supported'],
]

/** An error of 1.8.9 in the words of 1.6.1. */
export function oldError(text: string): string {
  let out = text
  for (const [pattern, words] of WORDS) out = out.replace(pattern, words)
  const plain = out.replace(/\n$/, '')
  return ENDED.some((pattern) => pattern.test(plain)) ? `${plain}\n` : out
}

/** Number in decimal or hex, at most 32 bits. */
function isMark(text: string): boolean {
  return /^(0x[0-9a-f]+|\d+)$/i.test(text) && Number(text) <= 0xffffffff
}

function checkMark(ext: string, option: string, arg: string): void {
  const [mark, mask] = arg.split('/')
  const garbage = (text = ''): boolean =>
    /^(0x[0-9a-f]+|\d+)[^]+$/i.test(text) && !/^(0x[0-9a-f]+|\d+)$/i.test(text)
  if (garbage(mark) || garbage(mask))
    problem(`${ext}: trailing garbage after value for option "--${option}".\n`)
  const bad = !isMark(mark) ? 'mark' : mask !== undefined && !isMark(mask) ? 'mask' : null
  if (bad) problem(`${ext}: bad ${bad} value for option "--${option}", or out of range.\n`)
}

/** Types by name, or as numbers without ranges. */
function checkIcmp(arg: string): void {
  if (/^[a-z]/i.test(arg) && !arg.includes('/')) return
  if (arg === '') return
  const [type, code] = arg.split('/')
  if (!/^\d+$/.test(type) || Number(type) > 255) problem(`Invalid ICMP type \`${type}'\n`)
  if (code !== undefined && (!/^\d+$/.test(code) || Number(code) > 255))
    problem(`Invalid ICMP code \`${code}'\n`)
}

/** Ports of SNAT and DNAT: numbers, what follows them is not looked at; no base after a slash. */
function natArgument(arg: string): string {
  if (arg.startsWith('[')) problem(`Bad IP address "${arg}"\n`)
  const colon = arg.indexOf(':')
  if (colon < 0) return arg
  const ports = arg.slice(colon + 1)
  const dash = ports.indexOf('-')
  const first = /^\d+/.exec(ports)?.[0] ?? ''
  if (!(Number(first) > 0 && Number(first) < 65536)) problem(`Port \`${ports}' not valid\n`)
  if (ports.includes(':')) problem('Invalid port:port syntax - use dash\n')
  if (dash < 0) return `${arg.slice(0, colon)}:${first}`
  const last = /^\d+/.exec(ports.slice(dash + 1))?.[0] ?? ''
  if (!(Number(last) > 0 && Number(last) < 65536)) problem(`Port \`${ports.slice(dash + 1)}' not valid\n`)
  if (Number(last) < Number(first)) problem(`Port range \`${ports}' funky\n`)
  return `${arg.slice(0, colon)}:${first}-${last}`
}

function checkPorts(ext: string, arg: string): void {
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(arg) ?? []
  if (/^[a-z]/i.test(arg) && servicePort(arg, 'tcp') !== null) return
  if (!(Number(first) <= Number(last) && Number(last) < 65536))
    problem(`${ext}: Bad value for "--to-ports" option: "${arg}"`)
}

function checkGroup(what: string, value: string, arg: string): void {
  const [group, mask] = arg.split('/')
  if (/^\d/.test(group) && isMark(group)) {
    if (mask !== undefined && !isMark(mask)) problem(`Bad ${value} value "${arg}"`)
  } else if (group !== 'default' && group !== 'cosmos') problem(`${what} "${arg}" not found`)
}

/** An argument as 1.6.1 would read it, in the notation of 1.8.9. Throws XtError where it would not. */
export function oldArgument(ext: string, option: string, arg: string): string {
  switch (`${ext} ${option}`) {
    case 'mark mark':
    case 'connmark mark':
    case 'MARK set-mark':
    case 'MARK set-xmark':
    case 'CONNMARK set-mark':
    case 'CONNMARK set-xmark':
      checkMark(ext, option, arg)
      break
    case 'icmp icmp-type':
      checkIcmp(arg)
      break
    case 'SNAT to-source':
    case 'DNAT to-destination':
      return natArgument(arg)
    case 'REDIRECT to-ports':
    case 'MASQUERADE to-ports':
      checkPorts(ext, arg)
      break
    case 'pkttype pkt-type':
      if (arg.toLowerCase() === 'otherhost') problem(`Bad packet type '${arg}'`)
      break
    case 'devgroup src-group':
    case 'devgroup dst-group':
      checkGroup('Device group', 'group', arg)
      break
    case 'realm realm':
      checkGroup('Realm', 'realm', arg)
  }
  return arg
}

/** String matches end somewhere, even where nobody has said so. */
function endOf(text: string, word: string, icase: string): string {
  if (text.includes(` ${word} `)) return text
  const at = text.indexOf(` ${icase}`)
  const end = ` ${word} 65535`
  return at < 0 ? text + end : text.slice(0, at) + end + text.slice(at)
}

/** The text of an extension in a listing. */
export function oldPrint(ext: string, text: string): string {
  switch (ext) {
    case 'LOG':
      return text.replace(/^( LOG level )warn\b/, '$1warning').replace(/^( LOG level )err\b/, '$1error')
    case 'TCPOPTSTRIP':
      return text || ' TCPOPTSTRIP options '
    case 'dccp':
      return text.replace(',10,11,12,13,14,15', ',10')
    case 'string':
      return endOf(text, 'TO', 'ICASE')
    case 'REDIRECT':
      return text === ' random' ? '' : text
    default:
      return oldSave(ext, text)
  }
}

/** The options of an extension as they are saved. */
export function oldSave(ext: string, text: string): string {
  switch (ext) {
    case 'mac':
      return text.replace(/(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/, (mac) => mac.toUpperCase())
    case 'NFLOG':
      return text.replace('nflog-prefix ', 'nflog-prefix  ')
    case 'TCPOPTSTRIP':
      return text || ' --strip-options '
    case 'string':
      return endOf(text, '--to', '--icase')
    case 'REDIRECT':
      return text === ' --random' ? '' : text
    case 'devgroup':
    case 'realm':
      return text.replace(/\b(default|cosmos)\b/g, '0x0')
    default:
      return text
  }
}
