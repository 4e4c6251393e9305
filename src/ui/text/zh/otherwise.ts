import type { otherwise as en } from '../en/otherwise.ts'

export const otherwise: typeof en = {
  label: '若不改写',
  delivered: ({ to, host }) => `若不改写（虚线）：经过 INPUT，因为 ${to} 就是 ${host} 自己。`,
  sent: ({ to, dev }) => `若不改写（虚线）：发往 ${to}，从 ${dev} 出去。`,
  sentToo: ({ to, dev, instead }) => `若不改写：路径相同，但发往 ${to}，从 ${dev} 而不是 ${instead} 出去。`,
  looped: ({ to }) => `若不改写（虚线）：发往 ${to}，经 lo 回到本机。`,
  dropped: ({ to, place, reason }) => `若不改写（虚线）：发往 ${to}，在 ${place} 被丢弃（${reason}）。`,
  stolen: ({ to }) => `若不改写（虚线）：发往 ${to}，停下来等邻居应答。`,
  unreachable: ({ to }) => `若不改写：没有到 ${to} 的路由。`,
}
