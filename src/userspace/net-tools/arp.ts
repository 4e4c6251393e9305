/**
 * arp(8): the neighbours, shown and changed the way that came before ip(8).
 *
 * net-tools 2.10, arp.c; Linux: net/ipv4/arp.c arp_ioctl
 * Left out: entries that are answered for others (pub), files of entries (-f), rarp
 */
import { delNeigh, setNeigh } from '../../kernel/netlink.ts'
import type { Neigh } from '../../kernel/netns.ts'
import { devByIndex, devByName, devName, ip_route_output } from '../../kernel/route.ts'
import { parseMac, printIpv4, printMac, type Ipv4 } from '../../wire/address.ts'
import { hostName } from '../hosts-file.ts'
import { inetAton } from '../inet-aton.ts'
import type { Program, Sys } from '../program.ts'
import { parseOptions } from '../text/options.ts'

const HEAD = 'Address                  HWtype  HWaddress           Flags Mask            Iface\n'
const FAILED = 255

const isKnown = (n: Neigh): boolean => n.state === 'PERMANENT' || n.mac !== 0

function tableLine(sys: Sys, n: Neigh, numeric: boolean): string {
  const text = printIpv4(n.addr)
  const name = (numeric ? text : hostName(sys, text)).slice(0, 23).padEnd(25)
  const [type, mac] = isKnown(n) ? ['ether', printMac(n.mac)] : ['', '(incomplete)']
  const flags = n.state === 'PERMANENT' ? 'CM' : isKnown(n) ? 'C' : ''
  return `${name}${type.padEnd(8)}${mac.padEnd(20)}${flags.padEnd(22)}${devName(sys.k.net, n.ifindex)}\n`
}

/** -a, as BSD has it. */
function sentence(sys: Sys, n: Neigh, numeric: boolean): string {
  const text = printIpv4(n.addr)
  const name = numeric ? text : hostName(sys, text)
  const mac = isKnown(n)
    ? `${printMac(n.mac)} [ether]${n.state === 'PERMANENT' ? ' PERM' : ''}`
    : '<incomplete>'
  return `${name === text ? '?' : name} (${text}) at ${mac} on ${devName(sys.k.net, n.ifindex)}\n`
}

function list(
  sys: Sys,
  wanted: { addr: Ipv4; name: string } | null,
  dev: string,
  bsd: boolean,
  numeric: boolean,
): void {
  const { net } = sys.k
  const all = net.neigh
  const found = all.filter(
    (n) => (wanted === null || n.addr === wanted.addr) && (dev === '' || devName(net, n.ifindex) === dev),
  )
  if (found.length > 0) {
    if (bsd) for (const n of found) sys.out(sentence(sys, n, numeric))
    else sys.out(HEAD + found.map((n) => tableLine(sys, n, numeric)).join(''))
  } else if (wanted !== null && !bsd) sys.out(`${wanted.name} (${printIpv4(wanted.addr)}) -- no entry\n`)
  else if (wanted !== null || dev !== '') sys.out(`arp: in ${all.length} entries no match found.\n`)
}

/** The card behind which an address is. Linux: arp_req_set, which asks for the route */
function cardOf(sys: Sys, dev: string, addr: Ipv4): ReturnType<typeof devByIndex> {
  const { net } = sys.k
  if (dev !== '') return devByName(net, dev)
  const route = ip_route_output(net, addr)
  const found = 'errno' in route ? undefined : devByIndex(net, route.ifindex)
  // What is reached by a gateway is nobody's neighbour.
  const near = found?.addrs.some((a) => (a.addr ^ addr) >>> (32 - a.bits || 0) === 0 || a.bits === 0)
  return near ? found : undefined
}

function fail(sys: Sys, text: string, status = FAILED): void {
  sys.err(text)
  sys.exit(status)
}

function set(sys: Sys, addr: Ipv4, mac: string | undefined, dev: string): void {
  if (mac === undefined) {
    fail(sys, 'arp: need hardware address\n')
    return
  }
  const card = parseMac(mac)
  if (card === null) {
    fail(sys, 'arp: invalid hardware address\n')
    return
  }
  const device = cardOf(sys, dev, addr)
  if (!device) {
    fail(sys, `SIOCSARP: ${dev === '' ? 'Network is unreachable' : 'No such device'}\n`)
    return
  }
  setNeigh(sys.k, device, addr, card, 'replace')
  sys.exit(0)
}

function remove(sys: Sys, addr: Ipv4, name: string, dev: string): void {
  const { net } = sys.k
  const known = net.neigh.find((n) => n.addr === addr && (dev === '' || devName(net, n.ifindex) === dev))
  const device = known && devByIndex(net, known.ifindex)
  if (!device) {
    sys.out(`No ARP entry for ${name}\n`)
    sys.exit(FAILED)
    return
  }
  delNeigh(net, device, addr)
  sys.exit(0)
}

export const arp: Program = {
  name: 'arp',
  usage: 'arp [-n] [-a] [-i DEVICE] [HOST] | arp -s HOST MAC | arp -d HOST',
  start(sys) {
    const options = parseOptions(sys.process.argv, {
      short: 'A:H:adfp:nsei:Dt:vhNV',
      long: {
        all: 'a',
        delete: 'd',
        set: 's',
        numeric: 'n',
        device: 'i',
        help: 'h',
        version: 'V',
        verbose: 'v',
      },
    })
    if ('error' in options) {
      fail(sys, `arp: ${options.error}\nUsage: ${arp.usage}\n`, 1)
      return
    }
    const has = (letter: string): boolean => options.found.some(({ name }) => name === letter)
    const dev = options.found.findLast(({ name }) => name === 'i')?.value ?? ''
    const [name, mac] = options.operands
    if (has('V') || has('h')) {
      sys.out(has('V') ? 'net-tools 2.10\n' : `Usage: ${arp.usage}\n`)
      sys.exit(0)
      return
    }
    if ((name as string | undefined) === undefined) {
      if (has('s') || has('d')) fail(sys, 'arp: need host name\n')
      else {
        list(sys, null, dev, has('a'), has('n'))
        sys.exit(0)
      }
      return
    }
    const addr = inetAton(name) ?? sys.resolve(name)
    if (addr === null) fail(sys, `${name}: Unknown host\n`)
    else if (has('s')) set(sys, addr, mac, dev)
    else if (has('d')) remove(sys, addr, name, dev)
    else {
      list(sys, { addr, name }, dev, has('a'), has('n'))
      sys.exit(0)
    }
  },
  complete: () => ['-n', '-a', '-an', '-s', '-d', '-i'],
}
