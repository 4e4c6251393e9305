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
  speedIs: (p: { speed: number }) => (p.speed < 0.2 ? `1/${n(Math.round(1 / p.speed))}×` : `${p.speed}×`),
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
  toTools: '跳转与书签',
  tools: {
    title: '跳转与书签',
    kinds: { drop: '丢包', rewrite: '改写', state: '状态变化' },
    next: {
      drop: '到下一个被丢弃的包',
      rewrite: '到下一次 NAT 改写',
      state: '到连接记录的下一次变化',
    },
    before: {
      drop: '到上一个被丢弃的包',
      rewrite: '到上一次 NAT 改写',
      state: '到连接记录的上一次变化',
    },
    found: (p: { what: string; n: number; of: number; host: string; time: string }) =>
      `${p.what}：第 ${n(p.n)} 个，共 ${n(p.of)} 个，${p.host}，${p.time}`,
    none: {
      drop: { on: '此后没有留存的丢包。', back: '此前没有留存的丢包。' },
      rewrite: { on: '此后没有留存的改写。', back: '此前没有留存的改写。' },
      state: { on: '此后没有留存的记录变化。', back: '此前没有留存的记录变化。' },
    },
    packet: '数据包',
    packetBack: '回到上一次有包到达或离开',
    second: '秒',
    secondBack: '实验时间后退一秒',
    secondOn: '实验时间前进一秒',
    name: '给这一刻起个名字',
    add: '加书签',
    list: '书签',
    moment: (p: { time: string }) => `${p.time} 处`,
    added: (p: { name: string }) => `已加书签“${p.name}”。`,
    at: (p: { name: string }) => `这里是“${p.name}”。`,
    gone: (p: { name: string }) => `“${p.name}”所在的运行已不再保留。`,
    removed: (p: { name: string }) => `已删除“${p.name}”。`,
    remove: (p: { name: string }) => `删除书签“${p.name}”`,
  },
} satisfies typeof en
