/**
 * `ip link`: show, add (bridges), set (up, down, mtu, address, master, hairpin mode, br_netfilter, group, alias, queue
 * length, flags).
 *
 * man 8 ip-link; Linux: iproute2, ip/iplink.c
 * Left out: making other devices, deleting and renaming (a lab has its wires), everything else of `set`
 */
import { addBridge, setCard, setHairpin, setMaster, setMtu } from '../../kernel/netlink-bridge.ts'
import { setLinkDown, setLinkUp } from '../../kernel/netlink.ts'
import type { Dev, DevSettings } from '../../kernel/netns.ts'
import { devByName } from '../../kernel/route.ts'
import { parseMac, type Mac } from '../../wire/address.ts'
import { show } from './addr.ts'
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
  take,
  takeGroup,
  takeNumber,
  type Args,
} from './args.ts'
import type { Ip } from './ip.ts'
import { LINK_HELP } from './usage.ts'

const COMMANDS = ['add', 'set', 'change', 'replace', 'delete', 'show', 'lst', 'list', 'help'] as const

export function ipLink(ip: Ip, args: Args): void {
  const word = peek(args)
  if (word === undefined) {
    show(ip, args, true)
    return
  }
  args.at++
  const command = abbreviated(word, COMMANDS)
  switch (command) {
    case 'set':
    case 'change':
      set(ip, args)
      break
    case 'show':
    case 'lst':
    case 'list':
      show(ip, args, true)
      break
    case 'add':
      add(ip, args)
      break
    case 'replace':
    case 'delete':
      throw leftOut(`link ${command}`)
    case 'help':
      throw new Quit(255, LINK_HELP)
    default:
      throw complain(`Command "${word}" is unknown, try "ip link help".`)
  }
}

/** Keywords of the real `ip link set` that have no meaning here. */
const OTHERS = new Set(
  (
    'name index link broadcast brd netns allmulticast trailers ' +
    'carrier vf vrf dynamic mode state numtxqueues numrxqueues addrgenmode ' +
    'link-netns link-netnsid protodown protodown_reason gso_max_size gso_max_segs gro_max_size xdp altname'
  ).split(' '),
)

function set(ip: Ip, args: Args): void {
  let name: string | null = null
  let up: boolean | null = null
  let mtu: number | null = null
  let master: string | null = null
  let hairpin: boolean | null = null
  let group: number | null = null
  let nfCall: boolean | null = null
  let card: Mac | null = null
  const more: DevSettings = {}
  while (peek(args) !== undefined) {
    const word = take(args)
    if (word === 'up' || word === 'down') up = word === 'up'
    else if (word === 'mtu') {
      const text = take(args)
      mtu = /^\d+$/.test(text) ? Number(text) : NaN
      if (!(mtu <= 2147483647)) throw invalidArgument('Invalid "mtu" value\n', text)
    } else if (word === 'master') master = take(args)
    else if (word === 'nomaster') master = ''
    else if (word === 'type' && peek(args) === 'bridge') nfCall = readBridge(args)
    else if (word === 'type') hairpin = readSlave(args)
    else if (word === 'address') card = takeCard(args)
    else if (word === 'group') group = takeGroup(args)
    else if (word === 'alias') more.alias = take(args)
    else if (['txqueuelen', 'txqlen', 'qlen'].includes(word))
      more.txqueuelen = takeNumber(args, 'Invalid "txqueuelen" value\n')
    else if (word === 'promisc') more.promisc = takeSwitch(args, word)
    else if (word === 'arp') more.noarp = !takeSwitch(args, word)
    else if (word === 'multicast') more.nomulticast = !takeSwitch(args, word)
    else if (OTHERS.has(word)) throw leftOut(word)
    else {
      const dev = word === 'dev' ? take(args) : word
      if (word !== 'dev' && matches(word, 'help')) throw new Quit(255, LINK_HELP)
      if (name !== null) throw duplicate('dev', dev)
      name = dev
    }
  }
  // Without a device a group means the devices that are in it.
  if (name === null && group !== null) {
    for (const dev of ip.net.devs.filter((d) => (d.set?.group ?? 0) === group)) change(ip, dev, up, mtu)
    return
  }
  if (name === null) throw complain('Not enough information: "dev" argument is required.')
  const dev = needDev(ip.net, name)
  if (group !== null) more.group = group
  if (Object.keys(more).length > 0) dev.set = { ...dev.set, ...more }
  if (master !== null) {
    if (master !== '' && !devByName(ip.net, master)) throw invalidArgument('Device does not exist\n', master)
    answered(setMaster(ip.k, dev, master))
  }
  if (hairpin !== null) answered(setHairpin(dev, hairpin))
  if (nfCall !== null && dev.bridge) dev.bridge.callsIptables = nfCall
  if (card !== null) answered(setCard(ip.k, dev, card))
  change(ip, dev, up, mtu)
}

function change(ip: Ip, dev: Dev, up: boolean | null, mtu: number | null): void {
  if (mtu !== null) answered(setMtu(ip.net, dev, mtu))
  if (up === true) setLinkUp(ip.net, dev)
  if (up === false) setLinkDown(ip.k, dev)
}

/** `on` or `off`. */
function takeSwitch(args: Args, what: string): boolean {
  const word = take(args)
  if (word !== 'on' && word !== 'off')
    throw new Quit(1, `Error: argument of "${what}" must be "on" or "off", not "${word}"\n`)
  return word === 'on'
}

/** `type bridge_slave hairpin on`. */
/** What a bridge is set to; of all that there is, whether iptables sees its frames. */
function readBridge(args: Args): boolean | null {
  take(args)
  let on: boolean | null = null
  while (peek(args) !== undefined) {
    const word = take(args)
    if (word !== 'nf_call_iptables') throw leftOut(word)
    on = takeNumber(args, 'invalid nf_call_iptables\n') !== 0
  }
  return on
}

/** The address of a card. */
function takeCard(args: Args): Mac {
  const text = take(args)
  const mac = parseMac(text)
  if (mac === null) throw complain(`"${text}" is invalid lladdr.`)
  return mac
}

function readSlave(args: Args): boolean | null {
  const type = take(args)
  if (type !== 'bridge_slave') throw leftOut(`type ${type}`)
  let hairpin: boolean | null = null
  while (peek(args) !== undefined) {
    const word = take(args)
    if (word !== 'hairpin') throw leftOut(word)
    const value = take(args)
    if (value !== 'on' && value !== 'off')
      throw complain(`Error: argument of "hairpin" must be one of "on", "off", not "${value}"`)
    hairpin = value === 'on'
  }
  return hairpin
}

function add(ip: Ip, args: Args): void {
  let name: string | null = null
  let type: string | null = null
  while (peek(args) !== undefined) {
    const word = take(args)
    if (word === 'type') {
      type = take(args)
      break
    }
    if (word === 'name' || word === 'dev') name = take(args)
    else if (name === null) name = word
    else throw leftOut(word)
  }
  if (type === null) throw new Quit(1, 'Not enough information: "type" argument is required\n')
  if (type !== 'bridge') throw leftOut(`type ${type}`)
  answered(addBridge(ip.k, name))
}
