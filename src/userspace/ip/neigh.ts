/**
 * `ip neighbour`: show, add, change, replace, del, flush. Most entries of a lab are permanent, as its links know their
 * ends; one that had to be asked for is INCOMPLETE, REACHABLE or FAILED.
 *
 * man 8 ip-neighbour; Linux: iproute2, ip/ipneigh.c
 * Left out: states that a program sets (other than permanent), states by age (STALE, DELAY, PROBE), proxies
 */
import { delNeigh, setNeigh } from '../../kernel/netlink.ts'
import type { Neigh } from '../../kernel/netns.ts'
import { devName } from '../../kernel/route.ts'
import { contains, parseMac, printIpv4, printMac } from '../../wire/address.ts'
import {
  abbreviated,
  answered,
  complain,
  leftOut,
  matches,
  needDev,
  peek,
  prefixOf,
  Quit,
  take,
  takePrefix,
  type Args,
  type Prefix,
} from './args.ts'
import type { Ip } from './ip.ts'
import { printJson } from './json.ts'
import { NEIGH_HELP } from './usage.ts'

const COMMANDS = [
  'add',
  'change',
  'replace',
  'delete',
  'get',
  'show',
  'lst',
  'list',
  'flush',
  'help',
] as const

export function ipNeighbour(ip: Ip, args: Args): void {
  const word = peek(args)
  if (word === undefined) {
    show(ip, args)
    return
  }
  args.at++
  const command = word === 'chg' ? 'change' : abbreviated(word, COMMANDS)
  switch (command) {
    case 'add':
    case 'change':
    case 'replace':
    case 'delete':
      modify(ip, args, command)
      break
    case 'show':
    case 'lst':
    case 'list':
      show(ip, args)
      break
    case 'flush':
      if (peek(args) === undefined) throw new Quit(255, 'Flush requires arguments.\n')
      // What is written down for good stays, unless it is asked for.
      for (const n of selected(ip, args, 'PERMANENT').found)
        ip.net.neigh = ip.net.neigh.filter((other) => other !== n)
      break
    case 'get':
      getOne(ip, args)
      break
    case 'help':
      throw new Quit(255, NEIGH_HELP)
    default:
      throw complain(`Command "${word}" is unknown, try "ip neigh help".`)
  }
}

function selected(ip: Ip, args: Args, but = ''): { found: Neigh[]; byDev: boolean } {
  let dev: string | null = null
  let to: Prefix | null = null
  let state: string | null = null
  while (peek(args) !== undefined) {
    const word = take(args)
    if (word === 'dev') dev = take(args)
    else if (word === 'nud') state = take(args).toUpperCase()
    else if (['proxy', 'vrf', 'nomaster', 'master', 'unused'].includes(word)) throw leftOut(word)
    else {
      if (word !== 'to') args.at--
      if (matches(word, 'help')) throw new Quit(255, NEIGH_HELP)
      to = takePrefix(args, ip.options.family === 'inet')
    }
  }
  const ifindex = dev === null ? 0 : needDev(ip.net, dev).ifindex
  const found = ip.net.neigh.filter(
    (n) =>
      (state === null ? n.state !== but : state === 'ALL' || state === n.state) &&
      (ifindex === 0 || n.ifindex === ifindex) &&
      (to === null || contains(to, n.addr)),
  )
  return { found: ip.options.family === 'inet6' ? [] : found, byDev: dev !== null }
}

/** Nobody has told the card of these. */
function cardOf(n: Neigh): string {
  return n.state === 'INCOMPLETE' || n.state === 'FAILED' ? '' : printMac(n.mac)
}

/** `lladdr 02:..  PERMANENT `; the card only where it is known. */
function lladdrOf(n: Neigh): string {
  const card = cardOf(n)
  return card === '' ? '' : `lladdr ${card} `
}

function show(ip: Ip, args: Args): void {
  const { found, byDev } = selected(ip, args)
  if (ip.options.json) {
    printJson(
      ip,
      found.map((n) => ({
        dst: printIpv4(n.addr),
        dev: byDev ? undefined : devName(ip.net, n.ifindex),
        lladdr: cardOf(n) || undefined,
        state: [n.state],
      })),
    )
    return
  }
  for (const n of found) {
    const name = devName(ip.net, n.ifindex)
    if (ip.options.brief)
      ip.out(`${printIpv4(n.addr).padEnd(39)} ${byDev ? '' : `${name.padEnd(16)} `}${cardOf(n)}\n`)
    else {
      const stats = ip.options.stats > 0 ? ' used 0/0/0probes 0 ' : ''
      ip.out(`${printIpv4(n.addr)} ${byDev ? '' : `dev ${name} `}${lladdrOf(n)}${stats}${n.state} \n`)
    }
  }
}

function getOne(ip: Ip, args: Args): void {
  const { found, byDev } = selected(ip, args)
  if (!byDev) throw complain('Device and address are required arguments.')
  const [n] = found
  if (n === undefined) throw new Quit(2, 'Error: Neighbour entry not found.\n')
  ip.out(`${printIpv4(n.addr)} dev ${devName(ip.net, n.ifindex)} ${lladdrOf(n)}${n.state} \n`)
}

/** As many bytes as are written; the kernel wants six. iproute2: lib/ll_addr.c ll_addr_a2n; Linux: net/core/neighbour.c neigh_add */
function readLladdr(text: string): number {
  const bytes = text.split(':').map((part) => parseInt(/^(?:0x)?[0-9a-f]+/i.exec(part)?.[0] ?? '', 16))
  if (bytes.some((b) => !(b <= 255))) throw new Quit(1, `"${text}" is invalid lladdr.\n`)
  const mac = parseMac(text)
  if (mac === null) throw new Quit(2, 'Error: Invalid link address.\n')
  return mac
}

function modify(ip: Ip, args: Args, command: 'add' | 'change' | 'replace' | 'delete'): void {
  let dev: string | null = null
  let addr: number | null = null
  let lladdr: string | null = null
  while (peek(args) !== undefined) {
    const word = take(args)
    if (matches(word, 'lladdr')) lladdr = take(args)
    else if (word === 'nud') {
      const state = take(args)
      if (state !== 'permanent') throw leftOut(`nud ${state}`)
    } else if (word === 'dev') dev = take(args)
    else if (['proxy', 'router', 'use', 'managed', 'extern_learn', 'protocol'].includes(word))
      throw leftOut(word)
    else {
      const text = word === 'to' ? take(args) : word
      if (matches(text, 'help')) throw new Quit(255, NEIGH_HELP)
      if (addr !== null) throw complain(`Error: either "to" is duplicate, or "${text}" is a garbage.`)
      addr = text.includes('/') ? null : (prefixOf(text)?.addr ?? null)
      const kind = ip.options.family === 'inet' ? 'inet' : 'any valid'
      if (addr === null) throw new Quit(1, `Error: ${kind} address is expected rather than "${text}".\n`)
    }
  }
  if (dev === null || addr === null) throw complain('Device and destination are required arguments.')
  const mac = lladdr === null ? null : readLladdr(lladdr)
  const device = needDev(ip.net, dev)
  if (command === 'delete') answered(delNeigh(ip.net, device, addr))
  else if (mac === null) answered({ errno: 'EINVAL', message: 'No link layer address given' })
  else answered(setNeigh(ip.k, device, addr, mac, command))
}
