/** tc filter. Linux: iproute2, tc/tc_filter.c */
import {
  actionsOf,
  addFilter,
  delFilter,
  filtersAt,
  TC_H_EGRESS,
  TC_H_INGRESS,
  TC_H_ROOT,
  TC_HANDLE,
  type FilterHow,
  type FilterWish,
} from '../../kernel/tc/control.ts'
import type { Dev } from '../../kernel/netns.ts'
import { ETH_P_ALL, ETH_P_IP, type TcAction, type TcProto, type TcQdisc } from '../../kernel/tc/qdisc.ts'
import { complain, invalidArgument, matches, needDev, Quit, take, type Args } from '../ip/args.ts'
import { printAction } from './action.ts'
import { leftOut } from './left-out.ts'
import { answered, NO_DEVICE, parentOf, type Tc } from './tc.ts'
import { parseHandle, printNode, takeU32 } from './u32.ts'
import { ACTIONS_USAGE, FILTER_USAGE } from './usage.ts'

const PROTOCOLS: readonly [name: string, number: number][] = [
  ['all', ETH_P_ALL],
  ['ip', ETH_P_IP],
  ['arp', 0x0806],
  ['802.1Q', 0x8100],
  ['ipv6', 0x86dd],
]
/** Classifiers that are left out. */
const OTHERS = ['basic', 'bpf', 'cgroup', 'flow', 'flower', 'fw', 'matchall', 'route', 'rsvp', 'tcindex']

function protocolOf(word: string): number {
  const known = PROTOCOLS.find(([name]) => name.toLowerCase() === word.toLowerCase())
  if (known) return known[1]
  const value = /^(0x[0-9a-f]+|\d+)$/i.test(word) ? Number(word) : NaN
  if (!(value <= 0xffff)) throw invalidArgument('invalid protocol', word)
  return value
}

const protocolText = (n: number): string => PROTOCOLS.find(([, number]) => number === n)?.[0] ?? `[${n}]`

interface Said {
  dev: Dev | null
  parent: number
  wish: FilterWish
}

function takePrio(args: Args): number {
  const word = take(args)
  const value = /^(0x[0-9a-f]+|\d+)$/i.test(word) ? Number(word) : NaN
  if (!(value <= 0xffff)) throw invalidArgument('invalid priority value', word)
  return value
}

/** Words that `add`, `del` and `show` have in common. False: it is none of them. */
function common(tc: Tc, args: Args, said: Said, word: string): boolean {
  const { wish } = said
  if (word === 'dev') said.dev = needDev(tc.k.net, take(args))
  else if (word === 'root') said.parent = TC_H_ROOT
  else if (word === 'ingress') said.parent = TC_H_INGRESS
  else if (word === 'egress') said.parent = TC_H_EGRESS
  else if (word === 'parent') said.parent = parentOf(take(args))
  else if (matches(word, 'preference') || matches(word, 'priority') || word === 'prio')
    wish.prio = takePrio(args)
  else if (matches(word, 'protocol')) wish.protocol = protocolOf(take(args))
  else if (word === 'chain') {
    if (take(args) !== '0') throw leftOut('chain')
  } else return false
  return true
}

function nothing(): Said {
  return { dev: null, parent: 0, wish: { prio: 0, protocol: 0, handle: 0, kind: '', u32: null } }
}

function modify(tc: Tc, args: Args, what: FilterHow | 'del'): void {
  const said = nothing()
  const { wish } = said
  let handle: string | null = null
  while (args.at < args.words.length) {
    const word = take(args)
    if (word === 'handle') handle = take(args)
    else if (word === 'help') throw new Quit(0, FILTER_USAGE)
    else if (word === 'block' || word === 'estimator') throw leftOut(word)
    else if (!common(tc, args, said, word)) {
      if (OTHERS.includes(word)) throw leftOut(word)
      wish.kind = word
      break
    }
  }
  if (handle !== null && wish.kind === '') throw complain('Must specify filter type when using "handle"')
  if (wish.kind === 'u32') {
    if (handle !== null) wish.handle = parseHandle(handle) ?? illegalHandle()
    wish.u32 = takeU32(args)
  }
  // What is made is for all protocols where none is named.
  if (what === 'add' || what === 'replace') wish.protocol ||= ETH_P_ALL
  const { dev, parent } = said
  const answer =
    dev === null
      ? NO_DEVICE
      : what === 'del'
        ? delFilter(dev, parent, wish)
        : addFilter(tc.k, dev, parent, wish, what)
  answered(answer, 'We have an error talking to the kernel\n')
}

