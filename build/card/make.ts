/** Works out the model card. */
import type { Card, Feature, Section } from './card.ts'
import { Scenario, type Recording, type ScenarioFile } from './evidence.ts'
import type { FeatureRule, SectionRule } from './feature.ts'
import * as tracking from './features/conntrack.ts'
import { endpoints, ipset } from './features/endpoints.ts'
import { matches, missing, sysctls, targets } from './features/extensions.ts'
import { nat } from './features/nat.ts'
import { periods } from './features/periods.ts'
import { bridges, fragments, neighbours, paths, routing } from './features/paths.ts'
import { formats, programs } from './features/programs.ts'
import { logging, rejecting, tables } from './features/tables.ts'
import { leftOuts, linuxOf, list, read } from './source.ts'

export const SECTIONS: readonly SectionRule[] = [
  paths,
  routing,
  neighbours,
  fragments,
  bridges,
  tables,
  matches,
  targets,
  rejecting,
  logging,
  tracking.conntrack,
  tracking.tcp,
  tracking.protocols,
  tracking.expectations,
  tracking.zones,
  tracking.timeouts,
  tracking.tableSize,
  tracking.counters,
  tracking.events,
  nat,
  endpoints,
  ipset,
  sysctls,
  formats,
  programs,
  periods,
]

export function makeCard(): Card {
  const { scenarios, linux } = readScenarios()
  const lines = readLines()
  const commands = readCommands()
  const counted = SECTIONS.map(({ id, features }) => ({
    id,
    features: features.map((one) => count(one, scenarios, lines, commands)),
  }))
  const leftOut = leftOuts().map((one) => ({ ...one, section: sectionOf(one.file, counted) }))
  const sections = counted.map(({ id, features }): Section => ({
    id,
    features,
    leftOut: leftOut.flatMap(({ section, file, text }) => (section === id ? [{ file, text }] : [])),
  }))
  return {
    linux,
    scenarios: scenarios.map(({ file }) => ({ name: file.name, title: file.title })),
    packets: scenarios.reduce((sum, s) => sum + s.packets.length, 0),
    lines: lines.length,
    commands: commands.length,
    sections,
    missing,
  }
}

function count(rule: FeatureRule, scenarios: Scenario[], lines: string[], commands: string[]): Feature {
  const { id, code, inert, model, linux, held, line, command, tests = [] } = rule
  return {
    id,
    ...(code !== undefined && { code }),
    ...(inert !== undefined && { inert }),
    model: [...new Set(model.map((one) => one.split(' ')[0]))],
    linux: linux ?? linuxOfAll(model),
    scenarios: held === undefined ? [] : scenarios.flatMap((s, i) => (held(s) ? [i] : [])),
    lines: line === undefined ? 0 : lines.filter((one) => line.test(one)).length,
    commands: command === undefined ? 0 : commands.filter((one) => command.test(one)).length,
    tests,
  }
}

function linuxOfAll(model: string[]): string {
  const places = model.map((one) => linuxOf(...(one.split(' ') as [string, string?])))
  return [...new Set(places)].filter(Boolean).join('; ')
}

/** The section that speaks of a file most; of two, the first. */
function sectionOf(file: string, sections: { id: string; features: Feature[] }[]): string {
  const named = sections
    .map(({ id, features }) => ({ id, times: features.filter((one) => one.model.includes(file)).length }))
    .reduce((most, one) => (one.times > most.times ? one : most))
  if (named.times > 0) return named.id
  return FOLDERS.find(([folder]) => folder.test(file))?.[1] ?? 'programs'
}

/** Where a file belongs that no feature names. */
const FOLDERS: [RegExp, string][] = [
  [/^kernel\/xtables\/(matches)\//, 'matches'],
  [/^kernel\/xtables\/(targets)\//, 'targets'],
  [/^kernel\/xtables\/[^/]+$/, 'tables'],
  [/^kernel\/conntrack\//, 'events'],
  [/^kernel\/nat\//, 'nat'],
  [/^kernel\/(tcp|socket)/, 'endpoints'],
  [/^kernel\/ipset\//, 'ipset'],
  [/^kernel\/[^/]+$/, 'endpoints'],
]

function readScenarios(): { scenarios: Scenario[]; linux: string } {
  const versions = new Set<string>()
  const scenarios = list('test/recorded/scenarios', '.json').map((path) => {
    const recording = JSON.parse(read(path.replace('/scenarios/', '/recorded/'))) as Recording
    versions.add(recording.kernel)
    return new Scenario(JSON.parse(read(path)) as ScenarioFile, recording)
  })
  return { scenarios, linux: [...versions].sort().join(', ') }
}

/** The lines of the .t files: rules with what becomes of them, and the sets that were made before. */
function readLines(): string[] {
  return list('test/xtables', '.t').flatMap((path) =>
    read(path)
      .split('\n')
      .filter((line) => line !== '' && !/^[#*:]/.test(line)),
  )
}

interface Step {
  line: string
}

/** Command lines of which it was recorded what the real programs print. */
function readCommands(): string[] {
  const programs = JSON.parse(read('test/recorded/programs.json')) as Step[]
  const shell = JSON.parse(read('test/recorded/shell.json')) as Step[]
  const iptables = JSON.parse(read('test/userspace/iptables/recorded.json')) as { steps: Step[] }[]
  const tcpdump = JSON.parse(read('test/recorded/tcpdump.json')) as { runs: { args: string | string[] }[] }
  return [
    ...[...programs, ...shell, ...iptables.flatMap((one) => one.steps)].map((one) => one.line),
    ...tcpdump.runs.map((run) => `tcpdump ${Array.isArray(run.args) ? run.args.join(' ') : run.args}`),
  ]
}
