/** The tool `compare`: what runs have come to, so that two of them can be looked at side by side. */
import * as v from 'valibot'
import type { Netns } from '../kernel/netns.ts'
import { readSysctl } from '../kernel/sysctl-access.ts'
import { appendText } from '../kernel/xtables/text.ts'
import { periodOf } from '../kernel/period.ts'
import type { Run } from './history.ts'
import type { RunSummary } from './protocol.ts'
import { seek, type Pieces, type Session } from './session.ts'
import { tools } from './tools.ts'

/** Command lines that are told of a run, and characters of what each has printed. */
const LINES = 12
const SAID = 4000

/** All runs, as seen from a host: the one shown up to the moment shown, the others at their ends. */
function* compare(session: Session, argument: unknown): Pieces<RunSummary[]> {
  const name = v.parse(v.string(), argument)
  const shown = session.run()
  // Whoever goes back and acts leaves the old run in the middle: what it has come to is at its end.
  for (const run of session.runs) if (run !== shown) yield* seek(run, run.end, Infinity)
  const host = Math.max(0, shown.lab.hostIndex(name))
  return session.runs.map((run) => summaryOf(run, host))
}

tools.set('compare', compare)

/** A run as it stands, seen from a host. Settings are those sysctls that can be set and are not what they were at boot. */
function summaryOf(run: Run, host: number): RunSummary {
  const { lab } = run
  const { state } = lab
  const k = lab.kernel(host)
  const stats = k.net.ctStats
  const counts = run.course.map((sample) => sample.counts[host])
  return {
    run: run.id,
    from: run.from,
    at: run.at,
    begun: run.begun,
    time: state.now,
    host: state.hosts[host].name,
    sysctl: {
      ...Object.fromEntries(
        periodOf(k.machine.period)
          .sysctls.filter((s) => s.readOnly === undefined)
          .map((s) => [s.name, readSysctl(k, s.name) ?? 0]),
      ),
      'net.netfilter.nf_conntrack_max': k.machine.nfConntrackMax,
      'net.netfilter.nf_conntrack_buckets': k.machine.ct.buckets,
    },
    rules: rulesOf(k.net),
    count: k.net.ctCount,
    most: Math.max(k.net.ctCount, ...counts),
    refused: stats.drop,
    earlyDropped: stats.early_drop,
    drops: k.net.drops.map(({ reason, count }) => ({ reason, count })),
    course: run.course.map(({ time, counts: all }) => ({ time, count: all[host] })),
    typed: typedSince(run),
  }
}

/** All tables by their names; a chain without a rule whose packets go on says nothing. */
function rulesOf({ tables }: Netns): string[] {
  return Object.values(tables)
    .flatMap((table) => table ?? [])
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, chains }) =>
      chains.flatMap((c) => [
        ...(c.policy === 'DROP' ? [`-t ${name} -P ${c.name} DROP`] : []),
        ...c.rules.map((rule) => `-t ${name} ${appendText(c, rule, false)}`),
      ]),
    )
}

/** Lines that were typed in this run, with what they have printed so far. */
function typedSince(run: Run): RunSummary['typed'] {
  const shown = new Map(run.lab.state.hosts.map((h) => [h.name, h.output]))
  const typed: RunSummary['typed'] = []
  const open = new Map<string, RunSummary['typed'][number]>()
  for (const { host, n, stream, text } of run.output) {
    if (n >= (shown.get(host) ?? 0)) continue
    if (stream === 'prompt') {
      const line = { host, line: text, said: '', own: n >= (run.inherited.get(host) ?? 0) }
      open.set(host, line)
      typed.push(line)
    } else {
      const line = open.get(host)
      if (line) line.said = (line.said + text).slice(-SAID)
    }
  }
  return typed.slice(-LINES)
}
