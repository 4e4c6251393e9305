/**
 * Would this packet pass, and which rule decides? It is sent through a host of a copy of the lab: counters, entries and
 * everything else stay as they were.
 */
import { ip_route_output } from '../../kernel/route.ts'
import { newSkb, type Skb } from '../../kernel/skb.ts'
import { newSock } from '../../kernel/socket.ts'
import type { TraceEvent } from '../../kernel/trace.ts'
import { printPacket } from '../../wire/text.ts'
import type { Lab } from '../bench.ts'
import { newFifo } from '../fifo.ts'
import type { Way } from '../way.ts'
import type { Run } from '../history.ts'
import { say } from '../take/capture.ts'
import { copyOf } from '../take/save.ts'
import { parseQuestion, type QuestionProblem } from './question.ts'

export type RuleEvent = Extract<TraceEvent, { type: 'rule' }>

export interface AskAnswer {
  host: string
  /** The device that it comes in by; '': the host sends it itself. */
  dev: string
  /** The packet in tcpdump's words, and as it leaves or is delivered. */
  asked: string
  left: string
  /** `waits`: it is kept, as a piece of a datagram or for an address that is asked for. */
  end: 'forwarded' | 'sent' | 'delivered' | 'dropped' | 'waits'
  /** The device that it leaves by. */
  out: string
  /** Where nothing of netfilter drops it: the reason, and the kernel's function. */
  drop: { reason: string; where: string } | null
  /** The rule or policy that drops it, or by which it passes; null: none has a say. */
  decided: RuleEvent | null
  /** All that was done with it on this host, in order. */
  trace: TraceEvent[]
  /** The same in the kernel's words, each only once. */
  said: string[]
}

export type AskProblem = QuestionProblem | { kind: 'device' | 'host'; word: string }

/** Stations on one host, generously. */
const STEPS_MAX = 2000

export function ask(run: Run, host: string, text: string): AskAnswer | AskProblem {
  const question = parseQuestion(text, run.lab.state.names)
  if ('kind' in question) return question
  const events: TraceEvent[] = []
  const lab = copyOf(run, { event: (e) => events.push(e), output: () => undefined })
  const at = lab.hostIndex(host)
  if (at < 0) return { kind: 'host', word: host }
  alone(lab)
  const k = lab.kernel(at)
  const dev = question.dev ?? arrivesBy(lab, at, question.packet.saddr)
  const skb: Skb = { ...newSkb(), ...question.packet, serial: k.nextSerial() }
  if (dev === 'local') {
    skb.sk = newSock(k.net, 'raw', -1).index
    k.output(skb)
  } else {
    const named = k.net.devs.find((d) => d.name === dev)
    const card = named?.bridge ? k.net.devs[(named.bridge.ports[0] ?? 0) - 1] : named
    if (!named || !card) return { kind: 'device', word: dev }
    skb.iif = card.ifindex
    skb.dmac = (k.net.devs[card.master - 1] ?? card).mac
    skb.smac = 0x020000000001
    lab.inject(at, skb)
  }
  for (let n = 0; n < STEPS_MAX; n++) {
    lab.step()
    const { current, suspended } = lab.state
    const mine = [current, ...suspended].some((p) => p !== null && p.skb.serial === skb.serial)
    if (!mine) break
  }
  const trace = events.filter((e) => e.skb === skb.serial && e.host === host)
  const said = [...new Set(trace.flatMap((e) => say(e) ?? []))]
  return {
    host,
    dev: dev === 'local' ? '' : dev,
    asked: printPacket(question.packet),
    ...outcome(trace, dev),
    trace,
    said,
  }
}

/** Nothing else is on its way, and no program goes on. */
function alone(lab: Lab): void {
  const s = lab.state
  s.current = null
  s.backlog = newFifo<Way | null>(null)
  s.interjected = []
  s.suspended = []
  s.wakes = []
  s.cpus = []
  s.tasks = []
  s.pools = s.pools.map(() => -1)
  for (const h of s.hosts) h.os.unfinished = []
}

/** The host itself for its own addresses, else the device by which it would send to there. */
function arrivesBy(lab: Lab, host: number, saddr: number): string {
  const { net } = lab.kernel(host)
  if (net.devs.some((d) => d.addrs.some((a) => a.addr === saddr))) return 'local'
  const route = ip_route_output(net, saddr)
  const found = 'ifindex' in route ? net.devs[route.ifindex - 1] : undefined
  return (found ?? net.devs.find((d) => !d.loopback))?.name ?? 'lo'
}

function outcome(
  trace: readonly TraceEvent[],
  dev: string,
): Omit<AskAnswer, 'host' | 'dev' | 'asked' | 'trace' | 'said'> {
  const rules = trace.filter((e): e is RuleEvent => e.type === 'rule')
  const drop = trace.find((e) => e.type === 'drop')
  if (drop?.type === 'drop') {
    const netfilter = drop.reason === 'NETFILTER_DROP' || /^nf_hook_slow|^ipt_do_table/.test(drop.where)
    const before = rules.filter((r) => r.seq < drop.seq)
    const decided = netfilter ? (before.at(-1) ?? null) : null
    return { end: 'dropped', out: '', left: '', drop: { reason: drop.reason, where: drop.where }, decided }
  }
  const last = trace.findLast((e) => e.type === 'xmit' || e.type === 'deliver')
  const filter = rules.filter((r) => r.table === 'filter').at(-1) ?? null
  if (last?.type === 'xmit')
    return {
      end: dev === 'local' ? 'sent' : 'forwarded',
      out: last.dev,
      left: printPacket({ ...last.header, inner: null }),
      drop: null,
      decided: filter,
    }
  if (last?.type === 'deliver')
    return {
      end: 'delivered',
      out: '',
      left: printPacket({ ...last.header, inner: null }),
      drop: null,
      decided: filter,
    }
  return { end: 'waits', out: '', left: '', drop: null, decided: filter }
}
