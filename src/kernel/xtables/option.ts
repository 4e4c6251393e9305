/**
 * The usual kinds of option, with the checks and the error texts that all extensions share.
 * Linux: iptables, libxtables/xtoptions.c (xtables_option_parse, xtopt_parse_*, xtables_options_fcheck)
 */
import { maskBits, netmask, parseMac, type Ipv4, type Mac } from '../../wire/address.ts'
import { inet_aton } from './address.ts'
import { problem } from './error.ts'
import type { OptionCall, OptionSpec } from './extension.ts'
import { protocolNumber, servicePort } from './names.ts'
import { leadingNumber, strictNumber } from './number.ts'

/** Reads the argument of an option. */
export type ArgType<V> = (arg: string, call: OptionCall) => V

export interface OptionRules {
  mandatory?: boolean
  /** `!` may stand before it. */
  invert?: boolean
  excludes?: readonly string[]
  needs?: readonly string[]
  id?: number
}

/** An option with an argument. `names`: spellings separated by blanks. */
export function option<D, V>(
  names: string,
  type: ArgType<V>,
  put: (data: D, value: V, call: OptionCall) => void,
  rules: OptionRules = {},
): OptionSpec<D> {
  return {
    ...rules,
    names: names.split(' '),
    takesArg: true,
    read(data, call) {
      checkUse(call, rules)
      const value = type(call.arg, call)
      call.used.add(call.option)
      put(data, value, call)
    },
  }
}

/** An option without an argument. */
export function flag<D>(
  names: string,
  put: (data: D, call: OptionCall) => void,
  rules: OptionRules = {},
): OptionSpec<D> {
  return {
    ...rules,
    names: names.split(' '),
    takesArg: false,
    read(data, call) {
      checkUse(call, rules)
      call.used.add(call.option)
      put(data, call)
    },
  }
}

function checkUse(call: OptionCall, rules: OptionRules): void {
  if (call.used.has(call.option)) problem(`${call.ext}: option "--${call.option}" can only be used once.\n`)
  if (call.invert && !rules.invert) problem(`${call.ext}: option "--${call.option}" cannot be inverted.\n`)
}

/** After the last option: is what must be there there, and does nothing exclude another? */
export function checkOptions<D>(
  ext: string,
  used: ReadonlySet<string>,
  options: readonly OptionSpec<D>[],
): void {
  const byId = [...options].sort((a, b) => (a.id ?? options.indexOf(a)) - (b.id ?? options.indexOf(b)))
  for (const entry of options) {
    const name = entry.names[0]
    if (entry.mandatory && !used.has(name)) problem(`${ext}: option "--${name}" must be specified\n`)
    if (!used.has(name)) continue
    for (const other of byId) {
      const o = other.names[0]
      if (o === name) continue
      if (entry.needs?.includes(o) && !used.has(o))
        problem(`${ext}: option "--${name}" also requires "--${o}".\n`)
      if (entry.excludes?.includes(o) && used.has(o))
        problem(`${ext}: option "--${name}" cannot be used together with "--${o}".\n`)
    }
  }
}

export const text: ArgType<string> = (arg) => arg

/** A whole number. */
export function uint(min: number, max: number): ArgType<number> {
  return (arg, call) =>
    strictNumber(arg, min, max) ??
    problem(`${call.ext}: bad value for option "--${call.option}", or out of range (${min}-${max}).\n`)
}

/** One number or two with a colon between, each of which may be missing: the bounds of the type then. */
export function uintRange(max: number): ArgType<number[]> {
  return (arg, call) => {
    const values: number[] = []
    let rest = arg
    for (;;) {
      if (values.length === 2)
        problem(`${call.ext}: Too many components for option "--${call.option}" (max: 2)\n`)
      if (rest === '' || rest.startsWith(':')) {
        values.push(values.length === 1 ? max : 0)
      } else {
        const n =
          leadingNumber(rest, 0, max) ??
          problem(
            `${call.ext}: bad value for option "--${call.option}" near "${rest}", or out of range (0-${max}).\n`,
          )
        if (n.rest !== '' && !n.rest.startsWith(':'))
          problem(`${call.ext}: Argument to "--${call.option}" has unexpected characters near "${n.rest}".\n`)
        values.push(n.value)
        rest = n.rest
      }
      if (rest === '') return values
      rest = rest.slice(1)
    }
  }
}

/** A decimal fraction. */
export function double(min: number, max: number): ArgType<number> {
  return (arg, call) => {
    const ok = /^\s*[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|0[xX][0-9a-fA-F]+)$/.test(arg)
    const value = ok ? Number(arg) : Number.NaN
    if (!ok || value < min || value > max)
      problem(`${call.ext}: bad value for option "--${call.option}", or out of range (${min}-${max}).\n`)
    return value
  }
}

