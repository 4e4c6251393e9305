import type { conntrack as en } from '../en/conntrack.ts'
import { format } from './format.ts'

const n = format.number

export const conntrack = {
  title: '连接跟踪（conntrack）',
  gauge: '跟踪表中的记录数',
  ofMax: (p: { max: string }) => `/ ${p.max} 条`,
  gaugeIs: (p: { count: number; max: string; share: string }) =>
    `${n(p.count)} 条，上限 ${p.max} 条，占 ${p.share}`,
  fullness: {
    unlimited: 'nf_conntrack_max 是 0：对内核来说就是没有上限。',
    empty: '空的。',
    calm: '还容得下新连接。',
    near: '快满了：很快就会丢弃新连接的包。',
    full: '已满：除非能挤掉一条没有应答的记录，否则新连接一律丢包。',
    over: '记录数超过了 nf_conntrack_max：这些记录在调低上限之前就有了。等足够多的记录过期之前，新连接一律丢包；“conntrack -F” 可以马上清空这张表。',
  },
  dropped: (p: { n: number }) => format.plural(p.n, { other: '✕ 这里丢弃了 # 个包：看看为什么' }),
  asleep: '休眠中：这台主机上没有规则需要它，所以什么都不跟踪。第一条 nat 或 conntrack 规则会把它唤醒。',
  map: '哈希表：选择一个链表（Bucket）',
  noBucket: '未选择',
  mapIs: (p: { used: number; buckets: string; longest: number }) =>
    p.used === 0
      ? `共 ${p.buckets} 个链表（Bucket），都是空的。每条记录会挂在其中两个上，每个方向一个。`
      : `${p.buckets} 个链表中用到 ${n(p.used)} 个，最长的有 ${n(p.longest)} 个节点。`,
  bucketIs: (p: { bucket: string; nodes: number }) =>
    `链表 ${p.bucket}：${p.nodes === 0 ? '空' : `${n(p.nodes)} 个节点`}`,
  cellIs: (p: { first: string; last: string; longest: number }) =>
    p.longest === 0
      ? `链表 ${p.first} 到 ${p.last}：空`
      : `链表 ${p.first} 到 ${p.last}：最长的有 ${n(p.longest)} 个节点`,
  mapKey: '链长：',
  oneCell: (p: { n: string }) => `（1 格 = ${p.n} 个链表）`,
  everyBucket: '逐个显示',
  inGroups: '按格显示',
  chain: '所选链表的内容',
  chainOf: (p: { bucket: string; nodes: number }) => `链表 ${p.bucket}`,
  emptyBucket: '这里什么也没挂。',
  previous: '上一个用到的链表',
  next: '下一个用到的链表',
  closeChain: '收起链表',
  entries: '记录，新的在前',
  none: '还没有记录。连接的第一个包会写下一条。',
  more: (p: { n: number }) => `还有 ${n(p.n)} 条`,
  entry: (p: { kind: string }) => `记录：${p.kind}`,
  left: (p: { s: string }) => `${p.s} s`,
  leftTitle: '若再没有包来，离过期还有多少秒',
  unreplied: 'UNREPLIED：还没有见到应答方向的包。表满时最先被挤掉的就是这种记录。',
  assured: 'ASSURED：两个方向都有过流量。表满时这种记录会保留。',
  unconfirmed: '还没有挂进链表：它的包尚未走过最后一站。',
  nat: {
    none: '没有转换地址。',
    snat: '应答靠这一行转换回去，不再查规则。',
    dnat: '应答靠这一行换回原来的源地址，不再查规则。',
    both: '两端都做了转换；应答靠这一行转换回去。',
  },
  buckets: '链表',
  states: '各状态的数量',
  memory: '内存',
  memoryWords: '链表数组一次性占用；每条记录只在存活期间占用。文章用的是旧内核的大小。',
  memoryNow: '现在',
  memoryFull: '满时',
  memoryBy: { article: '文章的公式', modern: 'Linux 6.18，含 NAT' },
  stats: '计数器',
} satisfies typeof en
