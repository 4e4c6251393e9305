import { format as f } from './format.ts'

const n = (x: number) => f.number(x)

export const compare = {
  title: 'Two runs side by side',
  words:
    'Another run begins where something is typed at an earlier moment, or with “Go on from here”. The run that is shown is told up to the moment that is shown, the other up to its end.',
  waiting: 'Looking at the runs …',
  which: (p: { side: number }) => `Run in column ${n(p.side)}`,
  run: (p: { run: number }) => `run ${n(p.run + 1)}`,
  show: 'Show this run',
  shown: 'This run is shown',
  settings: 'Settings that differ',
  alike: 'All settings are alike.',
  none: '–',
  time: 'Told up to',
  begun: 'Begun',
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
    done: 'to its end',
    timeout: 'given up: nothing came for too long',
    failures: 'given up: too many failures',
    error: 'with an error',
    running: 'it still runs',
  },
  ms: (p: { ms: number }) => `${n(p.ms)} ms`,
  table: (p: { host: string }) => `Connection tracking on ${p.host}`,
  rows: {
    count: 'Entries now',
    most: 'Entries at most',
    refused: 'Refused by a full table',
    earlyDropped: 'Had to make room',
  },
  drops: 'Packets dropped',
  course: 'Entries over lab time',
  courseIs: (p: { most: string; time: string }) => `up to ${p.most} entries, ${p.time}`,
}
