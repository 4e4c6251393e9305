/**
 * CPUs: hosts that share a pool of them do their work one after the other, each piece for as long as it takes. What is due
 * in a softirq (frames, timers) comes before programs; programs share what is left by the time that they have had.
 *
 * Linux: net/core/dev.c enqueue_to_backlog, process_backlog; kernel/softirq.c; kernel/sched/fair.c, as far as a load shows it
 * Left out: hard interrupts, ksoftirqd's priority, preemption within a system call, more than one queue of a pool's tasks
 */
import { F_READY, TCP_LISTEN, TCP_SK } from '../kernel/tcp/table.ts'
import type { Micros } from '../kernel/trace.ts'
import type { LabState } from './state.ts'
import { newFifo, push, shift, sizeOf, type Fifo } from './fifo.ts'

export { beginProfile, endProfile, sample } from './profile.ts'

export interface Cpu {
  pool: number
  /** When it has done what it does; and nanoseconds beyond. */
  free: Micros
  rest: number
  /** What waits: rows of frames (inflight.ts), and slices of timer wheels, negative (bench.ts). */
  queue: Fifo<number>
  /** The task that has it, -1: none; until when it keeps it. */
  task: number
  until: Micros
  /** Nanoseconds worked so far. */
  busy: number
}

/** A program, or a worker of a server, that takes CPU time. */
export interface Task {
  host: number
  pool: number
  pid: number
  /** Name of the server it belongs to, '': a program of a shell. */
  service: string
  /** Where it accepts connections, -1: nowhere. */
  listener: number
  /** Its place among those who wait at the listener: the lowest is the first. Linux: the order of a wait queue */
  turn: number
  /** Its sockets on which something has happened. */
  ready: Fifo<number>
  runnable: boolean
  /** The CPU that it is on, -1: none. */
  cpu: number
  /** The CPU that it was on last, where it waits for its turn, -1: it has not been on any. */
  home: number
  /** Nanoseconds it has had. */
  vruntime: number
  /** Of a server's worker: its own state. `load`: it sends more packets than anybody follows (Lab.loaded). */
  data: unknown
}

/** How long a task keeps a CPU that another one waits for, microseconds. Linux: sysctl_sched_base_slice, a tick */
const SLICE = 3000

export function newCpu(pool: number): Cpu {
  const cpu: Cpu = { pool, free: 0, rest: 0, queue: newFifo(0), task: -1, until: 0, busy: 0.5 }
  // It is more than 31 bits after a second or two. Why it begins with a fraction: see newSkb.
  cpu.busy = 0
  return cpu
}

/** Is a task of the pool runnable and on no CPU? */
function isWaiting(t: Task, pool: number): boolean {
  return t.runnable && t.cpu < 0 && t.pool === pool
}

function hasWork(s: LabState, c: Cpu): boolean {
  if (sizeOf(c.queue) > 0) return true
  if (c.task >= 0) return true
  for (const t of s.tasks) if (isWaiting(t, c.pool)) return true
  return false
}

/** The CPU that begins something next, -1: none has anything to do. */
export function nextCpu(s: LabState): number {
  let best = -1
  let when = Infinity
  for (let i = 0; i < s.cpus.length; i++) {
    const c = s.cpus[i]
    if (c.free < when && hasWork(s, c)) {
      best = i
      when = c.free
    }
  }
  return best
}

/** When the next CPU begins something. */
export function nextStart(s: LabState): Micros {
  const i = nextCpu(s)
  return i < 0 ? Infinity : Math.max(s.cpus[i].free, s.now)
}

/** The piece of work that was begun has been done: the CPU is free when its time is over. */
export function finishWork(s: LabState): void {
  const c = s.cpus[s.running]
  const ns = c.rest + s.spent
  const us = Math.floor(ns / 1000)
  c.free = s.now + us
  c.rest = ns - us * 1000
  c.busy += s.spent
  // Softirqs are charged to whom they interrupt. (Linux: no CONFIG_IRQ_TIME_ACCOUNTING)
  if (c.task >= 0) s.tasks[c.task].vruntime += s.spent
  s.running = -1
  s.spent = 0
}

/** Which CPU of a pool does the timers of a host: the one where a program of it set them, as far as that is known. */
export function cpuForTimers(s: LabState, pool: number, host: number): number {
  for (const t of s.tasks) if (t.host === host && t.pool === pool && t.home >= 0) return t.home
  return cpuFor(s, pool, 0)
}

