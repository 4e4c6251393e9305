/** A package that a platform launches by cmi5: what it reads of the launch, what it sends, and what it may talk to. */
import * as v from 'valibot'
import { expect, test, vi } from 'vitest'
import { isLaunched, languageOf, launchDataOf, launchOf, mayTalkTo } from '../../build/cmi5/launch.ts'
import { courseStructure } from '../../build/cmi5/manifest.ts'
import { Records } from '../../build/cmi5/records.ts'
import { launched } from '../../build/cmi5/statement.ts'
import { contentPolicy, withConnections } from '../../build/policy.ts'
import { subjectOf } from '../../build/scorm/package.ts'
import { resultOf } from '../../build/scorm/state.ts'
import { statement } from '../../build/scorm/statement.ts'
import { NO_PROGRESS, withStep } from '../../src/lesson/progress.ts'
import type { Verb } from '../../src/lesson/statement.ts'
import { brokenBy, type Launched } from '../cmi5-rules.ts'
import { withActor } from '../xapi.ts'

const REGISTRATION = '760e3480-ba55-4991-94b0-01820dbd23a2'
const actor = { objectType: 'Agent', account: { homePage: 'https://school.example', name: '1625378' } }
const said = {
  endpoint: 'https://lrs.example/xapi',
  fetch: 'https://school.example/token?k=1',
  actor: JSON.stringify(actor),
  registration: REGISTRATION,
  activityId: 'https://school.example/au/7',
}
const query = (words: object): string => `?${new URLSearchParams({ ...said, ...words }).toString()}`
const launch = launchOf(query({}))
if (launch === null) throw new Error('no launch')

test('the five words of a launch are read in any order; what is not cmi5 is no launch', () => {
  expect(launch).toMatchObject({ endpoint: 'https://lrs.example/xapi/', actor, registration: REGISTRATION })
  expect(JSON.stringify(launch.actor), 'in the order in which it was said').toBe(JSON.stringify(actor))
  for (const wrong of [
    { endpoint: 'javascript:alert(1)' },
    { fetch: '' },
    { actor: '{}' },
    { actor: 'nobody' },
    { registration: '7' },
  ])
    expect(launchOf(query(wrong))).toBe(null)
  expect(launchOf('?lesson=03-snat')).toBe(null)
  expect([isLaunched(query({ registration: '7' })), isLaunched('?lesson=03-snat')]).toEqual([true, false])
})

test('the page may talk to the two that the launch names, and to nobody without a launch', () => {
  expect(mayTalkTo(launch)).toBe('connect-src https://lrs.example https://school.example')
  expect(mayTalkTo(null)).toBe("connect-src 'none'")
  const html = `<meta content="${contentPolicy("'self'", "'self'").replaceAll("'", '&#39;')}">`
  expect(withConnections(html, "'self' https:")).toContain('; connect-src &#39;self&#39; https:; base-uri')
  expect(() => withConnections(html, 'https:; script-src *"')).toThrow('no sources')
  expect(() => withConnections('<p>', 'https:')).toThrow('no policy')
})

test('what the platform has written down for the launch is read, and the learner’s first language that the lab has', () => {
  expect(launchDataOf({})).toEqual({ contextTemplate: {}, launchMode: 'Normal' })
  expect(launchDataOf({ masteryScore: 2 })).toBe(null)
  expect(launchDataOf(null)).toBe(null)
  expect(launchDataOf({ returnURL: 'javascript:alert(1)' })).toBe(null)
  expect(languageOf({ languagePreference: 'fr-FR, zh-CN,en' })).toBe('zh')
  expect([languageOf({ languagePreference: 'fr' }), languageOf(null)]).toEqual([null, null])
})

const snat = subjectOf('03-snat', 'en')
const data = launchDataOf({
  contextTemplate: {
    contextActivities: { grouping: { id: 'urn:netfilter-lab:03-snat' } },
    extensions: { 'https://w3id.org/xapi/cmi5/context/extensions/sessionid': 's1' },
  },
  masteryScore: 0.8,
})
if (data === null) throw new Error('no data')
const sentOf = (verb: Verb, defined = true) => {
  const all = withStep(NO_PROGRESS, '03-snat', 'look', snat.lessons[0].steps)
  const when = { seconds: 61, chance: new Uint8Array(16), now: new Date(0) }
  const own = 'urn:netfilter-lab:03-snat'
  const sent = launched(statement(verb, snat, resultOf(all, snat), when), launch, data, { own, defined })
  return v.parse(withActor, sent)
}

