/**
 * A chain as a packet goes through it: the rules that were read, which of them fitted, the jumps into other chains and
 * the ways back. The trace says which rules fitted; those before them in the same chain were read and did not.
 */
import type { TableView } from '../../lab/protocol.ts'
import type { RuleEvent } from './journey.ts'

export type ChainView = TableView['chains'][number]

/** `-j` comes back to the rule after it, `-g` to where the last `-j` left from. */
export type How = 'jump' | 'goto'

/** Options whose value is somebody's own words: what looks like a jump there is none. */
const WORDS = new Set(['--comment', '--log-prefix', '--nflog-prefix', '--ulog-prefix'])

/** A rule as iptables-save writes it, in words; a quoted one is one word. */
export function wordsOf(rule: string): string[] {
  return [...rule.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map((m) => m[1] ?? m[2])
}

/** Where a rule leads: the name behind its `-j` or `-g`, be it a chain or a target. Null: it only counts. */
export function leadOf(rule: string): { how: How; to: string } | null {
  const words = wordsOf(rule)
  for (let i = 0; i + 1 < words.length; i++) {
    if (WORDS.has(words[i])) i++
    else if (words[i] === '-j' || words[i] === '-g')
      return { how: words[i] === '-j' ? 'jump' : 'goto', to: words[i + 1] }
  }
  return null
}

export type Met = 'unread' | 'missed' | 'fits' | 'decides'

/** A place in a call: a rule by its number, the policy, or the end of a chain that was called. */
type Place = number | 'policy' | 'end'

/** A chain as it was called, once for each way on which it was. */
export interface Call {
  chain: ChainView
  from: { call: Call; rule: number; how: How } | null
  calls: Map<number, Call>
  /** Where the packet was, and as which of its steps, from 1. */
  hits: Map<Place, { met: Met; at: number }>
}

/** One thing that happened to the packet in the table, for a sentence. */
export interface Told {
  what: 'fits' | 'jump' | 'goto' | 'back' | 'rule' | 'policy'
  chain: string
  rule: number
  /** The chain that it goes to, or back to; what the rule or the policy does. */
  to: string
}

export interface Passage {
  root: Call
  /** How many steps the packet took: rules read, the policy, ends of chains. */
  steps: number
  told: Told[]
  /** The rules are no longer those that it met. */
  changed: boolean
}

/** A packet's way through a built-in chain. `met`: what the trace says, in order; empty: no rule was read. */
export function passageOf(
  chains: readonly ChainView[],
  name: string,
  met: readonly RuleEvent[],
): Passage | null {
  const find = (n: string): ChainView | undefined => chains.find((c) => c.name === n)
  const chain = find(name)
  if (chain === undefined) return null
  const root: Call = { chain, from: null, calls: new Map(), hits: new Map() }
  const told: Told[] = []
  const stack: { call: Call; next: number }[] = []
  let here = root
  let next = 1
  let at = 0
  const hit = (place: Place, what: Met): void => void here.hits.set(place, { met: what, at: ++at })
  const missTo = (end: number): void => {
    for (let n = next; n < end; n++) hit(n, 'missed')
  }
  const back = (): void => {
    const to = stack.pop()
    here = to?.call ?? root
    // With nowhere to come back to the policy is next.
    next = to?.next ?? root.chain.rules.length + 1
  }
  for (const [i, e] of met.entries()) {
    const { rules } = here.chain
    if (e.chain !== here.chain.name) return { root, steps: at, told, changed: true }
    const last = i === met.length - 1
    if (e.what !== 'rule') {
      missTo(rules.length + 1)
      if (e.what === 'policy') {
        hit('policy', 'decides')
        told.push({ what: 'policy', chain: e.chain, rule: 0, to: e.does })
      } else {
        hit('end', 'fits')
        back()
        told.push({ what: 'back', chain: e.chain, rule: 0, to: here.chain.name })
      }
      continue
    }
    if (rules[e.rule - 1]?.text !== e.does) return { root, steps: at, told, changed: true }
    missTo(e.rule)
    hit(e.rule, last ? 'decides' : 'fits')
    next = e.rule + 1
    const lead = leadOf(e.does)
    const called = lead === null ? undefined : find(lead.to)
    if (lead !== null && called !== undefined) {
      told.push({ what: lead.how, chain: e.chain, rule: e.rule, to: lead.to })
      const from = here
      here = {
        chain: called,
        from: { call: from, rule: e.rule, how: lead.how },
        calls: new Map(),
        hits: new Map(),
      }
      from.calls.set(e.rule, here)
      if (lead.how === 'jump') stack.push({ call: from, next })
      next = 1
    } else if (lead?.to === 'RETURN') {
      back()
      told.push({ what: 'back', chain: e.chain, rule: e.rule, to: here.chain.name })
    } else told.push({ what: last ? 'rule' : 'fits', chain: e.chain, rule: e.rule, to: e.does })
  }
  return { root, steps: at, told, changed: false }
}

export interface Row {
  key: string
  kind: 'chain' | 'rule' | 'policy' | 'end' | 'gap' | 'none'
  depth: number
  chain: string
  /** Of a rule: its number; of a chain: that of the rule that calls it; of a gap: how many rules it leaves out. */
  n: number
  text: string
  pkts: number
  bytes: number
  how: How | null
  /** The chain that calls this one, or that its end leads back to. */
  to: string
  met: Met
  /** The packet's step there, 0: none. */
  at: number
}

/** Of a long chain so many rules are shown, and those that the packet met with what lies around them. */
export const SHOWN = 40
const AROUND = 2

/**
 * The passage as rows: a called chain below the rule that calls it. A chain that the packet was not in is shown where it
 * is called first.
 */
export function rowsOf(passage: Passage, chains: readonly ChainView[], all = false): Row[] {
  const rows: Row[] = []
  const open = new Set<string>([passage.root.chain.name])
  const mark = (call: Call): void => {
    for (const child of call.calls.values()) {
      open.add(child.chain.name)
      mark(child)
    }
  }
  mark(passage.root)

  const show = (call: Call, depth: number, path: string): void => {
    const { chain, from } = call
    const row = (rest: Partial<Row> & Pick<Row, 'kind'>, place: Place | null): void => {
      const hit = place === null ? undefined : call.hits.get(place)
      rows.push({
        key: `${path} ${rest.kind} ${rest.n ?? 0}`,
        depth,
        chain: chain.name,
        n: 0,
        text: '',
        pkts: 0,
        bytes: 0,
        how: null,
        to: '',
        met: hit?.met ?? 'unread',
        at: hit?.at ?? 0,
        ...rest,
      })
    }
    if (from !== null) {
      const { rule: n, how, call: caller } = from
      row({ kind: 'chain', n, how, to: caller.chain.name, met: met(call) }, null)
    }
    const near = (n: number): boolean => {
      for (let i = n - AROUND; i <= n + AROUND; i++) {
        const hit = call.hits.get(i)?.met
        if (hit === 'fits' || hit === 'decides') return true
      }
      return false
    }
    let left = 0
    const gap = (n: number): void => {
      if (left > 0) row({ kind: 'gap', n: left, key: `${path} gap ${n}` }, null)
      left = 0
    }
    chain.rules.forEach((r, i) => {
      const n = i + 1
      if (!all && n > SHOWN && !near(n)) {
        left++
        return
      }
      gap(n)
      row({ kind: 'rule', n, text: r.text, pkts: r.pkts, bytes: r.bytes }, n)
      const lead = leadOf(r.text)
      const called = call.calls.get(n) ?? calledAt(call, n, lead)
      if (called !== null) show(called, depth + 1, `${path} ${n}`)
    })
    gap(chain.rules.length + 1)
    if (chain.rules.length === 0) row({ kind: 'none' }, null)
    if (from === null) {
      if (chain.policy !== null)
        row({ kind: 'policy', text: chain.policy, pkts: chain.pkts, bytes: chain.bytes }, 'policy')
    } else row({ kind: 'end', to: homeOf(call) }, 'end')
  }

  /** A chain that the packet was not in, where it is called for the first time. */
  function calledAt(call: Call, n: number, lead: ReturnType<typeof leadOf>): Call | null {
    const chain = lead === null ? undefined : chains.find((c) => c.hook === null && c.name === lead.to)
    if (lead === null || chain === undefined || open.has(chain.name)) return null
    open.add(chain.name)
    return { chain, from: { call, rule: n, how: lead.how }, calls: new Map(), hits: new Map() }
  }

  show(passage.root, 0, passage.root.chain.name)
  return rows
}

/** Whether the packet was in a called chain. */
function met(call: Call): Met {
  return call.hits.size > 0 ? 'fits' : 'unread'
}

/** Where the end of a called chain leads back to: past everything that was only gone to. */
function homeOf(call: Call): string {
  let at = call
  while (at.from !== null && at.from.how === 'goto') at = at.from.call
  return at.from?.call.chain.name ?? at.chain.name
}
