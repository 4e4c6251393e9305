/** What a load leaves when its program has ended, and floods that are as fast: nobody follows their packets one by one. */
import { beforeEach, expect, test } from 'vitest'
import '../../src/lab/labs/more.ts'
import type { Request, Snapshot } from '../../src/lab/protocol.ts'
import { Session } from '../../src/lab/session.ts'
import '../../src/userspace/index.ts'

let session: Session

function ask(request: Request): Snapshot {
  const answer = session.answer({ id: 1, request })
  if (answer.type !== 'update') throw new Error(JSON.stringify(answer))
  return answer.update.snapshot
}

const busy = (s: Snapshot, host: string): boolean => s.hosts.some((h) => h.name === host && h.busy)
const go = (us: number): Snapshot => ask({ type: 'advance', by: { kind: 'time', us } })

beforeEach(() => {
  session = new Session(Infinity)
})

test('the last packets of ab, still in a queue when it has printed its report, are of a load until the lab is quiet', () => {
  ask({ type: 'open', lab: 'docker', seed: 1 })
  ask({ type: 'exec', host: 'vm1', line: 'docker run --name web --network=host -itd feisky/nginx:80' })
  go(1_000_000)
  ask({ type: 'exec', host: 'vm2', line: 'ab -c 400 -n 800 -q http://192.168.0.30/' })
  let s = go(1)
  while (busy(s, 'vm2')) s = go(500)
  let left = 0
  for (; !s.quiet; s = go(500)) {
    expect(s.load).toBe(true)
    left++
  }
  expect(left).toBeGreaterThan(1)
  expect(s.load).toBe(false)
  // What comes then is followed as ever.
  ask({ type: 'exec', host: 'vm2', line: 'ping -c 1 192.168.0.30' })
  expect(go(50)).toMatchObject({ load: false, quiet: false })
})

test('a thousand forged SYNs in a second are a load, ten are not; their answers wait for no neighbour, so the table keeps to its limit', () => {
  ask({ type: 'open', lab: 'clients', seed: 1 })
  ask({ type: 'exec', host: 'gateway', line: 'sysctl -q -w net.netfilter.nf_conntrack_max=200' })
  const flood = (n: number): string => `hping3 -q -S --rand-source -i u1000 -c ${n} -p 80 baidu.com`
  ask({ type: 'exec', host: 'crowd', line: flood(10) })
  expect(go(1000).load).toBe(false)
  go(3_000_000)
  ask({ type: 'exec', host: 'crowd', line: flood(1000) })
  expect(go(1000).load).toBe(true)
  const { conntrack } = go(2_000_000).kernel
  expect(conntrack.count).toBeLessThanOrEqual(200)
  expect(conntrack.stats.early_drop).toBeGreaterThan(300)
})
