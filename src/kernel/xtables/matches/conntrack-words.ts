/** The states and status bits of a connection as the conntrack match writes them. */
import { IPS_ASSURED, IPS_CONFIRMED, IPS_EXPECTED, IPS_SEEN_REPLY } from '../../conntrack/conn.ts'
import { INVALID, STATE_DNAT, STATE_SNAT, stateBit, UNTRACKED } from '../../conntrack/state-bits.ts'
import { IP_CT_ESTABLISHED, IP_CT_NEW, IP_CT_RELATED } from '../../skb.ts'
import { problem } from '../error.ts'

/** In the order in which an abbreviation is looked up. */
const WORDS: readonly [string, number][] = [
  ['INVALID', INVALID],
  ['NEW', stateBit(IP_CT_NEW)],
  ['ESTABLISHED', stateBit(IP_CT_ESTABLISHED)],
  ['RELATED', stateBit(IP_CT_RELATED)],
  ['UNTRACKED', UNTRACKED],
  ['SNAT', STATE_SNAT],
  ['DNAT', STATE_DNAT],
]

/** In the order in which they are printed. */
const PRINTED = ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED', 'SNAT', 'DNAT']

const STATUSES: readonly [string, number][] = [
  ['NONE', 0],
  ['EXPECTED', IPS_EXPECTED],
  ['SEEN_REPLY', IPS_SEEN_REPLY],
  ['ASSURED', IPS_ASSURED],
  ['CONFIRMED', IPS_CONFIRMED],
]

/** A list of words, of which a beginning is enough. `bad`: what to say with the rest of the list. */
function parse(list: string, words: readonly [string, number][], bad: (rest: string) => never): number {
  let mask = 0
  let rest = list
  for (;;) {
    const comma = rest.indexOf(',')
    const word = comma < 0 ? rest : rest.slice(0, comma)
    const known = word === '' ? undefined : words.find(([name]) => name.startsWith(word.toUpperCase()))
    if (!known) return bad(rest)
    mask |= known[1]
    if (comma < 0) return mask
    rest = rest.slice(comma + 1)
  }
}

/** `--ctstate`, or with `alias` `--state`, which knows no SNAT and DNAT. */
export function parseStates(list: string, alias = false): number {
  if (!alias) return parse(list, WORDS, (rest) => problem(`Bad ctstate "${rest}"`))
  return parse(list, WORDS.slice(0, 5), (rest) =>
    problem(
      rest === ''
        ? '"--state" requires a list of states with no spaces, e.g. ESTABLISHED,RELATED'
        : `Bad state "${rest}"`,
    ),
  )
}

export function parseStatuses(list: string): number {
  return parse(list, STATUSES, (rest) => problem(`Bad ctstatus "${rest}"`))
}

export function printStates(mask: number): string {
  return PRINTED.filter((name) => mask & (WORDS.find(([w]) => w === name)?.[1] ?? 0)).join(',')
}

export function printStatuses(mask: number): string {
  if (mask === 0) return 'NONE'
  return STATUSES.filter(([, bit]) => mask & bit)
    .map(([name]) => name)
    .join(',')
}
