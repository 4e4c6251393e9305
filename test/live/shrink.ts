/** The smallest scenario in which something still shows. */
import type { PacketSpec, Scenario, ScenarioStep } from '../../src/lab/replay/scenario.ts'

const REFERENCE = /^@(\d+)\./

function references(v: unknown): number[] {
  if (typeof v === 'string') {
    const m = REFERENCE.exec(v)
    return m ? [Number(m[1])] : []
  }
  return typeof v === 'object' && v !== null ? Object.values(v).flatMap(references) : []
}

function renumber(v: unknown, to: ReadonlyMap<number, number>): unknown {
  if (typeof v === 'string') return v.replace(REFERENCE, (_, n: string) => `@${to.get(Number(n))}.`)
  if (Array.isArray(v)) return v.map((x) => renumber(x, to))
  if (typeof v === 'object' && v !== null)
    return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, renumber(x, to)]))
  return v
}

/** A scenario with only these steps, and those that refer to no other; references are numbered anew. */
export function keepSteps(sc: Scenario, keep: (i: number) => boolean): Scenario {
  const to = new Map<number, number>()
  const steps: ScenarioStep[] = []
  sc.steps.forEach((step, i) => {
    if (!keep(i) || references(step).some((n) => !to.has(n))) return
    to.set(i + 1, steps.length + 1)
    steps.push(renumber(step, to) as ScenarioStep)
  })
  return { ...sc, steps }
}

/** Lists with parts left out: halves first, then quarters, at last one by one. */
function* without<T>(list: readonly T[]): Generator<(i: number) => boolean> {
  for (let size = Math.ceil(list.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let from = 0; from < list.length; from += size) yield (i) => i < from || i >= from + size
}

/** Fields of a packet that may go without making it another packet. */
const OPTIONAL = ['id', 'tos', 'ttl', 'df', 'opts', 'win', 'badcsum', 'inner_bytes', 'mtu', 'gw'] as const

function plainer(p: PacketSpec): PacketSpec[] {
  return OPTIONAL.filter((key) => p[key] !== undefined).map((key) => ({ ...p, [key]: undefined }))
}

function* simplerSteps(sc: Scenario): Generator<Scenario> {
  for (const [i, step] of sc.steps.entries()) {
    const put = (s: ScenarioStep): Scenario => ({ ...sc, steps: sc.steps.with(i, s) })
    if (step.inject) for (const p of plainer(step.inject)) yield put({ ...step, inject: p })
    if (step.local) for (const p of plainer(step.local)) yield put({ ...step, local: p })
  }
}

/** Rules with one of their conditions or options left out; what is then wrong is not taken. */
function* simplerRules(sc: Scenario): Generator<Scenario> {
  for (const [i, line] of sc.setup.entries()) {
    if (!line.startsWith('iptables') || !line.includes(' -A ')) continue
    const parts = line.split(/ (?=(?:! )?-(?:m|s|d|i|o|f|p|j|g)\b)/)
    for (let n = 1; n < parts.length; n++)
      if (!/^-[jg] /.test(parts[n]))
        yield { ...sc, setup: sc.setup.with(i, parts.filter((_, k) => k !== n).join(' ')) }
  }
}

function* withoutHosts(sc: Scenario): Generator<Scenario> {
  for (const link of sc.links) {
    const [end, near] = link[0].startsWith(`${sc.dut}:`) ? [link[1], link[0]] : link
    const host = end.split(':')[0]
    const dev = near.split(':')[1]
    const used = sc.steps.some((s) => s.inject?.from?.split(':')[0] === host)
    if (used || sc.links.length === 1) continue
    const { [host]: _, ...hosts } = sc.hosts
    const { [dev]: __, ...ifaces } = hosts[sc.dut].ifaces
    const bridges = Object.fromEntries(
      Object.entries(hosts[sc.dut].bridges).map(([b, v]) => [
        b,
        { ...v, ports: v.ports.filter((p) => p !== dev) },
      ]),
    )
    yield {
      ...sc,
      hosts: { ...hosts, [sc.dut]: { ifaces, bridges } },
      links: sc.links.filter((l) => l !== link),
    }
  }
}

function* smaller(sc: Scenario): Generator<Scenario> {
  for (const keep of without(sc.steps)) {
    const kept = keepSteps(sc, keep)
    if (kept.steps.length > 0) yield kept
  }
  for (const keep of without(sc.setup)) yield { ...sc, setup: sc.setup.filter((_, i) => keep(i)) }
  for (const keep of without(sc.services)) yield { ...sc, services: sc.services.filter((_, i) => keep(i)) }
  yield* withoutHosts(sc)
  yield* simplerRules(sc)
  yield* simplerSteps(sc)
}

/** Less of it: a measure that every candidate lowers, so that it ends. */
function size(sc: Scenario): number {
  return JSON.stringify(sc).length
}

/**
 * Make a scenario smaller as long as `shows` says yes. `width` candidates are tried at once, at most `tries` in all.
 * `shows` must not throw: what cannot be run does not show it.
 */
export async function shrink(
  sc: Scenario,
  shows: (candidate: Scenario) => Promise<boolean>,
  width = 1,
  tries = 150,
): Promise<Scenario> {
  let best = sc
  for (let progress = true; progress && tries > 0;) {
    progress = false
    let batch: Scenario[] = []
    const attempt = async (): Promise<boolean> => {
      tries -= batch.length
      const answers = await Promise.all(batch.map(shows))
      const found = batch.find((_, i) => answers[i])
      batch = []
      if (found) best = found
      return found !== undefined
    }
    for (const candidate of smaller(best)) {
      if (size(candidate) >= size(best)) continue
      batch.push(candidate)
      if (batch.length === width && ((progress = await attempt()) || tries <= 0)) break
    }
    if (batch.length > 0 && !progress) progress = await attempt()
  }
  return best
}
