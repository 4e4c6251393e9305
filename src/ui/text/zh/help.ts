import type { help as en } from '../en/help.ts'

const list: [string, string][] = [
  ['Space', '播放、暂停'],
  ['← →', '退一站、进一站'],
  ['Shift →', '一直走到包离开这台主机'],
  ['Shift ←', '退到上一次有包到达或离开'],
  ['D, Shift D', '下一个、上一个被丢弃的包'],
  ['R, Shift R', '下一次、上一次 NAT 改写'],
  ['S, Shift S', '连接记录的下一次、上一次变化'],
  ['. ,', '实验时间前进、后退一秒'],
  ['B', '给这一刻起个名字'],
  ['Ctrl-K', '按名称查找并执行任何操作；Mac 上为 Cmd-K'],
  ['?', '打开这份帮助'],
  ['← → Enter', '在两个面板之间的分隔线上：移动它，隐藏或显示面板'],
  ['↑ ↓', '终端里更早、更晚的命令'],
  ['Tab', '补全；先按 Esc 再按则移到下一个控件'],
  ['Ctrl-C', '终止正在运行的程序'],
  ['Ctrl-L', '清屏'],
  ['← → PgUp PgDn', '在哈希表中：下一个链表、下一个用到的链表'],
  ['+ − 0 9', '在钩子图中：放大、缩小、原大、全图'],
]

export const help = {
  title: 'Netfilter Lab',
  see: {
    title: '颜色的含义',
    table: '表，里面是规则',
    chain: '钩子上的链',
    conntrack: '连接跟踪',
    asleep: '这里没有注册任何处理',
    orig: '建立连接的方向',
    reply: '应答的方向',
    rewrite: 'NAT 正在改写，或已经改写',
    drop: '丢包',
  },
  keys: { title: '按键', list, letters: '单个字母也是快捷键' },
  model: {
    title: '模拟了什么',
    words: [
      '页面上的一切都出自同一个 Linux 6.18 模型：IPv4 路由、网桥、分片、netfilter 的五个钩子和各个表、连接跟踪，以及 NAT。它的行为与真实内核逐包比对过。',
      '各程序的输出与 iptables 1.8.9 和 conntrack-tools 1.4.7 一致。实验台也可以换成文章当时的 Linux 4.15、iptables 1.6.1 和 conntrack-tools 1.4.4（依据它们的源码）。链路从不拥塞，除非用 tc 的 netem 要求，也不丢包；没有模拟 IPv6 和 nftables。',
      '同样的实验环境、种子和命令，在任何浏览器里都得到同样的过程。',
    ],
    card: '逐项列出功能，以及由什么保证它与内核一致',
    settings: '每个设置，以及它的作用',
  },
  address: {
    title: '地址栏里可以写什么',
    words: '写在“?”或“#”之后，用“&”连接。用不上的会在页面上方指出。',
    embed: '嵌入的页面会把自己的高度（像素）告诉外层页面，消息类型是',
  },
} satisfies typeof en
