/**
 * `ip link`: show, set (up, down, mtu).
 *
 * man 8 ip-link; Linux: iproute2, ip/iplink.c
 * Left out: making, deleting and renaming devices (a lab has its wires), hardware addresses, everything else of `set`
 */
import { setLinkDown, setLinkUp, setMtu } from '../../kernel/netlink.ts'
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
    'name index link txqueuelen qlen address broadcast brd netns multicast allmulticast promisc trailers arp ' +
    'carrier vf master vrf nomaster dynamic type alias group mode state numtxqueues numrxqueues addrgenmode ' +
    'link-netns link-netnsid protodown protodown_reason gso_max_size gso_max_segs gro_max_size xdp altname'
  ).split(' '),
)

function set(ip: Ip, args: Args): void {
  let name: string | null = null
  let up: boolean | null = null
  let mtu: number | null = null
  while (peek(args) !== undefined) {
    const word = take(args)
    if (word === 'up' || word === 'down') up = word === 'up'
    else if (word === 'mtu') {
      const text = take(args)
      mtu = /^\d+$/.test(text) ? Number(text) : NaN
      if (!(mtu <= 2147483647)) throw invalidArgument('Invalid "mtu" value\n', text)
    } else if (OTHERS.has(word)) throw leftOut(word)
    else {
      const dev = word === 'dev' ? take(args) : word
      if (word !== 'dev' && matches(word, 'help')) throw new Quit(255, LINK_HELP)
      if (name !== null) throw duplicate('dev', dev)
      name = dev
    }
  }
  if (name === null) throw complain('Not enough information: "dev" argument is required.')
  const dev = needDev(ip.net, name)
  if (mtu !== null) answered(setMtu(dev, mtu))
  if (up === true) setLinkUp(ip.net, dev)
  if (up === false) setLinkDown(ip.k, dev)
}
