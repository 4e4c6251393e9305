import { format } from './format.ts'

const n = format.number

/** Words of the transport bar; they come with it, after the picture. */
export const time = {
  title: 'Time',
  play: 'Play',
  pause: 'Pause',
  stepHook: 'One station on',
  stepPacket: 'Until the packet leaves this host',
  back: 'One station back',
  start: 'To the beginning',
  end: 'To the last moment',
  keys: (p: { what: string; key: string }) => `${p.what} (${p.key})`,
  space: 'space',
  speed: 'Speed',
  speedIs: (p: { speed: number }) => `${p.speed}×`,
  hookMs: (p: { ms: number }) =>
    p.ms >= 1000 ? `${n(p.ms / 1000, 1)} s a station` : `${n(p.ms)} ms a station`,
  flows: (p: { speed: number }) => `lab time × ${n(p.speed)}`,
  clock: 'Lab time',
  scrub: 'Moment of the lab',
  scrubIs: (p: { position: number; end: number; time: string }) =>
    `step ${n(p.position)} of ${n(p.end)}, ${p.time}`,
  fork: 'Go on from here',
  forkTitle: 'Keeps this run as it is, and goes on in a copy of it from this moment',
  run: 'Run',
  compare: 'Compare',
  runName: (p: { run: number }) => `run ${n(p.run + 1)}`,
  runFrom: (p: { run: number; from: number; at: number }) =>
    `run ${n(p.run + 1)}, from step ${n(p.at)} of run ${n(p.from + 1)}`,
  keep: 'Keep the clock running',
  keepShort: 'clock runs',
}
