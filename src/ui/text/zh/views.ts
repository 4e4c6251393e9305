import type { views as en } from '../en/views.ts'
import { format } from './format.ts'

const n = format.number

export const views = {
  switch: '这里显示什么',
  names: {
    hooks: '钩子',
    ladder: '时序图',
    tcp: 'TCP',
    entries: '记录',
    charts: '图表',
  },
  asTable: '看表格',
  asPicture: '看图',

  ladder: {
    title: (p: { hosts: string }) => `${p.hosts} 之间的会话`,
    nobody: '主机之间的会话',
    none: '还没有数据包上过链路。发一个试试：每一帧在这里都是一支箭头。',
    scope: '数据包',
    scopes: { one: '当前会话', all: '全部数据包' },
    list: '箭头，最早的在最前。方向键逐支移动，回车跳到那一刻。',
    rung: (p: { packet: string; from: string; to: string; src: string; dst: string; time: string }) =>
      `${p.packet} 由 ${p.from} 发往 ${p.to}，${p.src} 到 ${p.dst}，时刻 ${p.time}`,
    died: (p: { packet: string; host: string; why: string; reason: string; time: string }) =>
      `${p.packet} 在 ${p.host} 被丢弃。${p.why} ${p.reason}，时刻 ${p.time}`,
    rewritten: '与上一段链路相比已改写',
    future: '在所显示的时刻之后',
    direction: { original: '原方向', reply: '应答方向', '-': '方向未知' },
    away: '还在链路上',
    earlier: (p: { n: number }) => `更早的 ${n(p.n)} 支`,
    later: (p: { n: number }) => `更晚的 ${n(p.n)} 支`,
    columns: { time: '时间', packet: '数据包', way: '链路', src: '源', dst: '目的', what: '说明' },
    count: (p: { n: number }) => `${n(p.n)}`,
  },

  tcp: {
    title: 'TCP 跟踪器的状态',
    picture: '各个状态。上下键逐个移动，旁边说明怎样到达。',
    now: '当前',
    been: '已经过',
    ask: (p: { state: string; now: string }) => `${p.state}${p.now === '' ? '' : `（${p.now}）`}：怎样到达`,
    direction: { original: '原方向', reply: '应答方向' },
    stays: (p: { s: string }) => `没有数据包时，记录保留 ${p.s} 秒。`,
    how: '怎样到达这个状态？',
    start: '每条连接都从这里开始：还没有见过它的数据包。',
    noWay: '没有数据包能到达这里。',
    midstream: '或者，中途才被看到：',
    followed: '正在跟踪的连接',
    nobody: (p: { host: string }) =>
      `所看的数据包不属于 ${p.host} 跟踪的 TCP 连接。请取一个网页，或在“行程”里选一个数据包。`,
    packets: (p: { n: number; changes: number }) =>
      `至今 ${n(p.n)} 个数据包，其中 ${n(p.changes)} 个改变了状态。`,
    columns: { state: '状态', how: '到达它的数据包', ways: '之后去向', ignored: '被忽略' },
    itself: '不变',
    actions: { reopen: '可以开始新连接', pickup: '中途才被看到' },
  },

  entries: {
    title: (p: { host: string }) => `${p.host} 的跟踪表记录`,
    list: '连接跟踪表的记录。上下键和翻页键逐条移动，回车指出它所在的链表。',
    filter: '只看符合全部词语的记录',
    filterHint: 'tcp、TIME_WAIT、assured、unreplied、nat、192.168.0.、10.0.0.0/8、:80；前面加 ! 表示“不是”',
    example: 'TIME_WAIT !192.168.0.2 :80',
    unknown: (p: { words: string }) => `看不懂、已略过：${p.words}`,
    all: (p: { n: number }) => `${n(p.n)} 条`,
    some: (p: { n: number; of: number }) => `${n(p.of)} 条中的 ${n(p.n)} 条`,
    sortBy: (p: { column: string }) => `排序：${p.column}`,
    columns: { id: '新旧', source: '源', destination: '目的', state: '状态', left: '剩余' },
    left: (p: { s: string }) => `${p.s} 秒`,
    empty: '还没有记录。连接的第一个包会写下一条。',
    nothing: '没有符合这些词语的记录。',
    hangs: '挂在两个链表上，每个方向一次：',
    bucket: (p: { bucket: string }) => `链表 ${p.bucket}`,
  },

  charts: {
    title: (p: { host: string }) => `${p.host} 的变化`,
    region: '随实验时间变化的图表',
    none: '还没有数据：第一批数据包出现后才有图表。',
    slider: '所显示的时刻。左右键逐个采样移动。',
    export: '保存图表',
    saveAs: (p: { format: string }) => `保存为 ${p.format}`,
    time: '实验时间',
    names: {
      entries: '表中记录',
      states: '各状态的记录',
      new: '新建记录',
      drops: '丢弃的数据包',
      cpu: 'CPU 花在哪里',
      latency: '请求的延迟',
    },
    series: {
      entries: '记录',
      new: '新建',
      udp: 'UDP',
      icmp: 'ICMP',
      other: '其他',
      frame: '收发与路由',
      tables: '各个表',
      conntrack: 'conntrack',
      nat: 'NAT',
      tcp: 'TCP',
      programs: '程序',
      p50: '一半不超过',
      p90: '90% 不超过',
      p99: '99% 不超过',
    },
    perSecond: (p: { n: string }) => `${p.n}/秒`,
    limit: (p: { n: string }) => `nf_conntrack_max ${p.n}`,
  },
} satisfies typeof en
