/** A program's long work is cut in slices, so that the page stays awake and Ctrl-C is heard; for the lab it is one thing. */
import { describe, expect, test, vi } from 'vitest'
import { bootLab } from '../../src/lab/boot.ts'
import { mainClient } from '../../src/lab/main-client.ts'
import { labs } from '../../src/lab/labs/index.ts'
import type { OutputChunk, Request, Snapshot } from '../../src/lab/protocol.ts'
import { Session } from '../../src/lab/session.ts'
import '../../src/userspace/index.ts'

// An endless loop takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 })

const ENDLESS = 'while true; do :; done'
const LONG =
  'for i in $(seq 300); do conntrack -I -s 10.0.$((i/250)).$((i%250)) -d 1.2.3.4 -p udp --sport 5 --dport 6 -t 300; done 2>&1 | tail -n 2; iptables -t nat -S | { read a; echo "$a"; seq 9000 | (x=0; while read i; do x=$((x+i)); done; echo $x); }'

function page(steps = 100) {
  const session = new Session(steps)
  const output: OutputChunk[] = []
  const ask = (request: Request): Snapshot => {
    const answer = session.answer({ id: 1, request })
    if (answer.type !== 'update') throw new Error(JSON.stringify(answer))
    for (const chunk of answer.update.output)
      if (!output.some((o) => o.host === chunk.host && o.n === chunk.n)) output.push(chunk)
    return answer.update.snapshot
  }
  ask({ type: 'open', lab: 'gateway', seed: 1 })
  return {
    ask,
    said: (host: string) =>
      output.flatMap((c) => (c.host === host && c.stream !== 'prompt' ? c.text : [])).join(''),
    /** Lets a program work to its end; how many requests it took. */
    work: (): number => {
      let n = 0
      for (; ask({ type: 'advance', by: { kind: 'work' } }).working; n++);
      return n
    },
  }
}

const shown = ({ kernel, ...rest }: Snapshot): unknown => ({
  ...rest,
  kernel: { ...kernel, conntrack: { ...kernel.conntrack, heat: [...kernel.conntrack.heat] } },
})

