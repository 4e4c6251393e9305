/** Cards as ifconfig and netstat -i show them. net-tools 2.10, lib/interface.c ife_print_short, ife_print_long */
import type { Kernel } from '../../kernel/kernel.ts'
import type { Dev, IfAddr } from '../../kernel/netns.ts'
import { netmask, printIpv4, printMac } from '../../wire/address.ts'

/** Linux: IFF_* */
const FLAGS: readonly (readonly [bit: number, name: string])[] = [
  [0x1, 'UP'],
  [0x2, 'BROADCAST'],
  [0x8, 'LOOPBACK'],
  [0x40, 'RUNNING'],
  [0x80, 'NOARP'],
  [0x100, 'PROMISC'],
  [0x1000, 'MULTICAST'],
]

function flagsOf(dev: Dev): number {
  const { promisc, noarp, nomulticast } = dev.set ?? {}
  const kind = dev.loopback ? 0x8 : 0x2 | (nomulticast ? 0 : 0x1000)
  return kind | (dev.up ? 0x41 : 0) | (noarp ? 0x80 : 0) | (promisc ? 0x100 : 0)
}

/** By name, as both programs sort them. */
function cards({ net }: Kernel, all: boolean): Dev[] {
  return net.devs
    .filter((d) => !d.gone && (all || d.up))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

/** A card a line. `netstat` and ifconfig -s give the name of a card another width in the first line only. */
export function cardTable(k: Kernel, all: boolean, program: 'netstat' | 'ifconfig'): string {
  const head = `Iface${' '.repeat(program === 'netstat' ? 13 : 6)}MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n`
  const rows = cards(k, all).map((d) => {
    const letters: readonly (readonly [number, string])[] = [
      [0x2, 'B'],
      [0x8, 'L'],
      [0x1000, 'M'],
      [0x100, 'P'],
      [0x80, 'O'],
      [0x40, 'R'],
      [0x1, 'U'],
    ]
    const flags = letters.flatMap(([bit, letter]) => (flagsOf(d) & bit ? [letter] : [])).join('')
    const cell = (n: number, width: number): string => String(n).padStart(width)
    return (
      `${d.name.padEnd(15)} ${cell(d.mtu, 5)} ${cell(d.rxPackets, 8)} ${cell(0, 6)} ${cell(0, 6)} ${'0'.padEnd(6)} ` +
      `${cell(d.txPackets, 8)} ${cell(0, 6)} ${cell(0, 6)} ${cell(0, 6)} ${flags}\n`
    )
  })
  return head + rows.join('')
}

/** `240448 (234.8 KiB)` */
function amount(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let short = bytes
  let unit = 0
  for (; short >= 1024 && unit < units.length - 1; unit++) short /= 1024
  return `${bytes} (${(Math.floor(short * 10) / 10).toFixed(1)} ${units[unit]})`
}

const names = (flags: number): string => FLAGS.flatMap(([bit, name]) => (flags & bit ? [name] : [])).join(',')

function inetLine(dev: Dev, a: IfAddr): string {
  const brd = dev.loopback ? '' : `  broadcast ${printIpv4(a.brd ?? 0)}`
  return `        inet ${printIpv4(a.addr)}  netmask ${printIpv4(netmask(a.bits))}${brd}\n`
}

/** One card; of a name with a colon only the address that has it. */
export function cardText(dev: Dev, label: string): string {
  const flags = flagsOf(dev)
  const address = dev.addrs.find((a) => (a.label ?? dev.name) === label)
  const { txqueuelen = 1000 } = dev.set ?? {}
  const head = `${label}: flags=${flags}<${names(flags)}>  mtu ${dev.mtu}\n`
  const card = dev.loopback
    ? `        loop  txqueuelen ${txqueuelen}  (Local Loopback)\n`
    : `        ether ${printMac(dev.mac)}  txqueuelen ${txqueuelen}  (Ethernet)\n`
  const counts =
    `        RX packets ${dev.rxPackets}  bytes ${amount(dev.rxBytes)}\n        RX errors 0  dropped 0  overruns 0  frame 0\n` +
    `        TX packets ${dev.txPackets}  bytes ${amount(dev.txBytes)}\n        TX errors 0  dropped 0 overruns 0  carrier 0  collisions 0\n`
  return `${head}${address ? inetLine(dev, address) : ''}${card}${label === dev.name ? counts : ''}\n`
}

/** All of them, with the addresses that have a name of their own. */
export function cardTexts(k: Kernel, all: boolean): string {
  return cards(k, all)
    .flatMap((d) => [d.name, ...d.addrs.flatMap((a) => a.label ?? [])].map((label) => cardText(d, label)))
    .join('')
}
