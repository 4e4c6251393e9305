import type { deaths as en } from '../en/deaths.ts'

export const deaths: typeof en = {
  'table-full': '连接跟踪表已满',
  clash: '另一个连接占用了相同的元组',
  policy: '链的默认策略是 DROP',
  rule: '有规则要求 DROP',
  reject: '有规则要求 REJECT',
  'not-forwarding': '这台主机不转发',
  'no-route': '没有到目的地的路由',
  'bad-route': '有一条路由把它丢弃',
  ttl: '转发次数太多',
  'no-socket': '那里没有程序在监听',
  'rp-filter': '回程路由走另一块网卡',
  'too-big': '对下一段链路来说太大',
  'no-neighbour': '下一跳没有应答',
  martian: '不该出现在这里的地址',
  other: '内核把它丢了',
}
