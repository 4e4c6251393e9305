import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CONNECT, MESSAGE_MAX, METHODS, PROTOCOL, RATE_MAX, type Method } from '../../src/embed/messages.ts'
import { Door, Meter, Receiver, Refused, type Methods } from '../../src/ui/frame/door.ts'
import { plain } from '../../src/ui/frame/plain.ts'
import { ARGS } from '../../src/ui/frame/schema.ts'
import { Teller } from '../../src/ui/frame/news.ts'

const SCHOOL = 'https://school.example'
const NONCE = '0123456789abcdef0123456789abcdef'
const PARENT = { name: 'the parent' }
const door = () => new Door<string>(PARENT, SCHOOL, NONCE)
const right = {
  source: PARENT,
  origin: SCHOOL,
  data: { type: CONNECT, protocol: PROTOCOL, nonce: NONCE } as unknown,
  ports: ['port'],
}

test('the parent of the named origin that knows the nonce gets in, once', () => {
  const d = door()
  expect(d.hear(right)).toBe('port')
  expect(d.hear(right)).toBe(null)
})

test('nobody else gets in', () => {
  for (const wrong of [
    { source: { name: 'another frame' } },
    { source: null },
    { origin: 'https://school.example.evil.example' },
    { origin: 'null' },
    { ports: [] },
    { ports: ['a', 'b'] },
    { data: { ...(right.data as object), nonce: NONCE.replace('0', '1') } },
    { data: { ...(right.data as object), protocol: PROTOCOL + 1 } },
    { data: { ...(right.data as object), more: 1 } },
    { data: { type: CONNECT, protocol: PROTOCOL } },
    { data: 'connect' },
    { data: null },
  ])
    expect(door().hear({ ...right, ...wrong })).toBe(null)
})

test('a page without an origin gets in only where the address says so', () => {
  const anywhere = new Door<string>(PARENT, 'null', NONCE)
  expect(anywhere.hear(right)).toBe(null)
  expect(anywhere.hear({ ...right, origin: 'null' })).toBe('port')
})

/** Methods that only write down that they were called. */
function recorded(): { methods: Methods; calls: [Method, unknown][] } {
  const calls: [Method, unknown][] = []
  const methods = Object.fromEntries(
    METHODS.map((name) => [
      name,
      async (args: unknown) => {
        calls.push([name, args])
        return { done: name }
      },
    ]),
  ) as unknown as Methods
  return { methods, calls }
}

const GOOD: Record<Method, unknown> = {
  load: { lesson: '03-snat', step: 'rule' },
  exec: { host: 'pc1', line: 'ip addr' },
  run: { commands: [{ host: 'pc1', line: 'ip addr' }] },
  step: { by: 'packet' },
  back: {},
  play: { speed: 2 },
  pause: undefined,
  seek: { position: 3 },
  reset: {},
  getState: {},
  setState: { state: '{}' },
  setLang: { lang: 'zh' },
  setTheme: { theme: 'dark' },
}

const receiver = (methods: Methods, now = { ms: 0 }) => new Receiver(methods, () => now.ms)

test('each method is called with its arguments, and its answer has the number of the question', async () => {
  const { methods, calls } = recorded()
  const r = receiver(methods)
  let id = 7
  for (const method of METHODS) {
    expect(await r.hear({ id: ++id, method, args: GOOD[method] })).toEqual({
      id,
      ok: true,
      result: { done: method },
    })
    expect(calls.at(-1)?.[0]).toBe(method)
  }
  expect(Object.keys(ARGS)).toEqual([...METHODS])
})

test('what does not fit is refused as a whole, and says why', async () => {
  const { methods, calls } = recorded()
  const r = receiver(methods)
  const code = async (data: unknown) => {
    const reply = await r.hear(data)
    return reply?.ok === false ? reply.error.code : 'ok'
  }
  expect(await code('play')).toBe('bad-message')
  expect(await code({ id: 1 })).toBe('bad-message')
  expect(await code({ id: -1, method: 'play' })).toBe('bad-message')
  expect(await code({ id: 1, method: 'play', more: 1 })).toBe('bad-message')
  expect(await code({ id: 1, method: 'constructor' })).toBe('unknown')
  expect(await code({ id: 1, method: 'eval', args: '1' })).toBe('unknown')
  expect(await code({ id: 1, method: 'play', args: { speed: 1e9 } })).toBe('bad-args')
  expect(await code({ id: 1, method: 'load', args: { lesson: '03-snat', lab: 'gateway' } })).toBe('bad-args')
  expect(await code({ id: 1, method: 'load', args: { lesson: '../../etc' } })).toBe('bad-args')
  expect(await code({ id: 1, method: 'exec', args: { host: 'pc1', line: 'x'.repeat(4001) } })).toBe(
    'bad-args',
  )
  expect(
    await code({ id: 1, method: 'run', args: { commands: Array(33).fill({ host: 'a', line: 'b' }) } }),
  ).toBe('bad-args')
  expect(await code({ id: 1, method: 'setState', args: { state: 'x'.repeat(MESSAGE_MAX) } })).toBe(
    'too-large',
  )
  expect(await code(new Map([['id', 1]]))).toBe('bad-message')
  expect(await code({ id: 1, method: 'exec', args: JSON.parse('{"__proto__":{"x":1}}') as unknown })).toBe(
    'bad-message',
  )
  expect(calls).toEqual([])
})