test('what cmi5 counts by has its categories, the platform’s own name of the lesson, and all that its template says', () => {
  const CATEGORY = 'https://w3id.org/xapi/cmi5/context/categories/'
  const categories = (verb: Verb, defined = true) =>
    sentOf(verb, defined).context.contextActivities?.category?.map(({ id }) => id.replace(CATEGORY, ''))
  expect(sentOf('passed')).toMatchObject({
    actor,
    object: { id: 'https://school.example/au/7' },
    result: { success: true, score: { scaled: 1, raw: snat.lessons[0].steps.length }, duration: 'PT61S' },
    context: {
      registration: REGISTRATION,
      contextActivities: { grouping: [{ id: 'urn:netfilter-lab:03-snat' }] },
      extensions: {
        'https://w3id.org/xapi/cmi5/context/extensions/sessionid': 's1',
        'https://w3id.org/xapi/cmi5/context/extensions/masteryscore': 0.8,
      },
    },
  })
  expect(categories('initialized')).toEqual(['cmi5'])
  expect(categories('completed')).toEqual(['cmi5', 'moveon'])
  expect(categories('terminated')).toEqual(['cmi5'])
  expect(categories('progressed', false)).toBe(undefined)
  expect(sentOf('completed').result).toEqual({ completion: true, duration: 'PT61S' })
  expect(sentOf('initialized')).not.toHaveProperty('result')
})

test('what is sent keeps the rules of cmi5 in the order in which a session says it, and in no other', () => {
  const launched: Launched = {
    activityId: launch.activityId,
    actor,
    registration: REGISTRATION,
    data: {
      contextTemplate: { contextActivities: { grouping: [] }, extensions: {} },
      launchMode: 'Normal',
      moveOn: 'Passed',
      masteryScore: 0.8,
    },
  }
  const broken = (...verbs: Verb[]): string[] =>
    verbs
      .map((verb) => sentOf(verb, verb !== 'progressed'))
      .flatMap((one, i, all) => brokenBy(one, all.slice(0, i), [], launched))
  const whole: Verb[] = ['initialized', 'progressed', 'completed', 'passed', 'terminated']
  expect(broken(...whole)).toEqual([])
  expect(broken(...whole, 'progressed')[0]).toMatch('nothing follows terminated')
  expect(broken('progressed')[0]).toMatch('initialized is first')
  expect(broken('initialized', 'passed', 'passed')[0]).toMatch('no verb twice')
  expect(broken('initialized', 'failed')).toEqual(['9.3.4 the mastery score decides: failed'])
})

test('cmi5.xml has something to launch for each lesson', () => {
  expect(courseStructure(snat)).toContain('<url>index.html?lesson=03-snat</url>')
  const course = subjectOf('course', 'zh')
  expect(
    courseStructure(course).match(/<au id="urn:netfilter-lab:[\w-]+" moveOn="CompletedOrPassed"/g),
  ).toHaveLength(course.lessons.length)
  expect(courseStructure(course)).toContain('<langstring lang="zh-Hans">')
})

/** A store that answers as it is told to. */
function store(answer: (url: string, method: string) => Response | Promise<Response>) {
  const asked: { url: string; body: { n: number }[] }[] = []
  const ask = async (url: unknown, init: RequestInit = {}): Promise<Response> => {
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as { n: number }[]) : []
    asked.push({ url: String(url), body })
    return answer(String(url), init.method ?? 'GET')
  }
  return { asked, ask: ask as typeof fetch }
}
const token = () => Response.json({ 'auth-token': 'abc' })

test('a token that was given away already is no session', async () => {
  const used = store(() => Response.json({ 'error-code': '1', 'error-text': 'used' }))
  expect(await Records.open(launch, used.ask)).toBe(null)
  const away = store(() => Promise.reject(new Error('away')))
  expect(await Records.open(launch, away.ask)).toBe(null)
})

test('what a store could not take is sent again in its order; leaving sends all that still wait', async () => {
  vi.useFakeTimers()
  try {
    let busy = true
    const { asked, ask } = store((url) =>
      url.includes('/token') ? token() : new Response('', { status: busy ? 503 : 200 }),
    )
    const records = await Records.open(launch, ask)
    records?.send({ n: 1 })
    await vi.advanceTimersByTimeAsync(100)
    records?.send({ n: 2 })
    busy = false
    await vi.advanceTimersByTimeAsync(2000)
    expect(asked.slice(1).map(({ body }) => body.map(({ n }) => n))).toEqual([[1], [1, 2]])
    expect(records?.works).toBe(true)
    busy = true
    records?.send({ n: 3 })
    await vi.advanceTimersByTimeAsync(9000)
    expect(records?.works).toBe(false)
    void records?.end({ n: 4 })
    records?.send({ n: 5 })
    await vi.advanceTimersByTimeAsync(9000)
    expect(asked.at(-1)?.body.map(({ n }) => n)).toEqual([3, 4])
  } finally {
    vi.useRealTimers()
  }
})
