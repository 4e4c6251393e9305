/** The tool `course`: how a host has fared over lab time, for charts. It only looks. */
import * as v from 'valibot'
import { partOf, PARTS, type Course, type CoursePoint, type Part } from './course-view.ts'
import type { Pieces, Session } from './session.ts'
import { readers, tools } from './tools.ts'

function* course(session: Session, argument: unknown): Pieces<Course> {
  const name = v.parse(v.string(), argument)
  const run = session.run()
  const { state } = run.lab
  const host = Math.max(0, run.lab.hostIndex(name))
  yield
  const points = run.course.map(({ time, position, counts, notes }): CoursePoint => {
    const own = notes?.hosts[host]
    if (own === undefined) return { time, position, count: counts[host] }
    const cpu = Object.fromEntries(PARTS.map((p) => [p, 0])) as Record<Part, number>
    own.work.forEach((times, work) => (cpu[partOf(work)] += times * (state.costs[work] ?? 0)))
    return {
      time,
      position,
      count: counts[host],
      made: own.made,
      drops: own.drops,
      states: own.states,
      ...(own.work.length > 0 && { cpu }),
      ...(own.latency !== null && { latency: own.latency }),
      ...(own.connect !== null && { connect: own.connect }),
    }
  })
  return {
    host: name,
    points,
    end: run.endTime,
    max: run.lab.kernel(host).machine.nfConntrackMax,
    cpus: state.cpus.filter((c) => c.pool === state.pools[host]).length,
  }
}

tools.set('course', course)
readers.add('course')
