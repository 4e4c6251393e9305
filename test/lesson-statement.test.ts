/** What a learner has done, as statements of xAPI. */
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { NO_PROGRESS, together, withStep } from '../src/lesson/progress.ts'
import { durationOf, scoreOf, statementOf, uuid } from '../src/lesson/statement.ts'
import { withoutActor } from './xapi.ts'

const chance = Uint8Array.from({ length: 16 }, (_, i) => i * 17)

test('a completed step is a statement of xAPI that only lacks who has done it', () => {
  const said = statementOf({
    verb: 'completed',
    subject: {
      lesson: '03-snat',
      step: 'rule',
      name: { zh: '一条规则' },
      page: 'https://lab.example/e/03-snat/zh/rule/',
    },
    result: { completion: true, success: true, score: scoreOf(1, 1), duration: durationOf(61.239) },
    language: 'zh',
    chance,
    now: new Date(0),
  })
  expect(v.safeParse(withoutActor, said).issues ?? []).toEqual([])
  expect(said).toEqual({
    id: '00112233-4455-4677-8899-aabbccddeeff',
    verb: { id: 'http://adlnet.gov/expapi/verbs/completed', display: { en: 'completed', 'zh-Hans': '完成' } },
    object: {
      objectType: 'Activity',
      id: 'urn:netfilter-lab:03-snat:rule',
      definition: {
        type: 'http://adlnet.gov/expapi/activities/objective',
        name: { 'zh-Hans': '一条规则' },
        moreInfo: 'https://lab.example/e/03-snat/zh/rule/',
      },
    },
    result: {
      completion: true,
      success: true,
      score: { scaled: 1, raw: 1, min: 0, max: 1 },
      duration: 'PT61.24S',
    },
    context: {
      language: 'zh-Hans',
      platform: 'Netfilter Lab',
      contextActivities: { parent: [{ objectType: 'Activity', id: 'urn:netfilter-lab:03-snat' }] },
    },
    timestamp: '1970-01-01T00:00:00.000Z',
  })
})

test('a name made of chance is a UUID of version 4, whatever the chance', () => {
  const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
  for (const byte of [0, 255, 128, 77]) expect(uuid(new Uint8Array(16).fill(byte))).toMatch(form)
})

test('a score is the share of what was done by hand; of nothing it is none', () => {
  expect(scoreOf(2, 3)).toEqual({ scaled: 0.667, raw: 2, min: 0, max: 3 })
  expect(scoreOf(0, 0).scaled).toBe(0)
  expect([0, 0.004, 12.345, -1].map(durationOf)).toEqual(['PT0S', 'PT0S', 'PT12.35S', 'PT0S'])
})

test('a step whose goal was shown is remembered as shown, until it is done by hand', () => {
  const shown = withStep(NO_PROGRESS, '03-snat', 'rule', ['look', 'rule'], ['rule'])
  expect(shown.shown).toEqual({ '03-snat': ['rule'] })
  // The page says it again with every change.
  expect(withStep(shown, '03-snat', 'rule', ['look', 'rule'], ['rule']).shown).toEqual({
    '03-snat': ['rule'],
  })
  expect(withStep(shown, '03-snat', 'look', ['look']).shown).toEqual({ '03-snat': ['rule'] })
  const again = withStep(shown, '03-snat', 'rule', ['rule'])
  expect(again).not.toHaveProperty('shown')
  expect(withStep(again, '03-snat', 'rule', ['rule'], ['rule'])).not.toHaveProperty('shown')
  // Who has done it on one machine has done it.
  expect(together(shown, again)).not.toHaveProperty('shown')
  expect(together(shown, NO_PROGRESS).shown).toEqual({ '03-snat': ['rule'] })
})
