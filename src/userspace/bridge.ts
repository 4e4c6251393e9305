/**
 * bridge(8): `link` shows the ports of bridges and sets whether one may send a frame back; `fdb` shows behind which port
 * which card is.
 *
 * man 8 bridge; Linux: iproute2 6.1, bridge/bridge.c, link.c, fdb.c
 * Left out: costs, priorities and states of spanning tree, the other flags of a port, entries that a person adds, groups
 * that a card listens to, vlan, mdb, monitor
 */
import { setHairpin } from '../kernel/netlink-bridge.ts'
import type { Dev, Netns } from '../kernel/netns.ts'
import { devByName, devName } from '../kernel/route.ts'
import { printMac } from '../wire/address.ts'
import { answered, complain, leftOut, matches, peek, Quit, take, untilQuit, type Args } from './ip/args.ts'
import { flags } from './ip/print.ts'
import type { Program, Sys } from './program.ts'

const USAGE = `Usage: bridge [ OPTIONS ] OBJECT { COMMAND | help }
       bridge [ -force ] -batch filename
where  OBJECT := { link | fdb | mdb | vlan | monitor }
       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] |
                    -o[neline] | -t[imestamp] | -n[etns] name |
                    -c[ompressvlans] -color -p[retty] -j[son] }
`

const LINK_USAGE = `Usage: bridge link set dev DEV [ cost COST ] [ priority PRIO ] [ state STATE ]
                               [ guard {on | off} ]
                               [ hairpin {on | off} ]
                               [ fastleave {on | off} ]
                               [ root_block {on | off} ]
                               [ learning {on | off} ]
                               [ learning_sync {on | off} ]
                               [ flood {on | off} ]
                               [ mcast_router MULTICAST_ROUTER ]
                               [ mcast_flood {on | off} ]
                               [ bcast_flood {on | off} ]
                               [ mcast_to_unicast {on | off} ]
                               [ neigh_suppress {on | off} ]
                               [ vlan_tunnel {on | off} ]
                               [ isolated {on | off} ]
                               [ locked {on | off} ]
                               [ hwmode {vepa | veb} ]
                               [ backup_port DEVICE ] [ nobackup_port ]
                               [ self ] [ master ]
       bridge link show [dev DEV]
`

/** Words of `bridge link set` that have no meaning here. */
const OTHERS = new Set(
  (
    'cost priority state guard fastleave root_block learning learning_sync flood mcast_router mcast_flood bcast_flood ' +
    'mcast_to_unicast neigh_suppress vlan_tunnel isolated locked hwmode backup_port nobackup_port'
  ).split(' '),
)

const DETAILS =
  'guard off root_block off fastleave off learning on flood on mcast_flood on bcast_flood on mcast_router 1 ' +
  'mcast_to_unicast off neigh_suppress off vlan_tunnel off isolated off locked off '

function run(sys: Sys): void {
  const args: Args = { words: sys.process.argv, at: 1 }
  const details = readOptions(sys, args)
  if (details === null) return
  if (peek(args) === undefined) throw new Quit(255, USAGE)
  const object = take(args)
  const word = peek(args) === undefined ? 'show' : take(args)
  const isShow = ['show', 'lst', 'list'].some((name) => matches(word, name))
  if (matches(object, 'link')) {
    if (matches(word, 'set') || matches(word, 'change')) setPort(sys, args)
    else if (isShow) showPorts(sys, args, details)
    else throw complain(`Command "${word}" is unknown, try "bridge link help".`)
  } else if (matches(object, 'fdb')) {
    if (isShow) showCards(sys, args)
    else if (['add', 'append', 'replace', 'delete', 'get', 'flush'].some((name) => matches(word, name)))
      throw leftOut(`fdb ${word}`, 'bridge')
    else throw complain(`Command "${word}" is unknown, try "bridge fdb help".`)
  } else if (['mdb', 'vlan', 'monitor'].some((name) => matches(object, name))) throw leftOut(object, 'bridge')
  else if (matches(object, 'help')) throw new Quit(255, USAGE)
  else throw complain(`Object "${object}" is unknown, try "bridge help".`)
}

