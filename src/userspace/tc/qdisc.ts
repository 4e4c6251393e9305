/**
 * tc qdisc: the two that queue nothing, and netem. Linux: iproute2, tc/tc_qdisc.c, q_ingress.c, q_clsact.c
 * Left out: other qdiscs that queue: `noqueue` is what devices have, as veth pairs and bridges do
 */
import {
  addQdisc,
  delQdisc,
  TC_H_CLSACT,
  TC_H_ROOT,
  TC_HANDLE,
  type TcError,
} from '../../kernel/tc/control.ts'
import type { Dev } from '../../kernel/netns.ts'
import { setNetem, type NetemWish } from '../../kernel/tc/netem.ts'
import type { TcQdisc } from '../../kernel/tc/qdisc.ts'
import { complain, matches, needDev, Quit, take, type Args } from '../ip/args.ts'
import { leftOut } from './left-out.ts'
import { parseNetem, printNetem } from './netem.ts'
import { answered, NO_DEVICE, parentOf, type Tc } from './tc.ts'
import { QDISC_USAGE } from './usage.ts'

/** Those that are left out. What is none of Linux's is no kind at all for the kernel. */
const QUEUES =
  'bfifo cake codel drr fq fq_codel fq_pie hfsc hhf htb mq mqprio noqueue pfifo pfifo_fast pie prio qfq red sfq tbf'.split(
    ' ',
  )

function modify(tc: Tc, args: Args, what: 'add' | 'change' | 'replace' | 'del'): void {
  let dev: Dev | null = null
  let place: 'none' | 'root' | 'clsact' | 'other' = 'none'
  let kind: TcQdisc['kind'] | null = null
  let netem: NetemWish | null = null
  let number = 0
  while (args.at < args.words.length) {
    const word = take(args)
    if (word === 'dev') dev = needDev(tc.k.net, take(args))
    else if (word === 'handle') number = parentOf(take(args))
    else if (word === 'root') place = 'root'
    else if (word === 'ingress' || word === 'clsact') {
      if (place !== 'none') throw complain(`Error: "${word}" is a duplicate parent ID`)
      place = 'clsact'
      kind = word
      const more = args.words[args.at]
      if (more !== undefined && !['dev', 'handle'].includes(more))
        throw new Quit(1, `What is "${more}"?\nUsage: ... ${word}\n`)
    } else if (word === 'parent') {
      const parent = parentOf(take(args))
      place = parent === TC_H_ROOT ? 'root' : parent === TC_H_CLSACT ? 'clsact' : 'other'
    } else if (word === 'netem') netem = parseNetem(args)
    else if (word === 'help') throw new Quit(0, QDISC_USAGE)
    else if (QUEUES.includes(word)) throw leftOut(word)
  }
  if (dev === null) answered(NO_DEVICE)
  else if (place === 'root') answered(askRoot(tc, dev, what, netem, number >>> 16))
  else {
    const change = what === 'change' ? 'replace' : what
    answered(ask(dev, change, place, kind, number === TC_HANDLE))
  }
}

/** The queue of a card. */
function askRoot(
  { k }: Tc,
  dev: Dev,
  what: 'add' | 'change' | 'replace' | 'del',
  netem: NetemWish | null,
  major: number,
): TcError {
  if (what !== 'del') {
    if (netem === null) return 'Handle cannot be zero.'
    if (dev.loopback) throw leftOut('netem of lo')
    // Another handle means another queue in the place of this one.
    if (what === 'add' && dev.netem && major > 0 && dev.netem.handle !== major)
      return 'NLM_F_REPLACE needed to override.'
    const error = setNetem(k.net, dev, what, netem)
    if (error === null && dev.netem && major > 0) dev.netem.handle = major
    return error
  }
  if (dev.netem === undefined) {
    if (major > 0) return 'Invalid handle.'
    return netem === null
      ? 'Cannot delete qdisc with handle of zero.'
      : 'Invalid qdisc name: must match existing qdisc.'
  }
  if (major > 0 && dev.netem.handle !== major) return 'Invalid handle.'
  delete dev.netem
  return null
}

function ask(
  dev: Dev,
  what: 'add' | 'replace' | 'del',
  place: 'none' | 'root' | 'clsact' | 'other',
  kind: TcQdisc['kind'] | null,
  handle: boolean,
): TcError {
  if (what !== 'del')
    return kind === null ? 'Handle cannot be zero.' : addQdisc(dev, kind, what === 'replace')
  if (place === 'clsact' || (place === 'none' && handle && dev.tc)) return delQdisc(dev, kind)
  return 'Failed to find qdisc with specified handle.'
}

const COUNTS = (bytes: number, packets: number, drops: number): string =>
  ` Sent ${bytes} bytes ${packets} pkt (dropped ${drops}, overlimits 0 requeues 0) \n backlog 0b 0p requeues 0\n`

function show(tc: Tc, args: Args): void {
  let only: Dev | null = null
  let ingress = false
  while (args.at < args.words.length) {
    const word = take(args)
    if (word === 'dev') only = needDev(tc.k.net, take(args))
    else if (word === 'ingress' || word === 'clsact') ingress = true
    else if (word === 'help') throw new Quit(0, QDISC_USAGE)
    else throw complain(`What is "${word}"? Try "tc qdisc help".`)
  }
  for (const dev of tc.k.net.devs) {
    if (only !== null && dev !== only) continue
    const name = only === null ? `dev ${dev.name} ` : ''
    const queue = dev.netem
    if (queue !== undefined && !ingress)
      tc.out(
        `qdisc netem ${queue.handle.toString(16)}: ${name}root refcnt 2 ${printNetem(queue)}\n${tc.stats ? COUNTS(queue.bytes, queue.packets, queue.drops) : ''}`,
      )
    else if (dev.up && !ingress)
      tc.out(`qdisc noqueue 0: ${name}root refcnt 2 \n${tc.stats ? COUNTS(0, 0, 0) : ''}`)
    if (dev.tc === undefined) continue
    const { kind, bytes, packets, drops } = dev.tc
    const dashes = kind === 'ingress' ? '---------------- ' : ''
    tc.out(
      `qdisc ${kind} ffff: ${name}parent ffff:fff1 ${dashes}\n${tc.stats ? COUNTS(bytes, packets, drops) : ''}`,
    )
  }
}

export function tcQdisc(tc: Tc, args: Args): void {
  const word = args.words[args.at++] ?? 'show'
  if (matches(word, 'add')) modify(tc, args, 'add')
  else if (matches(word, 'change')) modify(tc, args, 'change')
  else if (matches(word, 'replace')) modify(tc, args, 'replace')
  else if (matches(word, 'delete')) modify(tc, args, 'del')
  else if (matches(word, 'show') || matches(word, 'list') || matches(word, 'lst')) show(tc, args)
  else if (matches(word, 'help')) throw new Quit(0, QDISC_USAGE)
  else throw complain(`Command "${word}" is unknown, try "tc qdisc help".`)
}
