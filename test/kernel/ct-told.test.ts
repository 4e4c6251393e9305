/** Who is told of an entry, and what can be read of one. */
import { describe, expect, test } from 'vitest'
import { listEntries } from '../../src/kernel/conntrack/life.ts'
import { allocSlot, setTuple } from '../../src/kernel/conntrack/table.ts'
import { ctView } from '../../src/kernel/conntrack/view.ts'
import { gateway, type Gateway } from '../kit.ts'

const TRACK = 'iptables -A FORWARD -m conntrack --ctstate NEW'

/** A query, its answer, and the end; `function event` for each that is told. */
function life(gw: Gateway, between: () => void = () => undefined): string[] {
  gw.events()
  gw.rx('lan', '192.168.0.2.40000 > 8.8.8.8.53: UDP')
  between()
  gw.rx('wan', '8.8.8.8.53 > 192.168.0.2.40000: UDP')
  gw.sh('conntrack -F')
  return gw.events().flatMap((e) => (e.type === 'ct' ? `${e.at} ${e.event}` : []))
}

/** Nobody looks at the trace. */
function unwatched(): Gateway {
  const gw = gateway(TRACK)
  Object.assign(gw.k, { tracing: false })
  return gw
}
const listeners = (gw: Gateway, n: number): void => {
  gw.k.net.ctListeners = n
}
const WHOLE = [
  'nf_ct_deliver_cached_events NEW',
  'nf_ct_deliver_cached_events UPDATE',
  'nf_ct_delete DESTROY',
]

describe('of a life is told', () => {
  test('all of it, where the trace is recorded', () => {
    expect(life(gateway(TRACK))).toEqual(WHOLE)
  })
  test('nothing, where it is not and nobody listens', () => {
    expect(life(unwatched())).toEqual([])
  })
  test('all of it, where somebody listens', () => {
    const gw = unwatched()
    gw.lab.execCaptured(0, 'conntrack -E')
    expect(gw.k.net.ctListeners).toBe(1)
    gw.events()
    gw.rx('lan', '192.168.0.2.40000 > 8.8.8.8.53: UDP')
    gw.rx('wan', '8.8.8.8.53 > 192.168.0.2.40000: UDP')
    expect(gw.events().filter((e) => e.type === 'ct')).toHaveLength(2)
  })
  test('its end as well', () => {
    const gw = unwatched()
    listeners(gw, 1)
    expect(life(gw)).toEqual(WHOLE)
  })
  test('of an entry that is put in by hand: where the trace is recorded, or somebody listens', () => {
    const told = (gw: Gateway): unknown[] => {
      gw.events()
      gw.sh('conntrack -I -p udp -s 1.1.1.1 -d 2.2.2.2 --sport 1 --dport 2 -t 60')
      return gw.events().flatMap((e) => (e.type === 'ct' ? [`${e.at} ${e.event}`, e.listened] : []))
    }
    const listened = unwatched()
    listeners(listened, 1)
    expect(told(unwatched())).toEqual([])
    expect(told(gateway(TRACK))).toEqual(['nf_conntrack_eventmask_report NEW', false])
    expect(told(listened)).toEqual(['nf_conntrack_eventmask_report NEW', true])
  })
  test('nothing more, once nobody listens any longer', () => {
    const gw = unwatched()
    listeners(gw, 1)
    expect(life(gw, () => listeners(gw, 0))).toEqual(WHOLE.slice(0, 1))
  })
  test('nothing, where it began before somebody listened', () => {
    const gw = unwatched()
    expect(life(gw, () => listeners(gw, 1))).toEqual([])
  })
})

describe('what can be read', () => {
  test('the buckets are those in whose chains it hangs', () => {
    const gw = gateway(TRACK)
    for (let port = 1; port <= 5; port++) gw.rx('lan', `192.168.0.2.${port} > 8.8.8.8.53: UDP`)
    const { ct } = gw.k.machine
    const chain = (bucket: number): number[] => {
      const nodes = []
      for (let node = ct.heads[bucket]; node >= 0; node = ct.next[node]) nodes.push(node)
      return nodes
    }
    for (const slot of listEntries(gw.k)) {
      const [query, answer] = ctView(ct, slot, gw.k.now).buckets
      expect(chain(query)).toContain(slot * 2)
      expect(chain(answer)).toContain(slot * 2 + 1)
    }
  })

  test('an entry that is not confirmed hangs in none, and has its whole time before it', () => {
    const gw = gateway(TRACK)
    gw.wait(100)
    const { ct } = gw.k.machine
    const slot = allocSlot(ct)
    ct.protonum[slot] = 17
    setTuple(ct, slot * 2, 1, 2, 3, 4)
    ct.timeout[slot] = 30_000_000
    const c = ctView(ct, slot, gw.k.now)
    expect([c.buckets, c.secondsLeft, c.orig.dport]).toEqual([[-1, -1], 30, 4])
  })
})

test('an entry that a program makes says when it was made, where that is asked for', () => {
  for (const asked of [false, true]) {
    const gw = gateway(TRACK)
    if (asked) gw.sh('echo 1 > /proc/sys/net/netfilter/nf_conntrack_timestamp')
    gw.sh('conntrack -I -p udp -s 1.1.1.1 -d 2.2.2.2 --sport 1 --dport 2 -t 60')
    expect(gw.sh('conntrack -L -o ktimestamp').includes('[start=')).toBe(asked)
  }
})
