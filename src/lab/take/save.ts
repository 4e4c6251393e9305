/** A running lab as what is kept of it, and back: its beginning, and everything that came from outside since. */
import { valueText } from '../../kernel/sysctl-access.ts'
import { defaultsOf } from './settings.ts'
import type { Input, Run } from '../history.ts'
import { labs } from '../labs/index.ts'
import { Lab, type LabListener } from '../bench.ts'
import type { Pieces, Session } from '../session.ts'
import type { LabSpec } from '../spec.ts'
import { bookmarksIn, setBookmarks } from './bookmarks.ts'
import type { Problem, SavedLab } from './schema.ts'

/** Where a host keeps what `hosts` says. */
const RULES = '/etc/iptables/rules.v4'
const SYSCTLS = '/etc/sysctl.d/90-lab.conf'
const SETS = '/etc/ipset.conf'
/** Steps that are done to come to where a saved lab was; one that has gone further stops there. */
const STEPS_MAX = 4_000_000
/** Steps of a piece: some milliseconds. */
const PIECE = 100

/** A lab of its own that goes on from here; the run does not notice. */
export function copyOf(run: Run, listener?: LabListener): Lab {
  return new Lab(structuredClone(run.lab.state), listener)
}

/** How far a run had gone from one moment to the next. Nothing is said of nothing. */
function since(from: { position: number; time: number }, to: { position: number; time: number }) {
  const steps = to.position - from.position
  const wait = to.time - from.time
  return { ...(steps > 0 && { steps }), ...(wait > 0 && { wait }) }
}

/** The lab as a name where it is a ready one, else whole. */
function labOf(spec: LabSpec): Pick<SavedLab, 'lab' | 'period'> {
  const { period } = spec
  const known = labs[spec.name]
  const ready = known && JSON.stringify({ ...known, period }) === JSON.stringify({ ...spec, period })
  if (ready) return { lab: spec.name, ...(period === undefined || period === known.period ? {} : { period }) }
  return { lab: spec }
}

/** All that was done, so that every moment of it comes again. */
export function saveHistory(session: Session): SavedLab {
  const { spec, seed, setup } = session
  const run = session.run()
  if (spec === null) throw new Error('no lab is open')
  let last = { position: 0, time: run.began }
  const inputs = run.inputs.map((input: Input) => {
    const gone = since(last, input)
    last = input
    const on = run.lab.state.hosts[input.host].name
    return { on, line: input.line, ...(input.by === undefined ? {} : { by: input.by }), ...gone }
  })
  const bookmarks = bookmarksIn(session, run).map(({ name, position, time }) => ({ name, position, time }))
  return {
    netfilterLab: 1,
    ...labOf(spec),
    seed,
    ...(setup.length > 0 && { setup: [...setup] }),
    inputs,
    end: since(last, { position: run.end, time: run.endTime }),
    ...(run.position < run.end && { playhead: run.position }),
    ...(bookmarks.length > 0 && { bookmarks }),
  }
}

