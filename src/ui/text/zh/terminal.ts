import type { terminal as en } from '../en/terminal.ts'
import { format } from './format.ts'

export const terminal = {
  hosts: '终端，每台主机一个',
  log: (p: { host: string }) => `${p.host} 的输出`,
  input: (p: { host: string }) => `在 ${p.host} 上执行的命令`,
  keys: '上下方向键调出历史命令；Tab 补全，先按 Esc 再按 Tab 可离开输入行；Ctrl-C 终止程序，Ctrl-L 清屏。',
  empty: '这台主机上的 root shell。输入命令即可，help 会列出全部命令。',
  running: '有程序正在运行',
  busy: (p: { waiting: number }) =>
    p.waiting === 0 ? '运行中……' : format.plural(p.waiting, { other: '运行中……，还有 # 行在等待' }),
  paused: (p: { program: string }) => `${p.program} 在等它的数据包，而时间停着。`,
  play: '播放',
  step: '走一步',
  interrupt: 'Ctrl-C',
  touch: { tab: 'Tab', earlier: '更早的命令', later: '更晚的命令', run: '执行这一行' },
  cut: (p: { n: number }) => `这里只保留最后 ${format.number(p.n)} 行。`,
  pasteLong: (p: { n: number; most: number }) =>
    `粘贴的内容有 ${format.number(p.n)} 个字符，最多接受 ${format.number(p.most)} 个。没有执行任何命令。`,
  pasteLeft: (p: { n: number }) => format.plural(p.n, { other: '粘贴内容的最后 # 行放不下，没有执行。' }),
  by: (by: string): string => {
    switch (by.split(':')[0]) {
      case 'knob':
        return '来自旋钮'
      case 'traffic':
        return '来自“发送”'
      case 'cure':
        return '来自解决办法'
      case 'lesson':
        return '来自课程'
      case 'try':
        return '来自建议'
      default:
        return '来自页面'
    }
  },
  byWhat: (by: string) => `这一行由页面上的控件输入${by.includes(':') ? `（${by.split(':')[1]}）` : ''}。`,
  traffic: {
    title: '发送流量',
    from: '来自',
    what: '种类',
    to: '发往',
    count: '数量',
    kinds: { curl: '网页', ping: 'ping' },
    send: '发送',
    line: (p: { line: string; host: string }) => `在 ${p.host} 上输入：${p.line}`,
  },
} satisfies typeof en
