import { IP_OFFMASK } from '../../../wire/packet.ts'
import { sctpChunks } from '../../../wire/sctp.ts'
import type { Skb } from '../../skb.ts'
import { problem } from '../error.ts'
import type { Match, MatchResult } from '../extension.ts'
import { parsePorts, printPorts, saveGiven } from '../ports.ts'

/** Chunks by number, each with the flags that must be set and those that are looked at, where flags were given. */
export interface SctpData {
  /** Null: not given. */
  spts: [number, number] | null
  dpts: [number, number] | null
  how: 'all' | 'any' | 'only' | null
  chunks: number[]
  flags: { chunk: number; set: number; mask: number }[]
  not: { spts: boolean; dpts: boolean; chunks: boolean }
}

/** Name, number, letters of its flags from bit 7 to bit 0. */
const CHUNKS: readonly [string, number, string][] = [
  ['DATA', 0, '----IUBE'],
  ['INIT', 1, '--------'],
  ['INIT_ACK', 2, '--------'],
  ['SACK', 3, '--------'],
  ['HEARTBEAT', 4, '--------'],
  ['HEARTBEAT_ACK', 5, '--------'],
  ['ABORT', 6, '-------T'],
  ['SHUTDOWN', 7, '--------'],
  ['SHUTDOWN_ACK', 8, '--------'],
  ['ERROR', 9, '--------'],
  ['COOKIE_ECHO', 10, '--------'],
  ['COOKIE_ACK', 11, '--------'],
  ['ECN_ECNE', 12, '--------'],
  ['ECN_CWR', 13, '--------'],
  ['SHUTDOWN_COMPLETE', 14, '-------T'],
  ['I_DATA', 64, '----IUBE'],
  ['RE_CONFIG', 130, '--------'],
  ['PAD', 132, '--------'],
  ['ASCONF', 193, '--------'],
  ['ASCONF_ACK', 128, '--------'],
  ['FORWARD_TSN', 192, '--------'],
  ['I_FORWARD_TSN', 194, '--------'],
]
const ALL = Array.from({ length: 256 }, (_, i) => i)
const MAX_FLAGS = 4

/** An upper letter asks for a flag that is set, a lower one for one that is not. Linux: parse_sctp_chunk */
function parseChunks(d: SctpData, list: string): void {
  const chunks = new Set<number>()
  for (const word of list.split(',').filter((w) => w !== '')) {
    const colon = word.indexOf(':')
    const name = (colon < 0 ? word : word.slice(0, colon)).toUpperCase()
    const all = word.toUpperCase() === 'ALL'
    if (all || word.toUpperCase() === 'NONE') {
      d.chunks = all ? ALL : []
      return
    }
    const row = CHUNKS.findIndex(([n]) => n === name)
    if (row < 0) problem(`Unknown sctp chunk \`${colon < 0 ? word : word.slice(0, colon)}'`)
    const [, type, letters] = CHUNKS[row]
    chunks.add(type)
    if (colon < 0 || colon === word.length - 1) continue
    let use = d.flags.find((f) => f.chunk === type)
    if (!use && d.flags.length >= MAX_FLAGS)
      problem(
        'Number of chunk types with flags exceeds currently allowed limit. Increasing this limit involves changing IPT_NUM_SCTP_FLAGS and recompiling both the kernel space and user space modules',
      )
    if (!use) d.flags.push((use = { chunk: type, set: 0, mask: 0 }))
    for (const c of word.slice(colon + 1)) {
      const at = letters.indexOf(c.toUpperCase())
      if (at < 0) problem(`Invalid flags for chunk type ${row}`)
      const bit = 1 << (7 - at)
      use.mask |= bit
      if (c !== c.toLowerCase()) use.set |= bit
    }
  }
  d.chunks = [...chunks].sort((a, b) => a - b)
}

function flagsText(d: SctpData, chunk: number): string {
  const use = d.flags.find((f) => f.chunk === chunk)
  if (!use) return ''
  const letters = CHUNKS.find(([, n]) => n === chunk)?.[2] ?? '--------'
  let out = ''
  for (let i = 0; i < 8; i++) {
    const bit = 1 << (7 - i)
    if (use.mask & bit) out += use.set & bit ? letters.charAt(i) : letters.charAt(i).toLowerCase()
  }
  return `:${out}`
}

