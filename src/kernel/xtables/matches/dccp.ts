import { IP_OFFMASK } from '../../../wire/packet.ts'
import { problem } from '../error.ts'
import type { Match } from '../extension.ts'
import { option, portRange, text, uint } from '../option.ts'
import { printPorts, saveGiven } from '../ports.ts'

export interface DccpData {
  /** Null: not given. */
  spts: [number, number] | null
  dpts: [number, number] | null
  /** Bit 1 << type; null: not asked. */
  types: number | null
  option: number
  not: { spts: boolean; dpts: boolean; types: boolean; option: boolean }
}

const TYPES = [
  'REQUEST',
  'RESPONSE',
  'DATA',
  'ACK',
  'DATAACK',
  'CLOSEREQ',
  'CLOSE',
  'RESET',
  'SYNC',
  'SYNCACK',
  'INVALID',
]
/** INVALID stands for all numbers that no type has. */
const INVALID = 0xfc00

function parseTypes(list: string): number {
  let mask = 0
  for (const word of list.split(',')) {
    if (word === '') continue
    const at = TYPES.indexOf(word.toUpperCase())
    if (at < 0) problem(`Unknown DCCP type \`${word}'`)
    mask |= at === 10 ? INVALID : 1 << at
  }
  return mask
}

function printTypes(mask: number, numeric: boolean): string {
  const names: string[] = []
  for (let i = 0; i < 16; i++) {
    if (!(mask & (1 << i))) continue
    if (numeric) names.push(String(i))
    else if (i <= 10) names.push(TYPES[i])
  }
  return names.join(',')
}

/** Match ports and types of DCCP. Linux: net/netfilter/xt_dccp.c dccp_mt; iptables: libxt_dccp.c. Left out: types and options of packets */
export const dccp: Match<DccpData> = {
  name: 'dccp',
  proto: 33,
  init: () => ({
    spts: null,
    dpts: null,
    types: null,
    option: 0,
    not: { spts: false, dpts: false, types: false, option: false },
  }),
  options: [
    option<DccpData, [number, number]>(
      'source-port sport',
      portRange,
      (d, v, call) => {
        d.spts = v
        if (call.invert) d.not.spts = true
      },
      { invert: true },
    ),
    option<DccpData, [number, number]>(
      'destination-port dport',
      portRange,
      (d, v, call) => {
        d.dpts = v
        if (call.invert) d.not.dpts = true
      },
      { invert: true },
    ),
    option<DccpData, string>(
      'dccp-types',
      text,
      (d, v, call) => {
        d.types = parseTypes(v)
        if (call.invert) d.not.types = true
      },
      { invert: true },
    ),
    option<DccpData, number>(
      'dccp-option',
      uint(1, 255),
      (d, v, call) => {
        d.option = v
        if (call.invert) d.not.option = true
      },
      { invert: true },
    ),
  ],
  save(d) {
    let out = saveGiven('sport', d.spts, d.not.spts) + saveGiven('dport', d.dpts, d.not.dpts)
    if (d.types !== null) out += `${d.not.types ? ' !' : ''} --dccp-types ${printTypes(d.types, false)}`
    return d.option ? `${out}${d.not.option ? ' !' : ''} --dccp-option ${d.option}` : out
  },
  print(d, numeric) {
    let out = ' dccp' + printPorts('spt', d.spts, d.not.spts, 'dccp', numeric)
    out += printPorts('dpt', d.dpts, d.not.dpts, 'dccp', numeric)
    if (d.types !== null) out += `${d.not.types ? ' !' : ''} ${printTypes(d.types, numeric)}`
    return d.option ? `${out} option=${d.not.option ? '!' : ''}${d.option}` : out
  },
  match(_k, skb, d) {
    if (skb.frag & IP_OFFMASK) return false
    if (d.spts && (skb.sport >= d.spts[0] && skb.sport <= d.spts[1]) === d.not.spts) return false
    if (d.dpts && (skb.dport >= d.dpts[0] && skb.dport <= d.dpts[1]) === d.not.dpts) return false
    return (d.types === null || d.not.types) && (d.option === 0 || d.not.option)
  },
}
