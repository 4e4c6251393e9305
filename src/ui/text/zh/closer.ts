import type { closer as en } from '../en/closer.ts'
import { format } from './format.ts'

const n = format.number

export const closer = {
  chainCard: {
    title: (p: { table: string; chain: string }) => `${p.table} 表，${p.chain} 链`,
    close: '关闭',
    number: '序号',
    packets: '包数',
    bytes: '字节数',
    rule: '规则',
    noRules: '没有规则。',
    policy: (p: { policy: string }) => `默认策略 ${p.policy}`,
    called: (p: { chain: string }) => `从这里调用的 ${p.chain} 链`,
    decided: '由它决定了这个包',
    read: '这个包查过它',
    absent: (p: { table: string }) =>
      `这台主机上还没有人用过 ${p.table} 表，内核在这里什么也不调用。第一条 iptables -t ${p.table} 命令会注册它。`,
  },

  chip: {
    quotes: '引用',
    quotesLabel: '差错报文所引用的包头',
    to: '到',
    tuples: {
      written: 'conntrack 写下两个方向的元组，第二个就是应答将有的样子',
      turned: '数据包依据这条记录的元组转换',
    },
    found: '◂ 凭这个元组查到',
    becomes: '反过来就是新包头',
    news: '◂ 应答将是这样',
    asCame: '包来时的样子',
  },

  journey: {
    title: '旅程',
    packets: '数据包',
    auto: '正在移动的那个',
    none: '还没有发出过数据包。',
    gone: '它最初的一段路已不再保留。',
    seek: (p: { step: string }) => `转到：${p.step}`,
    policy: '默认策略',
    rule: (p: { rule: number }) => `第 ${n(p.rule)} 条规则`,
  },

  inspect: {
    title: '所跟随数据包的 actor 的检查事件',
    why: 'XState 的检查器窗口要从网络加载；这里列出同样的事件，浏览器控制台里也有。',
    type: '类型',
    event: '事件',
    state: '状态',
    none: '还没有 actor：还没有数据包来到这台主机。',
  },
} satisfies typeof en
