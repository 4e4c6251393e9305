import { maskBits, printIpv4, type Ipv4 } from '../../../wire/address.ts'
import { problem } from '../error.ts'
import type { Match, OptionCall, OptionSpec, Refusal } from '../extension.ts'
import { protocolText } from '../names.ts'
import { flag, hostMask, option, protocol, text, uint, type ArgType } from '../option.ts'

interface Not<V> {
  value: V
  not: boolean
}

/** One transformation that a packet has gone through, or will. Linux: struct xt_policy_elem */
interface Element {
  reqid?: Not<number>
  spi?: Not<number>
  proto?: Not<number>
  mode?: Not<'transport' | 'tunnel'>
  dst?: Not<{ addr: Ipv4; mask: number }>
  src?: Not<{ addr: Ipv4; mask: number }>
}

export interface PolicyData {
  in: boolean
  out: boolean
  none: boolean
  strict: boolean
  elements: Element[]
}

const MAX_ELEMENTS = 4
const AH_ESP_IPCOMP = [51, 50, 108]

/** An option of the element that is being described; it may come again after --next. */
function part<K extends keyof Element>(
  name: string,
  key: K,
  type: ArgType<NonNullable<Element[K]>['value']>,
): OptionSpec<PolicyData> {
  return {
    names: [name],
    takesArg: true,
    read(d, call) {
      const value = type(call.arg, call)
      call.used.add(call.option)
      const last = d.elements[d.elements.length - 1]
      if (last[key]) problem(`policy match: double --${name} option`)
      last[key] = { value, not: call.invert } as Element[K]
    },
  }
}

const ipsecProtocol: ArgType<number> = (arg, call) => {
  const n = protocol(arg, call)
  return AH_ESP_IPCOMP.includes(n) ? n : problem('policy match: protocol must be ah/esp/ipcomp')
}

const mode: ArgType<'transport' | 'tunnel'> = (arg) =>
  arg === 'transport' || arg === 'tunnel' ? arg : problem(`policy match: invalid mode "${arg}"`)

function next(d: PolicyData, call: OptionCall): void {
  call.used.add(call.option)
  if (d.elements.push({}) > MAX_ELEMENTS) problem('policy match: maximum policy depth reached')
}

/** Whatever the order in which it was described: rules are compared by their data. */
function ordered(e: Element): Element {
  return {
    ...(e.reqid && { reqid: e.reqid }),
    ...(e.spi && { spi: e.spi }),
    ...(e.proto && { proto: e.proto }),
    ...(e.mode && { mode: e.mode }),
    ...(e.dst && { dst: e.dst }),
    ...(e.src && { src: e.src }),
  }
}

/** Linux: iptables, policy_check */
function finalCheck(d: PolicyData): void {
  if (!d.in && !d.out) problem('policy match: neither --dir in nor --dir out specified')
  if (d.none) {
    if (d.strict) problem('policy match: policy none but --strict given')
    if (d.elements.length > 1) problem('policy match: policy none but policy given')
    return
  }
  d.elements = d.elements.map(ordered)
  d.elements.forEach((e, i) => {
    if (d.strict && Object.keys(e).length === 0)
      problem(
        `policy match: empty policy element ${i}. --strict is in effect, but at least one of reqid, spi, tunnel-src, tunnel-dst, proto or mode is required.`,
      )
    const tunnel = (e.mode?.value === 'tunnel') !== (e.mode?.not ?? false)
    if ((e.src || e.dst) && !tunnel)
      problem('policy match: --tunnel-src/--tunnel-dst is only valid in tunnel mode')
  })
}

function address({ addr, mask }: { addr: Ipv4; mask: number }): string {
  const bits = maskBits(mask)
  return `${printIpv4(addr)}${bits === 32 ? '' : `/${bits ?? printIpv4(mask)}`}`
}

function element(e: Element, dashes: string, numeric: boolean): string {
  const word = <V>(name: string, field: Not<V> | undefined, show: (value: V) => string): string =>
    field ? `${field.not ? ' !' : ''} ${dashes}${name} ${show(field.value)}` : ''
  return (
    word('reqid', e.reqid, String) +
    word('spi', e.spi, (v) => `0x${v.toString(16)}`) +
    word('proto', e.proto, (v) => (numeric ? String(v) : (protocolText(v, false) ?? String(v)))) +
    word('mode', e.mode, String) +
    word('tunnel-dst', e.dst, address) +
    word('tunnel-src', e.src, address)
  )
}

const words = (d: PolicyData, dashes: string): string =>
  ` ${dashes}dir ${d.in ? 'in' : 'out'} ${dashes}pol ${d.none ? 'none' : 'ipsec'}${d.strict ? ` ${dashes}strict` : ''}`

/** A packet without IPsec has nothing to describe. */
const shown = (d: PolicyData): readonly Element[] => (d.none ? [] : d.elements)

/** Linux: policy_mt_check */
function checkentry(d: PolicyData, hooks: number): Refusal | null {
  if (d.out && hooks & 0b00011)
    return { errno: 'EINVAL', log: 'xt_policy: output policy not valid in PREROUTING and INPUT' }
  if (d.in && hooks & 0b11000)
    return { errno: 'EINVAL', log: 'xt_policy: input policy not valid in POSTROUTING and OUTPUT' }
  return null
}

/**
 * Match by what IPsec has done to a packet, or will do. Nothing here: every packet has the policy `none`.
 * Linux: net/netfilter/xt_policy.c policy_mt; iptables: extensions/libxt_policy.c. Left out: IPsec
 */
export const policy: Match<PolicyData> = {
  name: 'policy',
  init: () => ({ in: false, out: false, none: false, strict: false, elements: [{}] }),
  options: [
    option<PolicyData, string>('dir', text, (d, v) => {
      if (v !== 'in' && v !== 'out') problem(`policy_match: invalid dir "${v}"`)
      d[v] = true
    }),
    option<PolicyData, string>('pol', text, (d, v) => {
      if (v !== 'none' && v !== 'ipsec') problem(`policy match: invalid policy "${v}"`)
      d.none = v === 'none'
    }),
    flag('strict', (d) => void (d.strict = true)),
    part('reqid', 'reqid', uint(0, 0xffffffff)),
    part('spi', 'spi', uint(0, 0xffffffff)),
    part('tunnel-src', 'src', hostMask),
    part('tunnel-dst', 'dst', hostMask),
    part('proto', 'proto', ipsecProtocol),
    part('mode', 'mode', mode),
    { names: ['next'], takesArg: false, needs: ['strict'], read: next },
  ],
  finalCheck,
  checkentry: (d, _ip, hooks) => checkentry(d, hooks),
  save: (d) =>
    words(d, '--') +
    shown(d)
      .map((e) => element(e, '--', false))
      .join(' --next'),
  print: (d, numeric) =>
    ` policy match${words(d, '')}${shown(d)
      .map((e, i) => (d.elements.length > 1 ? ` [${i}]` : '') + element(e, '', numeric))
      .join('')}`,
  match: (_k, _skb, d) => d.none,
}