/** Which CPU of a pool takes what comes in: by its flow, as a card with several queues does it. */
export function cpuFor(s: LabState, pool: number, flow: number): number {
  let n = 0
  for (const c of s.cpus) if (c.pool === pool) n++
  let nth = flow % n
  for (let i = 0; i < s.cpus.length; i++) if (s.cpus[i].pool === pool && nth-- === 0) return i
  return -1
}

/** The task to which a CPU gives its next piece of time, -1: none. */
export function pickTask(s: LabState, c: Cpu): number {
  const me = s.cpus.indexOf(c)
  let best = c.task
  if (best >= 0 && s.now < c.until) return best
  for (let i = 0; i < s.tasks.length; i++) {
    const t = s.tasks[i]
    if (!isWaiting(t, c.pool) || (t.home !== me && t.home >= 0)) continue
    if (best < 0 || t.vruntime < s.tasks[best].vruntime) best = i
  }
  if (best < 0) best = pull(s, c)
  if (best !== c.task) {
    if (c.task >= 0) s.tasks[c.task].cpu = -1
    c.task = best
    if (best >= 0) s.tasks[best].cpu = s.tasks[best].home = me
  }
  c.until = s.now + SLICE
  return best
}

/**
 * A CPU without a task takes one that waits for another CPU; nobody moves else. So of three that are always busy one has a
 * CPU of two for itself. Linux: sched_balance_newidle
 */
function pull(s: LabState, c: Cpu): number {
  for (let i = 0; i < s.tasks.length; i++) if (isWaiting(s.tasks[i], c.pool)) return i
  return -1
}

/** A task has nothing to do. */
export function sleep(s: LabState, t: Task): void {
  t.runnable = false
  if (t.cpu >= 0) s.cpus[t.cpu].task = -1
  t.cpu = -1
}

/**
 * A task has something to do. Beside others on its CPU it has no claim to the time for which it slept, and no debt beyond a
 * slice; but whoever has had less than the one that runs is next. Linux: place_entity, wakeup_preempt
 */
export function wakeUp(s: LabState, t: Task): void {
  if (t.runnable) return
  t.runnable = true
  const c = t.home < 0 ? undefined : s.cpus[t.home]
  if (!c || c.task < 0) return
  const running = s.tasks[c.task].vruntime
  if (t.vruntime < running) c.until = s.now
  t.vruntime = Math.min(Math.max(t.vruntime, running), running + SLICE * 1000)
}

/** Something has happened to a TCP socket: note it for the task that owns it. False: it belongs to no task. */
export function tellTask(s: LabState, host: number, sk: number): boolean {
  const { tcp, socks } = s.hosts[host].net
  if (sk < TCP_SK) {
    const owner = s.tasks.find((t) => t.host === host && t.pid === socks[sk]?.pid)
    if (!owner) return false
    // Once for each datagram.
    push(owner.ready, sk)
    wakeUp(s, owner)
    return true
  }
  const slot = sk - TCP_SK
  if (tcp.state[slot] === TCP_LISTEN) {
    // One of those who sleep is enough. Linux: EPOLLEXCLUSIVE
    let known = false
    let first: Task | null = null
    for (const t of s.tasks) {
      if (t.host !== host || t.listener !== sk) continue
      known = true
      if (!t.runnable && (first === null || t.turn < first.turn)) first = t
    }
    if (first) wakeUp(s, first)
    return known
  }
  const pid = tcp.pid[slot]
  if (pid === 0) return false
  for (const t of s.tasks) {
    if (t.pid !== pid || t.host !== host) continue
    if ((tcp.flags[slot] & F_READY) === 0) {
      tcp.flags[slot] |= F_READY
      push(t.ready, sk)
    }
    wakeUp(s, t)
    return true
  }
  return false
}

/** The next socket on which something has happened to a task, -1: none. */
export function nextReady(s: LabState, t: Task): number {
  const { tcp, socks } = s.hosts[t.host].net
  for (let sk = shift(t.ready); sk !== undefined; sk = shift(t.ready)) {
    if (sk < TCP_SK) {
      if (socks[sk]?.pid === t.pid) return sk
      continue
    }
    const slot = sk - TCP_SK
    // One that has been closed meanwhile, and perhaps belongs to somebody else now.
    if ((tcp.flags[slot] & F_READY) === 0 || tcp.pid[slot] !== t.pid) continue
    tcp.flags[slot] &= ~F_READY
    return sk
  }
  return -1
}
