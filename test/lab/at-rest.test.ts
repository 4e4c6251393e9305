/** Between two requests nothing that is remembered from one piece of work to the next holds a lab: it may be over, or another's. */
import { beforeEach, expect, test } from 'vitest'
import { hasRecentFibs } from '../../src/kernel/fib.ts'
import '../../src/lab/labs/more.ts'
import type { Answer, Request } from '../../src/lab/protocol.ts'
import { Session } from '../../src/lab/session.ts'
import '../../src/lab/take/index.ts'
import '../../src/userspace/index.ts'
import { isAtRest } from '../../src/userspace/os.ts'

let session: Session
/** What was seen to be remembered while the answers were made. */
let seen: Set<'work' | 'routes'>

function ask(request: Request): Answer {
  const pieces = session.pieces({ id: 1, request })
  for (;;) {
    const { done, value } = pieces.next()
    if (done === true) {
      expect([isAtRest(), hasRecentFibs()]).toEqual([true, false])
      return value
    }
    if (!isAtRest()) seen.add('work')
    if (hasRecentFibs()) seen.add('routes')
  }
}

beforeEach(() => {
  session = new Session()
  seen = new Set()
  ask({ type: 'open', lab: 'docker', seed: 1 })
  ask({
    type: 'exec',
    host: 'vm1',
    line: 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat',
  })
  ask({ type: 'advance', by: { kind: 'time', us: 3_000_000 } })
})

test('neither the processes of a load nor the ways of its packets', () => {
  ask({ type: 'exec', host: 'vm2', line: 'ab -c 50 -n 500 -q http://192.168.0.30:8080/' })
  for (let i = 0; i < 20; i++) ask({ type: 'advance', by: { kind: 'time', us: 10_000 } })
  expect(seen).toEqual(new Set(['work', 'routes']))
})

test('nor a copy of the lab that a tool has made', () => {
  const trial = ask({ type: 'check', host: 'vm2', line: 'ab -c 50 -n 500 -q http://192.168.0.30:8080/' })
  expect(trial).toMatchObject({ type: 'checked', status: 0 })
  expect(seen).toEqual(new Set(['work', 'routes']))
})

test('nor a lab in which something could not be done', () => {
  expect(ask({ type: 'exec', host: 'vm7', line: 'true' })).toMatchObject({ type: 'failed' })
  expect(ask({ type: 'use', tool: 'saved', argument: {} })).toMatchObject({ type: 'failed' })
})
