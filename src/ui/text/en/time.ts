import { format } from './format.ts'

const n = format.number

/** Words of the transport bar; they come with it, after the picture. */
export const time = {
  title: 'Time',
  play: 'Play',
  pause: 'Pause',
  stepHook: 'One station forward',
  stepPacket: 'Until the packet leaves this host',
  back: 'One station back',
  start: 'To the beginning',
  end: 'To the end',
  keys: (p: { what: string; key: string }) => `${p.what} (${p.key})`,
  space: 'space',
  speed: 'Speed',
  speedIs: (p: { speed: number }) => (p.speed < 0.2 ? `1/${n(Math.round(1 / p.speed))}×` : `${p.speed}×`),
  hookMs: (p: { ms: number }) =>
    p.ms >= 1000 ? `${n(p.ms / 1000, 1)} s a station` : `${n(p.ms)} ms a station`,
  flows: (p: { speed: number }) => `lab time × ${n(p.speed)}`,
  clock: 'Lab time',
  scrub: 'Moment of the lab',
  scrubIs: (p: { position: number; end: number; time: string }) =>
    `step ${n(p.position)} of ${n(p.end)}, ${p.time}`,
  fork: 'Continue from here',
  forkTitle: 'Keeps this run as it is, and continues in a copy of it from this moment',
  run: 'Run',
  compare: 'Compare',
  runName: (p: { run: number }) => `run ${n(p.run + 1)}`,
  runFrom: (p: { run: number; from: number; at: number }) =>
    `run ${n(p.run + 1)}, from step ${n(p.at)} of run ${n(p.from + 1)}`,
  keep: 'Keep the clock running',
  keepShort: 'clock runs',
  toTools: 'Jumps and bookmarks',
  tools: {
    title: 'Jumps and bookmarks',
    kinds: { drop: 'drop', rewrite: 'rewrite', state: 'state change' },
    next: {
      drop: 'To the next packet that dies',
      rewrite: 'To the next rewrite by NAT',
      state: 'To the next change of a connection’s entry',
    },
    before: {
      drop: 'To the previous packet that died',
      rewrite: 'To the previous rewrite by NAT',
      state: 'To the previous change of a connection’s entry',
    },
    found: (p: { what: string; n: number; of: number; host: string; time: string }) =>
      `${p.what} ${n(p.n)} of ${n(p.of)}: ${p.host}, ${p.time}`,
    none: {
      drop: { on: 'No later drop is kept.', back: 'No earlier drop is kept.' },
      rewrite: { on: 'No later rewrite is kept.', back: 'No earlier rewrite is kept.' },
      state: { on: 'No later change of an entry is kept.', back: 'No earlier change of an entry is kept.' },
    },
    packet: 'packet',
    packetBack: 'Back to where a packet arrived or left',
    second: 'second',
    secondBack: 'One second of lab time back',
    secondOn: 'One second of lab time forward',
    name: 'Name of this moment',
    add: 'Bookmark',
    list: 'Bookmarks',
    moment: (p: { time: string }) => `at ${p.time}`,
    added: (p: { name: string }) => `“${p.name}” has been added.`,
    at: (p: { name: string }) => `This is “${p.name}”.`,
    gone: (p: { name: string }) => `“${p.name}” is in a run that is no longer kept.`,
    removed: (p: { name: string }) => `“${p.name}” has been removed.`,
    remove: (p: { name: string }) => `Remove the bookmark “${p.name}”`,
  },
}
