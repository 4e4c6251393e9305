/** The main table as route and netstat -r list it. net-tools 2.10, lib/inet_gr.c rprint_fib; they read /proc/net/route */
import { RT_TABLE_MAIN } from '../../kernel/fib.ts'
import { ifname } from '../../kernel/header.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import { sortedRoutes } from '../../kernel/netlink-route.ts'
import type { Route } from '../../kernel/netns.ts'
import { netmask, printIpv4 } from '../../wire/address.ts'
import { hostName } from '../hosts-file.ts'
import type { Sys } from '../program.ts'

/** `netstat`: with segment size, window and irtt; `route`: with metric and uses; `all`: with both. */
export type Columns = 'netstat' | 'route' | 'all'

const HEADS: Readonly<Record<Columns, string>> = {
  netstat: '  MSS Window  irtt Iface',
  route: 'Metric Ref    Use Iface',
  all: 'Metric Ref    Use Iface    MSS   Window irtt',
}

function destination(sys: Sys, r: Route, numeric: boolean): string {
  const text = printIpv4(r.dst.addr)
  if (numeric) return text
  if (r.dst.bits === 0) return 'default'
  return r.dst.bits === 32 ? hostName(sys, text) : text
}

function line(sys: Sys, r: Route, numeric: boolean, columns: Columns): string {
  const reject = r.type === 'unreachable' || r.type === 'prohibit'
  const flags = reject ? '!' : `U${r.via ? 'G' : ''}${r.dst.bits === 32 ? 'H' : ''}`
  const via = r.via !== 0 && !numeric ? hostName(sys, printIpv4(r.via)) : printIpv4(r.via)
  const cells = [destination(sys, r, numeric), reject ? '-' : via, printIpv4(netmask(r.dst.bits))]
  const head = `${cells.map((c) => c.slice(0, 15).padEnd(15)).join(' ')} ${flags.padEnd(5)}`
  const card = reject ? '-' : ifname(sys.k.net, r.ifindex) || '*'
  const ref = reject ? '-' : '0'
  const mss = r.mtu ? r.mtu - 40 : 0
  if (columns === 'netstat')
    return `${head} ${(reject ? '-' : String(mss)).padStart(5)} ${ref.padEnd(5)} ${(reject ? '-' : '0').padStart(6)} ${card}\n`
  const text = `${head} ${String(r.metric).padEnd(6)} ${ref.padEnd(2)} ${'0'.padStart(7)} ${card}`
  if (columns === 'route') return `${text}\n`
  return `${text.padEnd(head.length + 18 + 9)} ${String(mss).padEnd(5)} ${'0'.padEnd(6)} 0\n`
}

export function routeTable(sys: Sys, numeric: boolean, columns: Columns): string {
  const shown = sortedRoutes(sys.k.net).filter(
    (r) => r.table === RT_TABLE_MAIN && r.type !== 'throw' && r.type !== 'blackhole',
  )
  return (
    `Kernel IP routing table\nDestination     Gateway         Genmask         Flags ${HEADS[columns]}\n` +
    shown.map((r) => line(sys, r, numeric, columns)).join('')
  )
}

/** netstat -g: every card that takes frames for many is in the group of all hosts. */
export function groupTable({ net }: Kernel): string {
  const rows = net.devs.filter((d) => d.up).map((d) => `${d.name.padEnd(15)} 1      224.0.0.1\n`)
  return `IPv6/IPv4 Group Memberships\nInterface       RefCnt Group\n--------------- ------ ---------------------\n${rows.join('')}`
}
