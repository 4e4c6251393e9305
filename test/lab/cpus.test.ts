import { expect, test } from 'vitest'
import { cpuForTimers, pickTask, sleep, wakeUp, type Cpu, type Task } from '../../src/lab/cpus.ts'
import { bootLab } from '../../src/lab/lab.ts'
import { labs } from '../../src/lab/labs/index.ts'
import type { LabSpec } from '../../src/lab/spec.ts'
import type { LabState } from '../../src/lab/state.ts'

/** VM1 of the lab docker, with two CPUs, and so many programs that are always busy. */
function busy(n: number): { s: LabState; tasks: Task[]; cpus: [Cpu, Cpu] } {
  const lab = bootLab(labs['docker'] as LabSpec, 1)
  const vm1 = lab.hostIndex('vm1')
  for (let i = 0; i < n; i++) lab.kernel(vm1).task(100 + i, 'busy', -1, null)
  const s = lab.state
  const [a, b] = s.cpus.filter((c) => c.pool === s.pools[vm1])
  return { s, tasks: s.tasks, cpus: [a, b] }
}

/** Let both CPUs work for so many milliseconds. */
function work({ s, tasks, cpus }: ReturnType<typeof busy>, ms: number): void {
  for (const end = s.now + ms * 1000; s.now < end; s.now += 500)
    for (const c of cpus) {
      const task = pickTask(s, c)
      if (task >= 0) tasks[task].vruntime += 500_000
    }
}

test('of three programs that are always busy one has a CPU for itself, and two share the other', () => {
  const vm = busy(3)
  work(vm, 600)
  const had = vm.tasks.map((t) => Math.round(t.vruntime / 1e8)).sort()
  expect(had).toEqual([3, 3, 6])
})

test('a CPU without a program takes one that waits for the other', () => {
  const vm = busy(3)
  work(vm, 30)
  const alone = vm.tasks.find((t) => vm.tasks.every((other) => other === t || other.home !== t.home))
  if (!alone) throw new Error('nobody is alone')
  sleep(vm.s, alone)
  work(vm, 30)
  expect(vm.tasks.filter((t) => t.runnable).map((t) => t.home)).toHaveLength(2)
  expect(new Set(vm.tasks.filter((t) => t.runnable).map((t) => t.cpu)).size).toBe(2)
})

test('who wakes up after less work than the one that runs is next; who slept long has no claim to that time', () => {
  const vm = busy(1)
  const { s, tasks, cpus } = vm
  work(vm, 10)
  const [first] = tasks
  const cpu = cpus.find((c) => c.task === 0)
  if (!cpu) throw new Error('nobody runs')
  tasks.push({ ...structuredClone(first), pid: 200, runnable: false, cpu: -1, vruntime: 0 })
  const [, second] = tasks
  wakeUp(s, second)
  expect(second.vruntime).toBe(first.vruntime)
  expect(cpu.until).toBe(s.now)
})

test('timers of a host run where its programs do', () => {
  const vm = busy(2)
  work(vm, 5)
  const { s, tasks } = vm
  const { host, pool } = tasks[0]
  expect(s.cpus[cpuForTimers(s, pool, host)].task).toBe(0)
  expect(s.cpus[cpuForTimers(s, pool, host + 100)].pool).toBe(pool)
})