describe('long work', () => {
  test('says and does the same in slices as in one piece', () => {
    const spec = labs['gateway']
    if (!spec) throw new Error('no gateway lab')
    const lab = bootLab(spec, 1)
    const whole = lab.result(3, lab.execCaptured(3, LONG))
    if (whole === 'running') throw new Error('it waits')
    expect(whole.stdout.split('\n')).toContain('-P PREROUTING ACCEPT')
    expect(whole.stdout).toContain(`${(9000 * 9001) / 2}\n`)

    const { ask, said, work } = page()
    const begun = ask({ type: 'exec', host: 'gateway', line: LONG })
    expect(begun).toMatchObject({ working: true, quiet: false, time: 0, nextIn: 0 })
    expect(work()).toBeGreaterThan(20)
    expect(said('gateway')).toBe(whole.stdout)
    const end = ask({ type: 'advance', by: { kind: 'work' } })
    expect(end).toMatchObject({ working: false, quiet: true, time: 0 })
    expect(end.kernel.conntrack.count).toBe(300)
  })

  test('Ctrl-C ends an endless loop between two slices', () => {
    const { ask, said } = page()
    ask({ type: 'exec', host: 'pc1', line: ENDLESS })
    expect(ask({ type: 'advance', by: { kind: 'work' } }).working).toBe(true)
    const after = ask({ type: 'interrupt', host: 'pc1' })
    expect(after).toMatchObject({ working: false, quiet: true })
    ask({ type: 'exec', host: 'pc1', line: 'echo $?' })
    expect(said('pc1')).toBe('130\n')
  })

  test('an endless loop that nobody ends runs out of fuel as before', () => {
    const { ask, said, work } = page()
    ask({ type: 'exec', host: 'pc1', line: ENDLESS })
    work()
    expect(said('pc1')).toBe('bash: stopped: too much work at one moment of lab time (an endless loop?)\n')
  })

  test('goes on behind the terminal too', () => {
    const { ask, said, work } = page()
    ask({ type: 'exec', host: 'pc1', line: `(for i in $(seq 20000); do :; done; echo done) &` })
    work()
    expect(said('pc1')).toContain('done\n')
  })

  test('a packet that is on the road stays where it is meanwhile', () => {
    const { ask, work } = page()
    ask({ type: 'exec', host: 'pc1', line: 'curl http://baidu.com/' })
    for (let i = 0; i < 3; i++) ask({ type: 'advance', by: { kind: 'hook' } })
    const before = ask({ type: 'exec', host: 'gateway', line: 'for i in $(seq 20000); do :; done; echo x' })
    expect(before.working).toBe(true)
    expect(before.current).not.toBe(null)
    work()
    const after = ask({ type: 'advance', by: { kind: 'work' } })
    expect(after).toMatchObject({ working: false, current: before.current, time: before.time })
    const next = ask({ type: 'advance', by: { kind: 'hook' } })
    expect(next.current?.station).not.toBe(before.current?.station)
  })

  test('one step by hand is one station, however much work comes before it', () => {
    const { ask } = page(2000)
    const plain = page(2000)
    for (const p of [{ ask }, plain]) p.ask({ type: 'exec', host: 'pc1', line: 'curl http://baidu.com/' })
    ask({ type: 'exec', host: 'gateway', line: 'for i in $(seq 20000); do :; done' })
    for (let i = 0; i < 9; i++) {
      const a = ask({ type: 'advance', by: { kind: 'hook' } })
      const b = plain.ask({ type: 'advance', by: { kind: 'hook' } })
      expect(a.current).toEqual(b.current)
    }
  })

  test('one can go back into the middle of it, and on again', () => {
    const { ask, work } = page()
    const begun = ask({ type: 'exec', host: 'gateway', line: LONG })
    work()
    const end = ask({ type: 'advance', by: { kind: 'work' } })
    const middle = Math.floor((begun.position + end.position) / 2)
    const there = ask({ type: 'seek', position: middle })
    expect(there).toMatchObject({ position: middle, working: true })
    expect(there.kernel.conntrack.count).toBeLessThan(300)
    // The past is looked at, not done again: nothing works on from here.
    expect(ask({ type: 'advance', by: { kind: 'work' } }).position).toBe(middle)
    expect(shown(ask({ type: 'seek', position: end.position }))).toEqual(shown(end))
  })
})

describe('on the page’s own thread', () => {
  test('it comes to the same, and so do checks and what opens a lesson', async () => {
    const client = await mainClient()
    const answer = async (request: Request): Promise<Snapshot> => {
      const got = await client.ask(request)
      if (got.type !== 'update') throw new Error(JSON.stringify(got))
      return got.update.snapshot
    }
    const { ask, work } = page()
    const open: Request = { type: 'open', lab: 'gateway', seed: 1, commands: [{ on: 'gateway', line: LONG }] }
    expect(shown(await answer(open))).toEqual(shown(ask(open)))
    const exec: Request = { type: 'exec', host: 'gateway', line: LONG }
    ask(exec)
    work()
    let now = await answer(exec)
    while (now.working) now = await answer({ type: 'advance', by: { kind: 'work' } })
    expect(shown(now)).toEqual(shown(ask({ type: 'advance', by: { kind: 'work' } })))
    expect(await client.ask({ type: 'check', host: 'gateway', line: LONG })).toMatchObject({ status: 0 })
    expect(await client.ask({ type: 'check', host: 'gateway', line: ENDLESS })).toMatchObject({ status: 137 })
  })

  test('a check is answered in many pieces', () => {
    const session = new Session(100)
    session.answer({ id: 1, request: { type: 'open', lab: 'gateway', seed: 1 } })
    const pieces = session.pieces({ id: 2, request: { type: 'check', host: 'pc1', line: ENDLESS } })
    let n = 0
    while (pieces.next().done !== true) n++
    expect(n).toBeGreaterThan(100)
  })
})
