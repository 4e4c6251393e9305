/** What the check of lessons finds: a lesson that is right, and each way of being wrong. */
import { expect, test } from 'vitest'
import { parsePage } from '../build/markdown.ts'
import { dataError, formErrors, labError, partError, partLine } from '../scripts/lesson/say.ts'
import { template } from '../scripts/lesson/template.ts'
import { enter, linksProblems, play, sameEverywhere, strangers, strayMarks } from '../src/lesson/check.ts'
import { defineLesson, type Lesson } from '../src/lesson/lesson.ts'
import { lessonWords, missingWords } from '../src/lesson/words.ts'
import '../src/userspace/index.ts'

const on = 'gateway'
const FORWARD = { on, line: 'sysctl -w net.ipv4.ip_forward=1' }
const IS_ON = { on, line: 'test $(sysctl -n net.ipv4.ip_forward) = 1' }
const one = (step: Partial<Parameters<typeof defineLesson>[0]['steps'][number]>): Lesson =>
  defineLesson({ id: 'x', lab: 'gateway', steps: [{ id: 'only', ...step }] })
const NO_WORDS = lessonWords([])
const found = async (lesson: Lesson) => (await play(lesson, NO_WORDS)).map((p) => `${p.step}: ${p.what}`)

test('the lesson that a new one begins with is right, in both languages', () => {
  const files = template('40-mine')
  const [en, zh] = [files['en.md'], files['zh.md']].map((text) => lessonWords(parsePage(text)))
  expect(sameEverywhere(en, zh)).toEqual([])
  expect(linksProblems(en, ['ip-forward'])).toEqual([])
  expect(linksProblems(en, [])).toEqual([
    { step: 'forward', what: 'the link leads nowhere: #glossary=ip-forward' },
  ])
  expect(Object.keys(en.steps)).toEqual(['look', 'forward'])
})

test('a heading without a name, or with brackets of another kind, and a block that does not end', () => {
  const text = template('40-mine')['zh.md']
  expect(formErrors(text)).toEqual([])
  const lines = (changed: string) => formErrors(changed).map(({ line }) => line)
  expect(lines(text.replace(' {#look}', ''))).toEqual([5])
  expect(lines(text.replace('{#look}', '｛#look｝'))).toEqual([5])
  expect(lines(text.replace('{#find}', '{find}'))).toEqual([13])
  expect(lines(text.replace('forward\n```', 'forward\n'))).toEqual([9])
})

test('a goal that is reached before, or not after, its solution', async () => {
  expect(await found(one({ goal: { check: IS_ON, solution: [FORWARD] } }))).toEqual([])
  expect(await found(one({ run: [FORWARD], goal: { check: IS_ON, solution: [FORWARD] } }))).toEqual([
    'only: the goal is reached before anything was done',
  ])
  expect(
    await found(one({ goal: { check: IS_ON, solution: [{ on, line: 'sysctl net.ipv4.ip_forward' }] } })),
  ).toEqual([expect.stringContaining('only: the goal is not reached by its solution')])
})

test('what a goal asks of other hosts counts as much as what it asks of the first', async () => {
  const page = { on: 'baidu', line: 'curl -sf -m 2 -o /dev/null http://baidu.com/' }
  expect(await found(one({ goal: { check: IS_ON, also: [page], solution: [FORWARD] } }))).toEqual([])
  expect(
    await found(one({ goal: { check: IS_ON, also: [{ ...page, on: 'pc1' }], solution: [FORWARD] } })),
  ).toEqual([expect.stringContaining('only: the goal is not reached by its solution')])
})

test('a typical mistake that is none, or another one; and what comes after it is as if it had not been made', async () => {
  const wrong = (id: string, line: string, by: string) => ({ id, on, line, by: [{ on, line: by }] })
  const goal = { check: IS_ON, solution: [FORWARD] }
  const two = [
    wrong('file', 'grep -q ^net /etc/sysctl.conf', 'echo net.ipv4.ip_forward=1 >> /etc/sysctl.conf'),
    wrong(
      'other',
      'sysctl -n net.ipv4.conf.all.rp_filter | grep -q 2',
      'sysctl -w net.ipv4.conf.all.rp_filter=2',
    ),
  ]
  expect(await found(one({ goal: { ...goal, wrong: two } }))).toEqual([])
  expect(
    await found(
      one({
        goal: { ...goal, wrong: [wrong('right', 'true', FORWARD.line), wrong('late', 'true', 'true')] },
      }),
    ),
  ).toEqual([
    'only: the goal is reached by what is to be wrong: right',
    'only: what leads to the reply late leads to right',
  ])
})

