import { describe, expect, test } from 'vitest'
import { mainClient } from '../../src/lab/main-client.ts'
import type { Advance, Answer, Request, Snapshot, Update } from '../../src/lab/protocol.ts'
import { CHECKPOINT_BYTES } from '../../src/lab/history.ts'
import { Session } from '../../src/lab/session.ts'
import '../../src/userspace/index.ts'

const SETUP = [
  { on: 'gateway', line: 'sysctl -w net.ipv4.ip_forward=1' },
  { on: 'gateway', line: 'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j MASQUERADE' },
]

/** A page in miniature: what it has been told so far. */
function page(seed = 1): { ask: (r: Request) => Update; all: Update[]; now: () => Snapshot } {
  const session = new Session()
  const all: Update[] = []
  const ask = (request: Request): Update => {
    const answer = session.answer({ id: 1, request })
    if (answer.type !== 'update') throw new Error(JSON.stringify(answer))
    all.push(answer.update)
    return answer.update
  }
  ask({ type: 'open', lab: 'gateway', seed, commands: SETUP })
  return {
    ask,
    all,
    now: () => {
      const last = all[all.length - 1]
      return last.snapshot
    },
  }
}

const quiet: Advance = { kind: 'quiet', us: 60_000_000 }
const curl: Request = { type: 'exec', host: 'pc1', line: 'curl -s http://baidu.com/' }

/** A snapshot without what depends on how far the run is known. */
function scene(s: Snapshot): unknown {
  return {
    ...s,
    end: 0,
    runs: [],
    run: 0,
    kernel: { ...s.kernel, conntrack: { ...s.kernel.conntrack, heat: [...s.kernel.conntrack.heat] } },
  }
}

describe('a lab is deterministic', () => {
  test('same lab, same seed, same commands: same trace and same words in the terminal', () => {
    const told = [1, 2].map(() => {
      const p = page(7)
      p.ask(curl)
      p.ask({ type: 'advance', by: quiet })
      return { trace: p.all.flatMap((u) => u.trace), output: p.all.flatMap((u) => u.output) }
    })
    expect(told[0].trace.length).toBeGreaterThan(300)
    expect(told[0]).toEqual(told[1])
  })

  test('another seed: another initial sequence number', () => {
    const isn = [1, 2].map((seed) => {
      const p = page(seed)
      p.ask(curl)
      p.ask({ type: 'advance', by: quiet })
      const syn = p.all.flatMap((u) => u.trace).find((e) => e.type === 'xmit')
      return syn?.type === 'xmit' ? syn.header.seq : 0
    })
    expect(isn[0]).not.toBe(isn[1])
  })

  test('step by step or all at once, the same happens', () => {
    const a = page()
    a.ask(curl)
    a.ask({ type: 'advance', by: quiet })
    const b = page()
    b.ask(curl)
    for (let n = 0; n < 3000 && !b.now().quiet; n++) b.ask({ type: 'advance', by: { kind: 'hook' } })
    expect(b.all.flatMap((u) => u.trace)).toEqual(a.all.flatMap((u) => u.trace))
    expect(b.now().quiet).toBe(true)
  })

  test('on the main thread, in slices, as in a worker', async () => {
    const p = page()
    p.ask(curl)
    p.ask({ type: 'advance', by: { kind: 'time', us: 5_000_000 } })
    const client = await mainClient()
    const updates: Update[] = []
    const requests: Request[] = [
      { type: 'open', lab: 'gateway', seed: 1, commands: SETUP },
      curl,
      { type: 'advance', by: { kind: 'time', us: 5_000_000 } },
    ]
    for (const r of requests) {
      const answer: Answer = await client.ask(r)
      if (answer.type === 'update') updates.push(answer.update)
    }
    expect(updates.flatMap((u) => u.trace)).toEqual(p.all.flatMap((u) => u.trace))
    expect(updates[2].snapshot).toEqual(p.now())
    for (const position of [3, p.now().end - 2, 120, p.now().end]) {
      const answer = await client.ask({ type: 'seek', position })
      p.ask({ type: 'seek', position })
      expect(answer).toMatchObject({ type: 'update', update: { snapshot: { position } } })
      expect(answer.type === 'update' && answer.update.snapshot).toEqual(p.now())
    }
  })
})

describe('time goes on as far in slices as at once', () => {
  test('a packet that sets out at the very end of the time goes its way before the next line is typed', async () => {
    const ping: Request = { type: 'exec', host: 'pc2', line: 'ping -c 3 baidu.com' }
    const second: Request = { type: 'advance', by: { kind: 'time', us: 1_000_000 } }
    const p = page()
    const client = await mainClient()
    await client.ask({ type: 'open', lab: 'gateway', seed: 1, commands: SETUP })
    for (const r of [ping, second, second]) {
      const answer = await client.ask(r)
      const { snapshot } = p.ask(r)
      expect(answer).toMatchObject({
        update: { snapshot: { position: snapshot.position, time: snapshot.time } },
      })
    }
  })
})

