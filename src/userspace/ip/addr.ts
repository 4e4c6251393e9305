/**
 * `ip address`: show, add, change, replace, del, flush.
 *
 * man 8 ip-address; Linux: iproute2, ip/ipaddress.c
 * Left out: lifetimes, IPv6, save and restore
 */
import { scopeOf } from '../../kernel/fib.ts'
import { addAddress, delAddress, isSecondary } from '../../kernel/netlink.ts'
import type { Dev, IfAddr } from '../../kernel/netns.ts'
import { contains, netmask } from '../../wire/address.ts'
import { devByName, devName } from '../../kernel/route.ts'
import {
  abbreviated,
  answered,
  complain,
  duplicate,
  invalidArgument,
  leftOut,
  matches,
  needDev,
  peek,
  Quit,
  shownDev,
  take,
  takeAddress,
  takeGroup,
  takeNumber,
  takePrefix,
  type Args,
  type Prefix,
} from './args.ts'
import type { Ip } from './ip.ts'
import { printJson, type JsonObject } from './json.ts'
import { briefObject, deviceObject } from './objects.ts'
import { addressText, briefAddresses, briefLink, deviceText, statsText } from './print.ts'
import { scopeNumber } from './tables.ts'
import { ADDRESS_HELP } from './usage.ts'

const COMMANDS = ['add', 'change', 'replace', 'delete', 'list', 'show', 'lst', 'flush', 'help'] as const

export function ipAddress(ip: Ip, args: Args): void {
  const word = peek(args)
  if (word === undefined) {
    show(ip, args, false)
    return
  }
  const command = word === 'chg' ? 'change' : abbreviated(word, COMMANDS)
  args.at++
  switch (command) {
    case 'add':
    case 'change':
    case 'replace':
      modify(ip, args, command)
      break
    case 'delete':
      remove(ip, args)
      break
    case 'list':
    case 'show':
    case 'lst':
      show(ip, args, false)
      break
    case 'flush':
      flush(ip, args)
      break
    case 'help':
      throw new Quit(255, ADDRESS_HELP)
    default:
      throw complain(`Command "${word}" is unknown, try "ip address help".`)
  }
}

/* show */

interface Filter {
  dev: Dev | null
  up: boolean
  scope: number | null
  to: Prefix | null
  /** null: both; true: secondary ones only. */
  secondary: boolean | null
  label: string | null
  /** Ports of this bridge only. */
  master: string | null
  /** `bridge`, `veth`; null: all. */
  type: string | null
  group: number | null
}

function readFilter(ip: Ip, args: Args): Filter {
  const filter: Filter = {
    dev: null,
    up: false,
    scope: null,
    to: null,
    secondary: null,
    label: null,
    master: null,
    type: null,
    group: null,
  }
  let name: string | null = null
  while (peek(args) !== undefined) {
    const word = take(args)
    if (word === 'to') filter.to = takePrefix(args, ip.options.family === 'inet')
    else if (word === 'scope') {
      const text = take(args)
      filter.scope = text === 'all' ? null : scopeNumber(text)
      if (filter.scope === null && text !== 'all') throw invalidArgument('invalid "scope"\n', text)
    } else if (word === 'up') filter.up = true
    else if (word === 'secondary' || word === 'temporary') filter.secondary = true
    else if (word === 'primary') filter.secondary = false
    else if (word === 'permanent') continue
    else if (word === 'label') filter.label = take(args)
    else if (word === 'master') {
      filter.master = take(args)
      if (!devByName(ip.net, filter.master)) throw invalidArgument('Device does not exist\n', filter.master)
    } else if (word === 'type') filter.type = take(args)
    else if (word === 'group') filter.group = takeGroup(args)
    else if (word === 'nomaster') filter.master = ''
    else if (['vrf', 'dynamic'].includes(word)) throw leftOut(word)
    else {
      const dev = word === 'dev' ? take(args) : word
      if (word !== 'dev' && matches(word, 'help')) throw new Quit(255, ADDRESS_HELP)
      if (name !== null) throw duplicate('dev', dev)
      name = dev
    }
  }
  if (name !== null) filter.dev = shownDev(ip.net, name)
  return filter
}

/** A lab's cards are the ends of wires, as a veth is. */
function kindOf(dev: Dev): string {
  if (dev.loopback) return ''
  return dev.bridge === null ? 'veth' : 'bridge'
}

function addressesOf(ip: Ip, dev: Dev, filter: Filter): IfAddr[] {
  if (ip.options.family === 'inet6') return []
  return dev.addrs.filter(
    (a) =>
      (filter.scope === null || scopeOf(a) === filter.scope) &&
      (filter.to === null || contains(filter.to, a.addr)) &&
      (filter.secondary === null || isSecondary(dev, a) === filter.secondary) &&
      (filter.label === null || (a.label ?? dev.name) === filter.label),
  )
}

