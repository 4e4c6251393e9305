/** Actions of a filter: nat and gact, read and shown. Linux: iproute2, tc/m_action.c, m_nat.c, m_gact.c */
import { bindings, type ActionWish } from '../../kernel/tc/control.ts'
import type { Netns } from '../../kernel/netns.ts'
import type { TcAction, TcVerdict } from '../../kernel/tc/qdisc.ts'
import { netmask, printIpv4 } from '../../wire/address.ts'
import { complain, peek, prefixOf, Quit, take, type Args } from '../ip/args.ts'
import { leftOut } from './left-out.ts'
import { GACT_USAGE, NAT_USAGE } from './usage.ts'

const VERDICTS: Readonly<Record<string, TcVerdict>> = {
  reclassify: 'reclassify',
  drop: 'drop',
  shot: 'drop',
  continue: 'continue',
  pass: 'pass',
  ok: 'pass',
  pipe: 'pipe',
}
const NOT_HERE =
  'goto jump trap mirred pedit csum police skbedit ctinfo connmark ct bpf vlan mpls sample ife simple skbmod tunnel_key gate'.split(
    ' ',
  )

function verdictAt(args: Args): TcVerdict | undefined {
  const word = peek(args)
  const verdict = word === undefined || !Object.hasOwn(VERDICTS, word) ? undefined : VERDICTS[word]
  if (verdict !== undefined) args.at++
  return verdict
}

function indexAt(args: Args): number {
  if (peek(args) !== 'index') return 0
  args.at++
  const word = take(args)
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(word)) throw new Quit(1, 'Nat: Illegal "index"\n')
  return Number(word)
}

/** From the word `nat` on. */
function natAction(args: Args): ActionWish {
  const words = args.words.length - args.at + 1
  const wrong = (word: string): Quit =>
    new Quit(
      1,
      `Illegal nat construct (${word})\n${NAT_USAGE}bad action parsing\nparse_action: bad value (${words}:nat)!\nIllegal "action"\n`,
    )
  const direction = take(args)
  const egress = direction === 'egress'
  if (!egress && direction !== 'ingress') throw wrong(direction)
  const from = prefixOf(take(args))
  if (from === null) throw wrong(direction)
  const to = prefixOf(take(args))
  if (to === null) throw wrong(direction)
  const verdict = verdictAt(args) ?? 'pass'
  // tc shifts 32 bits by 32 - length, which for a length of 0 shifts by nothing: `any` is 0.0.0.0 alone.
  const bits = from.bits || 32
  return { kind: 'nat', egress, from: from.addr, bits, to: to.addr, verdict, index: indexAt(args) }
}

function gactAction(args: Args, word: string): ActionWish {
  const verdict = word === 'gact' ? verdictAt(args) : VERDICTS[word]
  if (verdict === undefined) throw complain(`Bad action type ${peek(args) ?? ''}\n${GACT_USAGE.trimEnd()}\n`)
  return { kind: 'gact', egress: false, from: 0, bits: 0, to: 0, verdict, index: indexAt(args) }
}

/** What follows the word `action`, as far as it goes. */
export function takeActions(args: Args): ActionWish[] {
  const actions: ActionWish[] = []
  for (let word = peek(args); word !== undefined; word = peek(args)) {
    if (word === 'flowid' || word === 'classid') break
    args.at++
    if (word === 'action') continue
    if (word === 'nat') actions.push(natAction(args))
    else if (word === 'gact' || Object.hasOwn(VERDICTS, word)) actions.push(gactAction(args, word))
    else if (NOT_HERE.includes(word)) throw leftOut(word)
    else throw complain(`Bad action type ${word}\n${GACT_USAGE.trimEnd()}\n`)
  }
  if (actions.length === 0) throw complain('Command line is not complete. Try option "help"')
  return actions
}

/**
 * The prefix length that tc shows: it looks for the lowest bit of a mask whose bytes lie in the order of the network, so
 * that on a machine with the low byte first only the first byte of a short mask counts.
 */
function shownBits(bits: number): number {
  const bytes = netmask(bits)
  const little = ((bytes >>> 24) | ((bytes >>> 8) & 0xff00) | ((bytes << 8) & 0xff0000) | (bytes << 24)) >>> 0
  return 1 + Math.clz32(little & -little)
}

function natText(a: TcAction): string {
  return ` nat ${a.egress ? 'egress' : 'ingress'} ${printIpv4(a.from)}/${shownBits(a.bits)} ${printIpv4(a.to)} ${a.verdict}\n`
}

function statistics(a: TcAction, now: number): string {
  const ago = (then: number): number => Math.floor((now - then) / 1e6)
  const first = a.firstUsed < 0 ? '' : ` firstused ${ago(a.firstUsed)} sec`
  return ` installed ${ago(a.installed)} sec used ${ago(a.used)} sec${first}
	Action statistics:
	Sent ${a.bytes} bytes ${a.packets} pkt (dropped ${a.drops}, overlimits 0 requeues 0) 
	backlog 0b 0p requeues 0`
}

/** One action as `tc filter show` and `tc actions ls` have it, without the line's end. */
export function printAction(net: Netns, a: TcAction, order: number, stats: boolean, now: number): string {
  const bound = bindings(net, a)
  const text = a.kind === 'nat' ? natText(a) : `gact action ${a.verdict}\n\t random type none pass val 0\n`
  return `\taction order ${order}: ${text}\t index ${a.index} ref ${bound} bind ${bound}${stats ? statistics(a, now) : ''}`
}