test('an answer that is no option, and what is not to be found', async () => {
  const answer = { on, line: 'echo maybe' }
  expect(await found(one({ predict: { options: ['yes', 'no'], answer } }))).toEqual([
    'only: the right answer is no option: “maybe”',
  ])
  expect(await found(one({ find: { on, line: 'true', wrong: [] } }))).toEqual(['only: nothing is found'])
  const find = { on, line: 'echo 7', wrong: [{ id: 'same', on, line: 'echo 7' }] }
  expect(await found(one({ find }))).toEqual(['only: what is to be a wrong finding is not: same'])
})

test('a value that the lab does not say, a host that it does not have, words that are missing', async () => {
  const words = lessonWords(parsePage('# T\n\nA.\n\n## S {#only}\n\n`=gateway# true` and `=pc9# true`\n'))
  const lesson = one({ show: 'pc8' })
  expect((await play(one({}), words)).map((p) => p.what)).toEqual([
    'the lab says nothing: `=gateway# true`',
    'the lab says nothing: `=pc9# true`',
  ])
  expect((await strangers(lesson, words)).map((p) => p.what)).toEqual([
    expect.stringContaining('the lab gateway has no host pc8. It has: '),
    expect.stringContaining('the lab gateway has no host pc9. It has: '),
  ])
  expect(missingWords(one({ find: { on, line: 'true' } }), words)).toEqual(['### {#find} in {#only}'])
})

test('a mark that Markdown does not take for one', () => {
  const words = lessonWords(
    parsePage('# T\n\n## S {#only}\n\n这是**“软”路由器**。这是“**软**”路由器，`a*b`。\n'),
  )
  expect(strayMarks(words).map((p) => p.what)).toEqual([
    'an asterisk that marks nothing: 这是**“软”路由器**。这是“',
  ])
})

test('a step whose goal the steps before it reach, and one whose goal does not last', async () => {
  const goal = { check: IS_ON, solution: [FORWARD] }
  const off = { on, line: 'sysctl -w net.ipv4.ip_forward=0' }
  const lesson = defineLesson({
    id: 'x',
    lab: 'gateway',
    steps: [
      { id: 'a', goal },
      { id: 'b', goal },
      { id: 'c', run: [off], goal: { check: IS_ON, solution: [off] } },
      { id: 'd' },
    ],
  })
  expect(await enter(lesson)).toEqual([
    { step: 'b', what: 'entered here, its goal is reached already' },
    { step: 'd', what: 'entered here, the goal of c is not reached' },
  ])
})

test('whoever writes a lesson is told what is wrong in words that help, and where', () => {
  const data = template('40-mine')['lesson.ts']
  const printed =
    'Transform failed\n\u001b[31m[PARSE_ERROR] \u001b[0mUnexpected token\n [ lessons/40-mine/lesson.ts:17:21 ]'
  expect(dataError(data, new Error(printed))).toEqual({ line: 17, what: 'Unexpected token' })
  expect(dataError(data, new Error('Cannot find module'))).toEqual({ line: 1, what: 'Cannot find module' })
  let wrong: unknown
  try {
    one({ goal: { check: { ...IS_ON, lines: 3 } as never, solution: [FORWARD] } })
  } catch (error) {
    wrong = error
  }
  expect(dataError(data, wrong).what).toBe('steps.0.goal.check.lines: there is nothing of this name here')
  expect(labError(data, 'gatway')).toEqual({
    line: 5,
    what: expect.stringContaining('There are: gateway ') as string,
  })
  expect(labError(data, 'gateway')).toBe(null)
  const lesson = one({ goal: { check: IS_ON, solution: [FORWARD] } })
  expect(
    missingWords(lesson, lessonWords(parsePage('# A\n\n## B {#only}\n\nC\n\n### D {#find}\n\nE'))).map(
      (what) => partError(what, lesson),
    ),
  ).toEqual([
    'in lesson.ts the step only has a goal, and here is no heading ### … {#goal}',
    'a goal needs a hint: ### … {#hint} in {#only}',
    '### … {#find} in {#only}: in lesson.ts the step has no find',
  ])

  const asked = one({ predict: { options: ['yes', 'no'], answer: 'no' } })
  const text = '# A\n\n## B {#only}\n\nC\n\n### D {#predict}\n\n#### Yes {#yes}\n\n#### So {#so}\n\nE\n'
  const missing = missingWords(asked, lessonWords(parsePage(text)))
  expect(missing.map((what) => [partLine(text, what), partError(what, asked)])).toEqual([
    [9, '#### … {#yes} in {#only}: below it stands no reply'],
    [3, '#### {#no} in {#only} is missing here, or in lesson.ts'],
    [11, '#### … {#so} in {#only}: there is none of this name in lesson.ts'],
  ])
})
