/** Devices and addresses as `ip link` and `ip addr` print them. Linux: iproute2, ip/ipaddress.c */
import { scopeOf } from '../../kernel/fib.ts'
import { isSecondary } from '../../kernel/netlink.ts'
import type { Dev, IfAddr } from '../../kernel/netns.ts'
import { printCidr, printIpv4, printMac } from '../../wire/address.ts'
import type { Options } from './options.ts'
import { scopeName } from './tables.ts'

export function flags(dev: Dev): string {
  const { promisc, noarp, nomulticast } = dev.set ?? {}
  const kind = dev.loopback ? 'LOOPBACK' : `BROADCAST${nomulticast ? '' : ',MULTICAST'}`
  const more = `${noarp ? ',NOARP' : ''}${promisc ? ',PROMISC' : ''}`
  return `<${kind}${more}${dev.up ? ',UP,LOWER_UP' : ''}>`
}

function state(dev: Dev): string {
  if (!dev.up) return 'DOWN'
  return dev.loopback ? 'UNKNOWN' : 'UP'
}

const mac = (dev: Dev): string => printMac(dev.mac)
const broadcastMac = (dev: Dev): string => printMac(dev.loopback ? 0 : 0xffffffffffff)

/** The beginning of a line of `ip -br`. */
export function briefHead(dev: Dev): string {
  return `${dev.name.padEnd(16)} ${state(dev).padEnd(14)} `
}

export function briefLink(dev: Dev): string {
  return `${briefHead(dev)}${mac(dev)} ${flags(dev)} \n`
}

/** The address, and the other end where there is one. */
function ends({ addr, peer, bits }: IfAddr): string {
  return peer === undefined
    ? printCidr({ addr, bits })
    : `${printIpv4(addr)} peer ${printCidr({ addr: peer, bits })}`
}

const metric = (a: IfAddr): string => (a.metric ? `metric ${a.metric} ` : '')

export function briefAddresses(dev: Dev, addresses: readonly IfAddr[]): string {
  return `${briefHead(dev)}${addresses.map((a) => `${ends(a)} ${metric(a)}`).join('')}\n`
}

/**
 * The device itself, `master`: the bridge whose port it is. `link`: for `ip link`. `hardware`: with the line of its MAC address, which `ip -4 addr` has not.
 */
export function deviceText(
  dev: Dev,
  master: string,
  options: Options,
  link: boolean,
  hardware: boolean,
): string {
  const mode = link ? 'mode DEFAULT ' : ''
  const head = `${dev.ifindex}: ${dev.name}: ${flags(dev)} mtu ${dev.mtu} qdisc ${dev.netem ? 'netem' : 'noqueue'}${master && ` master ${master}`} state ${state(dev)}`
  const type = dev.loopback ? 'loopback' : 'ether'
  const second = `${options.eol}    link/${type} ${mac(dev)} brd ${broadcastMac(dev)}`
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
