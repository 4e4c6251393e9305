/** How a host has fared, as the history notes it while a lab runs. */
import { describe, expect, test } from 'vitest'
import { LATENCIES, middleOf, stepOf, type Course } from '../../src/lab/course-view.ts'
import { Session } from '../../src/lab/session.ts'
import '../../src/lab/take/index.ts'
import '../../src/userspace/index.ts'
import '../../src/lab/labs/more.ts'

function open(lab: string, ...lines: [string, string][]): Session {
  const session = new Session(Infinity)
  session.answer({ id: 1, request: { type: 'open', lab, seed: 1 } })
  for (const [host, line] of lines) {
    session.answer({ id: 1, request: { type: 'exec', host, line } })
    for (let i = 0; i < 200; i++)
      session.answer({ id: 1, request: { type: 'advance', by: { kind: 'quiet', us: 1e7 } } })
  }
  return session
}

function course(session: Session, host: string): Course {
  const answer = session.answer({ id: 1, request: { type: 'use', tool: 'course', argument: host } })
  if (answer.type !== 'used') throw new Error(JSON.stringify(answer))
  return answer.result as Course
}

test('entries, what was made and what was dropped are noted, each counting from the beginning', () => {
  const session = open(
    'gateway',
    ['gateway', 'sysctl -w net.ipv4.ip_forward=1'],
    ['gateway', 'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 -j MASQUERADE'],
    ['gateway', 'iptables -A FORWARD -p udp -j DROP'],
    ['pc1', 'for i in $(seq 5); do curl -s http://baidu.com/; done'],
    ['pc1', 'for p in $(seq 53 72); do echo x | nc -u -w 1 123.125.115.110 $p; done'],
  )
  const { points, end, cpus } = course(session, 'gateway')
  expect(cpus).toBe(0)
  const last = points[points.length - 1]
  expect(last.made).toBeGreaterThanOrEqual(24)
  expect(Object.values(last.drops ?? {}).reduce((a, b) => a + b, 0)).toBeGreaterThanOrEqual(19)
  expect(last.states).toMatchObject({ TIME_WAIT: 5 })
  for (let i = 1; i < points.length; i++) {
    expect(points[i].time).toBeGreaterThan(points[i - 1].time)
    expect(points[i].made).toBeGreaterThanOrEqual(points[i - 1].made ?? 0)
  }
  expect(end).toBeGreaterThanOrEqual(last.time)
})

describe('a load through NAT', () => {
  const session = open(
    'docker',
    ['vm1', 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat'],
    ['vm2', 'ab -c 50 -n 2000 -q http://192.168.0.30:8080/'],
  )

  test('tells how long its requests took, and what the CPUs worked at', () => {
    const client = course(session, 'vm2')
    const latency = client.points.findLast((p) => p.latency)?.latency
    const done = latency?.reduce((a, b) => a + b, 0) ?? 0
    expect(done).toBeGreaterThan(500)
    expect(done).toBeLessThanOrEqual(2000)
    // Opening the connection is a part of the request.
    const connect = client.points.findLast((p) => p.connect)?.connect
    expect(connect?.reduce((a, b) => a + b, 0)).toBe(done)
    const middle = (steps: Uint32Array | undefined): number =>
      [...(steps ?? [])].reduce((sum, n, s) => sum + n * middleOf(s), 0)
    expect(middle(connect)).toBeLessThan(middle(latency))
    expect(middle(connect)).toBeGreaterThan(0)
    const server = course(session, 'vm1')
    expect(server.cpus).toBeGreaterThan(0)
    const cpu = server.points.at(-1)?.cpu
    expect(cpu?.conntrack).toBeGreaterThan(0)
    expect(cpu?.nat).toBeGreaterThan(0)
    expect(cpu?.tables).toBeGreaterThan(0)
  })

  test('however long it is, no more than some hundred samples are kept', () => {
    expect(course(session, 'vm1').points.length).toBeLessThanOrEqual(401)
  })
})

test('a latency is found again in its step, within a sixteenth', () => {
  for (const us of [0, 3, 8, 100, 999, 123_456, 30_000_000]) {
    expect(stepOf(us)).toBeLessThan(LATENCIES)
    expect(Math.abs(middleOf(stepOf(us)) - us)).toBeLessThanOrEqual(Math.max(0.5, us / 15))
  }
  expect(stepOf(1e12)).toBe(LATENCIES - 1)
})