/** A line that gives or takes addresses, routes, rules of routing, or sets a card up, and does nothing else. */
const NETWORK =
  /^\s*ip\s+(-\S+\s+)*(a|ad|addr|address|l|li|link|r|ro|route|ru|rule)\s+(?!(?:sh?|sho|show|sa\w*|l\w*|g\w*)\b)[^|;&<>`$(]*$/

/** What has been typed to change the network itself, in order: it is a setting that nothing else prints. */
function networkLines(session: Session): { on: string; line: string }[] {
  const run = session.run()
  const typed = run.inputs.flatMap((i) =>
    i.line === null || i.position > run.position
      ? []
      : [{ on: run.lab.state.hosts[i.host].name, line: i.line }],
  )
  return [...session.setup, ...typed].filter(({ line }) => NETWORK.test(line))
}

/** Rules and settings as they are now, in a lab in which nothing has happened yet. */
export function saveState(session: Session): SavedLab {
  const { spec, seed } = session
  if (spec === null) throw new Error('no lab is open')
  const fork = copyOf(session.run())
  const hosts = Object.fromEntries(
    spec.hosts.flatMap(({ name }, host) => {
      const sets = setsOf(fork, host)
      const rules = rulesOf(fork, host)
      const sysctls = Object.fromEntries(defaultsOf(fork, host))
      const said = {
        ...(sets !== '' && { sets }),
        ...(rules !== '' && { rules }),
        ...(Object.keys(sysctls).length > 0 && { sysctls }),
      }
      return Object.keys(said).length > 0 ? [[name, said]] : []
    }),
  )
  const bare: LabSpec = { ...spec, hosts: spec.hosts.map((h) => ({ ...h })) }
  const setup = networkLines(session)
  return {
    netfilterLab: 1,
    ...labOf(bare),
    seed,
    hosts,
    ...(setup.length > 0 && { setup }),
    inputs: [],
    end: {},
  }
}

/** What a program prints that ends at once. Nothing of it is seen in the lab. */
export function printed(session: Session, name: string, line: string): string {
  const fork = copyOf(session.run())
  const host = fork.hostIndex(name)
  if (host < 0) throw new Error(`no host ${name}`)
  const result = fork.result(host, fork.execCaptured(host, line))
  return result === 'running' ? '' : result.stdout
}

/** What `ipset save` prints; '' where there are none. */
function setsOf(lab: Lab, host: number): string {
  const result = lab.result(host, lab.execCaptured(host, 'ipset save'))
  return result === 'running' ? '' : result.stdout
}

/** What iptables-save prints, without its remarks; '' where no rule and no policy says anything. */
export function rulesOf(lab: Lab, host: number): string {
  const result = lab.result(host, lab.execCaptured(host, 'iptables-save'))
  if (result === 'running') return ''
  const text = result.stdout
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.replace(/^(:\S+ \S+) \[\d+:\d+\]$/, '$1 [0:0]'))
    .join('\n')
  return /^-A|^:\S+ DROP|^:\S+ -/m.test(text) ? text : ''
}

/** The lab that a saved one begins with, and what is typed there. */
function beginning(saved: SavedLab): { spec: LabSpec; setup: { on: string; line: string }[] } | Problem {
  const named = typeof saved.lab === 'string' ? labs[saved.lab] : saved.lab
  if (named === undefined || (typeof saved.lab === 'string' && !Object.hasOwn(labs, saved.lab)))
    return { kind: 'bad-name', field: `lab: ${typeof saved.lab === 'string' ? saved.lab : saved.lab.name}` }
  const period = saved.period ?? named.period
  const names = new Set(named.hosts.map((h) => h.name))
  const mentioned = [
    ...Object.keys(saved.hosts ?? {}),
    ...[...(saved.setup ?? []), ...saved.inputs].map((c) => c.on),
  ]
  const strange = mentioned.find((name) => !names.has(name))
  if (strange !== undefined) return { kind: 'bad-name', field: strange }
  const setup: { on: string; line: string }[] = []
  const hosts = named.hosts.map((h) => {
    const said = saved.hosts?.[h.name]
    if (said === undefined || !Object.hasOwn(saved.hosts ?? {}, h.name)) return h
    const files: Record<string, string> = { ...h.files }
    if (said.sysctls) {
      files[SYSCTLS] = Object.entries(said.sysctls)
        .map(([name, value]) => `${name} = ${valueText(name, value)}\n`)
        .join('')
      setup.push({ on: h.name, line: `sysctl -q -p ${SYSCTLS}` })
    }
    // Rules name sets: these come first.
    if (said.sets !== undefined) {
      files[SETS] = said.sets
      setup.push({ on: h.name, line: `ipset restore -file ${SETS}` })
    }
    if (said.rules !== undefined) {
      files[RULES] = said.rules
      setup.push({ on: h.name, line: `iptables-restore -c ${RULES}` })
    }
    return { ...h, files }
  })
  return {
    spec: { ...named, ...(period === undefined ? {} : { period }), hosts },
    setup: [...setup, ...(saved.setup ?? [])],
  }
}

/** Go to where a run was when an input came, as far as there is something to do before. */
function* goTo(run: Run, position: number, time: number, budget: { steps: number }): Pieces<void> {
  for (let n = 1; run.position < position && run.lab.nextDue <= time && budget.steps > 0; n++) {
    budget.steps--
    if (!run.step()) break
    if (n % PIECE === 0) yield
  }
  if (run.lab.nextDue > time) run.runUntil(time, 1)
}

/** Open a saved lab, do what was done, and show the moment that was looked at. What could not be done is named. */
export function* openSaved(session: Session, saved: SavedLab): Pieces<Problem[]> {
  const start = beginning(saved)
  if ('kind' in start) return [start]
  yield* session.begin(start.spec, saved.seed, start.setup)
  const run = session.run()
  const budget = { steps: STEPS_MAX }
  let position = 0
  let time = run.began
  for (const input of saved.inputs) {
    position += input.steps ?? 0
    time += input.wait ?? 0
    yield* goTo(run, position, time, budget)
    if (budget.steps === 0) break
    run.keep()
    run.input(run.lab.hostIndex(input.on), input.line, input.by)
  }
  yield* goTo(run, position + (saved.end.steps ?? 0), time + (saved.end.wait ?? 0), budget)
  setBookmarks(
    session,
    (saved.bookmarks ?? []).map((mark) => ({ ...mark, run: run.id })),
  )
  if (saved.playhead !== undefined) run.seek(saved.playhead)
  return budget.steps === 0 ? [{ kind: 'too-long', field: 'inputs' }] : []
}
