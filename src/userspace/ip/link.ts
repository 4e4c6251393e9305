/**
 * `ip link`: show; add (bridges, and a veth with both ends on the host); delete (what was added); set (name, up, down,
 * mtu, address, master, hairpin mode, br_netfilter, group, alias, queue length, flags).
 *
 * man 8 ip-link; Linux: iproute2, ip/iplink.c
 * Left out: making other devices, deleting cards (a lab has its wires), other namespaces, everything else of `set`
 */
import {
  addBridge,
  setCard,
  setHairpin,
  setMaster,
  setMtu,
  type NewLink,
} from '../../kernel/netlink-bridge.ts'
import { addVeth, delLink, renameLink } from '../../kernel/netlink-link.ts'
import { setLinkDown, setLinkUp } from '../../kernel/netlink.ts'
import type { Dev, DevSettings } from '../../kernel/netns.ts'
import { devByName } from '../../kernel/route.ts'
import { isGroupMac, parseMac, type Mac } from '../../wire/address.ts'
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
import { LINK_HELP, VETH_HELP } from './usage.ts'

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
    case 'delete':
      remove(ip, args)
      break
    case 'replace':
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
    'index link broadcast brd allmulticast trailers ' +
    'carrier vf vrf dynamic mode state numtxqueues numrxqueues addrgenmode ' +
    'link-netns link-netnsid protodown protodown_reason gso_max_size gso_max_segs gro_max_size xdp altname'
  ).split(' '),
)

/** What a line says of a device. null: nothing. */
interface Wanted {
  /** The device that is there, or the name of a new one. */
  dev: string | null
  name: string | null
  up: boolean | null
  mtu: number | null
  master: string | null
  group: number | null
  card: string | null
  more: DevSettings
}

/** The words of a device, up to `type` or to the end. Linux: iproute2, iplink_parse */
function readLink(args: Args): Wanted {
  const more: DevSettings = {}
  const w: Wanted = {
    dev: null,
    name: null,
    up: null,
    mtu: null,
    master: null,
    group: null,
    card: null,
    more,
  }
  while (peek(args) !== undefined && peek(args) !== 'type') {
    const word = take(args)
    if (word === 'up' || word === 'down') w.up = word === 'up'
    else if (word === 'name') w.name = takeName(args)
    else if (word === 'mtu') {
      const text = take(args)
      w.mtu = /^\d+$/.test(text) ? Number(text) : NaN
      if (!(w.mtu <= 2147483647)) throw invalidArgument('Invalid "mtu" value\n', text)
    } else if (word === 'master') w.master = take(args)
    else if (word === 'nomaster') w.master = ''
    else if (word === 'address') w.card = take(args)
    else if (word === 'group') w.group = takeGroup(args)
    else if (word === 'alias') more.alias = take(args)
    else if (['txqueuelen', 'txqlen', 'qlen'].includes(word))
      more.txqueuelen = takeNumber(args, 'Invalid "txqueuelen" value\n')
    else if (word === 'promisc') more.promisc = takeSwitch(args, word)
    else if (word === 'arp') more.noarp = !takeSwitch(args, word)
    else if (word === 'multicast') more.nomulticast = !takeSwitch(args, word)
    else if (word === 'netns') throw invalidArgument('Invalid "netns" value\n', take(args))
    else if (OTHERS.has(word)) throw leftOut(word)
    else {
      const dev = word === 'dev' ? take(args) : word
      if (word !== 'dev' && matches(word, 'help')) throw new Quit(255, LINK_HELP)
      if (w.dev !== null) throw duplicate('dev', dev)
      if (!NAME.test(dev)) throw invalidArgument('"dev" not a valid ifname', dev)
      w.dev = dev
    }
  }
  return w
}

/** Linux: __check_ifname; what is too long is refused where a name is given, and by the kernel. */
const NAME = /^[^/\s]+$/
const LONGEST = 15

function takeName(args: Args): string {
  const name = take(args)
  if (!NAME.test(name) || name.length > LONGEST) throw invalidArgument('"name" not a valid ifname', name)
  return name
}

/** The address of a card; the kernel refuses what iproute2 cannot read of a new device. */
function cardOf(text: string): Mac {
  const mac = parseMac(text)
  if (mac === null) throw complain(`"${text}" is invalid lladdr.`)
  return mac
}