describe('time can be gone back', () => {
  test('every position shows again what it showed the first time', () => {
    const p = page()
    const seen: unknown[] = [scene(p.now())]
    p.ask(curl)
    for (let n = 0; n < 5000 && !p.now().quiet; n++) {
      const { position } = p.now()
      seen[position] ??= scene(p.now())
      p.ask({ type: 'advance', by: { kind: 'time', us: 1e9, steps: 1 } })
    }
    const { end } = p.now()
    expect(end).toBeGreaterThan(100)
    for (const position of [0, 1, 2, 17, 50, 51, 49, end - 1, 3, 90, end - 1, 20]) {
      p.ask({ type: 'seek', position })
      expect(scene(p.now()), `position ${position}`).toEqual(seen[position])
    }
  })

  test('copies of large tables are few enough to have room, and the past is there all the same', () => {
    const session = new Session()
    const ask = (request: Request): Answer => session.answer({ id: 1, request })
    const buckets = (n: number): Request => ({
      type: 'exec',
      host: 'gateway',
      line: `sysctl -w net.netfilter.nf_conntrack_buckets=${n}`,
    })
    ask({ type: 'open', lab: 'gateway', seed: 1 })
    const positions = Array.from({ length: 20 }, (_, i) => {
      const answer = ask(buckets(1_000_000 + 512 * i))
      return answer.type === 'update' ? answer.update.snapshot.position : -1
    })
    expect(session.run().checkpointBytes).toBeLessThan(CHECKPOINT_BYTES)
    for (const i of [3, 17, 8])
      expect(ask({ type: 'seek', position: positions[i] })).toMatchObject({
        update: {
          snapshot: { kernel: { conntrack: { buckets: 1_000_000 - (1_000_000 % 512) + 512 * (i + 1) } } },
        },
      })
  })

  test('acting in the past begins another run, and the old one can be shown again', () => {
    const p = page()
    p.ask(curl)
    p.ask({ type: 'advance', by: quiet })
    const { end } = p.now()
    p.ask({ type: 'seek', position: 30 })
    p.ask({ type: 'exec', host: 'gateway', line: 'iptables -P FORWARD DROP' })
    expect(p.now().run).toBe(1)
    expect(p.now().runs).toMatchObject([
      { run: 0, end },
      { run: 1, from: 0, at: 30 },
    ])
    p.ask({ type: 'advance', by: { kind: 'time', us: 500_000 } })
    expect(p.now().kernel.drops).toMatchObject([{ station: 'FORWARD.filter', reason: 'NETFILTER_DROP' }])
    const back = p.ask({ type: 'switch', run: 0 })
    expect(back.snapshot.end).toBe(end)
    expect(back.snapshot.kernel.dropped).toBe(0)
    expect(back.trace.length).toBeGreaterThan(300)
  })

  test('a check runs on a copy: the lab does not notice', () => {
    const session = new Session()
    session.answer({ id: 1, request: { type: 'open', lab: 'gateway', seed: 1, commands: SETUP } })
    const before = session.answer({ id: 2, request: { type: 'advance', by: { kind: 'time', us: 0 } } })
    const checked = session.answer({
      id: 3,
      request: { type: 'check', host: 'pc1', line: 'curl -sf http://baidu.com/ | grep -c h1' },
    })
    expect(checked).toMatchObject({ type: 'checked', status: 0, stdout: '1\n' })
    const after = session.answer({ id: 2, request: { type: 'advance', by: { kind: 'time', us: 0 } } })
    expect(after).toEqual(before)
  })
})

describe('a request that cannot be done is answered, and nothing is lost', () => {
  const bad: [string, unknown, string][] = [
    ['no lab of that name', { type: 'open', lab: 'toString', seed: 1 }, 'unknown-lab'],
    ['no host of that name', { type: 'exec', host: 'nobody', line: 'ls' }, 'unknown-host'],
    ['no such request', { type: 'format-disk' }, 'bad-request'],
    ['not a request at all', null, 'bad-request'],
    ['a number that is none', { type: 'seek', position: Number.NaN }, 'bad-request'],
    ['time that runs backwards', { type: 'advance', by: { kind: 'time', us: -1 } }, 'bad-request'],
    ['a run that is not there', { type: 'switch', run: 99 }, 'bad-request'],
  ]
  test.each(bad)('%s', (_, request, code) => {
    const session = new Session()
    session.answer({ id: 1, request: { type: 'open', lab: 'gateway', seed: 1 } })
    expect(session.answer({ id: 2, request: request as Request })).toMatchObject({
      type: 'failed',
      id: 2,
      code,
    })
    expect(session.answer({ id: 3, request: { type: 'seek', position: 0 } }).type).toBe('update')
  })
})
