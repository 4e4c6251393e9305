import type { compare as en } from '../en/compare.ts'
import { format as f } from './format.ts'

const n = (x: number) => f.number(x)

export const compare = {
  title: '两次运行并排比较',
  words:
    '在更早的时刻输入命令，或者点“从这里继续”，就开始另一次运行。正在显示的运行说到所显示的时刻为止，另一次说到它的最后一刻。',
  waiting: '正在查看各次运行……',
  which: (p: { side: number }) => `第 ${n(p.side)} 列的运行`,
  run: (p: { run: number }) => `第 ${n(p.run + 1)} 次运行`,
  show: '显示这次运行',
  shown: '现在显示的就是它',
  settings: '不同的设置',
  alike: '所有设置都相同。',
  rules: (p: { host: string }) => `${p.host} 上不同的规则`,
  sameRules: '规则相同。',
  fork: {
    left: (p: { run: number; from: number; at: number }) =>
      `第 ${n(p.run + 1)} 次运行：始于第 ${n(p.from + 1)} 次的第 ${n(p.at)} 步，后者不变。`,
    back: (p: { from: number }) => `回到第 ${n(p.from + 1)} 次运行`,
  },
  none: '–',
  time: '说到',
  begun: '开始于',
  atStart: '最开头',
  atRun: (p: { time: string; from: number }) => `第 ${n(p.from + 1)} 次运行的 ${p.time}`,
  typed: '这次运行中输入的命令',
  nothing: '没有',
  outcome: 'ab 的结果',
  noLoad: '没有运行过 ab。',
  load: {
    end: '怎样结束',
    complete: '完成的请求',
    failed: '失败',
    perSecond: '每秒请求数',
    connectMax: '最长的建连',
    longest: '最长的请求',
  },
  ends: {
    done: '全部完成',
    timeout: '放弃：太久没有任何应答',
    failures: '放弃：失败太多',
    error: '出错',
    running: '还在运行',
  },
  ms: (p: { ms: number }) => `${n(p.ms)} ms`,
  table: (p: { host: string }) => `${p.host} 上的连接跟踪`,
  rows: {
    count: '现有记录',
    most: '最多时的记录',
    refused: '表满被拒',
    earlyDropped: '被迫腾出位置',
  },
  drops: '丢弃的包',
  course: '记录随实验时间的变化',
  courseIs: (p: { most: string; time: string }) => `最多 ${p.most} 条记录，${p.time}`,
} satisfies typeof en