function set(ip: Ip, args: Args): void {
  const w = readLink(args)
  let hairpin: boolean | null = null
  let nfCall: boolean | null = null
  if (peek(args) === 'type') {
    args.at++
    if (peek(args) === 'bridge') nfCall = readBridge(args)
    else hairpin = readSlave(args)
  }
  const { master, group, more } = w
  // Without a device a group means the devices that are in it.
  if (w.dev === null && group !== null) {
    for (const dev of ip.net.devs.filter((d) => !d.gone && (d.set?.group ?? 0) === group)) change(ip, dev, w)
    return
  }
  if (w.dev === null) throw complain('Not enough information: "dev" argument is required.')
  const card = w.card === null ? null : cardOf(w.card)
  const dev = needDev(ip.net, w.dev)
  if (group !== null) more.group = group
  if (Object.keys(more).length > 0) dev.set = { ...dev.set, ...more }
  if (w.name !== null) answered(renameLink(ip.net, dev, w.name))
  if (master !== null) {
    if (master !== '' && !devByName(ip.net, master)) throw invalidArgument('Device does not exist\n', master)
    answered(setMaster(ip.k, dev, master))
  }
  if (hairpin !== null) answered(setHairpin(dev, hairpin))
  if (nfCall !== null && dev.bridge) dev.bridge.callsIptables = nfCall
  if (card !== null) answered(setCard(ip.k, dev, card))
  change(ip, dev, w)
}

function change(ip: Ip, dev: Dev, { up, mtu }: Wanted): void {
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

/** `type bridge_slave hairpin on`. */
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

/* add, delete */

/** The name and the card of a new device, when the kernel takes them. Linux: rtnl_create_link */
function newLink({ dev, name, card, mtu }: Wanted): NewLink {
  const wanted = name ?? dev
  if (wanted !== null && wanted.length > LONGEST)
    answered({ errno: 'EINVAL', message: 'Attribute failed policy validation' })
  if (mtu !== null && mtu < 68) answered({ errno: 'EINVAL', message: 'mtu less than device minimum' })
  if (mtu !== null && mtu > 65535) answered({ errno: 'EINVAL', message: 'mtu greater than device maximum' })
  const mac = card === null ? null : parseMac(card)
  if (card !== null && mac === null) answered({ errno: 'EINVAL' })
  if (mac !== null && (isGroupMac(mac) || mac === 0)) answered({ errno: 'EADDRNOTAVAIL' })
  return { name: wanted, mac }
}

/** What else was said of a device that is there now. */
function finish(ip: Ip, dev: Dev, w: Wanted): void {
  const more = { ...w.more, ...(w.group === null ? {} : { group: w.group }) }
  if (Object.keys(more).length > 0) dev.set = more
  if (w.master !== null) answered(setMaster(ip.k, dev, w.master))
  change(ip, dev, w)
}

const UNKNOWN_TYPE = { errno: 'EOPNOTSUPP', message: 'Unknown device type' } as const
/** Kinds of devices that a Linux may have and a lab has not. */
const KINDS = (
  'bareudp bond can dummy erspan geneve gre gretap gtp hsr ifb ip6erspan ip6gre ip6gretap ip6tnl ipip ipoib ipvlan ' +
  'ipvtap lowpan macsec macvlan macvtap netdevsim nlmon rmnet sit team vcan virt_wifi vlan vrf vti vti6 vxcan vxlan ' +
  'wireguard wwan xfrm'
).split(' ')

function add(ip: Ip, args: Args): void {
  const w = readLink(args)
  if (peek(args) === undefined) throw new Quit(1, 'Not enough information: "type" argument is required\n')
  args.at++
  const type = take(args)
  if (KINDS.includes(type)) throw leftOut(`type ${type}`)
  if (type === 'bridge') {
    if (peek(args) !== undefined) throw leftOut(take(args))
    const dev = addBridge(ip.k, newLink(w))
    if ('errno' in dev) answered(dev)
    else finish(ip, dev, w)
  } else if (type === 'veth') addPair(ip, args, w)
  else answered(UNKNOWN_TYPE)
}

/** `type veth peer name eth1`: what follows `peer` is said of the other end. Linux: iproute2, link_veth.c */
function addPair(ip: Ip, args: Args, w: Wanted): void {
  const word = peek(args)
  if (word !== undefined && word !== 'peer') {
    ip.out(VETH_HELP)
    throw new Quit(1, '')
  }
  if (word === 'peer') args.at++
  const theirs = readLink(args)
  const pair = addVeth(ip.k, newLink(w), newLink(theirs))
  if ('errno' in pair) answered(pair)
  else {
    finish(ip, pair.other, theirs)
    finish(ip, pair.dev, w)
  }
}

function remove(ip: Ip, args: Args): void {
  const w = readLink(args)
  if (w.dev === null && w.group === null)
    throw complain('Not enough information: "dev" argument is required.')
  if (w.dev === null) throw leftOut('group')
  answered(delLink(ip.k, needDev(ip.net, w.dev)))
}
