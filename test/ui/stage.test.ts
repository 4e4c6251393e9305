/** The stage's reading of the real thing: the article's lab, its commands, and what the views make of the trace. */
import { beforeAll, describe, expect, test } from 'vitest'
import type { TraceEvent } from '../../src/kernel/trace.ts'
import { en } from '../../src/ui/text/en/index.ts'
import { zh } from '../../src/ui/text/zh/index.ts'
import { decidedBy, dirOf, followedSerial, journeyOf, recentPackets } from '../../src/ui/views/journey.ts'
import { beatOf, flapOf } from '../../src/ui/views/motion.ts'
import { fitting, openedOf, targetOf } from '../../src/ui/views/narrate.ts'
import { say, sentenceOf } from '../../src/ui/views/sentences.ts'
import { pictureOf } from '../../src/ui/views/picture.ts'
import { flowsOf } from '../../src/ui/views/flows.ts'
import { sceneOf } from '../../src/ui/views/scene.ts'
import { Follower, walkOf } from '../../src/ui/views/walk.ts'
import { turnOf } from '../../src/ui/parts/turn.ts'
import { FORWARD, Page, SNAT } from './lab-page.ts'
import { marksOf, nextStop, previousStop, showMs } from '../../src/ui/stops.ts'
import './chinese.ts'

