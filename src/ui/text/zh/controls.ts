import type { controls as en } from '../en/controls.ts'
import { format } from './format.ts'

const knobs: Record<string, string> = {
  max: '跟踪表最多容纳多少个连接。再来新连接就丢包。',
  buckets: '哈希表有多少个链表。链表少，链就长，查找就慢。内核按整页分配，最少 512 个。',
  tcp_timeout_time_wait: '连接关闭以后，记录还保留多久。',
  tcp_timeout_syn_sent: '只见到 SYN。',
  tcp_timeout_syn_recv: 'SYN 已得到应答，握手尚未完成。',
  tcp_timeout_established: '连接打开着但没有数据：默认五天。',
  tcp_timeout_fin_wait: '一方已经关闭。',
  tcp_timeout_close_wait: '对方已经关闭，这一方还没有。',
  tcp_timeout_last_ack: '双方都已关闭，还差最后一个 ACK。',
  tcp_timeout_close: '被复位（RST）结束。',
  tcp_timeout_max_retrans: '重传多次仍无应答。',
  tcp_timeout_unacknowledged: '已发出，未被确认。',
  udp_timeout: 'UDP，双方往来满两秒之前。',
  udp_timeout_stream: '双向都有流量的 UDP。',
  icmp_timeout: '一次 ping 等待应答的时间。',
  generic_timeout: '其他所有协议。',
}

export const controls = {
  title: '拧一拧旋钮',
  waits: (p: { host: string }) => `${p.host} 的终端正忙，命令在等待。`,
  number: (p: { name: string }) => `${p.name}，输入数值`,
  reset: (p: { name: string; value: string }) => `把 ${p.name} 恢复为 ${p.value}`,
  resetTo: (p: { value: string }) => `恢复为 ${p.value}`,
  rest: (p: { n: number }) => `另外 ${format.number(p.n)} 个超时时间`,
  all: '每个设置，以及它的作用',
  changed: (p: { n: number }) => `${format.number(p.n)} 个已改`,
  memory: {
    article: '表满时的内存，按文章的公式（max × 每条记录 + buckets × 链表头）',
    modern: '表满时的内存（max × 含 NAT 的记录 + buckets × 两个链表头）',
  },
  chain: '链表长度',
  chainMost: (p: { n: string }) => `按文章：max ÷ buckets = ${p.n}`,
  chainNow: (p: { n: string }) => `现在平均：2 × 记录数 ÷ buckets = ${p.n}（两个方向都在表里）`,
  knobs,
} satisfies typeof en
