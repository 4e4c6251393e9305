/**
 * The words of an `ip` command line, read as iproute2 reads them: keywords one after the other, abbreviations, and its
 * complaints.
 *
 * Linux: iproute2, lib/utils.c
 */
import type { NetlinkErrno, NetlinkError } from '../../kernel/netlink.ts'
import type { Dev, Netns } from '../../kernel/netns.ts'
import { devByName } from '../../kernel/route.ts'
import { protocolNumber } from '../../kernel/xtables/names.ts'
import { maskBits, type Cidr, type Ipv4 } from '../../wire/address.ts'
import type { Sys } from '../program.ts'

/** The command is over: what goes to stderr, and its status. */
export class Quit extends Error {
  readonly status: number
  constructor(status: number, text: string) {
    super(text)
    this.status = status
  }
}

/** A program that runs to its end, or to where it is over. */
export function untilQuit(run: (sys: Sys) => void): (sys: Sys) => void {
  return (sys) => {
    try {
      run(sys)
      sys.exit(0)
    } catch (error) {
      if (!(error instanceof Quit)) throw error
      sys.err(error.message)
      sys.exit(error.status)
    }
  }
}

/** exit(-1): usage and words that make no sense. */
export function complain(text: string): Quit {
  return new Quit(255, `${text}\n`)
}

/** Something that the real `ip` knows and this lab does not have. */
export function leftOut(word: string, program = 'ip'): Quit {
  return new Quit(1, `${program}: "${word}" is not part of this lab\n`)
}

export interface Args {
  words: readonly string[]
  at: number
}

/** The word here, or undefined at the end. */
export const peek = (args: Args): string | undefined => args.words[args.at]

/** Take the word here. */
export function take(args: Args): string {
  const word = args.words[args.at]
  args.at++
  if (word === undefined) throw complain('Command line is not complete. Try option "help"')
  return word
}

/** Is the word a beginning of the keyword? */
export function matches(word: string, keyword: string): boolean {
  return word !== '' && keyword.startsWith(word)
}

/** The first of the keywords that the word is a beginning of. */
export function abbreviated<T extends string>(word: string, keywords: readonly T[]): T | undefined {
  return keywords.find((keyword) => matches(word, keyword))
}

export function invalidArgument(message: string, word: string): Quit {
  return complain(`Error: argument "${word}" is wrong: ${message}`)
}

export function duplicate(key: string, word: string): Quit {
  return complain(`Error: either "${key}" is duplicate, or "${word}" is a garbage.`)
}

/** An address as `ip` takes it: parts may be missing (10.7 is 10.7.0.0), in decimal, octal or hex. */
function addressOf(text: string): Ipv4 | null {
  const parts = text.split('.')
  if (parts.length > 4) return null
  let addr = 0
  for (let i = 0; i < 4; i++) {
    const part = parts[i]
    if (part !== undefined && !/^(0[xX][0-9a-fA-F]+|\d+)$/.test(part)) return null
    const value = part === undefined ? 0 : /^0\d/.test(part) ? Number.parseInt(part, 8) : Number(part)
    if (!(value <= 255)) return null
    addr = addr * 256 + value
  }
  return addr
}

/** What get_prefix() makes of a word. `given`: it had a prefix length. `any`: it was `default`, `any` or `all`. */
export interface Prefix extends Cidr {
  given: boolean
  any: boolean
}

export function prefixOf(text: string): Prefix | null {
  if (text === 'default' || text === 'any' || text === 'all')
    return { addr: 0, bits: 0, given: false, any: true }
  const slash = text.indexOf('/')
  const addr = addressOf(slash < 0 ? text : text.slice(0, slash))
  if (addr === null) return null
  if (slash < 0) return { addr, bits: 32, given: false, any: false }
  const after = text.slice(slash + 1)
  const bits = /^\d+$/.test(after) ? Number(after) : maskOf(after)
  return bits === null || bits > 32 ? null : { addr, bits, given: true, any: false }
}

function maskOf(text: string): number | null {
  const mask = text.includes('.') ? addressOf(text) : null
  return mask === null ? null : maskBits(mask)
}

/** `known`: it is clear already that IPv4 is meant. */
export function takePrefix(args: Args, known: boolean): Prefix {
  const word = take(args)
  const prefix = prefixOf(word)
  if (!prefix)
    throw new Quit(1, `Error: ${known ? 'inet' : 'any valid'} prefix is expected rather than "${word}".\n`)
  return prefix
}

export function takeAddress(args: Args, known: boolean): Ipv4 {
  const word = take(args)
  const addr = word.includes('/') ? null : (prefixOf(word)?.addr ?? null)
  if (addr === null)
    throw new Quit(1, `Error: ${known ? 'inet' : 'any valid'} address is expected rather than "${word}".\n`)
  return addr
}

/** A number of 32 bits, in decimal, octal or hex. */
export function takeNumber(args: Args, message: string): number {
  const word = take(args)
  const value = /^(0[xX][0-9a-fA-F]+|\d+)$/.test(word)
    ? /^0\d/.test(word)
      ? Number.parseInt(word, 8)
      : Number(word)
    : NaN
  if (!(value <= 0xffffffff)) throw invalidArgument(message, word)
  return value
}

/** The device of a name. */
export function needDev(net: Netns, name: string): Dev {
  const dev = devByName(net, name)
  if (!dev) throw new Quit(1, `Cannot find device "${name}"\n`)
  return dev
}

/** The same, in the words of `show`. */
export function shownDev(net: Netns, name: string): Dev {
  const dev = devByName(net, name)
  if (!dev) throw new Quit(1, `Device "${name}" does not exist.\n`)
  return dev
}

export const STRERROR: Record<NetlinkErrno | 'EACCES' | 'EHOSTUNREACH', string> = {
  EACCES: 'Permission denied',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EEXIST: 'File exists',
  EHOSTUNREACH: 'No route to host',
  EINVAL: 'Invalid argument',
  ENETDOWN: 'Network is down',
  ENETUNREACH: 'Network is unreachable',
  ENODEV: 'No such device',
  ENOENT: 'No such file or directory',
  EOPNOTSUPP: 'Operation not supported',
  ESRCH: 'No such process',
}

/** What the kernel has answered; null is fine. Linux: iproute2, lib/libnetlink.c rtnl_talk */
export function answered(
  error: NetlinkError | { errno: keyof typeof STRERROR; message?: string } | null,
  status = 2,
): void {
  if (!error) return
  const text =
    error.message === undefined ? `RTNETLINK answers: ${STRERROR[error.errno]}` : `Error: ${error.message}.`
  throw new Quit(status, `${text}\n`)
}

/** A group of devices: a number, or `default`. Linux: iproute2, lib/rt_names.c rtnl_group_a2n */
export function takeGroup(args: Args, message = 'Invalid "group" value\n'): number {
  const word = take(args)
  if (word === 'default') return 0
  if (!/^\d+$/.test(word)) throw invalidArgument(message, word)
  return Number(word)
}

/** A protocol by its name or number. Linux: iproute2, lib/inet_proto.c */
export function takeProtocol(args: Args): number {
  const word = take(args)
  const number = /^\d+$/.test(word) ? Number(word) : (protocolNumber(word) ?? NaN)
  if (!(number <= 255)) throw invalidArgument('Invalid "ipproto" value\n', word)
  return number
}
