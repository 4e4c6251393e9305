import { expect, test } from 'vitest'
import { makeDocs } from '../../build/docs/make.ts'
import { list, read } from '../../build/card/source.ts'
import { packet as texts } from '../../src/ui/text/packet.ts'
import { journeyOf, type Step } from '../../src/ui/views/journey.ts'
import { STATIONS } from '../../src/ui/views/stations.ts'
import { whyOf } from '../../src/ui/views/why.ts'
import { FORWARD, Page, SNAT } from './lab-page.ts'
import './chinese.ts'

const docs = makeDocs()
const docOf = (name: string) => docs.by[name] ?? docs.by[docs.old[name] ?? '']

const step = (over: Partial<Step>): Step => ({ ...someStep, ...over })
const page = new Page(FORWARD, SNAT, ['pc1', 'curl http://baidu.com/'], ['pc1', 'ping -c 1 100.100.100.200'])
const serials = [...new Set(page.past.map((e) => e.skb))].filter((s) => s !== 0)
const steps = serials.flatMap((s) => journeyOf(page.past, s).visits.flatMap((v) => v.steps))
const someStep = steps[0]

/** Reasons and places of all drops, as the source of the model has them. */
function drops(): { reason: string; where: string; file: string }[] {
  const found: { reason: string; where: string; file: string }[] = []
  for (const file of [...list('src/kernel', '.ts'), ...list('src/lab', '.ts')]) {
    const text = read(file)
    const pairs = [
      /\bdrop\(skb, '(\w+)', '(\w+)'/g,
      /\bkfree_skb\([^,]+, \w+, '(\w+)', '(\w+)'/g,
      /\bdiscard\(k, '(\w+)', '(\w+)'/g,
      /what: '(\w+)', where: '(\w+)'/g,
    ]
    for (const pair of pairs)
      for (const [, reason, where] of text.matchAll(pair)) found.push({ reason, where, file })
    for (const [, reason, where] of text.matchAll(/\brefused\('(\w+)'(?:, '\w*'(?:, '(\w+)')?)?\)/g))
      found.push({ reason, where: where ?? 'ip_rcv_finish_core', file })
    for (const [, reason] of text.matchAll(/\bunreachable\('(\w+)'/g))
      found.push({ reason, where: 'ip_error', file })
    for (const [, reason, where] of text.matchAll(/ = fate\('(\w+)'(?:, '(\w+)')?\)/g))
      found.push({ reason, where: where ?? 'tcp_v4_rcv', file })
    for (const [, reason, where] of text.matchAll(/dropReason = '(\w+)'\s*skb\.dropAt = '(\w+)'/g))
      found.push({ reason, where, file })
  }
  return found
}

test('every station has a function of the kernel, and the model’s docstring of it', () => {
  for (const s of STATIONS.filter((one) => one.meta.fn !== '')) {
    const why = whyOf(
      step({ station: s.state, kind: 'station', verdict: 'ACCEPT', rules: [], fn: s.meta.fn }),
    )
    expect(why.fn, s.state).toBe(s.meta.fn)
    expect(docOf(s.meta.fn)?.words.join(' ') ?? '', s.state).toMatch(/\w+ \w+ \w+/)
    expect(why.docs.map((name) => docOf(name)).filter(Boolean).length, s.state).toBeGreaterThan(0)
  }
})

test('every reason to drop has words in both languages, and its place has a docstring', () => {
  const all = drops()
  expect(new Set(all.map((d) => d.reason)).size).toBeGreaterThan(30)
  for (const { reason, where, file } of all) {
    expect(texts.en.reasons[reason], `${reason} of ${file}`).toBeDefined()
    expect(texts.zh.reasons[reason], reason).toBeDefined()
    expect(docOf(where)?.words.length ?? 0, `${where} of ${file}`).toBeGreaterThan(0)
    const drop = { reason, where } as Step['drop']
    const why = whyOf(step({ drop, verdict: 'DROP', kind: 'drop', station: 'route_in' }))
    expect(
      why.docs.some((name) => docOf(name) !== undefined),
      `${reason} ${where}`,
    ).toBe(true)
  }
  // No word is left over from a reason that is not there any more.
  const spoken = new Set([...all.map((d) => d.reason), 'NETFILTER_DROP'])
  expect(Object.keys(texts.en.reasons).filter((r) => !spoken.has(r))).toEqual([])
})

test('at every step of a fetched page and of a ping something is said, and there is a docstring', () => {
  expect(steps.length).toBeGreaterThan(200)
  for (const s of steps.filter((one) => one.ran)) {
    const why = whyOf(s)
    expect(why.fn, `${s.host} ${s.station}`).not.toBe('')
    expect(
      why.docs.some((name) => docOf(name) !== undefined),
      `${s.host} ${s.station} ${s.kind}`,
    ).toBe(true)
  }
})

test('the rule is written as iptables -S writes it', () => {
  const found = steps.find((s) => s.host === 'gateway' && s.station === 'POST_ROUTING.nat' && s.rewritten)
  const why = found === undefined ? null : whyOf(found)
  expect(why?.rule).toMatchObject({ table: 'nat', chain: 'POSTROUTING', number: 1, what: 'rule' })
  expect(why?.docs).toContain('target:SNAT')
  const answer = page.session.answer({
    id: 1,
    request: { type: 'check', host: 'gateway', line: 'iptables -t nat -S' },
  })
  expect(answer.type === 'checked' && answer.stdout.split('\n')).toContain(why?.rule?.line)
})

test('a policy is written as iptables -S writes it, and an answer says that its entry decides', () => {
  const policed = steps.find((s) => s.station.endsWith('.nat') && s.rules.at(-1)?.what === 'policy')
  expect(policed && whyOf(policed).rule?.line).toMatch(/^-P \w+ ACCEPT$/)
  const answered = steps.find(
    (s) => s.host === 'gateway' && s.station === 'PRE_ROUTING.nat' && s.ct?.dir === 'reply',
  )
  expect(answered && whyOf(answered)).toMatchObject({ rule: null, entry: true })
})

test('the setting that kept a packet back is named', () => {
  const refused = step({ verdict: 'DROP', kind: 'drop', station: 'route_in' })
  const drop = (reason: string, where: string) => ({ ...refused, drop: { reason, where } as Step['drop'] })
  expect(whyOf(drop('IP_INADDRERRORS', 'ip_error')).sysctls).toContain('net.ipv4.ip_forward')
  expect(whyOf(drop('IP_RPFILTER', 'ip_rcv_finish_core')).sysctls[0]).toBe('net.ipv4.conf.all.rp_filter')
  const full = { ...drop('NETFILTER_DROP', 'nf_hook_slow'), station: 'PRE_ROUTING.conntrack' }
  expect(whyOf(full).sysctls).toEqual(['net.netfilter.nf_conntrack_max'])
})

test('a function that had another name in 4.15 is found by it', () => {
  expect(docOf('ipv4_conntrack_in')?.words).toEqual(docs.by['nf_conntrack_in'].words)
})

test('what stands behind Linux: is told apart, and every target that a rule can name is explained', () => {
  expect(docs.by['target:SNAT'].linux).toContain('xt_snat_target_v0')
  expect(docs.by['target:SNAT'].words.join(' ')).not.toContain('Linux:')
  for (const file of list('src/kernel/xtables/targets', '.ts'))
    for (const [, name] of read(file).matchAll(/^export const ([A-Z0-9]+): Target</gm))
      expect(docs.by[`target:${name}`], name).toBeDefined()
})
