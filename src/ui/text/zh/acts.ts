import type { acts as en } from '../en/acts.ts'
import { format } from './format.ts'

const n = format.number

export const acts = {
  title: '表自己做的事',
  now: '此刻',
  goTo: (p: { time: string }) => `回到这一刻：${p.time}`,
  names: { search: 'early_drop', sweep: 'gc_worker', rehash: 'nf_conntrack_hash_resize' },
  searched: (p: { looked: number; first: number; last: number; again: boolean }) =>
    p.again
      ? `表满了：它把链表 ${n(p.first)} 看了 ${p.looked} 遍`
      : p.looked === 1
        ? `表满了：它看了链表 ${n(p.first)}`
        : `表满了：它看了 ${p.looked} 个链表（${n(p.first)} 到 ${n(p.last)}）`,
  found: (p: { dropped: number; bucket: number; victims: string; more: number }) =>
    `，在链表 ${n(p.bucket)} 里挤掉了 ${n(p.dropped)} 条不是 ASSURED 的记录：${p.victims}${
      p.more > 0 ? `，还有 ${n(p.more)} 条` : ''
    }。新连接进来了。`,
  foundNobody: (p: { kept: number }) =>
    `${p.kept === 0 ? '，那里一个节点也没有' : `，遇到的 ${n(p.kept)} 个节点都得留下`}：新连接的包被丢弃。`,
  foreign: '它是替这台机器的另一个网络命名空间找的，只能挤掉那里自己的记录。',
  searches: (p: { count: number; found: number }) =>
    `至今找过 ${n(p.count)} 次，其中 ${n(p.found)} 次找到了可以挤掉的记录。`,
  strip: '它依次看过的链表',
  bucket: (p: { bucket: string; nodes: number; victim: boolean }) =>
    `链表 ${p.bucket}：${p.victim ? '在这里挤掉了；现在 ' : ''}${n(p.nodes)} 个节点`,
  swept: (p: { all: boolean; swept: number; from: number; met: number }) =>
    p.all
      ? `垃圾回收走遍了全部 ${n(p.swept)} 个链表，遇到 ${n(p.met)} 条记录`
      : `垃圾回收从链表 ${n(p.from)} 起走了 ${n(p.swept)} 个，遇到 ${n(p.met)} 条记录`,
  removed: (p: { expired: number; early: number }) =>
    p.expired + p.early === 0
      ? '，没有要删的。'
      : `：${n(p.expired)} 条已过期，删除${p.early > 0 ? `；${n(p.early)} 条因为表满过而提前删除` : ''}。`,
  again: (p: { wait: string }) => `${p.wait} 后再来。`,
  rehashed: (p: { from: number; to: number; nodes: number }) =>
    `链表数从 ${n(p.from)} 变成 ${n(p.to)}：${n(p.nodes)} 个节点重新挂过，一条记录也没丢。`,
  before: (p: { buckets: string }) => `原来：${p.buckets} 个链表`,
  node: { orig: '原方向', reply: '应答方向' },
  moreNodes: (p: { n: number }) => `还有 ${n(p.n)} 个`,
  otherNode: (p: { bucket: string }) => `另一个节点在链表 ${p.bucket}`,
} satisfies typeof en
