/** Devices and addresses as `ip link` and `ip addr` print them. Linux: iproute2, ip/ipaddress.c */
import { scopeOf } from '../../kernel/fib.ts'
import { isSecondary } from '../../kernel/netlink.ts'
import { hasCarrier } from '../../kernel/netlink-link.ts'
import type { Dev, IfAddr, Netns } from '../../kernel/netns.ts'
import { devName } from '../../kernel/route.ts'
import { printCidr, printIpv4, printMac, type Mac } from '../../wire/address.ts'
import { detailText } from './details.ts'
import type { Ip } from './ip.ts'
import type { Options } from './options.ts'
import { scopeName } from './tables.ts'

/** M-DOWN: the other end of a veth is down. Linux: iproute2, print_link_flags */
export function flagList(net: Netns, dev: Dev): string[] {
  const { promisc, noarp, nomulticast } = dev.set ?? {}
  const carrier = hasCarrier(net, dev)
  const words: [boolean | undefined, string][] = [
    [dev.up && !carrier, 'NO-CARRIER'],
    [dev.loopback, 'LOOPBACK'],
    [!dev.loopback, 'BROADCAST'],
    [!dev.loopback && !nomulticast, 'MULTICAST'],
    [noarp, 'NOARP'],
    [promisc, 'PROMISC'],
    [dev.up, 'UP'],
    [carrier, 'LOWER_UP'],
    [peerOf(net, dev)?.up === false, 'M-DOWN'],
  ]
  return words.flatMap(([on, word]) => (on ? word : []))
}

export const flags = (net: Netns, dev: Dev): string => `<${flagList(net, dev).join()}>`

export function peerOf(net: Netns, dev: Dev): Dev | undefined {
  return dev.peer === undefined ? undefined : net.devs[dev.peer - 1]
}

/** With the other end of a veth on the same host: `veth0@veth1`. */
export function fullName(net: Netns, dev: Dev): string {
  const peer = peerOf(net, dev)
  return peer ? `${dev.name}@${peer.name}` : dev.name
}

/** Linux: rfc2863_policy */
export function state(net: Netns, dev: Dev): string {
  if (!dev.up) return 'DOWN'
  if (!hasCarrier(net, dev)) return dev.bridge ? 'DOWN' : 'LOWERLAYERDOWN'
  return dev.loopback ? 'UNKNOWN' : 'UP'
}

export function queue(dev: Dev): string {
  return dev.netem ? 'netem' : dev.fresh ? 'noop' : 'noqueue'
}

const mac = (dev: Dev): string => printMac(dev.mac)
export const broadcastMac = (dev: Dev): Mac => (dev.loopback ? 0 : 0xffffffffffff)

/** The beginning of a line of `ip -br`. */
function briefHead(net: Netns, dev: Dev): string {
  return `${fullName(net, dev).padEnd(16)} ${state(net, dev).padEnd(14)} `
}

export function briefLink(net: Netns, dev: Dev): string {
  return `${briefHead(net, dev)}${mac(dev)} ${flags(net, dev)} \n`
}

/** The address, and the other end where there is one. */
function ends({ addr, peer, bits }: IfAddr): string {
  return peer === undefined
    ? printCidr({ addr, bits })
    : `${printIpv4(addr)} peer ${printCidr({ addr: peer, bits })}`
}

const metric = (a: IfAddr): string => (a.metric ? `metric ${a.metric} ` : '')

export function briefAddresses(net: Netns, dev: Dev, addresses: readonly IfAddr[]): string {
  return `${briefHead(net, dev)}${addresses.map((a) => `${ends(a)} ${metric(a)}`).join('')}\n`
}

/** The device itself. `link`: for `ip link`. `hardware`: with the line of its MAC address, which `ip -4 addr` has not. */
export function deviceText({ k, net, options }: Ip, dev: Dev, link: boolean, hardware: boolean): string {
  const mode = link ? 'mode DEFAULT ' : ''
  const master = devName(net, dev.master)
  const head = `${dev.ifindex}: ${fullName(net, dev)}: ${flags(net, dev)} mtu ${dev.mtu} qdisc ${queue(dev)}${master && ` master ${master}`} state ${state(net, dev)}`
  const type = dev.loopback ? 'loopback' : 'ether'
  const second = `${options.eol}    link/${type} ${mac(dev)} brd ${printMac(broadcastMac(dev))}${options.details ? detailText(k, dev, options.eol, link) : ''}`
  const { group, txqueuelen = 1000, alias } = dev.set ?? {}
  const name = alias ? `${options.eol}    alias ${alias}` : ''
  return `${head} ${mode}group ${group || 'default'} qlen ${txqueuelen}${hardware ? second : ''}${link ? name : ''}\n`
}

export function addressText(dev: Dev, address: IfAddr, options: Options): string {
  const head = options.oneline ? `${dev.ifindex}: ${dev.name}` : ''
  const brd = address.brd ? `brd ${printIpv4(address.brd)} ` : ''
  const second = isSecondary(dev, address) ? 'secondary ' : ''
  const label = address.label ?? dev.name
  return (
    `${head}    inet ${ends(address)} ${metric(address)}${brd}scope ${scopeName(scopeOf(address))} ${second}` +
    `${address.bare ? 'noprefixroute ' : ''}${label}${options.eol}` +
    '       valid_lft forever preferred_lft forever\n'
  )
}

/** The counters of `-s`: columns as wide as their greatest number. Errors do not happen here. */
export function statsText(dev: Dev, options: Options): string {
  const rows = [
    [dev.rxBytes, dev.rxPackets, 0, 0, 0, 0],
    [dev.txBytes, dev.txPackets, 0, 0, 0, 0],
  ]
  const names = [
    ['bytes', 'packets', 'errors', 'dropped', 'missed', 'mcast'],
    ['bytes', 'packets', 'errors', 'dropped', 'carrier', 'collsns'],
  ]
  const errors = [
    ['length', 'crc', 'frame', 'fifo', 'overrun'],
    ['aborted', 'fifo', 'window', 'heartbt', 'transns'],
  ]
  const width = [10, 7, 6, 7, 7, 7].map((least, i) =>
    Math.max(least, ...rows.map((row) => String(row[i]).length)),
  )
  const parts = ['RX', 'TX'].map((title, i) => {
    const head = names[i].map((name, c) => name.padStart(c === 0 ? width[0] - 4 : width[c])).join(' ')
    const values = rows[i].map((value, c) => `${String(value).padStart(width[c])} `).join('')
    let text = `    ${title}: ${head}${' '.repeat(11)}${options.eol}    ${values}`
    if (options.stats > 1) {
      const more = errors[i].map((name, c) => name.padStart(width[c + 1])).join(' ')
      const zeros = errors[i].map((_, c) => `${'0'.padStart(width[c + 1])} `).join('')
      text += `${options.eol}    ${title} errors:${' '.repeat(width[0] - 10)} ${more}${options.eol}`
      text += `${' '.repeat(width[0] + 5)}${zeros}`
    }
    return text
  })
  return `${parts.join(options.eol)}\n`
}
