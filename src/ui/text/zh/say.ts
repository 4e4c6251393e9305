import type { say as en } from '../en/say.ts'
import { format } from './format.ts'

const n = format.number

export const say = {
  where: (p: { host: string; place: string; what: string }) => `${p.host} ${p.place}：${p.what}`,
  make: (p: { packet: string; to: string }) => `向 ${p.to} 发出 ${p.packet}`,
  rcv: (p: { packet: string }) => `${p.packet} 到达`,
  xmit: (p: { packet: string }) => `${p.packet} 离开`,
  deliver: (p: { packet: string }) => `${p.packet} 送达`,
  deliverNobody: (p: { packet: string; what: string }) =>
    `${p.packet} 到了，但没有程序在那里监听（${p.what}）`,
  routeLocal: '这个包是发给本机的',
  routeForward: (p: { dev: string }) => `这个包是给别人的，要从 ${p.dev} 出去`,
  routeOut: (p: { dev: string }) => `要从 ${p.dev} 出去`,
  unreachable: '没有通往目的地的路',
  routed: '路已选定',
  ttl: (p: { from: string; to: string }) => `ttl 由 ${p.from} 变为 ${p.to}`,
  change: (p: { field: string; from: string; to: string }) => `${p.field}由 ${p.from} 改为 ${p.to}`,
  join: (parts: string[]) => parts.join('，'),
  byRule: (p: { changes: string; rule: number }) => `${p.changes}，依据第 ${n(p.rule)} 条规则`,
  byEntry: (p: { changes: string }) => `${p.changes}；不查规则，由连接跟踪记录决定`,
  byFilter: (p: { changes: string; prio: number; does: string }) =>
    `${p.changes}，依据优先级 ${p.prio} 的 tc 过滤器（${p.does}）；不留下任何记录`,
  filter: (p: { prio: number; does: string }) => `匹配优先级 ${p.prio} 的 tc 过滤器：${p.does}`,
  natNothing: '不查规则，由连接跟踪记录决定；这里没有要改写的',
  natUntracked: '这个包未被跟踪，因此不做地址转换',
  rule: (p: { rule: number; does: string }) => `第 ${n(p.rule)} 条规则作出决定：${p.does}`,
  ruleOf: (p: { rule: number; chain: string; does: string }) =>
    `${p.chain} 的第 ${n(p.rule)} 条规则作出决定：${p.does}`,
  policy: (p: { policy: string }) => `没有匹配的规则，默认策略为 ${p.policy}`,
  pass: '数据包通过',
  skipped: '未注册，数据包直接通过',
  ctNew: '新连接：记录已建好，但还不在表里',
  ctKnown: '已知连接的包，原方向',
  ctReply: '已知连接的应答，按应答方向的元组查到',
  ctRelated: '与已知连接相关（RELATED）',
  ctInvalid: '不属于任何连接：INVALID',
  ctUntracked: '免于跟踪：UNTRACKED',
  ctAsleep: '什么也不跟踪',
  confirm: '记录连同两个方向的元组写入连接跟踪表',
  confirmed: '记录已在表中',
  nothing: '无事可做',
  drop: (p: { packet: string; why: string; reason: string; where: string }) =>
    `${p.packet} 被丢弃。${p.why}（${p.reason} at ${p.where}）。`,
  stolen: '这个包被取走了',
  fragmentHeld: '是个分片：等数据报的其余部分到齐',
  neighbourAsked: '在等待：还没有人回答下一跳地址在哪块网卡上',
  reply: (p: { tuple: string }) => `应答将是 ${p.tuple}`,
} satisfies typeof en
