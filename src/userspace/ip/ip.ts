/**
 * ip(8): `ip [ OPTIONS ] OBJECT { COMMAND | help }`, with the objects address, link, route, rule and neighbour.
 *
 * Linux: iproute2 6.1, ip/ip.c
 * Left out: the other objects, -batch, colours
 */
import type { Kernel } from '../../kernel/kernel.ts'
import type { Netns } from '../../kernel/netns.ts'
import type { Program, Sys } from '../program.ts'
import { ipAddress } from './addr.ts'
import { abbreviated, leftOut, peek, Quit, untilQuit, type Args } from './args.ts'
import { ipLink } from './link.ts'
import { ipNeighbour } from './neigh.ts'
import { ipNetns } from './netns.ts'
import { readOptions, type Options } from './options.ts'
import { ipRoute } from './route.ts'
import { ipRule } from './rule.ts'
import { IP_USAGE } from './usage.ts'

/** What the objects work with. */
export interface Ip {
  k: Kernel
  net: Netns
  options: Options
  out(text: string): void
  err(text: string): void
}

/** In the order in which an abbreviation is looked up. */
const OBJECTS = [
  'address',
  'addrlabel',
  'maddress',
  'route',
  'rule',
  'neighbor',
  'neighbour',
  'ntable',
  'ntbl',
  'link',
  'l2tp',
  'fou',
  'ila',
  'macsec',
  'tunnel',
  'tunl',
  'tuntap',
  'tap',
  'token',
  'tcpmetrics',
  'monitor',
  'xfrm',
  'mroute',
  'mrule',
  'netns',
  'netconf',
  'vrf',
  'sr',
  'nexthop',
  'mptcp',
  'ioam',
  'help',
] as const

function run(sys: Sys): void {
  const args: Args = { words: sys.process.argv, at: 1 }
  const options = readOptions(args)
  if (options === 'version') {
    sys.out('ip utility, iproute2-6.1.0, libbpf 1.1.2\n')
    return
  }
  const word = peek(args)
  if (options === 'help' || word === undefined) throw new Quit(255, IP_USAGE)
  args.at++
  const ip: Ip = {
    k: sys.k,
    net: sys.k.net,
    options,
    out: (text) => {
      sys.out(text)
    },
    err: (text) => {
      sys.err(text)
    },
  }
  const object = abbreviated(word, OBJECTS)
  switch (object) {
    case 'address':
      ipAddress(ip, args)
      break
    case 'link':
      ipLink(ip, args)
      break
    case 'route':
      ipRoute(ip, args)
      break
    case 'neighbor':
    case 'neighbour':
      ipNeighbour(ip, args)
      break
    case 'rule':
      ipRule(ip, args)
      break
    case 'netns':
      ipNetns(args)
      break
    case 'help':
      throw new Quit(255, IP_USAGE)
    case undefined:
      throw new Quit(1, `Object "${word}" is unknown, try "ip help".\n`)
    default:
      throw leftOut(object)
  }
}

export const ip: Program = {
  name: 'ip',
  usage: 'ip [-4] [-br] [-s] [-d] [-j] [-p] {address|link|route|rule|neigh} [COMMAND]',
  start: untilQuit(run),
  complete: (words, index) => {
    if (index === 1) return ['address', 'link', 'neigh', 'route', 'rule']
    if (index !== 2) return []
    return words[1].startsWith('l') ? ['set', 'show'] : ['add', 'del', 'flush', 'get', 'replace', 'show']
  },
}
