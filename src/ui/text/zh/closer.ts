import type { closer as en } from '../en/closer.ts'
import { format } from './format.ts'

const n = format.number

export const closer = {
  chainCard: {
    title: (p: { table: string; chain: string }) => `${p.table} 表，${p.chain} 链`,
    close: '关闭',
    along: '跟着包走',
    alongWhy: '总是展开数据包所在的链',
    number: '序号',
    packets: '包数',
    bytes: '字节数',
    rule: '规则',
    noRules: '没有规则。',
    policy: (p: { policy: string }) => `默认策略 ${p.policy}`,
    jump: (p: { rule: number; chain: string }) => `由 ${p.chain} 的规则 ${n(p.rule)} 调用`,
    goto: (p: { rule: number; chain: string }) => `由 ${p.chain} 的规则 ${n(p.rule)} 转入，不再回到那里`,
    end: (p: { chain: string }) => `结束：回到 ${p.chain}`,
    more: (p: { n: number }) => `再显示 ${n(p.n)} 条规则`,
    left: (p: { n: number }) => `还有 ${n(p.n)} 条规则`,
    met: { unread: '没有查', missed: '查过，不匹配', fits: '匹配', decides: '作出决定' },
    notHere: '数据包没有来过这里。',
    nothingRead: '这个包没有查任何规则。',
    entryDecides: '这个包不查规则：由它的连接跟踪记录决定。',
    untracked: '这个包未被跟踪：不查规则，也不做转换。',
    changed: '规则已不是这个包当时遇到的那些。',
    then: '；',
    toldFits: (p: { rule: number; chain: string }) => `匹配 ${p.chain} 的规则 ${n(p.rule)}，继续往下`,
    toldRule: (p: { rule: number; chain: string }) => `匹配 ${p.chain} 的规则 ${n(p.rule)}，由它决定`,
    toldJump: (p: { rule: number; chain: string; to: string }) =>
      `匹配 ${p.chain} 的规则 ${n(p.rule)}：进入 ${p.to}`,
    toldGoto: (p: { rule: number; chain: string; to: string }) =>
      `匹配 ${p.chain} 的规则 ${n(p.rule)}：转到 ${p.to}`,
    toldBack: (p: { chain: string }) => `回到 ${p.chain}`,
    toldOut: '返回',
    toldPolicy: (p: { policy: string }) => `由默认策略 ${p.policy} 决定`,
    absent: (p: { table: string }) =>
      `这台主机上还没有人用过 ${p.table} 表，内核在这里什么也不调用。第一条 iptables -t ${p.table} 命令会注册它。`,
  },

  zoom: {
    title: '图的大小',
    in: '放大',
    out: '缩小',
    fit: '显示全图',
    whole: '原大',
    now: (p: { percent: string }) => `图的大小为 ${p.percent}`,
    keys: (p: { what: string; key: string }) => `${p.what}（${p.key}）`,
    region: '图。加号和减号改变大小，0 为原大，9 显示全图；方向键移动。',
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

  save: {
    title: '把图存成文件',
    open: '保存这幅图',
    words: '此刻的图，连同展开的链。',
    as: (p: { format: string }) => `保存为 ${p.format}`,
    look: '颜色',
    modes: { light: '浅色', dark: '深色' },
    saved: (p: { name: string }) => `已保存为 ${p.name}。`,
    failed: '浏览器无法画出这幅图。',
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
