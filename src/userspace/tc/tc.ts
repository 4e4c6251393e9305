/**
 * tc(8): traffic control, as far as stateless NAT needs it: qdiscs `ingress` and `clsact`, and netem, filters with u32, actions nat and
 * gact. `tc [ OPTIONS ] OBJECT { COMMAND | help }`
 *
 * Linux: iproute2 6.1, tc/tc.c
 * Left out: classes, chains, monitor, -batch, -json, -details, colours
 */
import '../../kernel/tc/classify.ts'
import '../../kernel/tc/netem.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import { TC_H_ROOT, type TcError } from '../../kernel/tc/control.ts'
import { complain, matches, peek, Quit, untilQuit, type Args } from '../ip/args.ts'
import type { Program, Sys } from '../program.ts'
import { tcActions, tcFilter } from './filter.ts'
import { leftOut } from './left-out.ts'
import { tcQdisc } from './qdisc.ts'
import { TC_USAGE } from './usage.ts'

/** What the objects work with. */
export interface Tc {
  k: Kernel
  /** -s */
  stats: boolean
  out(text: string): void
}

/** `ffff:`, `ffff:fff2`, `root` as a number. */
export function parentOf(word: string): number {
  if (word === 'root') return TC_H_ROOT
  const m = /^([0-9a-f]{1,4}):([0-9a-f]{0,4})$/i.exec(word)
  if (!m) throw complain(`Error: argument "${word}" is wrong: Invalid parent ID`)
  return Number.parseInt(m[1], 16) * 65536 + Number.parseInt(m[2] || '0', 16)
}

/** No device was named. */
export const NO_DEVICE = -1

/** What the kernel has said. Linux: iproute2, lib/libnetlink.c rtnl_talk */
export function answered(error: TcError | typeof NO_DEVICE, after = ''): void {
  if (error === null) return
  const text =
    error === NO_DEVICE
      ? 'RTNETLINK answers: No such device'
      : error === ''
        ? 'RTNETLINK answers: Invalid argument'
        : `Error: ${error}`
  throw new Quit(2, `${text}\n${after}`)
}

/** Options before the object. False: that was all. */
function options(tc: Tc, args: Args): boolean {
  for (let word = peek(args); word?.startsWith('-'); word = peek(args)) {
    args.at++
    const name = word.replace(/^--?/, '')
    if (matches(name, 'statistics') || matches(name, 'stats')) tc.stats = true
    else if (matches(name, 'Version')) {
      tc.out('tc utility, iproute2-6.1.0, libbpf 1.1.2\n')
      return false
    } else if (matches(name, 'help')) throw new Quit(0, TC_USAGE)
    else if (
      /^(d(etails)?|r(aw)?|o(neline)?|j(son)?|p(retty)?|c(olor)?|b(atch)?|n(etns)?|N.*|br.*)$/.test(name)
    )
      throw leftOut(word)
    else if (name !== 'force') throw complain(`Option "${word}" is unknown, try "tc -help".`)
  }
  return true
}

function run(sys: Sys): void {
  const args: Args = { words: sys.process.argv, at: 1 }
  const tc: Tc = {
    k: sys.k,
    stats: false,
    out: (text) => {
      sys.out(text)
    },
  }
  if (!options(tc, args)) return
  const object = args.words[args.at++]
  if (object === undefined || matches(object, 'help')) throw new Quit(0, TC_USAGE)
  if (matches(object, 'qdisc')) tcQdisc(tc, args)
  else if (matches(object, 'class')) throw leftOut('class')
  else if (matches(object, 'filter')) tcFilter(tc, args)
  else if (matches(object, 'chain')) throw leftOut('chain')
  else if (matches(object, 'actions')) tcActions(tc, args)
  else if (matches(object, 'monitor') || matches(object, 'exec')) throw leftOut(object)
  else throw complain(`Object "${object}" is unknown, try "tc help".`)
}

export const tc: Program = {
  name: 'tc',
  usage: 'tc [-s] {qdisc|filter|actions} [add|del|replace|show] [dev DEV] [COMMAND]',
  start: untilQuit(run),
  complete: (words, index) => {
    if (index === 1) return ['actions', 'filter', 'qdisc']
    if (index === 2) return words[1].startsWith('a') ? ['ls'] : ['add', 'del', 'replace', 'show']
    if (words[index - 1] === 'action') return ['drop', 'nat', 'pass']
    return [
      'action',
      'clsact',
      'delay',
      'dev',
      'egress',
      'ingress',
      'loss',
      'match',
      'netem',
      'protocol',
      'root',
      'u32',
    ]
  },
}
