import type { page as en } from '../en/page.ts'

export const page = {
  name: 'Netfilter Lab',
  title: 'Netfilter Lab：看数据包穿过 Linux NAT',
  skip: '跳到图示',
  skipTerminal: '跳到终端',
  lesson: '课程',
  sandbox: '实验台',
  mode: '模式',
  language: '语言',
  otherLanguage: 'English',
  switchLanguage: '用英文阅读本页',
  theme: '主题',
  themes: { auto: '跟随系统', light: '浅色', dark: '深色' },
  themeIs: (p: { theme: string }) => `主题：${p.theme}`,
  help: '帮助',
  close: '关闭',
  loading: '正在打开实验环境……',
  regions: {
    words: '课程与行程',
    terminal: '终端',
    table: '跟踪表、旋钮与丢包',
  },
  panes: {
    road: '路径',
    lesson: '课程',
    journey: '行程',
    table: '跟踪表',
    knobs: '旋钮',
    drops: '丢包',
    terminal: '终端',
  },
  notices: {
    long: '地址太长，按默认方式打开。',
    unknown: (p: { name: string; value: string }) => `地址里的“${p.name}”本页不认识。`,
    bad: (p: { name: string; value: string }) => `“${p.value}”不能用作“${p.name}”，已当作没有写。`,
    unused: (p: { name: string; value: string }) => `“${p.name}=${p.value}”没有用上：课程自带实验环境。`,
    clamped: (p: { name: string; value: string; used: string }) =>
      `“${p.name}=${p.value}”超出范围，改用 ${p.used}。`,
  },
  mainThread: '这里无法启动 Worker，模拟器直接在页面中运行。',
  failures: {
    'unknown-lab': (p: { detail: string }) => `没有名为“${p.detail}”的实验环境。`,
    'unknown-host': (p: { detail: string }) => `没有名为“${p.detail}”的主机。`,
    'bad-request': (p: { detail: string }) => `模拟器无法完成这个请求：${p.detail}`,
    internal: (p: { detail: string }) => `模拟器自身出错：${p.detail}`,
  },
} satisfies typeof en