/** `value` or `value/mask`; the mask is all ones where it is missing. */
export const markMask: ArgType<{ mark: number; mask: number }> = (arg, call) => {
  const bad = (): never =>
    problem(`${call.ext}: bad integer value for option "--${call.option}", or out of range.\n`)
  const garbage = (): never =>
    problem(`${call.ext}: trailing garbage after value for option "--${call.option}".\n`)
  const mark = leadingNumber(arg, 0, 0xffffffff) ?? bad()
  if (mark.rest === '') return { mark: mark.value, mask: 0xffffffff }
  if (!mark.rest.startsWith('/')) return garbage()
  const mask = leadingNumber(mark.rest.slice(1), 0, 0xffffffff) ?? bad()
  if (mask.rest !== '') return garbage()
  return { mark: mark.value, mask: mask.value }
}

/** Length of a prefix, or the mask with dots that has it; one with holes counts as none. Up to what a byte holds. */
export const plenMask: ArgType<number> = (arg, call) => {
  const bits = strictNumber(arg, 0, 0xff)
  if (bits !== null) return bits
  const mask = inet_aton(arg)
  if (mask !== null) return maskBits(mask) ?? 0xff
  return problem(
    `${call.ext}: bad value for option "--${call.option}", neither a valid network mask nor valid CIDR (0-32).\n`,
  )
}

export const protocol: ArgType<number> = (arg) =>
  strictNumber(arg, 0, 255) ?? protocolNumber(arg) ?? problem(`unknown protocol "${arg}" specified`)

/** A port or two with a colon between; each may be missing. */
export const portRange: ArgType<[number, number]> = (arg, call) => {
  const parts = arg.split(':')
  const range: [number, number] = [0, 0xffff]
  for (let i = 0; i < parts.length; i++) {
    if (i === 2) problem(`${call.ext}: Too many components for option "--${call.option}" (max: 2)\n`)
    if (parts[i] === '') continue
    const port = portByName(parts[i])
    if (port === null) problem(`Port "${parts[i]}" does not resolve to anything.\n`)
    range[i] = port
  }
  if (parts.length === 1) range[1] = range[0]
  return range
}

/** A port, by number or by the name of a service. */
export const portNumber: ArgType<number> = (arg) =>
  portByName(arg) ?? problem(`Port "${arg}" does not resolve to anything.\n`)

/**
 * As getaddrinfo() finds a service: a decimal number, or a name of any protocol. It keeps the number in an int: one that
 * is negative there is no number.
 */
function portByName(name: string): number | null {
  if (/^\s*\+?\d+$/.test(name)) {
    const number = BigInt(name.replace('+', ''))
    const int = number >= 2n ** 64n ? -1 : Number(BigInt.asIntN(32, number))
    if (int >= 0) return int & 0xffff
  }
  return servicePort(name, null)
}

/** An address or a host name. Nobody answers for a name that the host does not know itself. */
export const host: ArgType<Ipv4> = (arg, call) => {
  const addr = inet_aton(arg) ?? call.names.addrOf(arg)
  if (addr !== null) return addr
  // Numbers alone are an address that is none, but for a dot at their end.
  const why = /^(?!-)[\w.-]*([A-Za-z_-][\w.-]*|\d\.)$/.test(arg)
    ? 'Temporary failure in name resolution'
    : 'Name or service not known'
  return problem(`getaddrinfo: ${why}\n`)
}

/**
 * An address, alone or with a mask: a prefix length, or anything that is an address by itself. Such a mask with holes is
 * taken for 32 bits. `written`: there was a mask, which makes another rule of it, even where it is 32.
 */
export const hostMask: ArgType<{ addr: Ipv4; mask: number; written?: true }> = (arg, call) => {
  const slash = arg.indexOf('/')
  if (slash < 0) return { addr: host(arg, call), mask: 0xffffffff }
  const addr = host(arg.slice(0, slash), call)
  const m = arg.slice(slash + 1)
  const bits = strictNumber(m, 0, 32)
  if (bits !== null) return { addr, mask: netmask(bits), written: true }
  const dotted = inet_aton(m)
  if (dotted === null)
    problem(
      `${call.ext}: bad value for option "--${call.option}", neither a valid network mask nor valid CIDR (0-32).\n`,
    )
  return maskBits(dotted) === null ? { addr, mask: 0xffffffff } : { addr, mask: dotted, written: true }
}

/** Six hexadecimal numbers of one or two digits. */
export const etherMac: ArgType<Mac> = (arg) => {
  const parts = arg.split(':')
  if (parts.length !== 6 || !parts.every((p) => /^[0-9a-fA-F]{1,2}$/.test(p)))
    problem('Invalid MAC address specified.')
  return parseMac(parts.map((p) => p.padStart(2, '0')).join(':')) ?? 0
}

const LOG_LEVELS: Record<string, number> = {
  alert: 1,
  crit: 2,
  debug: 7,
  emerg: 0,
  error: 3,
  info: 6,
  notice: 5,
  panic: 0,
  warning: 4,
}

/** A level of the system log, as a number or a name. */
export const logLevel: ArgType<number> = (arg) =>
  strictNumber(arg, 0, 7) ??
  (Object.hasOwn(LOG_LEVELS, arg) ? LOG_LEVELS[arg] : problem(`log level "${arg}" unknown\n`))
