import { IPPROTO_ICMP, IPPROTO_TCP } from '../../../wire/packet.ts'
import { IP_CT_RELATED, IP_CT_RELATED_REPLY, type Skb } from '../../skb.ts'
import { problem } from '../error.ts'
import type { Match, OptionCall, OptionSpec } from '../extension.ts'
import { leadingNumber } from '../number.ts'
import { flag, option, text } from '../option.ts'

interface Range {
  min: number
  max: number
  invert: boolean
}

export interface OwnerData {
  uid: Range | null
  gid: Range | null
  socket: boolean
  notSocket: boolean
  supplGroups: boolean
}

/** Every program of a host is root's. */
const ROOT = 0
const NAMES: Readonly<Record<string, number>> = {
  root: 0,
  daemon: 1,
  bin: 2,
  sys: 3,
  adm: 4,
  mail: 8,
  'www-data': 33,
  nogroup: 65534,
  nobody: 65534,
}
const GROUPS = new Set(['adm', 'nogroup'])

function names(what: 'uid' | 'gid'): string[] {
  return Object.keys(NAMES).filter((n) => (what === 'uid' ? !GROUPS.has(n) : n !== 'nobody'))
}

function nameOf(id: number, what: 'uid' | 'gid'): string | null {
  return names(what).find((name) => NAMES[name] === id) ?? null
}

/** `1000`, `1000-2000` or a name. Linux: owner_parse_range */
function range(arg: string, what: 'uid' | 'gid', call: OptionCall): Range {
  const { invert } = call
  if (names(what).includes(arg)) return { min: NAMES[arg], max: NAMES[arg], invert }
  const bad = (): never => problem(`owner: Bad value for "--${what}-owner" option: "${arg}"`)
  const min = leadingNumber(arg, 0, 0xfffffffe) ?? bad()
  if (min.rest === '') return { min: min.value, max: min.value, invert }
  const max = /^[-:]/.test(min.rest) ? leadingNumber(min.rest.slice(1), 0, 0xfffffffe) : null
  if (max?.rest !== '') return bad()
  return { min: min.value, max: max.value, invert }
}

function owner_(what: 'uid' | 'gid'): OptionSpec<OwnerData> {
  return option<OwnerData, string>(
    `${what}-owner`,
    text,
    (d, v, call) => void (d[what] = range(v, what, call)),
    { invert: true },
  )
}

function show(r: Range | null, label: string, what: 'uid' | 'gid', numeric: boolean): string {
  if (!r) return ''
  const head = `${r.invert ? ' !' : ''} ${label}`
  if (r.min !== r.max) return `${head} ${r.min}-${r.max}`
  return `${head} ${(numeric ? null : nameOf(r.min, what)) ?? r.min}`
}

/** Is everything that is asked of the owner asked inverted? */
const nobody = (d: OwnerData): boolean => (d.uid?.invert ?? true) && (d.gid?.invert ?? true)

/** ICMP and the resets of closed ports go out by sockets that the kernel has for itself, REJECT's resets by none. */
export function ofKernel(skb: Skb): boolean {
  if (skb.sk >= 0 || skb.iif !== 0) return false
  if (skb.protocol === IPPROTO_ICMP) return true
  return skb.protocol === IPPROTO_TCP && skb.ctinfo !== IP_CT_RELATED && skb.ctinfo !== IP_CT_RELATED_REPLY
}

/**
 * Match the user and the group of the program that sent the packet. What no program sent has no owner.
 * Linux: net/netfilter/xt_owner.c owner_mt; iptables: extensions/libxt_owner.c. Left out: other users than root
 */
export const owner: Match<OwnerData> = {
  name: 'owner',
  hooks: ['LOCAL_OUT', 'POST_ROUTING'],
  init: () => ({ uid: null, gid: null, socket: false, notSocket: false, supplGroups: false }),
  options: [
    owner_('uid'),
    owner_('gid'),
    flag(
      'socket-exists',
      (d, call) => {
        d.socket = true
        if (call.invert) d.notSocket = true
      },
      { invert: true },
    ),
    flag('suppl-groups', (d) => {
      if (!d.gid) problem('owner: Bad value for "--suppl-groups" option: "you need to use --gid-owner first"')
      d.supplGroups = true
    }),
  ],
  finalCheck(_d, used) {
    if (used.size === 0)
      problem('owner: At least one of --uid-owner, --gid-owner or --socket-exists is required')
  },
  checkentry: (d) =>
    (d.uid && d.uid.min > d.uid.max) || (d.gid && d.gid.min > d.gid.max)
      ? { errno: 'EINVAL', log: '' }
      : null,
  save: (d) =>
    (d.socket ? `${d.notSocket ? ' !' : ''} --socket-exists` : '') +
    show(d.uid, '--uid-owner', 'uid', true) +
    show(d.gid, '--gid-owner', 'gid', true) +
    (d.supplGroups ? ' --suppl-groups' : ''),
  print: (d, numeric) =>
    (d.socket ? `${d.notSocket ? ' !' : ''} owner socket exists` : '') +
    show(d.uid, 'owner UID match', 'uid', numeric) +
    show(d.gid, 'owner GID match', 'gid', numeric) +
    (d.supplGroups ? ' incl. suppl. groups' : ''),
  match(_k, skb, d) {
    const hit = (r: Range | null): boolean => r === null || (ROOT >= r.min && ROOT <= r.max) !== r.invert
    const kernel = ofKernel(skb)
    if (skb.sk < 0 && !kernel) return nobody(d) && d.socket === d.notSocket
    if (d.socket && d.notSocket) return false
    if (kernel) return nobody(d)
    return hit(d.uid) && hit(d.gid)
  },
}
