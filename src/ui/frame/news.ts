/** What has happened since the last look, as events for the page around. Plain: from two looks at the bench to a list. */
import type { Event, EventName } from '../../embed/messages.ts'
import type { TraceEvent } from '../../kernel/trace.ts'
import { packetLabel } from '../parts/packet.ts'
import { printIpv4 } from '../../wire/address.ts'
import { Meter } from './door.ts'

interface News {
  event: EventName
  detail: unknown
}

/** Packets and drops among the trace's new events; going back in time is no news. */
export function passed(past: readonly TraceEvent[], from: number): News[] {
  const first = past.findLastIndex((e) => e.seq < from) + 1
  return past.slice(first).flatMap((e): News[] => {
    if (e.type !== 'xmit' && e.type !== 'drop') return []
    const { header: h } = e
    const packet = {
      time: e.time,
      host: e.host,
      packet: e.skb,
      label: packetLabel(h),
      src: printIpv4(h.saddr),
      dst: printIpv4(h.daddr),
      sport: h.sport,
      dport: h.dport,
    }
    return e.type === 'xmit'
      ? [{ event: 'packet', detail: { ...packet, dev: e.dev } }]
      : [{ event: 'drop', detail: { ...packet, reason: e.reason, where: e.where } }]
  })
}

/** Sends events, but not more than the rate: of too many the next one that passes says how many there were. */
export class Teller {
  private readonly send: (event: Event) => void
  private readonly meter: Meter
  private readonly now: () => number
  private missed = 0

  constructor(send: (event: Event) => void, rate: number, now: () => number) {
    this.send = send
    this.now = now
    this.meter = new Meter(rate, now())
  }

  tell(event: EventName, detail: unknown, always = false): void {
    if (!this.meter.pass(this.now()) && !always) {
      this.missed++
      return
    }
    this.send({ event, detail, ...(this.missed > 0 && { missed: this.missed }) })
    this.missed = 0
  }
}