function illegalHandle(): never {
  throw new Quit(1, 'Illegal filter ID\n')
}

/** The filters of a preference, and of u32's tables of that preference whichever direction they are for. */
function printProto(tc: Tc, q: TcQdisc, proto: TcProto, said: Said, parent: string): string {
  const { wish } = said
  const protocol = wish.protocol === 0 ? `protocol ${protocolText(proto.protocol)} ` : ''
  const head = `filter ${parent}${protocol}${wish.prio === 0 ? `pref ${proto.prio} ` : ''}u32 chain 0 `
  const { stats } = tc
  let text = `${head}\n`
  for (const table of q.tables.filter((t) => t.prio === proto.prio)) {
    text += `${head}fh ${table.handle.toString(16)}: ht divisor 1 \n`
    for (const node of table.nodes) {
      text += `${head}${printNode(node, stats)}`
      text += node.actions.map((a, i) => `${printAction(tc.k.net, a, i + 1, stats, tc.k.now)}\n\n`).join('')
    }
  }
  return text
}

function show(tc: Tc, args: Args): void {
  const said = nothing()
  while (args.at < args.words.length) {
    const word = take(args)
    if (word === 'help') throw new Quit(0, FILTER_USAGE)
    if (!common(tc, args, said, word)) throw complain(` What is "${word}"? Try "tc filter help".`)
  }
  const { dev, parent, wish } = said
  if (dev === null) return
  const at = filtersAt(dev, parent)
  if ('error' in at) return
  const shown = at.tc.kind === 'ingress' && parent !== TC_HANDLE ? 'parent ffff: ' : ''
  for (const proto of at.list) {
    if (wish.prio !== 0 && proto.prio !== wish.prio) continue
    if (wish.protocol !== 0 && proto.protocol !== wish.protocol) continue
    tc.out(printProto(tc, at.tc, proto, said, shown))
  }
}

export function tcFilter(tc: Tc, args: Args): void {
  const word = args.words[args.at++] ?? 'show'
  const how = (['add', 'change', 'replace'] as const).find((name) => matches(word, name))
  if (how) modify(tc, args, how)
  else if (matches(word, 'delete')) modify(tc, args, 'del')
  else if (matches(word, 'show') || matches(word, 'list') || matches(word, 'lst')) show(tc, args)
  else if (matches(word, 'help')) throw new Quit(0, FILTER_USAGE)
  else if (matches(word, 'get')) throw leftOut('filter get')
  else throw complain(`Command "${word}" is unknown, try "tc filter help".`)
}

/** tc actions ls action nat. Linux: iproute2, tc/m_action.c */
export function tcActions(tc: Tc, args: Args): void {
  const word = args.words[args.at++]
  const lists = word !== undefined && (matches(word, 'ls') || matches(word, 'list') || matches(word, 'show'))
  if (!lists && word !== undefined && /^(add|change|replace|get|delete|flush)/.test(word))
    throw leftOut(`actions ${word}`)
  const kind = args.words[args.at] === 'action' ? args.words[args.at + 1] : args.words[args.at]
  if (!lists || kind === undefined) throw complain(`${ACTIONS_USAGE.trimEnd()}\n`)
  if (kind !== 'nat' && kind !== 'gact') return
  const actions: TcAction[] = actionsOf(tc.k.net, kind)
  if (actions.length === 0) return
  const list = actions.map((a, i) => `\n${printAction(tc.k.net, a, i, tc.stats, tc.k.now)}\n\tnot_in_hw\n`)
  tc.out(`total acts ${actions.length}\n${list.join('')}`)
}