test('what a method cannot do has a name, and a fault of ours is one', async () => {
  const { methods } = recorded()
  methods.play = () => Promise.reject(new Refused('bad-args', 'no'))
  methods.pause = () => Promise.reject(new Error('oh'))
  const r = receiver(methods)
  expect(await r.hear({ id: 1, method: 'play' })).toMatchObject({ ok: false, error: { code: 'bad-args' } })
  expect(await r.hear({ id: 2, method: 'pause' })).toMatchObject({ ok: false, error: { code: 'failed' } })
})

test('of a flood fifty a second are heard, and one complaint', async () => {
  const { methods, calls } = recorded()
  const now = { ms: 0 }
  const r = receiver(methods, now)
  const replies = []
  for (let i = 0; i < 1000; i++) replies.push(await r.hear({ id: i, method: 'pause' }))
  expect(calls.length).toBe(RATE_MAX)
  expect(replies.filter((one) => one !== null && !one.ok).length).toBe(1)
  now.ms += 1000
  for (let i = 0; i < 1000; i++) await r.hear({ id: i, method: 'pause' })
  expect(calls.length).toBe(2 * RATE_MAX)
})

test('a meter lets pass what its rate says, however it is spread', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 400 }), (gaps) => {
      const meter = new Meter(RATE_MAX, 0)
      let now = 0
      let passed = 0
      for (const gap of gaps) {
        now += gap
        if (meter.pass(now)) passed++
      }
      expect(passed).toBeLessThanOrEqual(RATE_MAX + (now / 1000) * RATE_MAX + 1)
    }),
  )
})

/** Whatever may arrive: anything at all, and what is nearly right. */
const anything = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
  fc.record(
    {
      id: fc.oneof(fc.nat(), fc.anything()),
      method: fc.oneof(fc.constantFrom(...METHODS), fc.string()),
      args: fc.oneof(fc.anything(), fc.constantFrom(...Object.values(GOOD))),
      nonce: fc.oneof(fc.constant(NONCE), fc.string()),
      type: fc.oneof(fc.constant(CONNECT), fc.string()),
      protocol: fc.oneof(fc.constant(PROTOCOL), fc.integer()),
    },
    { requiredKeys: [] },
  ),
)

test('without the handshake nothing that is said does anything', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          source: fc.constantFrom(PARENT, {}, null),
          origin: fc.constantFrom(SCHOOL, 'https://evil.example', 'null', ''),
          data: anything,
          ports: fc.array(fc.constant('port'), { maxLength: 2 }),
        }),
        { maxLength: 20 },
      ),
      async (messages) => {
        // As in frame.svelte.ts: only what comes over the port that the door has let in reaches the methods.
        const { methods, calls } = recorded()
        const d = door()
        let r: Receiver | null = null
        let due = false
        for (const message of messages) {
          const data = message.data as Record<string, unknown> | null
          const fits =
            message.source === PARENT &&
            message.origin === SCHOOL &&
            message.ports.length === 1 &&
            typeof data === 'object' &&
            data?.type === CONNECT &&
            data.protocol === PROTOCOL &&
            data.nonce === NONCE &&
            Object.keys(data).length === 3
          due ||= fits
          if (d.hear(message) !== null) r = receiver(methods)
          else await r?.hear(message.data)
        }
        expect(r !== null).toBe(due)
        if (!due) expect(calls).toEqual([])
      },
    ),
    { numRuns: 2000 },
  )
})

test('no message breaks the receiver, and each that calls has fitting arguments', async () => {
  await fc.assert(
    fc.asyncProperty(anything, async (data) => {
      const { methods, calls } = recorded()
      const reply = await receiver(methods).hear(data)
      expect(reply).not.toBe(null)
      expect(calls.length).toBe(reply?.ok === true ? 1 : 0)
    }),
    { numRuns: 3000 },
  )
})

test('a plain copy is the same without a prototype’s tricks, and what is not plain is none', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const text = JSON.stringify(value)
      if (/"(?:__proto__|constructor|prototype)":/.test(text)) return
      expect(JSON.stringify(plain(value, 1e6))).toBe(text)
    }),
  )
  const circle: unknown[] = []
  circle.push(circle)
  for (const bad of [circle, () => 1, 1n, Symbol('x'), new Date(0), new Uint8Array(4), NaN, new Error('x')])
    expect(() => plain(bad, 1e6)).toThrow()
  expect(() => plain('x'.repeat(100), 50)).toThrow('more than 50')
  expect(() => plain(Array(100).fill([]), 50)).toThrow('more than 50')
})

test('events are told at the rate, and the next one says how many were not', () => {
  const sent: { missed?: number }[] = []
  const now = { ms: 0 }
  const teller = new Teller(
    (event) => sent.push(event),
    5,
    () => now.ms,
  )
  for (let i = 0; i < 20; i++) teller.tell('packet', i)
  expect(sent.length).toBe(5)
  now.ms = 1000
  teller.tell('packet', 20)
  expect(sent.at(-1)).toEqual({ event: 'packet', detail: 20, missed: 15 })
  for (let i = 0; i < 20; i++) teller.tell('packet', i)
  teller.tell('stepcomplete', 'always', true)
  expect(sent.at(-1)).toMatchObject({ event: 'stepcomplete', missed: 16 })
})
