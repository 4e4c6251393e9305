import { format as f } from './format.ts'

const n = (x: number) => f.number(x)

export const compare = {
  title: 'Two runs side by side',
  words:
    'A new run begins when something is typed at an earlier moment, or with “Continue from here”. The run that is shown counts up to the moment shown, the other one up to its end.',
  waiting: 'Comparing the runs …',
  which: (p: { side: number }) => `Run in column ${n(p.side)}`,
  run: (p: { run: number }) => `run ${n(p.run + 1)}`,
  show: 'Show this run',
  shown: 'This run is shown',
  settings: 'Settings that differ',
  alike: 'All settings are the same.',
  rules: (p: { host: string }) => `Rules of ${p.host} that differ`,
  sameRules: 'The rules are the same.',
  fork: {
    left: (p: { run: number; from: number; at: number }) =>
      `This is run ${n(p.run + 1)}: it began at step ${n(p.at)} of run ${n(p.from + 1)}, which stays as it was.`,
    back: (p: { from: number }) => `Back to run ${n(p.from + 1)}`,
  },
  none: '–',
  time: 'Up to',
  begun: 'Started',
  atStart: 'at the beginning',
  atRun: (p: { time: string; from: number }) => `at ${p.time} of run ${n(p.from + 1)}`,
  typed: 'Typed in this run',
  nothing: 'nothing',
  outcome: 'What ab said',
  noLoad: 'No ab has run.',
  load: {
    end: 'How it ended',
    complete: 'Requests completed',
    failed: 'Failed',
    perSecond: 'Requests per second',
    connectMax: 'Longest connect',
    longest: 'Longest request',
  },
  ends: {
    done: 'completed',
    timeout: 'gave up: nothing came for too long',
    failures: 'gave up: too many failures',
    error: 'with an error',
    running: 'still running',
  },
  ms: (p: { ms: number }) => `${n(p.ms)} ms`,
  table: (p: { host: string }) => `Connection tracking on ${p.host}`,
  rows: {
    count: 'Entries now',
    most: 'Most entries',
    refused: 'Refused by a full table',
    earlyDropped: 'Evicted early to make room',
  },
  drops: 'Packets dropped',
  course: 'Entries over lab time',
  courseIs: (p: { most: string; time: string }) => `up to ${p.most} entries, ${p.time}`,
}
