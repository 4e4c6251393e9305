/**
 * What a step says: one sentence for the reader. It comes after the picture, with its words (text/later.ts): a packet
 * can move without them.
 */
import { IP_MF, IP_OFFMASK } from '../../wire/packet.ts'
import { splitStation } from '../drop-case.ts'
import { packetName, printEnd, endOf, type Change } from '../parts/packet.ts'
import type { Text } from '../text/index.ts'
import type { Say } from '../text/later.ts'
import { decidedBy, type Step } from './journey.ts'
import { deathOf, isTracked } from './narrate.ts'
import { chainOf, stationOf } from './stations.ts'

export { say } from '../text/later.ts'

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
export function sentenceOf(step: Step, t: Text, say: Say): string {
  return say.where({ host: step.host, place: placeOf(step, t), what: whatOf(step, t, say) })
}

/** What happened, without the place. */
export function whatOf(step: Step, t: Text, say: Say): string {
  const packet = packetName(step.header, step.serial)
  if (step.drop !== null || step.verdict === 'DROP') return dropSentence(step, t, say)
  if (step.verdict === 'STOLEN') return takenSentence(step, say)
  if (step.tc.length > 0) return filterSentence(step, say)
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
      return dropSentence(step, t, say)
    case 'station':
      return stationSentence(step, t, say)
  }
}

/** A filter of traffic control that it fitted, where it came in or left. */
function filterSentence(step: Step, say: Say): string {
  const does = step.tc.map((e) => e.does).join(', ')
  const { prio } = step.tc[0]
  return step.rewritten
    ? say.byFilter({ changes: changesText(step.changes, say), prio, does })
    : say.filter({ prio, does })
}

function takenSentence(step: Step, say: Say): string {
  if (step.station === 'transmit') return say.neighbourAsked
  if (step.route?.to === 'unreachable') return say.unreachable
  const fragment = (step.header.frag & (IP_MF | IP_OFFMASK)) !== 0
  if (fragment) return say.fragmentHeld
  // Of what stands at a hook nothing else takes a packet off the road.
  return stationOf[step.station]?.meta.hook ? say.synproxy : say.stolen
}

function stationSentence(step: Step, t: Text, say: Say): string {
  if (!step.ran) return say.skipped
  const station = stationOf[step.station]
  switch (station?.meta.kind) {
    case 'conntrack':
      return conntrackSentence(step, station.label, t, say)
    case 'table':
      return station.meta.table === 'nat' ? natSentence(step, say) : tableSentence(step, say)
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

function conntrackSentence(step: Step, label: string, t: Text, say: Say): string {
  if (label === 'defrag') return t.stage.opened.whole
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

function natSentence(step: Step, say: Say): string {
  const rule = decidedBy(step)
  if (step.rewritten) {
    const changes = changesText(step.changes, say)
    return rule?.what === 'rule' ? say.byRule({ changes, rule: rule.rule }) : say.byEntry({ changes })
  }
  if (rule !== null) return tableSentence(step, say)
  return isTracked(step) ? say.natNothing : say.natUntracked
}

function tableSentence(step: Step, say: Say): string {
  const rule = decidedBy(step)
  if (rule === null) return step.changes.length > 0 ? changesText(step.changes, say) : say.pass
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

function dropSentence(step: Step, t: Text, say: Say): string {
  const packet = packetName(step.header, step.serial)
  const { reason, where, why } = deathOf(step, t)
  return say.drop({ packet, why, reason, where })
}

export function changesText(changes: readonly Change[], say: Say): string {
  const quoted = changes.filter((c) => c.field.startsWith('in'))
  const own = changes.filter((c) => !quoted.includes(c))
  const likewise =
    quoted.length > 0 && quoted.every((q) => own.some((c) => c.from === q.from && c.to === q.to))
  const said = (likewise ? own : changes).map((c) =>
    say.change({ field: say.fields[c.field], from: c.from, to: c.to }),
  )
  return say.join(likewise ? [...said, say.quoted] : said)
}