/** `ip addr show`, and `ip link show` with `link`. */
export function show(ip: Ip, args: Args, link: boolean): void {
  const { options, net } = ip
  const filter = readFilter(ip, args)
  const inet = options.family === 'inet' || options.family === 'inet6' || filter.to !== null
  const shown: JsonObject[] = []
  for (const dev of filter.dev ? [filter.dev] : net.devs) {
    if (dev.gone || (filter.up && !dev.up)) continue
    if (filter.type !== null && filter.type !== kindOf(dev)) continue
    if (filter.group !== null && filter.group !== (dev.set?.group ?? 0)) continue
    if (filter.master !== null && devName(net, dev.master) !== filter.master) continue
    const addresses = link || options.family === 'link' ? [] : addressesOf(ip, dev, filter)
    if (link || options.family === 'link') {
      if (options.json)
        shown.push(options.brief ? briefObject(ip, dev, null) : deviceObject(ip, dev, true, null))
      else ip.out(options.brief ? briefLink(net, dev) : deviceText(ip, dev, true, true))
    } else {
      // A device is left out when it has addresses and none is wanted, or when addresses of a kind are.
      if (addresses.length === 0 && (inet || dev.addrs.length > 0)) continue
      if (options.json) {
        shown.push(options.brief ? briefObject(ip, dev, addresses) : deviceObject(ip, dev, !inet, addresses))
        continue
      }
      if (options.brief) {
        ip.out(briefAddresses(net, dev, addresses))
        continue
      }
      if (!options.oneline) ip.out(deviceText(ip, dev, false, !inet))
      for (const a of addresses) ip.out(addressText(dev, a, options))
    }
    if (options.stats > 0 && !options.brief && !options.oneline && !options.json)
      ip.out(statsText(dev, options))
  }
  if (options.json) printJson(ip, shown)
}

/* add, del, flush */

interface Wanted {
  dev: Dev
  address: Prefix | null
  word: string
  brd: number
  label: string | null
  /** The other end; its prefix length is that of the address. */
  peer: Prefix | null
  more: Pick<IfAddr, 'scope' | 'metric' | 'bare'>
}

function readWanted(ip: Ip, args: Args): Wanted {
  let name: string | null = null
  let address: Prefix | null = null
  let word = ''
  let label: string | null = null
  let brd: number | '+' | '-' | null = null
  let peer: Prefix | null = null
  const more: Wanted['more'] = {}
  while (peek(args) !== undefined) {
    let key = take(args)
    if (matches(key, 'broadcast') || key === 'brd') {
      const next = peek(args)
      if (next === '+' || next === '-') {
        brd = next
        args.at++
      } else brd = takeAddress(args, address !== null)
    } else if (key === 'dev') name = take(args)
    else if (key === 'label') label = take(args)
    else if (key === 'scope') {
      const text = take(args)
      const scope = scopeNumber(text)
      if (scope === null) throw invalidArgument('invalid scope value.', text)
      more.scope = scope
    } else if (key === 'peer' || key === 'remote') {
      if (peer) throw complain(`Error: duplicate "peer": "${take(args)}" is the second value.`)
      peer = takePrefix(args, true)
    } else if (key === 'metric' || key === 'priority' || key === 'preference')
      more.metric = takeNumber(args, '"metric" value is invalid\n')
    else if (key === 'noprefixroute') more.bare = true
    else if (key === 'anycast') takeAddress(args, true)
    else if (key === 'valid_lft' || key === 'preferred_lft') {
      const text = take(args)
      if (text !== 'forever') throw leftOut(`${key} ${text}`)
    } else {
      if (key === 'local') key = take(args)
      if (matches(key, 'help')) throw new Quit(255, ADDRESS_HELP)
      if (address) throw duplicate('local', key)
      args.at--
      word = key
      address = takePrefix(args, ip.options.family === 'inet')
    }
  }
  if (name === null) throw new Quit(1, 'Not enough information: "dev" argument is required.\n')
  if (address && peer) address = { ...address, bits: peer.bits, given: true }
  const host = address && address.bits < 31 ? ~netmask(address.bits) >>> 0 : 0
  let broadcast = typeof brd === 'number' ? brd : 0
  if (address && brd === '+') broadcast = host === 0 ? 0 : (address.addr | host) >>> 0
  if (address && brd === '-') broadcast = host === 0 ? 0 : (address.addr & netmask(address.bits)) >>> 0
  return { dev: needDev(ip.net, name), address, word, brd: broadcast, label, peer, more }
}

function modify(ip: Ip, args: Args, command: 'add' | 'change' | 'replace'): void {
  const { dev, address, brd, label, peer, more } = readWanted(ip, args)
  if (!address || address.any) throw new Quit(2, 'RTNETLINK answers: Operation not supported\n')
  const known = dev.addrs.find((a) => a.addr === address.addr && a.bits === address.bits)
  if (known && command !== 'add') return
  if (!known && command === 'change') throw new Quit(2, 'Error: ipv4: Address not found.\n')
  answered(
    addAddress(ip.net, dev, {
      addr: address.addr,
      bits: address.bits,
      ...(brd ? { brd } : {}),
      ...(label !== null && label !== dev.name ? { label } : {}),
      ...(peer && peer.addr !== address.addr ? { peer: peer.addr } : {}),
      ...more,
    }),
  )
}

function remove(ip: Ip, args: Args): void {
  const { dev, address, word, peer } = readWanted(ip, args)
  if (!address) throw new Quit(2, 'RTNETLINK answers: Operation not supported\n')
  if (!address.given)
    ip.err(
      'Warning: Executing wildcard deletion to stay compatible with old scripts.\n' +
        `         Explicitly specify the prefix length (${word}/32) to avoid this warning.\n` +
        '         This special behaviour is likely to disappear in further releases,\n' +
        '         fix your scripts!\n',
    )
  answered(delAddress(ip.k, dev, address.addr, address.given ? address.bits : null, peer?.addr))
}

function flush(ip: Ip, args: Args): void {
  if (peek(args) === undefined) throw new Quit(1, 'Flush requires arguments.\n')
  const filter = readFilter(ip, args)
  for (const dev of filter.dev ? [filter.dev] : ip.net.devs)
    for (const a of addressesOf(ip, dev, filter)) delAddress(ip.k, dev, a.addr, a.bits, a.peer)
}
