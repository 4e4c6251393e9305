/** What goes from worker to page, and what the page makes of it. */
import { beforeEach, expect, test } from 'vitest'
import '../../src/lab/labs/more.ts'
import { Receiver } from '../../src/lab/post.ts'
import type { Answer, Request, Snapshot } from '../../src/lab/protocol.ts'
import { Sender } from '../../src/lab/sender.ts'
import { Session } from '../../src/lab/session.ts'
import '../../src/userspace/index.ts'

let session: Session
let sender: Sender
let receiver: Receiver

interface Sent {
  /** What the lab has answered, what has travelled, and what the page has. */
  whole: Snapshot
  travelled: Snapshot
  received: Snapshot
}

function pictureOf(answer: Answer): Snapshot {
  if (answer.type !== 'update') throw new Error(JSON.stringify(answer))
  return answer.update.snapshot
}

/** As worker.ts and client.ts do it. */
function ask(request: Request, now = 0): Sent {
  const asked = { id: 1, request }
  session.brief = sender.isBrief(asked, now)
  const answer = session.answer(asked)
  const whole = structuredClone(pictureOf(answer))
  const light = structuredClone(sender.lighten(answer, session.brief, now))
  const travelled = structuredClone(pictureOf(light))
  return { whole, travelled, received: pictureOf(receiver.complete(light)) }
}

beforeEach(() => {
  session = new Session()
  sender = new Sender()
  receiver = new Receiver()
  ask({ type: 'open', lab: 'docker', seed: 1 })
})

test('what is the same as before does not travel, and the page has it all the same', () => {
  const { whole, travelled, received } = ask({ type: 'seek', position: 0 })
  expect(received).toEqual(whole)
  expect(Object.keys(whole.kernel.sysctl).length).toBeGreaterThan(50)
  expect(travelled.kernel).not.toHaveProperty('sysctl')
  expect(travelled.kernel).not.toHaveProperty('defaults')
  expect(travelled.kernel).not.toHaveProperty('registered')
})

test('what has changed does', () => {
  const name = 'net.netfilter.nf_conntrack_tcp_loose'
  const set = ask({ type: 'exec', host: 'vm1', line: `sysctl -w ${name}=0` })
  expect(set.travelled.kernel.sysctl[name]).toBe(0)
  expect(set.received).toEqual(set.whole)
  const seen = ask({ type: 'view', view: { host: 'vm2', entries: 50, bucket: -1 } })
  expect(seen.received).toEqual(seen.whole)
  expect(seen.received.kernel.sysctl[name]).toBe(1)
})

test('entries of a load travel four times a second, others always', () => {
  ask({
    type: 'exec',
    host: 'vm1',
    line: 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat',
  })
  ask({ type: 'advance', by: { kind: 'time', us: 3_000_000 } })
  const begun = ask({ type: 'exec', host: 'vm2', line: 'ab -c 100 -n 5000 http://192.168.0.30:8080/' }, 1000)
  expect(begun.received).toEqual(begun.whole)
  const next: Request = { type: 'advance', by: { kind: 'time', us: 20_000 } }
  const soon = ask(next, 1016)
  expect(soon.whole.load).toBe(true)
  expect(soon.travelled.kernel.conntrack).not.toHaveProperty('entries')
  expect(soon.received.kernel.conntrack.entries).toEqual(begun.received.kernel.conntrack.entries)
  const later = ask(next, 1250)
  expect(later.received.kernel.conntrack.entries.length).toBe(50)
  expect(later.received).toEqual(later.whole)
  // What somebody does is shown as it is.
  const stopped = ask({ type: 'interrupt', host: 'vm2' }, 1266)
  expect(stopped.received).toEqual(stopped.whole)
  // What is under way is passed as fast as the load; then there is none.
  ask({ type: 'advance', by: { kind: 'time', us: 3_000_000 } }, 1282)
  const after = ask(next, 1600)
  expect(after.whole.load).toBe(false)
  expect(after.received).toEqual(after.whole)
})
