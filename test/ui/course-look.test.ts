/** When a lesson looks whether its goal is reached: as soon as it may be. */
import { expect, test } from 'vitest'
import lesson from '../../lessons/01-why-nat/lesson.ts'
import type { Answer, Request, Snapshot } from '../../src/lab/protocol.ts'
import { Session } from '../../src/lab/session.ts'
import { judge } from '../../src/lesson/grade.ts'
import { typedBefore } from '../../src/lesson/lesson.ts'
import { worthALook } from '../../src/ui/course-look.ts'
import '../../src/userspace/index.ts'

test('three entries in the table are seen when the third gets in, and not when the pages have come', async () => {
  const session = new Session()
  const ask = (request: Request): Promise<Answer> => Promise.resolve(session.answer({ id: 0, request }))
  const snapshotOf = async (request: Request): Promise<Snapshot> => {
    const answer = await ask(request)
    if (answer.type !== 'update') throw new Error(answer.type)
    return answer.update.snapshot
  }
  const { lab, seed, period, steps } = lesson
  const at = steps.findIndex(({ id }) => id === 'napt')
  const { run, goal } = steps[at]
  await ask({ type: 'open', lab, seed, period, commands: typedBefore(lesson, at) })
  await ask({ type: 'view', view: { host: 'gateway', entries: 20, bucket: 0 } })
  for (const { on, line } of [...run, ...(goal?.solution ?? [])]) await ask({ type: 'exec', host: on, line })

  let [before, looks] = ['', 0]
  for (let i = 0; i < 200; i++) {
    const now = await snapshotOf({ type: 'advance', by: { kind: 'hook' } })
    if (worthALook(now) === before) continue
    before = worthALook(now)
    looks++
    if (!(await judge(ask, goal)).passed) continue
    expect(now.hosts.filter((h) => h.busy).map((h) => h.name)).toEqual(['pc1', 'pc2', 'pc3'])
    expect(looks).toBeLessThan(12)
    return
  }
  throw new Error('the goal was not seen')
})
