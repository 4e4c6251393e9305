/** What a station shows inside its row when a packet has been there: two short lines. */
import type { TableView } from '../../lab/protocol.ts'
import { caseOf, splitStation } from '../drop-case.ts'
import type { Text } from '../text/index.ts'
import { decidedBy, type RuleEvent, type Step, type Visit } from './journey.ts'
import { stationOf } from './stations.ts'

/** Why it died, in plain words and in the kernel's. */
export function deathOf(step: Step, t: Text): { why: string; reason: string; where: string } {
  const reason = step.drop?.reason ?? 'NETFILTER_DROP'
  const where = step.drop?.where ?? step.fn
  const [, table] = splitStation(step.station)
  const view = { reason, where, station: step.station, count: 1, last: step.serial, time: step.time }
  const why = t.deaths[caseOf(view, table, decidedBy(step))]
  return { why, reason, where }
}

export function isTracked(step: Step): boolean {
  return step.ct !== null && step.ct.state !== 'INVALID' && step.ct.state !== 'UNTRACKED'
}

/** What a station that has acted shows inside its row: a line in words, and what the kernel was told (monospaced). */
export interface Opened {
  words: string
  code: string
  /** The words only number the rule: they can go where room is short. */
  numbers: boolean
  mood: 'plain' | 'rewrite' | 'drop'
}

/** Lines of a rule that an opened row has room for. */
const LINES = 3

/** How many lines words take, where `room` letters stand in one. */
function lineCount(words: readonly string[], room: number): number {
  let [lines, at] = [1, 0]
  for (const { length } of words) {
    if (at > 0 && at + 1 + length > room) [lines, at] = [lines + 1, 0]
    at += (at > 0 ? 1 : 0) + length
  }
  return lines
}

/** The words of what decided. Where a row has too little room, its options' names give way: the sentence and the chain have them. */
export function fitting({ words, code, numbers }: Opened, room: number, brief: boolean): string[] {
  const all = code.split(' ')
  const fits = !brief && lineCount([`${words}:`, ...all], room) <= LINES
  return !numbers || fits ? all : all.filter((w) => !w.startsWith('--'))
}

export function openedOf(step: Step, tables: readonly TableView[], t: Text): Opened | null {
  const o = t.stage.opened
  const station = stationOf[step.station]
  if (station === undefined || !step.ran) return null
  const dropped = step.drop !== null || step.verdict === 'DROP'
  const mood = dropped ? 'drop' : step.rewritten ? 'rewrite' : 'plain'
  const rule = decidedBy(step)
  switch (station.meta.kind) {
    case 'table':
      if (rule !== null) return { ...ruleLines(rule, tables, t), numbers: rule.what === 'rule', mood }
      if (station.meta.table === 'nat')
        return isTracked(step)
          ? { words: o.noRule, code: o.entryDecides, numbers: false, mood }
          : { words: o.untracked, code: '', numbers: false, mood }
      return { words: o.nothing, code: '', numbers: false, mood }
    case 'conntrack':
      if (dropped) return { words: '', code: deathOf(step, t).why, numbers: false, mood }
      if (station.label === 'defrag') return { words: o.whole, code: '', numbers: false, mood }
      if (station.label === 'confirm') {
        if (step.ctEvents.some((e) => e.event === 'NEW'))
          return { words: o.insert, code: o.intoTable, numbers: false, mood }
        return { words: step.ct ? o.confirmed : o.nothing, code: '', numbers: false, mood }
      }
      if (step.ct === null) return { words: o.nothing, code: '', numbers: false, mood }
      if (step.ct.state === 'NEW') return { words: o.newEntry, code: o.notInTable, numbers: false, mood }
      return {
        words: step.ct.state,
        code: step.ct.dir === '-' ? '' : o.known({ dir: t.stage.journey[step.ct.dir] }),
        numbers: false,
        mood,
      }
    default:
      return null
  }
}

function ruleLines(rule: RuleEvent, tables: readonly TableView[], t: Text): Pick<Opened, 'words' | 'code'> {
  const o = t.stage.opened
  if (rule.what !== 'rule') return { words: o.noRuleFits, code: o.policy({ policy: rule.does }) }
  const chain = tables.find((x) => x.name === rule.table)?.chains.find((c) => c.name === rule.chain)
  const words =
    chain?.hook != null
      ? o.rule({ rule: rule.rule, of: Math.max(chain.rules.length, rule.rule) })
      : o.ruleOf({ rule: rule.rule, chain: rule.chain })
  return { words, code: targetOf(rule.does) }
}

/** What a rule does, without what it asks for: `SNAT --to-source 100.100.100.100`. */
export function targetOf(rule: string): string {
  const at = /(?:^|\s)-[jg]\s+/.exec(rule)
  return at === null ? rule : rule.slice(at.index + at[0].length)
}

/** What a station outside the hooks is called, and what it says of the packet. */
export function labelsOf(state: string, visit: Visit | null, t: Text): [label: string, said: string] {
  const { path, opened } = t.stage
  const done = visit?.steps.findLast((s) => s.station === state)
  switch (state) {
    case 'receive':
      return [path.receive, visit?.by === 'RECEIVE' ? visit.dev : '']
    case 'transmit':
      return [path.transmit, done?.dev || done?.header.out || '']
    case 'route_in':
      return [path.routeIn, routeText(done, t)]
    case 'route_out':
      return [path.routeOut, routeText(done, t)]
    case 'forward': {
      const ttl = done?.changes.find((c) => c.field === 'ttl')
      return [path.forward, ttl ? opened.ttl(ttl) : '']
    }
    case 'deliver':
      return [path.process, visit?.program ?? '']
    default:
      return [stationOf[state]?.meta.fn || state, '']
  }
}

function routeText(step: Step | undefined, t: Text): string {
  const { opened } = t.stage
  if (step === undefined) return ''
  if (step.route?.to === 'local') return opened.local
  if (step.verdict === 'DROP') return t.stage.journey.ends.dropped
  if (step.route?.to === 'unreachable') return opened.unreachable
  const dev = step.route?.dev || step.header.out
  return dev ? opened.via({ dev }) : ''
}
