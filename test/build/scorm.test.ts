/** What a learning management system is told, and what comes back of it. */
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { clock, findApi, openLms } from '../../build/scorm/lms.ts'
import { manifest } from '../../build/scorm/manifest.ts'
import { subjectOf } from '../../build/scorm/package.ts'
import {
  addressOf,
  progressFrom,
  resultOf,
  suspendData,
  SUSPEND_MAX,
  type Subject,
} from '../../build/scorm/state.ts'
import { statement } from '../../build/scorm/statement.ts'
import { NO_PROGRESS, withStep } from '../../src/lesson/progress.ts'
import { withoutActor } from '../xapi.ts'

const course = subjectOf('course', 'en')
const snat = subjectOf('03-snat', 'zh')
const all = (subject: Subject) =>
  subject.lessons.reduce((p, { id, steps }) => withStep(p, id, steps.at(-1) ?? '', steps), NO_PROGRESS)

test('progress goes into the few characters that SCORM has, and comes back the same', () => {
  const { steps } = snat.lessons[0]
  const some = withStep(NO_PROGRESS, '03-snat', steps[2], [steps[0], steps[2]])
  expect(suspendData(some, snat)).toBe(`1;03-snat/${steps[2]};03-snat=5`)
  expect(progressFrom(suspendData(some, snat), snat)).toEqual(some)
  const whole = suspendData(all(course), course)
  expect(whole.length).toBeLessThan(SUSPEND_MAX / 2)
  expect(progressFrom(whole, course).done).toEqual(all(course).done)
})

test('what cannot be read is no progress; a lesson that the package does not have is left out', () => {
  expect(progressFrom('', snat)).toEqual(NO_PROGRESS)
  expect(progressFrom('2;03-snat/x;03-snat=5', snat)).toEqual(NO_PROGRESS)
  expect(progressFrom('1;99-none/x;99-none=5;03-snat=zz', snat)).toEqual(NO_PROGRESS)
})

test('the result is the share of the steps that are done; the page begins at the step that was open', () => {
  const { steps } = snat.lessons[0]
  const one = withStep(NO_PROGRESS, '03-snat', steps[1], [steps[0]])
  expect(resultOf(one, snat)).toMatchObject({ done: 1, of: steps.length, complete: false })
  expect(resultOf(all(snat), snat)).toMatchObject({ share: 1, complete: true })
  expect(addressOf(one, snat)).toBe(`#lesson=03-snat&step=${steps[1]}&lang=zh`)
  expect(addressOf(NO_PROGRESS, course)).toBe('#lesson=01-why-nat&lang=en')
})

test('the system is looked for in the windows above, and in whoever opened them', () => {
  const api = { LMSInitialize: () => 'true' }
  const top = { API: api } as unknown as { parent: unknown }
  top.parent = top
  const inside = { parent: { parent: top }, opener: null } as unknown as Window
  expect(findApi(inside, 'API')).toBe(api)
  expect(findApi(inside, 'API_1484_11')).toBeNull()
  const popup = { opener: inside } as unknown as { parent: unknown }
  popup.parent = popup
  expect(findApi(popup as unknown as Window, 'API')).toBe(api)
})

test('a system that refuses or breaks is none, and nothing is thrown', () => {
  const broken = { API: { LMSInitialize: () => 'false' }, opener: null } as unknown as { parent: unknown }
  broken.parent = broken
  expect(openLms(broken as unknown as Window)).toBeNull()
  const throwing = {
    API: {
      LMSInitialize: () => 'true',
      LMSSetValue: () => {
        throw new Error('the session is over')
      },
    },
    opener: null,
  } as unknown as { parent: unknown }
  throwing.parent = throwing
  const lms = openLms(throwing as unknown as Window)
  lms?.report({ ...resultOf(NO_PROGRESS, snat), place: '', suspend: '' })
  lms?.end(1, false)
  expect(lms?.version).toBe('1.2')
})

test('times are written as SCORM 1.2 has them', () => {
  expect([0, 59.6, 3_723].map(clock)).toEqual(['0000:00:00', '0000:01:00', '0001:02:03'])
})

test('the manifest names the version, the start and every file, and escapes what the title says', () => {
  const of = manifest({ ...snat, title: 'A < B & C' }, '1.2', ['index.html', 'assets/a.js'])
  expect(of).toContain('<schemaversion>1.2</schemaversion>')
  expect(of).toContain('adlcp:scormtype="sco" href="index.html"')
  expect(of).toContain('<file href="assets/a.js"></file>')
  expect(of).toContain('<title>A &lt; B &amp; C</title>')
  expect(manifest(snat, '2004', [])).toContain('2004 3rd Edition')
})

test('a statement of xAPI says what was done, how far, by whose hands, and how long it took', () => {
  const when = (seconds: number) => ({ seconds, chance: new Uint8Array(16), now: new Date(0) })
  const said = statement('progressed', snat, resultOf(NO_PROGRESS, snat), when(5))
  expect(v.safeParse(withoutActor, said).issues ?? []).toEqual([])
  expect(said).toMatchObject({
    verb: { id: 'http://adlnet.gov/expapi/verbs/progressed' },
    object: { id: 'urn:netfilter-lab:03-snat' },
    result: { extensions: { 'https://w3id.org/xapi/cmi5/result/extensions/progress': 0 } },
    timestamp: '1970-01-01T00:00:00.000Z',
  })
  const { steps } = snat.lessons[0]
  const shown = withStep(NO_PROGRESS, '03-snat', steps[1], steps, [steps[1]])
  expect(progressFrom(suspendData(shown, snat), snat)).toEqual(shown)
  const passed = statement('passed', snat, resultOf(shown, snat), when(61))
  expect(v.safeParse(withoutActor, passed).issues ?? []).toEqual([])
  expect(passed.result).toEqual({
    success: true,
    score: {
      scaled: Math.round(((steps.length - 1) / steps.length) * 1000) / 1000,
      raw: steps.length - 1,
      min: 0,
      max: steps.length,
    },
    duration: 'PT61S',
  })
})