function printChunks(d: SctpData, numeric: boolean): string {
  if (d.how === null) return ''
  const head = ` ${d.how} `
  if (d.chunks.length === 256) return `${head}ALL`
  if (d.chunks.length === 0) return `${head}NONE`
  const one = (n: number): string => {
    const name = CHUNKS.find(([, number]) => number === n)?.[0]
    const shown = numeric || name === undefined ? `0x${n.toString(16).toUpperCase().padStart(4, '0')}` : name
    return shown + flagsText(d, n)
  }
  return head + d.chunks.map(one).join(',')
}

function once(used: Set<string>, key: string, text: string): void {
  if (used.has(key)) problem(text)
  used.add(key)
}

/**
 * Are the packet's chunks as they shall be? `any`: one of them is named; `all`: each that is named is there; `only`: none
 * that is not named is. Linux: match_packet
 */
function hasChunks(skb: Skb, d: SctpData): boolean {
  const wanted = new Set(d.chunks)
  const missing = new Set(d.chunks)
  for (const [i, type] of sctpChunks(skb).entries()) {
    const flags = i === 0 ? skb.flags : 0
    if (!wanted.has(type)) {
      if (d.how === 'only') return false
      continue
    }
    const use = d.flags.find((f) => f.chunk === type)
    const fits = use === undefined || (flags & use.mask) === use.set
    if (d.how === 'any' && fits) return true
    if (fits) missing.delete(type)
    if (d.how === 'only' && !fits) return false
  }
  return d.how === 'all' ? missing.size === 0 : d.how === 'only'
}

/** Match ports and chunks of SCTP. Linux: net/netfilter/xt_sctp.c sctp_mt; iptables: libxt_sctp.c */
export const sctp: Match<SctpData> = {
  name: 'sctp',
  proto: 132,
  init: () => ({
    spts: null,
    dpts: null,
    how: null,
    chunks: [],
    flags: [],
    not: { spts: false, dpts: false, chunks: false },
  }),
  options: [
    {
      names: ['source-port', 'sport'],
      takesArg: true,
      read(d, call) {
        once(call.used, 'source-port', "Only one `--source-port' allowed")
        d.spts = parsePorts(call.arg, 'sctp')
        if (call.invert) d.not.spts = true
      },
    },
    {
      names: ['destination-port', 'dport'],
      takesArg: true,
      read(d, call) {
        once(call.used, 'destination-port', "Only one `--destination-port' allowed")
        d.dpts = parsePorts(call.arg, 'sctp')
        if (call.invert) d.not.dpts = true
      },
    },
    {
      names: ['chunk-types'],
      takesArg: true,
      read(d, call) {
        once(call.used, 'chunk-types', "Only one `--chunk-types' allowed")
        const list = call.next() ?? problem('--chunk-types requires two args')
        const how = call.arg.toLowerCase()
        if (how !== 'all' && how !== 'any' && how !== 'only')
          problem('Match type has to be one of "ALL", "ANY" or "ONLY"')
        d.how = how
        parseChunks(d, list)
        if (call.invert) d.not.chunks = true
      },
    },
  ],
  save: (d) =>
    saveGiven('sport', d.spts, d.not.spts) +
    saveGiven('dport', d.dpts, d.not.dpts) +
    (d.how === null ? '' : `${d.not.chunks ? ' !' : ''} --chunk-types${printChunks(d, false)}`),
  print: (d, numeric) =>
    ' sctp' +
    printPorts('spt', d.spts, d.not.spts, 'sctp', numeric) +
    printPorts('dpt', d.dpts, d.not.dpts, 'sctp', numeric) +
    (d.not.chunks ? ' !' : '') +
    printChunks(d, numeric),
  match(_k, skb, d): MatchResult {
    if (skb.frag & IP_OFFMASK) return false
    if (d.spts && (skb.sport >= d.spts[0] && skb.sport <= d.spts[1]) === d.not.spts) return false
    if (d.dpts && (skb.dport >= d.dpts[0] && skb.dport <= d.dpts[1]) === d.not.dpts) return false
    if (d.how === null) return true
    if (skb.icmpId === 0) return 'hotdrop'
    return hasChunks(skb, d) !== d.not.chunks
  },
}
