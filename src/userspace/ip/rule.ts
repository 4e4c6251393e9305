/**
 * `ip rule`: list, add, del, flush.
 *
 * man 8 ip-rule; Linux: iproute2, ip/iprule.c
 * Left out: uidrange, realms, l3mdev, save and restore
 */
import type { FibRule, PortRange } from '../../kernel/fib.ts'
import { addRule, defaultPref, delRule, flushRules } from '../../kernel/netlink-rule.ts'
import { devByName } from '../../kernel/route.ts'
import { protocolText } from '../../kernel/xtables/names.ts'
import { contains, printCidr, printIpv4, type Cidr } from '../../wire/address.ts'
import {
  answered,
  complain,
  invalidArgument,
  leftOut,
  matches,
  peek,
  Quit,
  take,
  takeGroup,
  takeNumber,
  takePrefix,
  takeProtocol,
  type Args,
} from './args.ts'
import type { Ip } from './ip.ts'
import { printJson, when, type JsonObject } from './json.ts'
import { tableName, takeTableId } from './tables.ts'
import { RULE_HELP } from './usage.ts'

export function ipRule(ip: Ip, args: Args): void {
  const word = peek(args)
  if (word === undefined) {
    show(ip, args)
    return
  }
  args.at++
  if (['list', 'show', 'lst'].some((c) => matches(word, c))) show(ip, args)
  else if (matches(word, 'add')) add(ip, args)
  else if (matches(word, 'delete')) remove(ip, args)
  else if (matches(word, 'flush')) flushRules(ip.net)
  else if (matches(word, 'help')) throw new Quit(255, RULE_HELP)
  else if (['save', 'restore'].includes(word)) throw leftOut(`rule ${word}`)
  else throw complain(`Command "${word}" is unknown, try "ip rule help".`)
}

const LEFT_OUT = new Set('uidrange realms nat map-to l3mdev'.split(' '))

/** `0x1/0xff`: both parts are numbers of 32 bits; without a mask all bits count. */
function takeMark(args: Args): { mark: number; mask: number } {
  const word = take(args)
  const slash = word.indexOf('/')
  const number = (text: string, what: string): number => {
    const value = /^(0[xX][0-9a-fA-F]+|\d+)$/.test(text)
      ? /^0\d/.test(text)
        ? Number.parseInt(text, 8)
        : Number(text)
      : NaN
    if (!(value <= 0xffffffff)) throw invalidArgument(`${what} value is invalid\n`, text)
    return value
  }
  const mark = number(slash < 0 ? word : word.slice(0, slash), 'fwmark')
  const mask = slash < 0 ? 0xffffffff : number(word.slice(slash + 1), 'fwmask')
  return { mark, mask: mask | 0 }
}

function takeTos(args: Args): number {
  const word = peek(args) ?? ''
  const value = takeNumber(args, 'TOS value is invalid\n')
  if (value > 0xff) throw invalidArgument('TOS value is invalid\n', word)
  return value
}

/** 0 is every protocol. */
const ipproto = (number: number): Partial<FibRule> => (number === 0 ? {} : { ipproto: number })

/** `80` or `1000-2000`: what stands behind is nobody's. */
function takePorts(args: Args): PortRange {
  const word = take(args)
  const [, start, end = start] = /^\s*\+?(\d+)(?:-\+?(\d+))?/.exec(word) ?? []
  if (start === undefined) throw invalidArgument('invalid port range\n', word)
  return { start: Number(start) & 0xffff, end: Number(end) & 0xffff }
}

const prefix = ({ addr, bits }: Cidr): Cidr | null => (bits === 0 ? null : { addr, bits })

