import { format } from './format.ts'

/** The pane of what perf has recorded. */
export const profile = {
  title: 'Where the CPU time goes',
  none: 'Nothing has been recorded on this host yet. Start the load, then type on this host:',
  broken: 'perf.data on this host is not a recording.',
  /** `cpus` CPUs, `seconds` seconds. */
  head: (p: { cpus: number; seconds: string; samples: number }) =>
    `${format.number(p.samples)} samples of ${p.cpus} CPUs in ${p.seconds} s.`,
  busy: (p: { share: string }) => `The CPUs were busy ${p.share} of the time.`,
  views: { calls: 'Calls', flame: 'Flame graph' },
  view: 'How it is shown',
  search: 'Find a function',
  /** Announced after a search. */
  found: (p: { n: number }) => (p.n === 1 ? '1 function' : `${format.number(p.n)} functions`),
  idle: 'with idle CPUs',
  onlyIdle: 'All CPUs were idle. Start the load first, or include idle CPUs.',
  children: 'with callees',
  childrenHint: 'Share of the samples in which the function, or one it had called, was running',
  self: 'itself',
  selfHint: 'Share of the samples in which the function itself was running',
  unfold: 'Unfold',
  fold: 'Fold',
  tree: 'Functions and what they call',
  flame: 'Flame graph: callers above, callees below',
  hint: 'Right and left unfold and fold, Enter leads to the station on the picture.',
  flameHint: 'Arrow keys go from box to box, Enter leads to the station on the picture.',
  line: (p: { fn: string; total: string; self: string }) =>
    `${p.fn}, ${p.total} with what it calls, ${p.self} itself`,
  larger: 'Larger',
  smaller: 'Back to the side',
  /** A function has led to a place on the picture. */
  led: (p: { fn: string; station: string }) => `${p.fn} runs here: ${p.station}`,
  nowhere: (p: { fn: string }) => `${p.fn} belongs to no station of the picture.`,
  lead: (p: { station: string }) => `on the picture: ${p.station}`,
  parts: { conntrack: 'conntrack', nat: 'NAT', table: 'tables', bridge: 'bridge', other: 'other' },
}
