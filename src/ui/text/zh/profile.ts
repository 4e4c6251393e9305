import type { profile as en } from '../en/profile.ts'
import { format } from './format.ts'

export const profile = {
  title: 'CPU 时间花在哪里',
  none: '这台主机还没有录制过。先让压测跑起来，再在这台主机上输入：',
  broken: '这台主机上的 perf.data 不是录制数据。',
  head: (p: { cpus: number; seconds: string; samples: number }) =>
    `${p.seconds} 秒内 ${p.cpus} 个 CPU 的 ${format.number(p.samples)} 个样本。`,
  busy: (p: { share: string }) => `其中 ${p.share} 的 CPU 时间在干活。`,
  views: { calls: '调用关系', flame: '火焰图' },
  view: '显示方式',
  search: '查找函数',
  found: (p: { n: number }) => `${format.number(p.n)} 个函数`,
  idle: '包括空闲的 CPU',
  onlyIdle: '所有 CPU 都是空闲的。先让压力跑起来，或者把空闲的 CPU 也算上。',
  children: '含被调用',
  childrenHint: '函数自身在运行，或在等它所调用的函数时，样本所占的比例',
  self: '自身',
  selfHint: '函数自身在运行时，样本所占的比例',
  unfold: '展开',
  fold: '收起',
  tree: '函数及其调用的函数',
  flame: '火焰图：上面调用下面',
  hint: '左右方向键收起和展开，回车键在图上指出对应的位置。',
  flameHint: '方向键在方块间移动，回车键在图上指出对应的位置。',
  line: (p: { fn: string; total: string; self: string }) => `${p.fn}，含被调用 ${p.total}，自身 ${p.self}`,
  larger: '放大',
  smaller: '放回侧栏',
  led: (p: { fn: string; station: string }) => `${p.fn} 在这里工作：${p.station}`,
  nowhere: (p: { fn: string }) => `${p.fn} 在图上没有对应的位置。`,
  lead: (p: { station: string }) => `图上的位置：${p.station}`,
  parts: { conntrack: '连接跟踪', nat: 'NAT', table: '表', bridge: '网桥', other: '其他' },
} satisfies typeof en
