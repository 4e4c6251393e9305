import type { time as en } from '../en/time.ts'
import { format } from './format.ts'

const n = format.number

export const time = {
  title: '时间',
  play: '播放',
  pause: '暂停',
  stepHook: '前进一站',
  stepPacket: '直到这个包离开本机',
  back: '后退一站',
  start: '回到开头',
  end: '到最后一刻',
  keys: (p: { what: string; key: string }) => `${p.what}（${p.key}）`,
  space: '空格',
  speed: '速度',
  speedIs: (p: { speed: number }) => `${p.speed}×`,
  hookMs: (p: { ms: number }) => (p.ms >= 1000 ? `每站 ${n(p.ms / 1000, 1)} s` : `每站 ${n(p.ms)} ms`),
  flows: (p: { speed: number }) => `实验时间 × ${n(p.speed)}`,
  clock: '实验时间',
  scrub: '实验的时刻',
  scrubIs: (p: { position: number; end: number; time: string }) =>
    `第 ${n(p.position)} 步，共 ${n(p.end)} 步，${p.time}`,
  fork: '从这里继续',
  forkTitle: '保留这次运行，从这一刻起在它的副本上继续',
  run: '运行',
  compare: '比较',
  runName: (p: { run: number }) => `第 ${n(p.run + 1)} 次运行`,
  runFrom: (p: { run: number; from: number; at: number }) =>
    `第 ${n(p.run + 1)} 次运行，始于第 ${n(p.from + 1)} 次的第 ${n(p.at)} 步`,
  keep: '让时钟一直走',
  keepShort: '时钟常走',
} satisfies typeof en