/** The words of a rule: only what is named is there. */
function read(ip: Ip, args: Args): Partial<FibRule> {
  const known = ip.options.family === 'inet'
  const rule: Partial<FibRule> = {}
  while (peek(args) !== undefined) {
    let word = take(args)
    if (word === 'not') rule.not = true
    else if (word === 'from') rule.from = prefix(takePrefix(args, known))
    else if (word === 'to') rule.to = prefix(takePrefix(args, known))
    else if (matches(word, 'preference') || matches(word, 'order') || matches(word, 'priority'))
      rule.pref = takeNumber(args, 'preference value is invalid\n')
    else if (word === 'tos' || matches(word, 'dsfield')) rule.tos = takeTos(args)
    else if (word === 'fwmark') Object.assign(rule, takeMark(args))
    else if (matches(word, 'table') || word === 'lookup') rule.table = takeTableId(args)
    else if (matches(word, 'protocol')) {
      const proto = take(args)
      if (proto !== 'kernel' && proto !== 'boot' && proto !== 'static') throw leftOut(`protocol ${proto}`)
      rule.proto = proto
    } else if (word === 'dev' || word === 'iif') rule.iif = take(args)
    else if (word === 'oif') rule.oif = take(args)
    else if (word === 'ipproto') Object.assign(rule, ipproto(takeProtocol(args)))
    else if (word === 'sport') rule.sport = takePorts(args)
    else if (word === 'dport') rule.dport = takePorts(args)
    else if (matches(word, 'suppress_prefixlength') || word === 'sup_pl')
      rule.shortest = takeNumber(args, 'suppress_prefixlength value is invalid\n')
    else if (matches(word, 'suppress_ifgroup') || word === 'sup_group')
      rule.group = takeGroup(args, 'Invalid "suppress_ifgroup" value\n')
    else if (LEFT_OUT.has(word)) throw leftOut(word)
    else {
      if (word === 'type') word = take(args)
      if (matches(word, 'help')) throw new Quit(255, RULE_HELP)
      if (word === 'unicast') continue
      if (matches(word, 'goto')) {
        rule.action = 'goto'
        rule.target = takeNumber(args, 'invalid target\n')
        continue
      }
      if (matches(word, 'nop')) {
        rule.action = 'nop'
        continue
      }
      if (word !== 'blackhole' && word !== 'prohibit' && word !== 'unreachable')
        throw invalidArgument('Failed to parse rule type', word)
      rule.action = word
    }
  }
  return rule
}

function add(ip: Ip, args: Args): void {
  if (peek(args) === undefined) throw new Quit(1, '"ip rule add" requires arguments.\n')
  const given = read(ip, args)
  const action = given.action ?? 'lookup'
  const rule = {
    pref: defaultPref(ip.net),
    not: false,
    from: null,
    to: null,
    iif: '',
    oif: '',
    mark: 0,
    mask: 0,
    tos: 0,
    proto: 'boot',
    ...given,
    action,
    table: given.table ?? (action === 'lookup' ? 254 : 0),
  } satisfies FibRule
  answered(addRule(ip.net, rule))
}

function remove(ip: Ip, args: Args): void {
  if (peek(args) === undefined) throw new Quit(1, '"ip rule del" requires arguments.\n')
  answered(delRule(ip.net, read(ip, args)))
}

/** What `show` was asked for: a rule passes when it says the same. */
function show(ip: Ip, args: Args): void {
  const want = read(ip, args)
  if (ip.options.family === 'inet6' || ip.options.family === 'link') return
  const shown: FibRule[] = []
  for (const r of ip.net.rules) {
    if (want.table !== undefined && r.table !== want.table) continue
    if (want.pref !== undefined && r.pref !== want.pref) continue
    if (want.mark !== undefined && r.mark !== want.mark) continue
    if (want.iif !== undefined && r.iif !== want.iif) continue
    if (want.oif !== undefined && r.oif !== want.oif) continue
    if (want.ipproto && r.ipproto !== want.ipproto) continue
    if (want.sport && (r.sport?.start !== want.sport.start || r.sport.end !== want.sport.end)) continue
    if (want.dport && (r.dport?.start !== want.dport.start || r.dport.end !== want.dport.end)) continue
    if (want.from && !(r.from && contains(want.from, r.from.addr) && r.from.bits >= want.from.bits)) continue
    if (want.to && !(r.to && contains(want.to, r.to.addr) && r.to.bits >= want.to.bits)) continue
    shown.push(r)
  }
  if (ip.options.json)
    printJson(
      ip,
      shown.map((r) => object(ip, r)),
    )
  else for (const r of shown) ip.out(`${line(ip, r)}\n`)
}

/** Who adds a rule names nobody who has made it. */
const protoOf = (r: FibRule): string => (r.proto === 'boot' ? 'unspec' : r.proto)