describe('one page fetched through SNAT', () => {
  let page: Page
  let serials: number[]
  beforeAll(() => {
    page = new Page(FORWARD, SNAT, ['pc1', 'curl http://baidu.com/'])
    serials = [...new Set(page.past.map((e) => e.skb))].filter((s) => s > 0)
  })

  test('the SYN goes from host to host, and at each it is said how it came and how it left', () => {
    const { visits } = journeyOf(page.past, 1)
    expect(visits.map((v) => [v.host, v.by, v.end])).toEqual([
      ['pc1', 'SEND', 'sent'],
      ['gateway', 'RECEIVE', 'sent'],
      ['baidu', 'RECEIVE', 'delivered'],
    ])
  })

  test('the station that rewrites is the nat table of POSTROUTING, by its first rule, and no other', () => {
    const steps = page.visit(1, 'gateway').steps.filter((s) => s.rewritten)
    expect(steps.map((s) => s.station)).toEqual(['POST_ROUTING.nat'])
    const [step] = steps
    expect(step.changes).toEqual([{ field: 'src', from: '192.168.0.2', to: '100.100.100.100' }])
    expect(decidedBy(step)).toMatchObject({ what: 'rule', rule: 1, chain: 'POSTROUTING' })
    expect(sentenceOf(step, en, say.en)).toBe(
      'gateway POSTROUTING nat: source 192.168.0.2 becomes 100.100.100.100 by rule 1',
    )
    expect(sentenceOf(step, zh, say.zh)).toBe(
      'gateway POSTROUTING nat：源地址由 192.168.0.2 改为 100.100.100.100，依据第 1 条规则',
    )
    expect(openedOf(step, page.snapshot.kernel.tables, en)).toEqual({
      words: 'rule 1 of 1',
      code: 'SNAT --to-source 100.100.100.100',
      numbers: true,
      mood: 'rewrite',
    })
  })

  test('the answer is turned back in PREROUTING, without a rule being read', () => {
    const visit = page.visit(2, 'gateway')
    expect(dirOf(visit)).toBe('reply')
    const step = visit.steps.find((s) => s.rewritten)
    expect(step?.station).toBe('PRE_ROUTING.nat')
    expect(step?.rules).toEqual([])
    expect(step && sentenceOf(step, en, say.en)).toBe(
      'gateway PREROUTING nat: destination 100.100.100.100 becomes 192.168.0.2; no rule is consulted, the entry decides',
    )
    expect(step && openedOf(step, [], en)).toMatchObject({
      words: 'no rule is consulted:',
      code: 'the entry decides',
    })
  })

  test('the machine can follow every packet through every host, to the end that the trace tells', () => {
    const end: Record<string, string> = { sent: 'sent', delivered: 'delivered', dropped: 'dropped' }
    for (const serial of serials)
      for (const visit of journeyOf(page.past, serial).visits) {
        const walk = walkOf(visit)
        expect(walk.lost, `packet ${serial} at ${visit.host}`).toBe(false)
        expect(new Follower().feed(walk)).toBe(end[visit.end])
      }
  })

  test('an actor that is fed step by step stands where one that is fed at once stands, and rewinding feeds a new one', () => {
    const visit = page.visit(1, 'gateway')
    const heard: string[] = []
    const follower = new Follower((e) => heard.push(`${e.type} ${e.event} ${e.state}`))
    const prefixes = visit.steps.map((_, i) =>
      walkOf({ ...visit, steps: visit.steps.slice(0, i + 1), end: 'open' }),
    )
    for (const walk of prefixes) expect(follower.feed(walk)).toBe(new Follower().feed(walk))
    expect(heard).toContain('@xstate.snapshot ACCEPT POST_ROUTING.nat')
    for (const walk of prefixes.toReversed()) expect(follower.feed(walk)).toBe(walk.states.at(-1))
  })

  test('the actor stands at the station that has just acted', () => {
    const visit = page.visit(1, 'gateway')
    for (const [i, step] of visit.steps.entries()) {
      if (!step.ran || step.kind !== 'station') continue
      const walk = walkOf({ ...visit, steps: visit.steps.slice(0, i + 1) })
      expect(walk.states.at(-1)).toBe(step.station)
    }
  })

  test('each step has a sentence in both languages, and no two hosts are mixed up in it', () => {
    for (const serial of serials)
      for (const visit of journeyOf(page.past, serial).visits)
        for (const step of visit.steps)
          for (const t of [en, zh]) {
            const said = sentenceOf(step, t, t === en ? say.en : say.zh)
            expect(said).toMatch(new RegExp(`^${visit.host} .+[:：] ?.+`))
            expect(said).not.toMatch(/undefined|null|NaN|\[object/)
          }
  })

  test('seeking to a step shows that step as the last thing that happened', () => {
    for (const step of page.visit(1, 'gateway').steps.filter((s) => s.ran)) {
      page.ask({ type: 'seek', position: step.position ?? -1 })
      const last = journeyOf(page.past, 1)
        .visits.at(-1)
        ?.steps.findLast((s) => s.ran)
      expect(last?.station).toBe(step.station)
    }
    page.ask({ type: 'seek', position: page.snapshot.end })
  })

  test('stops lead through all of a packet, forth and back alike', () => {
    const all: number[] = []
    for (let p: number | null = 0; (p = nextStop(page.trace, p)) !== null;) all.push(p)
    expect(all.length).toBeGreaterThan(50)
    const back: number[] = []
    for (let p: number | null = Infinity; (p = previousStop(page.trace, p)) !== null;) back.push(p)
    expect(back.reverse().filter((p) => p > 0)).toEqual(all)
    const leaves: number[] = []
    for (let p: number | null = 0; (p = nextStop(page.trace, p, true)) !== null;) leaves.push(p)
    expect(leaves.every((p) => all.includes(p))).toBe(true)
  })

  test('the newest packets come first, each with its direction', () => {
    const lines = recentPackets(page.past, 4)
    expect(lines.map((l) => l.serial)).toEqual(serials.toSorted((a, b) => b - a).slice(0, 4))
    expect(recentPackets(page.past, 100).find((l) => l.serial === 2)?.dir).toBe('reply')
  })

  test('the chosen packet is followed; without a choice the one on the road, else the last', () => {
    expect(followedSerial(7, { serial: 3 }, page.past)).toBe(7)
    expect(followedSerial(0, { serial: 3 }, page.past)).toBe(3)
    expect(followedSerial(0, null, page.past)).toBe(Math.max(...serials))
    expect(followedSerial(0, null, [])).toBe(0)
  })

  test('the token goes from station to station along the road, and the road behind it is thick', () => {
    const picture = pictureOf({
      width: 780,
      height: 486,
      open: null,
      touch: 0,
      bridge: false,
      touched: () => false,
    })
    const visit = page.visit(1, 'gateway')
    const upto = visit.steps.findIndex((s) => s.station === 'POST_ROUTING.nat') + 1
    const part = { ...visit, steps: visit.steps.slice(0, upto), end: 'open' as const }
    const walk = walkOf(part)
    const step = part.steps[upto - 1]
    const there = sceneOf(picture, part, walk, beatOf(step, 1))
    expect(there.token).toEqual(picture.places['POST_ROUTING.nat'].stand)
    expect(there.passed.has('FORWARD.filter')).toBe(true)
    expect(there.passed.has('POST_ROUTING.nat')).toBe(false)
    const before = sceneOf(picture, part, walk, beatOf(step, 0))
    expect(before.token).toEqual(picture.places[walk.states[walk.from]].stand)
  })

  test('flows: as many answers go by a road as went, and only by roads that the picture has', () => {
    const picture = pictureOf({
      width: 780,
      height: 486,
      open: null,
      touch: 0,
      bridge: false,
      touched: () => false,
    })
    const flows = flowsOf(page.past, 'gateway', 10_000)
    const all = page.past.filter(
      (e) => e.type === 'station' && e.host === 'gateway' && e.station === 'receive',
    )
    const out = flows.find((f) => f.from === 'transmit')
    expect((out?.original ?? 0) + (out?.reply ?? 0)).toBe(all.length)
    expect(out?.reply).toBeGreaterThan(0)
    for (const f of flows) expect(picture.roads.some((r) => r.from === f.from && r.to === f.to)).toBe(true)
  })

  test('marks of the scrub bar: one in each place, the weightiest', () => {
    const marks = marksOf(page.trace, page.snapshot.end, 40)
    expect(marks.length).toBeLessThanOrEqual(41)
    expect(marks.some((m) => m.kind === 'nat')).toBe(true)
    expect(marksOf(page.trace, 0, 40)).toEqual([])
  })

  test('a rewriting is shown longest', () => {
    const of = (type: TraceEvent['type']): number =>
      showMs(
        page.trace.filter((e) => e.type === type),
        300,
      )
    expect(of('nat')).toBeGreaterThan(of('rule'))
    expect(of('rule')).toBeGreaterThan(of('rcv'))
    expect(showMs([], 300)).toBe(0)
  })
})

describe('an ICMP error through SNAT', () => {
  const page = new Page(FORWARD, SNAT, ['pc1', 'hping3 -2 -p 9 -c 1 123.125.115.110'])
  const step = page.visit(2, 'gateway').steps.find((s) => s.rewritten)

  test('is turned back twice: its own header, and the one that it quotes', () => {
    expect(step?.station).toBe('PRE_ROUTING.nat')
    expect(step?.changes).toEqual([
      { field: 'dst', from: '100.100.100.100', to: '192.168.0.2' },
      { field: 'inSrc', from: '100.100.100.100', to: '192.168.0.2' },
    ])
    expect(step && sentenceOf(step, en, say.en)).toBe(
      'gateway PREROUTING nat: destination 100.100.100.100 becomes 192.168.0.2, the same in the header it quotes; no rule is consulted, the entry decides',
    )
    expect(step && sentenceOf(step, zh, say.zh)).toContain('所引的包头也同样改写')
  })

  test('is found by the reply tuple; the packet that it is about was the one that wrote the entry', () => {
    expect(step && turnOf(step, 'reply')).toEqual({ how: 'turned', found: 1 })
    const first = page.visit(1, 'gateway').steps.find((s) => s.rewritten)
    expect(first && turnOf(first, 'original')).toEqual({ how: 'written', found: null })
  })
})

describe('a packet that dies', () => {
  test('with the table full it falls out at conntrack, and it is said why, in plain words and in the kernel’s', () => {
    const page = new Page(
      FORWARD,
      SNAT,
      ['gateway', 'sysctl -w net.netfilter.nf_conntrack_max=1'],
      ['pc1', 'curl http://baidu.com/'],
    )
    page.ask({ type: 'exec', host: 'pc2', line: 'curl http://baidu.com/' })
    while (!page.past.some((e) => e.type === 'drop')) page.ask({ type: 'advance', by: { kind: 'hook' } })
    const { skb } = page.past.findLast((e) => e.type === 'drop') ?? { skb: 0 }
    expect(page.past.at(-1)?.type).toBe('drop')
    const visit = page.visit(skb, 'gateway')
    expect(visit.end).toBe('dropped')
    const walk = walkOf(visit)
    expect(new Follower().feed(walk)).toBe('dropped')
    const picture = pictureOf({
      width: 780,
      height: 486,
      open: null,
      touch: 0,
      bridge: false,
      touched: () => false,
    })
    expect(sceneOf(picture, visit, walk, beatOf(null, 1)).station).toBe('PRE_ROUTING.conntrack')
    const last = visit.steps.at(-1)
    expect(last && sentenceOf(last, en, say.en)).toMatch(
      /dies\. The conntrack table is full \(NETFILTER_DROP at nf_hook_slow\)/,
    )
    expect(last && sentenceOf(last, zh, say.zh)).toMatch(
      /被丢弃。连接跟踪表已满（NETFILTER_DROP at nf_hook_slow）/,
    )
  })

  test('without ip_forward it falls out at the routing decision', () => {
    const page = new Page()
    page.ask({ type: 'exec', host: 'pc1', line: 'curl http://baidu.com/' })
    while (!page.past.some((e) => e.type === 'drop')) page.ask({ type: 'advance', by: { kind: 'hook' } })
    const visit = page.visit(1, 'gateway')
    expect(walkOf(visit).states.at(-2)).toBe('route_in')
    const last = visit.steps.at(-1)
    expect(last && sentenceOf(last, en, say.en)).toMatch(
      /This host does not forward \(IP_INADDRERRORS at ip_error\)/,
    )
  })
})

test('what a rule does is what stands behind its jump', () => {
  expect(targetOf('-s 192.168.0.0/16 -j SNAT --to-source 1.2.3.4')).toBe('SNAT --to-source 1.2.3.4')
  expect(targetOf('-g LOGDROP')).toBe('LOGDROP')
  expect(targetOf('ACCEPT')).toBe('ACCEPT')
})

test('motion: one thing after the other, everything done at the end, and letters flip in from left to right', () => {
  const rewrite = { rewritten: true, verdict: 'ACCEPT' } as Parameters<typeof beatOf>[0]
  const half = beatOf(rewrite, 0.4)
  expect(half.travel).toBe(1)
  expect(half.strike).toBeGreaterThan(0)
  expect(half.flip).toBe(0)
  expect(Object.values(beatOf(rewrite, 1))).toEqual([1, 1, 1, 1, 1, 1])
  expect(flapOf(0.3, 0, 10).seen).toBeGreaterThan(flapOf(0.3, 9, 10).seen)
  expect(flapOf(1, 9, 10)).toEqual({ turn: -0, seen: 1 })
})

test('a rule that is too long for its row leaves out the names of its options, a shorter one is whole', () => {
  const opened = (code: string) => ({ words: 'rule 1 of myfw', code, numbers: true, mood: 'drop' as const })
  const reject = opened('REJECT --reject-with icmp-port-unreachable')
  expect(fitting(reject, 18, false)).toEqual(['REJECT', 'icmp-port-unreachable'])
  expect(fitting(reject, 60, false)).toEqual(reject.code.split(' '))
  expect(fitting(opened('DNAT --to-destination 10.0.0.2'), 18, true)).toEqual(['DNAT', '10.0.0.2'])
  expect(fitting({ ...reject, numbers: false }, 18, true)).toEqual(reject.code.split(' '))
})
