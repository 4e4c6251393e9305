/**
 * Files below /proc/net that show what this model has: counters, sockets, routes, neighbours, devices.
 *
 * man 5 proc; Linux: net/ipv4/proc.c, fib_trie.c fib_route_seq_show, arp.c arp_seq_show, net/core/net-procfs.c
 */
import { RT_TABLE_MAIN } from '../kernel/fib.ts'
import { ifname } from '../kernel/header.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Dev, Neigh, Route } from '../kernel/netns.ts'
import { netmask, printIpv4, printMac } from '../wire/address.ts'
import './proc-sockets.ts'
import './proc-xtables.ts'
import { addProcFile } from './procfs.ts'
import { netstat, procText, snmp } from './snmp/values.ts'

addProcFile('/proc/net/snmp', (k) => procText(snmp(k)))
addProcFile('/proc/net/netstat', (k) => procText(netstat(k)))

/** A number of the network's order as the machine's order has it. */
export function littleEndian(n: number): string {
  const bytes = [n & 255, (n >>> 8) & 255, (n >>> 16) & 255, n >>> 24]
  return bytes.map((b) => b.toString(16).padStart(2, '0').toUpperCase()).join('')
}

/** Lines of a table have one width. Linux: seq_setwidth, seq_pad */
const WIDTH = 127
const RTF_UP = 1
const RTF_GATEWAY = 2
const RTF_HOST = 4
const RTF_REJECT = 0x200

function routeLine(k: Kernel, r: Route): string {
  const reject = r.type === 'unreachable' || r.type === 'prohibit'
  const flags =
    RTF_UP | (r.via ? RTF_GATEWAY : 0) | (r.dst.bits === 32 ? RTF_HOST : 0) | (reject ? RTF_REJECT : 0)
  const words = [
    ifname(k.net, r.ifindex) || '*',
    littleEndian(r.dst.addr),
    littleEndian(r.via),
    flags.toString(16).padStart(4, '0').toUpperCase(),
    '0',
    '0',
    String(r.metric),
    littleEndian(netmask(r.dst.bits)),
    '0',
    '0',
    '0',
  ]
  return `${words.join('\t').padEnd(WIDTH)}\n`
}

addProcFile('/proc/net/route', (k) => {
  const header = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT'
  const shown = k.net.routes.filter((r) => r.table === RT_TABLE_MAIN && r.type !== 'throw')
  const sorted = [...shown].sort((a, b) => a.dst.addr - b.dst.addr || b.dst.bits - a.dst.bits)
  return `${header.padEnd(WIDTH)}\n${sorted.map((r) => routeLine(k, r)).join('')}`
})

const ATF_COM = 2
const ATF_PERM = 4

function arpLine(k: Kernel, n: Neigh): string {
  const flags = n.state === 'PERMANENT' ? ATF_COM | ATF_PERM : n.mac !== 0 ? ATF_COM : 0
  const hw = `0x${'1'.padEnd(10)}0x${flags.toString(16).padEnd(10)}`
  return `${printIpv4(n.addr).padEnd(16)} ${hw}${printMac(n.mac)}     ${'*'.padEnd(8)} ${ifname(k.net, n.ifindex)}\n`
}

addProcFile('/proc/net/arp', (k) => {
  const header = 'IP address       HW type     Flags       HW address            Mask     Device\n'
  return header + k.net.neigh.map((n) => arpLine(k, n)).join('')
})

function devLine(d: Dev): string {
  const columns = (bytes: number, packets: number, widths: readonly number[]): string =>
    [bytes, packets, 0, 0, 0, 0, 0, 0].map((n, i) => String(n).padStart(widths[i])).join(' ')
  const received = columns(d.rxBytes, d.rxPackets, [7, 7, 4, 4, 4, 5, 10, 9])
  const sent = columns(d.txBytes, d.txPackets, [8, 7, 4, 4, 4, 5, 7, 10])
  return `${d.name.padStart(6)}: ${received} ${sent}\n`
}

addProcFile(
  '/proc/net/dev',
  (k) =>
    'Inter-|   Receive                                                |  Transmit\n' +
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n' +
    k.net.devs
      .filter((d) => !d.gone)
      .map(devLine)
      .join(''),
)
