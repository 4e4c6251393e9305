import type { drops as en } from '../en/drops.ts'
import { format } from './format.ts'

const cases: (typeof en)['cases'] = {
  'table-full': {
    why: '新连接的第一个包到来时，表里已有 nf_conntrack_max 条记录，也没有可以挤掉的。已经在表里的连接不受影响。',
    cure: '扩大容量，或让记录早点离开。既不需要 NAT 也不需要状态的流量，可以在 raw 表中免于跟踪（-j CT --notrack）。',
  },
  clash: {
    why: '记录正要挂进链表时，已经有一条元组相同的记录在那里。转换后的地址用完了空闲端口，或者两个包抢先后时会这样。',
    cure: '给 SNAT 更多地址或更宽的端口范围。调大 nf_conntrack_max 没有用。',
  },
  policy: {
    why: '链里没有规则作出决定，于是由默认策略决定。',
    cure: '为该放行的流量加一条规则，或改默认策略。',
  },
  rule: {
    why: '一条规则匹配了这个包，它的裁决是丢弃。',
    cure: '在那条规则之前加例外，或去掉那条规则。',
  },
  reject: {
    why: '一条规则匹配了这个包并拒绝了它：发送方会得到通知，是一个 ICMP 错误或 TCP 复位。',
    cure: '在那条规则之前加例外，或去掉那条规则。',
  },
  'not-forwarding': {
    why: '包是给别人的，而 net.ipv4.ip_forward 为 0，路由判断在 FORWARD 之前就把它丢了，也没有留下记录。',
    cure: '开启 IP 转发。网关需要它，NAT 规则不会替你打开。',
  },
  'no-route': {
    why: '路由表里没有到这个目的地址的路由。',
    cure: '加一条路由：看看 ip route。',
  },
  'bad-route': {
    why: '最匹配的路由是 blackhole、unreachable 或 prohibit：它就是用来丢包的。后两种会用 ICMP 告诉发送方。',
    cure: '删掉那条路由，或加一条更匹配的：看 ip route；别的表看 ip rule。',
  },
  ttl: {
    why: '包的 TTL 用完了，会用 ICMP 告知发送方。',
    cure: '查找路由环路，或让发送方用更大的 TTL。',
  },
  'no-socket': {
    why: '包已到达，但这台主机上没有对应的套接字。TCP 以 RST 应答，UDP 以 ICMP 端口不可达应答。',
    cure: '启动服务，或发往它监听的端口。如果连接做过转换，看看应答方向的元组对不对。',
  },
  'rp-filter': {
    why: '反向路径过滤：给这个源地址的应答会从另一个接口出去。',
    cure: '修正路由，或把那个接口的 rp_filter 设为 2。',
  },
  'too-big': {
    why: '包不允许分片，又放不下。会用 ICMP 把大小告诉发送方。',
    cure: '放行 ICMP“需要分片”，或限制 MSS。',
  },
  'no-neighbour': {
    why: '链路上没有主机应答下一跳的地址。',
    cure: '看看那台主机在不在，路由的网关写对了没有。',
  },
  martian: {
    why: '源地址或目的地址在这个接口上说不通（例如线路上出现回环地址）。',
    cure: '检查发送方，以及指向 127.0.0.1 的 DNAT 规则。',
  },
  other: {
    why: '下面的原因是内核自己的说法。',
    cure: '看看位置和原因。',
  },
}

export const drops = {
  title: '丢包',
  none: '这里还没有丢包。调小 nf_conntrack_max 再多发些流量，就能看到。',
  elsewhere: '丢包位置已不再保留。',
  times: (p: { n: number }) => `× ${format.number(p.n)}`,
  more: '为什么、在哪里、怎样能救它',
  kernel: '内核',
  counter: '计数器',
  last: '最近',
  before: '回到最近一次丢弃之前',
  packet: (p: { id: number }) => `包 ${format.number(p.id)}`,
  atRule: (p: { table: string; chain: string; what: string; rule: number; does: string }) =>
    `${p.table} · ${p.chain} · ${p.what === 'policy' ? '默认策略' : `第 ${p.rule} 条规则`}`,
  cureTitle: '怎样能救它：',
  cures: {
    'raise-max': '扩大容量',
    'shorten-time-wait': '让已关闭的连接早点离开',
    'accept-this': '放行这一个',
    'accept-answers': '放行已知连接的应答',
    'remove-rule': '删掉这条规则',
    policy: '没有规则拦的都放行',
    forward: '开启转发',
    loose: '只要求有回程路由',
    'route-localnet': '允许环回地址从这块网卡进来',
    'accept-local': '允许来源是本机自己的地址',
    ttl: '让它多走一跳',
  },
  taken: (p: { host: string }) => `已在 ${p.host} 上输入。此后这里还没有包因此被丢弃：再发一个包试试。`,
  tried: {
    passed: '在副本上试过：这个包能通过。',
    delivered: '在副本上试过：这个包能送达。',
    dropped: (p: { reason: string }) => `在副本上试过：这个包还是被丢弃（${p.reason}）。对以后的包也许有用。`,
    refused: '在副本上试过：那里不接受这条命令。',
    waits: '时间一停就会在副本上试：请暂停这次压测，或等它结束。',
    trying: '正在副本上试……',
    far: '没有试：要重放太多压测才能走到这个包。请执行这条命令，再压一次，作个比较。',
    unknown: '没有试：实验室已不知道这个包是怎么来的。请执行这条命令，再发一个包。',
  },
  seconds: '按秒',
  inSecond: (p: { second: number; count: number }) =>
    `第 ${format.number(p.second)} 秒：${format.number(p.count)}`,
  earlier: '更早的',
  unfollowed: (p: { n: number }) => `${format.number(p.n)} 个没有跟踪`,
  cases,
} satisfies typeof en
