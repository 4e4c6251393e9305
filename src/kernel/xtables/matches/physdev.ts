import { ifname } from '../../header.ts'
import { problem } from '../error.ts'
import type { Match, OptionSpec } from '../extension.ts'
import { flag, option, type ArgType } from '../option.ts'

export interface PhysdevData {
  in: string
  out: string
  isIn: boolean
  isOut: boolean
  isBridged: boolean
  /** Names of the options that are inverted. */
  not: string[]
}

const IFNAMSIZ = 16

const device: ArgType<string> = (arg, call) => {
  if (arg.length + 1 > IFNAMSIZ)
    problem(`interface name \`${arg}' must be shorter than IFNAMSIZ (${IFNAMSIZ - 1})`)
  if (/[/ ]/.test(arg))
    call.warn(
      `Warning: weird character in interface \`${arg}' ('/' and ' ' are not allowed by the kernel).\n`,
    )
  return arg
}

function invert(d: PhysdevData, name: string, on: boolean): void {
  if (on) d.not = [...d.not, name].sort()
}

function name(which: 'in' | 'out'): OptionSpec<PhysdevData> {
  return option<PhysdevData, string>(
    `physdev-${which}`,
    device,
    (d, v, call) => {
      d[which] = v
      invert(d, which, call.invert)
    },
    { invert: true },
  )
}

function is(which: 'isIn' | 'isOut' | 'isBridged', word: string): OptionSpec<PhysdevData> {
  return flag(
    `physdev-is-${word}`,
    (d, call) => {
      d[which] = true
      invert(d, which, call.invert)
    },
    { invert: true },
  )
}

function show(d: PhysdevData): string {
  const say = (name: string, text: string): string => `${d.not.includes(name) ? ' !' : ''} --physdev-${text}`
  let out = d.isIn ? say('isIn', 'is-in') : ''
  if (d.in !== '') out += say('in', `in ${d.in}`)
  if (d.isOut) out += say('isOut', 'is-out')
  if (d.out !== '') out += say('out', `out ${d.out}`)
  return d.isBridged ? out + say('isBridged', 'is-bridged') : out
}

function nameHit(want: string, have: string): boolean {
  return want.endsWith('+') ? have.startsWith(want.slice(0, -1)) : have === want
}

/**
 * Match the ports of a bridge by which the frame came in and goes out, which only br_netfilter tells.
 * Linux: net/netfilter/xt_physdev.c physdev_mt; iptables: extensions/libxt_physdev.c
 */
export const physdev: Match<PhysdevData> = {
  name: 'physdev',
  init: () => ({ in: '', out: '', isIn: false, isOut: false, isBridged: false, not: [] }),
  options: [name('in'), name('out'), is('isIn', 'in'), is('isOut', 'out'), is('isBridged', 'bridged')],
  finalCheck(_d, used) {
    if (used.size === 0) problem('PHYSDEV: no physdev option specified')
  },
  checkentry(d, _ip, hooks) {
    // Whether a packet that the host sends will cross a bridge is not known in OUTPUT.
    const outAsked = d.out !== '' || d.isOut
    if (outAsked && (!d.isBridged || d.not.includes('isBridged')) && hooks & 0b01000)
      return {
        errno: 'EINVAL',
        log: 'xt_physdev: --physdev-out and --physdev-is-out only supported in the FORWARD and POSTROUTING chains with bridged traffic',
      }
    return null
  },
  save: show,
  print: (d) => ` PHYSDEV match${show(d)}`,
  match(k, skb, d) {
    const not = (name: string): boolean => d.not.includes(name)
    if (skb.physIn === 0 && skb.physOut === 0) {
      // No bridge: every positive question is answered with no.
      if (d.isBridged && !not('isBridged')) return false
      if (d.isIn && !not('isIn')) return false
      if (d.isOut && !not('isOut')) return false
      if (d.in !== '' && !not('in')) return false
      return d.out === '' || not('out')
    }
    if (d.isBridged && (skb.physOut !== 0) === not('isBridged')) return false
    if (d.isIn && (skb.physIn !== 0) === not('isIn')) return false
    if (d.isOut && (skb.physOut !== 0) === not('isOut')) return false
    if (d.in !== '' && nameHit(d.in, ifname(k.net, skb.physIn)) === not('in')) return false
    if (d.out === '') return true
    // Of a port that is not known nothing holds, inverted or not.
    return skb.physOut !== 0 && nameHit(d.out, ifname(k.net, skb.physOut)) !== not('out')
  },
}
