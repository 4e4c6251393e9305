/**
 * ifconfig(8): cards and their first addresses, shown and changed the way that came before ip(8).
 *
 * net-tools 2.10, ifconfig.c; Linux: net/ipv4/devinet.c devinet_ioctl, net/core/dev_ioctl.c
 * Left out: IPv6, tunnels, media, other kinds of cards
 */
import { addAddress, delAddress, setLinkDown, setLinkUp } from '../../kernel/netlink.ts'
import { setCard, setMtu } from '../../kernel/netlink-bridge.ts'
import type { Dev } from '../../kernel/netns.ts'
import { devByName } from '../../kernel/route.ts'
import { netmask, parseIpv4, parseMac, type Ipv4 } from '../../wire/address.ts'
import { inetAton } from '../inet-aton.ts'
import type { Program, Sys } from '../program.ts'
import { cardTable, cardText, cardTexts } from './cards.ts'
import { maskBits } from './route.ts'

class Quit extends Error {}

/** Linux: inet_abc_len */
const classOf = (addr: Ipv4): number => (addr >>> 31 === 0 ? 8 : addr >>> 30 === 2 ? 16 : 24)

/** The address that has this name takes another place, mask or broadcast: it is taken away and put there anew. */
function replace(sys: Sys, dev: Dev, label: string, addr: Ipv4, bits: number, brd?: Ipv4): void {
  const old = dev.addrs.find((a) => (a.label ?? dev.name) === label)
  if (old) delAddress(sys.k, dev, old.addr, old.bits)
  if (addr === 0) return
  const broadcast = dev.loopback || bits > 30 ? 0 : (brd ?? (addr | ~netmask(bits)) >>> 0)
  addAddress(sys.k.net, dev, {
    addr,
    bits,
    ...(broadcast ? { brd: broadcast } : {}),
    ...(label === dev.name ? {} : { label }),
  })
}

/** `ifconfig DEVICE WORD...`, word after word, each done at once. */
function change(sys: Sys, dev: Dev, label: string, words: string[]): void {
  const { net } = sys.k
  const current = (): Dev['addrs'][number] | undefined =>
    dev.addrs.find((a) => (a.label ?? dev.name) === label)
  const value = (what: string): string => {
    const next = words.shift()
    if (next === undefined)
      throw new Quit(
        `ifconfig: option \`${what}' requires an argument.\nifconfig: \`--help' gives usage information.\n`,
      )
    return next
  }
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const off = word.startsWith('-')
    if (word === 'up') setLinkUp(net, dev)
    else if (word === 'down') {
      const a = current()
      if (label === dev.name) setLinkDown(sys.k, dev)
      else if (a) delAddress(sys.k, dev, a.addr, a.bits)
    } else if (word === 'mtu') {
      const error = setMtu(net, dev, Number(value(word)))
      if (error) throw new Quit('SIOCSIFMTU: Invalid argument\n')
    } else if (word === 'netmask') {
      const bits = maskBits(parseIpv4(value(word)) ?? 1)
      const a = current()
      if (!a) throw new Quit('SIOCSIFNETMASK: Cannot assign requested address\n')
      if (bits < 0) throw new Quit('SIOCSIFNETMASK: Invalid argument\n')
      if (bits === a.bits) continue
      const whole = (a.addr | ~netmask(a.bits)) >>> 0
      replace(sys, dev, label, a.addr, bits, a.brd === whole ? undefined : (a.brd ?? 0))
    } else if (word === 'broadcast') {
      const brd = parseIpv4(value(word))
      const a = current()
      if (!a || brd === null) throw new Quit('SIOCSIFBRDADDR: Cannot assign requested address\n')
      replace(sys, dev, label, a.addr, a.bits, brd)
    } else if (word === 'hw') {
      value(word)
      const mac = parseMac(value(word))
      if (mac === null) throw new Quit('ifconfig: invalid hardware address\n')
      if (setCard(sys.k, dev, mac)) throw new Quit('SIOCSIFHWADDR: Operation not supported\n')
    } else if (word === 'promisc' || word === '-promisc') dev.set = { ...dev.set, promisc: !off }
    else if (word === 'arp' || word === '-arp') dev.set = { ...dev.set, noarp: off }
    else if (word === 'multicast' || word === '-multicast') dev.set = { ...dev.set, nomulticast: off }
    else if (word === 'txqueuelen') dev.set = { ...dev.set, txqueuelen: Number(value(word)) }
    else if (
      ['add', 'del', 'pointopoint', 'dstaddr', 'tunnel', 'metric', 'media', 'allmulti', '-allmulti'].includes(
        word,
      )
    )
      throw new Quit(`ifconfig: ${word}: not modelled in this lab\n`)
    else {
      if (word === 'inet') continue
      const [text, len] = word.split('/')
      const addr = inetAton(text) ?? sys.resolve(text)
      if (addr === null)
        throw new Quit(`${text}: Unknown host\nifconfig: \`--help' gives usage information.\n`)
      replace(sys, dev, label, addr, len === undefined ? classOf(addr) : Number(len))
      setLinkUp(net, dev)
    }
  }
}

export const ifconfig: Program = {
  name: 'ifconfig',
  usage: 'ifconfig [-a] [-s] [DEVICE [ADDRESS[/BITS]] [netmask MASK] [mtu N] [up|down]]',
  start(sys) {
    const words = sys.process.argv.slice(1)
    let [all, short] = [false, false]
    while (words[0]?.startsWith('-')) {
      const option = words.shift()
      if (option === '-a') all = true
      else if (option === '-s') short = true
      else if (option === '-V' || option === '--version') {
        sys.out('net-tools 2.10\n')
        sys.exit(0)
        return
      } else if (option !== '-v') {
        sys.err(`ifconfig: option \`${option}' not recognised.\nUsage: ${ifconfig.usage}\n`)
        sys.exit(1)
        return
      }
    }
    const label = words.shift()
    if (label === undefined) {
      sys.out(short ? cardTable(sys.k, all, 'ifconfig') : cardTexts(sys.k, all))
      sys.exit(0)
      return
    }
    const dev = devByName(sys.k.net, label.split(':')[0])
    try {
      if (!dev)
        throw new Quit(
          words.length === 0
            ? `${label}: error fetching interface information: Device not found\n`
            : `SIOCSIFADDR: No such device\n${label}: ERROR while getting interface flags: No such device\n`,
        )
      if (words.length === 0) sys.out(cardText(dev, label))
      else change(sys, dev, label, words)
      sys.exit(0)
    } catch (error) {
      if (!(error instanceof Quit)) throw error
      sys.err(error.message)
      sys.exit(1)
    }
  },
  complete: () => ['up', 'down', 'netmask', 'mtu'],
}
