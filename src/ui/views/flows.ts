/** Traffic too fast for single packets to be seen. */
import type { TraceEvent } from '../../kernel/trace.ts'

/** How many packets have lately gone by a road. */
export interface Flow {
  from: string
  to: string
  original: number
  /** Those of the answers. */
  reply: number
}

/** Above what an eye can follow: which roads the packets of the last events of a host have taken. */
export function flowsOf(events: readonly TraceEvent[], host: string, among: number): Flow[] {
  const flows: Flow[] = []
  // By both ends; a word of the two would be another one for each packet.
  const by = new Map<string, Map<string, Flow>>()
  const then = new Map<number, string>()
  const count = (from: string, to: string, reply: boolean): void => {
    let ways = by.get(from)
    if (ways === undefined) by.set(from, (ways = new Map<string, Flow>()))
    let flow = ways.get(to)
    if (flow === undefined) {
      ways.set(to, (flow = { from, to, original: 0, reply: 0 }))
      flows.push(flow)
    }
    if (reply) flow.reply++
    else flow.original++
  }
  for (let i = events.length - 1, n = 0; i >= 0 && n < among; i--) {
    const e = events[i]
    if (e.type !== 'station' || e.host !== host) continue
    n++
    const reply = e.ct?.dir === 'reply'
    const next = then.get(e.skb)
    if (next !== undefined) count(e.station, next, reply)
    else if (e.station === 'transmit' && e.verdict === 'ACCEPT') count('transmit', 'sent', reply)
    if (e.station === 'receive') count('start', 'receive', reply)
    else if (e.station === 'route_out') count('start', 'route_out', reply)
    if (e.station === 'receive' || e.station === 'route_out') then.delete(e.skb)
    else then.set(e.skb, e.station)
  }
  return flows
}