/** Whether details are wanted; null: it has said all already. */
function readOptions(sys: Sys, args: Args): boolean | null {
  let details = false
  for (let word = peek(args); word?.startsWith('-'); word = peek(args)) {
    args.at++
    const name = word.replace(/^--?/, '')
    if (matches(name, 'help')) throw new Quit(255, USAGE)
    if (matches(name, 'Version')) {
      sys.out('bridge utility, 6.1.0\n')
      return null
    }
    if (matches(name, 'details')) details = true
    else if (!matches(name, 'statistics') && !matches(name, 'stats')) throw leftOut(word, 'bridge')
  }
  return details
}

function setPort(sys: Sys, args: Args): void {
  let name: string | null = null
  let hairpin: boolean | null = null
  while (peek(args) !== undefined) {
    const word = take(args)
    if (word === 'dev') name = take(args)
    else if (word === 'hairpin') hairpin = takeSwitch(args)
    else if (OTHERS.has(word)) throw leftOut(word, 'bridge')
    else if (word !== 'self' && word !== 'master') throw new Quit(255, LINK_USAGE)
  }
  if (name === null) throw complain('Device is a required argument.')
  const dev = devByName(sys.k.net, name)
  if (!dev) throw complain(`Cannot find bridge device "${name}"`)
  if (hairpin !== null) answered(setHairpin(dev, hairpin), 255)
}

function takeSwitch(args: Args): boolean {
  const word = take(args)
  if (word !== 'on' && word !== 'off')
    throw new Quit(234, `Error: argument of "hairpin" must be one of "off", "on", not "${word}"\n`)
  return word === 'on'
}

/** `dev D` and `master B`, or `br B`: what is to be shown. */
function readFilter(net: Netns, args: Args): { dev: Dev | null; bridge: Dev | null } {
  const filter: { dev: Dev | null; bridge: Dev | null } = { dev: null, bridge: null }
  const find = (name: string, what: string): Dev => {
    const dev = devByName(net, name)
    if (!dev) throw complain(`Cannot find ${what} "${name}"`)
    return dev
  }
  while (peek(args) !== undefined) {
    const word = take(args)
    if (matches(word, 'master') || word === 'br' || word === 'brport') {
      if (word === 'brport') filter.dev = find(take(args), 'device')
      else filter.bridge = find(take(args), 'bridge device')
    } else filter.dev = find(word === 'dev' ? take(args) : word, 'device')
  }
  return filter
}

function showPorts(sys: Sys, args: Args, details: boolean): void {
  const { net } = sys.k
  const { dev: only, bridge } = readFilter(net, args)
  for (const dev of net.devs) {
    if (dev.master === 0 || (only && only !== dev)) continue
    if (bridge && dev.master !== bridge.ifindex) continue
    const state = dev.up ? 'forwarding' : 'disabled'
    sys.out(
      `${dev.ifindex}: ${dev.name}: ${flags(net, dev)} mtu ${dev.mtu} master ${devName(net, dev.master)} ` +
        `state ${state} priority 32 cost 2 \n`,
    )
    if (details) sys.out(`    hairpin ${dev.hairpin ? 'on' : 'off'} ${DETAILS}\n`)
  }
}

function showCards(sys: Sys, args: Args): void {
  const { net } = sys.k
  const { dev: only, bridge: wanted } = readFilter(net, args)
  for (const dev of net.devs) {
    const ports = dev.bridge?.ports.map((p) => net.devs[p - 1].mac) ?? []
    if (!dev.bridge || ports.includes(dev.mac) || (only && only !== dev) || (wanted && wanted !== dev))
      continue
    sys.out(`${printMac(dev.mac)} ${only ? '' : `dev ${dev.name} `}master ${dev.name} permanent\n`)
  }
  for (const port of net.devs) {
    const { bridge } = net.devs[port.master - 1] ?? { bridge: null }
    if (!bridge || (only && only !== port) || (wanted && wanted.ifindex !== port.master)) continue
    const where = `${only ? '' : `dev ${port.name} `}master ${devName(net, port.master)}`
    for (const { mac, time } of bridge.fdb.filter((e) => e.port === port.ifindex))
      sys.out(`${printMac(mac)} ${where} ${time === Infinity ? 'static' : ''}\n`)
    sys.out(`${printMac(port.mac)} ${where} permanent\n`)
  }
}

export const bridge: Program = {
  name: 'bridge',
  usage: 'bridge {link|fdb} [show|set] [dev DEV]',
  start: untilQuit(run),
  complete: (_words, index) => (index === 1 ? ['link', 'fdb'] : index === 2 ? ['show', 'set'] : []),
}
