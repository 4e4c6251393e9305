/** A reader that takes long gives way to what is typed, and is answered all the same. */
import { expect, test } from 'vitest'
import type { Answer, Ask, Request } from '../../src/lab/protocol.ts'
import { Session } from '../../src/lab/session.ts'
import { readers, tools } from '../../src/lab/tools.ts'
import { inTurns } from '../../src/lab/turns.ts'
import '../../src/userspace/index.ts'

const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))
const long = { type: 'use', tool: 'long', argument: null } as const
let begun = 0

readers.add('long')
tools.set('long', function* () {
  begun++
  // Half a second in pieces of five milliseconds.
  for (const end = performance.now() + 500; performance.now() < end;) {
    for (const pause = performance.now() + 5; performance.now() < pause;);
    yield
  }
  return 'read'
})

function labInTurns(): {
  answers: Answer[]
  send: (id: number, request: Request) => void
  until: (n: number) => Promise<void>
} {
  const answers: Answer[] = []
  const ask = inTurns({
    session: new Session(),
    load: () => Promise.resolve(),
    answer: (one) => answers.push(one),
    now: () => performance.now(),
    rest,
  })
  const send = (id: number, request: Request): void => {
    ask({ id, request } satisfies Ask)
  }
  const until = async (n: number): Promise<void> => {
    while (answers.length < n) await rest()
  }
  return { answers, send, until }
}

test('a line is run while a reader is at work, which begins again; two readers wait for each other', async () => {
  begun = 0
  const { answers, send, until } = labInTurns()
  send(1, { type: 'open', lab: 'gateway', seed: 1 })
  await until(1)
  send(2, long)
  send(3, long)
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(answers.map((a) => a.id)).toEqual([1])
  send(4, { type: 'exec', host: 'pc1', line: 'echo typed' })
  await until(4)
  expect(answers.map((a) => a.id)).toEqual([1, 4, 2, 3])
  expect(answers[1]).toMatchObject({ type: 'update' })
  expect(answers.slice(2)).toMatchObject([{ result: 'read' }, { result: 'read' }])
  expect(begun).toBe(4)
})

test('a clock that goes on keeps no reader from ending', async () => {
  begun = 0
  const { answers, send, until } = labInTurns()
  send(1, { type: 'open', lab: 'gateway', seed: 1 })
  await until(1)
  send(2, long)
  for (let id = 3; id < 13; id++) {
    await rest()
    send(id, { type: 'advance', by: { kind: 'time', us: 16_000 } })
  }
  await until(12)
  expect(answers.map((a) => a.id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  expect(begun).toBe(1)
})