function object(ip: Ip, r: FibRule): JsonObject {
  const length = (c: Cidr | null): number | undefined => (c === null || c.bits === 32 ? undefined : c.bits)
  const missing = (name: string): true | undefined => when(name !== '' && !devByName(ip.net, name), true)
  const ports = (word: string, range: PortRange | undefined): JsonObject => {
    if (range === undefined) return {}
    const { start, end } = range
    return start === end ? { [word]: start } : { [`${word}_start`]: start, [`${word}_end`]: end }
  }
  const goto = r.action === 'goto'
  return {
    priority: r.pref,
    not: when(r.not, null),
    src: r.from === null ? 'all' : printIpv4(r.from.addr),
    srclen: length(r.from),
    dst: r.to === null ? undefined : printIpv4(r.to.addr),
    dstlen: length(r.to),
    tos: r.tos === 0 ? undefined : `0x${r.tos.toString(16)}`,
    fwmark: r.mask === 0 ? undefined : hex(r.mark),
    fwmask: r.mask === 0 || r.mask === -1 ? undefined : hex(r.mask),
    iif: r.iif || undefined,
    iif_detached: missing(r.iif) && null,
    oif: r.oif || undefined,
    oif_detached: missing(r.oif) && null,
    ipproto: r.ipproto === undefined ? undefined : (protocolText(r.ipproto, false) ?? String(r.ipproto)),
    ...ports('sport', r.sport),
    ...ports('dport', r.dport),
    table: r.action === 'lookup' ? tableName(r.table) : undefined,
    suppress_prefixlen: r.shortest,
    suppress_ifgroup: r.group === undefined ? undefined : String(r.group || 'default'),
    goto: goto ? r.target : undefined,
    unresolved: goto && !ip.net.rules.some(({ pref }) => pref === r.target) ? null : undefined,
    action: r.action === 'lookup' || goto ? undefined : r.action,
    protocol: when(ip.options.details || r.proto === 'static', protoOf(r)),
  }
}

const hex = (n: number): string => `0x${(n >>> 0).toString(16)}`

function line(ip: Ip, r: FibRule): string {
  const place = (c: Cidr): string => (c.bits === 32 ? printIpv4(c.addr) : printCidr(c))
  const device = (word: string, name: string): string =>
    name === '' ? '' : ` ${word} ${name}${devByName(ip.net, name) ? '' : ' [detached]'}`
  const mark = r.mask === 0 ? '' : ` fwmark ${hex(r.mark)}${r.mask === -1 ? '' : `/${hex(r.mask)}`}`
  return (
    `${r.pref}:\t${r.not ? 'not ' : ''}from ${r.from ? place(r.from) : 'all'}` +
    (r.to ? ` to ${place(r.to)}` : '') +
    (r.tos === 0 ? '' : ` tos 0x${r.tos.toString(16)}`) +
    mark +
    device('iif', r.iif) +
    device('oif', r.oif) +
    (r.ipproto === undefined ? '' : ` ipproto ${protocolText(r.ipproto, false) ?? r.ipproto}`) +
    ports('sport', r.sport) +
    ports('dport', r.dport) +
    verdict(ip, r) +
    (r.proto === 'static' || ip.options.details ? ` proto ${protoOf(r)}` : '')
  )
}

function ports(word: string, range: PortRange | undefined): string {
  if (range === undefined) return ''
  return ` ${word} ${range.start}${range.end === range.start ? '' : `-${range.end}`}`
}

/** What a rule does: in which table it looks and what it passes over there, or where it goes on. */
function verdict(ip: Ip, r: FibRule): string {
  if (r.action === 'lookup')
    return (
      ` lookup ${tableName(r.table)}` +
      (r.shortest === undefined ? '' : ` suppress_prefixlength ${r.shortest}`) +
      (r.group === undefined ? '' : ` suppress_ifgroup ${r.group === 0 ? 'default' : r.group}`)
    )
  if (r.action !== 'goto') return ` ${r.action}`
  const there = ip.net.rules.some(({ pref }) => pref === r.target)
  return ` goto ${r.target}${there ? '' : ' [unresolved]'}`
}
