/** What a step says: one sentence for the reader, and the two short lines that a station shows inside its row. */
import { IP_MF, IP_OFFMASK } from '../../wire/packet.ts'
import type { TableView } from '../../lab/protocol.ts'
import { caseOf, splitStation } from '../drops.ts'
import { endOf, packetName, printEnd, type Change } from '../parts/packet.ts'
import type { Text } from '../text/index.ts'
import { decidedBy, type RuleEvent, type Step, type Visit } from './journey.ts'
import { chainOf, stationOf } from './stations.ts'

/** `POSTROUTING nat`, `routing`, `eth0`: a station in the words of the diagram. */
export function placeOf(step: Pick<Step, 'kind' | 'station' | 'dev' | 'program'>, t: Text): string {
  const path = t.stage.path
  if (step.station === '')
    return step.kind === 'make' ? step.program || path.process : step.dev || path.receive
  const station = stationOf[step.station]
  if (station === undefined) return step.station
  const { meta, label } = station
  if (meta.hook !== undefined) return `${chainOf(meta.hook)} ${label}`
  switch (step.station) {
    case 'receive':
      return step.dev || path.receive
    case 'transmit':
      return step.dev || path.transmit
    case 'route_in':
      return path.routeIn
    case 'route_out':
      return path.routeOut
    case 'deliver':
      return path.process
    default:
      return meta.fn || label
  }
}

/** The whole sentence: where, and what. */
export function sentenceOf(step: Step, t: Text): string {
  return t.stage.say.where({ host: step.host, place: placeOf(step, t), what: whatOf(step, t) })
}

/** What happened, without the place. */
export function whatOf(step: Step, t: Text): string {
  const say = t.stage.say
  const packet = packetName(step.header, step.serial)
  if (step.drop !== null || step.verdict === 'DROP') return dropSentence(step, t)
  if (step.verdict === 'STOLEN') return takenSentence(step, t)
  switch (step.kind) {
    case 'make':
      return say.make({ packet, to: printEnd(endOf(step.header, 'dst')) })
    case 'rcv':
      return say.rcv({ packet })
    case 'xmit':
      return say.xmit({ packet })
    case 'deliver':
      return step.deliver !== null && /NO_SOCKET|NO_/.test(step.deliver.what)
        ? say.deliverNobody({ packet, what: step.deliver.what })
        : say.deliver({ packet })
    case 'drop':
      return dropSentence(step, t)
    case 'station':
      return stationSentence(step, t)
  }
}

function takenSentence(step: Step, t: Text): string {
  const say = t.stage.say
  if (step.station === 'transmit') return say.neighbourAsked
  const fragment = (step.header.frag & (IP_MF | IP_OFFMASK)) !== 0
  return fragment ? say.fragmentHeld : say.stolen
}

function stationSentence(step: Step, t: Text): string {
  const say = t.stage.say
  if (!step.ran) return say.skipped
  const station = stationOf[step.station]
  switch (station?.meta.kind) {
    case 'conntrack':
      return conntrackSentence(step, station.label, t)
    case 'table':
      return station.meta.table === 'nat' ? natSentence(step, t) : tableSentence(step, t)
    case 'decision':
      if (step.route === null) return step.header.out ? say.routeOut({ dev: step.header.out }) : say.routed
      if (step.route.to === 'local') return say.routeLocal
      if (step.route.to === 'unreachable') return say.unreachable
      return step.station === 'route_out'
        ? say.routeOut({ dev: step.route.dev })
        : say.routeForward({ dev: step.route.dev })
    case 'step': {
      const ttl = step.changes.find((c) => c.field === 'ttl')
      return ttl ? say.ttl(ttl) : say.pass
    }
    default:
      return say.pass
  }
}

function conntrackSentence(step: Step, label: string, t: Text): string {
  const say = t.stage.say
  if (label === 'defrag') return say.whole
  if (label === 'confirm')
    return step.ctEvents.some((e) => e.event === 'NEW') ? say.confirm : step.ct ? say.confirmed : say.nothing
  switch (step.ct?.state) {
    case undefined:
      return say.ctAsleep
    case 'NEW':
      return say.ctNew
    case 'ESTABLISHED':
      return step.ct?.dir === 'reply' ? say.ctReply : say.ctKnown
    case 'RELATED':
      return say.ctRelated
    case 'INVALID':
      return say.ctInvalid
    case 'UNTRACKED':
      return say.ctUntracked
  }
}

function natSentence(step: Step, t: Text): string {
  const say = t.stage.say
  const rule = decidedBy(step)
  if (step.rewritten) {
    const changes = changesText(step.changes, t)
    return rule?.what === 'rule' ? say.byRule({ changes, rule: rule.rule }) : say.byEntry({ changes })
  }
  if (rule !== null) return tableSentence(step, t)
  return isTracked(step) ? say.natNothing : say.natUntracked
}

function tableSentence(step: Step, t: Text): string {
  const say = t.stage.say
  const rule = decidedBy(step)
  if (rule === null) return step.changes.length > 0 ? changesText(step.changes, t) : say.pass
  if (rule.what !== 'rule') return say.policy({ policy: rule.does })
  const builtIn = splitStation(step.station)[0]
  const chain = stationOf[step.station]?.meta.hook
    ? chainOf(stationOf[step.station].meta.hook ?? 'FORWARD')
    : builtIn
  const does = rule.does
  return rule.chain === chain
    ? say.rule({ rule: rule.rule, does })
    : say.ruleOf({ rule: rule.rule, chain: rule.chain, does })
}

function dropSentence(step: Step, t: Text): string {
  const packet = packetName(step.header, step.serial)
  const { reason, where, why } = deathOf(step, t)
  return t.stage.say.drop({ packet, why, reason, where })
}

/** Why it died, in plain words and in the kernel's. */
export function deathOf(step: Step, t: Text): { why: string; reason: string; where: string } {
  const reason = step.drop?.reason ?? 'NETFILTER_DROP'
  const where = step.drop?.where ?? step.fn
  const [, table] = splitStation(step.station)
  const view = { reason, where, station: step.station, count: 1, last: step.serial, time: step.time }
  const why = t.drops.cases[caseOf(view, table, decidedBy(step)?.what ?? null)].name
  return { why, reason, where }
}

export function changesText(changes: readonly Change[], t: Text): string {
  const { fields } = t.stage.journey
  return t.stage.say.join(
    changes.map((c) => t.stage.say.change({ field: fields[c.field], from: c.from, to: c.to })),
  )
}

function isTracked(step: Step): boolean {
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
      if (station.label === 'defrag') return { words: t.stage.say.whole, code: '', numbers: false, mood }
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
